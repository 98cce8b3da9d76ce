"""Rebuilding: everything that the catalogue knows comes back from the archive alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistCreated,
    Ballot,
    CycleFailed,
    PictureReceived,
    Published,
    Spending,
    TuningChanged,
    VotesCast,
    WorkModerated,
)
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.archive.objects import canonical_json
from storage.catalogue import Catalogue, Step
from storage.errors import ObjectDamaged
from storage.rebuild import NotEmpty, rebuild, unknown_artists
from tests.cycles import commit

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def lived(tmp_path: Path, created: ArtistCreated) -> Iterator[Catalogue]:
    """The catalogue that the archive's events were written beside."""
    opened = Catalogue(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    opened.artists.add(created)
    yield opened
    opened.close()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def archive(
    tmp_path: Path,
    created: ArtistCreated,
    tuned: TuningChanged,
    make_manifest: Callable[[int], Manifest],
) -> Archive:
    """Three works, a failed fourth cycle, and a fifth whose picture has just come."""
    archive = Archive(FolderStore(tmp_path / "archive", create=True))
    archive.append(created)
    archive.append(tuned)
    for number in (1, 2, 3):
        archive.save_manifest(make_manifest(number))
    for number in (3, 5):
        archive.append(received(make_manifest(number)))
    fourth = make_manifest(4)
    archive.append(
        CycleFailed(
            artist="alien",
            at=fourth.finished_at,
            number=4,
            started_at=fourth.started_at,
            tuning_version=1,
            step="paint",
            reason="refused twice",
        )
    )
    for state in ("reserved", "settled"):
        archive.append(spending(fourth, state))
    return archive


def received(manifest: Manifest) -> PictureReceived:
    return PictureReceived(
        artist=manifest.artist,
        at=manifest.finished_at,
        number=manifest.number,
        started_at=manifest.started_at,
        tuning_version=1,
        inspiration=manifest.inspiration,
        composition=manifest.composition,
        painting=manifest.painting,
    )


def spending(manifest: Manifest, state: str) -> Spending:
    return Spending.model_validate(
        {
            "artist": manifest.artist,
            "at": manifest.started_at + timedelta(seconds=1),
            "entry": f"{manifest.work}:paint:1",
            "number": manifest.number,
            "purpose": "paint",
            "attempt": 1,
            "provider": "openai",
            "model": "gpt-image-2",
            "state": state,
            "ceiling": 250_000,
            "cost": 40_000 if state == "settled" else 0,
            "reserved_at": manifest.started_at,
        }
    )


def test_works_pool_failures_spending_and_the_open_cycle_come_back(
    archive: Archive, catalogue: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    told: list[int] = []
    found = rebuild(archive, catalogue, progress=told.append)
    assert (found.artists, found.works, found.failures, found.open_cycles) == (1, 3, 1, 1)
    assert told == [1, 2, 3]
    assert [work.title for work in catalogue.works.all()] == ["Work 1", "Work 2", "Work 3"]
    done = catalogue.cycles.last_done("alien")
    assert done is not None and done.pool == make_manifest(3).judgement.pool_after
    failed = catalogue.cycles.get("alien:4")
    assert failed is not None and (failed.state, failed.last_error) == ("failed", "refused twice")
    assert [entry.charged for entry in catalogue.ledger.of_cycle("alien", 4)] == [40_000]
    current = catalogue.cycles.current("alien")
    assert current is not None and (current.number, current.step) == (5, Step.JUDGE)
    assert current.painting == make_manifest(5).painting
    tuning = catalogue.artists.tuning("alien")
    assert tuning is not None and tuning.version == 1


def test_sequences_go_on_after_the_highest(
    archive: Archive, catalogue: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    rebuild(archive, catalogue)
    claim = catalogue.cycles.claim("alien:5", holder="me", seconds=60)
    assert claim is not None
    fourth = make_manifest(5).judgement.model_copy(update={"sequence": 4, "watermark": 3})
    commit(catalogue, claim, fourth)


def test_a_catalogue_that_holds_an_artist_is_not_touched(
    archive: Archive, catalogue: Catalogue
) -> None:
    rebuild(archive, catalogue)
    with pytest.raises(NotEmpty, match="rebuild into an empty data folder"):
        rebuild(archive, catalogue)


def test_votes_moderation_and_publications_come_back(
    archive: Archive, catalogue: Catalogue
) -> None:
    ballots = [
        Ballot(
            id=str(number),
            at=MOMENT,
            visitor=visitor,
            question="original",
            first="alien:1",
            second="alien:2",
            outcome=1,
        )
        for number, visitor in enumerate("abb")
    ]
    archive.append(VotesCast(artist="alien", at=MOMENT, batch="1", ballots=tuple(ballots[:2])))
    archive.append(VotesCast(artist="alien", at=MOMENT, batch="2", ballots=tuple(ballots[1:])))
    for second, visibility in enumerate(("hidden", "shown", "blurred")):
        archive.append(
            WorkModerated(
                artist="alien",
                at=MOMENT + timedelta(seconds=second),
                number=2,
                visibility=visibility,
                reason="blood",
                who="ann",
            )
        )
    published = (
        (1, 1, "sending"),
        (1, 1, "failed"),
        (1, 2, "sending"),
        (1, 2, "sent"),
        (2, 1, "sending"),
    )
    for number, attempt, state in published:
        archive.append(
            Published(
                artist="alien",
                at=MOMENT,
                number=number,
                channel="mastodon",
                attempt=attempt,
                state=state,
            )
        )
    assert rebuild(archive, catalogue).votes == 2
    assert list(catalogue.votes.all()) == ballots[:2]
    assert catalogue.votes.not_archived(limit=9) == []
    work = catalogue.works.get("alien:2")
    assert work is not None and (work.visibility, work.visibility_reason) == ("blurred", "blood")
    assert [row.state for row in catalogue.outbox.of_work("alien:1")] == ["sent"]
    assert [row.state for row in catalogue.outbox.of_work("alien:2")] == ["unknown"]
    assert catalogue.outbox.due(limit=9) == []


@pytest.mark.parametrize(
    "outcomes",
    [
        (),
        ("settled",),
        ("refused",),
        ("unknown",),
        ("unknown", "settled"),
        ("settled", "unknown"),
        ("refused", "unknown"),
    ],
    ids=lambda outcomes: "-".join(outcomes) or "reserved",
)
def test_the_ledger_comes_back_as_it_was(
    archive: Archive,
    lived: Catalogue,
    catalogue: Catalogue,
    make_manifest: Callable[[int], Manifest],
    outcomes: tuple[str, ...],
) -> None:
    """Whoever comes second with an outcome, as a worker that woke up late, changes nothing."""
    reserved = spending(make_manifest(5), "reserved")
    archive.append(reserved)
    lived.ledger.enter(reserved)
    for second, state in enumerate(outcomes, 2):
        # The archive's clock may be behind the database's, which dates the reservation.
        at = reserved.reserved_at - timedelta(minutes=1) + timedelta(seconds=second)
        outcome = spending(make_manifest(5), state).model_copy(update={"at": at})
        archive.append(outcome)
        lived.ledger.close(outcome)
    rebuild(archive, catalogue)
    assert catalogue.ledger.of_cycle("alien", 5) == lived.ledger.of_cycle("alien", 5)


@pytest.mark.parametrize(
    "states",
    [
        ("sending", "failed", "sent"),
        ("sending", "unknown", "failed"),
        ("sending", "unknown", "failed", "sent"),
    ],
)
def test_the_last_word_on_a_publication_stands(
    archive: Archive, catalogue: Catalogue, states: tuple[str, ...]
) -> None:
    for second, state in enumerate(states):
        archive.append(
            Published.model_validate(
                {
                    "artist": "alien",
                    "at": MOMENT + timedelta(seconds=second),
                    "number": 1,
                    "channel": "mastodon",
                    "attempt": 1,
                    "state": state,
                }
            )
        )
    rebuild(archive, catalogue)
    assert [row.state for row in catalogue.outbox.of_work("alien:1")] == [states[-1]]


def test_the_last_decision_on_a_work_stands_whatever_clock_it_was_dated_by(
    archive: Archive, catalogue: Catalogue
) -> None:
    east = timezone(timedelta(hours=9))
    for hour, visibility, zone in ((0, "hidden", east), (1, "shown", UTC)):
        archive.append(
            WorkModerated.model_validate(
                {
                    "artist": "alien",
                    "at": (MOMENT + timedelta(hours=hour)).astimezone(zone),
                    "number": 2,
                    "showing": visibility,
                    "reason": "",
                    "who": "ann",
                }
            )
        )
    rebuild(archive, catalogue)
    work = catalogue.works.get("alien:2")
    assert work is not None and work.visibility == "shown"


def _again(manifest: Manifest, **changes: object) -> Manifest:
    return manifest.model_copy(update=changes)


def test_an_object_that_contradicts_the_others_is_named(
    archive: Archive, catalogue: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    twice = make_manifest(3).judgement
    archive.save_manifest(_again(make_manifest(6), judgement=twice))
    lost = {loss.key: loss.says for loss in rebuild(archive, catalogue).lost}
    assert "can't be entered" in lost["manifests/alien/00000006.json"]
    assert catalogue.works.count() == 3


def test_an_event_of_an_artist_that_nobody_created_is_named(
    archive: Archive, catalogue: Catalogue, tuned: TuningChanged
) -> None:
    archive.append(tuned.model_copy(update={"artist": "nobody"}))
    found = rebuild(archive, catalogue)
    assert [loss.key for loss in found.lost] == [
        "events/nobody/artist/created.json",
        "events/nobody/tuning/00000001.json",
    ]
    assert [artist.name for artist in catalogue.artists.all()] == ["alien"]
    assert unknown_artists(archive, catalogue) == (), "nothing is left to be entered"


def test_an_object_whose_name_could_be_no_key_is_named(
    archive: Archive, tuned: TuningChanged
) -> None:
    key = "events/alien/tuning/00000002.json"
    stray = tuned.model_copy(update={"artist": "../alien", "version": 2})
    archive.store.put(key, canonical_json(stray), media_type="application/json")
    with pytest.raises(ObjectDamaged, match=key):
        list(archive.events("alien"))


def test_a_decision_on_a_work_that_is_not_there_is_named(
    archive: Archive, catalogue: Catalogue
) -> None:
    archive.append(
        WorkModerated(
            artist="alien", at=MOMENT, number=9, visibility="hidden", reason="", who="ann"
        )
    )
    lost = {loss.key for loss in rebuild(archive, catalogue).lost}
    assert "manifests/alien/00000009.json" in lost
    cycle = catalogue.cycles.get("alien:9")
    assert cycle is not None and cycle.state == "failed" and "is lost" in cycle.last_error
