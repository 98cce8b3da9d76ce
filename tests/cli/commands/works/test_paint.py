"""`artist paint` and `artist sheet`, mistakes included."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Call


def test_paint_writes_the_same_picture_twice_and_says_what_was_shown_how(
    call: Call, tmp_path: Path
) -> None:
    one, two = tmp_path / "new" / "fox.png", tmp_path / "again.png"
    said = call("paint", "fox, church, winter", "--seed", 3, "--size", "160x120", "--out", one)
    assert said.code == 0, said.out
    assert all(f"  {concept}: " in said.out for concept in ("fox", "church", "winter"))
    assert size_of_image(one) == (160, 120)
    call("paint", "fox, church, winter", "--seed", 3, "--size", "160x120", "--out", two)
    assert one.read_bytes() == two.read_bytes()


def test_sheet_paints_as_many_works_as_asked(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    said = call("sheet", "--count", 3, "--columns", 2, "--size", "64x64", "--out", out)
    assert said.code == 0, said.out
    assert "3 works" in said.out
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
def test_mistakes_are_told_in_a_sentence(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = call("paint", *arguments, "--out", tmp_path / "p.png")
    assert said.code == 1
    assert words in said.out
    assert not (tmp_path / "p.png").exists()


def test_a_place_that_cannot_be_written_is_named(call: Call, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    said = call("paint", "fox", "--size", "64x64", "--out", blocked / "fox.png")
    assert said.code == 1
    assert "can't be written" in said.out
