"""The ticker: when it looks, and what does not end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest
from celery import Celery

from scheduler import beat
from scheduler.beat import Ticker
from storage.errors import StorageUnavailable

FOR_EVER = 1e6


class Watched:
    """A ticker at work, and a sign of each of its looks."""

    def __init__(self, *answers: float | Exception) -> None:
        self.looks: SimpleQueue[int] = SimpleQueue()
        self._answers = iter(answers)
        self.ticker = Ticker(self._look)

    def _look(self) -> float:
        self.looks.put(1)
        answer = next(self._answers, FOR_EVER)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_it_looks_when_the_last_look_said_so_and_ends_when_told(thread: ThreadPoolExecutor) -> None:
    watched = Watched(0.0, 0.0)
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
    watched.ticker.stop()
    running.result(timeout=60)


def test_it_looks_at_once_when_woken(thread: ThreadPoolExecutor) -> None:
    watched = Watched()
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
        watched.ticker.wake()
    watched.ticker.stop()
    running.result(timeout=60)


def test_a_look_that_fails_is_not_the_last_one(
    thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "RETRY_SECONDS", 0.0)
    watched = Watched(StorageUnavailable("the disk is away"), ZeroDivisionError())
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
    watched.ticker.stop()
    running.result(timeout=60)


def test_a_task_that_hangs_or_breaks_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    app, over, rung = Celery(set_as_current=False), threading.Event(), threading.Event()
    broken: list[int] = []

    def breaks() -> None:
        broken.append(1)
        raise ZeroDivisionError

    beat.add_periodic(app, "publish", over.wait, seconds=FOR_EVER)
    beat.add_periodic(app, "prepare", over.wait, seconds=FOR_EVER)
    beat.add_periodic(app, "second", breaks, seconds=FOR_EVER)
    beat.add_watch(app, rung.set, seconds=FOR_EVER)
    all_tickers = beat.tickers(app)
    with ThreadPoolExecutor(len(all_tickers)) as threads:
        for ticker in all_tickers.values():
            threads.submit(ticker.run)
        assert rung.wait(60)
        for ticker in all_tickers.values():
            ticker.stop()
        over.set()
    assert len(broken) == 1, "it is tried again when it is due, and no sooner"
    assert "broke off" in caplog.text
