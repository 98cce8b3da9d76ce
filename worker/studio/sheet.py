"""A contact sheet: pictures side by side on grey."""

import io
from collections.abc import Sequence

from PIL import Image

from worker.studio.picture import PaintError, Picture

GAP = 8
GREY = (58, 58, 60)


def contact_sheet(pictures: Sequence[Picture], *, columns: int, cell: int) -> bytes:
    """PNG bytes of the pictures in rows, each within a square of `cell` pixels.

    Raises:
        PaintError: there is no picture.
    """
    if not pictures:
        raise PaintError("a sheet needs at least one picture")
    rows = -(-len(pictures) // columns)
    size = (columns * (cell + GAP) + GAP, rows * (cell + GAP) + GAP)
    sheet = Image.new("RGB", size, GREY)
    for index, picture in enumerate(pictures):
        image = Image.open(io.BytesIO(picture.png)).convert("RGB")
        image.thumbnail((cell, cell), Image.Resampling.LANCZOS)
        x = GAP + index % columns * (cell + GAP) + (cell - image.width) // 2
        y = GAP + index // columns * (cell + GAP) + (cell - image.height) // 2
        sheet.paste(image, (x, y))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
