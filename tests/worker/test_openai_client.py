"""Paid calls with a hostile provider: they end in time, and the key is sent nowhere else."""

from __future__ import annotations

import pytest

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker import openai_api
from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.errors import ComponentError, Misconfigured, OutcomeUnknown, ServiceUnavailable
from worker.moderation.openai import UNCHECKED, ServerModerator
from worker.openai_api import Endpoint
from worker.painters import PaintRequest
from worker.painters.openai import OpenAIPainter
from worker.provider_models import offered_models

REQUEST = ComposeRequest("alien", "", "", pool=("sea",), required=("sea",), seed=1)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "behave", [hostile.DRIPPING_HEADERS, hostile.DRIPPING_BODY, hostile.silent]
)
def test_the_timeout_is_a_deadline(books, behave: hostile.Behaviour) -> None:
    with peer(behave) as slow:
        endpoint = Endpoint("k", f"{slow.url}v1", timeout=0.4)
        with pytest.raises(OutcomeUnknown, match="did not answer"):
            OpenAIComposer(endpoint).compose(REQUEST, books)
        with pytest.raises(OutcomeUnknown, match="did not answer"):
            OpenAIPainter(endpoint).paint(PaintRequest("sea", "Sea", ("sea",), "", seed=1), books)
    assert books.states == ["unknown", "unknown"]


@pytest.mark.parametrize("behave", [hostile.huge, hostile.bomb])
def test_an_answer_over_the_size_limit_is_unknown(
    books, monkeypatch: pytest.MonkeyPatch, behave: hostile.Behaviour
) -> None:
    monkeypatch.setattr(openai_api, "LARGEST_ANSWER", 10**6)
    with peer(behave) as large:
        endpoint = Endpoint("k", f"{large.url}v1")
        with pytest.raises(OutcomeUnknown, match="more than 1000000 bytes"):
            OpenAIComposer(endpoint).compose(REQUEST, books)
    assert books.states == ["unknown"]


def test_a_redirect_to_another_host_is_not_followed(books) -> None:
    with peer(hostile.answer()) as other, peer(hostile.redirect(other.url)) as one:
        endpoint = Endpoint("k", f"{one.url}v1")
        with pytest.raises(Misconfigured, match="set that address"):
            OpenAIComposer(endpoint).compose(REQUEST, books)
        assert other.requests == []
    assert books.states == ["refused"]


def test_a_slow_moderator_holds_the_work(png: bytes) -> None:
    with peer(hostile.DRIPPING_BODY) as slow:
        moderator = ServerModerator(Endpoint("k", f"{slow.url}v1", timeout=0.4))
        assert moderator.check("sea", png).reason == UNCHECKED


def test_a_slow_list_of_models_is_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.provider_models._SECONDS", 0.4)
    with peer(hostile.DRIPPING_BODY) as slow, pytest.raises(Exception, match="does not list"):
        offered_models(Endpoint("k", f"{slow.url}v1"))


def test_a_closed_port_costs_nothing(books) -> None:
    with peer(hostile.silent) as gone:
        url = f"{gone.url}v1"
    with pytest.raises(ServiceUnavailable, match="can't be reached"):
        OpenAIComposer(Endpoint("k", url)).compose(REQUEST, books)
    assert books.states == ["refused"]


@pytest.mark.parametrize("wrong", ["closed", "silent", "elsewhere"])
def test_a_short_password_in_the_address_is_never_shown(books, wrong: str) -> None:
    """It is too short to be removed from texts, so no text may contain it."""
    behave = hostile.redirect("http://1.1.1.1/") if wrong == "elsewhere" else hostile.silent
    with peer(behave) as one:
        endpoint = Endpoint("k", f"http://user:pw!@127.0.0.1:{one.port}/v1", timeout=0.4)
        if wrong == "closed":
            one.close()
        with pytest.raises(ComponentError) as told:
            OpenAIComposer(endpoint).compose(REQUEST, books)
    (entry,) = books.entries
    assert entry.provider == f"127.0.0.1:{one.port}"
    assert "pw!" not in f"{told.value} {entry.reason} {entry.provider}"
