"""Search works, concepts and artists by words and by meaning."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import Gallery, GalleryDependency
from gallery.images.colours import COLOURS
from gallery.pages import READ, Before
from gallery.pagination import WorkPage, search_page
from gallery.threads import MEMORY, in_threads
from storage.catalogue import Question, WorkRow, question_of
from storage.errors import UserFacingError

router = APIRouter()

LONGEST: Final = 200
"""Characters of a query."""

_CONCEPTS: Final = 24
_ARTISTS: Final = 12
_IDEAS: Final = 12
_NEAR: Final = 12
_DAY: Final = 86400.0
_LOG: Final = logging.getLogger(__name__)

Asked = Annotated[str, Query(description="words that a work's title, concepts or prompt show")]


From = Annotated[str, Query(alias="from", description="works made on this day or later")]
Technique = Annotated[str, Query(description="works in this technique alone; empty: all")]
Colour = Annotated[
    str, Query(description=f"works with this colour alone: {', '.join(COLOURS)}; empty: all")
]
To = Annotated[str, Query(description="works made on this day or earlier")]
Of = Annotated[str, Query(description="works of this artist alone; empty: all")]


@router.api_route("/search", **READ)
@in_threads(MEMORY)
def search(
    request: Request,
    gallery: GalleryDependency,
    q: Asked = "",
    artist: Of = "",
    since: From = "",
    to: To = "",
    technique: Technique = "",
    colour: Colour = "",
    before: Before = None,
) -> Response:
    """Results for some words, the newest works first, then works near in meaning.

    Without words: the works that the filters leave, or frequent concepts.
    """
    question = read_question(
        gallery, q, artist=artist, since=since, until=to, technique=technique, colour=colour
    )
    shown, question = find(gallery, question, before)
    artists = gallery.catalogue.artists.all()
    named = [row for row in artists if question.fits(f"{row.created.title} {row.name}")]
    first = before is None
    asked = " ".join(q.split())
    chosen = {"artist": artist, "from": since, "to": to, "technique": technique, "colour": colour}
    filters = {name: value or None for name, value in chosen.items()}
    return gallery.page(
        request,
        "search.html",
        asked=asked,
        question=question,
        filters=filters,
        work_page=shown,
        near=_near(gallery, asked, question, shown) if first and question.words else (),
        instead=None if shown.works else gallery.catalogue.search.near_miss(question),
        concepts=gallery.catalogue.search.concepts(question, limit=_CONCEPTS) if first else (),
        artists=named[:_ARTISTS] if first else (),
        techniques=gallery.catalogue.works.techniques(),
        colours=COLOURS,
        ideas=()
        if question.words or question.narrows
        else gallery.catalogue.works.concepts(limit=_IDEAS),
        titles={artist.name: artist.created.title for artist in artists},
    )


def _near(gallery: Gallery, asked: str, question: Question, shown: WorkPage) -> Sequence[WorkRow]:
    """Works whose prompts are near to the words in meaning, and that are not shown already."""
    if gallery.encode is None or gallery.similar_works is None:
        return ()
    try:
        found = gallery.similar_works.near_text(gallery.encode(asked))
    except UserFacingError as error:  # the search by words is an answer without it
        _LOG.warning("no search by meaning: %s", error)
        return ()
    known = {work.id for work in shown.works}
    near = (each.work for each in found)
    return [work for work in near if work.id not in known and question.covers(work)][:_NEAR]


def read_question(
    gallery: Gallery,
    asked: str,
    *,
    artist: str = "",
    since: str = "",
    until: str = "",
    technique: str = "",
    colour: str = "",
) -> Question:
    """Parse the query of an address; prompts are searched only if visitors may read them.

    `since` and `until` are days, as in 2026-11-29, in UTC.

    Raises:
        HTTPException: 400; it is too long, a day is none, or a colour has no name.
    """
    if colour and colour not in COLOURS:
        raise HTTPException(400, f"“{colour}” is no colour: write one of {', '.join(COLOURS)}.")
    if len(asked) > LONGEST:
        raise HTTPException(
            400, f"The query has {len(asked)} characters: at most {LONGEST} are allowed."
        )
    question = question_of(asked, prompts=gallery.site.show_prompt)
    last = _day(until)
    return replace(
        question,
        artist=artist or None,
        since=_day(since),
        until=None if last is None else last + _DAY,
        technique=technique or None,
        colour=colour or None,
    )


def _day(value: str) -> float | None:
    if not value:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise HTTPException(400, f"“{value}” is no day: write it as 2026-11-29.") from error


def find(
    gallery: Gallery, question: Question, before: str | None, *, limit: int | None = None
) -> tuple[WorkPage, Question]:
    """Works with exactly these words, else with words that begin so; and the query used."""
    whole = search_page(gallery, question, before, limit=limit)
    if whole.works or not question.words:
        return whole, question
    wider = replace(question, beginnings=True)
    return search_page(gallery, wider, before, limit=limit), wider
