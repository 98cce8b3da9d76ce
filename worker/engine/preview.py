"""Preview the pick of an artist's next cycle with another tuning, without a change of state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.exceptions import TimeoutError as NoResult
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from storage.archive.manifest import Inspiration, Tuning
from storage.errors import UserFacingError
from worker.steps.inspire import next_inspiration
from worker.worker_context import WorkerContext

PREVIEW = "worker.preview"
QUEUE = "think"
"""The queue of those who hold models."""

PATIENCE = 20.0
"""Seconds that one who asks waits for an answer."""


class PreviewError(UserFacingError, ValueError):
    """There is no preview now; the message says why."""


def preview(worker_context: WorkerContext, name: str, tuning: Tuning) -> Inspiration:
    """What the artist of that name would pick next at this tuning.

    Raises:
        PreviewError: there is no such artist.
    """
    catalogue = worker_context.catalogue
    artist = catalogue.artists.get(name)
    if artist is None:
        raise PreviewError(f"there is no artist {name!r}")
    number = catalogue.cycles.last_number(name) + 1
    return next_inspiration(worker_context, artist, number=number, tuning=tuning)


def register(app: Celery, worker_context: Callable[[], WorkerContext]) -> None:
    """Give an app the task that answers `ask`."""

    @app.task(name=PREVIEW, shared=False, ignore_result=False)  # type: ignore[untyped-decorator]
    def preview_pick(name: str, tuning: dict[str, Any]) -> str:
        return preview(worker_context(), name, Tuning.model_validate(tuning)).model_dump_json()


def ask(app: Celery, name: str, tuning: Tuning, *, patience: float = PATIENCE) -> Inspiration:
    """Have a worker elsewhere make the preview.

    Raises:
        PreviewError: none answered in time, or it could not.
    """
    try:
        result = app.send_task(
            PREVIEW,
            args=(name, tuning.model_dump(mode="json")),
            queue=QUEUE,
            expires=patience,
            ignore_result=False,
        )
    except (OSError, OperationalError, RuntimeError, RedisError) as error:
        raise PreviewError(f"the broker can't be reached: {error}") from error
    try:
        return Inspiration.model_validate_json(
            result.get(timeout=patience, disable_sync_subtasks=False)
        )
    except NoResult:
        raise PreviewError(
            f"no worker of the queue {QUEUE!r} answered within {patience:.0f} seconds: they are "
            "busy or away"
        ) from None
    except Exception as error:
        raise PreviewError(f"the worker could not make a preview: {error}") from error
    finally:
        result.forget()
