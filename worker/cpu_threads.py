"""The number of threads for a model's arithmetic, decided in one place.

At the end of each operation its threads wait for one another. With one thing to do that costs more
than a second thread saves, and beside other work, where one of them waits for a processor, ten
times more (docs/sampler-speed.md). So a pick of the sampler, one text and one picture get one
thread; batches and painters get this process's share of the processors, at most OMP_NUM_THREADS
where that is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cas.cpu_count import usable_processors

_steps_at_once = 1


def divide_processors(steps_at_once: int) -> None:
    """Tell how many steps are done at once with this process's processors; before any begins."""
    global _steps_at_once  # noqa: PLW0603 - what it divides belongs to the process, too
    _steps_at_once = steps_at_once


def share() -> int:
    """Threads for a batch or a painter, at least one."""
    found = max(1, usable_processors() // _steps_at_once)
    wished = os.environ.get("OMP_NUM_THREADS", "")
    return min(found, int(wished)) if wished.isdecimal() and int(wished) else found


def threads_for(items: int) -> int:
    """Threads for an encoder that is given so many texts or pictures."""
    return 1 if items == 1 else share()


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch compute with so many threads, for this thread of Python, until the block ends.

    A thread that uses torch for the first time meanwhile may begin with as many: so every use of a
    model says how many it wants.
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
