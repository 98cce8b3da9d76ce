"""The catalogue as one object: a database, and one attribute for each kind of record."""

from __future__ import annotations

from sqlalchemy import URL, Connection, delete, insert

from storage.archive.events import CycleFailed, PictureReceived, WorkModerated
from storage.archive.manifest import Manifest, work_id
from storage.catalogue.alarms import Alarms
from storage.catalogue.artists import Artists
from storage.catalogue.changes import Changes
from storage.catalogue.channels import Channels
from storage.catalogue.cycle_row import Step
from storage.catalogue.cycles import Cycles, raise_sequence
from storage.catalogue.db.clock import Clock
from storage.catalogue.db.database import Database
from storage.catalogue.db.tables import cycles, vectors
from storage.catalogue.fediverse import Fediverse
from storage.catalogue.ledger import Ledger
from storage.catalogue.outbox import Outbox
from storage.catalogue.queries.artist_history import ArtistHistory
from storage.catalogue.queries.attention import Attention
from storage.catalogue.queries.search import Search
from storage.catalogue.queries.work_list import WorkList
from storage.catalogue.rate_limits import Rates
from storage.catalogue.sessions import Sessions
from storage.catalogue.votes import Votes
from storage.catalogue.works import Works


class Catalogue:
    """Opens the catalogue at a database URL and brings its tables up to date.

    Raises:
        StorageUnavailable: the database can't be reached, written or understood.
    """

    def __init__(self, url: str | URL) -> None:
        self.database = Database(url)
        try:
            self.database.migrate()
        except BaseException:
            self.database.close()
            raise
        self.artists = Artists(self.database)
        self.cycles = Cycles(self.database)
        self.works = Works(self.database)
        self.history = ArtistHistory(self.database)
        self.attention = Attention(self.database)
        self.search = Search(self.database)
        self.work_list = WorkList(self.database)
        self.ledger = Ledger(self.database)
        self.outbox = Outbox(self.database)
        self.channels = Channels(self.database)
        self.fediverse = Fediverse(self.database)
        self.votes = Votes(self.database)
        self.changes = Changes(self.database)
        self.sessions = Sessions(self.database)
        self.rates = Rates(self.database)
        self.clock = Clock(self.database)
        self.alarms = Alarms(self.database)

    def restore_work(self, manifest: Manifest) -> None:
        """Enter a finished work from the archive: its cycle, vectors, sequence and row."""
        with self.database.write() as connection:
            self.restore_work_in(connection, manifest)

    def adopt_work(self, manifest: Manifest, decided: WorkModerated | None = None) -> None:
        """Enter a finished work that this catalogue lost, over what is left of its cycle.

        Its visibility is the one that was decided, from the start.
        """
        with self.database.write() as connection:
            self.adopt_in(connection, manifest, decided)

    def adopt_in(
        self,
        connection: Connection,
        ended: Manifest | CycleFailed,
        decided: WorkModerated | None = None,
    ) -> None:
        """Enter a cycle that ended long ago over what this catalogue has of it.

        Its visibility is the one that was decided.
        """
        cycle = work_id(ended.artist, ended.number)
        connection.execute(delete(vectors).where(vectors.c.work == cycle))
        connection.execute(delete(cycles).where(cycles.c.id == cycle))
        if isinstance(ended, Manifest):
            self.restore_work_in(connection, ended, decided)
        else:
            self.restore_failure_in(connection, ended)

    def restore_work_in(
        self, connection: Connection, manifest: Manifest, decided: WorkModerated | None = None
    ) -> None:
        """`restore_work` as part of a transaction."""
        judgement = manifest.judgement
        connection.execute(
            insert(cycles).values(
                id=manifest.work,
                artist=manifest.artist,
                number=manifest.number,
                state="done",
                step=Step.PUBLISH,
                tuning_version=manifest.tuning_version,
                started_at=manifest.started_at.timestamp(),
                progress_at=manifest.finished_at.timestamp(),
                finished_at=manifest.finished_at.timestamp(),
                pool=judgement.pool_after.model_dump_json(),
            )
        )
        connection.execute(
            insert(vectors).values(
                work=manifest.work,
                artist=manifest.artist,
                scope=judgement.scope,
                sequence=judgement.sequence,
                text=judgement.text_vector.astype("<f4").tobytes(),
                image=judgement.image_vector.astype("<f4").tobytes(),
            )
        )
        raise_sequence(connection, judgement.scope, judgement.sequence)
        self.works.add_in(connection, manifest, decided)

    def restore_failure(self, failure: CycleFailed) -> bool:
        """Enter a failed cycle from the archive's event; False if its number is taken."""
        if self.cycles.get(work_id(failure.artist, failure.number)) is not None:
            return False
        with self.database.write() as connection:
            self.restore_failure_in(connection, failure)
        return True

    def restore_failure_in(self, connection: Connection, failure: CycleFailed) -> None:
        """Enter a failed cycle as part of a transaction that changes more."""
        connection.execute(
            insert(cycles).values(
                id=work_id(failure.artist, failure.number),
                artist=failure.artist,
                number=failure.number,
                state="failed",
                step=failure.step,
                tuning_version=failure.tuning_version,
                started_at=failure.started_at.timestamp(),
                progress_at=failure.at.timestamp(),
                finished_at=failure.at.timestamp(),
                trouble=failure.reason,
            )
        )
        if failure.judgement is not None:
            raise_sequence(connection, failure.judgement.scope, failure.judgement.sequence)

    def restore_open_cycle(self, received: PictureReceived) -> bool:
        """Enter a cycle whose picture is archived and that goes on at *judge*.

        False if it has ended, or is no longer the artist's newest.
        """
        if received.number <= self.cycles.last_number(received.artist):
            return False
        with self.database.write() as connection:
            self.restore_open_cycle_in(connection, received)
        return True

    def restore_open_cycle_in(self, connection: Connection, received: PictureReceived) -> None:
        """Enter an open cycle as part of a transaction that changes more."""
        connection.execute(
            insert(cycles).values(
                id=work_id(received.artist, received.number),
                artist=received.artist,
                number=received.number,
                state="open",
                step=Step.JUDGE,
                tuning_version=received.tuning_version,
                started_at=received.started_at.timestamp(),
                progress_at=0.0,
                claims=1,  # it was tried before, and may have left a call open
                inspiration=received.inspiration.model_dump_json(),
                composition=received.composition.model_dump_json(),
                painting=received.painting.model_dump_json(),
            )
        )

    def resume(self, artist: str) -> None:
        """Resume an artist immediately, whether it is paused, resting or waits for a retry."""
        self.artists.resume(artist)
        self.cycles.retry_now(artist)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
