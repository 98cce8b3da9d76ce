"""Finished works: what the gallery lists, and the vectors for novelty."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)

from storage.archive.events import WorkModerated
from storage.archive.manifest import Manifest, Pool
from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import (
    artists,
    concepts,
    cycles,
    scopes,
    vectors,
    work_concepts,
    works,
)
from storage.catalogue.queries.listings import (
    companions_of_concept,
    first_work_of_concept,
    neighbours,
    newest_works,
    pools,
    work_by_id,
    works_by_id,
)
from storage.catalogue.queries.search import forget_in, index_in
from storage.catalogue.work_row import (
    VISIBLE,
    WITHHELD,
    ChapterRow,
    ConceptRow,
    JudgedRow,
    PoolRow,
    VectorRow,
    Visibility,
    WorkRow,
    pool_row,
    vector_row,
    work_columns,
    work_row,
)

_BLOCK = 1000
"""Chapters that one query reads."""


class Works:
    """The finished works of all artists.

    `decisions` counts those that this process made on how works are shown.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.decisions = 0

    def add_in(
        self,
        connection: Connection,
        manifest: Manifest,
        decided: WorkModerated | None = None,
    ) -> None:
        """Enter a work, as part of a transaction that moves its cycle on.

        Its visibility is as `decided`; None: it is shown.
        """
        columns = work_columns(manifest)
        visibility: Visibility = "shown" if decided is None else decided.visibility
        reason = "" if decided is None else decided.reason
        changed_at = (
            manifest.finished_at if decided is None else max(manifest.finished_at, decided.at)
        )
        connection.execute(
            insert(works).values(
                **columns,
                showing=visibility,
                showing_reason=reason,
                changed_at=changed_at.timestamp(),
            )
        )
        index_in(connection, columns)
        self._add_concepts_in(connection, manifest, visible=visibility in VISIBLE)

    def _add_concepts_in(
        self, connection: Connection, manifest: Manifest, *, visible: bool
    ) -> None:
        created_at = manifest.finished_at.timestamp()
        words = tuple(dict.fromkeys(manifest.composition.concepts))
        connection.execute(
            insert(work_concepts),
            [{"concept": word, "work": manifest.work, "created_at": created_at} for word in words],
        )
        if visible:
            _count(connection, words, created_at)

    def get(self, identifier: str) -> WorkRow | None:
        """One work by its id, `artist:number`."""
        with self._database.read() as connection:
            row = connection.execute(work_by_id(), {"id": identifier}).first()
        return None if row is None else work_row(row)

    def some(self, identifiers: Sequence[str]) -> dict[str, WorkRow]:
        """Those of the named works that there are, by id."""
        with self._database.read() as connection:
            rows = connection.execute(works_by_id(), {"ids": list(identifiers)})
            return {row.id: work_row(row) for row in rows}

    def newest(
        self,
        *,
        artist: str | None = None,
        concept: str | None = None,
        before: str | None = None,
        limit: int = 24,
    ) -> Sequence[WorkRow]:
        """Visible works from the newest down, all older than the work `before`, if there is one."""
        query = newest_works(
            of_artist=artist is not None, of_concept=concept is not None, older=before is not None
        )
        asked = {"artist": artist, "concept": concept, "before": before, "limit": limit}
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query, asked)]

    def not_public(self, *, limit: int = 200) -> Sequence[WorkRow]:
        """Works that are held, blurred or hidden, the newest first."""
        query = (
            select(works)
            .where(works.c.showing != "shown")
            .order_by(works.c.created_at.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def held(self, reason: str, *, limit: int) -> Sequence[WorkRow]:
        """Works that are held for that reason, the oldest first."""
        query = (
            select(works)
            # Written out, as in `without_placeholder`.
            .where(works.c.showing == text("'held'"), works.c.showing_reason == reason)
            .order_by(works.c.created_at, works.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def of_image(self, sha256: str) -> WorkRow | None:
        """The work whose picture is that file; if there are several, a shown one first."""
        query = select(works).where(works.c.image == sha256).order_by(works.c.showing.desc())
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else work_row(row)

    def of_identifier(self, beginning: str) -> WorkRow | None:
        """The first work whose picture's SHA-256 begins with these hexadecimal digits."""
        # A range, which the index answers; no hexadecimal digit sorts after f.
        begins = (works.c.image >= beginning, works.c.image < f"{beginning}g")
        query = select(works).where(*begins).order_by(works.c.created_at).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else work_row(row)

    def sharing_image(self, sha256: str) -> Sequence[WorkRow]:
        """Every work whose picture is that file."""
        query = select(works).where(works.c.image == sha256).order_by(works.c.id)
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def moderate(
        self, identifier: str, visibility: Visibility, reason: str, *, at: datetime | None = None
    ) -> None:
        """Set the visibility of a work with its reason; `at` is when, None: now.

        A removed work stays removed, and has no placeholder and no colours, which show what the
        picture was.
        """
        self.decisions += 1
        with self._database.write() as connection:
            row = _locked(connection, identifier)
            if row.showing == "removed" and visibility != "removed":
                return
            connection.execute(
                update(works)
                .where(works.c.id == identifier)
                .values(
                    showing=visibility,
                    showing_reason=reason,
                    changed_at=_later(now() if at is None else at.timestamp()),
                    placeholder="" if visibility == "removed" else row.placeholder,
                    colours="" if visibility == "removed" else row.colours,
                )
            )
            change = (visibility in VISIBLE) - (row.showing in VISIBLE)
            if change:
                words = tuple(dict.fromkeys(json.loads(row.concepts)))
                _count(connection, words, row.created_at, change=change)

    def without_placeholder(self, *, limit: int) -> Sequence[WorkRow]:
        """Visible works that have no placeholder yet, the newest first."""
        query = (
            select(works)
            # Written out, so that the database sees that its index of these few works will do.
            .where(works.c.placeholder == text("''"), works.c.showing.in_(VISIBLE))
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def set_placeholder(
        self, identifier: str, placeholder: str, colours: Collection[str] = ()
    ) -> None:
        """Set the placeholder that is shown until the picture is loaded, and the colours' names."""
        with self._database.write() as connection:
            connection.execute(
                update(works)
                .where(works.c.id == identifier)
                .values(placeholder=placeholder, colours=_spaced(colours))
            )

    def unclassified(self, *, limit: int) -> Sequence[WorkRow]:
        """Works of earlier releases whose technique and colours are unknown, the newest first."""
        query = (
            select(works)
            .where(works.c.technique.is_(None))
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def classify(self, identifier: str, technique: str, colours: Collection[str]) -> None:
        """Set the technique of a work, and its colours' names."""
        with self._database.write() as connection:
            connection.execute(
                update(works)
                .where(works.c.id == identifier)
                .values(technique=technique, colours=_spaced(colours))
            )

    def techniques(self) -> Sequence[str]:
        """The techniques of all works, by name.

        Each is looked up as the next after the last one, since neither SQLite nor PostgreSQL skips
        from one value of an index to the next: DISTINCT would read an entry for every work.
        """
        found = [""]
        following = select(func.min(works.c.technique)).where(works.c.technique > bindparam("last"))
        with self._database.read() as connection:
            while (one := connection.scalar(following, {"last": found[-1]})) is not None:
                found.append(one)
        return found[1:]

    def all(self, artist: str | None = None, *, first: int = 1) -> Iterator[WorkRow]:
        """Every work in the order of its making, from a number on."""
        query = select(works).order_by(works.c.artist, works.c.number)
        if artist is not None:
            query = query.where(works.c.artist == artist, works.c.number >= first)
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield work_row(row)

    def count(
        self, *, artist: str | None = None, concept: str | None = None, visible: bool = False
    ) -> int:
        """How many works there are, or are `visible`; those with a concept are visible always."""
        if concept is not None:
            query = select(concepts.c.works).where(concepts.c.name == concept)
        else:
            query = select(func.count()).select_from(works)
            if artist is not None:
                query = query.where(works.c.artist == artist)
            if visible:
                query = query.where(works.c.showing.in_(VISIBLE))
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def neighbours(self, work: WorkRow) -> tuple[WorkRow | None, WorkRow | None]:
        """The same artist's visible work before this one, and the one after it."""
        asked = {"artist": work.artist, "number": work.number}
        with self._database.read() as connection:
            found = [work_row(row) for row in connection.execute(neighbours(), asked)]
        return (
            next((row for row in found if row.number < work.number), None),
            next((row for row in found if row.number > work.number), None),
        )

    def last(self, artist: str, *, before: int | None = None) -> WorkRow | None:
        """The artist's last work, or the last one before that cycle; None if there is none."""
        query = select(works).where(works.c.artist == artist)
        if before is not None:
            query = query.where(works.c.number < before)
        query = query.order_by(works.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else work_row(row)

    def concepts(self, *, limit: int = 1000) -> Sequence[ConceptRow]:
        """Concepts that visible works show, the most frequent first, then by name."""
        query = (
            select(concepts)
            .where(concepts.c.works > 0)
            .order_by(concepts.c.works.desc(), concepts.c.name)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [ConceptRow(*row) for row in connection.execute(query)]

    def companions(self, concept: str, *, limit: int = 12) -> Sequence[tuple[str, int]]:
        """Concepts that share the newest works with this one, and how many; most frequent first."""
        with self._database.read() as connection:
            rows = connection.execute(companions_of_concept(), {"concept": concept, "limit": limit})
            return [(row[0], row[1]) for row in rows]

    def first_with(self, concept: str) -> tuple[WorkRow | None, int]:
        """The oldest visible work that shows a concept, and how many show it."""
        with self._database.read() as connection:
            row = connection.execute(first_work_of_concept(), {"concept": concept}).first()
        return (None, 0) if row is None else (work_row(row), row[-1])

    def latest(self) -> Mapping[str, float]:
        """When each artist's newest work was made, in seconds since 1970."""
        query = select(works.c.artist, func.max(works.c.created_at)).group_by(works.c.artist)
        with self._database.read() as connection:
            return {row[0]: float(row[1]) for row in connection.execute(query)}

    def newest_number(self, artist: str) -> int:
        """Number of the artist's newest work; 0 if there is none."""
        query = select(func.max(works.c.number)).where(works.c.artist == artist)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def last_change(self, artist: str) -> float:
        """When any of the artist's works was made, or changed in how it is shown; 0: no work."""
        query = select(func.max(works.c.changed_at)).where(works.c.artist == artist)
        with self._database.read() as connection:
            return float(connection.scalar(query) or 0.0)

    def newest_numbers(self, names: Collection[str]) -> Mapping[str, int]:
        """Number of the newest work of each of these artists; 0 if it has none."""
        newest = select(func.max(works.c.number)).where(works.c.artist == artists.c.name)
        query = select(artists.c.name, newest.scalar_subquery()).where(artists.c.name.in_(names))
        with self._database.read() as connection:
            return {name: number or 0 for name, number in connection.execute(query)}

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
                works.c.beta,
                works.c.showing,
                cycles.c.tuning_version,
                cycles.c.pool,
            )
            .join(cycles, cycles.c.id == works.c.id)
            .where(works.c.artist == artist)
            .order_by(works.c.number)
            .limit(_BLOCK)
        )
        if last is not None:
            query = query.where(works.c.number <= last)
        while True:
            with self._database.read() as connection:
                rows = connection.execute(query.where(works.c.number >= first)).all()
            for row in rows:
                values = {**row._mapping, "pool": Pool.model_validate_json(row.pool)}
                if values.pop("showing") not in VISIBLE:
                    values["title"] = WITHHELD
                yield ChapterRow(**values)
            if len(rows) < _BLOCK:
                return
            first = rows[-1].number + 1

    def pools(self, spans: Mapping[str, tuple[int, int]]) -> dict[str, list[PoolRow]]:
        """The pools after artists' works of these first and last numbers, in order, by artist.

        The work before the first one comes too.
        """
        found: dict[str, list[PoolRow]] = {artist: [] for artist in spans}
        if not spans:
            return found
        asked: dict[str, str | int] = {}
        for i, (artist, (first, last)) in enumerate(spans.items()):
            asked |= {f"artist_{i}": artist, f"first_{i}": first, f"last_{i}": last}
        with self._database.read() as connection:
            for artist, *row in connection.execute(pools(len(spans)), asked):
                found[artist].append(pool_row(*row))
        return found

    def titles(self, artist: str, *, limit: int = 20) -> tuple[str, ...]:
        """The artist's latest titles, newest first."""
        query = (
            select(works.c.title)
            .where(works.c.artist == artist, works.c.showing.in_(VISIBLE))
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(connection.scalars(query))

    def recent_concepts(self, artist: str, *, limit: int = 12) -> tuple[str, ...]:
        """The concepts of the artist's latest works, each once, newest first."""
        query = (
            select(works.c.concepts)
            .where(works.c.artist == artist)
            .order_by(works.c.created_at.desc(), works.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.scalars(query).all()
        return tuple(dict.fromkeys(word for row in rows for word in json.loads(row)))

    def judged(self, scope: str) -> JudgedRow:
        """How far the judging of a scope has come."""
        watermark = select(scopes.c.sequence).where(scopes.c.name == scope).scalar_subquery()
        query = select(watermark, func.count()).where(vectors.c.scope == scope)
        with self._database.read() as connection:
            given, works = connection.execute(query).one()
        return JudgedRow(given or 0, works)

    def is_first(self, work: str) -> bool:
        """Whether a judged work has no earlier one in its scope; failed cycles leave gaps."""
        earlier = vectors.alias()
        query = select(vectors.c.work).where(
            vectors.c.work == work,
            ~exists().where(
                earlier.c.scope == vectors.c.scope, earlier.c.sequence < vectors.c.sequence
            ),
        )
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def set_vectors(self, row: VectorRow) -> None:
        """Let a work have these vectors."""
        with self._database.write() as connection:
            self.set_vectors_in(connection, row)

    def set_vectors_in(self, connection: Connection, row: VectorRow) -> None:
        """`set_vectors` as part of a transaction that changes more."""
        values = {
            "text": row.text.astype("<f4").tobytes(),
            "image": row.image.astype("<f4").tobytes(),
        }
        named = {
            "work": row.work,
            "artist": row.artist,
            "scope": row.scope,
            "sequence": row.sequence,
        }
        connection.execute(
            upsert(connection, vectors)
            .values(**named, **values)
            .on_conflict_do_update(index_elements=["work"], set_=values)
        )

    def forget_vectors_in(self, connection: Connection, work: str) -> None:
        """Let no work be compared with this one: its vectors are of encoders that are gone."""
        connection.execute(delete(vectors).where(vectors.c.work == work))

    def replace(self, manifest: Manifest) -> None:
        """Update a work from its manifest; its visibility stays."""
        with self._database.write() as connection:
            row = _locked(connection, manifest.work)
            visible = row.showing in VISIBLE
            if visible:
                words = tuple(dict.fromkeys(json.loads(row.concepts)))
                _count(connection, words, row.created_at, change=-1)
            forget_in(connection, row._mapping)
            connection.execute(delete(work_concepts).where(work_concepts.c.work == manifest.work))
            columns = work_columns(manifest)
            connection.execute(update(works).where(works.c.id == manifest.work).values(**columns))
            index_in(connection, columns)
            self._add_concepts_in(connection, manifest, visible=visible)

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
                yield vector_row(row)

    def vectors_of(self, identifiers: Sequence[str]) -> dict[str, VectorRow]:
        """Vectors of the named works, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(vectors).where(vectors.c.work.in_(identifiers)))
            return {row.work: vector_row(row) for row in rows}


def _later(moment: ColumnElement[float] | float) -> ColumnElement[float]:
    """A moment, unless the work has changed since: clocks differ, and no time goes back."""
    return case((works.c.changed_at < moment, moment), else_=works.c.changed_at)


def _locked(connection: Connection, identifier: str) -> Row[Any]:
    """A work's row, locked against changes until the transaction ends."""
    return connection.execute(select(works).where(works.c.id == identifier).with_for_update()).one()


def _count(
    connection: Connection, words: Sequence[str], created_at: float, *, change: int = 1
) -> None:
    """Count a work in or out among those that show its concepts."""
    # In one order for all: two works that enter in parallel must not deadlock.
    statement = upsert(connection, concepts).values(
        [{"name": word, "works": change, "latest": created_at} for word in sorted(words)]
    )
    new = statement.excluded
    later = case((concepts.c.latest < new.latest, new.latest), else_=concepts.c.latest)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"works": concepts.c.works + new.works, "latest": later},
        )
    )


def _spaced(colours: Collection[str]) -> str:
    return f" {' '.join(colours)} " if colours else ""
