"""Limits on the requests of one visitor."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.middleware import rate_limit
from gallery.middleware.rate_limit import LARGEST_BODY, Rate, RateLimit


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: clock[0])
    return clock


def app() -> Starlette:
    async def echo(request: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(str(len(await request.body())))
        except ClientDisconnect:
            return PlainTextResponse("broken off", 400)

    made = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/api/x", echo)])
    made.add_middleware(
        RateLimit, reading=Rate(per_second=1, burst=3), writing=Rate(per_second=0.1, burst=1)
    )
    return made


def test_a_burst_is_allowed_and_then_the_rate(times: list[float]) -> None:
    client = TestClient(app())
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/x")
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["status"] == 429
    assert TestClient(app(), client=("198.51.100.7", 1)).get("/").status_code == 200
    times[0] += 1
    assert [client.get("/").status_code for _ in range(2)] == [200, 429]
    times[0] += 1000
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_writing_has_its_own_rate(times: list[float]) -> None:
    client = TestClient(app())
    assert [client.post("/").status_code for _ in range(2)] == [200, 429]
    assert client.get("/").status_code == 200


def test_huge_bodies_are_not_read(times: list[float]) -> None:
    client = TestClient(app())
    assert client.post("/", content=b"x" * LARGEST_BODY).text == str(LARGEST_BODY)
    times[0] += 100
    assert client.post("/", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    times[0] += 100
    chunks = (b"x" * 1024 for _ in range(1000))
    assert client.post("/", content=chunks).text == "broken off"


@pytest.mark.parametrize("length", ["²", "", "-1", "1e3", "9" * 5000])
def test_an_invalid_length_is_refused(times: list[float], length: str) -> None:
    headers = {"content-length": length.encode("latin-1")}
    assert TestClient(app()).post("/", content=b"x", headers=headers).status_code == 413


def test_a_gallery_refuses_a_huge_form(exhibition) -> None:
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings()))
    answer = client.post("/vote", data={"ballot": "x" * 100_000, "choice": "left"})
    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["content-security-policy"]
