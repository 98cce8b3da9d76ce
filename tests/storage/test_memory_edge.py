"""Qdrant Edge on a real folder: kills, a second owner, damage."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from storage.errors import MemoryLocked, StorageUnavailable
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import BATCH, Point, VectorSpace

SPACE = VectorSpace("minilm", 24, "lite0", 40)

WRITER = """
import sys
import numpy as np
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import Point, VectorSpace

memory = EdgeMemory(sys.argv[1], VectorSpace("minilm", 24, "lite0", 40))
start, at_once = int(sys.argv[2]), int(sys.argv[3])
for first in range(start, start + 1_000_000, at_once):
    memory.upsert(
        Point(f"ann:{n}", "ann", "ann", n, *(np.eye(d, dtype=np.float32)[n % d] for d in (24, 40)))
        for n in range(first, first + at_once)
    )
    print(first + at_once, flush=True)
"""


def work(number: int) -> Point:
    text, image = (np.eye(size, dtype=np.float32)[number % size] for size in (24, 40))
    return Point(f"ann:{number}", "ann", "ann", number, text, image)


@pytest.mark.parametrize("at_once", [1, BATCH // 2])
def test_nothing_remembered_is_lost_by_kills(tmp_path: Path, at_once: int) -> None:
    """A writer is killed again and again, in the midst of logs and flushes."""
    done = 0
    for kill in range(4):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(done), str(at_once)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(3 + 2 * kill):
                done = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            done = max([done, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        memory = EdgeMemory(tmp_path, SPACE)
        assert memory.count("ann", before=done) == done
        last = work(done - 1)
        found = memory.similar(text=last.text, limit=done)
        assert last.work in {near.work for near in found}
        memory.close()


def test_a_second_process_is_told_who_has_the_memory(tmp_path: Path) -> None:
    memory = EdgeMemory(tmp_path, SPACE)
    command = [sys.executable, "-c", WRITER, str(tmp_path), "0", "1"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "MemoryLocked: Another process uses the memory" in second.stderr
    with pytest.raises(MemoryLocked, match=str(memory.path)):
        EdgeMemory(tmp_path, SPACE)
    memory.upsert([work(1)])
    memory.close()
    again = EdgeMemory(tmp_path, SPACE)
    assert again.count() == 1
    again.close()


def test_a_closed_memory_says_so(tmp_path: Path) -> None:
    memory = EdgeMemory(tmp_path, SPACE)
    memory.close()
    memory.close()
    with pytest.raises(StorageUnavailable, match=str(memory.path)):
        memory.count()
    with pytest.raises(StorageUnavailable, match=str(memory.path)):
        memory.upsert([work(1)])


def test_a_memory_half_made_by_the_killed_is_made_anew(tmp_path: Path) -> None:
    memory = EdgeMemory(tmp_path, SPACE)
    memory.close()
    memory.path.rename(memory.path.with_name(memory.path.name + ".new"))
    again = EdgeMemory(tmp_path, SPACE)
    assert again.count() == 0
    again.close()
    assert not memory.path.with_name(memory.path.name + ".new").exists()


def test_a_damaged_memory_says_what_to_do_and_lets_go(tmp_path: Path) -> None:
    memory = EdgeMemory(tmp_path, SPACE)
    memory.upsert([work(1)])
    memory.close()
    shutil.rmtree(memory.path / "segments")
    (memory.path / "edge_config.json").write_text("{")
    for _ in range(2):
        with pytest.raises(StorageUnavailable, match=r"delete this folder.*verify --repair"):
            EdgeMemory(tmp_path, SPACE)
    shutil.rmtree(memory.path)
    EdgeMemory(tmp_path, SPACE).close()


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="file"):
        EdgeMemory(tmp_path / "file", SPACE)


def test_forgetting_gives_the_space_back(tmp_path: Path) -> None:
    memory = EdgeMemory(tmp_path, SPACE)
    memory.upsert(work(number) for number in range(2 * BATCH))
    memory.clear()
    assert memory.count() == 0
    memory.close()
    again = EdgeMemory(tmp_path, SPACE)
    assert again.count() == 0
    again.close()
