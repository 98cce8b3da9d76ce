"""The Celery app: broker settings, queues of the steps, tasks (design §8)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from celery import Celery, current_task
from celery.signals import heartbeat_sent, task_postrun, task_prerun
from kombu.exceptions import OperationalError
from structlog.contextvars import bound_contextvars

from storage.catalogue import Step
from worker.engine import annotation_tasks, preview
from worker.engine.broker import TRANSPORT
from worker.engine.runner import STEPS, run_step
from worker.ops.health import Progress
from worker.worker_context import WorkerContext

RUN_STEP = "worker.advance"

QUEUES = {step: row.queue for step, row in STEPS.items()}
"""The queue of each step."""

LONGEST_TASK = 3600
"""Seconds after which the broker gives an unacknowledged task to another worker."""

LONGEST_IN_HAND = 0.5
"""Seconds after which a task requeues its cycle, so that other cycles are not delayed."""

SOFT_SHUTDOWN = 60.0
"""Seconds that a running step gets after SIGQUIT; a container's stop grace must be longer."""


def create_app(broker: str, load_context: Callable[[], WorkerContext]) -> Celery:
    """Create a Celery app with the worker's tasks; the first task calls `load_context`.

    A task holds only a cycle's id: a lost, duplicate or late task does no harm. If this worker also
    serves the queue of the next step, it does that step without the broker, for up to
    `LONGEST_IN_HAND` seconds.
    """
    app = Celery("cultural-alien", broker=broker)
    memory = broker.startswith("memory:")
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        # Only for previews: their caller waits for the result.
        result_backend=None if memory else broker,
        result_expires=600,
        task_default_queue="keep",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_enable_remote_control=not memory,
        # SIGTERM waits for the current step without a limit; SIGQUIT waits this long.
        worker_soft_shutdown_timeout=SOFT_SHUTDOWN,
        # Replace a process now and then, since loaded models leak memory.
        worker_max_tasks_per_child=None if memory else 10_000,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport=TRANSPORT if memory else None,
        broker_transport_options={} if memory else {"visibility_timeout": LONGEST_TASK},
        visibility_timeout=LONGEST_TASK,
        result_backend_transport_options={
            "visibility_timeout": LONGEST_TASK,
            "retry_policy": {"timeout": 5.0},
        },
    )
    worker_context = _once(load_context)

    @app.task(name=RUN_STEP, shared=False)  # type: ignore[untyped-decorator]
    def run_cycle_step(cycle_id: str) -> None:
        """Run the next step of a cycle, and queue the one after it."""
        with bound_contextvars(task=current_task.request.id):
            until = time.monotonic() + LONGEST_IN_HAND

            def continues(step: Step) -> bool:
                # Queueing a step costs some 9 ms: see docs/endurance.md.
                mine = QUEUES[step] in app.amqp.queues.consume_from
                return mine and time.monotonic() < until

            step = run_step(worker_context(), cycle_id, continues=continues)
            if step is not None:
                send(app, cycle_id, step)

    annotation_tasks.register(app)
    preview.register(app, worker_context)
    return app


def send(app: Celery, cycle_id: str, step: Step) -> None:
    """Queue the cycle's next step."""
    app.send_task(RUN_STEP, args=(cycle_id,), queue=QUEUES[step])


def queue_lengths(app: Celery) -> dict[str, int]:
    """Return the number of waiting tasks in each queue; empty if the broker is unavailable."""
    lengths = {}
    try:
        with app.connection_for_read() as connection, connection.channel() as channel:
            for queue in dict.fromkeys(QUEUES.values()):
                try:
                    lengths[queue] = channel.queue_declare(queue, passive=True).message_count
                except connection.channel_errors:
                    lengths[queue] = 0
    except (OperationalError, OSError):
        return {}
    return lengths


def show_progress(progress: Progress) -> None:
    """Record progress from now on: see `worker.ops.health`."""
    heartbeat_sent.connect(lambda **_: progress.alive(), weak=False)
    task_prerun.connect(lambda **_: progress.began(), weak=False)
    task_postrun.connect(lambda **_: progress.ended(), weak=False)


def _once(load: Callable[[], WorkerContext]) -> Callable[[], WorkerContext]:
    lock = threading.Lock()
    loaded: list[WorkerContext] = []

    def worker_context() -> WorkerContext:
        with lock:
            if not loaded:
                loaded.append(load())
            return loaded[0]

    return worker_context
