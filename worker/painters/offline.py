"""The adapter of the offline painter (`worker.studio`) to the painter interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from storage.archive.manifest import Float32, Material, Shown
from worker.errors import Misconfigured
from worker.meter import Meter
from worker.painters import PaintRequest, PaintResult
from worker.painters.picture import inspect_picture

if TYPE_CHECKING:
    from worker.studio import OfflinePainter, Picture


class OfflineStudio:
    """Paints with our own studio: no model to fetch, no network, no cost.

    `width` and `height` are pixels. Where it may look at the newest works, it paints up to
    `attempts` pictures, until one resembles none of them, and keeps the least like. `encode` turns
    texts into unit vectors, by which the studio finds a figure for words that it does not know.
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
        """Paint one picture; the same commission gives the same pixels.

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
        return PaintResult(
            data=picture.png,
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            model=picture.family,
            digital_source_type=picture.digital_source_type,
            seed=request.seed,
            attempts=attempts,
            technique=picture.technique,
            palette=tuple(picture.palette),
            shown=tuple(Shown(concept=shown.concept, how=shown.how) for shown in picture.shown),
            materials=tuple(
                Material(name=one.name, source=one.source, licence=one.licence)
                for one in picture.materials
            ),
        )

    def _paint(self, request: PaintRequest) -> tuple[Picture, int]:
        """The picture that is handed over, and how many were painted."""
        best, similarity = self._once(request), request.similarity
        if similarity is None or self._attempts == 1:
            return best, 1
        nearest = similarity.nearest(best.png)
        earlier = [replace(best, png=b"")]  # how they were made: dozens of sheets weigh too much
        while nearest >= similarity.alike and len(earlier) < self._attempts:
            picture = self._once(request, instead_of=earlier)
            earlier.append(replace(picture, png=b""))
            cosine = similarity.nearest(picture.png)
            if cosine < nearest:
                best, nearest = picture, cosine
        return best, len(earlier)

    def _once(self, request: PaintRequest, *, instead_of: Sequence[Picture] = ()) -> Picture:
        return self._studio.paint(
            request.concepts,
            seed=request.seed,
            style=request.style,
            prompt=request.prompt,
            title=request.title,
            instead_of=instead_of,
        )

    @cached_property
    def _studio(self) -> OfflinePainter:
        from worker.studio import OfflinePainter

        return OfflinePainter(width=self._width, height=self._height, encode=self._encode)
