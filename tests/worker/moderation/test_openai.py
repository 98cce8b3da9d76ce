"""The check before a work is shown, by the real SDK against a server that speaks the API."""

from __future__ import annotations

import base64
import io
import socket
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from storage.catalogue import Catalogue
from storage.rebuild import rebuild
from worker.components import moderator_of
from worker.config.settings import Settings
from worker.engine.runner import run_step
from worker.moderation.openai import LONGEST_EDGE, UNCHECKED, Finding, Moderator, ServerModerator
from worker.openai_api import Endpoint
from worker.worker_context import WorkerContext


@pytest.fixture
def moderator(api: Any) -> Moderator:
    return ServerModerator(Endpoint(api_key=api.key, base_url=api.url, timeout=0.5))


def finish(shop: WorkerContext, cycle: str = "alien:1") -> None:
    while run_step(shop, cycle):
        pass


def test_words_and_a_small_copy_of_the_picture_are_sent(api: Any, moderator: Moderator) -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (3000, 1500), "red").save(stream, "PNG")
    api.will(api.moderated(violence=False))
    found = moderator.check("Low Tide\nA painting", stream.getvalue())
    assert found == Finding("shown", "a check by machine found nothing")
    ((path, asked),) = api.requests
    assert (path, asked["model"]) == ("/v1/moderations", "omni-moderation-latest")
    assert asked["input"][0]["text"] == "Low Tide\nA painting"
    kind, _, data = asked["input"][1]["image_url"]["url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert sent.size == (LONGEST_EDGE, LONGEST_EDGE // 2)


def test_the_copy_that_is_sent_is_what_visitors_see(api: Any, moderator: Moderator) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    Image.new("RGBA", (300, 150)).save(stream, "PNG", exif=exif)
    api.will(api.moderated(violence=False))
    moderator.check("words", stream.getvalue())
    ((_, asked),) = api.requests
    _, _, data = asked["input"][1]["image_url"]["url"].partition(",")
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert (sent.size, sent.getpixel((9, 9))) == ((150, 300), (255, 255, 255))


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": "out of order"},
        {"status": 401, "body": {"error": {"message": "no", "code": "invalid_api_key"}}},
        {"mishap": "drop"},
        {"mishap": "hang"},
        {"body": "no JSON"},
        {"body": {"results": []}},
        {"body": {"results": [{"categories": {}}]}},
    ],
)
def test_what_cannot_be_checked_is_held(
    api: Any, moderator: Moderator, png: bytes, answer: dict[str, Any]
) -> None:
    api.will(api.reply(**answer))
    assert moderator.check("words", png) == Finding("held", UNCHECKED)
    assert len(api.requests) == 1


def test_nobody_there_no_key_or_no_picture_holds_too(moderator: Moderator, png: bytes) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = Endpoint("k", f"http://127.0.0.1:{taken.getsockname()[1]}/v1", timeout=0.5)
        assert ServerModerator(away).check("words", png).visibility == "held"
    assert ServerModerator(Endpoint()).check("words", png).visibility == "held"
    assert moderator.check("words", b"no picture").visibility == "held"


def test_a_marked_work_is_kept_and_held_until_a_person_decides(
    api: Any, moderator: Moderator, open_worker_context: Callable[..., WorkerContext], tmp_path: Any
) -> None:
    shop = open_worker_context()
    shop.moderator = moderator
    shop.channels = lambda artist: ["webhook"]
    api.will(api.moderated(violence=True, hate=False, **{"self-harm": True}))
    assert shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    finish(shop)
    work = shop.catalogue.works.get("alien:1")
    assert work is not None
    told = "a check by machine marked it: self-harm, violence"
    assert (work.visibility, work.visibility_reason) == ("held", told)
    assert not shop.catalogue.works.newest(limit=5)
    assert not shop.catalogue.outbox.due(limit=5)
    (event,) = shop.archive.events(kind="moderation")
    assert (event.visibility, event.reason, event.who) == ("held", told, moderator.model)

    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(shop.archive, again)
    restored = again.works.get("alien:1")
    again.close()
    assert restored is not None and restored.visibility == "held"

    shop.catalogue.works.moderate("alien:1", "shown", "looked at")
    assert [row.work for row in shop.catalogue.outbox.due(limit=5)] == ["alien:1"]


def test_a_step_that_comes_again_finds_its_first_answer(
    api: Any,
    moderator: Moderator,
    open_worker_context: Callable[..., WorkerContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = open_worker_context()
    shop.moderator = moderator
    assert shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    api.will(api.moderated(violence=True), api.moderated(violence=False))
    with monkeypatch.context() as broken:
        broken.setattr(shop.catalogue.works, "add_in", _away)
        finish(shop)
    assert shop.catalogue.works.get("alien:1") is None
    shop.catalogue.cycles.retry_now("alien")
    finish(shop)
    work = shop.catalogue.works.get("alien:1")
    assert work is not None and work.visibility == "held"
    assert len(list(shop.archive.events(kind="moderation"))) == 1


def _away(*_: object, **__: object) -> None:
    raise OSError("the catalogue is away")


def test_the_settings_decide_and_a_key_stays_with_its_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    assert moderator_of(Settings()) is None
    on = moderator_of(Settings(moderation={"check": "openai"}))
    assert (
        isinstance(on, ServerModerator)
        and on.endpoint.is_openai
        and on.endpoint.api_key == "theirs"
    )
    own = {"check": "openai", "base_url": "http://localhost:9/v1"}
    elsewhere = moderator_of(Settings(moderation=own))
    assert isinstance(elsewhere, ServerModerator) and elsewhere.endpoint.api_key == ""
    monkeypatch.setenv("MODERATION_API_KEY", "ours")
    given = moderator_of(Settings(moderation=own))
    assert isinstance(given, ServerModerator) and given.endpoint.api_key == "ours"
