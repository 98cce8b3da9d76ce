"""A contact sheet: many pictures on one page, for the eye to compare."""

import io
from collections.abc import Sequence

from PIL import Image

from worker.studio.picture import PaintError, Picture

_GROUND = (236, 232, 224)


def contact_sheet(
    pictures: Sequence[Picture],
    *,
    columns: int = 6,
    cell: int = 256,
    gap: int = 12,
) -> bytes:
    """PNG bytes of the pictures in reading order, each within a square cell of `cell` pixels.

    Raises `PaintError` if there is no picture or no column.
    """
    if not pictures or columns < 1:
        raise PaintError(
            f"a contact sheet needs a picture and a column, not {len(pictures)} and {columns}"
        )
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    size = (columns * (cell + gap) + gap, rows * (cell + gap) + gap)
    page = Image.new("RGB", size, _GROUND)
    for i, picture in enumerate(pictures):
        thumb = Image.open(io.BytesIO(picture.png)).convert("RGB")
        thumb.thumbnail((cell, cell), Image.Resampling.LANCZOS)
        x = gap + (i % columns) * (cell + gap) + (cell - thumb.width) // 2
        y = gap + (i // columns) * (cell + gap) + (cell - thumb.height) // 2
        page.paste(thumb, (x, y))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()
