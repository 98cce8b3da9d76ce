"""The weekly hanging: the five best and the five last works by a week's votes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from gallery.voting import Question
from gallery.voting.ranking import rank
from storage.catalogue import Catalogue, Comparison, WorkRow

SHOWN: Final = 5
LEAST_VOTES: Final = 3
"""Votes of a week that a work needs to be ranked in it."""


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, in UTC."""

    monday: date

    @classmethod
    def of(cls, at: date) -> Week:
        """The week with this day."""
        return cls(at - timedelta(days=at.weekday()))

    @classmethod
    def parse(cls, name: str) -> Week:
        """The week of a name such as `2026-W48`.

        Raises:
            ValueError: it names no week.
        """
        return cls(date.fromisoformat(f"{name}-1"))

    @property
    def name(self) -> str:
        """Its name by ISO 8601: `2026-W48`."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def number(self) -> int:
        """Its number in the year."""
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def begin(self) -> float:
        """Its first moment, in seconds since 1970."""
        return datetime.combine(self.monday, time(), UTC).timestamp()

    @property
    def end(self) -> float:
        """The first moment after it."""
        return self.begin + 7 * 86400

    def moved(self, weeks: int) -> Week:
        """The week so many weeks later."""
        return Week(self.monday + timedelta(weeks=weeks))


@dataclass(frozen=True)
class Hung:
    """A work in the hanging: its place, and the votes that it won in the week, ties as halves."""

    work: WorkRow
    place: int
    won: float
    votes: int


@dataclass(frozen=True)
class Hanging:
    """A week's best works, the best first, and its last ones, the last at the end.

    `ranked` works had enough votes and are shown; `clear`: by their 95 % intervals every one of
    the best is ahead of every one of the last.
    """

    best: Sequence[Hung]
    last: Sequence[Hung]
    ranked: int
    votes: int
    raters: int
    clear: bool


def hang_week(catalogue: Catalogue, question: Question, week: Week) -> Hanging:
    """Rank the works of a week by Bradley and Terry's model, and take both ends."""
    comparisons = catalogue.votes.comparisons(question, since=week.begin, before=week.end)
    won, votes = _tallies(comparisons)
    ranking = rank(question, comparisons, "works")
    able = [one for one in ranking.places if one.votes >= LEAST_VOTES] if ranking else []
    works = catalogue.works.some([one.name for one in able])
    ranked = [one for one in able if one.name in works and works[one.name].visible]
    length = min(SHOWN, len(ranked) // 2)
    best, last = ranked[:length], ranked[len(ranked) - length :]

    def hung(place: int) -> Hung:
        name = ranked[place].name
        return Hung(works[name], place + 1, won[name], votes[name])

    return Hanging(
        best=[hung(place) for place in range(length)],
        last=[hung(place) for place in range(len(ranked) - length, len(ranked))],
        ranked=len(ranked),
        votes=len(comparisons),
        raters=len({one.visitor for one in comparisons}),
        clear=bool(length) and min(one.low for one in best) > max(one.high for one in last),
    )


def _tallies(comparisons: Sequence[Comparison]) -> tuple[dict[str, float], Counter[str]]:
    won: dict[str, float] = defaultdict(float)
    votes: Counter[str] = Counter()
    for one in comparisons:
        won[one.first] += one.outcome
        won[one.second] += 1 - one.outcome
        votes.update((one.first, one.second))
    return won, votes
