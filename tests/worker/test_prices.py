"""The tables of prices and shutdown dates, and what a call costs by them."""

from __future__ import annotations

import inspect
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from worker import openai_api, prices
from worker.composers.openai import OpenAIComposer
from worker.config.sections import OpenAISection
from worker.openai_api import Endpoint, Tokens, token_counts
from worker.painters.openai import OpenAIPainter
from worker.prices import PRICES, SHUTDOWNS, Price, shutdown_of

DEFAULTS = {
    OpenAISection().text_model,
    OpenAISection().image_model,
    *(inspect.signature(part).parameters["model"].default
      for part in (OpenAIComposer, OpenAIPainter)),
}  # fmt: skip


def test_no_default_has_a_known_end_and_each_has_a_price() -> None:
    for model in DEFAULTS:
        assert shutdown_of(model) is None, model
        assert model in PRICES


def test_a_successor_is_a_model_with_a_price_and_no_end() -> None:
    for model, shutdown in SHUTDOWNS.items():
        for successor in shutdown.successor.split(" or "):
            assert successor in PRICES and shutdown_of(successor) is None, model


def test_the_tables_are_dated_after_the_day_on_which_their_first_line_was_known() -> None:
    assert min(shutdown.on for shutdown in SHUTDOWNS.values()) < prices.AS_OF


def test_a_dated_snapshot_has_its_models_price_and_end() -> None:
    assert Endpoint("k").price("gpt-5.2-2025-12-11") == PRICES["gpt-5.2"]
    assert shutdown_of("gpt-image-1.5-2025-12-16") == SHUTDOWNS["gpt-image-1.5"]
    assert shutdown_of("gpt-5-chat") is None


def usage(into: int, out: int, image_tokens: object = None) -> Any:
    details = SimpleNamespace(image_tokens=image_tokens)
    return SimpleNamespace(input_tokens=into, output_tokens=out, input_tokens_details=details)


@pytest.mark.parametrize(
    ("image_tokens", "dollars"),
    [
        (None, (100 * 5 + 1000 * 30) / 1e6),
        (0, (100 * 5 + 1000 * 30) / 1e6),
        (60, (40 * 5 + 60 * 8 + 1000 * 30) / 1e6),
        # What can't be is charged at the higher price.
        *[(odd, (100 * 8 + 1000 * 30) / 1e6) for odd in (101, -1, "7", 0.5, True, [], 10**40)],
    ],
)
def test_pictures_that_go_in_have_a_price_of_their_own(
    image_tokens: object, dollars: float
) -> None:
    tokens = token_counts(usage(100, 1000, image_tokens), "input_tokens", "output_tokens")
    cost = Endpoint("k").cost("gpt-image-2.6-flare", tokens, ceiling=0.25)
    assert cost == pytest.approx(dollars)


def test_a_price_without_one_for_pictures_is_that_of_all_input() -> None:
    assert Price(2.0, 4.0).of(1_000_000, 500_000, image_tokens=1_000_000) == 4.0


def test_a_model_without_a_price_costs_its_ceiling_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    openai_api._log_unpriced.cache_clear()
    endpoint = Endpoint("k", "http://127.0.0.1:1/v1", prices={"free": Price(0, 0)})
    with caplog.at_level(logging.WARNING, logger="worker.openai_api"):
        for model in ("house-model", "house-model", "other", "free"):
            endpoint.cost(model, Tokens(10, 10), ceiling=0.2)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "house-model" in told[0] and "$0.2" in told[0] and "openai.prices" in told[0]
    assert endpoint.cost("house-model", Tokens(10, 10), ceiling=0.2) == 0.2
