"""Keys of the archive's objects, and how an object is parsed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from pydantic import ValidationError

from storage.archive.events import EVENT, Event
from storage.archive.manifest import Manifest, Record
from storage.errors import ArchiveError, ObjectDamaged

KEPT_TWICE = frozenset({"artist", "moderation"})
"""Kinds of events that lie in the archive twice: one lost object must not undo them."""

COPIES = "copies/"
"""Where the second ones lie, under the keys of the first."""

_NUMBERED = re.compile(r"/(\d{8,9})(?:-[^/]*)?\.json$")

Damaged = Callable[[str, ArchiveError], object]
"""Called with the key of an object that can't be read, and the reason."""


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


def name_part(name: str) -> str:
    """A name that may be one part of a key."""
    if not name or name.startswith(".") or any(c in "/\\" or not c.isprintable() for c in name):
        raise ValueError(
            f"{name!r} can't name anything in the archive: it must have no slash and no control "
            "character, and not begin with a dot."
        )
    return name


def image_key(sha256: str, suffix: str) -> str:
    """The key of a picture."""
    return f"images/{sha256[:2]}/{name_part(sha256)}.{suffix}"


def copy_key(key: str) -> str:
    """The key of the copy of an event whose kind is `KEPT_TWICE`."""
    return f"{COPIES}{key}"


def number_of(key: str) -> int | None:
    """The number of an object's cycle, by its key alone; None if the key has none.

    That of a tuning, or of a change of parts, is its version.
    """
    found = _NUMBERED.search(key)
    return int(found[1]) if found else None


def key_of(record: Manifest | Event) -> str:
    """The key of a manifest or an event.

    Raises:
        ValueError: a name in it can't be one part of a key.
    """
    if isinstance(record, Manifest):
        return manifest_key(record.artist, record.number)
    return event_key(record)


def manifest_key(artist: str, number: int) -> str:
    """The key of the manifest of a work."""
    return f"manifests/{name_part(artist)}/{number:08d}.json"


def event_key(event: Event) -> str:
    """The key of an event."""
    return event_key_of(event.artist, event.kind, event.id)


def event_key_of(artist: str, kind: str, identifier: str) -> str:
    """The key of an event of that kind and id."""
    return f"events/{name_part(artist)}/{name_part(kind)}/{name_part(identifier)}.json"


def parse_manifest(key: str, data: bytes) -> Manifest:
    """The manifest in an object.

    Raises:
        ObjectDamaged: it is none, or another work's.
    """
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise _damaged(key, error) from error
    _check_place(key, manifest)
    return manifest


def parse_event(key: str, data: bytes) -> Event:
    """The event in an object, or in the copy of one.

    Raises:
        ObjectDamaged: it is none, or belongs elsewhere.
    """
    try:
        event = EVENT.validate_json(data)
    except ValidationError as error:
        raise _damaged(key, error) from error
    _check_place(key, event, found=key.removeprefix(COPIES))
    return event


def _check_place(key: str, record: Manifest | Event, *, found: str | None = None) -> None:
    try:
        expected = key_of(record)
    except ValueError as error:
        raise ObjectDamaged(f"{key} can't be read: {error} Restore it from a backup.") from error
    if (found or key) != expected:
        raise ObjectDamaged(f"{key} holds what belongs under {expected}. Move it, or restore it.")


def _damaged(key: str, error: ValidationError) -> ObjectDamaged:
    """What is wrong with an object that can't be read as what it should be."""
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:3]
    )
    more = f" (and {error.error_count() - 3} more)" if error.error_count() > 3 else ""
    return ObjectDamaged(f"{key} can't be read: {faults}{more}. Restore it from a backup.")
