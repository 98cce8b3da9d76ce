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
from gallery.admin import account as admin_account
from gallery.admin import artist as admin_artist
from gallery.admin import auth, control_api, edit, log, overview, publications, site_page, spending
from gallery.admin import works as admin_works
from gallery.api_tokens import ApiTokens
from gallery.artist_editing import ArtistEditing
from gallery.charts.similarity_map import SimilarityMaps
from gallery.cookies.visitor import Visitors
from gallery.error_pages import add_error_pages
from gallery.fediverse import Federation
from gallery.fediverse import routes as fediverse
from gallery.feeds import routes as feeds
from gallery.gallery import EncodeText, Gallery, Preview
from gallery.html.templating import STATIC, environment, preload_templates
from gallery.images.c2pa import Credentials
from gallery.images.certificate import CertificateFiles
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.images.stages import Stages
from gallery.images.watermark import Watermark
from gallery.live_status import Watch, versions_of
from gallery.middleware.etag import FOR_EVER
from gallery.middleware.rate_limit import RateLimit
from gallery.middleware.response_cache import ResponseCache
from gallery.middleware.security_headers import SecurityHeaders, refuse_control_characters
from gallery.pages import (
    api_page,
    artist,
    concept,
    diary,
    explain,
    explore,
    favourites,
    like,
    lineage,
    maps,
    now,
    numbers,
    search,
    site_text,
    stream,
    studio,
    study,
    vote,
    wall,
    work,
)
from gallery.pick_reason import PickReasons
from gallery.routes import api, health, images, sharing, sitemap
from gallery.site import SiteSettings
from gallery.stats.concept_reasons import ConceptReasons
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
    now,
    stream,
    explore,
    artist,
    diary,
    work,
    like,
    lineage,
    maps,
    studio,
    concept,
    explain,
    search,
    favourites,
    numbers,
    vote,
    wall,
    site_text,
    api_page,
    study,
    images,
    sharing,
    control_api,
    api,  # after those whose addresses it answers with 404
    sitemap,
    health,
    auth,
    overview,
    admin_artist,
    edit,
    admin_works,
    publications,
    spending,
    log,
    admin_account,
    site_page,
)


_LOG = logging.getLogger(__name__)

_PAGE_THREADS = 3
"""Pages rendered in parallel. Rendering is bound by the processor, so more threads would be slower.
Slow work has threads of its own (`gallery.threads`)."""

_SWITCH_SECONDS = 0.0005
"""How long one thread may hold the interpreter while another, or the event loop, waits for it."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _PAGE_THREADS
    sys.setswitchinterval(_SWITCH_SECONDS)
    gallery: Gallery = app.state.gallery
    await run_in_threadpool(preload_templates, gallery.templates)
    if gallery.admins is not None:
        await run_in_threadpool(_check_admins, gallery.admins)
    ballots = gallery.ballots
    flushing = asyncio.create_task(_flush_regularly(ballots))
    yield
    flushing.cancel()
    await work_in(WRITING, ballots.flush)


def _check_admins(admins: Admins) -> None:
    """Log an unreadable file of admins at the start, not only at the first sign-in."""
    try:
        admins.any()
    except AdminsError as error:
        _LOG.error("%s", error)


async def _flush_regularly(ballots: BallotBox) -> None:
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
    api_tokens: ApiTokens | None = None,
    preview: Preview | None = None,
    encode: EncodeText | None = None,
    editing: ArtistEditing | None = None,
    memory_of: MemoryOf | None = None,
    credentials: Credentials | CertificateFiles | None = None,
    watermark: Watermark | None = None,
    study: Study | None = None,
    federation: Federation | None = None,
    limited: bool = True,
) -> FastAPI:
    """The gallery of one catalogue and its archive; it closes neither.

    `secret` signs cookies; without one a random key is used, and cookies are valid until the
    process ends. `admins` may sign in to the admin pages, and programs with one of `api_tokens`
    control artists; `preview` computes what an artist would pick; `editing`
    creates and edits artists. With `memory_of`, similar works
    are found, and with `encode`, too, works by the meaning of words; with `credentials`, pictures
    are signed; with `watermark`, they have one; a `study` has its pages at `/study/`; with
    `federation`, people on other servers follow the artists. `limited` turns the limits of rates
    on.
    """
    secret = secrets.token_bytes(32) if secret is None else secret
    app = FastAPI(
        title=site.title,
        description=site.tagline,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
        dependencies=[Depends(refuse_control_characters)],
    )

    image_metadata = ImageMetadata(catalogue, archive, site, credentials, watermark)
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
        api_tokens=api_tokens,
        preview=preview,
        encode=encode,
        editing=editing,
        image_metadata=image_metadata,
        thumbnails=open_thumbnails(archive, image_metadata),
        stages=Stages(archive),
        work_counts=WorkCounts(catalogue),
        repeated_picks=RepeatedPicks(catalogue),
        pick_reasons=PickReasons(archive),
        concept_reasons=ConceptReasons(archive),
        maps=SimilarityMaps(catalogue),
        similar_works=None if memory_of is None else SimilarWorksIndex(catalogue, memory_of),
        study=study,
        templates=environment(),
    )
    app.state.federation = federation
    routed = _ROUTED if federation is None else (*_ROUTED, fediverse)
    for module in routed:
        app.include_router(module.router)
    app.mount("/static", _VersionedFiles(directory=STATIC), name="static")
    if study is not None:
        app.mount("/study", StaticFiles(directory=study.public, html=True), name="study")
    add_error_pages(app)
    app.add_middleware(GZipMiddleware, compresslevel=4)
    app.add_middleware(
        ResponseCache,
        routes=[route for module in routed for route in module.router.routes],
        edition=lambda: catalogue.works.decisions + catalogue.artists.edits,
        by_host=site.base_url is None,
    )
    if limited:
        app.add_middleware(RateLimit)
    app.add_middleware(SecurityHeaders)
    return app


class _VersionedFiles(StaticFiles):
    """Static files; caches may keep a file without limit if the request names its version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if path.endswith(".gz"):
            response.headers["Content-Type"] = "application/gzip"  # and is not compressed again
        if "v" in Request(scope).query_params:
            response.headers["Cache-Control"] = FOR_EVER
        return response
