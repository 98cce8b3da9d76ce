"""The faults that the served artist survives, each inflicted on real processes and then lifted."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import urllib3
from celery import Celery

from storage.catalogue import Step
from tests.chaos.world import World
from tests.served.quick import SPACE
from tests.served.traps import Fate, Trap
from worker.engine.app import QUEUES, RUN_STEP

PLACES = {"inspire": 2, "compose": 2, "paint": 18, "judge": 4, "keep": 4, "publish": 2}
"""Places in each step at which a worker can die: before and after every write and every call."""

END = 10**6


@dataclass(frozen=True)
class Fault:
    """One thing that happens; `inflict` returns when it is over."""

    name: str
    inflict: Callable[[World], None]


def _killed_at(step: Step, world: World, *, after: bool) -> None:
    place = END if after else world.random.randint(1, PLACES[step])
    fate: Fate = world.random.choice(["kill worker", "kill child"])
    world.spring(Trap(step, place, fate))


def _fails_for_good(step: Step, world: World) -> None:
    """One cycle ends without a work; all artists go on."""
    world.spring(Trap(step, 1, "fail"))


def _kill(name: str, world: World) -> None:
    world.topology.kill(name)


def _kill_all_workers(world: World) -> None:
    for name in world.topology.worker_names():
        world.topology.processes[name].send(signal.SIGKILL)


def _restart_redis(world: World, *, wiped: bool) -> None:
    world.topology.restart_redis(wiped=wiped)


def _restart_postgresql(world: World) -> None:
    step = world.random.choice([Step.INSPIRE, Step.COMPOSE, Step.JUDGE, Step.PUBLISH])
    world.spring(Trap(step, 1, "hold"))  # inside its transaction, before the commit
    world.topology.postgresql.restart()
    world.traps.release()


def _flagged(name: str, world: World) -> None:
    world.traps.flag(name, up=True)
    world.wait_for_progress()
    world.traps.flag(name, up=False)


def _out_of_order(world: World) -> None:
    """Tasks arrive late and mixed up, among them those of cycles that ended, on any queue."""
    app = Celery(broker=world.topology.redis_url)
    for _ in range(20):
        artist = world.random.choice(world.artists)
        number = world.random.randint(1, world.last_number(artist) + 1)
        app.send_task(
            RUN_STEP,
            args=(f"{artist}:{number}",),
            queue=world.random.choice(sorted(set(QUEUES.values()))),
            ignore_result=True,
        )
    app.close()
    _flagged("disorder", world)


def _two_beats(world: World) -> None:
    world.topology.add_artist_process("beat-2", "beat")
    world.wait_for_progress(cycles=2)
    world.topology.remove("beat-2")


def _two_workers_on_one_cycle(world: World) -> None:
    """A worker is frozen for longer than its lease; another takes over; then it wakes up."""
    step = world.random.choice(list(Step))
    pid = world.spring(Trap(step, world.random.randint(1, PLACES[step]), "stop"))
    world.wait_for_progress(cycles=2, spare_workers=True)
    world.signal(pid, signal.SIGCONT)


def _api(mishap: str, world: World, *, times: int = 1) -> None:
    world.inflict_on_api([mishap] * times)


def _s3(world: World, **fault: object) -> None:
    seconds = float(str(fault.pop("lasting", 0)))
    world.inflict_on_s3(dict(fault), seconds=seconds)


def _qdrant_away(world: World) -> None:
    process = world.topology.processes["qdrant"]
    process.send(signal.SIGSTOP)
    time.sleep(3.0)  # its client waits for two
    process.send(signal.SIGCONT)


def _qdrant_replaced(world: World) -> None:
    world.topology.kill("qdrant")
    time.sleep(0.5)
    world.topology.restart_qdrant()


def _qdrant_lost(world: World) -> None:
    port = world.topology.ports["qdrant"]
    urllib3.request("DELETE", f"http://127.0.0.1:{port}/collections/{SPACE.name}")


def _disk_full(world: World) -> None:
    world.fill_disk()
    world.wait_for_trouble("")
    world.free_disk()


def _clock_back(world: World) -> None:
    world.set_clock("-1h")
    world.wait_for_progress()
    world.set_clock("+0")


def _settings_invalid(world: World) -> None:
    broken = world.random.choice(["tuning = [[", "[tuning]\nbeta = 7\n", '[tuning]\nbet = "x"\n'])
    world.topology.write_settings(broken)
    world.wait_for_progress()
    world.topology.write_settings()


def _sigterm(world: World) -> None:
    """A worker, or beat, is told to end, and ends well."""
    name = world.random.choice([*world.topology.worker_names(), "beat"])
    time.sleep(world.random.uniform(0, 0.5))
    process = world.topology.processes[name]
    process.tell(signal.SIGTERM)
    code = process.wait(20)
    if code != 0:
        world.report(f"{name} ended with {code} after SIGTERM")


BUSY = {"method": "", "status": "503 Slow Down", "code": "SlowDown"}
CLOCK_BACK = Fault("clock set back an hour", _clock_back)

FAULTS = (
    *(
        Fault(f"kill -9 in the middle of {step}", partial(_killed_at, step, after=False))
        for step in Step
    ),
    *(Fault(f"kill -9 after {step}", partial(_killed_at, step, after=True)) for step in Step),
    *(Fault(f"{step} fails for good", partial(_fails_for_good, step)) for step in Step),
    Fault("kill -9 of beat", partial(_kill, "beat")),
    Fault("kill -9 of all workers", _kill_all_workers),
    Fault("Redis killed", partial(_restart_redis, wiped=False)),
    Fault("Redis killed and wiped", partial(_restart_redis, wiped=True)),
    Fault("PostgreSQL restarted mid-transaction", _restart_postgresql),
    Fault("every task delivered twice", partial(_flagged, "double")),
    Fault("tasks out of order", _out_of_order),
    Fault("two beats", _two_beats),
    Fault("two workers on one cycle", _two_workers_on_one_cycle),
    Fault("API: 429 with Retry-After", partial(_api, "busy for a second", times=2)),
    Fault("API: 429 without Retry-After", partial(_api, "busy", times=3)),
    Fault("API: 500", partial(_api, "error", times=3)),
    Fault("API: hangs", partial(_api, "hang")),
    Fault("API: dropped after billing", partial(_api, "drop")),
    Fault("API: invalid base64", partial(_api, "base64")),
    Fault("API: a truncated picture", partial(_api, "truncated")),
    Fault("API: moderation refusal", partial(_api, "moderation")),
    Fault("API: moderation refuses all", partial(_api, "moderation", times=6)),
    Fault("API: quota exhausted", partial(_api, "quota", times=4)),
    Fault("API: drops every call", partial(_api, "drop", times=6)),
    Fault("API: drips", partial(_api, "drip", times=3)),
    Fault("API: an answer of 200 MiB", partial(_api, "huge", times=3)),
    Fault("API: a gzip bomb", partial(_api, "bomb", times=3)),
    Fault("API: redirects to another host", partial(_api, "redirect", times=3)),
    Fault("API: impossible usage", partial(_api, "lies", times=3)),
    Fault(
        "S3: 409",
        partial(
            _s3, method="PUT", status="409 Conflict", code="ConditionalRequestConflict", times=4
        ),
    ),
    Fault(
        "S3: 412 after a lost answer",
        partial(_s3, method="PUT", status="500 Error", code="InternalError", after=True, times=3),
    ),
    Fault("S3: 503", partial(_s3, **BUSY, times=30)),
    Fault("S3: slow", partial(_s3, method="", status="", code="", seconds=0.4, times=15)),
    Fault(
        "S3: credentials revoked",
        partial(_s3, method="", status="403 Forbidden", code="InvalidAccessKeyId", lasting=2.0),
    ),
    Fault("Qdrant away", _qdrant_away),
    Fault("Qdrant replaced by an empty one", _qdrant_replaced),
    Fault("Qdrant's collection lost", _qdrant_lost),
    CLOCK_BACK,
    Fault("settings made invalid while running", _settings_invalid),
    Fault("SIGTERM at any moment", _sigterm),
)

DISK_FULL = Fault("disk full", _disk_full)
"""Needs an archive in a small file system; see `World`."""
