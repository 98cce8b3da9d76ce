"""What happened on the days of an artist, in UTC: counted, never interpreted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, zip_longest
from typing import Final

from storage.archive.events import ArtistCreated, Ballot
from storage.archive.manifest import Pool
from storage.catalogue import Catalogue, ChapterRow
from storage.catalogue.work_row import WITHHELD

_FIRST: Final = date(1970, 1, 2)


@dataclass(frozen=True)
class Departure:
    """A concept that left the pool with a work, and the work with which it had joined."""

    concept: str
    joined: int
    left: int


@dataclass(frozen=True)
class Day:
    """One day with works; `before` is the work before its first, `earlier` the day of that one.

    `first` is the number of the artist's first work, `start` the pool that it began with, if not of
    its seeds alone. `chapters` are the works in order, `votes` those of visitors on that day in
    which a work of the artist took part.
    """

    artist: str
    day: date
    chapters: tuple[ChapterRow, ...]
    before: ChapterRow | None
    earlier: tuple[ChapterRow, ...]
    first: int
    start: Pool | None
    votes: tuple[Ballot, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the works."""
        return tuple(chapter.number for chapter in self.chapters)

    @property
    def shown(self) -> tuple[ChapterRow, ...]:
        """The works that visitors may see."""
        return tuple(chapter for chapter in self.chapters if chapter.title != WITHHELD)

    @property
    def failed(self) -> tuple[int, ...]:
        """Numbers since the work before that have no work: their cycles failed."""
        after = 0 if self.before is None else self.before.number
        made = set(self.numbers)
        return tuple(n for n in range(after + 1, self.chapters[-1].number) if n not in made)

    @property
    def idle_days(self) -> int:
        """Whole days without a work before this day, since the work before."""
        if self.before is None:
            return 0
        return max((self.day - day_of(self.before.created_at)).days - 1, 0)

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The concepts that left the pool, seeds aside."""
        found = list[Departure]()
        pool = self.start if self.before is None else self.before.pool
        for chapter in self.chapters:
            joined = {chapter.concept: chapter.number}
            if pool is not None:
                joined |= {e.concept: e.entered for e in pool.entries if not e.seed}
            kept = set(chapter.pool.concepts)
            found += [
                Departure(concept, number, chapter.number)
                for concept, number in joined.items()
                if concept not in kept
            ]
            pool = chapter.pool
        return tuple(found)

    @property
    def judged(self) -> tuple[ChapterRow, ...]:
        """The works whose novelty compares them with earlier ones: all but the first of all."""
        return tuple(chapter for chapter in self.chapters if chapter.number != self.first)

    @property
    def novelty(self) -> float | None:
        """The mean novelty of the works that were judged."""
        return _mean(self.judged)

    @property
    def novelty_before(self) -> float | None:
        """The mean novelty of the day with works before this one."""
        return _mean([chapter for chapter in self.earlier if chapter.number != self.first])

    @property
    def wins(self) -> Counter[int]:
        """How often visitors preferred each of the artist's works; ties count for none."""
        start = f"{self.artist}:"
        winners = (v.first if v.outcome > 0.5 else v.second for v in self.votes if v.outcome != 0.5)
        return Counter(int(w.removeprefix(start)) for w in winners if w.startswith(start))


def days_of(
    catalogue: Catalogue,
    artist: ArtistCreated,
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
) -> Sequence[Day]:
    """Days with works, the newest first: from one day, before another, at most so many."""
    name, end = artist.artist, None if until is None else moment_of(until)
    grouped = _grouped(catalogue.history.times(name, before=end), since, limit)
    shown = [group for group in grouped if since is None or group[0] >= since][:limit]
    if not shown:
        return ()
    chapters, first = _chapters(catalogue, name, grouped), catalogue.history.first_number(name)
    votes: dict[date, list[Ballot]] = {}
    for vote in catalogue.votes.between(
        name, since=moment_of(shown[-1][0]), until=moment_of(shown[0][0] + timedelta(1))
    ):
        votes.setdefault(day_of(vote.at), []).append(vote)
    return [
        Day(
            artist=name,
            day=day,
            chapters=tuple(chapters[number] for number in numbers),
            before=chapters[earlier[-1]] if earlier else None,
            earlier=tuple(chapters[number] for number in earlier),
            first=first,
            start=artist.pool,
            votes=tuple(votes.get(day, ())),
        )
        for (day, numbers), (_, earlier) in zip_longest(
            shown, grouped[1 : len(shown) + 1], fillvalue=(date.min, ())
        )
    ]


def _grouped(
    times: Iterable[tuple[int, float]], since: date | None, limit: int | None
) -> Sequence[tuple[date, tuple[int, ...]]]:
    """Days with the numbers of their works, and one more day that is earlier, if there is one."""
    found = []
    for day, works in groupby(times, key=lambda work: day_of(work[1])):
        found.append((day, tuple(sorted(number for number, _ in works))))
        if (since is not None and day < since) or (limit is not None and len(found) > limit):
            break
    return found


def _chapters(
    catalogue: Catalogue, artist: str, grouped: Sequence[tuple[date, tuple[int, ...]]]
) -> dict[int, ChapterRow]:
    first = min(number for _, numbers in grouped for number in numbers)
    last = max(number for _, numbers in grouped for number in numbers)
    rows = catalogue.works.chapters(artist, first=first, last=last)
    return {chapter.number: chapter for chapter in rows}


def _mean(chapters: Sequence[ChapterRow]) -> float | None:
    if not chapters:
        return None
    return sum(chapter.novelty for chapter in chapters) / len(chapters)


def day_of(at: datetime | float) -> date:
    """The day of a time, in UTC."""
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return moment.astimezone(UTC).date()


def moment_of(day: date) -> float:
    """The beginning of a day in UTC, in seconds since 1970."""
    return datetime.combine(max(day, _FIRST), time(), UTC).timestamp()
