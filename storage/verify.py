"""Compare archive, catalogue and memory object by object, and repair what is safe to repair.

The archive is the truth: what it holds and the catalogue lacks is adopted; what the catalogue holds
and the archive lacks is hidden from view; a picture that belongs to nothing is written down as
quarantined, an object that is lost or damaged as lost. Nothing is ever deleted from the archive but
the picture of a work that was taken down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice

import numpy as np

from storage.archive import latest_events
from storage.archive.archive import SUFFIXES, Archive
from storage.archive.events import CycleFailed, PictureReceived, Spending, WorkModerated
from storage.archive.manifest import Float32, Manifest, work_id
from storage.archive.objects import image_key
from storage.catalogue import ArtistRow, Catalogue, VectorRow, WorkRow
from storage.catalogue.work_row import VISIBLE
from storage.damage import Damage, Finding, quarantined, quarantined_images
from storage.errors import ArchiveError, ObjectDamaged, StorageUnavailable
from storage.rebuild import NotEmpty, rebuild, unknown_artists
from storage.redaction import redacted
from storage.replay import lost_work
from storage.vectors.embeddings import as_point, current_vectors, current_vectors_key
from storage.vectors.store import BATCH, Memory, Point, cosine_similarity

SAME_DIRECTION = 1.0 - 1e-5
"""Least cosine of a vector and its copy in the memory, which scales it to length 1."""


__all__ = ["SAME_DIRECTION", "Finding", "Verification"]


@dataclass
class Verification:
    """One comparison of all stores. Its counts grow while `findings` is read.

    `memories` are the open memory of each scope; a scope without one is not checked there.
    `quick` trusts the archive's pictures without reading them.
    """

    archive: Archive
    catalogue: Catalogue
    memories: dict[str, Memory] = field(default_factory=dict)
    quick: bool = False
    works: int = 0
    pictures: int = 0
    vectors: int = 0
    _damage: Damage = field(init=False)
    _artists: dict[str, ArtistRow | None] = field(default_factory=dict)
    _decided: Mapping[str, WorkModerated] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._damage = Damage(self.archive)

    @property
    def known_losses(self) -> int:
        """Objects whose loss was written down before: they are no findings."""
        return len(self._damage.known)

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, found one after another."""
        yield from self._damage.findings()
        yield from self._check_artists()
        # Pictures are listed first: one that is made meanwhile then has a story when it is sought.
        pictures = list(self.archive.images())
        self.pictures = len(pictures)
        known = {work.id: work for work in self.catalogue.works.all()}
        self._decided = latest_events.decisions(self.archive)
        told: set[str] = set()
        for manifest in self.archive.manifests(damaged=_told_already):
            self.works += 1
            told.add(manifest.painting.image)
            row = known.pop(manifest.work, None)
            if self._artist(manifest.artist) is not None:
                yield from self._check_work(manifest, row)
        for work in known.values():
            yield from self._check_untold(work)
        yield from self._check_failures()
        events = self.archive.events(kind="spending", damaged=_told_already)
        spending = [event for event in events if isinstance(event, Spending)]
        yield from self._check_spending(spending)
        told |= {event.result for event in spending}
        yield from self._check_orphans(pictures, told)
        for scope, memory in self.memories.items():
            try:
                yield from self._check_memory(scope, memory)
            except StorageUnavailable as error:
                yield Finding("damaged memory", scope, str(error), memory.clear)

    def _check_artists(self) -> Iterator[Finding]:
        for name in unknown_artists(self.archive, self.catalogue):
            yield Finding(
                "lost artist",
                name,
                "the archive tells of this artist, and the catalogue does not know it",
                self._rebuild,
            )

    def _rebuild(self) -> None:
        with suppress(NotEmpty):  # another artist's finding has done it
            rebuild(self.archive, self.catalogue)

    def _check_work(self, manifest: Manifest, row: WorkRow | None) -> Iterator[Finding]:
        decided = self._decided.get(manifest.work)
        if decided is not None and decided.visibility == "removed":
            yield from self._check_removed(manifest)
        else:
            yield from self._check_picture(manifest)
        cycle = self.catalogue.cycles.get(manifest.work)
        if row is None:
            # An open cycle is on its way: *keep* will enter the work.
            if cycle is None or cycle.state != "open":
                yield Finding(
                    "lost work",
                    manifest.work,
                    "the archive has it, and the catalogue has"
                    f" {'no such cycle' if cycle is None else f'a cycle that is {cycle.state}'}",
                    partial(self.catalogue.adopt_work, manifest, self._decided.get(manifest.work)),
                )
            return
        if decided is not None and (row.visibility, row.visibility_reason) != (
            decided.visibility,
            decided.reason,
        ):
            yield Finding(
                "changed showing",
                manifest.work,
                f"it was decided that it is {decided.visibility}, and the catalogue has it"
                f" {row.visibility}",
                partial(self._show_as_decided, manifest.work),
            )
        differences = _differences(manifest, row)
        if differences:
            yield Finding(
                "changed work",
                manifest.work,
                f"the catalogue tells it otherwise: {', '.join(differences)}",
                partial(self.catalogue.works.replace, manifest),
            )
        yield from self._check_vectors(manifest)

    def _show_as_decided(self, work: str) -> None:
        decided = self._decided.get(work)
        if decided is not None:
            self.catalogue.works.moderate(work, decided.visibility, decided.reason, at=decided.at)

    def _check_removed(self, manifest: Manifest) -> Iterator[Finding]:
        """A takedown that broke off, or whose picture came back from a backup."""
        image = manifest.painting.image
        left = self.archive.traces_of(image)
        if left:
            yield Finding(
                "undeleted picture",
                manifest.work,
                f"it was taken down, and its picture is still there: {', '.join(left)}",
                partial(self.archive.remove_image, image),
            )

    def _check_picture(self, manifest: Manifest) -> Iterator[Finding]:
        painting = manifest.painting
        try:
            if self.quick:
                if self.archive.has_image(painting.image, painting.media_type):
                    return
                yield from self._lost_picture("lost picture", manifest, "There is no such file.")
            else:
                self.archive.read_image(painting.image)
        except ObjectDamaged as error:
            yield from self._lost_picture("damaged picture", manifest, str(error))
        except ArchiveError as error:
            yield from self._lost_picture("lost picture", manifest, f"{error}")

    def _lost_picture(self, kind: str, manifest: Manifest, says: str) -> Iterator[Finding]:
        painting = manifest.painting
        key = image_key(painting.image, SUFFIXES[painting.media_type])
        says = f"{key} is the picture of {manifest.work}. {says}"
        if "backup" not in says:
            says += " Restore it from a backup."
        decided = self._decided.get(manifest.work)
        if self._damage.is_noted(key) and decided is not None and decided.visibility not in VISIBLE:
            return
        yield Finding(kind, manifest.work, says, partial(self._withhold, manifest, key))

    def _withhold(self, manifest: Manifest, key: str) -> None:
        """Record that a work's picture is lost, and hide the work until a person decides.

        It is a decision like a person's, so that a rebuilt catalogue holds the work back, too.
        """
        decided = self._decided.get(manifest.work)
        if decided is None or decided.visibility in VISIBLE:
            held = WorkModerated(
                artist=manifest.artist,
                at=datetime.now(UTC),
                number=manifest.number,
                visibility="held",
                reason="its picture is missing or damaged in the archive",
                who="artist verify",
            )
            self.archive.append(held)
            self.catalogue.works.moderate(manifest.work, held.visibility, held.reason, at=held.at)
        self._damage.note(manifest.artist, key, f"the picture of {manifest.work}")

    def _check_vectors(self, manifest: Manifest) -> Iterator[Finding]:
        self.vectors += 1
        artist = self._artist(manifest.artist)
        held = self.catalogue.works.vectors_of([manifest.work]).get(manifest.work)
        if artist is None:
            return
        try:
            text, image = current_vectors(self.archive, manifest, artist.created.parts)
        except ArchiveError as error:
            decided = self._decided.get(manifest.work)
            if decided is not None and decided.visibility == "removed":
                return  # it has no picture that other encoders could have seen
            key = current_vectors_key(manifest, artist.created.parts)
            yield from self._damage.lost(manifest.artist, "lost vectors", key, str(error))
            return
        if held is None or not (
            np.array_equal(held.text, text) and np.array_equal(held.image, image)
        ):
            judgement = manifest.judgement
            yield Finding(
                "changed vectors",
                manifest.work,
                "the catalogue lacks its vectors, or has others",
                partial(
                    self.catalogue.works.set_vectors,
                    VectorRow(
                        manifest.work,
                        manifest.artist,
                        judgement.scope,
                        judgement.sequence,
                        text,
                        image,
                    ),
                ),
            )

    def _artist(self, name: str) -> ArtistRow | None:
        if name not in self._artists:
            self._artists[name] = self.catalogue.artists.get(name)
        return self._artists[name]

    def _check_untold(self, work: WorkRow) -> Iterator[Finding]:
        """A work in the catalogue whose story the archive lost."""
        if work.visibility != "hidden":
            yield Finding(
                "untold work",
                work.id,
                "the archive has no manifest of it. Restore it from a backup",
                partial(
                    self.catalogue.works.moderate,
                    work.id,
                    "hidden",
                    "its manifest is missing in the archive",
                ),
            )

    def _check_failures(self) -> Iterator[Finding]:
        for failed in self.archive.events(kind="failure", damaged=_told_already):
            assert isinstance(failed, CycleFailed)
            name = work_id(failed.artist, failed.number)
            if self._artist(failed.artist) and self.catalogue.cycles.get(name) is None:
                yield Finding(
                    "lost failure",
                    name,
                    "the catalogue knows nothing of this failed cycle",
                    partial(self.catalogue.restore_failure, failed),
                )

    def _check_spending(self, spending: Sequence[Spending]) -> Iterator[Finding]:
        for entry, newest in latest_events.spending(spending).items():
            if self._artist(newest.artist) is None:
                continue
            held = self.catalogue.ledger.get(entry)
            if held is None or (held.state, held.spending.cost) != (newest.state, newest.cost):
                yield Finding(
                    "changed spending",
                    entry,
                    f"the archive says {newest.state}, and the ledger"
                    f" {'nothing' if held is None else held.state}",
                    partial(self.catalogue.ledger.enter, newest),
                )

    def _check_orphans(self, pictures: Sequence[str], told: set[str]) -> Iterator[Finding]:
        received = list(self.archive.events(kind="picture", damaged=_told_already))
        for event in received:
            assert isinstance(event, PictureReceived)
            if event.painting.image not in told:
                yield from self._check_left(event)
        told |= {e.painting.image for e in received if isinstance(e, PictureReceived)}
        told |= {*quarantined_images(self.archive), *self.catalogue.cycles.open_images()}
        for event in received:
            assert isinstance(event, PictureReceived)
            name = work_id(event.artist, event.number)
            if self._artist(event.artist) and self.catalogue.cycles.get(name) is None:
                yield Finding(
                    "lost cycle",
                    name,
                    "its picture was received, and the catalogue knows nothing of it",
                    partial(self._restore_cycle, event),
                )
        for image in pictures:
            if image not in told:
                yield Finding(
                    "orphan picture",
                    image,
                    "it belongs to no work and to no cycle",
                    partial(self.archive.append_once, quarantined(image)),
                )

    def _check_left(self, received: PictureReceived) -> Iterator[Finding]:
        """The picture of an open cycle, or of a lost work."""
        painting = received.painting
        key = image_key(painting.image, SUFFIXES[painting.media_type])
        try:
            if not self.quick:
                self.archive.read_image(painting.image)
        except ArchiveError as error:
            says = f"{key} is the picture of {work_id(received.artist, received.number)}. {error}"
            yield from self._damage.lost(received.artist, "lost picture", key, says)

    def _restore_cycle(self, received: PictureReceived) -> None:
        if not self.catalogue.restore_open_cycle(received):
            self.catalogue.restore_failure(lost_work(received))

    def _check_memory(self, scope: str, memory: Memory) -> Iterator[Finding]:
        """What the memory holds wrongly; what it lacks at its end it gets before it is asked."""
        count, missing = 0, list[VectorRow]()
        rows = self.catalogue.works.vectors(scope=scope)
        while batch := list(islice(rows, BATCH)):
            held = memory.points([row.work for row in batch])
            for row in batch:
                point = held.get(row.work)
                if point is None:
                    missing.append(row)
                    continue
                wrong = [] if _is_copy(row, point) else [row]
                count += len(missing) + 1
                for kind, found in (("lost memory", missing), ("changed memory", wrong)):
                    yield from (_unlike_memory(kind, row, memory) for row in found)
                missing = []
        more = memory.count(scope) - count
        if more > 0:
            yield Finding(
                "false memory",
                scope,
                f"the memory holds {more} works too many: it is emptied, and fills itself again",
                memory.clear,
            )


def _unlike_memory(kind: str, row: VectorRow, memory: Memory) -> Finding:
    return Finding(
        kind,
        row.work,
        "the memory lacks its vectors, or has others",
        partial(memory.upsert, [as_point(row)]),
    )


def _differences(manifest: Manifest, row: WorkRow) -> list[str]:
    wanted = {
        "artist": manifest.artist,
        "number": manifest.number,
        "sequence": manifest.judgement.sequence,
        "created_at": manifest.finished_at.timestamp(),
        "title": manifest.composition.title,
        "prompt": manifest.composition.prompt,
        "concept": manifest.inspiration.concept,
        "concepts": manifest.composition.concepts,
        "image": manifest.painting.image,
        "media_type": manifest.painting.media_type,
        "width": manifest.painting.width,
        "height": manifest.painting.height,
        "novelty": manifest.judgement.novelty,
        "beta": manifest.inspiration.beta,
        "cost": round(manifest.cost * 1_000_000) / 1_000_000,
        "fallback": redacted(manifest.composition.fallback_reason),
    }
    held = row._asdict()
    return [name for name, value in wanted.items() if held[name] != value]


def _is_copy(row: VectorRow, point: Point | None) -> bool:
    if point is None or (point.scope, point.sequence) != (row.scope, row.sequence):
        return False
    return _is_parallel(row.text, point.text) and _is_parallel(row.image, point.image)


def _is_parallel(first: Float32, second: Float32) -> bool:
    return first.shape == second.shape and cosine_similarity(first, second) > SAME_DIRECTION


def _told_already(*_: object) -> None:
    """What can't be read is among the archive's own findings."""
