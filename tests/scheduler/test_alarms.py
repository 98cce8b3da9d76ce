"""Alarms: which conditions are reported, and which are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from gallery.publishing.decisions import decide
from scheduler.alarms import find_alarms, settings_alarms
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest, Tuning
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import artists, works
from storage.catalogue.db.tables import cycles as cycle_rows
from storage.catalogue.outbox import Publication
from tests.cycles import reschedule
from tests.manifests import a_spending
from worker.config.settings import SettingsFile


class Deployment:
    """A deployment with one artist, whose past a test sets."""

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
        return list(self.found(min_free_gib=min_free_gib))

    def found(self, *, min_free_gib: float = 0.0) -> dict[str, str]:
        """The alarms' messages by kind, with commands as a person calls them."""
        found = find_alarms(
            self.catalogue,
            self.archive,
            min_free_gib=min_free_gib,
            command=lambda words: f"artist {words} --data here",
        )
        return {alarm.kind: alarm.message for alarm in found}

    def written_by_fallback(self, manifest: Manifest, reason: str) -> None:
        composition = manifest.composition.model_copy(update={"fallback_reason": reason})
        self.catalogue.restore_work(manifest.model_copy(update={"composition": composition}))
        with self.catalogue.database.write() as connection:
            connection.execute(
                update(works)
                .where(works.c.id == manifest.work)
                .values(created_at=self.now + manifest.number)
            )

    def posted(self, manifest: Manifest, outcome: Publication, detail: str) -> None:
        """A work whose post on the webhook ended so."""
        self.catalogue.restore_work(manifest)
        outbox = self.catalogue.outbox
        with self.catalogue.database.write() as connection:
            outbox.add_in(connection, manifest.work, ["webhook"])
        claimed = outbox.claim(outbox.due(limit=1)[0], seconds=60)
        assert claimed is not None
        outbox.settle(claimed, outcome, detail)

    def compose_with(self, composer: str) -> None:
        row = self.catalogue.artists.get("alien")
        assert row is not None
        parts = row.created.parts.model_copy(update={"composer": composer})
        self.catalogue.artists.set_parts("alien", parts)


@pytest.fixture
def deployment(
    tmp_path: Path, created: ArtistCreated, tuned: TuningChanged
) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path, created, tuned)
    yield deployment
    deployment.catalogue.close()


MakeManifest = Callable[[int], Manifest]


def test_a_new_artist_has_no_alarm(deployment: Deployment) -> None:
    assert deployment.kinds() == []


@pytest.mark.parametrize(("minutes", "alarms"), [(29, []), (31, ["silent"])])
def test_silence_for_twice_the_cadence(
    deployment: Deployment, make_manifest: MakeManifest, minutes: float, alarms: list[str]
) -> None:
    deployment.last_work(make_manifest(1), seconds_ago=60 * minutes)
    assert deployment.kinds() == alarms


def test_no_silence_alarm_in_a_pause_or_in_quiet_hours(
    deployment: Deployment, make_manifest: MakeManifest
) -> None:
    deployment.last_work(make_manifest(1), seconds_ago=7200)
    deployment.catalogue.artists.pause("alien", "holiday", who="ada")
    assert deployment.kinds() == []
    deployment.catalogue.artists.resume("alien")
    assert deployment.kinds() == [], "the artist was resumed just now"
    with deployment.catalogue.database.write() as connection:
        connection.execute(update(artists).values(resumed_at=0.0))
    assert deployment.kinds() == ["silent"]
    deployment.tune(every=900, quiet="00:00-23:59")
    assert deployment.kinds() == []


def test_an_automatic_pause_is_an_alarm(deployment: Deployment) -> None:
    deployment.catalogue.artists.pause("alien", "the key is wrong.")
    assert deployment.found() == {
        "paused": "paused after an error: the key is wrong. Once that is mended:"
        " `artist resume alien --data here`"
    }


@pytest.mark.parametrize(("minutes", "rings"), [(14, False), (16, True)])
def test_a_held_work_is_an_alarm_after_a_cadence(
    deployment: Deployment, make_manifest: MakeManifest, minutes: float, rings: bool
) -> None:
    for number in (1, 2):
        deployment.catalogue.restore_work(make_manifest(number))
    with deployment.catalogue.database.write() as connection:
        moment = deployment.now - 60 * minutes
        connection.execute(update(works).values(showing="held", changed_at=moment))
    deployment.catalogue.artists.pause("alien", "holiday", who="ada")
    found = deployment.found()
    assert list(found) == (["review"] if rings else [])
    if rings:
        assert "2 works are held for review" in found["review"]
        assert "`artist moderate alien:1 shown --data here`" in found["review"]


@pytest.mark.parametrize(("minutes", "kinds"), [(14, []), (16, ["waiting"])])
def test_a_step_that_waits_for_a_person_is_an_alarm_with_its_reason(
    deployment: Deployment, minutes: float, kinds: list[str]
) -> None:
    catalogue = deployment.catalogue
    opened = catalogue.cycles.open("alien", tuning_version=1, every=900)
    assert opened is not None
    claim = catalogue.cycles.claim(opened.id, holder="me", seconds=9)
    assert claim is not None
    reschedule(catalogue, claim, seconds=900, reason="there is no painter 'crayon'")
    with catalogue.database.write() as connection:
        started = deployment.now - 60 * minutes
        connection.execute(update(cycle_rows).values(started_at=started))
    found = deployment.found()
    assert list(found) == kinds
    if kinds:
        assert "alien:1 waits at inspire" in found["waiting"]
        assert "there is no painter 'crayon'" in found["waiting"]
        assert "`artist resume alien --data here`" in found["waiting"]


def test_three_works_of_the_fallback_in_a_row_are_an_alarm(
    deployment: Deployment, make_manifest: MakeManifest
) -> None:
    deployment.compose_with("openai")
    for number in (1, 2):
        deployment.written_by_fallback(make_manifest(number), "openai: no usable answer")
    assert deployment.kinds() == []
    deployment.written_by_fallback(make_manifest(3), "openai: it was cut short")
    message = deployment.found()["composer"]
    assert "openai: it was cut short" in message
    assert "`artist doctor --data here`" in message
    assert "`artist edit alien --composer grammar --data here`" in message
    deployment.written_by_fallback(make_manifest(4), "")
    assert deployment.kinds() == [], "the composer writes again"
    for number in (5, 6, 7):
        deployment.written_by_fallback(make_manifest(number), "openai: no usable answer")
    assert deployment.kinds() == ["composer"]
    deployment.compose_with("grammar")
    assert deployment.kinds() == [], "a person chose the grammar"


def test_a_failed_post_is_an_alarm_until_a_person_decides(
    deployment: Deployment, make_manifest: MakeManifest
) -> None:
    catalogue = deployment.catalogue
    deployment.posted(make_manifest(1), "failed", "410 Gone")
    message = deployment.found()["failed-publications"]
    assert "`artist publications --retry-all --data here`" in message
    assert "`artist publications alien:1 webhook give_up --data here`" in message
    (row,) = catalogue.outbox.of_work("alien:1")
    assert decide(catalogue, deployment.archive, row, "give_up", who="ada")
    assert deployment.kinds() == []


def test_invalid_settings_and_a_missing_pair_are_alarms(tmp_path: Path) -> None:
    written = tmp_path / "artist.toml"
    written.write_text("[tuning]\nbeta = 0.5\n")
    file = SettingsFile(written)
    assert list(settings_alarms(file, command=str)) == []
    written.write_text("[tuning]\nbeta = 7.0\n")
    file.refresh()
    (alarm,) = settings_alarms(file, command=lambda words: f"artist {words}")
    assert alarm.kind == "settings" and "beta" in alarm.message
    assert "`artist doctor`" in alarm.message
    written.write_text(f"[models]\nsampler = '{tmp_path / 'nowhere'}'\n")
    file.refresh()
    (alarm,) = settings_alarms(file, command=lambda words: f"artist {words}")
    assert alarm.kind == "models" and "nowhere" in alarm.message


def test_the_fullest_store_counts_for_the_alarm_of_the_disk(deployment: Deployment) -> None:
    """The archive may be in a bucket, which tells no free space."""
    found = find_alarms(
        deployment.catalogue, deployment.archive, min_free_gib=2, free_bytes=lambda: 2**30
    )
    assert [alarm.kind for alarm in found] == ["disk"]


def test_the_breaker_is_an_alarm(deployment: Deployment) -> None:
    with deployment.catalogue.database.write() as connection:
        connection.execute(update(artists).values(failures=3, rests_until=deployment.now + 60))
    assert deployment.kinds() == ["breaker"]
    with deployment.catalogue.database.write() as connection:
        connection.execute(update(artists).values(rests_until=deployment.now - 1))
    assert deployment.kinds() == []


@pytest.mark.parametrize(("cost", "alarms"), [(3_900_000, []), (4_000_000, ["budget-daily"])])
def test_four_fifths_of_a_budget_are_an_alarm(
    deployment: Deployment, cost: int, alarms: list[str]
) -> None:
    moment = datetime.fromtimestamp(deployment.now, UTC)
    deployment.catalogue.ledger.enter(
        a_spending(at=moment, ceiling=5_000_000, cost=cost, reserved_at=moment)
    )
    assert deployment.kinds() == alarms


def test_exactly_four_fifths_of_a_budget_are_an_alarm_whatever_floats_make_of_it(
    deployment: Deployment,
) -> None:
    deployment.tune(every=900, daily_budget=0.3)  # 0.8 * 0.3 > 0.24 in floating point
    moment = datetime.fromtimestamp(deployment.now, UTC)
    spending = a_spending(at=moment, ceiling=300_000, cost=240_000, reserved_at=moment)
    deployment.catalogue.ledger.enter(spending)
    assert deployment.kinds() == ["budget-daily"]


@pytest.mark.parametrize(("spent", "told"), [(0.6, "--daily-budget 2"), (0.0, "--daily-budget 1")])
def test_a_call_that_waits_for_the_budget_is_an_alarm_at_once(
    deployment: Deployment, spent: float, told: str
) -> None:
    catalogue, moment = deployment.catalogue, datetime.fromtimestamp(deployment.now, UTC)
    budget = 1.0 if spent else 0.0
    deployment.tune(every=900, daily_budget=budget)
    cost = round(spent * 1e6)
    catalogue.ledger.enter(a_spending(at=moment, ceiling=cost, cost=cost, reserved_at=moment))
    opened = catalogue.cycles.open("alien", tuning_version=2, every=900)
    assert opened is not None
    claim = catalogue.cycles.claim(opened.id, holder="me", seconds=9)
    assert claim is not None
    wanted = a_spending(at=moment, number=1, ceiling=500_000, reserved_at=moment)
    reason = catalogue.ledger.reserve(wanted, claim=claim, daily=budget, monthly=9.0)
    assert isinstance(reason, str)
    reschedule(catalogue, claim, seconds=900, reason=reason)
    with catalogue.database.write() as connection:
        connection.execute(update(cycle_rows).values(started_at=deployment.now - 7200))
    found = deployment.found()
    assert list(found) == ["budget-daily"], "and not that it waits, or makes nothing, too"
    assert "may cost more than the rest" in found["budget-daily"]
    assert told in found["budget-daily"]


def test_too_little_disk_space_is_an_alarm(deployment: Deployment) -> None:
    assert deployment.kinds(min_free_gib=1e9) == ["disk"]


def test_a_channel_that_sends_nothing_is_an_alarm_of_its_own(
    deployment: Deployment, make_manifest: MakeManifest
) -> None:
    channels = deployment.catalogue.channels
    channels.configure({"mastodon": "MASTODON_TOKEN is not set", "webhook": "", "moss": ""})
    channels.hold("moss", "the server refuses the token")
    found = find_alarms(deployment.catalogue, deployment.archive, min_free_gib=0)
    assert {alarm.kind: alarm.message for alarm in found} == {
        "channel mastodon": "nothing is posted on mastodon: MASTODON_TOKEN is not set",
        "channel moss": (
            "posts on moss wait: the server refuses the token."
            " Once that is mended: `artist publications --retry-all`"
        ),
    }
    channels.configure({"webhook": "", "mastodon": "", "moss": ""})
    channels.release()
    assert deployment.kinds() == []


def test_a_post_of_unknown_outcome_waits_for_a_person(
    deployment: Deployment, make_manifest: MakeManifest
) -> None:
    deployment.posted(make_manifest(1), "unknown", "the line broke")
    assert deployment.kinds() == ["publications"]
    deployment.catalogue.outbox.decide("alien:1", "webhook", "sent", "seen")
    assert deployment.kinds() == []
