"""Progress of a long command on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")
Result = TypeVar("Result")


def progress_bar(*columns: ProgressColumn) -> Progress:
    """Return a progress bar on stderr; it prints nothing where that is no terminal."""
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal)


def while_counted(
    items: Iterable[Item], what: str, use: Callable[[Iterator[Item]], Result], *, every: int
) -> Result:
    """Pass items to `use` as a stream, and show the number read after each `every` items."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with progress_bar(*columns) as bar:
        task = bar.add_task(what, total=None)

        def counted() -> Iterator[Item]:
            for number, item in enumerate(items):
                if number % every == 0:
                    bar.update(task, description=f"{number:,} {what}")
                yield item

        return use(counted())
