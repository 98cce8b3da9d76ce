"""Composers: from the pool to the words of a picture. The offline grammar, and OpenAI-like APIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from storage.archive.manifest import Composition
from storage.archive.plan import Plan
from worker.meter import Meter

RECENT_PLANS = 12
"""Plans of earlier works that a composer is told."""


@dataclass(frozen=True)
class ComposeRequest:
    """What a composer is told before it writes.

    `required` (the cycle's new concept, and the seeds where each work shows them) must all be in
    the prompt; the composer chooses the rest from `pool`. `recent_concepts` are those of the last
    works, newest first, and so are `recent_plans`. `paints_plan` says that the painter paints the
    composition's plan.
    """

    artist: str
    statement: str
    style: str
    pool: tuple[str, ...]
    required: tuple[str, ...]
    seed: int
    recent_titles: tuple[str, ...] = ()
    recent_concepts: tuple[str, ...] = ()
    recent_plans: tuple[Plan, ...] = ()
    paints_plan: bool = False
    refusal: str = ""


class Composer(Protocol):
    """Anything that turns a brief into a composition."""

    @property
    def name(self) -> str:
        """Which composer it is: `grammar` or `openai`."""

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        """Write a title, the concepts used and an image prompt.

        Raises:
            ComponentError: one of its kinds, see `worker.errors`.
        """


__all__ = ["RECENT_PLANS", "ComposeRequest", "Composer"]
