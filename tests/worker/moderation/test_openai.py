"""Moderation by the real SDK against a test server of the API."""

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


def finish(context: WorkerContext, cycle: str = "alien:1") -> None:
    while run_step(context, cycle):
        pass


def test_text_and_a_small_copy_of_the_picture_are_sent(api: Any, moderator: Moderator) -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (3000, 1500), "red").save(stream, "PNG")
    api.will(api.moderated(violence=False))
    found = moderator.check("Low Tide\nA painting", stream.getvalue())
    assert found == Finding("shown", "the automatic check found nothing")
    ((path, asked),) = api.requests
    assert (path, asked["model"]) == ("/v1/moderations", "omni-moderation-latest")
    assert asked["input"][0]["text"] == "Low Tide\nA painting"
    kind, _, data = asked["input"][1]["image_url"]["url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert sent.size == (LONGEST_EDGE, LONGEST_EDGE // 2)


def test_the_log_has_the_servers_own_words(
    api: Any, moderator: Moderator, png: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    api.will(api.reply({"detail": [{"loc": ["body", "input"], "msg": "Field required"}]}, 422))
    assert moderator.check("words", png) == Finding("held", UNCHECKED)
    assert "127.0.0.1 answered 422: body.input; Field required" in caplog.text


def test_the_copy_sent_looks_like_the_picture_shown(api: Any, moderator: Moderator) -> None:
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
def test_a_work_that_can_not_be_checked_is_held(
    api: Any, moderator: Moderator, png: bytes, answer: dict[str, Any]
) -> None:
    api.will(api.reply(**answer))
    assert moderator.check("words", png) == Finding("held", UNCHECKED)
    assert len(api.requests) == 1


def test_no_server_no_key_or_no_picture_holds_too(moderator: Moderator, png: bytes) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = Endpoint("k", f"http://127.0.0.1:{taken.getsockname()[1]}/v1", timeout=0.5)
        assert ServerModerator(away).check("words", png).visibility == "held"
    assert ServerModerator(Endpoint()).check("words", png).visibility == "held"
    assert moderator.check("words", b"no picture").visibility == "held"


def test_a_marked_work_is_stored_and_held_until_a_person_decides(
    api: Any, moderator: Moderator, open_worker_context: Callable[..., WorkerContext], tmp_path: Any
) -> None:
    context = open_worker_context()
    context.moderator = moderator
    context.channels = lambda artist: ["webhook"]
    api.will(api.moderated(violence=True, hate=False, **{"self-harm": True}))
    assert context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    finish(context)
    work = context.catalogue.works.get("alien:1")
    assert work is not None
    told = "the automatic check marked it: self-harm, violence"
    assert (work.visibility, work.visibility_reason) == ("held", told)
    assert not context.catalogue.works.newest(limit=5)
    assert not context.catalogue.outbox.due(limit=5)
    (event,) = context.archive.events(kind="moderation")
    assert (event.visibility, event.reason, event.who) == ("held", told, moderator.model)

    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(context.archive, again)
    restored = again.works.get("alien:1")
    again.close()
    assert restored is not None and restored.visibility == "held"

    context.catalogue.works.moderate("alien:1", "shown", "looked at")
    assert [row.work for row in context.catalogue.outbox.due(limit=5)] == ["alien:1"]


def test_a_repeated_step_returns_its_first_result(
    api: Any,
    moderator: Moderator,
    open_worker_context: Callable[..., WorkerContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = open_worker_context()
    context.moderator = moderator
    assert context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    api.will(api.moderated(violence=True), api.moderated(violence=False))
    with monkeypatch.context() as broken:
        broken.setattr(context.catalogue.works, "add_in", _away)
        finish(context)
    assert context.catalogue.works.get("alien:1") is None
    context.catalogue.cycles.retry_now("alien")
    finish(context)
    work = context.catalogue.works.get("alien:1")
    assert work is not None and work.visibility == "held"
    assert len(list(context.archive.events(kind="moderation"))) == 1


def _away(*_: object, **__: object) -> None:
    raise OSError("the catalogue is away")


def test_the_settings_choose_and_a_key_is_sent_only_to_its_server(
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
