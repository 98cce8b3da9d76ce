import io

import numpy as np
import pytest
from PIL import Image

from tests.worker.studio.studies import CONCEPTS, SIZE, painter, picture, plan
from worker.studio import OfflinePainter, PaintError, contact_sheet
from worker.studio.field.colour import to_oklab
from worker.studio.marks import TECHNIQUES
from worker.studio.plan.choices import Choices

STUDIES = range(len(CONCEPTS))


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.float32) / 255


@pytest.mark.parametrize("number", STUDIES)
def test_pictures_are_no_flat_tone(number: int) -> None:
    pixels = opened(picture(number).png)
    assert pixels.shape == (SIZE, SIZE, 3)
    grey = pixels.mean(-1)
    assert grey.std() > 0.06
    # Not one tone with a few specks: every ninth of the picture but a few has something in it.
    parts = [grey[r : r + 42, c : c + 42].std() for r in (0, 43, 86) for c in (0, 43, 86)]
    assert sum(part > 0.01 for part in parts) >= 4


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_picture_has_the_same_colours_at_every_size(technique: str) -> None:
    apple = painter().plan(["apple"], seed=3, choices=Choices(technique=technique))
    small, large = (
        Image.open(io.BytesIO(OfflinePainter(size, size).paint(apple).png)).convert("RGB")
        for size in (256, 1000)
    )
    seen = [
        to_oklab(np.asarray(one.resize((16, 16), Image.Resampling.BOX), np.float32) / 255)
        for one in (small, large)
    ]
    assert np.abs(seen[1] - seen[0]).mean() < 0.05


def test_the_same_plan_gives_the_same_bytes() -> None:
    again = painter().paint(plan(3), title="Study 3")
    assert again.png == picture(3).png
    assert again.statements == picture(3).statements


def test_statements_that_are_there_already_are_kept() -> None:
    said = painter().describe(plan(3))
    made = painter().paint(plan(3), statements=said, title="Study 3")
    assert [s.kind for s in made.statements] == [s.kind for s in picture(3).statements]
    assert made.png == picture(3).png


def test_the_file_says_what_it_is() -> None:
    made = picture(3)
    text = Image.open(io.BytesIO(made.png)).text
    assert text["Title"] == "Study 3"
    assert text["Description"] == made.prompt
    assert "algorithmicMedia" in text["DigitalSourceType"]
    assert all(s.text in made.prompt for s in made.statements if s.holds)
    assert all(s.text not in made.prompt for s in made.statements if s.holds is False)


@pytest.mark.parametrize("size", [(64, 64), (256, 64), (64, 256), (300, 200)])
def test_sizes(size: tuple[int, int]) -> None:
    made = OfflinePainter(*size)
    drawn = made.plan(["fox", "church"], seed=1)
    done = made.paint(drawn)
    assert (done.width, done.height) == size
    assert Image.open(io.BytesIO(done.png)).size == size
    assert opened(done.png).std() > 0.05


@pytest.mark.parametrize("size", [(63, 64), (64, 4097), (257, 64), (64, 257), (0, 64), (-64, 64)])
def test_sizes_that_cannot_be_painted(size: tuple[int, int]) -> None:
    with pytest.raises(PaintError, match=r"pixels|at most"):
        OfflinePainter(*size)


def test_unknown_techniques_are_refused() -> None:
    with pytest.raises(PaintError, match="there is no technique 'fresco'; known: "):
        painter().paint(plan(0).model_copy(update={"technique": "fresco"}))


def test_most_pictures_show_all_their_actors() -> None:
    assert sum(picture(number).whole for number in STUDIES) >= 0.8 * len(CONCEPTS)


def test_attempts_give_other_pictures() -> None:
    plans = [painter().plan(["fox"], seed=5, attempt=attempt) for attempt in range(3)]
    assert len({plan_.model_dump_json() for plan_ in plans}) == 3


def test_a_contact_sheet_holds_its_pictures() -> None:
    data = contact_sheet([picture(n) for n in range(3)], columns=2, cell=64)
    assert Image.open(io.BytesIO(data)).size == (2 * 72 + 8, 2 * 72 + 8)
    with pytest.raises(PaintError, match="at least one"):
        contact_sheet([], columns=2, cell=64)
