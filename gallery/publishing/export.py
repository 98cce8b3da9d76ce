"""Export the whole gallery as static files, feeds included.

The pages are the gallery's own, asked for one by one. Later exports write only what a new work
changes; a file whose bytes are the same is left alone, so that a CDN keeps it. A page that can't be
made stops nothing: it is told of, and the next export tries it again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import httpx2 as httpx
from fastapi import FastAPI

from gallery.html.templating import STATIC, version_of_pages
from gallery.images.prepare import prepare
from gallery.images.thumbnails import KINDS
from gallery.number_ranges import LINEAGE, NUMBERS, fixed_ranges
from gallery.pages.numbers import CSV_FILES
from gallery.pages.wall import WORKS
from gallery.path_names import decode_name
from gallery.publishing.blank import BLANK_PICTURE, removed_page
from gallery.site import SiteSettings
from gallery.urls import StaticUrls, Urls
from storage.archive.archive import ObjectStore
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectMissing

STATE: Final = "export.json"
"""File in the target that says what was exported before."""

_CHANGED_BY_A_WORK: Final = ("", "concepts", "artists", "map", "wall")
_BLOCK: Final = 10_000
_LOG = logging.getLogger(__name__)


class ExportFailed(Exception):  # noqa: N818 - reads as what it says
    """The stores are unavailable; what was written so far is whole, and the next export goes on."""


@dataclass(frozen=True)
class Exported:
    """What an export did: pages and pictures that it looked at, and files that it had to write.

    `failed` names the pages that could not be made, each with the reason.
    """

    looked_at: int
    written: int
    failed: Mapping[str, str]


@dataclass(frozen=True)
class _State:
    """What was exported before: how pages looked, each artist's newest work, what is not shown.

    `failed` are the pages that were not.
    """

    look: str
    newest: dict[str, int]
    withheld: dict[str, str]
    failed: Sequence[str] = ()


@dataclass
class Export:
    """Writes one gallery to one store; `app` is made with `site`, and `site.static` is set."""

    app: FastAPI
    site: SiteSettings
    catalogue: Catalogue
    target: ObjectStore
    progress: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        if not self.site.static:
            raise ValueError("export needs a site whose settings say that it is static")
        self._to = StaticUrls.public(self.site)
        self._living = Urls(self._to.origin, "")
        self._looked_at = self._written = 0
        self._failed: dict[str, str] = {}

    async def run(self) -> Exported:
        """Bring the target up to date.

        Raises:
            ExportFailed: the gallery's stores are away.
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
        if before is not None and _is_anew(before, now):
            if before.withheld == now.withheld:
                seen |= {self._key(self._static(path)) for path in self._failed}
            self._bury(seen)
        state = json.dumps({**vars(now), "failed": list(self._failed)}, sort_keys=True)
        self._write(STATE, state.encode(), "application/json")
        return Exported(self._looked_at, self._written, self._failed)

    def _bury(self, seen: set[str]) -> None:
        """Put a notice on what nothing leads to any more: it may show what was hidden.

        Where a page is found elsewhere now, the notice leads there.
        """
        known = {key.casefold(): key for key in seen}
        for key in list(self.target.keys()):
            if key in seen or key == STATE or not key.endswith((".html", ".atom", ".json")):
                continue
            twin = known.get(key.casefold())
            if twin is not None and self.target.get(twin) == self.target.get(key):
                continue  # the same file, where a file system knows no case
            folders = [decode_name(part) for part in key.split("/")[:-1]]
            moved = self._to.path(*folders) if folders and key.endswith(".html") else ""
            there = moved if self._key(moved) in seen and moved else None
            self._write(key, removed_page(self.site, self._to, moved=there), "text/html")

    def _before(self) -> _State | None:
        try:
            return _State(**json.loads(self.target.get(STATE)))
        except (ObjectMissing, ValueError, TypeError):
            return None

    def _now(self) -> _State:
        settings = self.site.model_dump_json() + version_of_pages()
        names = [artist.name for artist in self.catalogue.artists.all()]
        withheld = self.catalogue.works.not_public(limit=100_000)
        return _State(
            look=hashlib.sha256(settings.encode()).hexdigest(),
            newest=dict(self.catalogue.works.newest_numbers(names)),
            withheld={work.id: f"{work.visibility}: {work.visibility_reason}" for work in withheld},
        )

    async def _files(
        self, client: httpx.AsyncClient, before: _State | None, now: _State
    ) -> AsyncIterator[tuple[str, bytes, str]]:
        anew = before is None or _is_anew(before, now)
        since = {} if anew or before is None else before.newest
        self._prepare(self._works_since(since))
        new = list(self._works_since(since))
        failed = () if anew or before is None else before.failed
        for path in chain(self._pages(new, anew=anew), self._new_pictures(new), failed):
            if (page := await self._page(client, path)) is not None:
                yield page
        for work in self._withheld_now(before, now):
            for key, data, media_type in self._blanks(work):
                yield key, data, media_type

    def _prepare(self, works: Iterable[WorkRow]) -> None:
        """Let every page know its pictures' placeholders, so that a later export changes none."""
        thumbnails = self.app.state.gallery.thumbnails
        for work in [work for work in works if not work.placeholder]:
            prepare(self.catalogue, thumbnails, work)

    def _works_since(self, newest: dict[str, int]) -> Iterator[WorkRow]:
        """New works, and the one before each artist's first of them: it leads on to it now."""
        for artist in self.catalogue.artists.all():
            after = newest.get(artist.name, 0)
            for work in self.catalogue.works.all(artist.name, first=max(1, after)):
                if work.visible:
                    yield work

    def _pages(self, new: Sequence[WorkRow], *, anew: bool) -> Iterator[str]:
        """Addresses, as the living gallery has them, of every page that new works change."""
        to = self._living
        if anew:
            yield from (to.path("static", file.name) for file in _static_files())
        artists = [artist.name for artist in self.catalogue.artists.all()]
        yield from (to.path(part) if part else to.path() for part in _CHANGED_BY_A_WORK)
        yield from ("/feed.atom", "/feed.json", "/map.json", "/robots.txt", "/sitemap.xml")
        yield to.path("api", "v1", "works", limit=WORKS)
        yield from self._older(to.path, first_only=not anew)
        for name in artists:
            for room in ("", "lineage", "map", "numbers"):
                yield to.artist(name, *([room] if room else []))
            for file in ("feed.atom", "feed.json", "map.json", *CSV_FILES):
                yield to.artist(name, file)
            newest = self.catalogue.works.newest_number(name)
            yield from (
                to.path("sitemaps", name, f"{block}.xml")
                for block in range((newest + _BLOCK - 1) // _BLOCK)
            )
            for room, length in (("lineage", LINEAGE), ("numbers", NUMBERS)):
                pages = (to.artist(name, room, until=n) for n in fixed_ranges(newest, length))
                yield from (page for page in pages if anew or not self._is_there(page))
            yield from self._older(
                lambda before, name=name: to.artist(name, before=before),
                artist=name,
                first_only=not anew,
            )
        for concept in sorted({concept for work in new for concept in work.concepts}):
            yield to.concept(concept)
            yield to.concept(concept, "feed.atom")
            yield to.concept(concept, "feed.json")
            yield from self._older(
                lambda before, concept=concept: to.concept(concept, before=before),
                concept=concept,
                first_only=not anew,
            )
        for work in new:
            yield to.work(work.artist, work.number)

    def _new_pictures(self, works: Iterable[WorkRow]) -> Iterator[str]:
        """Pictures never change: one that is there is not even looked at."""
        paths = (path for work in works for path in self._pictures(work))
        return (path for path in paths if not self._is_there(path))

    def _pictures(self, work: WorkRow) -> Iterator[str]:
        """Addresses of everything that shows a work, as the living gallery has them."""
        yield from (self._living.picture(work.image, kind) for kind in KINDS)
        yield from (self._living.work(work.artist, work.number, f) for f in ("download", "qr.svg"))

    def _older(
        self,
        address: Callable[..., str],
        *,
        artist: str | None = None,
        concept: str | None = None,
        first_only: bool,
    ) -> Iterator[str]:
        """The pages behind a first one; of those only the newest can be new since an export."""
        cursor: tuple[float, str] | None = None
        total = self.catalogue.works.count(artist=artist, concept=concept)
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
            cursor, limit = (last.created_at, last.id), self.site.per_page

    async def _page(self, client: httpx.AsyncClient, path: str) -> tuple[str, bytes, str] | None:
        """A page as a file; None where it can't be made, which is told of."""
        try:
            answer = await client.get(path)
        except Exception as error:
            # Whatever nobody foresaw must not stop the other pages.
            reason = f"{type(error).__name__}: {error}"
        else:
            if answer.status_code == 503:
                raise ExportFailed(f"{path} can't be exported: the gallery's stores are away")
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
        """Where the exported gallery has a page of the living one."""
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
        """The file that a plain server gives for an address."""
        inside = unquote(path.removeprefix(self._to.root)).partition("?")[0].lstrip("/")
        return f"{inside}index.html" if inside.endswith("/") or not inside else inside

    def _withheld_now(self, before: _State | None, now: _State) -> Iterator[WorkRow]:
        known = {} if before is None else before.withheld
        for name, told in now.withheld.items():
            work = None if known.get(name) == told else self.catalogue.works.get(name)
            if work is not None and not work.visible:
                yield work

    def _blanks(self, work: WorkRow) -> Iterator[tuple[str, bytes, str]]:
        """What takes the place of a work that is not shown: a page, and pictures that went out."""
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


def _is_anew(before: _State, now: _State) -> bool:
    """Whether every page has to be made again."""
    return before.look != now.look or before.withheld != now.withheld


def _static_files() -> Iterable[Path]:
    return (path for path in sorted(STATIC.iterdir()) if path.is_file())
