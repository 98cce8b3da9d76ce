"""The gallery as one object: stores, settings, and how pages are rendered.

Handlers ask for it as `GalleryDependency`; it is what `create_app` was given, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gallery.accounts import Admins
from gallery.charts.similarity_map import SimilarityMaps
from gallery.cookies.visitor import Visitors
from gallery.exceptions import WorkNotFound, WorkRemoved
from gallery.images.metadata import ImageMetadata
from gallery.images.thumbnails import Thumbnails
from gallery.middleware.etag import answer
from gallery.site import SiteSettings
from gallery.stats.counts import WorkCounts
from gallery.stats.repeated_picks import RepeatedPicks
from gallery.stats.similar_works import SimilarWorksIndex
from gallery.study_answers import Study
from gallery.urls import Urls
from gallery.voting.ballot_box import BallotBox
from gallery.voting.ranking import Rankings
from gallery.voting.vote_limit import VoteLimit
from storage.archive.archive import Archive
from storage.archive.manifest import Inspiration, Tuning, work_id
from storage.catalogue import Catalogue, WorkRow

Preview = Callable[[str, Tuning], Inspiration]
"""What an artist would pick now, with another tuning."""


@dataclass(frozen=True)
class Gallery:
    """Catalogue and archive, seen through the site's settings and templates.

    `secret` signs what visitors bring back: cookies and ballots. `preview` is there where the
    artist works in the same process, `similar_works` where a memory can be asked.
    """

    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    secret: bytes
    visitors: Visitors
    ballots: BallotBox
    vote_limit: VoteLimit | None
    rankings: Rankings
    admins: Admins | None
    preview: Preview | None
    image_metadata: ImageMetadata
    thumbnails: Thumbnails
    work_counts: WorkCounts
    repeated_picks: RepeatedPicks
    maps: SimilarityMaps
    similar_works: SimilarWorksIndex | None
    study: Study | None
    templates: Environment

    def urls(self, request: Request) -> Urls:
        """Addresses as this visitor sees them."""
        return Urls.of(request, self.site)

    def shown(self, artist: str, number: int) -> WorkRow:
        """A work that visitors may see.

        Raises:
            WorkNotFound: there is no such work.
            WorkRemoved: it is held back or hidden.
        """
        work = self.catalogue.works.get(work_id(artist, number))
        if work is None:
            raise WorkNotFound(f"There is no work {number} by “{artist}”.")
        if work.visibility == "held":
            raise WorkRemoved("it waits for somebody to look at it")
        if not work.visible:
            raise WorkRemoved(work.visibility_reason)
        return work

    def render(self, request: Request, template: str, **values: Any) -> str:
        """A page's text."""
        return self.templates.get_template(template).render(
            site=self.site, to=self.urls(request), here=request.url.path, **values
        )

    def page(self, request: Request, template: str, *, fresh: int = 30, **values: Any) -> Response:
        """A page that caches may hold for `fresh` seconds, and ask after from then on."""
        body = self.render(request, template, **values).encode()
        return answer(request, body, media_type="text/html", fresh=fresh)

    def private_page(self, request: Request, template: str, **values: Any) -> Response:
        """A page that is this visitor's alone, and kept by nobody."""
        body = self.render(request, template, **values)
        return HTMLResponse(body, headers={"Cache-Control": "no-store"})


async def _gallery_of(request: Request) -> Gallery:
    gallery: Gallery = request.app.state.gallery
    return gallery


GalleryDependency = Annotated[Gallery, Depends(_gallery_of)]
"""The gallery that a request came to."""
