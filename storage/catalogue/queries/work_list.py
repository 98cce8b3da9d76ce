"""All works, also those that visitors may not see, for the people who run the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from storage.catalogue.db.database import Database
from storage.catalogue.db.tables import cycles, works
from storage.catalogue.work_row import Visibility, WorkRow, work_row


@dataclass(frozen=True)
class WorkFilter:
    """Which works are wanted; what is empty or None restricts nothing.

    Each of the `words` has to occur in the title, the prompt or the concepts; `first` and `last`
    are numbers, both included.
    """

    artist: str = ""
    first: int | None = None
    last: int | None = None
    words: str = ""
    visibility: Visibility | None = None


class WorkList:
    """Works by any mark, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def some(self, wanted: WorkFilter, *, limit: int, offset: int = 0) -> Sequence[WorkRow]:
        """The works that are wanted."""
        query = (
            select(works)
            .where(*_conditions(wanted))
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def count(self, wanted: WorkFilter) -> int:
        """How many are wanted."""
        query = select(func.count()).select_from(works).where(*_conditions(wanted))
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def by_visibility(self) -> dict[str, int]:
        """How many works there are of each visibility."""
        query = select(works.c.showing, func.count()).group_by(works.c.showing)
        with self._database.read() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}

    def with_tuning(self, artist: str, *, limit: int) -> Sequence[tuple[WorkRow, int]]:
        """The artist's newest works with the version of the tuning that each was made with."""
        query = (
            select(works, cycles.c.tuning_version)
            .join(cycles, cycles.c.id == works.c.id)
            .where(works.c.artist == artist)
            .order_by(works.c.number.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(work_row(row), row.tuning_version) for row in connection.execute(query)]


def _conditions(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.artist:
        found.append(works.c.artist == wanted.artist)
    if wanted.first is not None:
        found.append(works.c.number >= wanted.first)
    if wanted.last is not None:
        found.append(works.c.number <= wanted.last)
    if wanted.visibility is not None:
        found.append(works.c.showing == wanted.visibility)
    for word in wanted.words.split()[:16]:
        columns = works.c.title, works.c.prompt, works.c.concepts
        found.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found
