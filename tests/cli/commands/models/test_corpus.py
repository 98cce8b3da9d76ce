"""`artist corpus`: convert a museum's file, and mix corpora."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from cas.data.corpus import Work, read_works, write_works
from cas.errors import CorpusError
from cli.errors import UserError
from cli.main import artist

COLUMNS = ("Object ID", "Department", "Culture", "Artist Prefix", "Artist Display Name", "Tags")


@pytest.fixture
def met(tmp_path: Path) -> Path:
    path = tmp_path / "MetObjects.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [
                COLUMNS,
                (1, "Asian Art", "Japan", "", "Utagawa Hiroshige", "Bridges|Rain"),
                (2, "Asian Art", "China", "After", "Ma Yuan", "Mountains"),
                (3, "European Paintings", "", "", "Jan Steen", "Dogs"),
                (4, "Asian Art", "Japan", "", "Katsushika Hokusai", ""),
            ]
        )
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(artist, ["corpus", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_group_is_read_from_the_museums_file(met: Path, tmp_path: Path) -> None:
    out = tmp_path / "asian.jsonl.gz"
    assert "2 works are in" in run("read", "met", met, out, "--only", "asian art > *")
    assert list(read_works(out)) == [
        Work("met:1", "Utagawa Hiroshige", ("bridges", "rain")),
        Work("met:2", None, ("mountains",)),
    ]
    run("read", "met", met, out, "--drop", "asian art > japan*", "--drop", "european*")
    assert [work.id for work in read_works(out)] == ["met:2"]


def test_an_empty_result_is_an_error(met: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has none after filtering by islamic art"):
        run("read", "met", met, tmp_path / "none.jsonl", "--only", "islamic art > *")
    with pytest.raises(UserError, match="--only is for met"):
        run("read", "tate", tmp_path, tmp_path / "out.jsonl", "--only", "people > *")


def test_a_mixture_takes_shares_by_weight(tmp_path: Path) -> None:
    many, few = tmp_path / "many.jsonl", tmp_path / "few.jsonl"
    write_works(many, [Work(f"a:{number}", "Ann", ("sea",)) for number in range(400)])
    write_works(few, [Work(f"b:{number}", "Ben", ("sky",)) for number in range(50)])
    mixed = tmp_path / "mixed.jsonl.gz"
    run("mix", mixed, f"{many}=0.25", few)
    works = list(read_works(mixed))
    assert sum(work.id.startswith("b:") for work in works) == 50
    assert sum(work.id.startswith("a:") for work in works) == pytest.approx(100, abs=25)


def test_a_mixture_never_overwrites_its_part(tmp_path: Path) -> None:
    part = tmp_path / "part.jsonl"
    write_works(part, [Work("a", "Ann", ("sea",))])
    with pytest.raises(UserError, match="choose another output file"):
        run("mix", part, f"{part}=1")
    with pytest.raises(UserError, match=r"'much' .* is not a number"):
        run("mix", tmp_path / "out.jsonl", f"{part}=much")
    with pytest.raises(CorpusError, match=r"\.jsonl or \.jsonl\.gz"):
        run("mix", tmp_path / "out.csv", part)
    assert len(list(read_works(part))) == 1
    assert not list(tmp_path.glob(".partial*"))
