"""Queries of the gallery's lists, built in one place.

To put a statement together takes longer than the database takes to answer it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from storage.catalogue.db.tables import concepts, cycles, work_concepts, works
from storage.catalogue.work_row import VISIBLE

_VISIBLE = works.c.showing.in_([literal_column(f"'{state}'") for state in VISIBLE])
"""Written out: the parameters of a list are put together again for every answer."""

_COMPANY = 120
"""Newest works of a concept whose other concepts are counted."""


@cache
def newest_works(*, of_artist: bool, of_concept: bool, older: bool) -> Select[Any]:
    """Visible works from the newest down.

    Takes `limit`, and as asked for `artist`, `concept`, or `before`: the id of a work.
    """
    query, order = select(works), (works.c.created_at, works.c.id)
    if of_concept:
        query = query.join(work_concepts, work_concepts.c.work == works.c.id).where(
            work_concepts.c.concept == bindparam("concept")
        )
        order = (work_concepts.c.created_at, work_concepts.c.work)
    if of_artist:
        query = query.where(works.c.artist == bindparam("artist"))
    if older:
        cursor, before = works.alias("cursor"), bindparam("before", type_=String)
        moment = select(cursor.c.created_at).where(cursor.c.id == before).scalar_subquery()
        query = query.where(tuple_(*order) < tuple_(moment, before))
    query = query.where(_VISIBLE)
    return query.order_by(*(column.desc() for column in order)).limit(bindparam("limit"))


@cache
def work_by_id() -> Select[Any]:
    """One work; takes `id`."""
    return select(works).where(works.c.id == bindparam("id"))


@cache
def works_by_id() -> Select[Any]:
    """Some works; takes `ids`."""
    return select(works).where(works.c.id.in_(bindparam("ids", expanding=True)))


@cache
def neighbours() -> Select[Any]:
    """An artist's visible works beside one, the earlier and the later; takes `artist`, `number`."""
    number, here = works.c.number, bindparam("number", type_=Integer)
    own = works.c.artist == bindparam("artist")
    mine = select(number).where(own, _VISIBLE).limit(1)
    earlier = mine.where(number < here).order_by(number.desc())
    later = mine.where(number > here).order_by(number)
    return select(works).where(
        own, number.in_([earlier.scalar_subquery(), later.scalar_subquery()])
    )


@cache
def pools(spans: int) -> Select[Any]:
    """The pools after works of several artists, in order; takes `artist_0`, `first_0`, `last_0` …

    The work before each first one comes too: cycles without a work have numbers as well.
    """
    found = union_all(*map(_pools, range(spans))).subquery()
    return select(found).order_by(found.c.artist, found.c.number)


def _pools(i: int) -> Select[Any]:
    artist, first = bindparam(f"artist_{i}", type_=String), bindparam(f"first_{i}", type_=Integer)
    earlier = works.alias()
    before = (
        select(func.max(earlier.c.number))
        .where(earlier.c.artist == artist, earlier.c.number < first)
        .scalar_subquery()
    )
    return (
        select(works.c.artist, works.c.number, works.c.concept, cycles.c.pool)
        .join(cycles, cycles.c.id == works.c.id)
        .where(
            works.c.artist == artist,
            works.c.number >= func.coalesce(before, first),
            works.c.number <= bindparam(f"last_{i}"),
        )
    )


@cache
def first_work_of_concept() -> Select[Any]:
    """The oldest visible work with a concept, and how many have it; takes `concept`."""
    return (
        select(works, concepts.c.works)
        .join(work_concepts, work_concepts.c.work == works.c.id)
        .join(concepts, concepts.c.name == work_concepts.c.concept)
        .where(work_concepts.c.concept == bindparam("concept"), _VISIBLE)
        .order_by(work_concepts.c.created_at, work_concepts.c.work)
        .limit(1)
    )


@cache
def companions_of_concept() -> Select[Any]:
    """Concepts beside one in its newest works, with their number; takes `concept` and `limit`."""
    newest = (
        select(work_concepts.c.work)
        .where(work_concepts.c.concept == bindparam("concept"))
        .order_by(work_concepts.c.created_at.desc(), work_concepts.c.work.desc())
        .limit(_COMPANY)
        .subquery()
    )
    other = work_concepts.alias("other")
    count = func.count()
    return (
        select(other.c.concept, count)
        .join(newest, newest.c.work == other.c.work)
        .where(other.c.concept != bindparam("concept"))
        .group_by(other.c.concept)
        .order_by(count.desc(), other.c.concept)
        .limit(bindparam("limit"))
    )
