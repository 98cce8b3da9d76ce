"""`artist annotate` with the small CLIP of random weights: what is not taken is told."""

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


def test_what_is_left_out_is_told(pictures: Path, tmp_path: Path, call: Call) -> None:
    said = call("annotate", pictures, tmp_path / "out", "--untrained", "--nearest", 2)
    assert said.code == 0, said.out
    assert "3 pictures by" in said.out and "1 left out" in said.out
    assert "Not taken for pictures: .heic (1)." in said.out
    assert "3.jpg: PictureError" in said.out and "no picture of a known format" in said.out
    works = list(read_works(tmp_path / "out" / "works.jsonl.gz"))
    assert [work.id for work in works] == ["0.png", "1.avif", "2.tif"]


def test_a_doubled_id_is_told(pictures: Path, tmp_path: Path, call: Call) -> None:
    (pictures / "t.csv").write_text("file,id\n0.png,0\n1.avif,0\n2.tif,2\n")
    said = call("annotate", pictures, tmp_path / "out", "--untrained", "--nearest", 2)
    assert "Not taken for pictures: an id that came before (1)." in said.out
    works = list(read_works(tmp_path / "out" / "works.jsonl.gz"))
    assert [work.id for work in works] == ["0", "2"]
