"""The cache of responses: made once for many requests, never too long, and only if public."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.gallery import Gallery
from gallery.middleware import response_cache
from gallery.middleware.response_cache import ResponseCache

CLIENTS = 40


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the cache."""
    clock = [0.0]
    monkeypatch.setattr(response_cache.time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def editions() -> list[int]:
    """The edition of cached responses."""
    return [0]


@pytest.fixture
def client(times: list[float], editions: list[int]) -> Iterator[TestClient]:
    """A client of a page that counts how often it is made."""
    made = []

    async def page(request: Request) -> PlainTextResponse:
        made.append(1)
        headers = {"Cache-Control": request.query_params["control"], "ETag": '"tag"'}
        headers |= {"Set-Cookie": "a=b"} if "cookie" in request.query_params else {}
        return PlainTextResponse(str(len(made)), headers=headers)

    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"])])
    app.add_middleware(ResponseCache, routes=app.routes, edition=lambda: editions[0])
    with TestClient(app) as opened:
        yield opened


def test_many_requests_get_one_response(client: TestClient, times: list[float]) -> None:
    params = {"control": "public, max-age=60"}
    assert [client.get("/", params=params).text for _ in range(3)] == ["1", "1", "1"]
    assert client.get("/", params=params, headers={"If-None-Match": '"tag"'}).status_code == 304
    assert client.get("/", params={**params, "page": "2"}).text == "2"
    assert client.get("/", params=params, headers={"Host": "elsewhere"}).text == "3"
    times[0] = response_cache.SECONDS + 0.1
    assert client.get("/", params=params).text == "4"


def test_a_change_is_not_hidden_by_the_cache(client: TestClient, editions: list[int]) -> None:
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
def test_what_is_not_cacheable_is_made_again(client: TestClient, params: dict[str, str]) -> None:
    assert [client.get("/", params=params).text for _ in range(2)] == ["1", "2"]


def test_only_reading_is_answered_from_the_cache(client: TestClient) -> None:
    params = {"control": "public, max-age=60"}
    assert [client.post("/", params=params).text for _ in range(2)] == ["1", "2"]


def test_the_cache_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_cache, "_ROOM", 2)
    params = {"control": "public, max-age=60"}
    for page in "abc":
        client.get("/", params={**params, "page": page})
    assert client.get("/", params={**params, "page": "c"}).text == "3"
    assert client.get("/", params={**params, "page": "a"}).text == "4"


class Wall:
    """A page with one parameter, made when the test releases it; counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0
        self.ready = asyncio.Event()
        self.control = "public, max-age=60"
        router = APIRouter()
        router.api_route("/wall", methods=["GET", "HEAD"])(self._page)
        router.get("/endless")(self._endless)
        self.app = FastAPI()
        self.app.include_router(router)
        self.app.add_middleware(ResponseCache, routes=router.routes, by_host=False)

    async def _page(self, page: int = 1) -> Response:
        self.made += 1
        number = self.made
        await self.ready.wait()
        if self.control == "broken":
            raise RuntimeError("a fault of the page")
        headers = {"Cache-Control": self.control, "ETag": '"tag"'}
        headers["Last-Modified"] = "Sat, 28 Nov 2026 12:00:00 GMT"
        return Response(f"page {page}, made as {number}", headers=headers)

    async def _endless(self) -> Response:
        self.made += 1

        async def pieces() -> AsyncIterator[str]:
            yield "first"
            await self.ready.wait()

        return StreamingResponse(pieces(), headers={"Cache-Control": "no-store"})

    def visitor(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://here")

    async def crowd(
        self, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> list[httpx.Response]:
        """Responses to parallel requests that arrive before the first response is made."""
        async with self.visitor() as visitor:
            waiting = [
                asyncio.create_task(
                    visitor.request(
                        method,
                        f"/wall?x={secrets.token_hex(8)}",
                        headers={"Host": f"{number}.example", **(headers or {})},
                    )
                )
                for number in range(CLIENTS)
            ]
            while not self.made:
                await asyncio.sleep(0)
            for _ in range(100):  # until no request can advance
                await asyncio.sleep(0)
            self.ready.set()
            return await asyncio.gather(*waiting)


def test_parallel_requests_with_unknown_parameters_make_a_page_once() -> None:
    async def play() -> None:
        wall = Wall()
        answers = await wall.crowd()
        assert {answer.text for answer in answers} == {"page 1, made as 1"}
        async with wall.visitor() as visitor:
            assert (await visitor.get("/wall?page=2&x=1")).text == "page 2, made as 2"
            assert (await visitor.get("/wall?y=3&page=1&page=2")).text == "page 2, made as 2"
            assert (await visitor.get("/wall?page=nought")).status_code == 422

    asyncio.run(play())


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"If-None-Match": "*"}, 304),
        ("GET", {"If-None-Match": '"tag"'}, 304),
        ("GET", {"If-Modified-Since": "Sat, 28 Nov 2026 12:00:00 GMT"}, 304),
        ("GET", {"If-Modified-Since": "Sat, 28 Nov 2026 11:59:59 GMT"}, 200),
        ("HEAD", {}, 200),
    ],
)
def test_no_condition_bypasses_the_cache(
    times: list[float], method: str, headers: dict[str, str], status: int
) -> None:
    async def play() -> None:
        wall = Wall()
        wall.ready.set()
        async with wall.visitor() as visitor:
            assert (await visitor.get("/wall")).text == "page 1, made as 1"
        wall.ready.clear()
        times[0] += response_cache.SECONDS + 1
        wall.made = 0
        answers = await wall.crowd(method=method, headers=headers)
        assert {answer.status_code for answer in answers} == {status}
        text = "page 1, made as 1" if (method, status) == ("GET", 200) else ""
        assert {answer.text for answer in answers} == {text}
        assert {answer.headers["etag"] for answer in answers} == {'"tag"'}
        assert wall.made == 1

    asyncio.run(play())


@pytest.mark.parametrize("control", ["no-store", "broken"])
def test_what_cannot_be_shared_is_made_for_each(control: str) -> None:
    async def play() -> None:
        wall = Wall()
        wall.control = control
        answers = await wall.crowd()
        assert len(answers) == wall.made == CLIENTS
        wall.control = "public, max-age=60"
        assert len({answer.text for answer in await wall.crowd()}) <= 2

    asyncio.run(play())


def test_no_request_waits_for_an_endless_response() -> None:
    async def play() -> None:
        wall = Wall()
        async with wall.visitor() as visitor:
            asked = [asyncio.create_task(visitor.get("/endless")) for _ in range(3)]
            while wall.made < 3:
                await asyncio.sleep(0)
            wall.ready.set()
            assert {answer.text for answer in await asyncio.gather(*asked)} == {"first"}

    asyncio.run(play())


def test_parallel_requests_to_the_gallery_make_one_page(
    exhibition, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    render = Gallery.render

    def counted(self: Gallery, request: Request, template: str, **values: object) -> str:
        rendered.append(template)
        return render(self, request, template, **values)

    monkeypatch.setattr(Gallery, "render", counted)
    app = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())

    async def play() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://here"
        ) as visitor:
            addresses = [f"/artists/ada/numbers?x={secrets.token_hex(8)}" for _ in range(CLIENTS)]
            answers = await asyncio.gather(*map(visitor.get, addresses))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1

    asyncio.run(play())
    assert len(rendered) == 1
