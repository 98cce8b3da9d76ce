"""Thread pools for slow work, apart from the pool that renders pages.

Pages are rendered by few threads (`gallery.app`). Each kind of slow work has threads of its own, so
that many requests of one kind wait for each other and delay no pages.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial, wraps
from typing import Final, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Threads:
    """One kind of work, and how many calls of it run in parallel."""

    kind: str
    count: int


COPIES: Final = Threads("making copies of pictures", 2)
ARCHIVE: Final = Threads("reading the archive, which may be remote", 4)
MEMORY: Final = Threads("querying the memory", 2)
RECKONING: Final = Threads("computing over all works of an artist, or over all votes", 2)
PASSWORDS: Final = Threads("checking passwords", 2)
PREVIEWS: Final = Threads("asking a worker for a preview", 2)
FEDERATION: Final = Threads("hearing other servers, which are asked for their keys", 8)
WRITING: Final = Threads("writing into the archive", 2)

_limiters: RunVar[dict[Threads, CapacityLimiter]] = RunVar("limiters of the gallery's threads")


async def work_in(
    threads: Threads, call: Callable[P, T], *arguments: P.args, **options: P.kwargs
) -> T:
    """Call in a thread of this kind, once one is free."""
    try:
        limiters = _limiters.get()
    except LookupError:
        _limiters.set(limiters := {})
    limiter = limiters.setdefault(threads, CapacityLimiter(threads.count))
    return await to_thread.run_sync(partial(call, *arguments, **options), limiter=limiter)


def in_threads(threads: Threads) -> Callable[[Callable[P, T]], Callable[P, Awaitable[T]]]:
    """Decorate a route's handler to run in threads of this kind; put it below the route."""

    def decorate(handler: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        @wraps(handler)
        async def handle(*arguments: P.args, **options: P.kwargs) -> T:
            return await work_in(threads, handler, *arguments, **options)

        # FastAPI would resolve the annotations in this module.
        handle.__signature__ = inspect.signature(  # type: ignore[attr-defined]
            handler, eval_str=True
        )
        return handle

    return decorate


async def pieces_in(threads: Threads, pieces: Iterator[T]) -> AsyncIterator[T]:
    """Yield the items of an iterator, each computed in a thread of this kind."""
    end = object()
    while (piece := await work_in(threads, next, pieces, end)) is not end:
        yield piece  # type: ignore[misc]
