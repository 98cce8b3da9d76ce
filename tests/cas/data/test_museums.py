"""Museums' layouts, as their repositories have them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cas.data.museums import met_works, nga_works, tate_works
from cas.errors import CorpusError


def subject(*path: str) -> dict[str, object]:
    top, group, *names = path
    leaves = [{"id": 1, "name": name} for name in names]
    return {"id": 2, "name": top, "children": [{"id": 3, "name": group, "children": leaves}]}


@pytest.fixture
def tate(tmp_path: Path) -> Path:
    folder = tmp_path / "artworks" / "a" / "000"
    folder.mkdir(parents=True)
    blake = {"fc": "Robert Blake", "mda": "Blake, Robert", "role": "artist"}
    after = {"fc": "William Blake", "mda": "Blake, William", "role": "after"}
    tree = [
        subject("people", "adults", "Man", "figure"),
        subject("people", "named individuals", "Job"),
        subject("places", "UK counties", "Kent"),
    ]
    records = [
        {"acno": "A00001", "contributors": [after, blake], "subjects": {"children": tree}},
        {"acno": "A00002", "contributors": [after], "subjects": {"id": 1, "name": "subject"}},
        {"acno": "A00003", "contributors": []},
    ]
    for number, record in enumerate(records):
        (folder / f"{number}.json").write_text(json.dumps(record))
    return tmp_path


def test_tate_groups_can_be_dropped(tate: Path) -> None:
    first, second, third = tate_works(
        tate, drop_groups=("people > named individuals", "places > *")
    )
    assert (first.id, first.artist, first.concepts) == (
        "tate:A00001", "Robert Blake", ("man", "figure"),
    )  # fmt: skip
    assert (second.artist, second.concepts, third.concepts) == (None, (), ())
    everything = next(tate_works(tate))
    assert everything.concepts == ("man", "figure", "job", "kent")


def test_a_broken_file_of_the_tate_is_named(tate: Path) -> None:
    (tate / "artworks" / "torn.json").write_text('{"acno": ')
    with pytest.raises(CorpusError, match=r"torn\.json"):
        list(tate_works(tate))
    with pytest.raises(CorpusError, match="no artworks/"):
        list(tate_works(tate / "artworks"))


def test_nga_terms_by_object(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "objects_terms.csv").write_text(
        "termid,objectid,termtype,term,visualbrowsertheme,visualbrowserstyle\n"
        "1,10,Keyword,Horse,animal,\n2,10,Keyword,horse,,\n3,10,Style,Rococo,,Rococo\n"
        "4,10,Place Executed,France,,\n5,11,Theme,portrait of a man,portrait,\n6,11,Keyword,hat,,\n"
        "7,12,Theme,Themes,,\n8,13,Keyword,ship,,\n"
    )
    (data / "objects.csv").write_text(
        "objectid,accessioned,title,attribution\n10,1,A Horse,George Stubbs\n"
        "11,1,Man,Italian 16th Century\n12,1,Nothing,Nobody\n13,1,Sea,Follower of Turner\n"
    )
    works = {work.id: work for work in nga_works(tmp_path)}
    assert set(works) == {"nga:10", "nga:11", "nga:13"}
    assert works["nga:10"].concepts == ("horse",)
    assert works["nga:10"].artist == "George Stubbs"
    assert works["nga:11"].artist is None
    assert works["nga:13"].artist is None
    fewer = {work.id: work for work in nga_works(tmp_path, drop_groups=("portrait*",))}
    assert fewer["nga:11"].concepts == ("hat",)
    (data / "objects.csv").write_text("objectid\n10\n")
    with pytest.raises(CorpusError, match="lacks the column attribution"):
        list(nga_works(tmp_path))


def test_met_tags_by_department_and_culture(tmp_path: Path) -> None:
    path = tmp_path / "MetObjects.csv"
    path.write_text(
        "\ufeffObject ID,Department,Culture,Artist Prefix,Artist Display Name,Tags\n"
        "1,Asian Art,Japan,,Utagawa Hiroshige,Bridges|Rain|bridges\n"
        "2,Asian Art,China,Attributed to|,Ma Yuan|Xia Gui,Mountains\n"
        "3,Asian Art,India,,Unidentified Artist,Elephants\n"
        "4,Islamic Art,Iran,,,Gardens\n5,Asian Art,Japan,,Katsushika Hokusai,\n",
        encoding="utf-8",
    )
    works = {work.id: work for work in met_works(path)}
    assert set(works) == {"met:1", "met:2", "met:3", "met:4"}
    assert works["met:1"].concepts == ("bridges", "rain")
    assert works["met:1"].artist == "Utagawa Hiroshige"
    assert {works[f"met:{number}"].artist for number in (2, 3, 4)} == {None}
    asian = met_works(path, only_groups=("Asian Art > *",), drop_groups=("* > china",))
    assert [work.id for work in asian] == ["met:1", "met:3"]
    path.write_text("Object ID,Tags\n1,Sea\n")
    with pytest.raises(CorpusError, match="lacks the column Artist Display Name"):
        list(met_works(path))


HEADING = "Object ID,Department,Culture,Artist Prefix,Artist Display Name,Tags\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "1,Prints,,,Ana,Boats\n2,Prints,,,Bo\n3,Asian Art,Japan,,Bo,Trees\n",
            "line 3 has 5 cells",
        ),
        ("1,Prints,,,Ana,Boats\n2,Pri", "cut short within line 3"),
        ('1,Prints,,,"Ana,Boats\n2,Prints,,,Bo,Sea\n', "line 2: not a whole record"),
        ("1,Prints,,,Ana,Boats,Sea\n", "line 2 has 7 cells"),
    ],
)
def test_a_torn_table_of_the_met_is_named_with_its_line(
    tmp_path: Path, rows: str, told: str
) -> None:
    path = tmp_path / "MetObjects.csv"
    path.write_text("\ufeff" + HEADING + rows, encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"MetObjects\.csv.*{told}"):
        list(met_works(path))


def test_torn_tables_of_the_nga_are_named_with_their_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    terms = "termid,objectid,termtype,term\n1,10,Keyword,boat\n"
    (data / "objects_terms.csv").write_text(terms)
    (data / "objects.csv").write_text("objectid,attribution\n10,Ana Lindqvist\n11\n")
    with pytest.raises(CorpusError, match=r"objects\.csv, line 3 has 1 cells"):
        list(nga_works(tmp_path))
    (data / "objects_terms.csv").write_text(terms + "2,11,Keyword")
    with pytest.raises(CorpusError, match=r"objects_terms\.csv is cut short within line 3"):
        list(nga_works(tmp_path))


@pytest.mark.parametrize(
    "record",
    [
        {"acno": "A", "subjects": {"children": [subject("people", "adults", None)]}},
        {"acno": "A", "contributors": [{"fc": 7, "role": "artist"}]},
        {"acno": "A", "contributors": 7},
        {"subjects": {}},
        ["A"],
    ],
)
def test_another_layout_than_the_tates_is_named(tate: Path, record: object) -> None:
    (tate / "artworks" / "odd.json").write_text(json.dumps(record))
    with pytest.raises(CorpusError, match=r"odd\.json is no work of the Tate's layout"):
        list(tate_works(tate))


def test_a_file_of_the_tate_may_have_a_mark(tate: Path) -> None:
    for path in (tate / "artworks").rglob("*.json"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [work.id for work in tate_works(tate)] == ["tate:A00001", "tate:A00002", "tate:A00003"]
