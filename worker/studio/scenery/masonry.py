"""What all buildings are made with: arches, rows of windows, battlements."""

import skia

from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, box, polygon, smooth


def archway(
    x: float, base: float, width: float, height: float, *, pointed: bool = False
) -> skia.Path:
    """An opening about `x` that stands on `base`, round or pointed."""
    half = width / 2
    if pointed:
        return smooth(
            [
                (x - half, base),
                (x - half, base - height * 0.55),
                (x, base - height),
                (x + half, base - height * 0.55),
                (x + half, base),
            ],
            tension=0.1,
        )
    path = skia.Path()
    path.moveTo(x - half, base)
    path.lineTo(x - half, base - height + half)
    path.arcTo(
        skia.Rect.MakeLTRB(x - half, base - height, x + half, base - height + width),
        180,
        180,
        False,
    )
    path.lineTo(x + half, base)
    path.close()
    return path


def windows(
    rng: Rng,
    left: float,
    right: float,
    top: float,
    bottom: float,
    *,
    columns: int,
    rows: int,
    arched: bool = False,
) -> list[Part]:
    """Rows of windows within a wall, here and there one with a light on."""
    width, height = (right - left) / columns, (bottom - top) / rows
    lit = rng.random((rows, columns)) < 0.22
    parts = []
    for row in range(rows):
        for column in range(columns):
            x, y = left + width * (column + 0.5), top + height * (row + 0.8)
            shape = (
                archway(x, y, width * 0.42, height * 0.6)
                if arched
                else box(x - width * 0.2, y - height * 0.55, x + width * 0.2, y)
            )
            parts.append(
                Part(
                    shape,
                    "gold" if lit[row, column] else "ink",
                    0.1 if lit[row, column] else 0.06,
                    relief=0,
                    detail=True,
                )
            )
    return parts


def battlement(left: float, right: float, top: float, base: float, *, teeth: int) -> skia.Path:
    """A wall with so many merlons."""
    step = (right - left) / (2 * teeth - 1)
    points: list[Point] = [(left, base), (left, top)]
    for i in range(2 * teeth - 1):
        y = top - (0.04 if i % 2 == 0 else 0)
        points += [(left + i * step, y), (left + (i + 1) * step, y)]
    points += [(right, top), (right, base)]
    return polygon(points)
