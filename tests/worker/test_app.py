"""The Celery app: tasks carry an id alone, and a whole cycle passes through the queues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Celery
from celery.worker import state

from storage.catalogue import Step
from tests.recompute import recompute
from tests.worker.atelier import manifests
from worker.app import ADVANCE, QUEUES, create_app, send
from worker.workshop import Workshop


@contextmanager
def working(app: Celery) -> Iterator[None]:
    app.set_default()  # the pool's threads look tasks up there
    worker: Any = app.WorkController(
        pool="threads", concurrency=2, queues=",".join(set(QUEUES.values())),
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    thread = threading.Thread(target=worker.start)
    thread.start()
    try:
        yield
    finally:
        state.should_stop = 0
        thread.join(60)
        state.should_stop = None


def test_every_step_has_a_queue() -> None:
    assert set(QUEUES) == set(Step)
    assert set(QUEUES.values()) == {"think", "call", "keep", "show"}


def test_the_workshop_is_loaded_by_the_first_task_and_once(
    open_shop: Callable[[], Workshop],
) -> None:
    loaded: list[Workshop] = []

    def load() -> Workshop:
        loaded.append(open_shop())
        return loaded[-1]

    app = create_app("memory://", load)
    assert loaded == []
    for _ in range(2):
        app.tasks[ADVANCE].apply(("nobody:1",), throw=True)
    assert len(loaded) == 1


@pytest.mark.parametrize("copies", [1, 3])
def test_a_cycle_passes_through_the_queues_however_often_each_task_is_sent(
    open_shop: Callable[[], Workshop], copies: int
) -> None:
    shop = open_shop()
    app = create_app("memory://", lambda: shop)
    ended = threading.Event()
    publish = shop.catalogue.publish

    def publish_and_tell(*arguments: Any) -> None:
        publish(*arguments)
        ended.set()

    shop.catalogue.publish = publish_and_tell  # type: ignore[method-assign]
    cycle = shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    with working(app):
        for _ in range(copies):
            send(app, cycle.id, cycle.step)
        assert ended.wait(60)
    assert [m.number for m in manifests(shop)] == [1]
    recompute(manifests(shop))
