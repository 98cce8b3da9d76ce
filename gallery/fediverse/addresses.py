"""Addresses of actors, posts and activities: what they are called in all other servers for good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from gallery.urls import Urls
from storage.catalogue import WorkRow
from storage.catalogue.db.fediverse_tables import LONGEST_ID

_NUMBER: Final = re.compile(r"[1-9]\d{0,9}")


@dataclass(frozen=True)
class Addresses:
    """Addresses below the gallery's public address, absolute."""

    to: Urls

    @property
    def host(self) -> str:
        """The domain, and the port where it is not the usual one."""
        return urlsplit(self.to.origin).netloc

    def path(self, *parts: str | int, **query: str | int | None) -> str:
        """The path of something that only other servers read."""
        return str(self.to.path("ap", *parts, **query))

    def actor(self, artist: str, *more: str, **query: str | int | None) -> str:
        """An artist's actor, or its inbox, outbox or followers."""
        return self.to.absolute(self.path("actors", artist, *more, **query))

    def key(self, artist: str) -> str:
        """The id of an artist's public key."""
        return f"{self.actor(artist)}#main-key"

    @property
    def shared_inbox(self) -> str:
        """The inbox of all artists."""
        return self.to.absolute(self.path("inbox"))

    def note(self, work: WorkRow, *more: str) -> str:
        """A work's post, or something below it."""
        return self.to.absolute(self.path("works", work.artist, work.number, *more))

    def create(self, work: WorkRow) -> str:
        """The id of the activity that publishes a work: the same at every attempt."""
        return self.note(work, "create")

    def page(self, work: WorkRow) -> str:
        """A work's page, for people."""
        return self.to.absolute(self.to.work(work.artist, work.number))

    def artist_of(self, address: str) -> str | None:
        """The name of the artist whose actor or page an address is; None if it is neither."""
        match self.to.parts_of(address):
            case ["ap", "actors", artist] | ["artists", artist]:
                return artist
        return None

    def work_of(self, address: str) -> tuple[str, int] | None:
        """Artist and number of the work whose post or page an address is."""
        match self.to.parts_of(address):
            case ["ap", "works", artist, number] if _NUMBER.fullmatch(number):
                return artist, int(number)
        return self.to.work_of(address)


def host_of(address: str) -> str:
    """The host and port of an address; empty if it is none."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def is_id(value: object, *, trusted: str = "") -> bool:
    """Whether a value is an id that can be stored: an https address of this length.

    An http one is taken only on the host `trusted`.
    """
    if not isinstance(value, str) or len(value) > LONGEST_ID or not value.isascii():
        return False
    if not value.isprintable() or " " in value or "@" in host_of(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == trusted != "")
    return secure and bool(parts.hostname)
