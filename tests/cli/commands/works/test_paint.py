"""`artist paint` and `artist sheet`, with users' mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Call


def test_paint_writes_the_same_picture_twice_and_checks_its_words(
    call: Call, tmp_path: Path
) -> None:
    one, two = tmp_path / "new" / "fox.png", tmp_path / "again.png"
    result = call("paint", "fox, church, winter", "--seed", 3, "--size", "160x120", "--out", one)
    assert result.code == 0, result.out
    assert "  ✓ " in result.out
    assert "fox" in result.out
    assert size_of_image(one) == (160, 120)
    call("paint", "fox, church, winter", "--seed", 3, "--size", "160x120", "--out", two)
    assert one.read_bytes() == two.read_bytes()


def test_paint_hands_out_its_stages(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "stages"
    out = tmp_path / "fox.png"
    call("paint", "fox", "--size", "96x96", "--out", out, "--stages", folder)
    assert len(list(folder.glob("*.webp"))) >= 4
    assert size_of_image(folder / "01.webp") <= (640, 640)


def test_lines_are_written_for_a_plotter_where_there_are_any(call: Call, tmp_path: Path) -> None:
    def paint(style: str) -> object:
        out, svg = tmp_path / "p.png", tmp_path / f"{style}.svg"
        return call("paint", "fox", "--style", style, "--size", "96x96", "--out", out, "--svg", svg)

    assert paint("engraving").code == 0
    assert (tmp_path / "engraving.svg").read_text("utf-8").startswith("<")
    result = paint("oil")
    assert result.code == 1
    assert "oil is not made of lines; these are: " in result.out


def test_sheet_paints_as_many_works_as_asked(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    result = call("sheet", "--count", 3, "--columns", 2, "--size", "64x64", "--out", out)
    assert result.code == 0, result.out
    assert "3 works" in result.out
    width, height = size_of_image(out)
    assert width == height > 600


def size_of_image(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((" , ,",), "no concept"),
        (("fox", "--size", "big"), "1024x1024"),
        (("fox", "--size", "9x9"), "64 to 4096"),
        (("fox", "--size", "4096x64"), "4 : 1"),
    ],
)
def test_mistakes_are_reported_in_a_sentence(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = call("paint", *arguments, "--out", tmp_path / "p.png")
    assert result.code == 1
    assert words in result.out
    assert not (tmp_path / "p.png").exists()


def test_a_path_that_cannot_be_written_is_reported(call: Call, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    result = call("paint", "fox", "--size", "64x64", "--out", blocked / "fox.png")
    assert result.code == 1
    assert "can't be written" in result.out
