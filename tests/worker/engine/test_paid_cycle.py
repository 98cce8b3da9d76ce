"""A whole cycle with both paid parts, by the real SDK against a server that speaks the API."""

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
def shop(
    api: Any, open_worker_context: Callable[..., WorkerContext], monkeypatch: pytest.MonkeyPatch
) -> WorkerContext:
    """A workshop whose cycle has its concept, and composes next."""
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    endpoint = Endpoint(api_key=api.key)
    shop = open_worker_context(OpenAIPainter(endpoint), composer=OpenAIComposer(endpoint))
    assert shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert run_step(shop, CYCLE) is Step.COMPOSE
    return shop


def answer(shop: WorkerContext) -> dict[str, object]:
    """What a good model would answer."""
    cycle = shop.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.inspiration is not None
    concepts = ["sea", "sky", cycle.inspiration.concept]
    return {
        "thought": "low horizon",
        "title": "Low Tide",
        "concepts": concepts,
        "prompt": f"A painting of {', '.join(concepts)} in lead white and indigo.",
    }


def spent(shop: WorkerContext) -> list[tuple[str, str]]:
    return [(e.purpose, e.state) for e in shop.catalogue.ledger.of_cycle("alien", 1)]


def finish(shop: WorkerContext) -> Manifest:
    while run_step(shop, CYCLE):
        pass
    return shop.archive.read_manifest("alien", 1)


def test_words_and_picture_are_bought_once_and_paid_for_to_the_cent(
    api: Any, shop: WorkerContext, png: bytes
) -> None:
    api.replies += [api.written(answer(shop)), api.pictured(png)]
    manifest = finish(shop)
    assert (manifest.composition.title, manifest.composition.composer) == ("Low Tide", "openai")
    assert shop.archive.read_image(manifest.painting.image) == (png, "image/png")
    assert spent(shop) == [("compose", "settled"), ("paint", "settled")]
    # 700 tokens in and 200 out of gpt-5.2; 100 in and 1,056 out of gpt-image-2.
    expected = (700 * 1.75 + 200 * 14 + 100 * 5 + 1056 * 30) / 1_000_000
    assert manifest.cost == pytest.approx(expected, abs=2e-6)
    assert shop.catalogue.ledger.spent("alien").today == manifest.cost


def test_a_busy_api_is_asked_again_when_it_said(api: Any, shop: WorkerContext, png: bytes) -> None:
    busy = api.refusal(429, "rate_limit_exceeded", headers={"retry-after": "7"})
    api.replies += [busy, api.written(answer(shop)), api.pictured(png)]
    assert run_step(shop, CYCLE) is None
    assert spent(shop) == [("compose", "refused")]
    shop.catalogue.cycles.retry_now("alien")
    assert finish(shop).composition.title == "Low Tide"


def test_a_dropped_picture_is_unknown_charged_in_full_and_bought_anew(
    api: Any, shop: WorkerContext, png: bytes
) -> None:
    api.replies += [api.written(answer(shop)), api.reply(mishap="drop"), api.pictured(png)]
    while run_step(shop, CYCLE):
        pass
    manifest = finish(shop)
    assert spent(shop)[1:] == [("paint", "unknown"), ("paint", "settled")]
    assert manifest.cost > 0.25


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(401, "invalid_api_key", "401"), (429, "insufficient_quota", "429")],
)
def test_a_wrong_key_and_a_spent_quota_wait_for_a_person_and_cost_nothing(
    api: Any, shop: WorkerContext, status: int, code: str, told: str
) -> None:
    api.replies += [api.refusal(status, code, "see your account")]
    assert run_step(shop, CYCLE) is None
    cycle = shop.catalogue.cycles.get(CYCLE)
    assert cycle is not None and cycle.state == "open"
    assert told in cycle.last_error and "see your account" in cycle.last_error
    assert api.key not in cycle.last_error
    assert shop.catalogue.ledger.spent("alien").today == 0


def test_a_prompt_that_moderation_refuses_is_written_anew(
    api: Any, shop: WorkerContext, png: bytes
) -> None:
    refused = api.refusal(400, "moderation_blocked", "not this")
    good = api.written(answer(shop))
    api.replies += [good, refused, good, api.pictured(png)]
    assert "not this" in finish(shop).composition.refusal
    assert "not this" in str(api.requests[2][1])
