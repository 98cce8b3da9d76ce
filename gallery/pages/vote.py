"""Voting: a pair and a question, a week's best and last, the ranking, and all votes as CSV."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, HTTPException, Query
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from gallery.charts.interval_chart import draw_intervals
from gallery.cookies.visitor import address_of, pseudonym
from gallery.csv_stream import stream_csv
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.dates import iso
from gallery.pages import READ
from gallery.threads import RECKONING, WRITING, in_threads
from gallery.voting import QUESTIONS, Question
from gallery.voting.answers import last_answer
from gallery.voting.pairs import Pair, next_pair, voting_pool
from gallery.voting.ranking import Grouping
from gallery.voting.weeks import Week, hang_week
from storage.archive.events import Ballot

router = APIRouter()

_BALLOT_SECONDS: Final = 86_400
_PICTURES: Final = 5

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
        last=last_answer(gallery.catalogue, known, question) if answered else None,
        pool=len(pool),
        listening=_listening(gallery),
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
    """Count an answer, once, and redirect to the next pair.

    Raises:
        HTTPException: 400; there is no cookie, or the ballot is not this visitor's. 429; too many
            votes, or too many new voters, from this address.
    """
    name = gallery.visitors.name_of(request)
    if name is None:
        raise HTTPException(400, "Voting needs a cookie, so that each vote counts once.")
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


@router.api_route("/votes/week", **READ)
@in_threads(RECKONING)
def hanging(
    request: Request,
    gallery: GalleryDependency,
    of: Annotated[str | None, Query(max_length=10, description="a week, such as 2026-W48")] = None,
    question: AnyQuestion = "original",
) -> Response:
    """The five best and the five last works of a week, this one unless another is named.

    Raises:
        HTTPException: 400; the name is not that of a week. 404; the week is to come.
    """
    current = Week.of(datetime.now(UTC).date())
    try:
        week = current if of is None else Week.parse(of)
    except ValueError:
        raise HTTPException(400, f"“{of}” is no week; write it as {current.name}.") from None
    if week.begin > current.begin:
        raise HTTPException(404, f"Week {week.name} is yet to come.")
    first = gallery.catalogue.votes.earliest()
    return gallery.page(
        request,
        "voting/week.html",
        question=question,
        week=week,
        over=week != current,
        hanging=hang_week(gallery.catalogue, question, week),
        earlier=week.moved(-1) if first is not None and first < week.begin else None,
        later=week.moved(1) if week != current else None,
        titles={row.name: row.created.title for row in gallery.catalogue.artists.all()},
    )


@router.api_route("/votes", **READ)
@in_threads(RECKONING)
def ranking(
    request: Request,
    gallery: GalleryDependency,
    by: Annotated[Grouping | Literal["arms"], Query()] = "artists",
) -> Response:
    """The rankings so far, for both questions."""
    if by == "arms":  # the name of policies in links of earlier releases
        to = gallery.urls(request)
        return RedirectResponse(to.path("votes", by="policies"), status_code=301)
    artists = gallery.catalogue.artists.all()
    rankings = {question: gallery.rankings.of(question, by) for question in QUESTIONS}
    best = {}
    for question in QUESTIONS:
        works = gallery.rankings.of(question, "works")
        rows = [gallery.catalogue.works.get(p.name) for p in (works.places if works else ())[:12]]
        best[question] = [row for row in rows if row is not None and row.visible][:_PICTURES]
    return gallery.page(
        request,
        "voting/votes.html",
        by=by,
        rankings=rankings,
        plots={q: draw_intervals(r.places[:40]) for q, r in rankings.items() if r is not None},
        best=best,
        titles={artist.name: artist.created.title for artist in artists},
    )


@router.api_route("/votes.csv", **READ)
def votes_csv(gallery: GalleryDependency) -> Response:
    """Every vote, oldest first; visitors by pseudonyms."""
    headers = {
        "Cache-Control": "public, max-age=60",
        "Content-Disposition": 'attachment; filename="votes.csv"',
    }
    header = ("at", "visitor", "question", "first", "second", "outcome_for_first")
    lines = (
        (iso(vote.at), vote.visitor, vote.question, vote.first, vote.second, vote.outcome)
        for vote in gallery.catalogue.votes.all()
    )
    return StreamingResponse(stream_csv(header, lines), media_type="text/csv", headers=headers)


def _listening(gallery: Gallery) -> list[str]:
    """Titles of the artists whose β depends on votes."""
    tunings = gallery.catalogue.artists.newest_tunings()
    return [
        artist.created.title
        for artist in gallery.catalogue.artists.all()
        if not artist.retired
        and artist.name in tunings
        and tunings[artist.name].tuning.feedback in ("votes", "both")
    ]


def _serializer(gallery: Gallery) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(gallery.secret, salt="ballot")


def _ballot_for(gallery: Gallery, visitor: str, question: Question, pair: Pair) -> str:
    """A signed ballot: a visitor can vote only on pairs that were offered to them."""
    return str(_serializer(gallery).dumps([visitor, question, pair.left.id, pair.right.id]))


def _read(gallery: Gallery, ballot: str, visitor: str) -> tuple[str, str, Question]:
    try:
        owner, question, left, right = _serializer(gallery).loads(ballot, max_age=_BALLOT_SECONDS)
    except (BadData, ValueError, TypeError):
        raise HTTPException(
            400, "This ballot is invalid or too old. Go back and vote again."
        ) from None
    if owner != visitor:
        raise HTTPException(400, "This ballot was given to another visitor.")
    return left, right, question
