"""Shards of pictures, annotated by workers as a Celery group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from celery import Celery
from PIL import Image

from cas.data.annotation import encode_all, read_shards
from cas.data.clip import UNTRAINED, make_untrained
from cas.data.image_sources import pictures_of
from worker.engine.annotation_tasks import QUEUE, ShardTask, missing, register, send
from worker.engine.app import QUEUES


def test_a_group_of_shards_gives_the_result_of_one_machine(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(7):
        pixels = np.random.default_rng(number).integers(0, 256, (70, 90, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(pictures / f"{number}.png")
    clip = make_untrained(tmp_path / "clip")
    weights = str(tmp_path / "clip" / f"{UNTRAINED}.pt")
    with Celery("test", broker="memory://") as app:
        register(app)
        app.conf.task_always_eager = True
        app.set_default()
        shared, alone = tmp_path / "shared", tmp_path / "alone"
        tasks = [
            ShardTask(str(pictures), str(shared), n, 3, UNTRAINED, "", weights) for n in range(3)
        ]
        send(app, tasks[:2])
        assert missing(shared, range(3)) == [2]
        send(app, [*tasks, tasks[0]])  # a duplicate task does no harm
        assert missing(shared, range(3)) == []
    encode_all(pictures_of(str(pictures)), clip, alone, size=3)
    ours, theirs = read_shards(shared)[0], read_shards(alone)[0]
    assert ours.ids == theirs.ids
    np.testing.assert_array_equal(ours.vectors, theirs.vectors)


def test_its_queue_is_served_by_workers() -> None:
    assert QUEUE in QUEUES.values()
