"""The gallery as one object: stores, settings, and how pages are rendered.

Handlers get it as `GalleryDependency`; `create_app` makes it.
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
from gallery.api_tokens import ApiTokens
from gallery.artist_editing import ArtistEditing
from gallery.charts.similarity_map import SimilarityMaps
from gallery.cookies.visitor import Visitors
from gallery.exceptions import WorkNotFound, WorkNotYetShown, WorkRemoved
from gallery.images.metadata import ImageMetadata
from gallery.images.stages import Stages
from gallery.images.thumbnails import Thumbnails
from gallery.middleware.etag import answer
from gallery.pick_reason import PickReasons
from gallery.site import SiteSettings, titled
from gallery.stats.concept_reasons import ConceptReasons
from gallery.stats.counts import WorkCounts
from gallery.stats.repeated_picks import RepeatedPicks
from gallery.stats.similar_works import SimilarWorksIndex
from gallery.study_answers import Study
from gallery.urls import Urls
from gallery.voting.ballot_box import BallotBox
from gallery.voting.ranking import Rankings
from gallery.voting.vote_limit import VoteLimit
from storage.archive.archive import Archive
from storage.archive.manifest import Float32, Inspiration, Tuning, work_id
from storage.catalogue import Catalogue, WorkRow

Preview = Callable[[str, Tuning], Inspiration]
"""The pick that an artist would make now with another tuning: (artist, tuning) → inspiration."""


EncodeText = Callable[[str], Float32]
"""The vector of a text, by the encoder of the artists' prompts; raises UserFacingError."""


@dataclass(frozen=True)
class Gallery:
    """Catalogue, archive, the site's settings and everything else that handlers need.

    `secret` signs cookies and ballots. `preview` is set if the artist runs in the same process or a
    worker can be asked, and so is `encode`, which gives a text's vector for search by meaning;
    `editing` is set if artists can be created and edited, `similar_works` if there is a memory.
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
    api_tokens: ApiTokens | None
    preview: Preview | None
    encode: EncodeText | None
    editing: ArtistEditing | None
    image_metadata: ImageMetadata
    thumbnails: Thumbnails
    stages: Stages
    work_counts: WorkCounts
    repeated_picks: RepeatedPicks
    pick_reasons: PickReasons
    concept_reasons: ConceptReasons
    maps: SimilarityMaps
    similar_works: SimilarWorksIndex | None
    study: Study | None
    templates: Environment

    def urls(self, request: Request) -> Urls:
        """Addresses as this visitor sees them."""
        return Urls.of(request, self.site)

    def titled(self) -> SiteSettings:
        """The site's settings with its title of this moment."""
        return titled(self.site, self.catalogue)

    def shown(self, artist: str, number: int) -> WorkRow:
        """A work that visitors may see.

        Raises:
            WorkNotFound: there is no such work.
            WorkNotYetShown: it is held for review.
            WorkRemoved: it is hidden or taken down.
        """
        work = self.catalogue.works.get(work_id(artist, number))
        if work is None:
            raise WorkNotFound(f"There is no work {number} by “{artist}”.")
        require_visible(work)
        return work

    def render(self, request: Request, template: str, **values: Any) -> str:
        """The HTML of a page."""
        return self.templates.get_template(template).render(
            site=self.titled(), to=self.urls(request), here=request.url.path, **values
        )

    def page(self, request: Request, template: str, *, fresh: int = 30, **values: Any) -> Response:
        """A page that caches may hold for `fresh` seconds, and must revalidate then."""
        body = self.render(request, template, **values).encode()
        return answer(request, body, media_type="text/html", fresh=fresh)

    def private_page(self, request: Request, template: str, **values: Any) -> Response:
        """A page for this visitor only, which no cache stores."""
        body = self.render(request, template, **values)
        return HTMLResponse(body, headers={"Cache-Control": "no-store"})


def require_visible(work: WorkRow) -> None:
    """Raise what `Gallery.shown` raises, unless visitors may see the work."""
    if work.visibility == "held":
        raise WorkNotYetShown
    if work.visibility == "removed":
        raise WorkRemoved(work.visibility_reason, title="This work was taken down")
    if not work.visible:
        raise WorkRemoved(work.visibility_reason)


async def _gallery_of(request: Request) -> Gallery:
    gallery: Gallery = request.app.state.gallery
    return gallery


GalleryDependency = Annotated[Gallery, Depends(_gallery_of)]
"""The gallery that serves a request."""
