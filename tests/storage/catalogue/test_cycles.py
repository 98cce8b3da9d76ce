"""Cycles and leases: one open cycle an artist, one holder a step, one commit a token."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, update

from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, Claim, CycleRow, LeaseLost, SequenceTaken, Step
from storage.catalogue.db.tables import cycles
from storage.errors import StorageError
from tests.cycles import claimed, commit, fail, reschedule, rewind


def opened(catalogue: Catalogue, *, every: float = 0.0) -> CycleRow:
    cycle = catalogue.cycles.open("alien", tuning_version=1, every=every)
    assert cycle is not None
    return cycle


def expire(catalogue: Catalogue) -> None:
    """Let time pass, as the database sees it, until every lease has run out."""
    with catalogue.database.write() as connection:
        connection.execute(update(cycles).values(leased_until=1.0))


def test_a_second_cycle_is_not_opened_while_one_is_open(alive: Catalogue) -> None:
    first = opened(alive)
    assert (first.id, first.number, first.step) == ("alien:1", 1, Step.INSPIRE)
    assert alive.cycles.open("alien", tuning_version=1, every=0.0) is None


def test_many_schedulers_open_one_cycle(alive: Catalogue) -> None:
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(alive.cycles.open, "alien", tuning_version=1, every=0.0) for _ in range(16)
        ]
    assert [f.result() is not None for f in futures].count(True) == 1


def test_the_next_cycle_waits_until_it_is_due(alive: Catalogue) -> None:
    cycle = opened(alive, every=3600.0)
    fail(alive, claimed(alive, cycle.id))
    assert alive.cycles.open("alien", tuning_version=1, every=0.0) is None
    alive.artists.resume("alien")
    assert opened(alive).number == 2


def test_cycles_are_over_when_the_last_one_has_ended(alive: Catalogue) -> None:
    assert not alive.cycles.is_over("alien", number=1)
    assert alive.cycles.is_over("alien", number=0)
    fail(alive, claimed(alive, opened(alive).id))
    assert alive.cycles.is_over("alien", number=1)
    assert not alive.cycles.is_over("alien", number=2)
    second = opened(alive)
    assert not alive.cycles.is_over("alien", number=2)
    fail(alive, claimed(alive, second.id))
    assert alive.cycles.is_over("alien", number=2)


def test_cycles_are_not_over_when_the_last_one_opens_during_the_question(
    alive: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = alive.database.read, 0

    @contextmanager
    def read_and_open() -> Iterator[Connection]:
        nonlocal reads
        reads += 1
        with read() as connection:
            yield connection
        monkeypatch.undo()
        opened(alive)

    monkeypatch.setattr(alive.database, "read", read_and_open)
    assert not alive.cycles.is_over("alien", number=1)
    assert reads == 1


def test_a_paused_or_resting_artist_begins_nothing(alive: Catalogue) -> None:
    alive.artists.pause("alien", "holiday")
    assert alive.cycles.open("alien", tuning_version=1, every=0.0) is None
    alive.artists.resume("alien")
    alive.artists.rest("alien", seconds=3600, reason="three failures")
    assert alive.cycles.open("alien", tuning_version=1, every=0.0) is None


def test_only_one_of_many_workers_claims_a_step(alive: Catalogue) -> None:
    cycle = opened(alive)
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(alive.cycles.claim, cycle.id, holder=str(n), seconds=60) for n in range(16)
        ]
    assert [f.result() is not None for f in futures].count(True) == 1


def test_a_commit_moves_the_cycle_on_with_its_record(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    cycle = opened(alive)
    for output in (manifest.inspiration, manifest.composition, manifest.painting):
        commit(alive, claimed(alive, cycle.id), output)
    found = alive.cycles.get(cycle.id)
    assert found is not None
    assert found.step is Step.JUDGE
    assert (found.inspiration, found.composition, found.painting) == (
        manifest.inspiration,
        manifest.composition,
        manifest.painting,
    )


def test_a_token_that_was_overtaken_commits_nothing(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    cycle = opened(alive)
    slow = claimed(alive, cycle.id)
    expire(alive)
    quick = claimed(alive, cycle.id)
    with pytest.raises(LeaseLost):
        commit(alive, slow, make_manifest(1).inspiration)
    assert not alive.cycles.renew(slow, seconds=60)
    commit(alive, quick, make_manifest(2).inspiration)
    with pytest.raises(LeaseLost):
        commit(alive, quick, make_manifest(3).inspiration)
    found = alive.cycles.get(cycle.id)
    assert found is not None and found.inspiration == make_manifest(2).inspiration


def test_an_expired_lease_counts_as_a_crash_and_a_given_back_one_does_not(
    alive: Catalogue,
) -> None:
    cycle = opened(alive)
    claim = claimed(alive, cycle.id)
    assert (claim.tries, claim.crashes) == (1, 0)
    expire(alive)
    claim = claimed(alive, cycle.id)
    assert (claim.tries, claim.crashes) == (2, 1)
    reschedule(alive, claim, seconds=0, reason="the API is away")
    claim = claimed(alive, cycle.id)
    assert (claim.tries, claim.crashes) == (3, 1)
    assert claim.cycle.last_error == "the API is away"
    reschedule(alive, claim, seconds=0, reason="a bug", crashed=True)
    assert claimed(alive, cycle.id).crashes == 2


def test_a_step_set_aside_waits_until_it_is_let_go(alive: Catalogue) -> None:
    cycle = opened(alive)
    reschedule(alive, claimed(alive, cycle.id), seconds=900, reason="no key")
    assert alive.cycles.claim(cycle.id, holder="me", seconds=60) is None
    assert alive.cycles.stalled(timeout=-1) == []
    alive.cycles.retry_now("alien")
    assert alive.cycles.stalled(timeout=-1) == [cycle.id]
    assert claimed(alive, cycle.id).step is Step.INSPIRE


def test_stalled_are_open_cycles_that_nobody_holds(alive: Catalogue) -> None:
    cycle = opened(alive)
    assert alive.cycles.stalled(timeout=60) == []
    assert alive.cycles.stalled(timeout=-1) == [cycle.id]
    claimed(alive, cycle.id)
    assert alive.cycles.stalled(timeout=-1) == []
    alive.cycles.expire_leases()
    assert alive.cycles.stalled(timeout=60) == [cycle.id]
    alive.cycles.mark_dispatched(cycle.id)
    assert alive.cycles.stalled(timeout=60) == []


def test_a_refused_prompt_goes_back_to_compose(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    cycle = opened(alive)
    commit(alive, claimed(alive, cycle.id), manifest.inspiration)
    commit(alive, claimed(alive, cycle.id), manifest.composition)
    refused = manifest.composition.model_copy(update={"refusal": "too much sea"})
    rewind(alive, claimed(alive, cycle.id), Step.COMPOSE, refused)
    again = claimed(alive, cycle.id)
    assert again.step is Step.COMPOSE
    assert again.cycle.composition == refused


def walk(catalogue: Catalogue, manifest: Manifest) -> None:
    """Bring the next cycle through all steps, with the manifest's records."""
    cycle = opened(catalogue)
    for output in (manifest.inspiration, manifest.composition, manifest.painting):
        commit(catalogue, claimed(catalogue, cycle.id), output)
    sequence = catalogue.works.judged("alien").watermark + 1
    place = {"sequence": sequence, "watermark": sequence - 1}
    judgement = manifest.judgement.model_copy(update=place)
    commit(catalogue, claimed(catalogue, cycle.id), judgement)
    keep = claimed(catalogue, cycle.id)
    with catalogue.cycles.holding(keep) as connection:
        catalogue.works.add_in(connection, manifest)
        catalogue.cycles.advance_in(connection, keep)
    publish = claimed(catalogue, cycle.id)
    with catalogue.cycles.holding(publish) as connection:
        catalogue.outbox.add_in(connection, cycle.id, ("feed", "mastodon"))
        catalogue.cycles.advance_in(connection, publish)


def test_a_whole_cycle_leaves_a_work_its_vectors_its_pool_and_its_outbox(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    walk(alive, manifest)
    done = alive.cycles.last_done("alien")
    assert done is not None and done.pool == manifest.judgement.pool_after
    assert done.judgement is None, "afterwards the manifest alone tells it"
    assert alive.cycles.current("alien") is None
    work = alive.works.get("alien:1")
    assert work is not None and work.concepts == manifest.composition.concepts
    vectors = alive.works.vectors_of(["alien:1"])["alien:1"]
    assert (vectors.text == manifest.judgement.text_vector).all()
    assert (vectors.image == manifest.judgement.image_vector).all()
    assert [row.channel for row in alive.outbox.of_work("alien:1")] == ["feed", "mastodon"]
    assert {row.state for row in alive.outbox.of_work("alien:1")} == {"waiting"}


def test_a_sequence_is_given_once(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    first, second = make_manifest(1), make_manifest(2)
    walk(alive, first)
    cycle = opened(alive)
    for output in (second.inspiration, second.composition, second.painting):
        commit(alive, claimed(alive, cycle.id), output)
    claim = claimed(alive, cycle.id)
    stale = second.judgement.model_copy(update={"sequence": 1, "watermark": 0})
    with pytest.raises(SequenceTaken):
        commit(alive, claim, stale)
    commit(alive, claim, second.judgement)
    assert [row.sequence for row in alive.works.vectors(scope="alien")] == [1, 2]


def test_a_number_whose_cycle_failed_is_a_gap(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    walk(alive, make_manifest(1))
    second = make_manifest(2)
    cycle = opened(alive)
    for record in (second.inspiration, second.composition, second.painting, second.judgement):
        commit(alive, claimed(alive, cycle.id), record)
    fail(alive, claimed(alive, cycle.id))
    judged = alive.works.judged("alien")
    assert (judged.watermark, judged.works) == (2, 1)
    assert alive.cycles.withdrawn() == [cycle.id]
    walk(alive, make_manifest(3))
    assert [row.sequence for row in alive.works.vectors(scope="alien")] == [1, 3]


def test_first_works_of_a_scope_do_not_share_a_number(
    catalogue: Catalogue,
    created: ArtistCreated,
    tuned: TuningChanged,
    make_manifest: Callable[[int], Manifest],
) -> None:
    names = [f"artist-{number}" for number in range(8)]
    manifest, claims = make_manifest(1), []
    for name in names:
        catalogue.artists.add(created.model_copy(update={"artist": name}))
        catalogue.artists.tune(tuned.model_copy(update={"artist": name}))
        cycle = catalogue.cycles.open(name, tuning_version=1, every=0)
        assert cycle is not None
        for record in (manifest.inspiration, manifest.composition, manifest.painting):
            commit(catalogue, claimed(catalogue, cycle.id), record)
        claims.append(claimed(catalogue, cycle.id))
    together = threading.Barrier(len(names))

    def judge(claim: Claim) -> bool:
        together.wait()
        try:
            commit(catalogue, claim, manifest.judgement)
        except SequenceTaken:
            return False
        return True

    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(judge, claims)).count(True) == 1
    assert catalogue.works.judged("alien").watermark == 1


def test_a_lease_that_ended_with_its_process_counts_as_broken_off(alive: Catalogue) -> None:
    cycle = opened(alive)
    for deaths in range(3):
        assert claimed(alive, cycle.id).crashes == deaths
        alive.cycles.expire_leases()
    reschedule(alive, claimed(alive, cycle.id), seconds=900, reason="it waits")
    alive.cycles.expire_leases()
    assert claimed(alive, cycle.id).crashes == 3, "nobody was at work"


def test_a_record_that_cannot_be_read_is_named_and_hides_nothing_else(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest, cycle = make_manifest(1), opened(alive)
    commit(alive, claimed(alive, cycle.id), manifest.inspiration)
    commit(alive, claimed(alive, cycle.id), manifest.composition)
    with alive.database.write() as connection:
        connection.execute(update(cycles).values(inspiration='{"of": "another release"}'))
    claim = claimed(alive, cycle.id)
    assert claim.cycle.unreadable == (Step.INSPIRE,)
    assert claim.cycle.inspiration is None
    assert claim.cycle.composition == manifest.composition


def test_a_cycle_at_a_step_of_a_newer_release_is_left_to_it(alive: Catalogue) -> None:
    cycle = opened(alive)
    with alive.database.write() as connection:
        connection.execute(update(cycles).values(step="frame"))
    assert alive.cycles.stalled(timeout=-1) == []
    assert alive.cycles.claim(cycle.id, holder="me", seconds=60) is None
    with pytest.raises(StorageError, match="'frame', which this release does not know"):
        alive.cycles.get(cycle.id)


def test_what_stopped_its_artist_waits_for_a_person(alive: Catalogue) -> None:
    cycle = opened(alive)
    reschedule(alive, claimed(alive, cycle.id), seconds=0, reason="nonsense")
    alive.artists.pause("alien", "nonsense")
    assert alive.cycles.stalled(timeout=-1) == []
    alive.artists.pause("alien", "holiday", who="admin")
    assert alive.cycles.stalled(timeout=-1) == [cycle.id], "a person's pause ends the cycle first"
    alive.artists.pause("alien", "nonsense")
    alive.resume("alien")
    assert alive.cycles.stalled(timeout=-1) == [cycle.id]


def test_failures_in_a_row_are_counted_until_a_work_is_made(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    for expected in (1, 2):
        cycle = opened(alive)
        assert fail(alive, claimed(alive, cycle.id)) == expected
    walk(alive, make_manifest(3))
    artist = alive.artists.get("alien")
    assert artist is not None and artist.failures == 0
    assert alive.cycles.count("failed", artist="alien") == alive.cycles.count("failed") == 2
    assert alive.cycles.last_number("alien") == 3
