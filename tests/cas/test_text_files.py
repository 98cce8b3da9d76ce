"""Files of text as spreadsheets, museums and torn downloads leave them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from cas.text_files import read_json, read_json_lines, read_lines, read_rows, read_table, read_words

LINES = ["naïve café\n", "字 and 😀\n", "last"]


class ToldError(Exception):
    """The error that the tests ask for."""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["t.txt", "t.txt.gz"])
def test_every_encoding_gives_the_same_lines(
    tmp_path: Path, name: str, encoding: str, ends: str
) -> None:
    data = "".join(LINES).replace("\n", ends).encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert list(read_lines(tmp_path / name, error=ToldError)) == LINES
    assert list(read_lines(io.BytesIO(data), error=ToldError, name="posted")) == LINES


def test_files_put_together_lose_the_marks_inside(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes("\ufeffa\n\ufeffb\n".encode())
    assert list(read_lines(tmp_path / "t", error=ToldError)) == ["a\n", "b\n"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"sea\n\nna\xefve\n", r"t, line 3 is not UTF-8: 'na\\udcefve'"),
        (b"sea\nsk\0y\n", "t, line 2 holds NUL"),
        ("sea\nsky\n".encode("utf-16-le"), "t, line 1 holds NUL.*UTF-16 without a byte order mark"),
        ("sea\nsky".encode("utf-16")[:-1], "t, line 2: the file ends within a letter"),
        ("sea\nsky".encode("utf-16") + b"\x00\xd8\n\0", "t, line 2 is not UTF-8"),
        (None, "t cannot be read: No such file"),
    ],
)
def test_what_is_no_text_is_named_with_its_line(
    tmp_path: Path, data: bytes | None, told: str
) -> None:
    if data is not None:
        (tmp_path / "t").write_bytes(data)
    with pytest.raises(ToldError, match=told):
        list(read_lines(tmp_path / "t", error=ToldError))


@pytest.mark.parametrize("at", [-20, 12, 30])
def test_a_damaged_gzip_is_named(tmp_path: Path, at: int) -> None:
    packed = bytearray(gzip.compress(json.dumps(list(range(3000))).encode()))
    packed[at] ^= 0xFF
    for data in (packed, packed[:at]):
        (tmp_path / "t.gz").write_bytes(data)
        with pytest.raises(ToldError, match=r"t\.gz cannot be read to its end"):
            list(read_lines(tmp_path / "t.gz", error=ToldError))


def test_lines_in_windows_1252_are_read_and_told_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"na\xefve\ncaf\xc3\xa9\n")
    mended: list[None] = []
    lines = read_lines(tmp_path / "t", error=ToldError, mended=lambda: mended.append(None))
    assert (list(lines), len(mended)) == (["naïve\n", "café\n"], 1)


def test_a_list_of_words_holds_remarks(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("# reviewed\n sea # the water\n\nNew\u2028York\n")
    assert read_words(tmp_path / "t", error=ToldError) == ["sea", "New\u2028York"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"a": "sky \\ud83d"}', "half a surrogate pair"),
        ('{"\\uDC00": 1}', "half a surrogate pair"),
        ('{"a": "sea\\u0000"}', "NUL"),
        ('{"a": 1', "at column 8"),
        ("[" * 100_000, "recursion"),
        ("1" * 5_000, "4300 digits"),
    ],
)
def test_json_that_is_none_is_named_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "t.jsonl").write_text(f'{{"a": 1}}\n\n{line}\n')
    rows = read_json_lines(tmp_path / "t.jsonl", error=ToldError)
    assert next(rows) == (1, {"a": 1})
    with pytest.raises(ToldError, match=rf"t\.jsonl, line 3: .*{told}"):
        next(rows)


def test_json_that_looks_like_it_is_read(tmp_path: Path) -> None:
    values = ["😀", "\\ud83d", "\\u0000 and \\\\u0000", {"é": None}]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(value) + "\n" for value in values))
    assert [v for _, v in read_json_lines(tmp_path / "t.jsonl", error=ToldError)] == values
    (tmp_path / "t.json").write_text("\ufeff" + json.dumps(values, indent=1))
    assert read_json(tmp_path / "t.json", error=ToldError) == values
    (tmp_path / "t.json").write_text('{\n "a": 1,\n}\n')
    with pytest.raises(ToldError, match=r"t\.json, line 3: .* at column 1"):
        read_json(tmp_path / "t.json", error=ToldError)


def table(path: Path, text: str, **options: object) -> list[tuple[int, dict[str, str]]]:
    path.write_text(text, encoding="utf-8", newline="")
    return list(read_table(path, ("id",), error=ToldError, optional=("artist",), **options))


@pytest.mark.parametrize(
    "heading", ["id,artist", "\ufeffid,artist", '\ufeff"id","artist"', " ID , Artist", "Id,ARTIST"]
)
def test_columns_are_found(tmp_path: Path, heading: str) -> None:
    text = f"{heading}\r\n w1 ,Ana\r\n"
    assert table(tmp_path / "t", text) == [(2, {"id": "w1", "artist": "Ana"})]


def test_rows_are_whole_records_and_numbered_by_their_first_line(tmp_path: Path) -> None:
    text = 'artist,id,other\n"Ana\r\n""Nana""",w1,\n,,\n\nBo,0,\nCy,w3,x,,\n'
    assert table(tmp_path / "t", text) == [
        (2, {"id": "w1", "artist": 'Ana\n"Nana"'}),
        (6, {"id": "0", "artist": "Bo"}),
        (7, {"id": "w3", "artist": "Cy"}),
    ]


def test_empty_cells_at_the_end_may_be_left_out(tmp_path: Path) -> None:
    """As Excel does, after sixteen rows without any."""
    assert table(tmp_path / "t", "id,artist\nw1\nw2,Ana") == [
        (2, {"id": "w1", "artist": ""}),
        (3, {"id": "w2", "artist": "Ana"}),
    ]
    assert table(tmp_path / "t", "id\nw1\n") == [(2, {"id": "w1", "artist": ""})]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,artist\nw1,Ana\nw2", "t is cut short within line 3: 'w2'"),
        ("artist,id\nAna,w1\nBo\n", "t, line 3 has 1 cells for 2 columns: 'Bo'"),
        ("id,artist\nw1,Lindqvist, Ana\n", "t, line 2 has 3 cells for 2 columns"),
        ('id,artist\nw1,Ana\nw2,"Bo\nw3,Cy\n', "t, line 3: not a whole record .*quote"),
        ('id,artist\nw1,"Ana" L\n', "t, line 2: not a whole record"),
        ('id\n"' + "x" * 200_000 + '"\n', "t, line 2: not a whole record .*field limit"),
        ("id,ID\nw1,w2\n", "t has the column id twice"),
        ("name,artist\nw1,Ana\n", "t lacks the column id: it has name, artist"),
        ("id;artist\nw1;Ana\n", "t lacks the column id: it has id;artist"),
        ("", "t lacks the column id"),
    ],
)
def test_no_record_is_passed_over(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ToldError, match=told):
        table(tmp_path / "t", text)


def test_rows_are_what_the_csv_module_wrote(tmp_path: Path) -> None:
    rows = [["a", 'b "c", d'], ["e\nf", ""], ["", "0"]]
    with (tmp_path / "t").open("w", encoding="utf-16", newline="") as file:
        csv.writer(file).writerows(rows)
    numbered = list(zip([1, 2, 4], rows, strict=True))
    assert list(read_rows(tmp_path / "t", error=ToldError)) == numbered
