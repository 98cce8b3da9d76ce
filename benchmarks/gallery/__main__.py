"""Serve a hundred thousand works from separate processes, and request pages at a fixed rate.

    python -m benchmarks.gallery [FOLDER] [--processes N]

The folder keeps the collection for later runs. First, the n-th most popular page is requested n
times less often than the first (Zipf); then, at a lower rate, all pages equally often, so that
hardly any is cached.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import psutil

from benchmarks.gallery.collection import ARTISTS, MANIFEST_EVERY, build, work_path
from benchmarks.gallery.load import open_loop
from tests.served.ports import free_port

T = TypeVar("T")

WORKS = 100_000
SECONDS = 12


def main(folder: Path, *, processes: int) -> None:
    """Build, serve, request, print."""
    catalogue, _ = build(folder, WORKS)
    words = [row.concept for row in catalogue.works.concepts(limit=2000)]
    catalogue.close()
    dice = random.Random(1)
    works = range(0, WORKS, MANIFEST_EVERY)
    popular = [1 / rank for rank in range(1, len(works) + 1)]

    def known(things: Sequence[T]) -> T:
        """Choose one by Zipf's law: the second half as often as the first, and so on."""
        return dice.choices(things, popular[: len(things)])[0]

    pages = {
        "stream, first page": lambda: "/",
        "stream": lambda: known(
            ["/", *(f"/works?before=ada:{25000 - 6 * n}" for n in range(1, 200))]
        ),
        "work": lambda: work_path(known(works)),
        "concept": lambda: f"/concepts/{quote(known(words))}",
        "artist": lambda: f"/artists/{dice.choice(ARTISTS)}",
        "concepts": lambda: "/concepts",
    }
    seldom = {
        "stream, any page at all": lambda: f"/works?before={dice.choice(ARTISTS)}:{_any(dice)}",
        "work, any at all": lambda: work_path(dice.choice(works)),
        "concept, any at all": lambda: f"/concepts/{quote(dice.choice(words))}",
    }
    print(f"{WORKS:,} works; gallery processes: {processes}; {SECONDS} s at each rate;")
    print("milliseconds from the time at which a request was due")
    with _served(folder, processes) as (port, process):
        print(f"{'':28}{'a second':>9}{'p50':>8}{'p95':>8}{'p99':>8}{'not 200':>9}{'bytes':>9}")
        for name, path in pages.items():
            _measure(port, name, [path() for _ in range(100 * SECONDS)], 100)
        mixed = [
            pages[name]()
            for _ in range(100 * SECONDS // 3)
            for name in ("stream", "work", "concept")
        ]
        _measure(port, "stream, work and concept", mixed, 100)
        for name, path in seldom.items():
            _measure(port, name, [path() for _ in range(40 * SECONDS)], 40)
        _measure(port, "search, each another one", _searches(words, dice, 10 * SECONDS), 10)
        _once(port, "works.csv", "/artists/ada/works.csv")
        print(f"the gallery's memory at the end: {_memory(process.pid)}")


def _measure(port: int, name: str, paths: list[str], per_second: int) -> None:
    answers = open_loop(port, paths, per_second=per_second)
    p50, p95, p99 = (answers.percentile(share) for share in (0.5, 0.95, 0.99))
    print(
        f"{name:28}{per_second:>9}{p50:>8.1f}{p95:>8.1f}{p99:>8.1f}{answers.refused:>9}"
        f"{answers.size:>9,}",
        flush=True,
    )


def _once(port: int, name: str, path: str) -> None:
    begin = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        answer.read(1)
        first = time.perf_counter() - begin
        answer.read()
    whole = time.perf_counter() - begin
    print(f"{name}: first byte after {1000 * first:.0f} ms, all of it after {1000 * whole:.0f} ms")


def _searches(words: Sequence[str], dice: random.Random, count: int) -> list[str]:
    """Return new queries: one word, two, the start of one, a word without results."""
    asked = [
        question
        for one, other in zip(dice.sample(words, count), dice.sample(words, count), strict=True)
        for question in (one, f"{one} {other}", f"sea {one}", one[:4], f"{one} nowhere")
    ]
    return [f"/search?q={quote(question)}" for question in dice.sample(list(set(asked)), count)]


def _any(dice: random.Random) -> int:
    return dice.randrange(2, WORKS // len(ARTISTS))


@contextmanager
def _served(folder: Path, processes: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "benchmarks.gallery.serve:app", "--factory"),
            *("--port", str(port), "--workers", str(processes)),
            *("--log-level", "warning", "--no-access-log"),
        ],
        env={**os.environ, "COLLECTION": str(folder)},
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def _memory(process: int) -> str:
    """Return the resident memory of the process and its children."""
    first = psutil.Process(process)
    sizes = [one.memory_info().rss / 2**20 for one in (first, *first.children())]
    return ", ".join(f"{size:.0f} MiB" for size in sizes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="keeps the collection")
    parser.add_argument("--processes", type=int, default=1, help="of the gallery")
    options = parser.parse_args()
    if options.folder:
        main(options.folder, processes=options.processes)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary), processes=options.processes)
