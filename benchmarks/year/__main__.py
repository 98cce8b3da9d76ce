"""A year of one artist at a cycle every quarter of an hour, with a fault in one cycle of fifty.

    python -m benchmarks.year --cycles 35040

Sampler, encoders and painter are seeded functions that take no time, and the clock is set forward
to the next due time. Stores, cycle, schedule and ledger are real. Every number must have a work or
a recorded failure, and the archive must suffice to compute every work's values.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil
from starlette.testclient import TestClient

from benchmarks.year.clock import Clock
from benchmarks.year.faults import FAULTS, Killed, last_number, reach
from benchmarks.year.world import NAME, World
from cli.runtime.gallery_settings import gallery_of
from scheduler.status import artist_status
from storage.archive.events import CycleFailed
from storage.catalogue import Step
from tests.recompute import recompute

DUMPS = 3000
"""Cycles between two copies of the catalogue; each is restored 20 cycles later."""


def main() -> None:
    """Run the year and print JSON; exit with 1 if there are violations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=35_040)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=int, default=50, help="one cycle in RATE has a fault")
    parser.add_argument("--folder", type=Path, help="parent of the data folder, such as /dev/shm")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="year-", dir=options.folder))
    clock = Clock(datetime(2027, 1, 1, tzinfo=UTC))
    world = World(folder, clock, last_cycle=options.cycles)
    try:
        found = _live(world, random.Random(options.seed), rate=options.rate)
        found["violations"] = _violations(world)
    finally:
        world.close()
        shutil.rmtree(folder)
    print(json.dumps(found, indent=2))
    sys.exit(bool(found["violations"]))


def _live(world: World, chance: random.Random, *, rate: int) -> dict[str, object]:
    started, counts, marks = time.monotonic(), Counter[str](), _marks(world.last_cycle)
    looks: list[dict[str, object]] = []
    times: list[float] = []
    dump, next_dump = None, DUMPS // 6
    while not world.is_over:
        cycle_began, number = time.perf_counter(), last_number(world)
        world.schedule.tick()
        if last_number(world) > number:
            fault = chance.choice(list(FAULTS)) if chance.randrange(rate) == 0 else None
            _one_cycle(world, chance, fault)
            counts[fault or "none"] += 1
            if fault is None:
                times.append(time.perf_counter() - cycle_began)
            if number + 1 in marks:
                looks.append(_look(world, times[-200:]))
                print(json.dumps(looks[-1]), file=sys.stderr, flush=True)
            if number + 1 == next_dump:
                dump, next_dump = world.dump(), next_dump + DUMPS
            if dump is not None and number + 1 == next_dump - DUMPS + 20:
                world.restart(dump)
                dump = None
                counts["an older catalogue restored"] += 1
        _survive(world)
        world.pass_time()
    return {
        "until": str(world.clock),
        "works": world.catalogue.works.count(),
        "failures": world.catalogue.cycles.count("failed"),
        "starts": world.deaths,
        "faults": dict(counts),
        "seconds": round(time.monotonic() - started),
        "at": looks,
    }


def _one_cycle(world: World, chance: random.Random, fault: str | None) -> None:
    step = chance.choice(list(Step))
    try:
        if fault is not None and reach(world, step):
            FAULTS[fault](world, step, chance)
    except Killed:
        world.restart()
    _survive(world)


def _survive(world: World) -> None:
    """Run until nothing is left; restart a process that dies."""
    while world.queue:
        try:
            world.work()
        except Killed:
            world.restart()
            world.schedule.tick()


def _marks(last: int) -> set[int]:
    return {min(last, mark) for mark in (100, 1_000, 5_000, 10_000, 20_000, last)}


def _look(world: World, times: list[float]) -> dict[str, object]:
    """Return current sizes and times."""
    artist = world.catalogue.artists.get(NAME)
    assert artist is not None
    client = TestClient(gallery_of(world.deployment, preview=_no_preview, memory_of=None))
    client.get("/health")
    works = world.catalogue.works.count()
    return {
        "works": works,
        "cycle_ms": round(1000 * median(times), 1),
        "status_ms": _milliseconds(lambda: artist_status(world.catalogue, world.archive, artist)),
        "first_page_ms": _milliseconds(lambda: client.get(f"/?cold={time.perf_counter_ns()}")),
        "mib": world.sizes(),
        "rss_mib": round(psutil.Process().memory_info().rss / 2**20),
    }


def _milliseconds(call: object) -> float:
    assert callable(call)
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return round(1000 * median(taken), 1)


def _no_preview(*_: object) -> object:
    raise RuntimeError("no preview is requested")


def _violations(world: World) -> list[str]:
    found = []
    manifests = list(world.archive.manifests(NAME))
    failed = {
        event.number
        for event in world.archive.events(NAME, "failure")
        if isinstance(event, CycleFailed)
    }
    made = {manifest.number for manifest in manifests}
    for number in range(1, world.last_cycle + 1):
        if (number in made) == (number in failed):
            found.append(f"{number}: work {number in made}, failure {number in failed}")
    try:
        recompute(manifests)
    except AssertionError as error:
        found.append(f"a work's values do not follow from the archive: {error}")
    rows = [(work.number, work.novelty) for work in world.catalogue.works.all()]
    if rows != [(m.number, m.judgement.novelty) for m in manifests]:
        found.append("the catalogue's works are not the archive's")
    sequences = [row.sequence for row in world.catalogue.works.vectors(scope=NAME)]
    if sequences != [m.judgement.sequence for m in manifests]:
        found.append("the catalogue's sequences are not the archive's")
    return found


if __name__ == "__main__":
    main()
