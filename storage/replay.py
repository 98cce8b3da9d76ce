"""Replay one artist's events and manifests into the catalogue.

An object that can't be read stops nothing: it is left out and reported. A work without its manifest
is entered as a lost one, which is never shown: its number stays taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from storage.archive import latest_events
from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistCreated,
    Ballot,
    CycleFailed,
    Event,
    LossNoted,
    Parts,
    PictureReceived,
    TuningChanged,
    WorkModerated,
)
from storage.archive.manifest import Manifest, Tuning, work_id
from storage.archive.objects import event_key_of, key_of, manifest_key, number_of
from storage.catalogue import Catalogue, VectorRow
from storage.errors import ArchiveError, ObjectMissing
from storage.vectors.embeddings import current_vectors, current_vectors_key

RESTORER = "artist rebuild"
"""Who set a tuning whose event is lost."""

LONGEST_GAP = 1000
"""Consecutive numbers without any data; more are reported as one, and not entered."""

_OF_A_CYCLE = ("failure", "picture")


@dataclass(frozen=True)
class Loss:
    """An object of the archive that is lost or damaged, and what follows."""

    key: str
    says: str
    missing: bool = False


def noted_losses(archive: Archive, artist: str) -> set[str]:
    """Keys of the artist's objects whose loss was written down."""
    events = archive.events(artist, "loss", damaged=lambda *_: None)
    return {event.key for event in events if isinstance(event, LossNoted)}


@dataclass
class Replay:
    """Enters one artist; `ballots` are the votes on its works, from all artists' events.

    `lost` grows meanwhile, as do the counts.
    """

    archive: Archive
    catalogue: Catalogue
    artist: str
    ballots: Sequence[Ballot] = ()
    told: Callable[[], object] = lambda: None
    lost: dict[str, Loss] = field(default_factory=dict)
    failures: int = 0
    open_cycles: int = 0
    spending: int = 0
    votes: int = 0
    _numbers: set[int] = field(default_factory=set)
    _works: set[int] = field(default_factory=set)
    _mentioned: set[int] = field(default_factory=set)
    _shown_tunings: dict[int, Tuning] = field(default_factory=dict)

    def enter(self) -> bool:
        """Enter the artist with all its works and what happened to them, or nothing.

        False if it is known already, or no object mentions it.
        """
        with self.catalogue.database.write() as connection:
            if not self.catalogue.database.is_sqlite:
                # Reading a remote archive is slow, and no other transaction waits for these rows.
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            created = self._created()
            if created is None or not self._enter_artist(connection, created):
                return False
            versions = self._enter_tunings(connection)
            parts = self._parts(created)
            if parts != created.parts:
                self.catalogue.artists.set_parts_in(connection, self.artist, parts)
            edited = latest_events.edits(
                self.archive.events(self.artist, "edit", damaged=self.note_damage)
            )
            for event in edited.values():
                with self._entering(connection, event):
                    self.catalogue.artists.edit_in(connection, event)
            self._enter_pause(connection)
            self._enter_works(connection, parts)
            self._enter_failures(connection)
            self._enter_publications(connection)
            self._enter_rest(connection, created)
            self._fill_tunings(connection, created, versions)
            self._enter_spending(connection)
            self.votes = sum(
                self.catalogue.votes.restore_in(connection, ballot) for ballot in self.ballots
            )
        return True

    @property
    def works(self) -> int:
        """How many works were entered."""
        return len(self._works)

    def _lose(self, key: str, error: Exception | str, follows: str = "") -> None:
        if key not in self.lost:
            says = f"{str(error).rstrip('.')}. {follows}".rstrip()
            self.lost[key] = Loss(key, says, missing=isinstance(error, ObjectMissing))

    def _add(self, key: str, follows: str) -> None:
        self.lost[key] = replace(self.lost[key], says=f"{self.lost[key].says} {follows}")

    def note_damage(self, key: str, error: ArchiveError) -> None:
        """Note an object that can't be read."""
        self._lose(key, error)

    @contextmanager
    def _entering(self, connection: Connection, record: Manifest | Event) -> Iterator[None]:
        """Leave out what the catalogue can't hold beside the archive's other objects."""
        try:
            with connection.begin_nested():
                yield
        except (IntegrityError, DataError, ValueError, OverflowError) as error:
            what = error.orig if isinstance(error, IntegrityError | DataError) else error
            self._lose(
                key_of(record),
                f"{key_of(record)} can't be entered beside the archive's other objects ({what})."
                " Restore it from a backup, or move it away",
            )

    def _created(self) -> ArtistCreated | None:
        """The event that created the artist; if it is lost, rebuilt from its works."""
        key = event_key_of(self.artist, "artist", "created")
        why: ArchiveError = ObjectMissing(f"{key} is missing")
        try:
            event = self.archive.read_event(self.artist, "artist", "created")
        except ArchiveError as error:
            why = error
        else:
            if isinstance(event, ArtistCreated):
                return event
        works = self.archive.manifests(self.artist, damaged=self.note_damage)
        first = next(works, None)
        if first is None:
            self._lose(key, why, "No work tells of the artist: it can't be entered.")
            for each in self.archive.store.keys(f"events/{self.artist}/"):
                self._lose(each, f"{each} is of an artist of whom nothing else is known")
            return None
        self._lose(
            key,
            why,
            "Seeds and parts are told by the works; title, statement, style and seed are lost.",
        )
        return _told_by(first)

    def _enter_artist(self, connection: Connection, created: ArtistCreated) -> bool:
        with self._entering(connection, created):
            return self.catalogue.artists.add_in(connection, created)
        return False

    def _parts(self, created: ArtistCreated) -> Parts:
        """The current parts; where a change of them is lost, those of the newest work."""
        events = self.archive.events(self.artist, "parts", damaged=self.note_damage)
        changed = latest_events.parts(events).get(self.artist)
        lost = f"events/{self.artist}/"
        if not any(key.startswith((f"{lost}parts/", f"{lost}artist/")) for key in self.lost):
            return created.parts if changed is None else changed.parts
        newest: Manifest | None = None
        for manifest in self.archive.manifests(self.artist, damaged=self.note_damage):
            newest = manifest
        before = created.parts if changed is None else changed.parts
        if newest is None:
            return before
        judged = newest.judgement
        return before.model_copy(
            update={"text_encoder": judged.text_encoder, "image_encoder": judged.image_encoder}
        )

    def _enter_tunings(self, connection: Connection) -> dict[int, Tuning]:
        versions: dict[int, Tuning] = {}
        for event in self.archive.events(self.artist, "tuning", damaged=self.note_damage):
            assert isinstance(event, TuningChanged)
            with self._entering(connection, event):
                self.catalogue.artists.tune_in(connection, event)
                versions[event.version] = event.tuning
        return versions

    def _enter_pause(self, connection: Connection) -> None:
        """Let an artist that a person paused stay so."""
        events = self.archive.events(self.artist, "control", damaged=self.note_damage)
        last = latest_events.pauses(events).get(self.artist)
        if last is not None and last.action == "pause":
            artists = self.catalogue.artists
            artists.pause_in(connection, self.artist, last.reason, who=last.who)

    def _enter_works(self, connection: Connection, parts: Parts) -> None:
        decided = latest_events.decisions(self.archive, self.artist, damaged=self._hold)
        self._mentioned |= {decision.number for decision in decided.values()}
        for manifest in self.archive.manifests(self.artist, damaged=self.note_damage):
            with self._entering(connection, manifest):
                self._enter_work(connection, manifest, parts, decided)
                self._works.add(manifest.number)
                self._shown_tunings[manifest.tuning_version] = manifest.tuning
                self.told()
        self._numbers |= self._works

    def _hold(self, key: str, error: ArchiveError) -> None:
        self._lose(key, error, "Without a later decision the work is held until a person decides.")

    def _enter_work(
        self,
        connection: Connection,
        manifest: Manifest,
        parts: Parts,
        decided: Mapping[str, WorkModerated],
    ) -> None:
        self.catalogue.restore_work_in(connection, manifest, decided.get(manifest.work))
        judged = manifest.judgement
        if (judged.text_encoder, judged.image_encoder) == (parts.text_encoder, parts.image_encoder):
            return
        try:
            text, image = current_vectors(self.archive, manifest, parts)
        except ArchiveError as error:
            self.catalogue.works.forget_vectors_in(connection, manifest.work)
            self._lose(current_vectors_key(manifest, parts), error)
            return
        row = VectorRow(
            manifest.work, self.artist, judged.scope, judged.sequence, text=text, image=image
        )
        self.catalogue.works.set_vectors_in(connection, row)

    def _enter_failures(self, connection: Connection) -> None:
        for event in self.archive.events(self.artist, "failure", damaged=self.note_damage):
            assert isinstance(event, CycleFailed)
            if event.number in self._numbers:
                continue
            with self._entering(connection, event):
                self.catalogue.restore_failure_in(connection, event)
                self._numbers.add(event.number)
                self.failures += 1

    def _enter_rest(self, connection: Connection, created: ArtistCreated) -> None:
        """Numbers that have neither a work nor a failure: an open cycle, or lost works."""
        received: dict[int, PictureReceived] = {}
        for event in self.archive.events(self.artist, "picture", damaged=self.note_damage):
            assert isinstance(event, PictureReceived)
            if event.number not in self._numbers:
                received[event.number] = event
        damaged = {number for key in self.lost if (number := self._cycle_of(key)) is not None}
        lost = damaged | (self._mentioned - self._works)
        last = max((*self._numbers, *received, *lost), default=0)
        newest = received.get(last)
        if newest is not None and last not in lost:
            with self._entering(connection, newest):
                self.catalogue.restore_open_cycle_in(connection, newest)
                self._numbers.add(last)
                self.open_cycles += 1
        taken = sorted(self._numbers | received.keys() | lost)
        for before, number in zip([0, *taken], taken, strict=False):
            if number - before - 1 > LONGEST_GAP:
                self._lose(
                    manifest_key(self.artist, before + 1),
                    f"Of {work_id(self.artist, before + 1)} to {number - 1} nothing is left",
                )
            else:
                for missing in range(before + 1, number):
                    self._enter_lost(connection, missing, created, None)
            if number not in self._numbers:
                self._enter_lost(connection, number, created, received.get(number))

    def _cycle_of(self, key: str) -> int | None:
        """The number of the cycle whose manifest, failure or picture is said to lie there."""
        folder, _, rest = key.partition("/")
        kind = rest.split("/")[1] if rest.count("/") > 1 else ""
        if folder == "manifests" or (folder == "events" and kind in _OF_A_CYCLE):
            return number_of(key)
        return None

    def _enter_lost(
        self,
        connection: Connection,
        number: int,
        created: ArtistCreated,
        left: PictureReceived | None,
    ) -> None:
        key = manifest_key(self.artist, number)
        failure = _unknown(created, number) if left is None else lost_work(left)
        reason = failure.reason
        known = [each for each in self.lost if self._cycle_of(each) == number]
        if not known:
            self._lose(key, ObjectMissing(f"{key} is missing: {reason}"))
        for each in known:
            self._add(each, f"{reason}.")
        with self._entering(connection, failure):
            self.catalogue.restore_failure_in(connection, failure)

    def _fill_tunings(
        self, connection: Connection, created: ArtistCreated, versions: dict[int, Tuning]
    ) -> None:
        """Versions whose event is lost: taken from works made with them, or the ones before.

        A version whose object is damaged has to be taken, so that a later one gets another name.
        """
        damaged = {
            number
            for key in self.lost
            if key.startswith(f"events/{self.artist}/tuning/")
            and (number := number_of(key)) is not None
        }
        before = Tuning()
        for version in sorted({*versions, *self._shown_tunings, *damaged}):
            tuning = versions.get(version) or self._shown_tunings.get(version)
            key = event_key_of(self.artist, "tuning", f"{version:08d}")
            if version not in versions:
                follows = (
                    "The one before it holds." if tuning is None else "The works made with it tell."
                )
                if key in self.lost:
                    self._add(key, follows)
                else:
                    self._lose(key, ObjectMissing(f"{key} is missing"), follows)
                changed = TuningChanged(
                    artist=self.artist,
                    at=created.at,
                    version=version,
                    tuning=tuning or before,
                    who=RESTORER,
                )
                with self._entering(connection, changed):
                    self.catalogue.artists.tune_in(connection, changed)
            before = tuning or before

    def _enter_spending(self, connection: Connection) -> None:
        events = self.archive.events(self.artist, "spending", damaged=self.note_damage)
        for call in latest_events.spending(events).values():
            with self._entering(connection, call):
                self.catalogue.ledger.enter_in(connection, call)
                self.spending += 1

    def _enter_publications(self, connection: Connection) -> None:
        events = self.archive.events(self.artist, "publication", damaged=self.note_damage)
        for (work, _), last in latest_events.publications(events).items():
            self._mentioned.add(last.number)
            if last.number in self._works:
                with self._entering(connection, last):
                    self.catalogue.outbox.enter_in(connection, work, last)


def lost_work(left: PictureReceived) -> CycleFailed:
    """What a work is whose manifest is lost, and of which the picture and its event are left."""
    return CycleFailed(
        artist=left.artist,
        at=left.at,
        number=left.number,
        started_at=left.started_at,
        tuning_version=left.tuning_version,
        step="keep",
        reason=(
            f"{work_id(left.artist, left.number)}, “{left.composition.title}”, is lost: its"
            f" manifest is missing or damaged. Its picture is {left.painting.image}; what it shows"
            f" is told by {key_of(left)}"
        ),
    )


def _unknown(created: ArtistCreated, number: int) -> CycleFailed:
    return CycleFailed(
        artist=created.artist,
        at=created.at,
        number=number,
        started_at=created.at,
        tuning_version=1,
        step="keep",
        reason=f"{work_id(created.artist, number)} is lost: nothing tells of it any more",
    )


def _told_by(first: Manifest) -> ArtistCreated:
    judged = first.judgement
    return ArtistCreated(
        artist=first.artist,
        at=first.started_at,
        title=first.artist,
        statement="",
        style="",
        seeds=first.inspiration.pool_before.seeds,
        seed=1,
        scope=judged.scope,
        parts=Parts(
            composer=first.composition.composer,
            painter=first.painting.painter,
            text_encoder=judged.text_encoder,
            image_encoder=judged.image_encoder,
        ),
    )
