"""Pagination of works, the newest first; the cursor is the last work shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import HTTPException

from gallery.gallery import Gallery
from storage.catalogue import Question, WorkRow


@dataclass(frozen=True)
class WorkPage:
    """One page of a stream. `older` is the cursor of the next page, None on the last."""

    works: Sequence[WorkRow]
    older: str | None
    first: bool


def work_page(
    gallery: Gallery,
    before: str | None,
    *,
    artist: str | None = None,
    concept: str | None = None,
    limit: int | None = None,
) -> WorkPage:
    """The works older than `before`, or the newest ones.

    Raises:
        HTTPException: 400; the cursor names no work.
    """
    limit = limit or _length(gallery, before, artist=artist, concept=concept)
    works = gallery.catalogue.works.newest(
        artist=artist, concept=concept, before=before, limit=limit + 1
    )
    if not works:
        moment_of(gallery, before)  # refuses a cursor that names no work
    return _cut(works, limit, before)


def search_page(
    gallery: Gallery, question: Question, before: str | None, *, limit: int | None = None
) -> WorkPage:
    """The works that match a query and are older than `before`, or the newest ones.

    Raises:
        HTTPException: 400; the cursor names no work.
    """
    limit = limit or gallery.site.per_page
    works = gallery.catalogue.search.works(
        question, before=moment_of(gallery, before), limit=limit + 1
    )
    return _cut(works, limit, before)


def _cut(works: Sequence[WorkRow], limit: int, before: str | None) -> WorkPage:
    shown = works[:limit]
    return WorkPage(
        works=shown,
        older=shown[-1].id if len(works) > limit else None,
        first=before is None,
    )


def moment_of(gallery: Gallery, before: str | None) -> tuple[float, str] | None:
    """The place of a cursor in the stream.

    Raises:
        HTTPException: 400; the cursor names no work.
    """
    if before is None:
        return None
    work = gallery.catalogue.works.get(before)
    if work is None:
        raise HTTPException(400, f"There is no work “{before}”: start at the newest work.")
    return work.created_at, work.id


def _length(
    gallery: Gallery, before: str | None, *, artist: str | None, concept: str | None
) -> int:
    """Works on one page.

    In an exported gallery the first page also has the remainder, so that a new work changes only
    that page.
    """
    if not gallery.site.static or before is not None:
        return gallery.site.per_page
    total = gallery.catalogue.works.count(artist=artist, concept=concept, visible=True)
    return gallery.site.per_page + total % gallery.site.per_page
