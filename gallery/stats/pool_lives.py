"""Chapters of an artist's life: each is the life of a pool, until its last concept has left.

A chapter begins with a work and the concepts that are in the pool after it, the seeds left out. It
ends with the work after which none of them is in the pool. So that a page needs only a few works
around it, a chapter also ends at every fiftieth number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from storage.catalogue import Catalogue, PoolRow

BLOCK: Final = 50


@dataclass(frozen=True)
class PoolLife:
    """One chapter.

    `founders` were in the pool after its first work; `stayed` are those of them that were in it
    longest. `over`: these left after the last work; else they were in the pool still.
    """

    artist: str
    first: int
    last: int
    founders: tuple[str, ...]
    stayed: tuple[str, ...]
    over: bool

    @property
    def id(self) -> str:
        """The chapter's name in a page, the same on every page that shows a part of it."""
        return f"{self.artist}:{self.first}"

    @property
    def goes_on(self) -> bool:
        """Whether a work after its last one belongs to it, too."""
        return not self.over and self.last % BLOCK > 0


@dataclass(frozen=True)
class History:
    """The chapters around some works, and the concepts that left after each, by the works' ids."""

    lives: tuple[PoolLife, ...]
    left: dict[str, tuple[str, ...]]


def history(catalogue: Catalogue, artist: str, *, first: int, last: int) -> History:
    """The chapters with the works of these numbers, and what left the pool after each.

    Nothing later than the last of them counts, so that a page of old works never changes.
    """
    begin = (first - 1) // BLOCK * BLOCK + 1
    rows = catalogue.works.pools({artist: (begin, last)})[artist]
    blocks: dict[int, list[PoolRow]] = {}
    for row in rows:
        if row.number >= begin:
            blocks.setdefault((row.number - 1) // BLOCK, []).append(row)
    lives = [life for block in blocks.values() for life in pool_lives(artist, block)]
    here = bisect_left(rows, first, key=attrgetter("number"))
    return History(tuple(lives), departures(artist, rows[max(here - 1, 0) :]))


def departures_between(
    catalogue: Catalogue, spans: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[str, ...]]:
    """The concepts that left the pool after each of the works from one number to another.

    Args:
        catalogue: holds the works.
        spans: first and last number, by artist.
    """
    found: dict[str, tuple[str, ...]] = {}
    for artist, rows in catalogue.works.pools(spans).items():
        found |= departures(artist, rows)
    return found


def pool_lives(artist: str, rows: Sequence[PoolRow]) -> list[PoolLife]:
    """Divide consecutive works into chapters."""
    lives: list[PoolLife] = []
    part: list[PoolRow] = []
    stayed: set[str] = set()
    for row in rows:
        if not part:
            stayed = set(_founders(row))
        part.append(row)
        remaining = stayed.intersection(row.concepts)
        if not remaining:
            lives.append(_life(artist, part, stayed, over=True))
            part = []
        else:
            stayed = remaining
    if part:
        lives.append(_life(artist, part, stayed, over=False))
    return lives


def departures(artist: str, rows: Iterable[PoolRow]) -> dict[str, tuple[str, ...]]:
    """The concepts that left the pool after each work but the first, by the works' ids."""
    found: dict[str, tuple[str, ...]] = {}
    before: PoolRow | None = None
    for row in rows:
        if before is not None:
            was = dict.fromkeys((*before.concepts, row.concept))
            now = set(row.concepts)
            found[f"{artist}:{row.number}"] = tuple(one for one in was if one not in now)
        before = row
    return found


def _founders(row: PoolRow) -> tuple[str, ...]:
    return tuple(one for one in row.concepts if one not in row.seeds) or (row.concept,)


def _life(artist: str, part: Sequence[PoolRow], stayed: set[str], *, over: bool) -> PoolLife:
    founders = _founders(part[0])
    return PoolLife(
        artist=artist,
        first=part[0].number,
        last=part[-1].number,
        founders=founders,
        stayed=tuple(one for one in founders if one in stayed),
        over=over,
    )
