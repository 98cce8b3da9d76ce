"""The archive: pictures, manifests and events as objects that are created once and never changed.

`Archive` defines the keys; an `ObjectStore` (a folder, or S3) stores the bytes.

    images/<2 hex>/<sha256>.<suffix>            pictures, named by their content
    manifests/<artist>/<number>.json            one for each work
    events/<artist>/<kind>/<id>.json            what happened beside the pictures
    copies/events/<artist>/<kind>/<id>.json     the same again, of kinds that must not be lost
    derived/…                                   what can be made again: thumbnails, signed copies
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from heapq import merge
from itertools import groupby, islice
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from storage.archive.events import Event
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.archive.objects import (
    COPIES,
    KEPT_TWICE,
    Damaged,
    canonical_json,
    copy_key,
    event_key,
    event_key_of,
    image_key,
    manifest_key,
    name_part,
    parse_event,
    parse_manifest,
)
from storage.errors import (
    ArchiveError,
    ObjectConflict,
    ObjectDamaged,
    ObjectMissing,
    StorageUnavailable,
)
from storage.urls import http_address

SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
}
"""File suffix of each media type that a picture may have."""

AnyEvent = TypeVar("AnyEvent", bound=Event)

_JSON = "application/json"
_READERS = 16
_TRIES = 3


class ObjectStore(Protocol):
    """Keeps bytes under keys: relative paths with slashes. Safe for threads and processes."""

    def put(self, key: str, data: bytes, *, media_type: str) -> bool:
        """Create an object, atomically: True if created, False if it was there alike.

        Raises ObjectConflict where other bytes lie under the key, StorageUnavailable where the
        store is unavailable, full or read-only.
        """
        ...

    def replace(self, key: str, data: bytes, *, media_type: str) -> None:
        """Create an object or put other bytes in its place."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object for good; a key that does not exist is no error."""
        ...

    def get(self, key: str) -> bytes:
        """Bytes of an object; raises ObjectMissing, or ObjectDamaged where a checksum differs."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object exists under the key."""
        ...

    def size(self, key: str) -> int | None:
        """Size of an object in bytes, without reading it; None if the key does not exist."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix, sorted."""
        ...

    def folders(self, prefix: str = "") -> Iterator[str]:
        """Names directly below a prefix that ends in a slash, and have keys below them, sorted."""
        ...

    def probe(self) -> tuple[str, ...]:
        """Write a trial object; name what the store can't do, in sentences (none: all is well).

        Raises StorageUnavailable where it can't be written to at all.
        """
        ...

    def free_bytes(self) -> int | None:
        """Bytes that may still be written; None where it is unknown."""
        ...


class Archive:
    """What the artist made and what happened, forever: the truth that all else is rebuilt from."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def save_image(self, data: bytes, media_type: str) -> str:
        """Keep a picture; saving it twice keeps it once.

        Returns:
            SHA-256 of the file in hexadecimal, its name from now on.

        Raises:
            ValueError: the media type is none of `SUFFIXES`.
            ObjectConflict: the archive's copy of these very bytes is damaged.
        """
        if media_type not in SUFFIXES:
            raise ValueError(
                f"A picture of type {media_type!r} can't be archived; known: {', '.join(SUFFIXES)}."
            )
        sha256 = hashlib.sha256(data).hexdigest()
        self.store.put(image_key(sha256, SUFFIXES[media_type]), data, media_type=media_type)
        return sha256

    def read_image(self, sha256: str) -> tuple[bytes, str]:
        """A picture's bytes, checked against its name, and its media type.

        Raises:
            ObjectMissing: there is no such picture.
            ObjectDamaged: the bytes are not those that were saved.
        """
        for media_type, suffix in SUFFIXES.items():
            key = image_key(sha256, suffix)
            try:
                data = self.store.get(key)
            except ObjectMissing:
                continue
            found = hashlib.sha256(data).hexdigest()
            if found != sha256:
                raise ObjectDamaged(
                    f"{key} is damaged: its SHA-256 is {found}. Restore it from a backup."
                )
            return data, media_type
        raise ObjectMissing(f"The archive has no picture {sha256}.")

    def images(self) -> Iterator[str]:
        """SHA-256 of every picture, sorted."""
        for key in self.store.keys("images/"):
            yield key.rsplit("/", 1)[-1].split(".")[0]

    def has_image(self, sha256: str, media_type: str) -> bool:
        """Whether the picture exists; its bytes are not checked."""
        return self.store.exists(image_key(sha256, SUFFIXES[media_type]))

    def remove_image(self, sha256: str) -> None:
        """Delete a picture and all that was derived from it, for a legal takedown.

        The caller has written down why (`WorkModerated`); repeating it does no harm.

        Raises:
            StorageUnavailable: the store is unavailable, and something may be left.
        """
        for key in self.traces_of(sha256):
            self.store.delete(key)

    def traces_of(self, sha256: str) -> list[str]:
        """Keys of a picture and of all that was derived from it."""
        keys = (image_key(sha256, suffix) for suffix in SUFFIXES.values())
        found = [key for key in keys if self.store.exists(key)]
        for folder in self.store.folders("derived/"):
            found += self.store.keys(f"derived/{name_part(folder)}/{name_part(sha256)}/")
        return found

    def work_size(self, artist: str, number: int, *, image: str, media_type: str) -> int:
        """Bytes that a work's manifest and picture take; nothing for one that is lost.

        Raises:
            StorageUnavailable: the store is unavailable.
        """
        keys = manifest_key(artist, number), image_key(image, SUFFIXES[media_type])
        return sum(self.store.size(key) or 0 for key in keys)

    def save_manifest(self, manifest: Manifest) -> bool:
        """Store the manifest of a work: True if it is new, False if an equal one exists.

        Raises:
            ObjectConflict: another manifest has that artist and number.
        """
        key = manifest_key(manifest.artist, manifest.number)
        return self.store.put(key, canonical_json(manifest), media_type=_JSON)

    def read_manifest(self, artist: str, number: int) -> Manifest:
        """The story of one work.

        Raises:
            ObjectMissing: the artist has no work of that number.
            ObjectDamaged: the object is no manifest of that work.
        """
        key = manifest_key(artist, number)
        return parse_manifest(key, self.store.get(key))

    def manifests(
        self, artist: str | None = None, *, damaged: Damaged | None = None
    ) -> Iterator[Manifest]:
        """Every manifest of an artist in the order of numbers; or of all, artist by artist.

        Those that can't be read are passed to `damaged` and left out.

        Raises:
            ObjectDamaged: the object is no manifest, and `damaged` is None.
        """
        prefix = "manifests/" if artist is None else f"manifests/{name_part(artist)}/"
        for key, found in self._read_all(self.store.keys(prefix)):
            try:
                yield parse_manifest(key, _bytes(found))
            except ArchiveError as error:
                if damaged is None:
                    raise
                damaged(key, error)

    def has_works(self, artist: str) -> bool:
        """Whether any manifest of the artist's can be read."""
        return next(self.manifests(artist, damaged=lambda *_: None), None) is not None

    def append(self, event: Event) -> bool:
        """Store an event: True if it is new, False if an equal one exists.

        Raises:
            ObjectConflict: another event of that kind has the same id.
        """
        key, data = event_key(event), canonical_json(event)
        created = self.store.put(key, data, media_type=_JSON)
        if event.kind in KEPT_TWICE:
            with suppress(ObjectConflict):  # a damaged copy: `verify` finds it
                self.store.put(copy_key(key), data, media_type=_JSON)
        return created

    def append_once(self, event: AnyEvent) -> AnyEvent:
        """Store an event; if one of its kind and id already exists, return that one.

        For callers that may have crashed between an event and its effect, and try again. The
        returned event is in the archive.

        Raises:
            ObjectConflict: the store reports another event there, and it can't be read.
        """
        for _ in range(_TRIES):
            try:
                self.append(event)
            except ObjectConflict as error:
                conflict = error
            else:
                return event
            earlier = self.read_event(event.artist, event.kind, event.id)
            if isinstance(earlier, type(event)):
                return earlier
            # It was deleted, or a replica of the store lags behind: the final state is unknown.
        raise conflict

    def events(
        self,
        artist: str | None = None,
        kind: str | None = None,
        *,
        damaged: Damaged | None = None,
    ) -> Iterator[Event]:
        """Events in the order of artist, kind and id; of one artist or kind where named.

        That is not the order in which they happened: see `storage.archive.latest_events`. Those
        that can't be read, nor their copies, are passed to `damaged` and left out.

        Raises:
            ObjectDamaged: the object is no event, and `damaged` is None.
        """
        for name in self.artists() if artist is None else [name_part(artist)]:
            for key, found in self._read_all(self._event_keys(name, kind)):
                try:
                    yield self._event(key, found)
                except ArchiveError as error:
                    if damaged is None:
                        raise
                    damaged(key, error)

    def read_event(self, artist: str, kind: str, identifier: str) -> Event | None:
        """One event by its id, if it is there.

        Raises:
            ObjectDamaged: the object is no event.
        """
        key = event_key_of(artist, kind, identifier)
        try:
            return self._event(key, self._found(key))
        except ObjectMissing:
            return None

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Every event, copy of one and manifest as stored: its key and its bytes."""
        for prefix in ("events/", COPIES, "manifests/"):
            for key, found in self._read_all(self.store.keys(prefix)):
                yield key, _bytes(found)

    def rewrite(self, key: str, data: bytes) -> None:
        """Put other bytes in an event's or a manifest's place.

        For `artist redact`, and for what `artist verify` restores from the other one of two copies.
        """
        self.store.replace(key, data, media_type=_JSON)

    def twice(self, artist: str, kind: str) -> Iterator[tuple[str, Event | None, Event | None]]:
        """Every event of a kind that is kept twice: its key, the event and its copy.

        None stands where one is missing or can't be read.
        """
        for key in self._event_keys(name_part(artist), kind):
            event, copy = self._readable(key), self._readable(copy_key(key))
            yield key, event, copy

    def artists(self) -> tuple[str, ...]:
        """Names of all artists that have a manifest or an event, sorted."""
        prefixes = "manifests/", "events/", f"{COPIES}events/"
        return tuple(sorted({name for prefix in prefixes for name in self.store.folders(prefix)}))

    def save_derived(self, name: str, data: bytes, *, media_type: str) -> None:
        """Keep something that can be made again, in the place of an older version."""
        self.store.replace(f"derived/{name}", data, media_type=media_type)

    def read_derived(self, name: str) -> bytes:
        """What was kept under that name; raises ObjectMissing."""
        return self.store.get(f"derived/{name}")

    def probe(self) -> tuple[str, ...]:
        """What the store can't do, in sentences; see `ObjectStore.probe`."""
        return self.store.probe()

    def free_bytes(self) -> int | None:
        """Bytes that may still be written; None where it is unknown."""
        return self.store.free_bytes()

    def _event_keys(self, artist: str, kind: str | None) -> Iterator[str]:
        """Keys of an artist's events, those among them of which a copy alone is left."""
        prefix = f"events/{artist}/" if kind is None else f"events/{artist}/{name_part(kind)}/"
        if kind is not None and kind not in KEPT_TWICE:
            return self.store.keys(prefix)
        copies = (key.removeprefix(COPIES) for key in self.store.keys(copy_key(prefix)))
        return (key for key, _ in groupby(merge(self.store.keys(prefix), copies)))

    def _event(self, key: str, found: bytes | ArchiveError) -> Event:
        try:
            return parse_event(key, _bytes(found))
        except ArchiveError:
            copy = self._readable(copy_key(key)) if key.split("/")[2] in KEPT_TWICE else None
            if copy is None:
                raise
            return copy

    def _readable(self, key: str) -> Event | None:
        with suppress(ArchiveError):
            return parse_event(key, self.store.get(key))
        return None

    def _found(self, key: str) -> bytes | ArchiveError:
        try:
            return self.store.get(key)
        except ArchiveError as error:
            return error

    def _read_all(self, keys: Iterator[str]) -> Iterator[tuple[str, bytes | ArchiveError]]:
        """Objects in the order of their keys, in batches: a distant store takes its time.

        No thread outlives a batch: a generator that is left half read is closed by the garbage
        collector in any thread, and a reader that closed it would wait for itself.
        """
        while batch := list(islice(keys, 4 * _READERS)):
            if len(batch) == 1:
                found = [self._found(batch[0])]
            else:
                with ThreadPoolExecutor(_READERS, thread_name_prefix="archive") as readers:
                    found = list(readers.map(self._found, batch))
            yield from zip(batch, found, strict=True)


def _bytes(found: bytes | ArchiveError) -> bytes:
    if isinstance(found, ArchiveError):
        raise found
    return found


def open_store(url: str, *, create: bool = False) -> ObjectStore:
    """The object store behind an address.

    `url` is a folder's path, `file:///folder`, or `s3://bucket/prefix?endpoint=…&region=…`;
    `create` makes a missing folder (a bucket is never made).

    Raises:
        StorageUnavailable: it is not there.
        ValueError: the address is none of these.
    """
    parts = store_address(url)
    if parts.scheme != "s3":
        path = unquote(parts.path) if parts.scheme == "file" else url
        return FolderStore(path, create=create)
    try:
        from storage.archive.s3 import S3Store
    except ModuleNotFoundError as error:
        raise StorageUnavailable(
            f"An archive in S3 needs {error.name}: pip install 'cultural-alien[s3]'."
        ) from error

    options = dict(parse_qsl(parts.query))
    return S3Store(
        parts.netloc,
        unquote(parts.path).strip("/"),
        endpoint=options.get("endpoint"),
        region=options.get("region"),
    )


def store_address(url: str) -> SplitResult:
    """The parts of an archive's address; a folder's path has neither scheme nor host.

    Raises:
        ValueError: it is neither a folder nor an address of a store that is known here.
    """
    if "://" not in url and url and "\0" not in url:
        return SplitResult("", "", url, "", "")
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        parts, options = SplitResult("", "", "", "", ""), {}
    is_folder = parts.scheme == "file" and parts.netloc in ("", "localhost")
    is_bucket = parts.scheme == "s3" and parts.netloc and "@" not in parts.netloc
    if not (is_folder or is_bucket) or options.keys() - {"endpoint", "region"} or "%00" in url:
        raise ValueError(
            "is no address of an archive: give a folder, file:///folder or"
            " s3://bucket/prefix?endpoint=https://…&region=…; keys go into the environment"
        )
    if "endpoint" in options:
        try:
            http_address(options["endpoint"])
        except ValueError as error:
            raise ValueError(f"has an endpoint that {error}") from None
    return parts
