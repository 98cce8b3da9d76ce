"""Search works, concepts and artists by words."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Before
from gallery.pagination import WorkPage, search_page
from storage.catalogue import Question, question_of

router = APIRouter()

LONGEST: Final = 200
"""Characters of a question; nobody types more."""

_CONCEPTS: Final = 24
_ARTISTS: Final = 12
_IDEAS: Final = 12

Asked = Annotated[str, Query(description="words that a work's title, concepts or prompt show")]


@router.api_route("/search", **READ)
def search(
    request: Request, gallery: GalleryDependency, q: Asked = "", before: Before = None
) -> Response:
    """What was found for some words, the newest works first; without words, how to begin."""
    question = read_question(gallery, q)
    shown, question = find(gallery, question, before)
    artists = gallery.catalogue.artists.all()
    named = [row for row in artists if question.fits(f"{row.created.title} {row.name}")]
    first = before is None
    return gallery.page(
        request,
        "search.html",
        asked=" ".join(q.split()),
        question=question,
        work_page=shown,
        concepts=gallery.catalogue.search.concepts(question, limit=_CONCEPTS) if first else (),
        artists=named[:_ARTISTS] if first else (),
        ideas=() if question.words else gallery.catalogue.works.concepts(limit=_IDEAS),
        titles={artist.name: artist.created.title for artist in artists},
    )


def read_question(gallery: Gallery, asked: str) -> Question:
    """The question in an address; prompts that visitors do not see are not searched.

    Raises:
        HTTPException: 400; it is longer than anybody types.
    """
    if len(asked) > LONGEST:
        raise HTTPException(
            400, f"That is {len(asked)} characters long: look for {LONGEST} at most."
        )
    return question_of(asked, prompts=gallery.site.show_prompt)


def find(
    gallery: Gallery, question: Question, before: str | None, *, limit: int | None = None
) -> tuple[WorkPage, Question]:
    """Works with these very words, else with words that begin so; and which of both it was."""
    whole = search_page(gallery, question, before, limit=limit)
    if whole.works or not question.words:
        return whole, question
    wider = Question(question.words, prompts=question.prompts, beginnings=True)
    return search_page(gallery, wider, before, limit=limit), wider
