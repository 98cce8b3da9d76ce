"""The whole gallery as files: complete with feeds, for any plain web server, folder or bucket.

The pages are the gallery's own, asked for one by one. Later exports write only what a new work
changes; a file whose bytes are the same is left alone, so that a CDN keeps it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

import httpx2 as httpx
from fastapi import FastAPI

from gallery.addresses import Addresses, StaticAddresses
from gallery.pages.numbers import CSV_FILES
from gallery.pages.wall import WORKS
from gallery.preparation import prepare
from gallery.publishing.blank import BLANK_PICTURE, gone_page
from gallery.site import SiteSettings
from gallery.stretches import LINEAGE, NUMBERS, fixed_stretches
from gallery.templating import STATIC, version_of_pages
from gallery.thumbnails import KINDS
from storage.archive import ObjectStore
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectMissing
from storage.manifest import work_id

STATE: Final = "export.json"
"""File in the target that says what was exported before."""

_CHANGED_BY_A_WORK: Final = ("", "concepts", "artists", "map", "wall")
_BLOCK: Final = 10_000


class ExportFailed(Exception):  # noqa: N818 - reads as what it says
    """A page could not be made; what was written so far is whole, and the next export goes on."""


@dataclass(frozen=True)
class Exported:
    """What an export did: pages and pictures that it looked at, and files that it had to write."""

    looked_at: int
    written: int


@dataclass(frozen=True)
class _State:
    """What was exported before: how pages looked, each artist's newest work, what is not shown."""

    look: str
    newest: dict[str, int]
    withheld: dict[str, str]


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
        self._to = StaticAddresses.public(self.site)
        self._looked_at = self._written = 0

    async def run(self) -> Exported:
        """Bring the target up to date.

        Raises:
            ExportFailed: a page can't be made.
            StorageUnavailable: the target is away, full or read-only.
        """
        self._looked_at = self._written = 0
        before, now, seen = self._before(), self._now(), set[str]()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._to.origin) as client:
            async for key, data, media_type in self._files(client, before, now):
                self._write(key, data, media_type)
                self._looked_at += 1
                self.progress(self._looked_at)
                seen.add(key)
        if before is not None and _is_anew(before, now):
            self._bury(seen)
        state = json.dumps(vars(now), sort_keys=True, ensure_ascii=False)
        self._write(STATE, state.encode(), "application/json")
        return Exported(self._looked_at, self._written)

    def _bury(self, seen: set[str]) -> None:
        """Put a notice on pages that nothing leads to any more: they may show what was hidden."""
        for key in list(self.target.keys()):
            if key.endswith(".html") and key not in seen:
                self._write(key, gone_page(self.site, self._to), "text/html")

    def _before(self) -> _State | None:
        try:
            state = _State(**json.loads(self.target.get(STATE)))
        except (ObjectMissing, ValueError, TypeError):
            return None
        return state

    def _now(self) -> _State:
        settings = self.site.model_dump_json() + version_of_pages()
        names = [artist.name for artist in self.catalogue.artists.all()]
        withheld = self.catalogue.works.not_shown_openly(limit=100_000)
        return _State(
            look=hashlib.sha256(settings.encode()).hexdigest(),
            newest=dict(self.catalogue.works.newest_numbers(names)),
            withheld={work.id: work.showing for work in withheld},
        )

    async def _files(
        self, client: httpx.AsyncClient, before: _State | None, now: _State
    ) -> AsyncIterator[tuple[str, bytes, str]]:
        anew = before is None or _is_anew(before, now)
        since = {} if anew or before is None else before.newest
        self._prepare(self._works_since(since))
        new = list(self._works_since(since))
        if before is None or anew:
            for path in _static_files():
                yield await self._page(client, path)
        for path in self._pages(new, anew=anew):
            yield await self._page(client, path)
        for work in new:
            for path in _pictures(work):
                # Pictures never change: one that is there is not even looked at.
                if not self._is_there(path):
                    yield await self._page(client, path)
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
        to = Addresses(self._to.origin, "")
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
                pages = (to.artist(name, room, until=n) for n in fixed_stretches(newest, length))
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

    async def _page(self, client: httpx.AsyncClient, path: str) -> tuple[str, bytes, str]:
        answer = await client.get(path)
        if answer.status_code != 200:
            raise ExportFailed(
                f"{path} can't be exported: the gallery answers {answer.status_code}"
            )
        media_type = answer.headers.get("content-type", "application/octet-stream")
        return self._key(self._static(path)), answer.content, media_type

    def _is_there(self, path: str) -> bool:
        return self.target.exists(self._key(self._static(path)))

    def _static(self, path: str) -> str:
        """Where the exported gallery has a page of the living one."""
        parts, _, query = path.partition("?")
        names = [unquote(part) for part in parts.strip("/").split("/") if part]
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
        for name, showing in now.withheld.items():
            if showing in ("held", "hidden") and known.get(name) != showing:
                work = self.catalogue.works.get(name)
                if work is not None:
                    yield work

    def _blanks(self, work: WorkRow) -> Iterator[tuple[str, bytes, str]]:
        """What takes the place of a work that is not shown: a page, and pictures that went out."""
        page = self._key(self._to.work(work.artist, work.number))
        yield page, gone_page(self.site, self._to), "text/html"
        other = self.catalogue.works.of_image(work.image)
        shared = other is not None and other.visible  # another work has the same picture
        for path in _pictures(work):
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


def _pictures(work: WorkRow) -> Iterable[str]:
    """Addresses of everything that shows a work, as the living gallery has them."""
    yield from (f"/images/{work.image}/{kind}" for kind in KINDS)
    base = f"/works/{quote(work.artist, safe='')}/{work.number}"
    yield f"{base}/download"
    yield f"{base}/qr.svg"


def _static_files() -> Iterable[str]:
    yield from (f"/static/{path.name}" for path in sorted(STATIC.iterdir()) if path.is_file())
