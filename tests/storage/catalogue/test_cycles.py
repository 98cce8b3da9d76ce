"""Cycles and leases: one open cycle an artist, one holder a step, one commit a token."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from storage.catalogue import Catalogue, Claim, CycleRow, LeaseLost, SequenceTaken, Step
from storage.catalogue.tables import cycles
from storage.events import CycleFailed
from storage.manifest import Manifest


def opened(catalogue: Catalogue, *, every: float = 0.0) -> CycleRow:
    cycle = catalogue.cycles.open("alien", tuning_version=1, every=every)
    assert cycle is not None
    return cycle


def claimed(catalogue: Catalogue, identifier: str, *, seconds: float = 60.0) -> Claim:
    claim = catalogue.cycles.claim(identifier, holder="me", seconds=seconds)
    assert claim is not None
    return claim


def expire(catalogue: Catalogue) -> None:
    """Let time pass, as the database sees it, until every lease has run out."""
    with catalogue.database.write() as connection:
        connection.execute(update(cycles).values(leased_until=1.0))


def failure(cycle: CycleRow) -> CycleFailed:
    return CycleFailed(
        artist=cycle.artist,
        at=datetime.now(UTC),
        number=cycle.number,
        started_at=datetime.now(UTC),
        tuning_version=1,
        step="paint",
        reason="no more paint",
    )


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
    alive.cycles.fail(claimed(alive, cycle.id), failure(cycle))
    assert alive.cycles.open("alien", tuning_version=1, every=0.0) is None
    alive.artists.resume("alien")
    assert opened(alive).number == 2


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
        alive.cycles.commit(claimed(alive, cycle.id), output=output)
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
        alive.cycles.commit(slow, output=make_manifest(1).inspiration)
    assert not alive.cycles.renew(slow, seconds=60)
    alive.cycles.commit(quick, output=make_manifest(2).inspiration)
    with pytest.raises(LeaseLost):
        alive.cycles.commit(quick, output=make_manifest(3).inspiration)
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
    alive.cycles.set_aside(claim, seconds=0, trouble="the API is away")
    claim = claimed(alive, cycle.id)
    assert (claim.tries, claim.crashes) == (3, 1)
    assert claim.cycle.trouble == "the API is away"
    alive.cycles.set_aside(claim, seconds=0, trouble="a bug", crashed=True)
    assert claimed(alive, cycle.id).crashes == 2


def test_a_step_set_aside_waits_until_it_is_let_go(alive: Catalogue) -> None:
    cycle = opened(alive)
    alive.cycles.set_aside(claimed(alive, cycle.id), seconds=900, trouble="no key")
    assert alive.cycles.claim(cycle.id, holder="me", seconds=60) is None
    assert alive.cycles.stalled(quiet=-1) == []
    alive.cycles.retry_now("alien")
    assert alive.cycles.stalled(quiet=-1) == [cycle.id]
    assert claimed(alive, cycle.id).step is Step.INSPIRE


def test_stalled_are_open_cycles_that_nobody_holds(alive: Catalogue) -> None:
    cycle = opened(alive)
    assert alive.cycles.stalled(quiet=60) == []
    assert alive.cycles.stalled(quiet=-1) == [cycle.id]
    claimed(alive, cycle.id)
    assert alive.cycles.stalled(quiet=-1) == []
    alive.cycles.forget_leases()
    assert alive.cycles.stalled(quiet=60) == [cycle.id]
    alive.cycles.touch(cycle.id)
    assert alive.cycles.stalled(quiet=60) == []


def test_a_refused_prompt_goes_back_to_compose(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    cycle = opened(alive)
    alive.cycles.commit(claimed(alive, cycle.id), output=manifest.inspiration)
    alive.cycles.commit(claimed(alive, cycle.id), output=manifest.composition)
    refused = manifest.composition.model_copy(update={"refusal": "too much sea"})
    alive.cycles.send_back(claimed(alive, cycle.id), refused)
    again = claimed(alive, cycle.id)
    assert again.step is Step.COMPOSE
    assert again.cycle.composition == refused


def walk(catalogue: Catalogue, manifest: Manifest) -> None:
    """Bring the next cycle through all steps, with the manifest's records."""
    cycle = opened(catalogue)
    for output in (manifest.inspiration, manifest.composition, manifest.painting):
        catalogue.cycles.commit(claimed(catalogue, cycle.id), output=output)
    sequence = catalogue.works.judged("alien").watermark + 1
    judgement = manifest.judgement.model_copy(update={"sequence": sequence})
    catalogue.cycles.commit_judgement(claimed(catalogue, cycle.id), judgement)
    catalogue.keep(claimed(catalogue, cycle.id), manifest)
    catalogue.publish(claimed(catalogue, cycle.id), ("feed", "mastodon"))


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
        alive.cycles.commit(claimed(alive, cycle.id), output=output)
    claim = claimed(alive, cycle.id)
    stale = second.judgement.model_copy(update={"sequence": 1})
    with pytest.raises(SequenceTaken):
        alive.cycles.commit_judgement(claim, stale)
    alive.cycles.commit_judgement(claim, second.judgement)
    assert [row.sequence for row in alive.works.vectors(scope="alien")] == [1, 2]


def test_who_keeps_a_cycle_holds_its_next_step_and_nobody_else_does(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest, cycle = make_manifest(1), opened(alive)
    first = claimed(alive, cycle.id)
    kept = alive.cycles.commit(first, output=manifest.inspiration, hold=60.0)
    assert kept is not None
    assert (kept.step, kept.cycle.inspiration) == (Step.COMPOSE, manifest.inspiration)
    assert alive.cycles.claim(cycle.id, holder="another", seconds=60) is None
    with pytest.raises(LeaseLost):
        alive.cycles.commit(first, output=manifest.inspiration)
    assert alive.cycles.renew(kept, seconds=60)
    alive.cycles.commit(kept, output=manifest.composition)
    following = claimed(alive, cycle.id)
    assert (following.step, following.tries) == (Step.PAINT, 1)
    assert following.cycle.composition == manifest.composition


def test_a_kept_step_whose_worker_died_counts_as_broken_off(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    cycle = opened(alive)
    kept = alive.cycles.commit(
        claimed(alive, cycle.id), output=make_manifest(1).inspiration, hold=60.0
    )
    assert kept is not None
    expire(alive)
    again = claimed(alive, cycle.id)
    assert (again.step, again.tries, again.crashes) == (Step.COMPOSE, 2, 1)
    with pytest.raises(LeaseLost):
        alive.cycles.commit(kept, output=make_manifest(1).composition)


def test_failures_in_a_row_are_counted_until_a_work_is_made(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    for expected in (1, 2):
        cycle = opened(alive)
        assert alive.cycles.fail(claimed(alive, cycle.id), failure(cycle)) == expected
    walk(alive, make_manifest(3))
    artist = alive.artists.get("alien")
    assert artist is not None and artist.failures == 0
    assert [cycle.number for cycle in alive.cycles.failed("alien")] == [2, 1]
    assert alive.cycles.last_number("alien") == 3
