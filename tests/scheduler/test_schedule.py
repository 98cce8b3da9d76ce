"""The schedule: which cycles start, which wait, and which are sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from scheduler.beat import TICK, add_periodic
from scheduler.schedule import LONGEST_LEASE, LOOK_SECONDS, Schedule
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Step
from storage.catalogue.db.database import now
from storage.catalogue.db.tables import artists, cycles
from worker.config.settings import SettingsFile
from worker.engine.app import create_app


class Bench:
    """A schedule over a new catalogue, with a list of the steps that it sent."""

    def __init__(self, folder: Path, created: ArtistCreated) -> None:
        self.file = folder / "artist.toml"
        self.file.write_text('[tuning]\nevery = "0s"\n[storage]\nmin_free_gib = 0\n')
        self.catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
        self.archive = Archive(FolderStore(folder / "archive", create=True))
        self.catalogue.artists.add(created)
        self.sent: list[tuple[str, Step]] = []
        self.schedule = Schedule(
            catalogue=self.catalogue,
            archive=self.archive,
            settings_file=SettingsFile(self.file),
            send=lambda cycle, step: self.sent.append((cycle, step)),
            stall_timeout=30,
        )

    def tick(self) -> None:
        self.schedule.read_settings()
        self.schedule.tick()

    def tuning(self) -> tuple[int, Tuning]:
        row = self.catalogue.artists.tuning("alien")
        assert row is not None
        return row.version, row.tuning


@pytest.fixture
def bench(tmp_path: Path, created: ArtistCreated) -> Iterator[Bench]:
    bench = Bench(tmp_path, created)
    yield bench
    bench.catalogue.close()


def test_an_artist_that_is_due_begins_once(bench: Bench) -> None:
    for _ in range(3):
        bench.tick()
    assert bench.sent == [("alien:1", Step.INSPIRE)]


def test_two_schedules_do_no_harm(bench: Bench) -> None:
    other = Schedule(
        catalogue=bench.catalogue,
        archive=bench.archive,
        settings_file=SettingsFile(bench.file),
        send=lambda cycle, step: bench.sent.append((cycle, step)),
    )
    bench.schedule.read_settings()
    other.read_settings()
    bench.schedule.tick()
    other.tick()
    assert bench.sent == [("alien:1", Step.INSPIRE)]
    assert bench.tuning()[0] == 1


def test_the_file_becomes_the_tuning_of_the_next_cycle(bench: Bench) -> None:
    bench.tick()
    assert bench.tuning()[0] == 1
    bench.file.write_text("[tuning]\nbeta = 0.5\npatience = 7\n")
    bench.tick()
    version, tuning = bench.tuning()
    assert (version, tuning.beta, tuning.patience) == (2, 0.5, 7)
    changes = list(bench.archive.events("alien", "tuning"))
    assert [c.version for c in changes if isinstance(c, TuningChanged)] == [1, 2]
    cycle = bench.catalogue.cycles.get("alien:1")
    assert cycle is not None and cycle.tuning_version == 1, "a cycle keeps its first tuning"


def test_a_broken_file_changes_nothing(bench: Bench) -> None:
    bench.tick()
    bench.file.write_text("[tuning]\nbeta = 5\n")
    bench.tick()
    assert bench.tuning()[0] == 1
    assert "beta = 5" in bench.schedule.settings_file.fault


def test_a_tuning_set_by_a_person_overrides_the_file(bench: Bench) -> None:
    bench.tick()
    by_hand = TuningChanged(
        artist="alien",
        at=bench.catalogue.artists.tunings("alien")[0].at,
        version=2,
        tuning=Tuning(beta=0.1),
        who="ada",
    )
    bench.catalogue.artists.tune(by_hand)
    bench.file.write_text("[tuning]\nbeta = 0.5\n")
    bench.tick()
    assert bench.tuning() == (2, by_hand.tuning)


def test_a_crash_between_a_tunings_event_and_its_row_is_repaired(bench: Bench) -> None:
    bench.tick()
    bench.file.write_text("[tuning]\nbeta = 0.5\n")
    lost = TuningChanged(
        artist="alien",
        at=bench.catalogue.artists.tunings("alien")[0].at,
        version=2,
        tuning=Tuning(beta=0.4),
        who="artist.toml",
    )
    bench.archive.append(lost)
    bench.tick()
    assert bench.tuning() == (2, lost.tuning)
    bench.tick()
    assert (bench.tuning()[0], bench.tuning()[1].beta) == (3, 0.5)


def test_a_stalled_cycle_is_sent_again_but_not_at_every_tick(bench: Bench) -> None:
    bench.tick()
    with bench.catalogue.database.write() as connection:
        connection.execute(update(cycles).values(progress_at=0.0))
    for _ in range(3):
        bench.tick()
    assert bench.sent == [("alien:1", Step.INSPIRE)] * 2


def test_a_cycle_that_waits_in_a_long_queue_is_not_sent_again(bench: Bench) -> None:
    bench.tick()
    with bench.catalogue.database.write() as connection:
        connection.execute(update(cycles).values(progress_at=0.0))
    waiting = {Step.INSPIRE: 1}
    bench.schedule.waiting = lambda: waiting
    for _ in range(3):
        bench.tick()
    assert len(bench.sent) == 1

    waiting[Step.INSPIRE] = 0  # the broker lost it
    bench.tick()
    assert len(bench.sent) == 2


def test_after_the_last_cycle_none_begins(bench: Bench) -> None:
    bench.schedule.last_cycle = 1
    bench.tick()
    with bench.catalogue.database.write() as connection:
        connection.execute(update(cycles).values(state="failed"))
    bench.tick()
    assert bench.sent == [("alien:1", Step.INSPIRE)]


def test_with_too_little_disk_the_artist_waits_and_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.file.write_text("[storage]\nmin_free_gib = 2\n")
    monkeypatch.setattr(Archive, "free_bytes", lambda self: 2**30)
    bench.tick()
    assert bench.sent == []
    artist = bench.catalogue.artists.get("alien")
    assert artist is not None
    assert "only 1.00 GiB are free" in artist.pause_reason
    monkeypatch.setattr(Archive, "free_bytes", lambda self: 9 * 2**30)
    with bench.catalogue.database.write() as connection:
        connection.execute(update(artists).values(rests_until=0.0))
    bench.tick()
    assert bench.sent == [("alien:1", Step.INSPIRE)]
    artist = bench.catalogue.artists.get("alien")
    assert artist is not None and artist.pause_reason == ""


def test_a_paused_artist_starts_no_cycle(bench: Bench) -> None:
    bench.catalogue.artists.pause("alien", "holiday")
    bench.tick()
    assert bench.sent == []


def test_the_beat_calls_the_tick_as_a_task() -> None:
    def no_worker_context() -> None:
        raise AssertionError("a tick needs no worker context")

    ticks: list[int] = []
    app = create_app("memory://", no_worker_context)  # type: ignore[arg-type]
    add_periodic(app, TICK, lambda: ticks.append(1), seconds=0.25)
    app.tasks[TICK].apply(throw=True)
    assert ticks == [1]
    assert app.conf.beat_schedule[TICK]["schedule"] == 0.25


def finish_all(bench: Bench) -> list[str]:
    """End every open cycle; return the names of their artists."""
    with bench.catalogue.database.write() as connection:
        names = list(connection.scalars(select(cycles.c.artist).where(cycles.c.state == "open")))
        connection.execute(update(cycles).values(state="failed"))
    return names


def test_the_longest_waiting_start_first_up_to_the_limit(
    bench: Bench, created: ArtistCreated
) -> None:
    for number in range(1, 10):
        name = f"artist-{number}"
        bench.catalogue.artists.add(created.model_copy(update={"artist": name, "scope": name}))
    text = bench.file.read_text()
    bench.file.write_text(f"{text}[schedule]\nmost_open = 4\n")
    begun: Counter[str] = Counter()
    while sum(begun.values()) < 25:
        bench.tick()
        names = finish_all(bench)
        assert len(names) == 4
        begun.update(names)
        if len(begun) < 10:
            assert max(begun.values()) <= 2, "no artist gets a third cycle before all had one"
    assert max(begun.values()) - min(begun.values()) <= 1


def test_quiet_hours_delay_a_cycle_that_is_due(bench: Bench) -> None:
    bench.file.write_text('[tuning]\nevery = "0s"\nquiet = "00:00-23:59"\n')
    # Whatever time it is, but for one minute at the end of the day.
    if datetime.now(UTC).strftime("%H:%M") != "23:59":
        bench.tick()
        artist = bench.catalogue.artists.get("alien")
        assert bench.sent == [] and artist is not None
        assert artist.pause_reason == "quiet hours until 23:59 (UTC)"


def test_a_clock_that_was_set_back_delays_no_artist(bench: Bench) -> None:
    bench.tick()
    finish_all(bench)
    lost = 3600.0
    with bench.catalogue.database.write() as connection:
        connection.execute(update(artists).values(next_due=artists.c.next_due + lost))
    bench.tick()
    assert len(bench.sent) == 1, "an hour ahead, as after the clock was set back"
    bench.schedule._seen = bench.catalogue.clock.now() + lost
    bench.tick()
    assert bench.sent[1:] == [("alien:2", Step.INSPIRE)]


def test_a_dead_workers_lease_does_not_outlive_the_clock(bench: Bench) -> None:
    bench.tick()
    claim = bench.catalogue.cycles.claim("alien:1", holder="dead", seconds=3600.0 + 60.0)
    assert claim is not None
    bench.schedule._seen = bench.catalogue.clock.now() + 3600.0
    bench.tick()
    cycle = bench.catalogue.cycles.get("alien:1")
    assert cycle is not None
    with bench.catalogue.database.read() as connection:
        left = connection.scalar(select(cycles.c.leased_until - now()))
    assert left is not None and left <= LONGEST_LEASE


@pytest.fixture
def looks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock for `look`, set by the test, after the first `look`, whose cycle has ended."""
    clock = SimpleNamespace(time=lambda: clock.now, now=1000.0)
    monkeypatch.setattr("scheduler.schedule.time", clock)
    bench.schedule.look(changed=True)
    assert len(bench.sent) == 1
    finish_all(bench)
    return clock


def test_a_look_does_nothing_if_nothing_changed(bench: Bench, looks: SimpleNamespace) -> None:
    looks.now += 0.5
    bench.schedule.look(changed=False)
    assert len(bench.sent) == 1
    bench.schedule.look(changed=True)
    assert len(bench.sent) == 2


def test_a_look_ticks_when_the_time_has_come(bench: Bench, looks: SimpleNamespace) -> None:
    looks.now += 1.5
    bench.schedule.look(changed=False)
    assert len(bench.sent) == 2


def test_a_look_ticks_when_the_clock_was_set_back(bench: Bench, looks: SimpleNamespace) -> None:
    looks.now -= 3600.0
    bench.schedule.look(changed=False)
    assert len(bench.sent) == 2


def test_a_look_ticks_when_the_settings_changed(bench: Bench, looks: SimpleNamespace) -> None:
    bench.file.write_text("[tuning]\nbeta = 0.5\n[storage]\nmin_free_gib = 0\n")
    bench.schedule.look(changed=False)
    assert bench.tuning()[1].beta == 0.5 and len(bench.sent) == 2


def test_a_tick_that_failed_is_repeated(
    bench: Bench, looks: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(bench.schedule, "recover", lambda: 1 / 0)
        bench.schedule.look(changed=True)
    bench.schedule.look(changed=False)
    assert len(bench.sent) == 2


def test_the_next_look_comes_when_something_is_due_and_soon_in_any_case(bench: Bench) -> None:
    bench.file.write_text('[tuning]\nevery = "1h"\n[storage]\nmin_free_gib = 0\n')
    bench.schedule.look(changed=True)
    finish_all(bench)
    assert bench.schedule.look(changed=True) == LOOK_SECONDS
    with bench.catalogue.database.write() as connection:
        connection.execute(update(artists).values(next_due=now() + LOOK_SECONDS / 2))
    assert bench.schedule.look(changed=True) <= LOOK_SECONDS / 2


def test_quiet_hours_end_on_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.file.write_text('[tuning]\nquiet = "11:00-12:00"\n[storage]\nmin_free_gib = 0\n')
    half_a_minute_before = datetime(2026, 1, 1, 11, 59, 30, tzinfo=UTC).timestamp()
    monkeypatch.setattr(Schedule, "_mind_clock", lambda _: half_a_minute_before)
    bench.tick()
    artist = bench.catalogue.artists.get("alien")
    assert bench.sent == [] and artist is not None
    assert artist.rests_until - bench.catalogue.clock.now() <= 30.0
