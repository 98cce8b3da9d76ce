"""The number of threads for a model's computation.

After each operation its threads wait for one another. For a single item that costs more than a
second thread saves, and ten times more when the processors are busy (docs/sampler-speed.md). So a
pick of the sampler, one text and one picture get one thread; batches and painters get this
process's share of the processors, at most OMP_NUM_THREADS if it is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cas.cpu_count import usable_processors

_steps_at_once = 1


def divide_processors(steps_at_once: int) -> None:
    """Set the number of steps that share this process's processors, before the first step."""
    global _steps_at_once  # noqa: PLW0603 - the processors belong to the process
    _steps_at_once = steps_at_once


def share() -> int:
    """Number of threads for a batch or a painter, at least one."""
    found = max(1, usable_processors() // _steps_at_once)
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return min(found, int(limit)) if limit.isdecimal() and int(limit) else found


def threads_for(items: int) -> int:
    """Number of threads to encode `items` texts or pictures."""
    return 1 if items == 1 else share()


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads, in this Python thread, until the block ends.

    Another thread that first uses torch meanwhile may inherit the number: so every use of a model
    sets its own.
    """
    from cas.lazy_imports import torch

    before = torch.get_num_threads()
    if before != count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if before != count:
            torch.set_num_threads(before)
