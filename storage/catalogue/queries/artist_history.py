"""An artist's history as columns, read-only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from sqlalchemy import Float, func, literal, select, tuple_

from storage.archive.manifest import Float32, work_id
from storage.catalogue.db.database import Database
from storage.catalogue.db.tables import vectors, works
from storage.catalogue.work_row import VISIBLE

_BLOCK = 1000


class ArtistHistory:
    """What the works of one artist have in a row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prompt_vectors(
        self, artist: str, *, first: int, last: int | None = None, limit: int | None = None
    ) -> Mapping[int, Float32]:
        """Vectors of the artist's prompts by the works' numbers, from one to another, in order."""
        query = (
            select(works.c.number, vectors.c.text)
            .join(vectors, vectors.c.work == works.c.id)
            .where(works.c.artist == artist, works.c.number >= first)
            .order_by(works.c.number)
            .limit(limit)
        )
        if last is not None:
            query = query.where(works.c.number <= last)
        with self._database.read() as connection:
            rows = connection.execute(query)
            return {row.number: np.frombuffer(row.text, dtype="<f4") for row in rows}

    def picture_vectors(self, artists: Collection[str], *, limit: int) -> Mapping[str, Float32]:
        """Vectors of these artists' newest pictures by the works' ids, the newest first."""
        # The newest are found first: else all vectors would be sorted, which are large.
        newest = (
            select(works.c.id, works.c.created_at)
            .where(works.c.artist.in_(artists))
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
            .subquery()
        )
        query = (
            select(newest.c.id, vectors.c.image)
            .join(vectors, vectors.c.work == newest.c.id)
            .order_by(newest.c.created_at.desc(), newest.c.id.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(query)
            return {row.id: np.frombuffer(row.image, dtype="<f4") for row in rows}

    def first_number(self, artist: str) -> int:
        """Number of the artist's first work; 0 if there is none."""
        query = select(func.min(works.c.number)).where(works.c.artist == artist)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def times(self, artist: str, *, before: float | None = None) -> Iterator[tuple[int, float]]:
        """Numbers of the artist's works and when they were made, the newest first."""
        query = (
            select(works.c.number, works.c.created_at)
            .where(works.c.artist == artist)
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(_BLOCK)
        )
        if before is not None:
            query = query.where(works.c.created_at < before)
        last: tuple[float, str] | None = None
        while True:
            part = query
            if last is not None:
                order = tuple_(works.c.created_at, works.c.id)
                part = query.where(order < tuple_(literal(last[0], Float), literal(last[1])))
            with self._database.read() as connection:
                rows = connection.execute(part).all()
            yield from ((row.number, row.created_at) for row in rows)
            if len(rows) < _BLOCK:
                return
            last = rows[-1].created_at, work_id(artist, rows[-1].number)

    def picks(self, artist: str, *, last: int) -> Sequence[tuple[int, str]]:
        """Each of the artist's works up to a number, with the concept that joined the pool."""
        query = (
            select(works.c.number, works.c.concept)
            .where(works.c.artist == artist, works.c.number <= last)
            .order_by(works.c.number)
        )
        with self._database.read() as connection:
            return [(row.number, row.concept) for row in connection.execute(query)]

    def shared_picks(self, artist: str) -> int:
        """How many of the artist's picks another artist made, too."""
        others = select(works.c.concept).where(works.c.artist != artist)
        query = (
            select(func.count())
            .select_from(works)
            .where(works.c.artist == artist, works.c.concept.in_(others))
        )
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def dates(self, artist: str, *, first: int, last: int) -> Sequence[tuple[int, float]]:
        """Numbers and last changes of an artist's works from one number to another, included."""
        query = (
            select(works.c.number, works.c.changed_at)
            .where(
                works.c.artist == artist,
                works.c.number.between(first, last),
                works.c.showing.in_(VISIBLE),
            )
            .order_by(works.c.number)
        )
        with self._database.read() as connection:
            return [(row.number, row.changed_at) for row in connection.execute(query)]
