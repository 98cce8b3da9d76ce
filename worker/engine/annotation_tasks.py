"""Annotation as Celery tasks, one for each shard.

A task holds the source of the pictures and the shard's number. Its result is a file in a folder
that all workers share: a duplicate or lost task does no harm, and another call sends missing tasks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from celery import Celery, group

from worker.cpu_threads import share, torch_threads

ANNOTATE = "worker.annotate_shard"
QUEUE = "think"


@dataclass(frozen=True)
class ShardTask:
    """One shard of a source of pictures, to be encoded by one CLIP model."""

    source: str
    folder: str
    number: int
    size: int
    model: str
    pretrained: str = "openai"
    weights: str | None = None
    device: str = "cpu"


def register(app: Celery) -> None:
    """Register the task with an app."""

    @app.task(name=ANNOTATE, shared=False)  # type: ignore[untyped-decorator]
    def annotate_shard(task: dict[str, Any]) -> None:
        """Encode the pictures of one shard, unless its file exists."""
        encode(ShardTask(**task))


def encode(task: ShardTask) -> int:
    """Encode one shard; return its number of pictures."""
    from cas.data.annotation import encode_shard, shards_of
    from cas.data.image_sources import pictures_of

    shards = shards_of(pictures_of(task.source), size=task.size)
    pictures = next(islice(shards, task.number, None), [])
    clip = _clip(task.model, task.pretrained, task.weights, task.device)
    with torch_threads(share()):
        return encode_shard(task.number, pictures, clip, task.folder)


def missing(folder: Path, numbers: Iterable[int]) -> list[int]:
    """Return the numbers of the shards without a file."""
    from cas.data.annotation import shard_file

    return [number for number in numbers if not shard_file(folder, number).is_file()]


def send(app: Celery, tasks: list[ShardTask]) -> None:
    """Send tasks as one group to the queue of workers with models."""
    signatures = (app.signature(ANNOTATE, args=(asdict(task),), queue=QUEUE) for task in tasks)
    group(signatures).apply_async()


@lru_cache(maxsize=2)
def _clip(model: str, pretrained: str, weights: str | None, device: str) -> Any:
    from cas.data.clip import Clip

    return Clip(model, pretrained, weights=Path(weights) if weights else None, device=device)
