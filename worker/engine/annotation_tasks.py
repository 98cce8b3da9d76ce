"""Annotation as Celery tasks, one for each shard.

A task carries where the pictures are and the shard's number. What it makes is a file in a folder
that all workers share: a doubled or lost task does no harm, and another call sends what is missing.
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
    """One shard of a source of pictures, for one CLIP."""

    source: str
    folder: str
    number: int
    size: int
    model: str
    pretrained: str = "openai"
    weights: str | None = None
    device: str = "cpu"


def register(app: Celery) -> None:
    """Give an app the task."""

    @app.task(name=ANNOTATE, shared=False)  # type: ignore[untyped-decorator]
    def annotate_shard(task: dict[str, Any]) -> None:
        """Encode the pictures of one shard, unless that is done."""
        encode(ShardTask(**task))


def encode(task: ShardTask) -> int:
    """Encode one shard; return how many pictures it holds."""
    from cas.data.annotation import encode_shard, shards_of
    from cas.data.image_sources import pictures_of

    shards = shards_of(pictures_of(task.source), size=task.size)
    pictures = next(islice(shards, task.number, None), [])
    clip = _clip(task.model, task.pretrained, task.weights, task.device)
    with torch_threads(share()):
        return encode_shard(task.number, pictures, clip, task.folder)


def missing(folder: Path, numbers: Iterable[int]) -> list[int]:
    """Return those of some shards that are not there yet."""
    from cas.data.annotation import shard_file

    return [number for number in numbers if not shard_file(folder, number).is_file()]


def send(app: Celery, tasks: list[ShardTask]) -> None:
    """Send tasks as one group to the queue of those who hold models."""
    signatures = (app.signature(ANNOTATE, args=(asdict(task),), queue=QUEUE) for task in tasks)
    group(signatures).apply_async()


@lru_cache(maxsize=2)
def _clip(model: str, pretrained: str, weights: str | None, device: str) -> Any:
    from cas.data.clip import Clip

    return Clip(model, pretrained, weights=Path(weights) if weights else None, device=device)
