"""What a technique is: a way to make a picture's marks from its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from worker.studio.field.colour import Pixels
from worker.studio.field.shade import Target

Stage = Callable[[Pixels], None]
"""Takes the picture (h, w, 3) as it stands, some ten times while it is made."""


def no_stage(picture: Pixels) -> None:
    """The stage of a picture whose making nobody watches."""


@dataclass(frozen=True)
class Technique:
    """A way to make marks.

    `phrase` completes "It is ...": "a copper engraving in black ink on cream paper" without the
    colours. `words` in an artist's style ask for it. `colours` is `full` where the target's
    colours are seen, `few` where flat colours of the palette stand for them, `ink` where only
    tone and the accent are. `lines` returns the picture as SVG paths: only of techniques that
    are lines.
    """

    name: str
    phrase: str
    words: tuple[str, ...]
    colours: str
    render: Callable[[Target, Stage], Pixels]
    lines: Callable[[Target], str] | None = None
