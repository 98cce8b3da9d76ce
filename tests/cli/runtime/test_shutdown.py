"""Processes whose step hangs, and the exit status of those that end by themselves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from storage.archive.events import ArtistCreated, TuningChanged
from storage.catalogue import Catalogue, Step
from tests.served.ports import free_port, wait_for_port
from worker.engine.app import create_app, send

HANGING = """
import os
from cli.main import main
from worker.painters.offline import OfflineStudio

def paint(*_):
    os.write(1, b"it hangs\\n")  # Celery takes what is printed
    while True:
        pass

OfflineStudio.paint = paint
main()
"""
LONGEST_SECONDS = 180.0
SETTINGS = '[parts]\nimage_encoder = "packaged"\n[storage]\nmin_free_gib = 0\n'


@contextmanager
def started(program: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1", **environment},
        start_new_session=True,
    )
    late = threading.Timer(LONGEST_SECONDS, _kill, [process])
    late.start()
    try:
        yield process
    finally:
        late.cancel()
        _kill(process)
        process.communicate()


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def read_to(process: subprocess.Popen[str], text: str) -> None:
    """Read its output up to the line that contains the text."""
    assert process.stdout is not None
    result = []
    for line in process.stdout:
        result.append(line)
        if text in line:
            return
    raise AssertionError(f"it ended, and printed only: {''.join(result)}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "artist.toml").write_text(SETTINGS)
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_an_artist_whose_painter_hangs(
    folder: Path, number: signal.Signals
) -> None:
    with started(HANGING, "run", "--data", str(folder), "--port", "0") as artist:
        read_to(artist, "it hangs")
        artist.send_signal(number)
        read_to(artist, "Finishing the current step")
        assert artist.poll() is None
        artist.send_signal(number)
        assert artist.wait(60) == -number
    cycle = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}").cycles.current("alien")
    assert cycle is not None and cycle.step is Step.PAINT


def test_the_end_of_the_grace_ends_a_process_and_prints_its_stacks() -> None:
    program = """
import signal, threading
from cli.runtime.shutdown import stop_signals

def hang():
    while True:
        pass

with stop_signals(lambda: None, grace=0.1):
    threading.Thread(target=hang).start()
    signal.raise_signal(signal.SIGTERM)
"""
    with started(program) as process:
        result, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "in hang" in result


def test_the_earlier_signal_handlers_are_restored() -> None:
    program = """
import signal
from cli.runtime.shutdown import stop_signals

before = signal.getsignal(signal.SIGTERM)
with stop_signals(lambda: None):
    assert signal.getsignal(signal.SIGTERM) is not before
assert signal.getsignal(signal.SIGTERM) is before
"""
    with started(program) as process:
        assert process.wait(60) == 0


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    if not shutil.which("redis-server"):
        pytest.skip("no Redis server is installed (Debian: redis-server)")
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    wait_for_port(port)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def test_a_second_signal_ends_a_worker_whose_painter_hangs_with_its_children(
    folder: Path, redis: str, created: ArtistCreated, tuned: TuningChanged
) -> None:
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
    catalogue.artists.add(created)
    catalogue.artists.tune(tuned)
    cycle = catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    send(create_app(redis, lambda: pytest.fail("nothing is done here")), cycle.id, cycle.step)
    broker = {"ARTIST_STORAGE__BROKER": redis}
    with started(HANGING, "worker", "--data", str(folder), **broker) as worker:
        read_to(worker, "it hangs")
        children = psutil.Process(worker.pid).children(recursive=True)
        worker.send_signal(signal.SIGTERM)
        read_to(worker, "Finishing the current steps")
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 128 + signal.SIGTERM
    psutil.wait_procs(children, timeout=60)
    assert children and not any(child.is_running() for child in children)


def test_a_worker_that_broke_off_ends_with_status_1(folder: Path) -> None:
    program = """
from celery.worker.consumer import Consumer
from cli.main import main

def breaks(_):
    raise AttributeError("no connection")

Consumer.start = breaks
main()
"""
    with started(program, "worker", "--data", str(folder)) as worker:
        read_to(worker, "Unrecoverable error")
        assert worker.wait(60) == 1
