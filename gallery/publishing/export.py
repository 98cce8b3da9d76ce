"""Export the whole gallery as static files, feeds included.

The pages are requested from the gallery's app one by one. Later exports write only what a new work
changes; a file with equal bytes is not written, so that a CDN keeps it. A page that can't be made
is reported, and the next export tries it again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import httpx2 as httpx
from fastapi import FastAPI

from gallery.diary.entries import months_of
from gallery.diary.facts import day_of
from gallery.diary.sentences import month_of
from gallery.html.templating import STATIC, version_of_pages
from gallery.images.prepare import prepare
from gallery.images.thumbnails import JPEGS, KINDS, SQUARE
from gallery.number_ranges import LINEAGE, NUMBERS, fixed_ranges
from gallery.pages.numbers import CSV_FILES
from gallery.pages.wall import WORKS
from gallery.path_names import decode_name
from gallery.publishing.blank import BLANK_PICTURE, removed_page
from gallery.site import SiteSettings, titled
from gallery.urls import StaticUrls, Urls
from storage.archive.archive import ObjectStore
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectMissing

STATE: Final = "export.json"
"""File in the target with the state of the last export."""

_CHANGED_BY_A_WORK: Final = ("", "works", "explore", "concepts", "artists", "how", "map", "wall")
_LIVE: Final = (SQUARE, *JPEGS.values())
"""Copies that no exported page shows."""

_BLOCK: Final = 10_000
_LOG = logging.getLogger(__name__)


class ExportFailed(Exception):  # noqa: N818 - reads as what it says
    """The stores are unavailable; the files so far are complete, and the next export goes on."""


@dataclass(frozen=True)
class Exported:
    """The result of an export: pages and pictures compared, and files written.

    `failed` has the pages that could not be made, each with the reason.
    """

    looked_at: int
    written: int
    failed: Mapping[str, str]


@dataclass(frozen=True)
class _State:
    """The state of an export: a hash of the look, the newest works, and works not shown.

    Templates, settings and artists make the look. `failed` are the pages that could not be made.
    """

    look: str
    newest: dict[str, int]
    withheld: dict[str, str]
    failed: Sequence[str] = ()


@dataclass
class Export:
    """Writes one gallery to one store; `app` was made with `site`, whose `static` is true."""

    app: FastAPI
    site: SiteSettings
    catalogue: Catalogue
    target: ObjectStore
    progress: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        if not self.site.static:
            raise ValueError("export needs a site with the setting static = true")
        self.site = titled(self.site, self.catalogue)
        self._to = StaticUrls.public(self.site)
        self._live = Urls(self._to.origin, "")
        self._looked_at = self._written = 0
        self._failed: dict[str, str] = {}

    async def run(self) -> Exported:
        """Bring the target up to date.

        Raises:
            ExportFailed: the gallery's stores are unavailable.
            StorageUnavailable: the target is unavailable, full or read-only.
        """
        self._looked_at = self._written = 0
        self._failed = {}
        before, now, seen = self._before(), self._now(), set[str]()
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self._to.origin) as client:
            async for key, data, media_type in self._files(client, before, now):
                self._write(key, data, media_type)
                self._looked_at += 1
                self.progress(self._looked_at)
                seen.add(key)
        if before is not None and _is_complete(before, now):
            if before.withheld == now.withheld:
                seen |= {self._key(self._static(path)) for path in self._failed}
            self._replace_orphans(seen)
        state = json.dumps({**vars(now), "failed": list(self._failed)}, sort_keys=True)
        self._write(STATE, state.encode(), "application/json")
        return Exported(self._looked_at, self._written, self._failed)

    def _replace_orphans(self, seen: set[str]) -> None:
        """Replace pages and feeds outside the gallery by a notice: they may show hidden works.

        The notice redirects to the new address of a page, if there is one.
        """
        known = {key.casefold(): key for key in seen}
        for key in list(self.target.keys()):
            if key in seen or key == STATE or not key.endswith((".html", ".atom", ".json")):
                continue
            twin = known.get(key.casefold())
            if twin is not None and self.target.get(twin) == self.target.get(key):
                continue  # the same file, on a file system that ignores case
            folders = [decode_name(part) for part in key.split("/")[:-1]]
            if folders[:1] == ["before"]:  # pages of the stream in earlier releases
                folders.insert(0, "works")
            moved = self._to.path(*folders) if folders and key.endswith(".html") else ""
            there = moved if self._key(moved) in seen and moved else None
            self._write(key, removed_page(self.site, self._to, moved=there), "text/html")

    def _before(self) -> _State | None:
        try:
            return _State(**json.loads(self.target.get(STATE)))
        except (ObjectMissing, ValueError, TypeError):
            return None

    def _now(self) -> _State:
        artists = {row.name: row.created for row in self.catalogue.artists.all()}
        words = [created.model_dump_json() for created in artists.values()]
        settings = "".join([self.site.model_dump_json(), *words, version_of_pages()])
        withheld = self.catalogue.works.not_public(limit=100_000)
        return _State(
            look=hashlib.sha256(settings.encode()).hexdigest(),
            newest=dict(self.catalogue.works.newest_numbers(list(artists))),
            withheld={work.id: f"{work.visibility}: {work.visibility_reason}" for work in withheld},
        )

    async def _files(
        self, client: httpx.AsyncClient, before: _State | None, now: _State
    ) -> AsyncIterator[tuple[str, bytes, str]]:
        complete = before is None or _is_complete(before, now)
        since = {} if complete or before is None else before.newest
        self._prepare(self._works_since(since))
        new = list(self._works_since(since))
        failed = () if complete or before is None else before.failed
        for path in chain(self._pages(new, complete=complete), self._new_pictures(new), failed):
            if (page := await self._page(client, path)) is not None:
                yield page
        for work in self._withheld_now(before, now):
            for key, data, media_type in self._blanks(work):
                yield key, data, media_type

    def _prepare(self, works: Iterable[WorkRow]) -> None:
        """Make missing placeholders first, so that a later export does not change the pages."""
        thumbnails = self.app.state.gallery.thumbnails
        for work in [work for work in works if not work.placeholder]:
            prepare(self.catalogue, thumbnails, work)

    def _works_since(self, newest: dict[str, int]) -> Iterator[WorkRow]:
        """New works, and the one before each artist's first new one, which now links to it."""
        for artist in self.catalogue.artists.all():
            after = newest.get(artist.name, 0)
            for work in self.catalogue.works.all(artist.name, first=max(1, after)):
                if work.visible:
                    yield work

    def _pages(self, new: Sequence[WorkRow], *, complete: bool) -> Iterator[str]:
        """Addresses in the live gallery of every page that new works change."""
        to = self._live
        if complete:
            yield from (to.path("static", file.name) for file in _static_files())
        artists = [artist.name for artist in self.catalogue.artists.all()]
        yield from (to.path(part) if part else to.path() for part in _CHANGED_BY_A_WORK)
        yield from ("/feed.atom", "/feed.json", "/map.json", "/robots.txt", "/sitemap.xml")
        yield to.path("about")
        yield from (to.path("about", text.name) for text in self.site.texts)
        yield to.path("api", "v1", "works", limit=WORKS)
        yield from self._older(partial(to.path, "works"), first_only=not complete)
        for name in artists:
            for room in ("", "lineage", "map", "numbers", "diary"):
                yield to.artist(name, *([room] if room else []))
            for file in ("feed.atom", "feed.json", "map.json", "diary.atom", *CSV_FILES):
                yield to.artist(name, file)
            yield from self._diary(name, new, complete=complete)
            newest = self.catalogue.works.newest_number(name)
            yield from (
                to.path("sitemaps", name, f"{block}.xml")
                for block in range((newest + _BLOCK - 1) // _BLOCK)
            )
            for room, length in (("lineage", LINEAGE), ("numbers", NUMBERS)):
                pages = (to.artist(name, room, until=n) for n in fixed_ranges(newest, length))
                yield from (page for page in pages if complete or not self._is_there(page))
            yield from self._older(
                lambda before, name=name: to.artist(name, before=before),
                artist=name,
                first_only=not complete,
            )
        for concept in sorted({concept for work in new for concept in work.concepts}):
            yield to.concept(concept)
            yield to.concept(concept, "feed.atom")
            yield to.concept(concept, "feed.json")
            yield from self._older(
                lambda before, concept=concept: to.concept(concept, before=before),
                concept=concept,
                first_only=not complete,
            )
        for work in new:
            yield to.work(work.artist, work.number)

    def _diary(self, artist: str, new: Sequence[WorkRow], *, complete: bool) -> Iterator[str]:
        """The months of a diary since that of the first new work."""
        moments = [work.created_at for work in new if work.artist == artist]
        changed = month_of(day_of(min(moments))) if moments else None
        for month in months_of(self.catalogue, artist):
            page = self._live.artist(artist, "diary", month=month)
            if complete or (changed and month >= changed) or not self._is_there(page):
                yield page

    def _new_pictures(self, works: Iterable[WorkRow]) -> Iterator[str]:
        """Addresses of missing pictures; existing ones are skipped, since pictures never change."""
        paths = (path for work in works for path in self._pictures(work))
        return (path for path in paths if not self._is_there(path))

    def _pictures(self, work: WorkRow) -> Iterator[str]:
        """Addresses in the live gallery of all image files of a work."""
        yield from (self._live.picture(work.image, kind) for kind in KINDS if kind not in _LIVE)
        yield from (self._live.work(work.artist, work.number, f) for f in ("download", "qr.svg"))
        if work.visibility != "blurred":  # which has neither
            yield self._live.work(work.artist, work.number, "card.jpg")
            stages = self.app.state.gallery.stages.of(work.image)
            if stages is not None:
                yield from (self._live.stage(work.image, n + 1) for n in range(stages.count))

    def _older(
        self,
        address: Callable[..., str],
        *,
        artist: str | None = None,
        concept: str | None = None,
        first_only: bool,
    ) -> Iterator[str]:
        """The pages after a first one; since the last export only the newest of them can be new."""
        cursor: str | None = None
        total = self.catalogue.works.count(artist=artist, concept=concept, visible=True)
        limit = self.site.per_page + total % self.site.per_page
        while True:
            works = self.catalogue.works.newest(
                artist=artist, concept=concept, before=cursor, limit=limit + 1
            )
            if len(works) <= limit:
                return
            last = works[limit - 1]
            path = address(before=last.id)
            if first_only and self._is_there(path):
                return
            yield path
            cursor, limit = last.id, self.site.per_page

    async def _page(self, client: httpx.AsyncClient, path: str) -> tuple[str, bytes, str] | None:
        """A page as a file; None, with an entry in `_failed`, if it can't be made."""
        try:
            answer = await client.get(path)
        except Exception as error:
            # An unexpected error must not stop the other pages.
            reason = f"{type(error).__name__}: {error}"
        else:
            if answer.status_code == 503:
                raise ExportFailed(
                    f"{path} can't be exported: the gallery's stores are unavailable"
                )
            if answer.status_code == 200:
                media_type = answer.headers.get("content-type", "application/octet-stream")
                return self._key(self._static(path)), answer.content, media_type
            reason = f"the gallery answers {answer.status_code}"
        self._failed[path] = reason
        _LOG.warning("%s can't be exported: %s", path, reason)
        return None

    def _is_there(self, path: str) -> bool:
        return self.target.exists(self._key(self._static(path)))

    def _static(self, path: str) -> str:
        """The address in the exported gallery of a page of the live one."""
        parts, _, query = path.partition("?")
        names = [decode_name(unquote(part)) for part in parts.strip("/").split("/") if part]
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        values = {name: unquote(value) for name, _, value in pairs}
        if names[:2] == ["api", "v1"]:
            return self._to.path("works.json")
        if names[:1] == ["works"] and names[-1] == "download":
            work = self.catalogue.works.get(work_id(names[1], int(names[2])))
            assert work is not None
            return self._to.original(work)
        return self._to.path(*names, **values)

    def _key(self, path: str) -> str:
        """The file that a plain file server returns for an address."""
        inside = unquote(path.removeprefix(self._to.root)).partition("?")[0].lstrip("/")
        return f"{inside}index.html" if inside.endswith("/") or not inside else inside

    def _withheld_now(self, before: _State | None, now: _State) -> Iterator[WorkRow]:
        known = {} if before is None else before.withheld
        for name, reason in now.withheld.items():
            work = None if known.get(name) == reason else self.catalogue.works.get(name)
            if work is not None and not work.visible:
                yield work

    def _blanks(self, work: WorkRow) -> Iterator[tuple[str, bytes, str]]:
        """Replacements for a hidden work: its page, and its pictures that were exported."""
        page = self._key(self._to.work(work.artist, work.number))
        yield page, removed_page(self.site, self._to), "text/html"
        other = self.catalogue.works.of_image(work.image)
        shared = other is not None and other.visible  # another work has the same picture
        for path in self._pictures(work):
            if self._is_there(path) and not (shared and path.startswith("/images/")):
                yield self._key(self._static(path)), BLANK_PICTURE, "image/webp"

    def _write(self, key: str, data: bytes, media_type: str) -> None:
        try:
            if self.target.get(key) == data:
                return
        except ObjectMissing:
            pass
        self.target.replace(key, data, media_type=media_type)
        self._written += 1


def _is_complete(before: _State, now: _State) -> bool:
    """Whether every page must be made again."""
    return before.look != now.look or before.withheld != now.withheld


def _static_files() -> Iterable[Path]:
    return (path for path in sorted(STATIC.iterdir()) if path.is_file())
