"""Hostile answers of image servers: a picture or a named failure, paid once; the artist goes on.

The answers are made by a seeded generator from the forms of real servers.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from storage.catalogue import Step
from tests.endpoints.images import USAGE, picture
from tests.worker.conftest import (  # the last three are fixtures
    ApiServer,
    Books,
    Reply,
    encoders,
    open_worker_context,
    sampler,
)
from worker.engine.runner import run_step
from worker.errors import ComponentError
from worker.openai_api import Endpoint
from worker.painters import PaintRequest
from worker.painters.image_url import ImageUrls
from worker.painters.openai import ImageSettings, OpenAIPainter
from worker.worker_context import WorkerContext

__all__ = ["encoders", "open_worker_context", "sampler"]

ANSWERS = 60
PATH = "/v1/images/generations"
GOOD = picture("good", size="1024x768")
ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "\ud800",
    "a\x00b",
    "https://[::1",
    "data:,",
    "x" * 10**5,
    [],
    {},
    [[[]]],
    {"b64_json": {"b64_json": "AAAA"}},
]
TARGETS = [
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "/v1/models",
    "/v1/images/nothing/content",
    "//evil.example/a.png",
    "data:image/png;base64,AAAA",
    "data:image/svg+xml,<svg/>",
    "http://",
    "\ud800",
    "",
]


def forms() -> dict[str, dict[str, Any]]:
    """The bodies of real servers, each with a good picture."""
    encoded = base64.b64encode(GOOD).decode()
    router = {"prompt_tokens": 0, "completion_tokens": 4175, "total_tokens": 4175, "cost": 0.04}
    return {
        "OpenAI": {
            "created": 1,
            "data": [{"b64_json": encoded}],
            "output_format": "png",
            "usage": USAGE,
        },
        "OpenRouter": {"created": 1, "data": [{"b64_json": encoded}], "usage": router},
        "SGLang": {"id": "1", "data": [{"b64_json": None, "url": "/v1/images/1/content"}]},
        "LocalAI": {"id": "1", "data": [{"url": "http://127.0.0.1:8080/generated-images/b64.png"}]},
        "vLLM-Omni": {"created": 1, "data": [{"b64_json": encoded, "url": None}], "metrics": {}},
    }


def header_of_a_bomb() -> bytes:
    """A PNG that declares 60,000 × 60,000 pixels."""
    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + size))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + size + check


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key of a JSON value."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from places(tree[key])


def with_an_odd_value(chance: random.Random, body: dict[str, Any]) -> Reply:
    container, key = chance.choice(list(places(body)))
    container[key] = chance.choice(ODD)
    return Reply(body)


def without_a_value(chance: random.Random, body: dict[str, Any]) -> Reply:
    container, key = chance.choice(list(places(body)))
    del container[key]
    return Reply(body)


def with_broken_text(chance: random.Random, body: dict[str, Any]) -> Reply:
    text = list(json.dumps(body))
    for _ in range(chance.randint(1, 4)):
        text[chance.randrange(len(text))] = chance.choice('{}[]",:\\\x00é')
    return Reply("".join(text))


def cut_short(chance: random.Random, body: dict[str, Any]) -> Reply:
    text = json.dumps(body)
    return Reply(text[: chance.randrange(len(text))])


def with_broken_pixels(chance: random.Random, body: dict[str, Any]) -> Reply:
    data = bytearray(GOOD)
    for _ in range(8):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return _with_picture(body, bytes(data))


def with_no_picture(chance: random.Random, body: dict[str, Any]) -> Reply:
    wrong = [b"", b"GIF89a" + bytes(99), b"<svg/>", b"<html>no</html>", b"\x89PNG", GOOD[:500]]
    return _with_picture(body, chance.choice([*wrong, header_of_a_bomb()]))


def at_another_place(chance: random.Random, body: dict[str, Any]) -> Reply:
    return Reply({**body, "data": [{"b64_json": "", "url": chance.choice(TARGETS)}]})


def with_another_status(chance: random.Random, body: dict[str, Any]) -> Reply:
    status = chance.choice([201, 204, 400, 402, 403, 418, 422, 429, 500, 502, 504, 524])
    refused = {"error": {"code": "moderation_blocked", "message": "no"}}
    odd = {"error": chance.choice(ODD)}
    error = chance.choice([refused, odd, {"detail": [{"loc": [1]}]}, [], body])
    return Reply(error, status, {"retry-after": chance.choice(["-1", "x", "1e9", "0"])})


def of_another_type(chance: random.Random, body: dict[str, Any]) -> Reply:
    kind = chance.choice(["text/html", "text/event-stream", "image/png", "application/x", ""])
    return Reply(body, 200, {"content-type": kind})


def lost(chance: random.Random, body: dict[str, Any]) -> Reply:
    return Reply(body, mishap=chance.choice(["drop", "cut"]))


def _with_picture(body: dict[str, Any], data: bytes) -> Reply:
    return Reply({**body, "data": [{"b64_json": base64.b64encode(data).decode()}]})


MUTATIONS: list[Callable[[random.Random, dict[str, Any]], Reply]] = [
    with_an_odd_value,
    without_a_value,
    with_broken_text,
    cut_short,
    with_broken_pixels,
    with_no_picture,
    at_another_place,
    with_another_status,
    of_another_type,
    lost,
]


def hostile(number: int) -> Reply:
    """A hostile answer; every mutation comes equally often."""
    chance = random.Random(number)
    mutate = MUTATIONS[number % len(MUTATIONS)]
    return mutate(chance, chance.choice(list(forms().values())))


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    one = ApiServer()
    yield one
    one.close()


@pytest.fixture(scope="module", params=[0, 2], ids=["whole", "streamed"])
def painter(request: pytest.FixtureRequest, server: ApiServer) -> OpenAIPainter:
    return painter_at(server, ImageSettings(partials=request.param))


def painter_at(server: ApiServer, images: ImageSettings | None = None) -> OpenAIPainter:
    endpoint = Endpoint(server.key, server.url)
    return OpenAIPainter(endpoint, images=images, urls=ImageUrls(server.url, "k", pause=0.0))


def order(number: int) -> PaintRequest:
    return PaintRequest(prompt=f"Kiln {number}.", title="", concepts=(), style="", seed=number)


@pytest.mark.parametrize("number", range(ANSWERS))
def test_a_hostile_answer_is_a_picture_or_a_named_failure_and_paid_once(
    server: ApiServer, painter: OpenAIPainter, number: int
) -> None:
    before = server.paths.count(PATH)
    server.replies[:] = [hostile(number)]
    books = Books()
    try:
        data = painter.paint(order(number), books).data
    except ComponentError as error:
        assert str(error)
        str(error).encode("utf-8", "backslashreplace")
    else:
        assert books.entries[-1].result == data
    assert server.replies == []
    assert server.paths.count(PATH) - before == len(books.entries) == 1
    assert books.states[0] in ("settled", "refused", "unknown")
    # The next picture comes, from the same painter.
    server.replies[:] = [server.pictured(GOOD)]
    assert painter.paint(order(-number - 1), books).data == GOOD
    assert books.states[1:] == ["settled"]


@pytest.fixture
def context(server: ApiServer, open_worker_context: Callable[..., WorkerContext]) -> WorkerContext:
    return open_worker_context(painter_at(server))


def test_an_artist_goes_on_after_every_kind_of_hostile_answer(
    server: ApiServer, context: WorkerContext
) -> None:
    """A hostile answer costs a cycle a second call at most; each cycle has its work."""
    cycles, ledger = context.catalogue.cycles, context.catalogue.ledger
    kinds = [cut_short, with_no_picture, at_another_place, with_another_status, lost]
    for number, mutate in enumerate(kinds, 1):
        before = server.paths.count(PATH)
        answer = mutate(random.Random(number), forms()["OpenAI"])
        server.replies[:] = [answer, *[server.pictured(GOOD)] * 9]
        assert cycles.open("alien", tuning_version=1, every=0), number
        cycle_id = f"alien:{number}"
        for _ in range(12):
            while run_step(context, cycle_id):
                pass
            cycle = cycles.get(cycle_id)
            assert cycle is not None
            if cycle.state != "open":
                break
            assert cycle.last_error and cycle.step is Step.PAINT
            cycles.retry_now("alien")
        assert cycle.state == "done", cycle.last_error
        calls = ledger.of_cycle("alien", number)
        assert server.paths.count(PATH) - before == len(calls) <= 2
        assert [call.state for call in calls].count("reserved") == 0
