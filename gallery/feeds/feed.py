"""The content of a feed, independent of its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request

from gallery.gallery import Gallery
from gallery.images.thumbnails import WIDTHS
from gallery.pagination import moment_of
from gallery.urls import tag, work_tag
from storage.catalogue import WorkRow

ENTRIES = 30
"""Works that a document of a feed lists at least, where there are so many."""

MOST_ENTRIES = 500
"""Works that it lists at most."""

THUMBNAIL = WIDTHS[0]
"""Width in pixels of the picture that readers show in a list."""

DAY = 86400.0
"""Seconds of work that it lists at least: a reader that looks once a day misses nothing."""


@dataclass(frozen=True)
class Entry:
    """One work in a feed, with absolute addresses and its content as `html`.

    Blurred pictures are left out: readers would show them unblurred.
    """

    id: str
    work: WorkRow
    artist: str
    page: str
    picture: str | None
    thumbnail: str | None
    original: str | None
    html: str


@dataclass(frozen=True)
class Feed:
    """A feed; `page` is the address of the same list as a page, `folder` the feed's own folder.

    `updated` is the time of the last change of its content. `before` is the cursor of a document
    with earlier works (RFC 5005, paged feeds), `older` that of the next one; `hub` is the address
    of a WebSub hub.
    """

    id: str
    title: str
    page: str
    folder: str
    updated: datetime
    entries: Sequence[Entry]
    before: str | None = None
    older: str | None = None
    hub: str | None = None

    def address(self, kind: str) -> str:
        """The feed's address in one of its formats, `atom` or `json`."""
        return f"{self.folder}feed.{kind}"

    def here(self, kind: str) -> str:
        """The address of this document."""
        return self._from(kind, self.before)

    def next(self, kind: str) -> str | None:
        """The address of the document with earlier works, if there are any."""
        return None if self.older is None else self._from(kind, self.older)

    def _from(self, kind: str, cursor: str | None) -> str:
        query = "" if cursor is None else f"?{urlencode({'before': cursor})}"
        return self.address(kind) + query


def gather(
    request: Request,
    gallery: Gallery,
    *,
    artist: str | None = None,
    concept: str | None = None,
    before: str | None = None,
) -> Feed:
    """The newest works, or those `before` one: of all artists, of one, or with one concept.

    Raises:
        HTTPException: 400; the cursor names no work.
    """
    to = gallery.urls(request)
    artists = {row.name: row.created for row in gallery.catalogue.artists.all()}
    works, more = _listed(gallery, artist, concept, before)
    entries = []
    for work in works:
        blurred = work.visibility == "blurred"
        copies = [f"{WIDTHS[1]}.webp", f"{THUMBNAIL}.webp"]
        picture, thumbnail = (
            None if blurred else to.absolute(to.picture(work.image, copy)) for copy in copies
        )
        entries.append(
            Entry(
                id=work_tag(artists[work.artist], work),
                work=work,
                artist=artists[work.artist].title,
                page=to.absolute(to.work(work.artist, work.number)),
                picture=picture,
                thumbnail=thumbnail,
                original=None if blurred else to.absolute(to.original(work)),
                html=gallery.render(request, "partials/entry.html", work=work),
            )
        )
    title, page = gallery.titled().title, to.path()
    # The id of a feed of all artists is derived from the first artist.
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
    if before is None:
        updated = gallery.catalogue.changes.since(place, content)
    else:
        updated = max((work.changed_at for work in works), default=0.0)
    return Feed(
        id=tag(owner, *about) if owner else "tag:cultural-alien,2026-01-01:stream",
        title=title,
        page=to.absolute(page),
        folder=to.absolute(page.rstrip("/") + "/"),
        updated=datetime.fromtimestamp(updated, UTC),
        entries=entries,
        before=before,
        older=works[-1].id if more and not gallery.site.static else None,
        hub=None if gallery.site.static else gallery.site.hub,
    )


def _listed(
    gallery: Gallery, artist: str | None, concept: str | None, before: str | None
) -> tuple[Sequence[WorkRow], bool]:
    """The works of one document, and whether there are earlier ones."""
    newest, works = gallery.catalogue.works.newest, list[WorkRow]()
    moment_of(gallery, before)  # refuses a cursor that names no work
    while True:
        found = newest(artist=artist, concept=concept, before=before, limit=ENTRIES + 1)
        works += found[:ENTRIES]
        more = len(found) > ENTRIES
        if not more or len(works) + ENTRIES > MOST_ENTRIES:
            return works, more
        if works[0].created_at - found[ENTRIES].created_at > DAY:
            return works, more
        before = works[-1].id
