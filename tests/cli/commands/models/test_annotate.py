"""`artist annotate` with the small CLIP of random weights: skipped files are listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from cas.data.corpus import read_works
from tests.cli.conftest import Call


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, suffix in enumerate(("png", "avif", "tif")):
        Image.new("RGB", (70, 70), (90 * number, 9, 9)).save(folder / f"{number}.{suffix}")
    (folder / "3.jpg").write_bytes(b"torn")
    (folder / "4.heic").write_bytes(b"of another kind")
    return folder


def test_skipped_files_are_reported(pictures: Path, tmp_path: Path, call: Call) -> None:
    result = call("annotate", pictures, tmp_path / "out", "--untrained", "--nearest", 2)
    assert result.code == 0, result.out
    assert "3 works by" in result.out and "1 left out" in result.out
    assert "Skipped: .heic (1)." in result.out
    assert "3.jpg: PictureError" in result.out and "no picture of a known format" in result.out
    works = list(read_works(tmp_path / "out" / "works.jsonl.gz"))
    assert [work.id for work in works] == ["0.png", "1.avif", "2.tif"]


def test_a_duplicate_id_is_reported(pictures: Path, tmp_path: Path, call: Call) -> None:
    (pictures / "t.csv").write_text("file,id\n0.png,0\n1.avif,0\n2.tif,2\n")
    result = call("annotate", pictures, tmp_path / "out", "--untrained", "--nearest", 2)
    assert "Skipped: an id that came before (1)." in result.out
    works = list(read_works(tmp_path / "out" / "works.jsonl.gz"))
    assert [work.id for work in works] == ["0", "2"]


def test_works_are_annotated_by_their_texts(tmp_path: Path, call: Call) -> None:
    table, words = tmp_path / "works.csv", tmp_path / "words.txt"
    table.write_text(
        "id,artist,title,concepts,caption\na,Turner,Ships at Sea,boat;wave,\n"
        "b,,,,a loaf on a table\nc,,,,\n"
    )
    words.write_text("ship\nbread\nwave\nneon\nkitchen table\nboat\n")
    args = ("annotate", table, tmp_path / "out", "--text", "--vocabulary", words, "--nearest", 2)
    result = call(*args)
    assert result.code == 0, result.out
    assert "2 works by all-MiniLM-L6-v2" in result.out
    assert "Skipped: no title, concepts or caption (1)." in result.out
    works = {work.id: work for work in read_works(tmp_path / "out" / "works.jsonl.gz")}
    assert works["a"].artist == "Turner"
    assert set(works["a"].concepts) == {"boat", "wave"}
    assert set(works["b"].concepts) == {"bread", "kitchen table"}


def test_options_of_clip_do_not_go_with_text(tmp_path: Path, call: Call) -> None:
    result = call("annotate", tmp_path / "none.csv", tmp_path / "out", "--text", "--untrained")
    assert "--text uses no CLIP" in result.out
    result = call("annotate", tmp_path / "none.csv", tmp_path / "out", "--text")
    assert result.code == 1 and "no corpus at" in result.out
    assert not (tmp_path / "out").exists()
