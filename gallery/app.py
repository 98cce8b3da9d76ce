"""Create the gallery's web application."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gallery.accounts import Admins, AdminsError
from gallery.admin import auth, dashboard, review
from gallery.charts.similarity_map import SimilarityMaps
from gallery.cookies.visitor import Visitors
from gallery.error_pages import add_error_pages
from gallery.feeds import routes as feeds
from gallery.gallery import Gallery, Preview
from gallery.html.templating import STATIC, environment, preload_templates
from gallery.images.c2pa import Credentials
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.live_status import Watch, versions_of
from gallery.middleware.etag import FOR_EVER
from gallery.middleware.rate_limit import RateLimit
from gallery.middleware.response_cache import ResponseCache
from gallery.middleware.security_headers import SecurityHeaders, refuse_control_characters
from gallery.pages import (
    artist,
    concept,
    favourites,
    like,
    lineage,
    maps,
    numbers,
    search,
    stream,
    studio,
    study,
    vote,
    wall,
    work,
)
from gallery.routes import api, health, images, sitemap
from gallery.site import SiteSettings
from gallery.stats.counts import WorkCounts
from gallery.stats.repeated_picks import RepeatedPicks
from gallery.stats.similar_works import MemoryOf, SimilarWorksIndex
from gallery.study_answers import Study
from gallery.threads import WRITING, work_in
from gallery.voting import ballot_box
from gallery.voting.ballot_box import BallotBox
from gallery.voting.ranking import Rankings
from gallery.voting.vote_limit import VoteLimit
from storage.archive.archive import Archive
from storage.catalogue import Catalogue
from storage.errors import StorageError

_ROUTED = (
    feeds,  # before concepts, whose names may hold slashes
    stream,
    artist,
    work,
    like,
    lineage,
    maps,
    studio,
    concept,
    search,
    favourites,
    numbers,
    vote,
    wall,
    study,
    images,
    api,
    sitemap,
    health,
    auth,
    dashboard,
    review,
)


_LOG = logging.getLogger(__name__)

_HANDS = 3
"""Pages made side by side. They want the processor, not patience: more would only be in each
other's way. What takes long has other threads (`gallery.threads`)."""

_TURN_SECONDS = 0.0005
"""How long one hand may keep the interpreter while another, or the loop that answers, wants it."""


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _HANDS
    sys.setswitchinterval(_TURN_SECONDS)
    gallery: Gallery = app.state.gallery
    await run_in_threadpool(preload_templates, gallery.templates)
    if gallery.admins is not None:
        await run_in_threadpool(_look_at, gallery.admins)
    ballots = gallery.ballots
    emptying = asyncio.create_task(_empty_now_and_then(ballots))
    yield
    emptying.cancel()
    await work_in(WRITING, ballots.flush)


def _look_at(admins: Admins) -> None:
    """Tell at once where nobody can sign in, and not only those who try."""
    try:
        admins.any()
    except AdminsError as error:
        _LOG.error("%s", error)


async def _empty_now_and_then(ballots: BallotBox) -> None:
    while True:
        try:
            await work_in(WRITING, ballots.flush)
        except StorageError as error:
            _LOG.error("Votes could not be archived yet: %s", error)
        await asyncio.sleep(ballot_box.SECONDS)


def create_app(
    catalogue: Catalogue,
    archive: Archive,
    *,
    site: SiteSettings,
    secret: bytes | None = None,
    admins: Admins | None = None,
    preview: Preview | None = None,
    memory_of: MemoryOf | None = None,
    credentials: Credentials | None = None,
    study: Study | None = None,
    limited: bool = True,
) -> FastAPI:
    """The gallery of one catalogue and its archive; it owns neither.

    `secret` signs cookies; without one they are forgotten when the process ends. `admins` may come
    to the admin pages; `preview` tells them what an artist would pick. With `memory_of`, works that
    are alike can be found; with `credentials`, files handed out are signed; a `study` has its pages
    at `/study/`. `limited` is how much one visitor may ask for at a time.
    """
    secret = secrets.token_bytes(32) if secret is None else secret
    app = FastAPI(
        title=site.title,
        description=site.tagline,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_life,
        dependencies=[Depends(refuse_control_characters)],
    )

    image_metadata = ImageMetadata(catalogue, archive, site, credentials)
    app.state.watch = Watch(partial(versions_of, catalogue))
    app.state.gallery = Gallery(
        catalogue=catalogue,
        archive=archive,
        site=site,
        secret=secret,
        visitors=Visitors(secret),
        ballots=BallotBox(catalogue, archive),
        vote_limit=VoteLimit() if limited else None,
        rankings=Rankings(catalogue),
        admins=admins,
        preview=preview,
        image_metadata=image_metadata,
        thumbnails=open_thumbnails(archive, image_metadata),
        work_counts=WorkCounts(catalogue),
        repeated_picks=RepeatedPicks(catalogue),
        maps=SimilarityMaps(catalogue),
        similar_works=None if memory_of is None else SimilarWorksIndex(catalogue, memory_of),
        study=study,
        templates=environment(),
    )
    for module in _ROUTED:
        app.include_router(module.router)
    app.mount("/static", _VersionedFiles(directory=STATIC), name="static")
    if study is not None:
        app.mount("/study", StaticFiles(directory=study.public, html=True), name="study")
    add_error_pages(app)
    app.add_middleware(GZipMiddleware, compresslevel=4)
    app.add_middleware(
        ResponseCache,
        routes=[route for module in _ROUTED for route in module.router.routes],
        edition=lambda: catalogue.works.decisions,
        by_host=site.base_url is None,
    )
    if limited:
        app.add_middleware(RateLimit)
    app.add_middleware(SecurityHeaders)
    return app


class _VersionedFiles(StaticFiles):
    """Files that may be kept forever when they are asked for with their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if "v" in Request(scope).query_params:
            response.headers["Cache-Control"] = FOR_EVER
        return response
