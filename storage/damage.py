"""Checks of the archive alone, for `artist verify`: objects lost, damaged, or kept once.

Most is found by a rebuild into a temporary catalogue: what that rebuild would lose.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.events import ORPHANS, CycleFailed, Event, LossNoted, Quarantined
from storage.archive.objects import KEPT_TWICE, canonical_json, copy_key, event_key, number_of
from storage.catalogue import Catalogue
from storage.errors import ArchiveError
from storage.replay import Loss, Replay, noted_losses


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be; `mend` puts it right, where anything can."""

    kind: str
    what: str
    says: str
    mend: Callable[[], object] | None = field(default=None, compare=False, repr=False)


@dataclass
class Damage:
    """What is wrong in the archive; `known` are losses that were written down before."""

    archive: Archive
    known: set[str] = field(default_factory=set)
    _noted: set[str] = field(default_factory=set)
    _found: set[str] = field(default_factory=set)

    def findings(self) -> Iterator[Finding]:
        """Everything that is lost, damaged or kept once."""
        names = self.archive.artists()
        self._noted = {key for name in names for key in noted_losses(self.archive, name)}
        with tempfile.TemporaryDirectory(prefix="artist-verify-") as folder:
            scratch = Catalogue(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
            try:
                for name in names:
                    if name != ORPHANS:
                        yield from self._check_artist(scratch, name)
            finally:
                scratch.close()
        yield from self._check_quarantine()

    def lost(self, artist: str, kind: str, key: str, says: str) -> Iterator[Finding]:
        """A loss, unless it was written down; mending writes it down."""
        if not self.is_noted(key) and key not in self._found:
            self._found.add(key)
            yield Finding(kind, key, says, partial(self.note, artist, key, says))

    def is_noted(self, key: str) -> bool:
        """Whether a loss was written down; it counts as known then."""
        if key in self._noted:
            self.known.add(key)
        return key in self._noted

    def note(self, artist: str, key: str, says: str) -> None:
        """Write down that an object is lost, so that it is no news any more."""
        event = LossNoted(artist=artist, at=datetime.now(UTC), key=key, reason=says)
        # A note that is damaged itself may lie there.
        self.archive.rewrite(event_key(event), canonical_json(event))

    def _check_artist(self, scratch: Catalogue, name: str) -> Iterator[Finding]:
        replay = Replay(self.archive, scratch, name)
        replay.enter()
        for kind in ("votes", "embedding", "loss"):
            for _ in self.archive.events(name, kind, damaged=replay.note_damage):
                pass
        for key in sorted(replay.lost):
            loss = replay.lost[key]
            if not (loss.missing and self._is_there(loss)):
                kind = "lost object" if loss.missing else "damaged object"
                yield from self.lost(name, kind, key, loss.says)
        for kind in sorted(KEPT_TWICE):
            for key, event, copy in self.archive.twice(name, kind):
                yield from self._check_twice(key, event, copy)

    def _is_there(self, loss: Loss) -> bool:
        """Whether what was missing has come since, as an artist at work makes it."""
        _, artist, *_ = loss.key.split("/")
        number = number_of(loss.key)
        if not loss.key.startswith("manifests/") or number is None:
            return self.archive.store.exists(loss.key)
        try:
            self.archive.read_manifest(artist, number)
        except ArchiveError:
            failure = self.archive.read_event(artist, "failure", f"{number:08d}")
            return isinstance(failure, CycleFailed)
        return True

    def _check_twice(self, key: str, event: Event | None, copy: Event | None) -> Iterator[Finding]:
        whole = event or copy
        if whole is None or event == copy:
            return
        lacking = key if event is None else copy_key(key)
        yield Finding(
            "single copy",
            lacking,
            "it is missing or damaged, and the other one of two copies is whole",
            partial(self.archive.rewrite, lacking, canonical_json(whole)),
        )

    def _check_quarantine(self) -> Iterator[Finding]:
        damaged: list[str] = []
        for _ in self.archive.events(ORPHANS, "quarantine", damaged=lambda k, _: damaged.append(k)):
            pass
        for key in damaged:
            again = quarantined(image_of(key))
            mend = partial(self.archive.rewrite, key, canonical_json(again))
            yield Finding("damaged object", key, "it can't be read, and can be made again", mend)


def image_of(key: str) -> str:
    """SHA-256 of the picture that a quarantine event is about, by its key."""
    return key.rsplit("/", 1)[-1].removesuffix(".json")


def quarantined(image: str) -> Quarantined:
    """The event that leaves a picture alone."""
    return Quarantined(
        artist=ORPHANS,
        at=datetime.now(UTC),
        image=image,
        reason="`artist verify` found that it belongs to no work and to no cycle",
    )


def quarantined_images(archive: Archive) -> Collection[str]:
    """SHA-256 of every picture that is left alone, also where its event is damaged."""
    images: set[str] = set()
    events = archive.events(ORPHANS, "quarantine", damaged=lambda k, _: images.add(image_of(k)))
    for event in events:
        assert isinstance(event, Quarantined)
        images.add(event.image)
    return images
