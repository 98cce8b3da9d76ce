"""Answers kept for some seconds: made once for many, never longer, and only where they may be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gallery import kept
from gallery.kept import KeptAnswers


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock that answers are kept by."""
    clock = [0.0]
    monkeypatch.setattr(kept.time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def editions() -> list[int]:
    """The edition that answers are kept of."""
    return [0]


@pytest.fixture
def client(times: list[float], editions: list[int]) -> Iterator[TestClient]:
    """A page that counts how often it was made."""
    made = []

    async def page(request: Request) -> PlainTextResponse:
        made.append(1)
        headers = {"Cache-Control": request.query_params["control"], "ETag": '"tag"'}
        headers |= {"Set-Cookie": "a=b"} if "cookie" in request.query_params else {}
        return PlainTextResponse(str(len(made)), headers=headers)

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])])
    app.add_middleware(KeptAnswers, edition=lambda: editions[0])
    with TestClient(app) as opened:
        yield opened


def test_many_readers_get_one_page(client: TestClient, times: list[float]) -> None:
    params = {"control": "public, max-age=60"}
    assert [client.get("/", params=params).text for _ in range(3)] == ["1", "1", "1"]
    assert client.get("/", params=params, headers={"If-None-Match": '"tag"'}).status_code == 304
    assert client.get("/", params={**params, "page": "2"}).text == "2"
    assert client.get("/", params=params, headers={"Host": "elsewhere"}).text == "3"
    times[0] = kept.SECONDS + 0.1
    assert client.get("/", params=params).text == "4"


def test_what_changed_is_not_hidden_by_memory(client: TestClient, editions: list[int]) -> None:
    params = {"control": "public, max-age=60"}
    assert client.get("/", params=params).text == "1"
    editions[0] += 1
    assert [client.get("/", params=params).text for _ in range(2)] == ["2", "2"]
    by_date = {"If-Modified-Since": "Sat, 28 Nov 2026 12:00:00 GMT"}
    assert client.get("/", params=params, headers=by_date).text == "3"
    assert client.get("/", params=params).text == "3"


@pytest.mark.parametrize(
    "params",
    [
        {"control": "no-store"},
        {"control": "private, max-age=60"},
        {"control": "public, max-age=0"},
        {"control": "public, max-age=31536000, immutable"},
        {"control": "public, max-age=60", "cookie": "yes"},
    ],
)
def test_what_may_not_be_kept_is_made_anew(client: TestClient, params: dict[str, str]) -> None:
    assert [client.get("/", params=params).text for _ in range(2)] == ["1", "2"]


def test_only_reading_is_answered_from_memory(client: TestClient) -> None:
    params = {"control": "public, max-age=60"}
    assert [client.post("/", params=params).text for _ in range(2)] == ["1", "2"]


def test_memory_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_ROOM", 2)
    params = {"control": "public, max-age=60"}
    for page in "abc":
        client.get("/", params={**params, "page": page})
    assert client.get("/", params={**params, "page": "c"}).text == "3"
    assert client.get("/", params={**params, "page": "a"}).text == "4"
