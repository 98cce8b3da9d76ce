"""Folders of pictures with tables as spreadsheets write them, and files that are none."""

from __future__ import annotations

import io
import os
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from cas.data.annotation import shards_of
from cas.data.corpus import Work, read_works, write_works
from cas.data.image_files import PictureError
from cas.data.image_sources import pictures_of
from cas.errors import CorpusError

TABLE = "file,id,artist\r\np0.png,0,Ana Lindqvist\r\np1.png,,\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("p0.png", "p1.png", "p2.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    return tmp_path


def found(folder: Path) -> list[tuple[str, str | None]]:
    return [(picture.id, picture.artist) for picture in pictures_of(str(folder))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_of_a_spreadsheet_keeps_ids_and_artists(folder: Path, encoding: str) -> None:
    (folder / "table.csv").write_bytes(TABLE.encode(encoding))
    assert found(folder) == [("0", "Ana Lindqvist"), ("p1.png", None)]
    (folder / "table.csv").write_bytes(TABLE.replace("file,id", " File , ID ").encode(encoding))
    assert found(folder) == [("0", "Ana Lindqvist"), ("p1.png", None)]


def test_a_table_in_json_keeps_a_zero(folder: Path) -> None:
    (folder / "table.jsonl").write_text(
        '\ufeff{"file": "p0.png", "id": 0}\n{"file": "p1.png", "artist": null}\n'
    )
    assert found(folder) == [("0", None), ("p1.png", None)]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("t.csv", "file,artist\np0.png,Lindqvist, Ana\n", "line 2 has 3 cells"),
        ("t.csv", "file,artist\np0.png,Ana\n,Bo\n", "line 3 names no file"),
        ("t.csv", 'file,artist\n"p0.png,Ana\n', "line 2: not a whole record"),
        ("t.csv", b"file,artist\np0.png,Ren\xe9\n", "line 2 is not UTF-8"),
        ("t.jsonl", '{"file": "p0.png"}\n{"file": null}\n', "line 2 names no file"),
        ("t.jsonl", '{"file": "p0.png"}\n["p1.png"]\n', "line 2: a row is a JSON object"),
        ("t.jsonl", '{"file": "p0.png"\n', "line 1: not a JSON object"),
    ],
)
def test_a_broken_table_is_said(folder: Path, name: str, text: str | bytes, told: str) -> None:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CorpusError, match=rf"{name}.*{told}"):
        found(folder)


def test_every_picture_is_taken_and_the_other_files_told(folder: Path) -> None:
    (folder / "sea").mkdir()
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, "JPEG")
    for name in ("a.jfif", "sea/b.JPE", "c.heic", "d.txt", "e.txt", "README", "other.csv"):
        (folder / name).write_bytes(data.getvalue())
    (folder / "other.csv").write_text("title,year\nSea,1900\n")
    told: Counter[str] = Counter()
    pictures = list(pictures_of(str(folder), left_out=lambda what: told.update([what])))
    names = [picture.id for picture in pictures]
    assert names == ["a.jfif", "p0.png", "p1.png", "p2.png", "sea/b.JPE"]
    assert all(picture.open().size == (8, 8) for picture in pictures)
    assert told == {".heic": 1, ".txt": 2, "no suffix": 1, ".csv": 1}


def test_a_doubled_id_is_told(folder: Path) -> None:
    (folder / "t.csv").write_text("file,id\np0.png,1\np1.png,1\np2.png,2\n")
    told: list[str] = []
    (shard,) = shards_of(pictures_of(str(folder)), left_out=told.append)
    assert [picture.id for picture in shard] == ["1", "2"]
    assert told == ["an id that came before"]


def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Ren\xe9") / os.fsdecode(b"a\xff.png")
    path.parent.mkdir()
    Image.new("RGB", (8, 8)).save(path)
    (picture,) = pictures_of(str(tmp_path))
    assert (picture.id, picture.artist) == ("Ren\\xe9/a\\xff.png", "Ren\\xe9")
    assert picture.open().size == (8, 8)
    write_works(tmp_path / "w.jsonl", [Work(picture.id, picture.artist, ("sea",))])
    assert [work.artist for work in read_works(tmp_path / "w.jsonl")] == ["Ren\\xe9"]


def test_parquet_keeps_a_zero_and_tells_what_is_no_image(tmp_path: Path) -> None:
    table = pa.table({"image": ["a.png", ""], "id": [0, None], "artist": ["", " Ana "]})
    parquet.write_table(table, tmp_path / "t.parquet")
    first, second = pictures_of(str(tmp_path / "t.parquet"))
    assert (first.id, first.artist) == ("0", None)
    assert (second.id, second.artist) == ("t.parquet#2", "Ana")
    with pytest.raises(PictureError, match=r"holds 'a\.png', not the bytes"):
        first.open()
    with pytest.raises(OSError, match="holds no image"):
        second.open()


@pytest.mark.parametrize("source", ["nothing://there/*.parquet", "file:///nowhere/*.parquet"])
def test_an_address_without_pictures_is_said(source: str) -> None:
    with pytest.raises(CorpusError, match=r"cannot be read|no pictures at"):
        list(pictures_of(source))
