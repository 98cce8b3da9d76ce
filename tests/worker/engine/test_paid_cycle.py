"""A whole cycle with both paid parts, by the real SDK against a test server of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.archive.manifest import Manifest
from storage.catalogue import Step
from worker.composers.openai import OpenAIComposer
from worker.engine.runner import run_step
from worker.openai_api import Endpoint
from worker.painters.openai import OpenAIPainter
from worker.worker_context import WorkerContext

CYCLE = "alien:1"


@pytest.fixture
def context(
    api: Any, open_worker_context: Callable[..., WorkerContext], monkeypatch: pytest.MonkeyPatch
) -> WorkerContext:
    """A worker context whose cycle is at *compose*."""
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    endpoint = Endpoint(api_key=api.key)
    context = open_worker_context(OpenAIPainter(endpoint), composer=OpenAIComposer(endpoint))
    assert context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert run_step(context, CYCLE) is Step.COMPOSE
    return context


def answer(context: WorkerContext) -> dict[str, object]:
    """Return a valid answer of a model."""
    cycle = context.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.inspiration is not None
    concepts = ["sea", "sky", cycle.inspiration.concept]
    return {
        "thought": "low horizon",
        "title": "Low Tide",
        "concepts": concepts,
        "prompt": f"A painting of {', '.join(concepts)} in lead white and indigo.",
    }


def spent(context: WorkerContext) -> list[tuple[str, str]]:
    return [(e.purpose, e.state) for e in context.catalogue.ledger.of_cycle("alien", 1)]


def finish(context: WorkerContext) -> Manifest:
    while run_step(context, CYCLE):
        pass
    return context.archive.read_manifest("alien", 1)


def test_text_and_picture_are_bought_once_and_charged_exactly(
    api: Any, context: WorkerContext, png: bytes
) -> None:
    api.replies += [api.written(answer(context)), api.pictured(png)]
    manifest = finish(context)
    assert (manifest.composition.title, manifest.composition.composer) == ("Low Tide", "openai")
    assert context.archive.read_image(manifest.painting.image) == (png, "image/png")
    assert spent(context) == [("compose", "settled"), ("paint", "settled")]
    # 700 tokens in and 200 out of gpt-5.2; 100 in and 1,056 out of gpt-image-2.
    expected = (700 * 1.75 + 200 * 14 + 100 * 5 + 1056 * 30) / 1_000_000
    assert manifest.cost == pytest.approx(expected, abs=2e-6)
    assert context.catalogue.ledger.spent("alien").today == manifest.cost


def test_a_busy_api_is_called_again_after_its_delay(
    api: Any, context: WorkerContext, png: bytes
) -> None:
    busy = api.refusal(429, "rate_limit_exceeded", headers={"retry-after": "7"})
    api.replies += [busy, api.written(answer(context)), api.pictured(png)]
    assert run_step(context, CYCLE) is None
    assert spent(context) == [("compose", "refused")]
    context.catalogue.cycles.retry_now("alien")
    assert finish(context).composition.title == "Low Tide"


def test_a_dropped_picture_is_unknown_charged_in_full_and_bought_again(
    api: Any, context: WorkerContext, png: bytes
) -> None:
    api.replies += [api.written(answer(context)), api.reply(mishap="drop"), api.pictured(png)]
    while run_step(context, CYCLE):
        pass
    manifest = finish(context)
    assert spent(context)[1:] == [("paint", "unknown"), ("paint", "settled")]
    assert manifest.cost > 0.25


def test_a_picture_that_comes_too_late_is_unknown_and_not_bought_again(
    api: Any, open_worker_context: Callable[..., WorkerContext]
) -> None:
    hasty = Endpoint(api.key, api.url, timeout=0.3)
    context = open_worker_context(OpenAIPainter(hasty))
    assert context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    api.will(api.reply(mishap="hang"))
    while run_step(context, CYCLE):
        pass
    cycle = context.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.state == "failed"
    assert spent(context) == [("paint", "unknown")]
    assert context.catalogue.ledger.spent("alien").today == 0.25
    assert len(api.requests) == 1


def test_a_picture_refused_after_it_was_made_is_charged_and_composed_anew_once(
    api: Any, context: WorkerContext, png: bytes
) -> None:
    details = {"moderation_details": {"moderation_stage": "output"}}
    refused = api.refusal(400, "moderation_blocked", "not this", **details)
    good = api.written(answer(context))
    api.replies += [good, refused, good, refused]
    while run_step(context, CYCLE):
        pass
    cycle = context.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.state == "failed"
    assert spent(context) == [("compose", "settled")] * 2 + [("paint", "unknown")] * 2
    assert context.catalogue.ledger.spent("alien").today > 0.5


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(401, "invalid_api_key", "401"), (429, "insufficient_quota", "429")],
)
def test_a_wrong_key_and_a_spent_quota_wait_for_a_person_and_cost_nothing(
    api: Any, context: WorkerContext, status: int, code: str, told: str
) -> None:
    api.replies += [api.refusal(status, code, "see your account")]
    assert run_step(context, CYCLE) is None
    cycle = context.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.state == "open"
    assert told in cycle.last_error and "see your account" in cycle.last_error
    assert api.key not in cycle.last_error
    assert context.catalogue.ledger.spent("alien").today == 0


def test_a_prompt_that_moderation_refuses_is_rewritten(
    api: Any, context: WorkerContext, png: bytes
) -> None:
    refused = api.refusal(400, "moderation_blocked", "not this")
    good = api.written(answer(context))
    api.replies += [good, refused, good, api.pictured(png)]
    assert "not this" in finish(context).composition.refusal
    assert "not this" in str(api.requests[2][1])
