"""`artist run` among hostile peers on every side at once: `python -m tests.chaos --hostile 60`.

Language model, webhook and alarm's listener drip, say nothing, answer hugely, lie and redirect, by
turns; visitors open connections and send nothing, or a byte now and then, log in with invented
names and ask for what no cache has. Meanwhile one well-behaved visitor, at another address, looks
at the front page and at /health each second.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import numpy as np
import psutil

from storage.archive.archive import Archive
from tests.chaos.embedded import settle_in
from tests.recompute import recompute
from tests.served.ports import free_port, wait_for_port
from tests.served.processes import Process, fork, preload
from tests.served.quick import quick_artist, quick_parts
from tests.served.topology import PRELOADED
from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import Behaviour, Peer

EVERY, TIMEOUT = 10.0, 2.0
"""Seconds from one cycle to the next, and for one answer of the language model."""

FIRST = 90.0
"""Seconds in which there must be a first work."""

MOST_GROWTH = 300
"""MiB that the process may take more than when it had made its first work."""

ATTACKER, VISITOR = "127.0.0.66", "127.0.0.2"

SETTINGS = """\
[tuning]
every = "{every}s"
daily_budget = 100000.0
monthly_budget = 100000.0
[parts]
composer = "openai"
[openai]
base_url = "{model}v1"
timeout = "{timeout}s"
requests_per_minute = 0
[storage]
min_free_gib = 0
[alarms]
webhook = "{listener}alarm"
[publishing.webhook]
url = "{listener}hook"
allow_private = true
[gallery]
base_url = "http://127.0.0.1:{port}"
port = {port}
"""


@dataclass
class Report:
    """What was seen of the artist."""

    minutes: float
    works: int = 0
    longest_gap: float = 0.0
    visits: int = 0
    refused: int = 0
    visit_p99_ms: float = 0.0
    unhealthy: int = 0
    first_mib: float = 0.0
    most_mib: float = 0.0
    most_connections: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def hostile_minutes(minutes: float, *, seed: int = 0) -> Report:
    """Let an artist live so long among them."""
    preload(*PRELOADED, "cli.runtime.embedded")
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder, port = Path(name), free_port()
        with _peer(dice) as model, _peer(dice) as listener:
            folder /= "data"
            text = SETTINGS.format(
                every=EVERY, timeout=TIMEOUT, model=model.url, listener=listener.url, port=port
            )
            parts = quick_parts("quick").model_copy(update={"composer": "openai"})
            archive = settle_in(folder, text, every=EVERY, parts=parts)
            artist = fork(
                quick_artist,
                ("run", "--data", str(folder)),
                environment={
                    "OMP_NUM_THREADS": "1",
                    "OPENAI_API_KEY": "sk-hostile",
                    "WEBHOOK_SECRET": f"whsec_{'QUJD' * 8}",
                },
                log=folder.parent / "log",
            )
            try:
                report = _watched(artist, archive, port, Report(minutes), dice)
            finally:
                artist.kill()
        if report.violations:
            sys.stderr.write((folder.parent / "log").read_text(errors="replace")[-20_000:])
        return report


def _watched(
    artist: Process, archive: Archive, port: int, report: Report, dice: random.Random
) -> Report:
    wait_for_port(port)
    late = time.monotonic() + FIRST
    while not _count(archive):
        if time.monotonic() > late:
            report.violations.append(f"no work came in the first {FIRST:.0f} s")
            return report
        time.sleep(0.1)
    process = psutil.Process(artist.pid)
    report.first_mib = _mib(process)
    over = threading.Event()
    attackers = [
        threading.Thread(target=attack, args=(port, random.Random(dice.random()), over))
        for attack in ATTACKS
    ]
    for attacker in attackers:
        attacker.start()
    try:
        _look(process, archive, port, report)
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()
    artist.tell(signal.SIGTERM)
    code = artist.wait(30)
    _conclude(report, archive, code)
    return report


def _look(process: psutil.Process, archive: Archive, port: int, report: Report) -> None:
    """Visit the gallery each second until the time is over."""
    began = time.monotonic()
    works, newest, waits = _count(archive), began, []
    while (now := time.monotonic()) < began + 60 * report.minutes:
        for path in ("/", "/health"):
            asked = time.monotonic()
            status = _visit(port, path)
            waits.append(time.monotonic() - asked)
            report.visits += 1
            if path == "/":
                report.refused += status != 200
            else:
                report.unhealthy += status != 200
        if (found := _count(archive)) != works:
            report.longest_gap = round(max(report.longest_gap, now - newest), 1)
            works, newest = found, now
        report.most_mib = max(report.most_mib, _mib(process))
        report.most_connections = max(report.most_connections, len(process.net_connections()))
        time.sleep(max(0.0, 1.0 - (time.monotonic() - now)))
    report.works = works
    report.visit_p99_ms = round(1000 * float(np.percentile(waits, 99)), 1)


def _conclude(report: Report, archive: Archive, code: int) -> None:
    """Say what should not have been."""
    # A cycle asks the model for its plan up to three times before the grammar writes it.
    longest = EVERY + 4 * TIMEOUT + 5.0
    due = 60 * report.minutes / longest
    faults = {
        f"it ended with {code} after SIGTERM": code != 0,
        f"a work came {report.longest_gap:.0f} s after the last one": report.longest_gap > longest,
        f"{report.works} works, not {due:.0f}": report.works < due,
        f"{report.refused} visits to the front page failed": report.refused > 0,
        f"it grew by {report.most_mib - report.first_mib:.0f} MiB": (
            report.most_mib > report.first_mib + MOST_GROWTH
        ),
    }
    report.violations += [fault for fault, holds in faults.items() if holds]
    try:
        recompute(list(archive.manifests("alien")))
    except AssertionError as error:
        report.violations.append(f"the works do not follow from each other: {error}")


def _count(archive: Archive) -> int:
    return sum(1 for _ in archive.store.keys("manifests/alien/"))


def _mib(process: psutil.Process) -> float:
    return round(process.memory_info().rss / 2**20, 1)


def _visit(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10, source_address=(VISITOR, 0))
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


# --- peers that are asked


@contextmanager
def _peer(dice: random.Random) -> Iterator[Peer]:
    """A peer that behaves otherwise at each connection, and now and then well."""
    lies = (
        b"[]",
        b"{",
        b'{"choices": 7, "usage": {"prompt_tokens": -9e99, "completion_tokens": "x"}}',
        b'{"choices": [{"message": {"content": {"a": 1}}}]}',
    )
    behaviours: Sequence[Behaviour] = (
        hostile.DRIPPING_HEADERS,
        hostile.DRIPPING_BODY,
        hostile.silent,
        hostile.huge,
        hostile.bomb,
        hostile.answer(),
        *(hostile.answer(lie) for lie in lies),
        *(
            hostile.redirect(place)
            for place in ("/again", "http://127.0.0.1:9/", "http://169.254.169.254/", "file:///")
        ),
    )

    def behave(gone: threading.Event, connection: socket.socket) -> None:
        dice.choice(behaviours)(gone, connection)

    with hostile.peer(behave) as one:
        yield one


# --- visitors


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(ATTACKER, 0))


def _holding(opening: bytes, more: bytes, *, most: int) -> Callable[..., None]:
    """Hold so many connections open, send this at first, and a piece more each half second."""

    def attack(port: int, dice: random.Random, over: threading.Event) -> None:
        held: list[socket.socket] = []
        while not over.wait(0.5):
            for connection in list(held):
                try:
                    if more:
                        connection.sendall(more)
                except OSError:
                    held.remove(connection)
                    connection.close()
            for _ in range(min(100, most - len(held))):
                with suppress(OSError):
                    connection = _connect(port)
                    held.append(connection)
                    connection.sendall(opening)
        for connection in held:
            connection.close()

    return attack


def _asking(ask: Callable[[random.Random], bytes], *, pause: float) -> Callable[..., None]:
    """Ask again and again, and read a little of the answer."""

    def attack(port: int, dice: random.Random, over: threading.Event) -> None:
        while not over.wait(pause):
            with suppress(OSError), _connect(port) as connection:
                connection.sendall(ask(dice))
                connection.recv(65536)

    return attack


def _uncached(dice: random.Random) -> bytes:
    page = dice.choice(["/", "/works", "/artists/alien/numbers", "/feed.atom", "/search"])
    return f"GET {page}?x={dice.random()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()


def _log_in(dice: random.Random) -> bytes:
    form = f"name=admin{dice.random()}&password={'x' * dice.randint(1, 5000)}".encode()
    origin = f"198.51.100.{dice.randint(1, 250)}"
    head = (
        f"POST /admin/sign-in HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {origin}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + form


def _oversized(dice: random.Random) -> bytes:
    return b"POST /vote HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n" + bytes(2**20)


ATTACKS = (
    _holding(b"", b"", most=1024),
    _holding(b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"x", most=100),
    _holding(b"POST /vote HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", b"x", most=100),
    _asking(_uncached, pause=0.02),
    _asking(_uncached, pause=0.02),
    _asking(_log_in, pause=0.2),
    _asking(_oversized, pause=0.5),
)
