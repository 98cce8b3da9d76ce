"""Step 2: a composer turns the pool into a title and a prompt."""

from __future__ import annotations

from storage.archive.manifest import Composition
from worker.composers import ComposeRequest
from worker.errors import AttemptsSpent, ContentRejected
from worker.steps.context import StepContext
from worker.steps.seeds import step_seed


def run(context: StepContext) -> tuple[Composition]:
    """Write the cycle's composition; the seeds and the new concept are always in it.

    Where the composer refuses, or gives no usable answer in all its calls, the artist's fallback
    writes instead, if there is one. Why a painter refused an earlier prompt is to be avoided this
    time.

    Raises:
        ComponentError: the composer failed; see `worker.steps.failures` for what follows.
    """
    created, inspiration = context.artist.created, context.inspiration
    before, earlier = inspiration.pool_before, context.cycle.composition
    refusal = "" if earlier is None else earlier.refusal
    request = ComposeRequest(
        artist=created.title,
        statement=created.statement,
        style=created.style,
        pool=(*before.concepts, inspiration.concept),
        required=(*before.seeds, inspiration.concept),
        seed=step_seed(created.seed, context.number, "compose"),
        recent_titles=tuple(context.worker_context.catalogue.works.titles(context.artist.name)),
        refusal=refusal,
    )
    components = context.components
    try:
        composition = components.composer.compose(request, context.budget)
    except (ContentRejected, AttemptsSpent):
        if components.fallback is None:
            raise
        composition = components.fallback.compose(request, context.budget)
    return (composition.model_copy(update={"refusal": refusal}),)
