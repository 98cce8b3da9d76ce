"""The ticker: when it calls, and that errors do not end it."""

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
    """A running ticker, and a queue entry for each of its calls."""

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


def test_it_calls_after_the_returned_seconds_and_stops(thread: ThreadPoolExecutor) -> None:
    watched = Watched(0.0, 0.0)
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
    watched.ticker.stop()
    running.result(timeout=60)


def test_wake_makes_the_next_call_immediate(thread: ThreadPoolExecutor) -> None:
    watched = Watched()
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
        watched.ticker.wake()
    watched.ticker.stop()
    running.result(timeout=60)


def test_it_calls_again_after_an_error(
    thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "RETRY_SECONDS", 0.0)
    watched = Watched(StorageUnavailable("the disk is away"), ZeroDivisionError())
    running = thread.submit(watched.ticker.run)
    for _ in range(3):
        watched.looks.get(timeout=60)
    watched.ticker.stop()
    running.result(timeout=60)


def test_a_task_that_hangs_or_fails_delays_no_other(caplog: pytest.LogCaptureFixture) -> None:
    app, over, called = Celery(set_as_current=False), threading.Event(), threading.Event()
    broken: list[int] = []

    def breaks() -> None:
        broken.append(1)
        raise ZeroDivisionError

    beat.add_periodic(app, "publish", over.wait, seconds=FOR_EVER)
    beat.add_periodic(app, "prepare", over.wait, seconds=FOR_EVER)
    beat.add_periodic(app, "second", breaks, seconds=FOR_EVER)
    beat.add_periodic(app, beat.WATCH, called.set, seconds=FOR_EVER)
    all_tickers = beat.tickers(app)
    with ThreadPoolExecutor(len(all_tickers)) as threads:
        for ticker in all_tickers.values():
            threads.submit(ticker.run)
        assert called.wait(60)
        for ticker in all_tickers.values():
            ticker.stop()
        over.set()
    assert len(broken) == 1, "it is called again when it is due, and no sooner"
    assert "a scheduled task failed" in caplog.text
