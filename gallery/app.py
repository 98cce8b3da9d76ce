"""The gallery as a web application, put together from what it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gallery import api, crawlers, health, pictures
from gallery.conditional import FOR_EVER
from gallery.errors import add_error_pages
from gallery.feeds import routes as feeds
from gallery.gallery import Gallery
from gallery.kept import KeptAnswers
from gallery.pages import artist, concept, lineage, numbers, stream, wall, work
from gallery.security import SecurityHeaders, refuse_control_characters
from gallery.site import SiteSettings
from gallery.tallies import Tallies
from gallery.templating import STATIC, environment
from gallery.thumbnails import Thumbnails
from storage.archive import Archive
from storage.catalogue import Catalogue

_ROUTED = (
    stream,
    artist,
    work,
    lineage,
    concept,
    numbers,
    wall,
    pictures,
    feeds,
    api,
    crawlers,
    health,
)


_HANDS = 6
"""Pages made side by side. They want the processor, not patience: more would only get in each
other's way."""


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _HANDS
    yield


def create_app(catalogue: Catalogue, archive: Archive, *, site: SiteSettings) -> FastAPI:
    """The gallery of one catalogue and its archive; it reads both and owns neither."""
    app = FastAPI(
        title=site.title,
        description=site.tagline,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_life,
        dependencies=[Depends(refuse_control_characters)],
    )
    app.state.gallery = Gallery(
        catalogue=catalogue,
        archive=archive,
        site=site,
        thumbnails=Thumbnails(archive),
        tallies=Tallies(catalogue),
        templates=environment(),
    )
    for module in _ROUTED:
        app.include_router(module.router)
    app.mount("/static", _VersionedFiles(directory=STATIC), name="static")
    add_error_pages(app)
    app.add_middleware(GZipMiddleware, compresslevel=4)
    app.add_middleware(KeptAnswers)
    app.add_middleware(SecurityHeaders)
    return app


class _VersionedFiles(StaticFiles):
    """Files that may be kept for ever when they are asked for with their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if "v" in Request(scope).query_params:
            response.headers["Cache-Control"] = FOR_EVER
        return response
