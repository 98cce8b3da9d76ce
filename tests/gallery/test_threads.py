"""Slow work delays only the requests that need it.

Each kind is blocked for more requests than there are threads; meanwhile pages answer.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

import gallery.charts.similarity_map
import gallery.pages.numbers
import gallery.voting.ranking
from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.images.thumbnails import Thumbnails
from gallery.stats.repeated_picks import RepeatedPicks
from gallery.stats.similar_works import SimilarWorksIndex
from storage.archive.archive import Archive

PASSWORD = "correct horse battery"
VISITORS = 5
LONG_AGO = 60.0
"""Seconds after which a page that waits is given up: only a failing test takes so long."""


class Stop:
    """Blocks calls until it is opened."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self.opened = threading.Event()

    def before(self, call: Callable[..., object]) -> Callable[..., object]:
        """The call, with the block before it."""

        def stopped(*arguments: object, **options: object) -> object:
            self.came.release()
            assert self.opened.wait(LONG_AGO)
            return call(*arguments, **options)

        return stopped


@pytest.fixture
def stop() -> Iterator[Stop]:
    made = Stop()
    yield made
    made.opened.set()


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=VISITORS)
    yield built
    built.catalogue.close()


@pytest.fixture
def app(stores, stop: Stop, tmp_path: Path) -> FastAPI:
    admins = Admins(tmp_path / "admins.json")
    admins.set_password("ann", PASSWORD)
    return create_app(
        stores.catalogue,
        stores.archive,
        site=SiteSettings(),
        admins=admins,
        preview=stop.before(lambda *_: stores.manifests[-1].inspiration),  # type: ignore[arg-type]
        memory_of=lambda *_: None,
        limited=False,
    )


@asynccontextmanager
async def visiting(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gallery") as client,
    ):
        yield client


async def sign_in(client: httpx.AsyncClient) -> None:
    data = {"who": "ann", "password": PASSWORD}
    answer = await client.post("/admin/sign-in", data=data)
    cookie = answer.headers["set-cookie"].partition(";")[0].partition("=")
    client.cookies.set(cookie[0], cookie[2])


Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


def get(path: str) -> Ask:
    return lambda client, number: client.get(path.format(number=number))


SLOW: dict[str, tuple[object, str, Ask]] = {
    "cold copies": (
        Thumbnails,
        "_original",
        lambda client, number: client.get(client.headers["pictures"].split()[number - 1]),
    ),
    "originals": (Archive, "read_image", get("/works/ada/{number}/original")),
    "manifests": (Archive, "read_manifest", get("/works/ada/{number}")),
    "manifests for machines": (Archive, "read_manifest", get("/api/v1/works/ada/{number}")),
    "studio": (Archive, "read_manifest", get("/artists/ada/studio?{number}")),
    "similar works": (SimilarWorksIndex, "nearest", get("/works/ada/{number}/like")),
    "similar works for machines": (
        SimilarWorksIndex,
        "nearest",
        get("/api/v1/works/ada/{number}/similar"),
    ),
    "map": (gallery.charts.similarity_map, "lay_out", get("/artists/ada/map.json?{number}")),
    "numbers": (RepeatedPicks, "of", get("/artists/ada/numbers?until={number}")),
    "tables": (
        gallery.pages.numbers,
        "concept_lifetimes",
        get("/artists/ada/concepts.csv?{number}"),
    ),
    "rankings": (gallery.voting.ranking, "rank", get("/votes?{number}")),
    "passwords": (
        Admins,
        "check",
        lambda client, number: client.post(
            "/admin/sign-in", data={"who": f"{number}", "password": "guess"}
        ),
    ),
    "previews": (None, "", get("/admin/artists/ada?beta=0.{number}")),
    "decisions": (
        Archive,
        "append",
        lambda client, number: client.post(
            f"/admin/works/ada/{number}",
            data={"visibility": "hidden", "csrf": client.headers["csrf"]},
        ),
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_pages_answer_while_slow_work_waits(
    app: FastAPI, stores, stop: Stop, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    where, name, ask = SLOW[what]

    async def visit() -> list[int]:
        async with visiting(app) as client:
            await sign_in(client)
            page = (await client.get("/admin")).text
            client.headers["csrf"] = page.partition('name="csrf" value="')[2].partition('"')[0]
            pictures = [m.painting.image for m in stores.manifests]
            client.headers["pictures"] = " ".join(f"/images/{sha}/480.webp" for sha in pictures)
            if where is not None:
                monkeypatch.setattr(where, name, stop.before(getattr(where, name)))
            waiting = [asyncio.create_task(_asked(ask, client, n)) for n in range(1, VISITORS + 1)]
            assert await asyncio.to_thread(stop.came.acquire, timeout=LONG_AGO)
            for page in ("/", "/artists/ada", "/health/live", "/static/gallery.css"):
                answer = await asyncio.wait_for(client.get(page), LONG_AGO)
                assert answer.status_code == 200, page
            assert not any(task.done() for task in waiting)
            stop.opened.set()
            return [answer.status_code for answer in await asyncio.gather(*waiting)]

    codes = asyncio.run(visit())
    assert len(codes) == VISITORS
    assert all(code < 500 or (code == 503 and "similar" in what) for code in codes)


async def _asked(ask: Ask, client: httpx.AsyncClient, number: int) -> httpx.Response:
    return await ask(client, number)
