"""Available models: by a server of the API, and by published shutdown dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from worker.errors import ComponentError
from worker.openai_api import Endpoint
from worker.provider_models import model_state, offered_models

TODAY = date(2026, 11, 24)
OFFERED: dict[str, date | None] = {
    "gpt-5.2": None,
    "gpt-image-2": None,
    "gpt-image-1.5": None,
    "gpt-4o-2024-08-06": None,
    "gpt-7": date(2026, 12, 24),
    "gpt-8": date(2026, 12, 25),
}


def test_the_provider_is_asked_for_its_models(api: Any) -> None:
    api.models = tuple(OFFERED)
    api.shutdown_dates = {model: str(day) for model, day in OFFERED.items() if day}
    assert offered_models(Endpoint(api_key=api.key, base_url=api.url)) == OFFERED


@pytest.mark.parametrize("date", ["soon", "", 7, ["2026-12-01"], "0000-00-00"])
def test_an_invalid_shutdown_date_is_ignored(api: Any, date: object) -> None:
    api.models, api.shutdown_dates = ("m",), {"m": date}
    assert offered_models(Endpoint(api_key=api.key, base_url=api.url)) == {"m": None}


def test_a_refusal_of_the_provider_is_reported(api: Any) -> None:
    with pytest.raises(ComponentError, match=r"does not list .* answered 401: .* SPARE_KEY"):
        offered_models(Endpoint(api_key="wrong", base_url=api.url, key_name="SPARE_KEY"))


@pytest.mark.parametrize(
    ("model", "well", "says"),
    [
        ("gpt-5.2", True, "offers it"),
        ("gpt-image-1", False, "shut down on 2026-10-23: choose gpt-image-2.6-flare"),
        ("gpt-image-1.5", False, "on 2026-12-01, in 7 days: choose gpt-image-2.6-flare"),
        ("gpt-4o-2024-08-06", True, "on 2027-01-14, in 51 days: choose gpt-6-luna"),
        ("gpt-7", False, "on 2026-12-24, in 30 days: choose another model"),
        ("gpt-8", True, "on 2026-12-25, in 31 days"),
        ("gpt-5.3", False, "does not offer it; it has gpt-5.2"),
    ],
)
def test_a_coming_shutdown_is_reported(model: str, well: bool, says: str) -> None:
    state = model_state(model, OFFERED, today=TODAY)
    assert state.well is well and says in state.says


def test_the_dates_are_not_used_for_another_provider() -> None:
    state = model_state("gpt-image-1.5", OFFERED, today=TODAY, is_openai=False)
    assert state.well and state.says == "the provider offers it"
    assert not model_state("gpt-7", OFFERED, today=TODAY, is_openai=False).well, "its own date"


def test_the_providers_date_counts_more_than_the_published_one() -> None:
    later = {**OFFERED, "gpt-image-1.5": date(2027, 5, 1)}
    assert model_state("gpt-image-1.5", later, today=TODAY).well


@pytest.mark.parametrize("data", ["<html>", "null", '{"data": 7}', '{"data": [null]}', "[" * 9999])
def test_an_invalid_list_of_models_is_reported(api, data: str, monkeypatch) -> None:
    monkeypatch.setattr(api, "next_reply", lambda *_: api.reply(data))
    with pytest.raises(ComponentError, match="does not list"):
        offered_models(Endpoint(api_key=api.key, base_url=api.url))
