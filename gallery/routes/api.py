"""The JSON API: artists and works for other programs, described at `/api/openapi.json`.

Lists go from the newest work down; `next` is the address of the page after, null on the last.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field
from starlette.requests import Request

from gallery.gallery import Gallery, GalleryDependency
from gallery.images.thumbnails import WIDTHS
from gallery.pages import Name, Number
from gallery.pages.artist import known_artist
from gallery.pages.like import By, find_similar
from gallery.pages.search import LONGEST, find, read_question
from gallery.pagination import work_page
from gallery.stats.similar_works import Sense
from gallery.threads import ARCHIVE, MEMORY, in_threads
from gallery.urls import Urls
from storage.archive.manifest import Candidate, Nearest, Pool, Shown, Tuning
from storage.catalogue import ArtistRow, WorkRow


class ApiError(BaseModel):
    """What was wrong with a request."""

    error: str
    status: int


class Picture(BaseModel):
    """A work's picture: the original, and copies for showing by their width.

    `sha256` names the archived file; those that are handed out hold its pixels, and say besides
    where they come from.
    """

    url: str
    media_type: str
    width: int
    height: int
    sha256: str
    copies: dict[int, str]


class Work(BaseModel):
    """One work; `prompt` is null where the gallery does not show it.

    Where it is `veiled`, show its picture to those alone who ask for it.
    """

    id: str
    artist: str
    artist_title: str
    number: int
    title: str
    made_at: datetime
    concept: str
    concepts: tuple[str, ...]
    prompt: str | None
    novelty: float
    veiled: bool
    url: str
    picture: Picture


class WorkStory(Work):
    """One work, and how it came to be."""

    shown: tuple[Shown, ...]
    technique: str
    palette: tuple[str, ...]
    pool_before: Pool
    pool_after: Pool
    departed: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    nearest_text: Nearest | None
    nearest_image: Nearest | None
    beta: float = Field(description="β of the pick; the tuning's, unless feedback is on")
    tuning: Tuning
    composer: str
    painter: str
    digital_source_type: str


class Works(BaseModel):
    """One page of works."""

    works: list[Work]
    next: str | None


class SimilarWork(BaseModel):
    """A work that is like another; `cosine` of the angle between their vectors: 1 is the same."""

    cosine: float
    work: Work


class SimilarWorks(BaseModel):
    """The works that are most like one, the most alike first."""

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


class Artists(BaseModel):
    """Every artist, by name."""

    artists: list[Artist]


router = APIRouter(
    prefix="/api/v1",
    responses={
        400: {"model": ApiError},
        404: {"model": ApiError},
        410: {"model": ApiError, "description": "The work was taken down."},
        422: {"model": ApiError, "description": "Never sent: bad input is 400 or 404."},
        429: {"model": ApiError},
        503: {"model": ApiError},
    },
)

Filter = Annotated[str | None, Query()]
Cursor = Annotated[str | None, Query(max_length=96, description="from `next` of the page before")]
Words = Annotated[str, Query(min_length=1, max_length=LONGEST, description="what is looked for")]
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
    """Works from the newest down, all or those of an artist or with a concept."""
    _public(response)
    to = gallery.urls(request)
    shown = work_page(gallery, cursor, artist=artist, concept=concept, limit=limit)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    older = to.path(
        "api", "v1", "works", artist=artist, concept=concept, limit=limit, cursor=shown.older
    )
    return Works(
        works=[_work(gallery, to, row, titles[row.artist]) for row in shown.works],
        next=to.absolute(older) if shown.older else None,
    )


@router.get("/search")
def search_works(
    request: Request,
    gallery: GalleryDependency,
    response: Response,
    q: Words,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Works:
    """Works that show every word in title, concepts or prompt, from the newest down.

    Where no work shows them, those with words that begin so. Case, accents and plurals make no
    difference; a prompt is searched only where the gallery shows prompts.
    """
    _public(response)
    to = gallery.urls(request)
    shown, _ = find(gallery, read_question(gallery, q), cursor, limit=limit)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    older = to.path("api", "v1", "search", q=q, limit=limit, cursor=shown.older)
    return Works(
        works=[_work(gallery, to, row, titles[row.artist]) for row in shown.works],
        next=to.absolute(older) if shown.older else None,
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
    """The works of all artists that are most like one; 503 where no memory can be asked."""
    work = gallery.shown(artist, number)
    found = find_similar(gallery, work, by, limit=limit)
    _public(response)
    to = gallery.urls(request)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    return SimilarWorks(
        by=by,
        works=[
            SimilarWork(
                cosine=near.cosine, work=_work(gallery, to, near.work, titles[near.work.artist])
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
    return WorkStory(
        **dict(_work(gallery, gallery.urls(request), row, title)),
        shown=manifest.painting.shown,
        technique=manifest.painting.technique,
        palette=manifest.painting.palette,
        pool_before=manifest.inspiration.pool_before,
        pool_after=manifest.judgement.pool_after,
        departed=manifest.judgement.departed,
        candidates=manifest.inspiration.candidates,
        nearest_text=manifest.judgement.nearest_text,
        nearest_image=manifest.judgement.nearest_image,
        beta=manifest.beta,
        tuning=manifest.tuning,
        composer=manifest.composition.composer,
        painter=manifest.painting.painter,
        digital_source_type=manifest.painting.digital_source_type,
    )


@router.get("/{rest:path}", include_in_schema=False)
def nothing(rest: str) -> None:
    """Anything else below the API's address."""
    raise HTTPException(404, "The API has nothing at this address; see /api/openapi.json.")


def _public(response: Response) -> None:
    """Let caches hold the answer for a moment, and anybody's page read it."""
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
        works=gallery.catalogue.works.count(artist=row.name),
        paused=row.paused,
        url=to.absolute(to.artist(row.name)),
    )


def _work(gallery: Gallery, to: Urls, row: WorkRow, artist_title: str) -> Work:
    return Work(
        id=row.id,
        artist=row.artist,
        artist_title=artist_title,
        number=row.number,
        title=row.title,
        made_at=datetime.fromtimestamp(row.created_at, UTC),
        concept=row.concept,
        concepts=row.concepts,
        prompt=row.prompt if gallery.site.show_prompt else None,
        novelty=row.novelty,
        veiled=row.visibility == "blurred",
        url=to.absolute(to.work(row.artist, row.number)),
        picture=Picture(
            url=to.absolute(to.original(row)),
            media_type=row.media_type,
            width=row.width,
            height=row.height,
            sha256=row.image,
            copies={w: to.absolute(to.picture(row.image, f"{w}.webp")) for w in WIDTHS},
        ),
    )
