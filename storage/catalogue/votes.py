"""Votes of visitors on pairs of works; one vote for each pair, question and visitor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.archive.events import Ballot
from storage.archive.manifest import Tally
from storage.catalogue.db.database import Database, upsert
from storage.catalogue.db.tables import cycles, votes, works

_BLOCK = 1000
_SIDES = (votes.c.first, votes.c.second)


@dataclass(frozen=True)
class Comparison:
    """A vote with what its two works stand for: their artists and tunings."""

    visitor: str
    outcome: float
    first: str
    first_artist: str
    first_tuning: int
    second: str
    second_artist: str
    second_tuning: int


@dataclass(frozen=True)
class Split:
    """How visitors answered a question on one pair."""

    first: int
    ties: int
    second: int

    @property
    def votes(self) -> int:
        """All of them."""
        return self.first + self.ties + self.second


class Votes:
    """All votes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cast(self, ballot: Ballot, *, archived: bool = False) -> bool:
        """Count a vote; False where this visitor has answered that question on that pair."""
        values = {**ballot.model_dump(), "at": ballot.at.timestamp(), "archived": archived}
        try:
            with self._database.write() as connection:
                connection.execute(insert(votes).values(**values))
        except IntegrityError:
            return False
        return True

    def restore_in(self, connection: Connection, ballot: Ballot) -> bool:
        """Enter a vote from the archive; False if it is there, or one of its works is not."""
        pair = select(func.count()).where(works.c.id.in_((ballot.first, ballot.second)))
        if connection.scalar(pair) != 2:
            return False
        entered = connection.scalar(
            upsert(connection, votes)
            .values(**ballot.model_dump(exclude={"at"}), at=ballot.at.timestamp(), archived=True)
            .on_conflict_do_nothing()
            .returning(votes.c.id)
        )
        return entered is not None

    def count(self, question: str | None = None) -> int:
        """How many votes there are."""
        query = select(func.count()).select_from(votes)
        if question is not None:
            query = query.where(votes.c.question == question)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def of_visitor(self, visitor: str, question: str) -> set[tuple[str, str]]:
        """The pairs that a visitor has answered a question on."""
        query = select(votes.c.first, votes.c.second).where(
            votes.c.visitor == visitor, votes.c.question == question
        )
        with self._database.read() as connection:
            return {(row.first, row.second) for row in connection.execute(query)}

    def latest_of(self, visitor: str, question: str) -> Ballot | None:
        """The visitor's last vote on a question."""
        query = (
            select(votes)
            .where(votes.c.visitor == visitor, votes.c.question == question)
            .order_by(votes.c.at.desc(), votes.c.id)
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _ballot(row)

    def split(self, first: str, second: str, question: str) -> Split:
        """How all visitors answered a question on one pair; `first` is the lower id."""
        query = (
            select(votes.c.outcome, func.count())
            .where(votes.c.question == question, votes.c.first == first, votes.c.second == second)
            .group_by(votes.c.outcome)
        )
        with self._database.read() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return Split(found.get(1.0, 0), found.get(0.5, 0), found.get(0.0, 0))

    def record(self, work: str, question: str) -> Tally:
        """How a work fared against all others on a question."""
        won = case((votes.c.first == work, votes.c.outcome), else_=1.0 - votes.c.outcome)
        query = select(func.coalesce(func.sum(won), 0.0), func.count()).where(
            votes.c.question == question, or_(votes.c.first == work, votes.c.second == work)
        )
        with self._database.read() as connection:
            total, count = connection.execute(query).one()
        return Tally(won=total, votes=count)

    def earliest(self) -> float | None:
        """When the first vote was cast; None before it."""
        with self._database.read() as connection:
            first: float | None = connection.scalar(select(func.min(votes.c.at)))
        return first

    def counts(self, question: str) -> dict[str, int]:
        """In how many votes on a question each work took part."""
        sides = union_all(
            *(
                select(column.label("work")).where(votes.c.question == question)
                for column in (votes.c.first, votes.c.second)
            )
        ).subquery()
        query = select(sides.c.work, func.count()).group_by(sides.c.work)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def comparisons(
        self, question: str, *, since: float | None = None, before: float | None = None
    ) -> Sequence[Comparison]:
        """Every vote on a question, oldest first; those on works that were hidden since, too.

        `since` and `before` are times: votes before the one, or at or after the other, are left
        out.
        """
        first, second = works.alias("first_work"), works.alias("second_work")
        early, late = cycles.alias("first_cycle"), cycles.alias("second_cycle")
        query = (
            select(
                votes.c.visitor,
                votes.c.outcome,
                votes.c.first,
                first.c.artist.label("first_artist"),
                early.c.tuning_version.label("first_tuning"),
                votes.c.second,
                second.c.artist.label("second_artist"),
                late.c.tuning_version.label("second_tuning"),
            )
            .join(first, first.c.id == votes.c.first)
            .join(second, second.c.id == votes.c.second)
            .join(early, early.c.id == votes.c.first)
            .join(late, late.c.id == votes.c.second)
            .where(votes.c.question == question)
            .order_by(votes.c.at, votes.c.id)
        )
        if since is not None:
            query = query.where(votes.c.at >= since)
        if before is not None:
            query = query.where(votes.c.at < before)
        with self._database.read() as connection:
            return [Comparison(**row._mapping) for row in connection.execute(query)]

    def tally(self, artist: str, question: str, *, since: int) -> Tally:
        """How the artist's works from that number on fared against all others on a question.

        Votes that lie in the catalogue alone are left out: they would be lost with it.
        """
        first, second = works.alias("first_work"), works.alias("second_work")
        is_first, is_second = (
            and_(side.c.artist == artist, side.c.number >= since) for side in (first, second)
        )
        won = case((is_first, votes.c.outcome), else_=1.0 - votes.c.outcome)
        query = (
            select(func.coalesce(func.sum(won), 0.0), func.count())
            .select_from(votes)
            .join(first, first.c.id == votes.c.first)
            .join(second, second.c.id == votes.c.second)
            .where(
                votes.c.question == question,
                votes.c.archived,
                or_(and_(is_first, not_(is_second)), and_(is_second, not_(is_first))),
            )
        )
        with self._database.read() as connection:
            total, count = connection.execute(query).one()
        return Tally(won=total, votes=count)

    def between(self, artist: str, *, since: float, until: float) -> Sequence[Ballot]:
        """Archived votes of a time in which a work of the artist took part, oldest first."""
        sides = (side.startswith(f"{artist}:", autoescape=True) for side in _SIDES)
        query = (
            select(votes)
            .where(votes.c.at >= since, votes.c.at < until, votes.c.archived, or_(*sides))
            .order_by(votes.c.at, votes.c.id)
        )
        with self._database.read() as connection:
            return [_ballot(row) for row in connection.execute(query)]

    def all(self) -> Iterator[Ballot]:
        """Every vote, oldest first."""
        query = select(votes).order_by(votes.c.at, votes.c.id).limit(_BLOCK)
        offset = 0
        while True:
            with self._database.read() as connection:
                rows = connection.execute(query.offset(offset)).all()
            yield from (_ballot(row) for row in rows)
            if len(rows) < _BLOCK:
                return
            offset += _BLOCK

    def not_archived(self, *, limit: int) -> Sequence[Ballot]:
        """Votes that lie in the catalogue alone, oldest first."""
        query = select(votes).where(~votes.c.archived).order_by(votes.c.at, votes.c.id)
        with self._database.read() as connection:
            return [_ballot(row) for row in connection.execute(query.limit(limit))]

    def note_archived(self, ballots: Sequence[Ballot]) -> None:
        """Remember that these votes lie in the archive."""
        with self._database.write() as connection:
            connection.execute(
                update(votes)
                .where(votes.c.id.in_([ballot.id for ballot in ballots]))
                .values(archived=True)
            )


def _ballot(row: Row[Any]) -> Ballot:
    values = {name: value for name, value in row._mapping.items() if name != "archived"}
    return Ballot.model_validate(values)
