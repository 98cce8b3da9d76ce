"""Step 2: a composer turns the pool into a title and a prompt."""

from __future__ import annotations

import logging
from contextlib import suppress

from storage.archive.manifest import Composition
from storage.archive.plan import Plan
from storage.errors import ArchiveError
from storage.text import message
from worker.composers import RECENT_PLANS, ComposeRequest
from worker.errors import AttemptsSpent, ContentRejected, OutcomeUnknown
from worker.ops.metrics import FALLBACKS
from worker.painters.offline import OfflineStudio
from worker.steps.context import StepContext
from worker.steps.seeds import step_seed

logger = logging.getLogger(__name__)


def run(context: StepContext) -> tuple[Composition]:
    """Write the cycle's composition; the new concept is always in it.

    Where the composer refuses, answers too late, or gives no usable answer in all its calls, the
    artist's fallback writes instead, if there is one. Why a painter refused an earlier prompt is to
    be avoided this time.

    Raises:
        ComponentError: the composer failed; see `worker.steps.failures` for what follows.
    """
    created, inspiration = context.artist.created, context.inspiration
    before, earlier = inspiration.pool_before, context.cycle.composition
    refusal = "" if earlier is None else earlier.refusal
    works = context.worker_context.catalogue.works
    seeds = before.seeds if created.show_seeds == "always" else ()
    request = ComposeRequest(
        artist=created.title,
        statement=created.statement,
        style=created.style,
        pool=(*before.concepts, inspiration.concept),
        required=(*seeds, inspiration.concept),
        seed=step_seed(created.seed, context.number, "compose"),
        recent_titles=works.titles(context.artist.name),
        recent_concepts=works.recent_concepts(context.artist.name),
        recent_plans=_recent_plans(context),
        paints_plan=context.components.painter.name == OfflineStudio.name,
        refusal=refusal,
    )
    components = context.components
    try:
        composition = components.composer.compose(request, context.budget)
    except (ContentRejected, AttemptsSpent, OutcomeUnknown) as error:
        # After a late answer the composer is not asked again: each question is paid for.
        is_final = not isinstance(error, OutcomeUnknown) or error.is_late
        if components.fallback is None or not is_final:
            raise
        FALLBACKS.labels(components.composer.name, type(error).__name__).inc()
        logger.warning(
            "%s is composed by the %s, since the composer failed: %s",
            context.cycle.id,
            components.fallback.name,
            error,
        )
        composition = components.fallback.compose(request, context.budget)
        reason = f"{components.composer.name}: {error}"
        composition = composition.model_copy(update={"fallback_reason": message(reason)})
    return (composition.model_copy(update={"refusal": refusal}),)


def _recent_plans(context: StepContext) -> tuple[Plan, ...]:
    """The plans of the artist's latest works, newest first; what can't be read is left out."""
    archive, works = context.worker_context.archive, context.worker_context.catalogue.works
    found = []
    for row in works.newest(artist=context.artist.name, limit=RECENT_PLANS):
        with suppress(ArchiveError):  # they only make the next work differ
            found.append(archive.read_manifest(row.artist, row.number).composition.plan)
    return tuple(plan for plan in found if plan is not None)
