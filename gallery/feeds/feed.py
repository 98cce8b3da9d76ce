"""The content of a feed, independent of its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from gallery.gallery import Gallery
from gallery.images.thumbnails import WIDTHS
from gallery.urls import tag, work_tag
from storage.catalogue import WorkRow

ENTRIES = 30
"""Works that a feed lists; older ones are found through the API."""


@dataclass(frozen=True)
class Entry:
    """One work in a feed, all addresses absolute; `html` shows it to readers that show pages.

    Blurred pictures are left out: readers would show them unblurred.
    """

    id: str
    work: WorkRow
    artist: str
    page: str
    picture: str | None
    original: str | None
    html: str


@dataclass(frozen=True)
class Feed:
    """A list of works that goes on; `page` shows it to people, `folder` is where it lies.

    `updated` is since when it has shown what it does.
    """

    id: str
    title: str
    page: str
    folder: str
    updated: datetime
    entries: Sequence[Entry]

    def address(self, kind: str) -> str:
        """Where the feed is found in one of its formats, `atom` or `json`."""
        return f"{self.folder}feed.{kind}"


def gather(
    request: Request,
    gallery: Gallery,
    *,
    artist: str | None = None,
    concept: str | None = None,
) -> Feed:
    """The newest works of all artists, of one, or with one concept."""
    to = gallery.urls(request)
    artists = {row.name: row.created for row in gallery.catalogue.artists.all()}
    entries = []
    for work in gallery.catalogue.works.newest(artist=artist, concept=concept, limit=ENTRIES):
        veiled = work.visibility == "blurred"
        picture = None if veiled else to.absolute(to.picture(work.image, f"{WIDTHS[1]}.webp"))
        entries.append(
            Entry(
                id=work_tag(artists[work.artist], work),
                work=work,
                artist=artists[work.artist].title,
                page=to.absolute(to.work(work.artist, work.number)),
                picture=picture,
                original=None if veiled else to.absolute(to.original(work)),
                html=gallery.render(request, "partials/entry.html", work=work),
            )
        )
    title, page = gallery.site.title, to.path()
    # A feed that is nobody's belongs to the place where the first artist was born.
    owner = min(artists.values(), key=lambda created: created.at, default=None)
    about = ["stream"]
    if artist is not None:
        title, page, owner = (
            f"{artists[artist].title} – {title}",
            to.artist(artist),
            artists[artist],
        )
        about = ["feed"]
    elif concept is not None:
        title, page, about = f"{concept} – {title}", to.concept(concept), ["concepts", concept]
    place = "/".join(("exported" if gallery.site.static else "living", str(page)))
    shown = [(entry, entry.work.changed_at) for entry in entries]
    content = repr((title, shown)).replace(to.origin, "")
    return Feed(
        id=tag(owner, *about) if owner else "tag:cultural-alien,2026-01-01:stream",
        title=title,
        page=to.absolute(page),
        folder=to.absolute(page.rstrip("/") + "/"),
        updated=datetime.fromtimestamp(gallery.catalogue.changes.since(place, content), UTC),
        entries=entries,
    )
