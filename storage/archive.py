"""The archive: pictures, manifests and events, as objects that are created once and never changed.

`Archive` knows what lies where; an `ObjectStore` (a folder, or S3) knows how to keep bytes.

    images/<2 hex>/<sha256>.<suffix>            pictures, named by their content
    manifests/<artist>/<number>.json            one for each work
    events/<artist>/<kind>/<id>.json            what happened beside the pictures
    derived/…                                   what can be made again: thumbnails, signed copies
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import ValidationError

from storage.addresses import http_address
from storage.errors import ObjectConflict, ObjectDamaged, ObjectMissing
from storage.events import EVENT, Event
from storage.folder import FolderStore
from storage.manifest import Manifest, Record

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
        """Create an object, whole and for good: True if created, False if it was there alike.

        Raises ObjectConflict where other bytes lie under the key, StorageUnavailable where the
        store is away, full or read-only.
        """
        ...

    def replace(self, key: str, data: bytes, *, media_type: str) -> None:
        """Create an object or put other bytes in its place."""
        ...

    def get(self, key: str) -> bytes:
        """Bytes of an object; raises ObjectMissing, or ObjectDamaged where a checksum differs."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object lies under the key."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes of an object, which is not read; None where nothing lies under the key."""
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
        """Bytes that may still be written; None where nobody can tell."""
        ...


class Archive:
    """What the artist made and what happened, for ever: the truth that all else is rebuilt from."""

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
        self.store.put(_image_key(sha256, SUFFIXES[media_type]), data, media_type=media_type)
        return sha256

    def read_image(self, sha256: str) -> tuple[bytes, str]:
        """A picture's bytes, checked against its name, and its media type.

        Raises:
            ObjectMissing: there is no such picture.
            ObjectDamaged: the bytes are not those that were saved.
        """
        for media_type, suffix in SUFFIXES.items():
            key = _image_key(sha256, suffix)
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
        """Whether the picture lies there; its bytes are not looked at."""
        return self.store.exists(_image_key(sha256, SUFFIXES[media_type]))

    def work_size(self, artist: str, number: int, *, image: str, media_type: str) -> int:
        """Bytes that a work's manifest and picture take; nothing for one that is lost.

        Raises:
            StorageUnavailable: the store is away.
        """
        keys = _manifest_key(artist, number), _image_key(image, SUFFIXES[media_type])
        return sum(self.store.size(key) or 0 for key in keys)

    def save_manifest(self, manifest: Manifest) -> bool:
        """Keep the story of a work: True if it is new, False if it was there alike.

        Raises:
            ObjectConflict: another manifest has that artist and number.
        """
        key = _manifest_key(manifest.artist, manifest.number)
        return self.store.put(key, canonical_json(manifest), media_type=_JSON)

    def read_manifest(self, artist: str, number: int) -> Manifest:
        """The story of one work.

        Raises:
            ObjectMissing: the artist has no work of that number.
            ObjectDamaged: what lies there is no manifest of that work.
        """
        key = _manifest_key(artist, number)
        return _parse_manifest(key, self.store.get(key))

    def manifests(self, artist: str | None = None) -> Iterator[Manifest]:
        """Every manifest of an artist in the order of numbers; or of all, artist by artist.

        Raises:
            ObjectDamaged: what lies there is no manifest.
        """
        prefix = "manifests/" if artist is None else f"manifests/{_name(artist)}/"
        for key, data in self._read_all(self.store.keys(prefix)):
            yield _parse_manifest(key, data)

    def append(self, event: Event) -> bool:
        """Keep an event: True if it is new, False if it was there alike.

        Raises:
            ObjectConflict: another event of that kind has the same id.
        """
        return self.store.put(_event_key(event), canonical_json(event), media_type=_JSON)

    def append_once(self, event: AnyEvent) -> AnyEvent:
        """Keep an event; where one of its kind and id is there already, that one is returned.

        For those who may have died between an event and its effect, and come again. What is
        returned lies in the archive.

        Raises:
            ObjectConflict: another event is said to lie there, and can't be read.
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
            # It is gone again, or a copy of the store lags behind: nobody knows yet what stays.
        raise conflict

    def events(self, artist: str | None = None, kind: str | None = None) -> Iterator[Event]:
        """Events in the order of artist, kind and id; of one artist or kind where named.

        That is not the order in which they happened: see `storage.latest`.

        Raises:
            ObjectDamaged: what lies there is no event.
        """
        for name in self.artists() if artist is None else [_name(artist)]:
            prefix = f"events/{name}/" if kind is None else f"events/{name}/{_name(kind)}/"
            for key, data in self._read_all(self.store.keys(prefix)):
                yield _parse_event(key, data)

    def read_event(self, artist: str, kind: str, identifier: str) -> Event | None:
        """One event by its id, if it is there.

        Raises:
            ObjectDamaged: what lies there is no event.
        """
        key = f"events/{_name(artist)}/{_name(kind)}/{_name(identifier)}.json"
        try:
            return _parse_event(key, self.store.get(key))
        except ObjectMissing:
            return None

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Every event and manifest as it lies there: its key and its bytes."""
        for prefix in ("events/", "manifests/"):
            yield from self._read_all(self.store.keys(prefix))

    def rewrite(self, key: str, data: bytes) -> None:
        """Put other bytes in an event's or a manifest's place: for `artist redact` alone."""
        self.store.replace(key, data, media_type=_JSON)

    def artists(self) -> tuple[str, ...]:
        """Names of all artists that have a manifest or an event, sorted."""
        names = {*self.store.folders("manifests/"), *self.store.folders("events/")}
        return tuple(sorted(names))

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
        """Bytes that may still be written; None where nobody can tell."""
        return self.store.free_bytes()

    def _read_all(self, keys: Iterator[str]) -> Iterator[tuple[str, bytes]]:
        """Objects in the order of their keys, some read ahead: a distant store takes its time."""
        with ThreadPoolExecutor(_READERS, thread_name_prefix="archive") as readers:
            while batch := list(islice(keys, 4 * _READERS)):
                yield from zip(batch, readers.map(self.store.get, batch), strict=True)


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
    from storage.s3 import S3Store

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


def canonical_json(record: Record) -> bytes:
    """A record as UTF-8 JSON whose bytes depend on its content alone.

    Raises:
        ValueError: a number in it is infinite or no number.
    """
    content = record.model_dump(mode="json")
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode() + b"\n"


def _name(name: str) -> str:
    """A name that may be one part of a key."""
    if not name or name.startswith(".") or any(c in "/\\" or not c.isprintable() for c in name):
        raise ValueError(
            f"{name!r} can't name anything in the archive: it must have no slash and no control "
            "character, and not begin with a dot."
        )
    return name


def _image_key(sha256: str, suffix: str) -> str:
    return f"images/{sha256[:2]}/{_name(sha256)}.{suffix}"


def place(record: Manifest | Event) -> str:
    """The key that a manifest or an event lies under.

    Raises:
        ValueError: a name in it can't be one part of a key.
    """
    if isinstance(record, Manifest):
        return _manifest_key(record.artist, record.number)
    return _event_key(record)


def _manifest_key(artist: str, number: int) -> str:
    return f"manifests/{_name(artist)}/{number:08d}.json"


def _event_key(event: Event) -> str:
    return f"events/{_name(event.artist)}/{_name(event.kind)}/{_name(event.id)}.json"


def _parse_manifest(key: str, data: bytes) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise _damaged(key, error) from error
    _check_place(key, manifest)
    return manifest


def _parse_event(key: str, data: bytes) -> Event:
    try:
        event = EVENT.validate_json(data)
    except ValidationError as error:
        raise _damaged(key, error) from error
    _check_place(key, event)
    return event


def _check_place(key: str, record: Manifest | Event) -> None:
    try:
        expected = place(record)
    except ValueError as error:
        raise ObjectDamaged(f"{key} can't be read: {error} Restore it from a backup.") from error
    if key != expected:
        raise ObjectDamaged(f"{key} holds what belongs under {expected}. Move it, or restore it.")


def _damaged(key: str, error: ValidationError) -> ObjectDamaged:
    """What is wrong with an object that can't be read as what it should be."""
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:3]
    )
    more = f" (and {error.error_count() - 3} more)" if error.error_count() > 3 else ""
    return ObjectDamaged(f"{key} can't be read: {faults}{more}. Restore it from a backup.")
