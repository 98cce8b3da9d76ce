"""A page of the stream in chapters: lives of a pool, or days where several artists are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gallery.html.dates import day
from gallery.html.justified_rows import Place, grand_works, justified
from gallery.pagination import WorkPage
from gallery.stats.pool_lives import PoolLife, departures_between, history
from storage.catalogue import Catalogue, WorkRow


@dataclass(frozen=True)
class Chapter:
    """Works of one chapter on one page, the newest first.

    `id` is the same on every page that has a part of it; `life` is None for a day. `days` has the
    first and the last day of these works. `begun`: the page before has newer works of it.
    """

    id: str
    life: PoolLife | None
    days: tuple[str, ...]
    places: Sequence[Place]
    begun: bool


@dataclass(frozen=True)
class Chapters:
    """The chapters of a page, and the concepts that left the pool after each work, by its id."""

    chapters: Sequence[Chapter]
    left: Mapping[str, tuple[str, ...]]


def chapters_of(catalogue: Catalogue, page: WorkPage, *, by_pool: bool) -> Chapters:
    """Divide a page of works: `by_pool` where all are of one artist, else by days."""
    left: dict[str, tuple[str, ...]] = {}
    lives: list[PoolLife] = []
    numbers = _numbers(page.works)
    if by_pool:
        for artist, (first, last) in numbers.items():
            found = history(catalogue, artist, first=first, last=last)
            lives += found.lives
            left |= found.left
    else:
        left = departures_between(catalogue, numbers)

    def place(work: WorkRow) -> tuple[str, PoolLife | None]:
        life = next((one for one in lives if one.first <= work.number <= one.last), None)
        return (day(work.created_at), None) if life is None else (life.id, life)

    grand = grand_works(page.works)
    chapters: list[Chapter] = []
    for (name, life), group in groupby(page.works, key=place):
        part = list(group)
        begun = not (page.first or chapters) and life is not None and life.goes_on
        days = tuple(dict.fromkeys(day(work.created_at) for work in (part[-1], part[0])))
        chapters.append(Chapter(name, life, days, justified(part, grand), begun))
    return Chapters(chapters, left)


def _numbers(works: Sequence[WorkRow]) -> dict[str, tuple[int, int]]:
    """The lowest and highest number of each artist's works."""
    found: dict[str, tuple[int, int]] = {}
    for work in works:
        low, high = found.get(work.artist, (work.number, work.number))
        found[work.artist] = min(low, work.number), max(high, work.number)
    return found
