"""A form: one thing to be drawn, in parts, before it has a place in a picture.

Forms stand on their base line: x runs left to right about 0, y from -1 (top) to 0 (base), so a
form of height h placed at (x, y) is its paths scaled by h and moved there.
"""

from dataclasses import dataclass, field

import skia


@dataclass(frozen=True)
class Part:
    """A piece of one colour. Details lie on the piece below and cut no new contour."""

    path: skia.Path
    tint: str
    tone: float = 0.0  # lighter or darker than its tint, OKLab lightness
    relief: float = 0.5  # how round it looks, 0 flat
    flow: float = 1.57  # direction of the hand's strokes, radians from horizontal
    detail: bool = False


@dataclass(frozen=True)
class Form:
    """Parts from back to front."""

    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in the form's own units."""
        rects = [part.path.computeTightBounds() for part in self.parts]
        return (
            min(rect.left() for rect in rects),
            min(rect.top() for rect in rects),
            max(rect.right() for rect in rects),
            max(rect.bottom() for rect in rects),
        )
