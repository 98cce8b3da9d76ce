"""URLs of everything in the gallery."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import quote, unquote, urlencode, urlsplit

from markupsafe import Markup, escape
from starlette.requests import Request

from gallery.path_names import decode_name, encode_name, file_name
from gallery.site import SiteSettings
from storage.archive.archive import SUFFIXES
from storage.archive.events import ArtistCreated
from storage.catalogue import WorkRow, kept_name

_LONGEST = 2048
_NUMBER = re.compile(r"[1-9]\d{0,9}")

_TAG_AUTHORITY = "cultural-alien"


@dataclass(frozen=True)
class Urls:
    """Addresses below one root: paths for links in pages, absolute ones for use elsewhere.

    `origin` is scheme and host, `root` the path that the gallery is mounted at ("" for none).
    """

    origin: str
    root: str

    @classmethod
    def of(cls, request: Request, site: SiteSettings) -> Urls:
        """Addresses for this request: below the configured public address, else its own host."""
        if site.base_url is not None:
            return StaticUrls.public(site) if site.static else cls.public(site)
        base = request.base_url
        return cls(f"{base.scheme}://{base.netloc}", request.scope.get("root_path", ""))

    @classmethod
    def public(cls, site: SiteSettings) -> Self:
        """Addresses below the configured public address.

        Raises:
            ValueError: the site has no public address.
        """
        if site.base_url is None:
            raise ValueError("the gallery's public address is not set: gallery.base_url")
        parts = urlsplit(site.base_url)
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path)

    @property
    def secure(self) -> bool:
        """Whether the gallery is served by TLS, so that cookies must be sent by TLS only."""
        return self.origin.startswith("https:")

    def path(self, *parts: str | int, **query: str | int | None) -> str:
        """Path of a page from its unencoded parts; query values that are None are left out."""
        path = _path(self.root, encode_name, *parts)
        if not query:
            return path
        values = tuple([pair for pair in query.items() if pair[1] is not None])
        return f"{path}?{_query(values)}" if values else path

    def absolute(self, path: str) -> str:
        """The absolute address of a path."""
        return self.origin + path

    def artist(self, name: str, *more: str, **query: str | int | None) -> str:
        """An artist's page, or one below it."""
        return self.path("artists", name, *more, **query)

    def concept(self, concept: str, *more: str, **query: str | int | None) -> str:
        """A concept's page, or one below it, under the name that the catalogue stores."""
        return self.path("concepts", kept_name(concept), *more, **query)

    def work(self, artist: str, number: int, *more: str) -> str:
        """A work's page, or one below it."""
        return self.path("works", artist, number, *more)

    def parts_of(self, address: str) -> list[str]:
        """The decoded parts of an absolute address below the root; none of any other address."""
        start = f"{self.origin}{self.root}/"
        if not address.startswith(start) or len(address) > _LONGEST:
            return []
        path = address.removeprefix(start).partition("#")[0].partition("?")[0]
        return [decode_name(unquote(part)) for part in path.split("/")]

    def work_of(self, address: str) -> tuple[str, int] | None:
        """Artist and number of the work whose page is at an address."""
        match self.parts_of(address):
            case ["works", artist, number] if _NUMBER.fullmatch(number):
                return artist, int(number)
        return None

    def original(self, work: WorkRow) -> str:
        """A work's picture in full size, with metadata in the file."""
        return self.work(work.artist, work.number, "original")

    def download(self, work: WorkRow) -> str:
        """The same, as a download."""
        return self.work(work.artist, work.number, "download")

    def picture(self, sha256: str, name: str) -> str:
        """A copy of a picture for showing: `960.webp`, or `share.jpg`."""
        return self.path("images", sha256, name)

    def stage(self, sha256: str, number: int) -> str:
        """A stage of a picture's making, from 1."""
        return self.path("images", sha256, "stages", f"{number}.webp")


@dataclass(frozen=True)
class StaticUrls(Urls):
    """Addresses in an exported gallery, as a plain file server understands them.

    A page is a folder with an `index.html`, files have a suffix, and a query becomes part of the
    path: `/?before=ada:5` is `/before/ada-5/`.
    """

    def path(self, *parts: str | int, **query: str | int | None) -> str:
        """Path of a page or file; the version of a file stays in its query."""
        names = [str(part) for part in parts]
        version = query.pop("v", None)
        for name, value in query.items():
            if value is not None:
                names += [name, str(value).replace(":", "-")]
        if not names:
            return _path(self.root, encode_name)
        path = _path(self.root, file_name, *names)
        if _is_file(names):
            return path if version is None else f"{path}?v={version}"
        return path + "/"

    def original(self, work: WorkRow) -> str:
        """The same, with a file suffix."""
        return self.work(work.artist, work.number, f"original.{SUFFIXES[work.media_type]}")

    def download(self, work: WorkRow) -> str:
        """The same file: a plain file server can't give it another name."""
        return self.original(work)


def _is_file(names: list[str]) -> bool:
    """Whether the last part is a file's name: not so for an artist or a concept with a dot."""
    named_by_people = len(names) == 2 and names[0] in ("artists", "concepts")
    return not named_by_people and names[-1].rpartition(".")[2] in _SUFFIXES and "." in names[-1]


_TEXTS = ("atom", "css", "csv", "js", "json", "svg", "txt", "xml")
_SUFFIXES = {*SUFFIXES.values(), *_TEXTS, "avif", "gz"}


@lru_cache(maxsize=32_768)
def _path(root: str, code: Callable[[str], str], *parts: str | int) -> Markup:
    """A path without a query; it has no characters that HTML must escape."""
    names = [str(part) if isinstance(part, int) else _quoted(code, part) for part in parts]
    return Markup(f"{_escaped(root)}/{'/'.join(names)}")


_query = lru_cache(maxsize=2048)(urlencode)
_escaped = lru_cache(maxsize=64)(escape)


@lru_cache(maxsize=2048)
def _quoted(code: Callable[[str], str], part: str) -> str:
    """One part of a path: the same few come in each of a page's hundreds of addresses."""
    return quote(code(part), safe="")


def tag(artist: ArtistCreated, *specific: str | int) -> str:
    """A `tag:` identifier (RFC 4151) for something of an artist.

    It depends only on the artist's creation, so a move of domain or a rebuild does not change it,
    and two artists of one name in two deployments differ.
    """
    birth = f"{artist.artist}\n{artist.at.isoformat()}\n{artist.seed}"
    origin = hashlib.sha256(birth.encode()).hexdigest()[:12]
    rest = "/".join(quote(str(part), safe="") for part in specific)
    return f"tag:{_TAG_AUTHORITY},{artist.at:%Y-%m-%d}:{quote(artist.artist)}.{origin}/{rest}"


def work_tag(artist: ArtistCreated, work: WorkRow) -> str:
    """The identifier of a work in every feed that lists it."""
    return tag(artist, "works", work.number)
