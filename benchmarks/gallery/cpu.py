"""Processor time per request: one client, within one process.

    python -m benchmarks.gallery.cpu FOLDER [profile]

Pages are drawn at random from all, so that hardly any is cached. Processor time does not depend on
other programs on the machine; the open loop (`python -m benchmarks.gallery`) measures waiting time.
"""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.types import Message, Scope

from benchmarks.gallery.collection import ARTISTS, MANIFEST_EVERY, build, work_path
from gallery import SiteSettings, create_app

WORKS = 100_000
PAGES = 400


def main(folder: Path, *, profile: bool) -> None:
    """Request each kind of page in turn, and print its processor time."""
    catalogue, archive = build(folder, WORKS)
    words = [row.concept for row in catalogue.works.concepts(limit=2000)]
    app = create_app(catalogue, archive, site=SiteSettings(), limited=False)
    dice = random.Random(2)
    archived = range(0, WORKS, MANIFEST_EVERY)
    kinds: dict[str, Callable[[], str]] = {
        "work": lambda: work_path(dice.choice(archived)),
        "stream": lambda: f"/works?before={dice.choice(ARTISTS)}:{dice.randrange(2, 25_000)}",
        "concept": lambda: f"/concepts/{quote(dice.choice(words))}",
        "search": lambda: f"/search?q={quote(' '.join(dice.sample(words, dice.choice((1, 2)))))}",
        "artist": lambda: f"/artists/ada?before=ada:{dice.randrange(2, 25_000)}",
        "numbers": lambda: f"/artists/ada/numbers?until={dice.randrange(1_000, 25_000)}",
        "work as JSON": lambda: "/api/v1" + work_path(dice.choice(archived)),
    }
    print(f"{'':20}{'median':>8}{'mean':>8}   milliseconds of processor time")
    for name, path in kinds.items():
        paths = [path() for _ in range(PAGES if name != "numbers" else 20)]
        profiler = cProfile.Profile() if profile else None
        spent = asyncio.run(_ask(app, paths, profiler))
        print(
            f"{name:20}{statistics.median(spent):>8.2f}{statistics.mean(spent):>8.2f}", flush=True
        )
        if profiler is not None:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


async def _ask(
    app: FastAPI, paths: Sequence[str], profiler: cProfile.Profile | None
) -> list[float]:
    await _one(app, paths[0])
    if profiler is not None:
        # Pages are made in threads, which the profiler does not see: make them here instead.
        import anyio.to_thread

        async def here(function: Callable[..., object], *args: object, **_: object) -> object:
            return function(*args)

        anyio.to_thread.run_sync = here  # type: ignore[assignment]
        profiler.enable()
    spent = []
    for path in paths:
        begin = time.process_time()
        await _one(app, path)
        spent.append(1000 * (time.process_time() - begin))
    if profiler is not None:
        profiler.disable()
    return spent


async def _one(app: FastAPI, path: str) -> None:
    parts = urlsplit(path)
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path.replace("%20", " "),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"gallery.example"), (b"accept-encoding", b"gzip")],
        "client": None,
        "server": ("127.0.0.1", 80),
    }
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    if status not in (200, 404):
        raise RuntimeError(f"{path} has status {status}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), profile="profile" in sys.argv[2:])
