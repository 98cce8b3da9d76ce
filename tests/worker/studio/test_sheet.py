"""The contact sheet."""

import io

import pytest
from PIL import Image

from worker.studio import OfflinePainter, PaintError, contact_sheet


def test_pictures_stand_in_reading_order():
    pictures = [OfflinePainter(96, 96).paint([word], seed=1) for word in ("sea", "fox", "moon")]
    page = Image.open(io.BytesIO(contact_sheet(pictures, columns=2, cell=96, gap=8)))
    assert page.size == (2 * 96 + 3 * 8, 2 * 96 + 3 * 8)
    for picture, corner in zip(pictures, [(8, 8), (112, 8), (8, 112)], strict=True):
        cell = page.crop((*corner, corner[0] + 96, corner[1] + 96))
        assert cell.tobytes() == Image.open(io.BytesIO(picture.png)).convert("RGB").tobytes()


def test_a_wide_picture_keeps_its_ratio():
    picture = OfflinePainter(128, 64).paint(["sea"], seed=1)
    page = Image.open(io.BytesIO(contact_sheet([picture], columns=4, cell=128, gap=4)))
    assert page.size == (136, 136)
    assert len(page.crop((4, 4, 132, 34)).getcolors()) == 1


@pytest.mark.parametrize("columns", [0, -1])
def test_no_column_is_refused(columns):
    picture = OfflinePainter(64, 64).paint(["sea"], seed=1)
    with pytest.raises(PaintError, match=str(columns)):
        contact_sheet([picture], columns=columns)


def test_no_picture_is_refused():
    with pytest.raises(PaintError, match="0"):
        contact_sheet([])
