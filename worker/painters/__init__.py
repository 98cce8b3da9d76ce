"""Painters: from words to a picture. Offline, OpenAI Images, local diffusers, ComfyUI, and jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from storage.archive.manifest import Material, Shown
from storage.archive.plan import Plan, Statement
from worker.meter import Meter
from worker.painters.picture import inspect_picture

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
    plan: Plan | None = None
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class PaintResult:
    """A painted picture, checked to be one, before it is archived.

    `plan`, `statements` and `prompt` are those of the picture as it was painted, where the painter
    paints plans; `prompt` holds the statements that are true of it. `stages` are the partial
    pictures that came before it, as small WebP files.
    """

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
    plan: Plan | None = None
    statements: tuple[Statement, ...] = ()
    prompt: str = ""
    stages: tuple[bytes, ...] = ()

    @classmethod
    def of_model(
        cls,
        data: bytes,
        *,
        model: str,
        seed: int | None = None,
        technique: str = "",
        stages: tuple[bytes, ...] = (),
    ) -> Self:
        """A picture that a trained model painted.

        Raises:
            BadPicture: `data` is no picture, see `inspect_picture`.
        """
        facts = inspect_picture(data)
        return cls(
            data=data,
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            model=model,
            digital_source_type=TRAINED,
            seed=seed,
            technique=technique,
            stages=stages,
        )


class Painter(Protocol):
    """Anything that paints a commission."""

    @property
    def name(self) -> str:
        """Which painter it is: `offline`, `openai`, `diffusers`, `comfyui`, or one of jobs."""

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture.

        Raises:
            ComponentError: one of its kinds, see `worker.errors`.
        """


__all__ = ["ALGORITHMIC", "TRAINED", "PaintRequest", "PaintResult", "Painter", "SimilarityCheck"]
