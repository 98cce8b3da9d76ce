"""The JSON API: artists and works for other programs, described at `/api/openapi.json`.

Lists begin with the newest work; `next` is the address of the next page, null on the last.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel
from starlette.requests import Request

from gallery.diary.entries import Entry, last_entries
from gallery.diary.sentences import Subject
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import Name, Number
from gallery.pages.artist import known_artist
from gallery.pages.like import By, find_similar
from gallery.pages.search import (
    LONGEST,
    Colour,
    From,
    Of,
    Technique,
    To,
    find,
    read_question,
)
from gallery.pagination import work_page
from gallery.stats.similar_works import Sense
from gallery.threads import ARCHIVE, MEMORY, RECKONING, in_threads
from gallery.urls import Urls
from gallery.work_record import Work, WorkStory, work_record, work_story
from storage.catalogue import ArtistRow


class ApiError(BaseModel):
    """What was wrong with a request."""

    error: str
    status: int


class Works(BaseModel):
    """One page of works."""

    works: list[Work]
    next: str | None


class SimilarWork(BaseModel):
    """A similar work; `cosine` is that of the angle between the vectors: 1 is equal."""

    cosine: float
    work: Work


class SimilarWorks(BaseModel):
    """The works that are most similar to one, the most similar first."""

    by: Sense
    works: list[SimilarWork]


class Artist(BaseModel):
    """One artist."""

    name: str
    title: str
    statement: str
    style: str
    seeds: tuple[str, ...]
    since: datetime
    works: int
    paused: bool
    url: str


class DiarySentence(BaseModel):
    """A sentence of a diary, what it tells of, and the numbers of the works that it tells of."""

    subject: Subject
    text: str
    works: tuple[int, ...]


class DiaryDay(BaseModel):
    """A day on which the artist made works; more may come of one that is not over (UTC)."""

    day: date
    works: int
    over: bool
    sentences: tuple[DiarySentence, ...]


class Diary(BaseModel):
    """Some days of an artist, the newest first."""

    days: list[DiaryDay]
    next: str | None


class Artists(BaseModel):
    """Every artist, by name."""

    artists: list[Artist]


router = APIRouter(
    prefix="/api/v1",
    responses={
        400: {"model": ApiError},
        404: {"model": ApiError},
        410: {"model": ApiError, "description": "The work is not shown any more."},
        422: {"model": ApiError, "description": "Never sent: bad input is 400 or 404."},
        429: {"model": ApiError},
        503: {"model": ApiError},
    },
)

Filter = Annotated[str | None, Query()]
Cursor = Annotated[str | None, Query(max_length=96, description="from `next` of the page before")]
Words = Annotated[str, Query(max_length=LONGEST, description="words to search for")]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/artists")
def list_artists(request: Request, gallery: GalleryDependency, response: Response) -> Artists:
    """Every artist of this gallery."""
    _public(response)
    to = gallery.urls(request)
    return Artists(artists=[_artist(gallery, to, row) for row in gallery.catalogue.artists.all()])


@router.get("/artists/{artist}")
def get_artist(
    request: Request, gallery: GalleryDependency, response: Response, artist: Name
) -> Artist:
    """One artist."""
    _public(response)
    return _artist(gallery, gallery.urls(request), known_artist(gallery, artist))


@router.get("/artists/{artist}/diary")
@in_threads(RECKONING)
def get_diary(
    request: Request,
    gallery: GalleryDependency,
    response: Response,
    artist: Name,
    before: Annotated[date | None, Query(description="only days before this one")] = None,
    limit: Annotated[int, Query(ge=1, le=31)] = 7,
) -> Diary:
    """An artist's diary: each day's facts in words, made by rules from what is recorded."""
    row = known_artist(gallery, artist)
    _public(response)
    found = last_entries(gallery.catalogue, row.created, until=before, limit=limit + 1)
    days = [diary_day(entry) for entry in found[:limit]]
    to, last = gallery.urls(request), days[-1].day.isoformat() if days else None
    older = to.path("api", "v1", "artists", artist, "diary", before=last, limit=limit)
    return Diary(days=days, next=to.absolute(older) if len(found) > limit else None)


@router.get("/works")
def list_works(
    request: Request,
    gallery: GalleryDependency,
    response: Response,
    artist: Filter = None,
    concept: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Works:
    """Works, the newest first: all, or those of an artist or with a concept."""
    _public(response)
    to = gallery.urls(request)
    shown = work_page(gallery, cursor, artist=artist, concept=concept, limit=limit)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    older = to.path(
        "api", "v1", "works", artist=artist, concept=concept, limit=limit, cursor=shown.older
    )
    return Works(
        works=[work_record(gallery.site, to, row, titles[row.artist]) for row in shown.works],
        next=to.absolute(older) if shown.older else None,
    )


@router.get("/search")
def search_works(
    request: Request,
    gallery: GalleryDependency,
    response: Response,
    q: Words = "",
    artist: Of = "",
    technique: Technique = "",
    colour: Colour = "",
    since: From = "",
    to: To = "",
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Works:
    """Works that have every word in title, concepts or prompt, the newest first.

    If there are none, works with words that begin so. Case, accents and plurals make no difference;
    prompts are searched only if the gallery shows them. Without words, all works that the other
    parameters leave; 400 if there are none of these, either.
    """
    question = read_question(
        gallery, q, artist=artist, technique=technique, colour=colour, since=since, until=to
    )
    if not q and not question.narrows:
        raise HTTPException(400, "Give words to search for (q), or an artist, technique or colour.")
    _public(response)
    urls = gallery.urls(request)
    shown, _ = find(gallery, question, cursor, limit=limit)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    chosen = {"q": q, "artist": artist, "technique": technique, "colour": colour}
    chosen |= {"from": since, "to": to}
    older = urls.path(
        *("api", "v1", "search"),
        **{name: value or None for name, value in chosen.items()},
        limit=limit,
        cursor=shown.older,
    )
    return Works(
        works=[work_record(gallery.site, urls, row, titles[row.artist]) for row in shown.works],
        next=urls.absolute(older) if shown.older else None,
    )


@router.get("/works/{artist}/{number}/similar")
@in_threads(MEMORY)
def list_similar(
    request: Request,
    gallery: GalleryDependency,
    response: Response,
    artist: Name,
    number: Number,
    by: By = "picture",
    limit: Limit = 12,
) -> SimilarWorks:
    """The works of all artists that are most similar to one; 503 without a memory."""
    work = gallery.shown(artist, number)
    found = find_similar(gallery, work, by, limit=limit)
    _public(response)
    to = gallery.urls(request)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    return SimilarWorks(
        by=by,
        works=[
            SimilarWork(
                cosine=near.cosine,
                work=work_record(gallery.site, to, near.work, titles[near.work.artist]),
            )
            for near in found
        ],
    )


@router.get("/works/{artist}/{number}")
@in_threads(ARCHIVE)
def get_work(
    request: Request, gallery: GalleryDependency, response: Response, artist: Name, number: Number
) -> WorkStory:
    """One work with its pool, its candidates and its nearest earlier works."""
    row = gallery.shown(artist, number)
    _public(response)
    title = known_artist(gallery, artist).created.title
    manifest = gallery.archive.read_manifest(artist, number)
    return work_story(gallery.site, gallery.urls(request), row, title, manifest=manifest)


@router.get("/{rest:path}", include_in_schema=False)
def nothing(rest: str) -> None:
    """404 for any other address below the API's."""
    raise HTTPException(404, "The API has nothing at this address; see /api/openapi.json.")


def diary_day(entry: Entry) -> DiaryDay:
    """A diary's entry as other programs read it."""
    return DiaryDay(
        day=entry.day,
        works=entry.works,
        over=entry.is_over,
        sentences=tuple(
            DiarySentence(subject=one.subject, text=one.text, works=one.works)
            for one in entry.sentences
        ),
    )


def _public(response: Response) -> None:
    """Let caches hold the response for some seconds, and scripts of all sites read it."""
    response.headers["Cache-Control"] = "public, max-age=15"
    response.headers["Access-Control-Allow-Origin"] = "*"


def _artist(gallery: Gallery, to: Urls, row: ArtistRow) -> Artist:
    return Artist(
        name=row.name,
        title=row.created.title,
        statement=row.created.statement,
        style=row.created.style,
        seeds=row.created.seeds,
        since=row.created.at,
        works=gallery.catalogue.works.count(artist=row.name, visible=True),
        paused=row.paused,
        url=to.absolute(to.artist(row.name)),
    )
