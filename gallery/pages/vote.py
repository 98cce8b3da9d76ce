"""Voting: a pair and a question, the ranking, and all votes as CSV."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, HTTPException, Query
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from gallery.charts.interval_chart import draw_intervals
from gallery.cookies.visitor import address_of, pseudonym
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.dates import iso
from gallery.pages import READ
from gallery.threads import RECKONING, WRITING, in_threads, pieces_in
from gallery.voting import QUESTIONS, Question
from gallery.voting.pairs import Pair, next_pair, voting_pool
from gallery.voting.ranking import Grouping
from storage.archive.events import Ballot

router = APIRouter()

_BALLOT_SECONDS: Final = 86_400
_PICTURES: Final = 5
_PORTION: Final = 2**16

AnyQuestion = Annotated[Question, Query()]
Choice = Literal["left", "right", "tie"]


@router.api_route("/vote", **READ)
def ask(
    request: Request, gallery: GalleryDependency, question: AnyQuestion = "original"
) -> Response:
    """A pair that this visitor has not answered yet."""
    name = gallery.visitors.name_of(request)
    visitor = name or gallery.visitors.new_name()
    known = pseudonym(visitor)
    answered = gallery.catalogue.votes.of_visitor(known, question) if name else set()
    pool = voting_pool(gallery.catalogue)
    pair = next_pair(
        pool,
        counts=gallery.catalogue.votes.counts(question),
        answered=answered,
        visitor=known,
        question=question,
    )
    page = gallery.private_page(
        request,
        "voting/vote.html",
        question=question,
        pair=pair,
        ballot=_ballot_for(gallery, known, question, pair) if pair else "",
        answered=len(answered),
        pool=len(pool),
    )
    if name is None:
        gallery.visitors.set_cookie(gallery.urls(request), page, visitor)
    return page


@router.post("/vote", include_in_schema=False)
@in_threads(WRITING)
def vote(
    request: Request,
    gallery: GalleryDependency,
    ballot: Annotated[str, Form(max_length=1024)],
    choice: Annotated[Choice, Form()],
) -> Response:
    """Count an answer, once, and go on with the next pair.

    Raises:
        HTTPException: 400; there is no cookie, or the ballot is none of this visitor's. 429; too
            many votes, or too many who never voted before, come from this address.
    """
    name = gallery.visitors.name_of(request)
    if name is None:
        raise HTTPException(400, "Votes need a cookie, so that each counts once. Allow it, please.")
    visitor = pseudonym(name)
    left, right, question = _read(gallery, ballot, visitor)
    if gallery.vote_limit is not None:
        votes = gallery.catalogue.votes
        new = not any(votes.of_visitor(visitor, each) for each in QUESTIONS)
        gallery.vote_limit.admit(address_of(request.client), new=new)
    first, second = sorted((left, right))
    wins = {"tie": 0.5, "left": float(left == first), "right": float(right == first)}
    gallery.ballots.put(
        Ballot(
            id=secrets.token_hex(16),
            at=datetime.now(UTC),
            visitor=visitor,
            question=question,
            first=first,
            second=second,
            outcome=wins[choice],
        )
    )
    to = gallery.urls(request)
    return RedirectResponse(to.path("vote", question=question), status_code=303)


@router.api_route("/votes", **READ)
@in_threads(RECKONING)
def ranking(
    request: Request,
    gallery: GalleryDependency,
    by: Annotated[Grouping | Literal["arms"], Query()] = "artists",
) -> Response:
    """What came out so far, for both questions."""
    if by == "arms":  # the name of policies in links of earlier releases
        to = gallery.urls(request)
        return RedirectResponse(to.path("votes", by="policies"), status_code=301)
    artists = gallery.catalogue.artists.all()
    rankings = {question: gallery.rankings.of(question, by) for question in QUESTIONS}
    favourites = {}
    for question in QUESTIONS:
        works = gallery.rankings.of(question, "works")
        rows = [gallery.catalogue.works.get(p.name) for p in (works.places if works else ())[:12]]
        favourites[question] = [row for row in rows if row is not None and row.visible][:_PICTURES]
    return gallery.page(
        request,
        "voting/votes.html",
        by=by,
        rankings=rankings,
        plots={q: draw_intervals(r.places[:40]) for q, r in rankings.items() if r is not None},
        favourites=favourites,
        titles={artist.name: artist.created.title for artist in artists},
    )


@router.api_route("/votes.csv", **READ)
def votes_csv(gallery: GalleryDependency) -> Response:
    """Every vote, oldest first; visitors by pseudonyms."""
    headers = {
        "Cache-Control": "public, max-age=60",
        "Content-Disposition": 'attachment; filename="votes.csv"',
    }
    pieces = pieces_in(RECKONING, _lines(gallery))
    return StreamingResponse(pieces, media_type="text/csv", headers=headers)


def _lines(gallery: Gallery) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("at", "visitor", "question", "first", "second", "outcome_for_first"))
    for vote in gallery.catalogue.votes.all():
        writer.writerow(
            (iso(vote.at), vote.visitor, vote.question, vote.first, vote.second, vote.outcome)
        )
        if file.tell() > _PORTION:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _serializer(gallery: Gallery) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(gallery.secret, salt="ballot")


def _ballot_for(gallery: Gallery, visitor: str, question: Question, pair: Pair) -> str:
    """Only pairs that were offered can be voted on, and by whom they were offered to."""
    return str(_serializer(gallery).dumps([visitor, question, pair.left.id, pair.right.id]))


def _read(gallery: Gallery, ballot: str, visitor: str) -> tuple[str, str, Question]:
    try:
        owner, question, left, right = _serializer(gallery).loads(ballot, max_age=_BALLOT_SECONDS)
    except (BadData, ValueError, TypeError):
        raise HTTPException(
            400, "That ballot is not one of ours, or too old. Go back and vote again."
        ) from None
    if owner != visitor:
        raise HTTPException(400, "That ballot was given to somebody else.")
    return left, right, question
