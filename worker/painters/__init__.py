"""Painters: from words to a picture. The offline painter, OpenAI Images, and local diffusers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from storage.archive.manifest import Material, Shown
from worker.meter import Meter

ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@dataclass(frozen=True)
class SimilarityCheck:
    """The newest works, as one who paints for nothing may look at them before a work is done.

    `nearest` gives the cosine of a picture with the one that it resembles most, -1 where
    there is none; from `alike` on the two look much alike.
    """

    nearest: Callable[[bytes], float]
    alike: float


@dataclass(frozen=True)
class PaintRequest:
    """What a painter is asked for."""

    prompt: str
    title: str
    concepts: tuple[str, ...]
    style: str
    seed: int
    similarity: SimilarityCheck | None = None


@dataclass(frozen=True)
class PaintResult:
    """A painted picture, checked to be one, before it is archived."""

    data: bytes
    media_type: str
    width: int
    height: int
    model: str
    digital_source_type: str
    seed: int | None = None
    attempts: int = 1
    technique: str = ""
    palette: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    materials: tuple[Material, ...] = ()


class Painter(Protocol):
    """Anything that paints a commission."""

    @property
    def name(self) -> str:
        """Which painter it is: `offline`, `openai` or `diffusers`."""

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture.

        Raises:
            ComponentError: one of its kinds, see `worker.errors`.
        """


__all__ = ["ALGORITHMIC", "TRAINED", "PaintRequest", "PaintResult", "Painter", "SimilarityCheck"]
