"""The names of colours, against colours that people agree on."""

from __future__ import annotations

import pytest
from PIL import Image, ImageColor

from gallery.images.colours import COLOURS, colours_of
from gallery.images.placeholders import Placeholder


@pytest.mark.parametrize(
    ("css", "name"),
    [
        ("red", "red"), ("crimson", "red"), ("darkorange", "orange"), ("gold", "yellow"),
        ("forestgreen", "green"), ("limegreen", "green"), ("turquoise", "turquoise"),
        ("royalblue", "blue"), ("navy", "blue"), ("skyblue", "blue"), ("rebeccapurple", "violet"),
        ("hotpink", "pink"), ("saddlebrown", "brown"), ("sienna", "brown"), ("black", "black"),
        ("grey", "grey"), ("white", "white"), ("ivory", "white"), ("#1a1a1d", "black"),
    ],
)  # fmt: skip
def test_a_colour_has_the_name_that_css_gives_it(css: str, name: str) -> None:
    assert colours_of(Image.new("RGB", (4, 4), ImageColor.getrgb(css))) == (name,)


def test_a_picture_has_the_colours_that_a_sixth_of_it_shows() -> None:
    picture = Image.new("RGB", (120, 60), "royalblue")
    picture.paste("gold", (0, 0, 30, 60))
    picture.paste("red", (30, 0, 36, 60))
    assert colours_of(picture) == ("blue", "yellow")
    assert Placeholder.of(picture).colours == ("blue", "yellow"), "its tiny copy will do"
    assert Placeholder("#000000", "AAAA").colours == ()
    assert len(COLOURS) == 12
