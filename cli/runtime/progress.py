"""Progress of a long command on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")
Result = TypeVar("Result")


def while_counted(
    items: Iterable[Item], what: str, use: Callable[[Iterator[Item]], Result], *, every: int
) -> Result:
    """Use items as a stream while the number of those read is shown, every so many."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)

        def told() -> Iterator[Item]:
            for number, item in enumerate(items):
                if number % every == 0:
                    bar.update(task, description=f"{number:,} {what}")
                yield item

        return use(told())
