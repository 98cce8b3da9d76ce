"""The alarm before a model that artists use shuts down."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.model_watch import ModelWatch
from storage.archive.events import ArtistCreated, Parts
from storage.catalogue import Alarm, ArtistRow, Catalogue
from tests.worker.conftest import ApiServer, api
from worker.config.settings import Settings

__all__ = ["api"]

PAID = Parts(composer="openai", painter="openai", text_encoder="t", image_encoder="i")
FREE = Parts(composer="grammar", painter="offline", text_encoder="t", image_encoder="i")


@pytest.fixture
def artist(tmp_path: Path, created: ArtistCreated) -> ArtistRow:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    catalogue.artists.add(created.model_copy(update={"parts": PAID}))
    found = catalogue.artists.get(created.artist)
    catalogue.close()
    assert found is not None
    return found


def with_parts(artist: ArtistRow, parts: Parts) -> ArtistRow:
    return replace(artist, created=artist.created.model_copy(update={"parts": parts}))


def in_days(days: int) -> str:
    return str(datetime.now(UTC).date() + timedelta(days=days))


def settings(api: ApiServer, **section: Any) -> Settings:
    return Settings(openai={"base_url": api.url, **section}, OPENAI_API_KEY=api.key)


def watch(api: ApiServer, **section: Any) -> ModelWatch:
    given = settings(api, **section)
    return ModelWatch(lambda: given)


def answered(watch: ModelWatch, artist: ArtistRow) -> list[Alarm]:
    """The alarms once the provider has answered."""
    watch.alarms([artist])
    watch.wait()
    return watch.alarms([artist])


@pytest.mark.parametrize(("days", "kinds"), [(31, []), (30, ["text-model"]), (-3, ["text-model"])])
def test_an_alarm_from_30_days_before_the_end(
    api: ApiServer, artist: ArtistRow, days: int, kinds: list[str]
) -> None:
    api.models, api.shutdown_dates = ("words", "pictures"), {"words": in_days(days)}
    found = answered(watch(api, text_model="words", image_model="pictures"), artist)
    assert [alarm.kind for alarm in found] == kinds
    for alarm in found:
        assert alarm.artist == "" and in_days(days) in alarm.message
        assert "set openai.text_model to" in alarm.message


def test_the_published_dates_of_openai_name_the_successor(artist: ArtistRow) -> None:
    """No server answers here."""
    given = Settings(
        openai={"text_model": "gpt-4.1-nano", "image_model": "gpt-image-1"}, OPENAI_API_KEY=""
    )
    found = answered(ModelWatch(lambda: given), artist)
    assert [alarm.message for alarm in found] == [
        "gpt-4.1-nano was shut down on 2026-10-23: set openai.text_model to gpt-6-luna",
        "gpt-image-1 was shut down on 2026-10-23: set openai.image_model to gpt-image-2.6-flare or"
        " gpt-image-2.6-sunburst",
    ]


def test_the_provider_is_asked_once_a_day(
    api: ApiServer, artist: ArtistRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = watch(api)
    for _ in range(5):
        answered(watching, artist)
    assert api.paths == ["/v1/models"]
    monkeypatch.setattr("scheduler.model_watch.DAY", 0.0)
    answered(watching, artist)
    assert len(api.paths) > 1


@pytest.mark.parametrize("who", ["nobody", "free", "paused"])
def test_nothing_is_asked_where_no_working_artist_uses_the_api(
    api: ApiServer, artist: ArtistRow, who: str
) -> None:
    artists = {
        "nobody": [],
        "free": [with_parts(artist, FREE)],
        "paused": [replace(artist, paused=True)],
    }
    watching = watch(api)
    assert watching.alarms(artists[who]) == []
    watching.wait()
    assert api.paths == []


def test_only_the_models_in_use_are_looked_at(api: ApiServer, artist: ArtistRow) -> None:
    api.models = ("words", "pictures")
    api.shutdown_dates = dict.fromkeys(api.models, in_days(1))
    writes = with_parts(artist, FREE.model_copy(update={"composer": "openai"}))
    found = answered(watch(api, text_model="words", image_model="pictures"), writes)
    assert [alarm.kind for alarm in found] == ["text-model"]


def test_a_slow_provider_delays_nothing_and_ends_no_alarm(
    api: ApiServer, artist: ArtistRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, answer = threading.Event(), api.next_reply

    def slowly(*asked: Any) -> Any:
        go_on.wait()
        return answer(*asked)

    monkeypatch.setattr(api, "next_reply", slowly)
    api.models = ("words", "pictures")
    watching = watch(api, text_model="words", image_model="pictures")
    rings = Alarm("", "text-model", "words shuts down on 2026-12-24: choose another one")
    others = [Alarm("", "image-model", "older shuts down …"), Alarm("alien", "silent", "since …")]
    try:
        assert watching.alarms([artist], [rings, *others]) == [rings]
    finally:
        go_on.set()
    watching.wait()
    assert watching.alarms([artist], [rings, *others]) == [], "the provider knows of no end"


def test_another_server_in_the_settings_is_asked_at_once(api: ApiServer, artist: ArtistRow) -> None:
    api.models, api.shutdown_dates = ("words",), {"words": in_days(1)}
    given = [settings(api, text_model="words"), settings(api, base_url="http://127.0.0.1:1/v1",
                                                        text_model="words")]  # fmt: skip
    watching = ModelWatch(lambda: given[0])
    assert [alarm.kind for alarm in answered(watching, artist)] == ["text-model"]
    del given[0]
    assert answered(watching, artist) == [], "its dates are unknown"
