"""A composer that takes no time, for tests of everything around it."""

from __future__ import annotations

import random

from storage.archive.manifest import Composition
from worker.composers import ComposeRequest
from worker.composers.grammar import choose
from worker.meter import Meter


class PlainComposer:
    """Names the concepts that the grammar chooses, without a plan: to draw one takes seconds."""

    name = "grammar"

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        chosen = choose(request, random.Random(f"{request.seed}/{request.refusal}"))[:3]
        return Composition(
            title=f"Study {request.seed}",
            prompt=f"A picture of {', '.join(chosen)}.",
            concepts=tuple(chosen),
            composer=self.name,
        )
