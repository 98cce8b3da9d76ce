"""What a composer is told, and what of its plan the manifest keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.archive.events import ArtistCreated
from tests.recompute import recompute
from tests.worker.contexts import FailingComposer, NoisePainter, manifests
from worker.engine.runner import run_step
from worker.painters.offline import OfflineStudio
from worker.worker_context import WorkerContext

Open = Callable[..., WorkerContext]


def live(context: WorkerContext, *, cycles: int) -> None:
    for _ in range(cycles):
        cycle = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
        assert cycle is not None
        while run_step(context, cycle.id):
            pass


def test_the_newest_concept_is_required_and_seeds_are_free(open_worker_context: Open) -> None:
    composer = FailingComposer()
    context = open_worker_context(NoisePainter(), composer=composer)
    live(context, cycles=3)
    made = manifests(context)
    recompute(made)
    for brief, manifest in zip(composer.briefs, made, strict=True):
        assert brief.required == (manifest.inspiration.concept,)
        assert set(manifest.inspiration.pool_before.seeds) <= set(brief.pool)
        assert manifest.inspiration.concept in manifest.composition.concepts
        assert brief.paints_plan is False
        assert manifest.composition.plan is not None
    assert set(composer.briefs[2].recent_concepts) >= set(made[1].composition.concepts)
    plans = tuple(manifest.composition.plan for manifest in reversed(made[:2]))
    assert composer.briefs[2].recent_plans == plans


class TestWhereSeedsAreAlwaysShown:
    @pytest.fixture
    def created(self, created: ArtistCreated) -> ArtistCreated:
        return created.model_copy(update={"show_seeds": "always"})

    def test_each_work_requires_them(self, open_worker_context: Open) -> None:
        composer = FailingComposer()
        context = open_worker_context(NoisePainter(), composer=composer)
        live(context, cycles=1)
        [manifest] = manifests(context)
        seeds = manifest.inspiration.pool_before.seeds
        assert composer.briefs[0].required == (*seeds, manifest.inspiration.concept)


def test_the_words_of_the_work_are_those_that_hold(open_worker_context: Open) -> None:
    composer = FailingComposer()
    painter = OfflineStudio(width=160, height=128, attempts=2)
    context = open_worker_context(painter, composer=composer)
    live(context, cycles=2)
    for manifest in manifests(context):
        composition = manifest.composition
        assert composition.plan is not None
        true = [s.text for s in composition.statements if s.holds is not False]
        assert composition.prompt == " ".join(true)
        assert set(composition.concepts) <= composition.plan.shown
        assert manifest.inspiration.concept in composition.concepts
    assert all(brief.paints_plan for brief in composer.briefs)
