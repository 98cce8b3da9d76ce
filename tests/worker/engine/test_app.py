"""The Celery app: tasks hold only an id, and a whole cycle runs through the queues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Celery
from celery.worker import state

import worker.engine.app
from storage.catalogue import Step
from tests.recompute import recompute
from tests.worker.contexts import manifests
from worker.engine.app import QUEUES, RUN_STEP, create_app, queue_lengths, send
from worker.engine.runner import run_step
from worker.worker_context import WorkerContext


@contextmanager
def working(app: Celery, queues: Collection[str] = tuple(set(QUEUES.values()))) -> Iterator[None]:
    app.set_default()  # the pool's threads look up tasks there
    controller: Any = app.WorkController(
        pool="threads", concurrency=2, queues=",".join(queues),
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    thread = threading.Thread(target=controller.start)
    thread.start()
    try:
        yield
    finally:
        state.should_stop = 0
        thread.join(60)
        state.should_stop = None


def tell_of_the_end(monkeypatch: pytest.MonkeyPatch, ended: threading.Event) -> None:
    """Set the event when a cycle has ended."""

    def run_and_tell(worker_context: WorkerContext, cycle_id: str, **named: Any) -> Step | None:
        following = run_step(worker_context, cycle_id, **named)
        cycle = worker_context.catalogue.cycles.get(cycle_id)
        if cycle is not None and cycle.state == "done":
            ended.set()
        return following

    monkeypatch.setattr(worker.engine.app, "run_step", run_and_tell)


def test_every_step_has_a_queue() -> None:
    assert set(QUEUES) == set(Step)
    assert set(QUEUES.values()) == {"think", "call", "keep", "show"}


def test_the_context_is_loaded_once_by_the_first_task(
    open_worker_context: Callable[[], WorkerContext],
) -> None:
    loaded: list[WorkerContext] = []

    def load() -> WorkerContext:
        loaded.append(open_worker_context())
        return loaded[-1]

    app = create_app("memory://", load)
    assert loaded == []
    for _ in range(2):
        app.tasks[RUN_STEP].apply(("nobody:1",), throw=True)
    assert len(loaded) == 1


@pytest.mark.parametrize("copies", [1, 3])
def test_a_cycle_runs_through_the_queues_with_duplicate_tasks(
    open_worker_context: Callable[[], WorkerContext], monkeypatch: pytest.MonkeyPatch, copies: int
) -> None:
    context = open_worker_context()
    app = create_app("memory://", lambda: context)
    ended = threading.Event()
    tell_of_the_end(monkeypatch, ended)
    cycle = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    with working(app):
        for _ in range(copies):
            send(app, cycle.id, cycle.step)
        assert ended.wait(60)
    assert [m.number for m in manifests(context)] == [1]
    recompute(manifests(context))


@pytest.mark.parametrize(
    ("queues", "longest", "sent"),
    [
        ({"think", "call", "keep", "show"}, 60.0, []),
        ({"think", "call", "keep"}, 60.0, [Step.PUBLISH]),
        ({"think"}, 60.0, [Step.COMPOSE]),
        ({"think", "call", "keep"}, 0.0, [*list(Step)[1:]]),
    ],
)
def test_a_worker_continues_with_fast_steps_of_its_own_queues(
    open_worker_context: Callable[[], WorkerContext],
    monkeypatch: pytest.MonkeyPatch,
    queues: set[str],
    longest: float,
    sent: list[Step],
) -> None:
    context = open_worker_context()
    app = create_app("memory://", lambda: context)
    steps: list[Step] = []
    handed_on = threading.Event()

    def send_and_tell(app: Celery, cycle_id: str, step: Step) -> None:
        steps.append(step)
        if QUEUES[step] in queues:
            send(app, cycle_id, step)
        else:
            handed_on.set()

    tell_of_the_end(monkeypatch, handed_on)
    monkeypatch.setattr(worker.engine.app, "send", send_and_tell)
    monkeypatch.setattr(worker.engine.app, "LONGEST_IN_HAND", longest)
    cycle = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    with working(app, queues):
        send(app, cycle.id, cycle.step)
        assert handed_on.wait(60)
    assert steps == sent


def test_the_lengths_of_the_queues_are_known() -> None:
    app = create_app("memory://", lambda: pytest.fail("nothing is done here"))
    before = queue_lengths(app)
    for number in range(3):
        send(app, f"alien:{number}", Step.JUDGE)
    after = queue_lengths(app)
    assert set(after) == set(QUEUES.values())
    assert after["think"] - before["think"] == 3
    assert after["call"] == before["call"]
    with app.connection_for_write() as connection:
        connection.channel().queue_purge("think")
