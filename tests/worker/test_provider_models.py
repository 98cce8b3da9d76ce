"""Which models can still be asked: against a server that speaks the API, and published dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from worker.errors import ComponentError
from worker.openai_api import Endpoint
from worker.provider_models import model_state, offered_models

TODAY = date(2026, 11, 24)
OFFERED = {"gpt-5.2", "gpt-image-2", "gpt-image-1.5", "gpt-4o-2024-08-06"}


def test_the_provider_is_asked_for_its_models(api: Any) -> None:
    api.models = tuple(OFFERED)
    assert offered_models(Endpoint(api_key=api.key, base_url=api.url)) == OFFERED


def test_a_provider_that_refuses_says_so_in_a_sentence(api: Any) -> None:
    with pytest.raises(ComponentError, match="does not say which models it has"):
        offered_models(Endpoint(api_key="wrong", base_url=api.url))


@pytest.mark.parametrize(
    ("model", "well", "says"),
    [
        ("gpt-5.2", True, "offers it"),
        ("gpt-image-1", False, "ended on 2026-10-23; it has gpt-image"),
        ("gpt-image-1.5", False, "ends on 2026-12-01, in 7 days"),
        ("gpt-4o-2024-08-06", True, "ends on 2027-01-14, in 51 days"),
        ("gpt-5.3", False, "does not offer it; it has gpt-5.2"),
    ],
)
def test_a_model_is_told_to_end_before_it_does(model: str, well: bool, says: str) -> None:
    state = model_state(model, OFFERED, today=TODAY)
    assert state.well is well and says in state.says


def test_at_another_provider_the_dates_mean_nothing() -> None:
    state = model_state("gpt-image-1.5", OFFERED, today=TODAY, is_openai=False)
    assert state.well and state.says == "the provider offers it"


@pytest.mark.parametrize("data", ["<html>", "null", '{"data": 7}', '{"data": [null]}', "[" * 9999])
def test_a_list_of_models_that_is_none_is_told(api, data: str, monkeypatch) -> None:
    monkeypatch.setattr(api, "next_reply", lambda *_: api.reply(data))
    with pytest.raises(ComponentError, match="does not say"):
        offered_models(Endpoint(api_key=api.key, base_url=api.url))
