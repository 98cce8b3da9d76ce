"""What the gallery asks a process with models: a pick with another tuning, a text's vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from celery import Celery
from celery.exceptions import TimeoutError as NoResult
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from storage.archive.manifest import Float32, Inspiration, Tuning
from storage.errors import UserFacingError
from worker.steps.inspire import next_inspiration
from worker.worker_context import WorkerContext

PREVIEW = "worker.preview"
ENCODE = "worker.encode_text"
QUEUE = "think"
"""The queue of workers with models."""

PATIENCE = 20.0
"""Seconds to wait for a preview."""

ENCODE_PATIENCE = 3.0
"""Seconds that a visitor's search waits for the vector of its words."""


class PreviewError(UserFacingError, ValueError):
    """No preview is available; the message is the reason."""


def preview(worker_context: WorkerContext, name: str, tuning: Tuning) -> Inspiration:
    """Return what the artist of that name would pick next with this tuning.

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
    """Register the task that answers `ask`."""

    @app.task(name=PREVIEW, shared=False, ignore_result=False)  # type: ignore[untyped-decorator]
    def preview_pick(name: str, tuning: dict[str, Any]) -> str:
        return preview(worker_context(), name, Tuning.model_validate(tuning)).model_dump_json()

    @app.task(name=ENCODE, shared=False, ignore_result=False)  # type: ignore[untyped-decorator]
    def encode(text: str) -> list[float]:
        return [float(value) for value in encode_text(worker_context(), text)]


def encode_text(worker_context: WorkerContext, text: str) -> Float32:
    """Return a text's vector, by the encoder of the artists' prompts, shape (d,).

    Raises:
        PreviewError: there is no artist.
        ComponentError: its parts are not available.
    """
    artists = worker_context.catalogue.artists.all()
    if not artists:
        raise PreviewError("there is no artist")
    vectors: Float32 = worker_context.components(artists[0]).text_encoder.encode([text])
    return np.asarray(vectors[0], np.float32)


def ask(app: Celery, name: str, tuning: Tuning, *, patience: float = PATIENCE) -> Inspiration:
    """Let a worker in another process make the preview.

    Raises:
        PreviewError: no worker answered in time, or it failed.
    """
    answer = _ask(app, PREVIEW, name, tuning.model_dump(mode="json"), patience=patience)
    return Inspiration.model_validate_json(answer)


def ask_encoded(app: Celery, text: str, *, patience: float = ENCODE_PATIENCE) -> Float32:
    """Let a worker in another process encode a text.

    Raises:
        PreviewError: no worker answered in time, or it failed.
    """
    return np.array(_ask(app, ENCODE, text, patience=patience), np.float32)


def _ask(app: Celery, task: str, *arguments: object, patience: float) -> Any:
    try:
        result = app.send_task(
            task,
            args=arguments,
            queue=QUEUE,
            expires=patience,
            ignore_result=False,
        )
    except (OSError, OperationalError, RuntimeError, RedisError) as error:
        raise PreviewError(f"the broker can't be reached: {error}") from error
    try:
        return result.get(timeout=patience, disable_sync_subtasks=False)
    except NoResult:
        raise PreviewError(
            f"no worker of the queue {QUEUE!r} answered within {patience:.0f} seconds: all are "
            "busy or stopped"
        ) from None
    except Exception as error:
        raise PreviewError(f"the worker failed: {error}") from error
    finally:
        result.forget()
