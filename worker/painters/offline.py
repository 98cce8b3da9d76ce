"""The adapter of the offline painter (`worker.studio`) to the painter interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from storage.archive.manifest import Float32, Shown
from storage.archive.plan import Plan
from worker.errors import Misconfigured
from worker.meter import Meter
from worker.painters import ALGORITHMIC, PaintRequest, PaintResult
from worker.painters.picture import inspect_picture

if TYPE_CHECKING:
    from worker.studio import OfflinePainter, Picture


class OfflineStudio:
    """Paints with our own studio: no model to fetch, no network, no cost.

    `width` and `height` are pixels. A picture in which an actor is not seen, or that resembles one
    of the newest works, is planned and painted again, `attempts` times at most; the one that is
    least like the others is kept. `encode` turns texts into unit vectors, for words that the
    studio's table does not have.
    """

    name = "offline"

    def __init__(
        self,
        *,
        width: int,
        height: int,
        attempts: int,
        encode: Callable[[Sequence[str]], Float32] | None = None,
    ) -> None:
        self._width = width
        self._height = height
        self._attempts = attempts
        self._encode = encode

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture; the same request gives the same pixels.

        Raises:
            Misconfigured: the studio can't paint with these settings.
            BadPicture: what it painted is no whole picture.
        """
        from worker.studio import PaintError

        try:
            picture, attempts = self._paint(request)
        except PaintError as error:
            raise Misconfigured(f"the offline painter: {error}") from error
        facts = inspect_picture(picture.png)
        plan = picture.plan
        return PaintResult(
            data=picture.png,
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            model=plan.setting.kind,
            digital_source_type=ALGORITHMIC,
            seed=request.seed,
            attempts=attempts,
            technique=plan.technique,
            palette=tuple(pigment.colour for pigment in plan.palette),
            shown=_shown(plan),
            plan=plan,
            statements=picture.statements,
            prompt=picture.prompt,
        )

    def _paint(self, request: PaintRequest) -> tuple[Picture, int]:
        """The picture that is kept, and how many were painted."""
        best, best_rank, attempt = None, (True, 2.0), 0
        for attempt in range(self._attempts):
            picture = self._once(request, attempt)
            similarity = request.similarity
            nearest = -1.0 if similarity is None else similarity.nearest(picture.png)
            rank = (not picture.whole, nearest)
            if best is None or rank < best_rank:
                best, best_rank = picture, rank
            if picture.whole and (similarity is None or nearest < similarity.alike):
                break
        assert best is not None
        return best, attempt + 1

    def _once(self, request: PaintRequest, attempt: int) -> Picture:
        if request.plan is not None and attempt == 0:
            plan, statements = request.plan, request.statements
        else:
            plan = self._studio.plan(
                request.concepts, seed=request.seed, style=request.style, attempt=attempt
            )
            statements = ()
        return self._studio.paint(plan, statements=statements, title=request.title)

    @cached_property
    def _studio(self) -> OfflinePainter:
        from worker.studio import OfflinePainter

        return OfflinePainter(width=self._width, height=self._height, encode=self._encode)


def style_fault(style: str) -> str:
    """Return that the offline painter knows no technique in a style, and which it knows.

    Empty if it knows one, if there is no style, or if the studio is not installed here.
    """
    if not style or find_spec("numba") is None:
        return ""
    from worker.studio.marks import TECHNIQUES
    from worker.studio.plan.suit import techniques_in

    if techniques_in(style, [(name, one.words) for name, one in TECHNIQUES.items()]):
        return ""
    return (
        f"the offline painter knows no technique in the style {style!r}, and chooses one for each"
        f" picture: it knows {', '.join(TECHNIQUES)}"
    )


def _shown(plan: Plan) -> tuple[Shown, ...]:
    """How each concept came into the picture."""
    shown = [
        Shown(
            concept=actor.concept, how=", ".join(part for part in (actor.form, actor.pose) if part)
        )
        for actor in plan.actors
        if not actor.staffage
    ]
    known = {one.concept for one in shown}
    return (
        *shown,
        *(
            Shown(
                concept=other.concept,
                how=f"as {other.use}" if other.use != "left out" else other.use,
            )
            for other in plan.others
            if other.concept not in known
        ),
    )
