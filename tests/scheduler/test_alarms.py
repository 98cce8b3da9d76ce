"""What is an alarm, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from scheduler.alarms import find_alarms
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest, Tuning
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import artists, works
from tests.manifests import a_spending


class Night:
    """One artist, whose past a test can arrange."""

    def __init__(self, folder: Path, created: ArtistCreated, tuned: TuningChanged) -> None:
        self.catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
        self.archive = Archive(FolderStore(folder / "archive", create=True))
        self.now = self.catalogue.clock.now()
        fresh = created.model_copy(update={"at": datetime.fromtimestamp(self.now, UTC)})
        self.catalogue.artists.add(fresh)
        self._tuned = tuned
        self.tune(every=900)

    def tune(self, **values: object) -> None:
        version = self.catalogue.artists.next_tuning_version("alien")
        tuning = Tuning.model_validate(values)
        self.catalogue.artists.tune(
            self._tuned.model_copy(update={"version": version, "tuning": tuning})
        )

    def last_work(self, manifest: Manifest, *, seconds_ago: float) -> None:
        self.catalogue.restore_work(manifest)
        with self.catalogue.database.write() as connection:
            connection.execute(update(works).values(created_at=self.now - seconds_ago))
            long_ago = self.catalogue.artists.get("alien")
            assert long_ago is not None
            created = long_ago.created.model_copy(update={"at": datetime(2020, 1, 1, tzinfo=UTC)})
            connection.execute(update(artists).values(created=created.model_dump_json()))

    def kinds(self, *, min_free_gib: float = 0.0) -> list[str]:
        found = find_alarms(self.catalogue, self.archive, min_free_gib=min_free_gib)
        return [alarm.kind for alarm in found]


@pytest.fixture
def night(tmp_path: Path, created: ArtistCreated, tuned: TuningChanged) -> Iterator[Night]:
    night = Night(tmp_path, created, tuned)
    yield night
    night.catalogue.close()


MakeManifest = Callable[[int], Manifest]


def test_all_is_well_at_first(night: Night) -> None:
    assert night.kinds() == []


@pytest.mark.parametrize(("minutes", "alarms"), [(29, []), (31, ["silent"])])
def test_silence_for_twice_the_cadence(
    night: Night, make_manifest: MakeManifest, minutes: float, alarms: list[str]
) -> None:
    night.last_work(make_manifest(1), seconds_ago=60 * minutes)
    assert night.kinds() == alarms


def test_nobody_expects_work_in_a_pause_or_in_quiet_hours(
    night: Night, make_manifest: MakeManifest
) -> None:
    night.last_work(make_manifest(1), seconds_ago=7200)
    night.catalogue.artists.pause("alien", "holiday", who="ada")
    assert night.kinds() == []
    night.catalogue.artists.resume("alien")
    assert night.kinds() == [], "it went on just now"
    with night.catalogue.database.write() as connection:
        connection.execute(update(artists).values(resumed_at=0.0))
    assert night.kinds() == ["silent"]
    night.tune(every=900, quiet="00:00-23:59")
    assert night.kinds() == []


def test_an_artist_that_had_to_stop_by_itself(night: Night) -> None:
    night.catalogue.artists.pause("alien", "the key is wrong")
    assert night.kinds() == ["paused"]


def test_the_breaker(night: Night) -> None:
    with night.catalogue.database.write() as connection:
        connection.execute(update(artists).values(failures=3, rests_until=night.now + 60))
    assert night.kinds() == ["breaker"]
    with night.catalogue.database.write() as connection:
        connection.execute(update(artists).values(rests_until=night.now - 1))
    assert night.kinds() == []


@pytest.mark.parametrize(("cost", "alarms"), [(3_900_000, []), (4_000_000, ["budget-daily"])])
def test_four_fifths_of_a_budget(night: Night, cost: int, alarms: list[str]) -> None:
    moment = datetime.fromtimestamp(night.now, UTC)
    night.catalogue.ledger.enter(
        a_spending(at=moment, ceiling=5_000_000, cost=cost, reserved_at=moment)
    )
    assert night.kinds() == alarms


def test_too_little_disk(night: Night) -> None:
    assert night.kinds(min_free_gib=1e9) == ["disk"]
