"""The entries of a diary: the days of a month, or the last ones, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from gallery.diary.facts import Day, day_of, days_of
from gallery.diary.sentences import Sentence, month_of, sentences_of
from storage.archive.events import ArtistCreated
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, WorkRow

_MONTH: Final = re.compile(r"(19[7-9]\d|2\d\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One day of an artist in words; `picture` is its most novel work that may be shown.

    `is_over` is false for the present day, of which more may come.
    """

    day: date
    works: int
    sentences: Sequence[Sentence]
    picture: WorkRow | None
    is_over: bool

    @property
    def text(self) -> str:
        """The whole entry in plain text."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Month:
    """A month of a diary, the newest day first; the months before and after, if there are works."""

    first: date
    entries: Sequence[Entry]
    earlier: str | None
    later: str | None

    @property
    def name(self) -> str:
        """The month as an address names it."""
        return month_of(self.first)


def read_month(
    catalogue: Catalogue, artist: ArtistCreated, month: str | None, *, now: datetime | None = None
) -> Month | None:
    """A month, or that of the newest work; None without works or for what is no month."""
    newest = next(catalogue.history.times(artist.artist), None)
    if newest is None or (month is not None and not _MONTH.fullmatch(month)):
        return None
    last = day_of(newest[1]).replace(day=1)
    first = last if month is None else date.fromisoformat(f"{month}-01")
    following = _following(first)
    entries = _told(catalogue, days_of(catalogue, artist, since=first, until=following), now)
    before = days_of(catalogue, artist, until=first, limit=1)
    return Month(
        first=first,
        entries=list(entries),
        earlier=month_of(before[0].day) if before else None,
        later=month_of(following) if first < last else None,
    )


def last_entries(
    catalogue: Catalogue,
    artist: ArtistCreated,
    *,
    limit: int,
    until: date | None = None,
    now: datetime | None = None,
) -> list[Entry]:
    """The last days with works, the newest first; only those before one, if it is given."""
    return list(_told(catalogue, days_of(catalogue, artist, until=until, limit=limit), now))


def months_of(catalogue: Catalogue, artist: str) -> list[str]:
    """Every month with works, the newest first."""
    times = catalogue.history.times(artist)
    return list(dict.fromkeys(month_of(day_of(made)) for _, made in times))


def _told(catalogue: Catalogue, days: Sequence[Day], now: datetime | None) -> Iterator[Entry]:
    today = day_of(now or datetime.now(UTC))
    named = {work_id(day.artist, number) for day in days for number in day.wins}
    best = {day.day: _best_first(day) for day in days}
    named |= {work_id(day.artist, number) for day in days for number in best[day.day]}
    works = {row.number: row for row in catalogue.works.some(sorted(named)).values() if row.visible}
    titles = {number: row.title for number, row in works.items()}
    for day in days:
        pictures = (works[number] for number in best[day.day] if number in works)
        yield Entry(
            day=day.day,
            works=len(day.chapters),
            sentences=sentences_of(day, titles),
            picture=next((row for row in pictures if row.visibility == "shown"), None),
            is_over=day.day < today,
        )


def _best_first(day: Day) -> list[int]:
    """The numbers of its most novel works that visitors may see."""
    compared = [chapter for chapter in day.judged if chapter in day.shown] or day.shown
    ranked = sorted(compared, key=lambda chapter: (-chapter.novelty, chapter.number))
    return [chapter.number for chapter in ranked[:_LOOKED_AT]]


_LOOKED_AT: Final = 5
"""Works among which one that is not blurred is looked for."""


def _following(month: date) -> date:
    return date(month.year + 1, 1, 1) if month.month == 12 else date(month.year, month.month + 1, 1)
