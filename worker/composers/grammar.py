"""The offline composer: it draws a plan from what the studio can paint, and describes it.

The prompt is the plan in words (`worker.studio.plan`), so that a painter with a model gets a full
description, and the offline painter paints that very plan. Titles come from `titles.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from storage.archive.manifest import Composition, Float32
from worker.composers import ComposeRequest
from worker.composers.titles import TitleWords, write_title
from worker.meter import Meter
from worker.nouns import classify

if TYPE_CHECKING:
    from worker.studio import OfflinePainter

FEWEST, MOST = 5, 6
"""Concepts among which a plan finds those that can be shown together, if the pool has as many."""


class GrammarComposer:
    """Composes from rules alone: no model, no network, no cost. The same request, the same words.

    `width` and `height` are the picture's pixels; `encode` turns texts into unit vectors, for
    concepts that the studio's table does not have.
    """

    name = "grammar"

    def __init__(
        self,
        *,
        width: int = 1024,
        height: int = 1024,
        encode: Callable[[Sequence[str]], Float32] | None = None,
    ) -> None:
        self._width, self._height, self._encode = width, height, encode

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        """Plan a picture and describe it.

        The concepts come in order of weight: the newest, the other required ones, the rest. After
        a refusal only the required ones stay, in another plan.
        """
        random_ = random.Random(f"{request.seed}/{request.refusal}")
        chosen = choose(request, random_)
        seed = random_.getrandbits(31)
        plan = self._studio.plan(
            chosen, seed=seed, style=request.style, recent=request.recent_plans
        )
        statements = self._studio.describe(plan)
        prompt = " ".join(statement.text for statement in statements)
        if request.style and not request.paints_plan:
            prompt += f" Style: {request.style.rstrip('. ')}."
        shown = tuple(concept for concept in chosen if concept in plan.shown)
        title = write_title(
            TitleWords(
                tuple(classify(concept) for concept in shown),
                classify(shown[0]),
                tuple(pigment.name for pigment in plan.palette),
            ),
            random_,
            avoid=request.recent_titles,
        )
        return Composition(
            title=title,
            prompt=prompt,
            concepts=shown,
            thought=_thought(shown),
            composer=self.name,
            plan=plan,
            statements=statements,
        )

    @cached_property
    def _studio(self) -> OfflinePainter:
        from worker.studio import OfflinePainter

        return OfflinePainter(self._width, self._height, encode=self._encode)


def choose(request: ComposeRequest, random_: random.Random) -> list[str]:
    """The required concepts, the newest (last) first, and others, those long not shown first."""
    chosen = list(dict.fromkeys((*request.required[-1:], *request.required)))
    if request.refusal:
        return chosen
    rest = [concept for concept in request.pool if concept not in chosen]
    random_.shuffle(rest)
    last = {concept: -when for when, concept in enumerate(request.recent_concepts)}
    rest.sort(key=lambda concept: last.get(concept, -len(last) - 1))
    return chosen + rest[: max(random_.randint(FEWEST, MOST) - len(chosen), 0)]


def _thought(chosen: Sequence[str]) -> str:
    newest, *others = chosen
    if not others:
        return f"Nothing but {newest}."
    return f"Start from {newest}, and find its place among {', '.join(others)}."
