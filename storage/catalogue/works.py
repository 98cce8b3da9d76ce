"""Finished works: what the gallery lists, and the vectors that novelty is judged by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select

from storage.catalogue.database import Database
from storage.catalogue.tables import cycles, vectors, work_concepts, works
from storage.manifest import Float32, Manifest, Pool


@dataclass(frozen=True)
class WorkRow:
    """One work as lists need it; its manifest in the archive tells the rest."""

    id: str
    artist: str
    number: int
    sequence: int
    created_at: float
    title: str
    prompt: str
    concept: str
    concepts: tuple[str, ...]
    image: str
    media_type: str
    width: int
    height: int
    novelty: float
    cost: float


@dataclass(frozen=True)
class VectorRow:
    """Both vectors of one work, float32."""

    work: str
    artist: str
    scope: str
    sequence: int
    text: Float32
    image: Float32


@dataclass(frozen=True)
class ConceptRow:
    """A concept, in how many works it is shown, and when in the newest of them."""

    concept: str
    works: int
    latest: float


@dataclass(frozen=True)
class ChapterRow:
    """One work as a point in its artist's life: what it brought in, and the pool it left."""

    number: int
    created_at: float
    title: str
    concept: str
    novelty: float
    tuning_version: int
    pool: Pool


class Works:
    """The finished works of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_in(self, connection: Connection, manifest: Manifest) -> None:
        """Enter a work, as part of a transaction that moves its cycle on."""
        composition, painting, judgement = (
            manifest.composition,
            manifest.painting,
            manifest.judgement,
        )
        connection.execute(
            insert(works).values(
                id=manifest.work,
                artist=manifest.artist,
                number=manifest.number,
                sequence=judgement.sequence,
                created_at=manifest.finished_at.timestamp(),
                title=composition.title,
                prompt=composition.prompt,
                concept=manifest.inspiration.concept,
                concepts=json.dumps(composition.concepts, ensure_ascii=False),
                image=painting.image,
                media_type=painting.media_type,
                width=painting.width,
                height=painting.height,
                novelty=judgement.novelty,
                cost=round(manifest.cost * 1_000_000),
            )
        )
        connection.execute(
            insert(work_concepts),
            [
                {"concept": concept, "work": manifest.work}
                for concept in dict.fromkeys(composition.concepts)
            ],
        )

    def get(self, identifier: str) -> WorkRow | None:
        """One work by its id, `artist:number`."""
        with self._database.read() as connection:
            row = connection.execute(select(works).where(works.c.id == identifier)).first()
        return None if row is None else _work(row)

    def newest(
        self,
        *,
        artist: str | None = None,
        concept: str | None = None,
        before: tuple[float, str] | None = None,
        limit: int = 24,
    ) -> Sequence[WorkRow]:
        """Works from the newest down, all older than `before`: a work's (created_at, id)."""
        query = _filtered(select(works), artist, concept)
        if before is not None:
            moment, identifier = before
            query = query.where(
                or_(
                    works.c.created_at < moment,
                    and_(works.c.created_at == moment, works.c.id < identifier),
                )
            )
        query = query.order_by(works.c.created_at.desc(), works.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_work(row) for row in connection.execute(query)]

    def all(self, artist: str | None = None) -> Iterator[WorkRow]:
        """Every work in the order of its making."""
        query = _filtered(select(works), artist, None).order_by(works.c.artist, works.c.number)
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield _work(row)

    def count(self, *, artist: str | None = None, concept: str | None = None) -> int:
        """How many works there are."""
        query = _filtered(select(func.count()).select_from(works), artist, concept)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def neighbours(self, work: WorkRow) -> tuple[WorkRow | None, WorkRow | None]:
        """The same artist's work before this one, and the one after it."""
        mine = select(works).where(works.c.artist == work.artist)
        earlier = mine.where(works.c.number < work.number).order_by(works.c.number.desc())
        later = mine.where(works.c.number > work.number).order_by(works.c.number)
        with self._database.read() as connection:
            before = connection.execute(earlier.limit(1)).first()
            after = connection.execute(later.limit(1)).first()
        return (
            None if before is None else _work(before),
            None if after is None else _work(after),
        )

    def last(self, artist: str, *, before: int) -> WorkRow | None:
        """The artist's last work before that cycle; None if there is none."""
        query = (
            select(works)
            .where(works.c.artist == artist, works.c.number < before)
            .order_by(works.c.number.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _work(row)

    def concepts(self, *, artist: str | None = None, limit: int = 1000) -> Sequence[ConceptRow]:
        """Concepts that are shown in works, the most frequent first, then by name."""
        count = func.count()
        query = (
            select(work_concepts.c.concept, count, func.max(works.c.created_at))
            .join(works, works.c.id == work_concepts.c.work)
            .group_by(work_concepts.c.concept)
            .order_by(count.desc(), work_concepts.c.concept)
            .limit(limit)
        )
        if artist is not None:
            query = query.where(works.c.artist == artist)
        with self._database.read() as connection:
            return [ConceptRow(*row) for row in connection.execute(query)]

    def companions(self, concept: str, *, limit: int = 12) -> Sequence[tuple[str, int]]:
        """Concepts that share works with this one, and how many, the most frequent first."""
        mine, other = work_concepts.alias("mine"), work_concepts.alias("other")
        count = func.count()
        query = (
            select(other.c.concept, count)
            .join(mine, mine.c.work == other.c.work)
            .where(mine.c.concept == concept, other.c.concept != concept)
            .group_by(other.c.concept)
            .order_by(count.desc(), other.c.concept)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def newest_number(self, artist: str) -> int:
        """Number of the artist's newest work; 0 if there is none."""
        query = select(func.max(works.c.number)).where(works.c.artist == artist)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def dates(self, artist: str, *, first: int, last: int) -> Sequence[tuple[int, float]]:
        """Numbers and times of the artist's works from one number to another, both included."""
        query = (
            select(works.c.number, works.c.created_at)
            .where(works.c.artist == artist, works.c.number.between(first, last))
            .order_by(works.c.number)
        )
        with self._database.read() as connection:
            return [(row.number, row.created_at) for row in connection.execute(query)]

    def chapters(
        self, artist: str, *, first: int = 1, last: int | None = None
    ) -> Iterator[ChapterRow]:
        """The artist's life from one number to another, both included, in order."""
        query = (
            select(
                works.c.number,
                works.c.created_at,
                works.c.title,
                works.c.concept,
                works.c.novelty,
                cycles.c.tuning_version,
                cycles.c.pool,
            )
            .join(cycles, cycles.c.id == works.c.id)
            .where(works.c.artist == artist, works.c.number >= first)
            .order_by(works.c.number)
        )
        if last is not None:
            query = query.where(works.c.number <= last)
        with self._database.read() as connection:
            for row in connection.execute(query):
                values = {**row._mapping, "pool": Pool.model_validate_json(row.pool)}
                yield ChapterRow(**values)

    def titles(self, artist: str, *, limit: int = 20) -> tuple[str, ...]:
        """The artist's latest titles, newest first."""
        return tuple(work.title for work in self.newest(artist=artist, limit=limit))

    def watermark(self, scope: str) -> int:
        """The highest sequence in a scope; 0 if nothing was judged there."""
        with self._database.read() as connection:
            return int(
                connection.scalar(
                    select(func.max(vectors.c.sequence)).where(vectors.c.scope == scope)
                )
                or 0
            )

    def vectors(self, *, scope: str | None = None, after: int = 0) -> Iterator[VectorRow]:
        """Vectors of judged works by scope and sequence, those above `after` alone."""
        query = (
            select(vectors)
            .where(vectors.c.sequence > after)
            .order_by(vectors.c.scope, vectors.c.sequence)
        )
        if scope is not None:
            query = query.where(vectors.c.scope == scope)
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield _vectors(row)

    def vectors_of(self, identifiers: Sequence[str]) -> dict[str, VectorRow]:
        """Vectors of the named works, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(vectors).where(vectors.c.work.in_(identifiers)))
            return {row.work: _vectors(row) for row in rows}


def _filtered(query: Select[Any], artist: str | None, concept: str | None) -> Select[Any]:
    if artist is not None:
        query = query.where(works.c.artist == artist)
    if concept is not None:
        query = query.join(work_concepts, work_concepts.c.work == works.c.id).where(
            work_concepts.c.concept == concept
        )
    return query


def _work(row: Row[Any]) -> WorkRow:
    values = dict(row._mapping)
    return WorkRow(
        **{
            **values,
            "concepts": tuple(json.loads(row.concepts)),
            "cost": row.cost / 1_000_000,
        }
    )


def _vectors(row: Row[Any]) -> VectorRow:
    return VectorRow(
        work=row.work,
        artist=row.artist,
        scope=row.scope,
        sequence=row.sequence,
        text=np.frombuffer(row.text, dtype="<f4"),
        image=np.frombuffer(row.image, dtype="<f4"),
    )
