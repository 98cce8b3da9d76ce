"""Feedback in a running artist: a second implementation computes every β from the manifests."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from cas import CulturalAlienSampler
from storage.archive.events import Ballot, TuningChanged, VotesCast
from storage.archive.manifest import CountedVotes, Inspiration, Manifest, Tally, Tuning
from storage.catalogue import Catalogue, Step
from storage.rebuild import rebuild
from tests.manifests import MOMENT, a_manifest
from tests.recompute import recompute
from tests.worker.contexts import NoisePainter, manifests
from worker.engine.runner import run_step
from worker.steps.feedback import MEMORY, Answer, answer
from worker.steps.inspire import next_inspiration, sampler_tuning
from worker.worker_context import WorkerContext

Open = Callable[..., WorkerContext]
NOVELTY = Tuning(candidates=24, floor=0.28, feedback="novelty")
VOTES = NOVELTY.model_copy(update={"feedback": "votes"})
BOTH = NOVELTY.model_copy(update={"feedback": "both"})


def run_cycles(context: WorkerContext, tuning: Tuning, *, cycles: int = 1) -> None:
    """Set the tuning, and run whole cycles."""
    newest = context.catalogue.artists.tuning("alien")
    assert newest is not None
    version = newest.version
    if newest.tuning != tuning:
        version += 1
        changed = TuningChanged(
            artist="alien", at=MOMENT, version=version, tuning=tuning, who="ann"
        )
        context.archive.append_once(changed)
        context.catalogue.artists.tune(changed)
    for _ in range(cycles):
        cycle = context.catalogue.cycles.open("alien", tuning_version=version, every=0)
        assert cycle is not None
        while run_step(context, cycle.id):
            pass


def upcoming(context: WorkerContext, tuning: Tuning) -> Inspiration:
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    number = context.catalogue.cycles.last_number("alien") + 1
    return next_inspiration(context, artist, number=number, tuning=tuning)


def follow(made: Sequence[Manifest]) -> None:
    """Assert that each β follows from the previous manifest, by a second implementation."""
    before: Manifest | None = None
    for manifest in made:
        tuning, beta, counted_votes = (
            manifest.tuning,
            manifest.inspiration.beta,
            manifest.inspiration.counted_votes,
        )
        where = manifest.work
        assert manifest.beta == (tuning.beta if beta is None else beta)
        assert (beta is None) == (tuning.feedback == "off"), where
        assert (counted_votes is None) == (tuning.feedback not in ("votes", "both")), where
        expected = tuning.beta
        if before is not None and before.inspiration.beta is not None and (
            before.tuning.beta == tuning.beta
        ):  # fmt: skip
            ways = []
            if tuning.feedback in ("novelty", "both"):
                now, then = before.judgement.novelty, before.judgement.previous_novelty
                is_second = before.judgement.sequence <= 2
                ways.append(0 if then is None or is_second else 1 if now <= then else -1)
            if counted_votes is not None:
                lost = [
                    t.votes >= 10 and t.votes / 2 - t.won >= t.votes**0.5
                    for t in (counted_votes.original, counted_votes.harmonious)
                ]
                ways.append(int(lost[0]) - int(lost[1]))
            way = max(-1, min(1, sum(ways)))
            expected = before.inspiration.beta + way * tuning.beta_step
            expected = min(max(expected, tuning.lowest_beta), tuning.highest_beta)
        if beta is not None:
            assert beta == pytest.approx(expected, abs=1e-12), where
        count = len(manifest.inspiration.candidates)
        for one in manifest.inspiration.candidates:
            score = (1 - manifest.beta) * (count - one.coherence_rank)
            score -= manifest.beta * (count - one.context_rank)
            assert one.score == pytest.approx(score, abs=1e-9), f"{where} picked at another β"
        before = manifest


def vote(context: WorkerContext, question: str, *, winner: int, loser: int, times: int) -> None:
    """Store the votes of visitors in the archive."""
    first, second = sorted((f"alien:{winner}", f"alien:{loser}"))
    begin = context.catalogue.votes.count()
    ballots = tuple(
        Ballot(
            id=f"{begin + n:032x}",
            at=MOMENT + timedelta(seconds=begin + n),
            visitor=f"{begin + n}",
            question=question,  # type: ignore[arg-type]
            first=first,
            second=second,
            outcome=float(first == f"alien:{winner}"),
        )
        for n in range(times)
    )
    context.archive.append(
        VotesCast(artist="alien", at=ballots[-1].at, batch=f"{begin}", ballots=ballots)
    )
    for ballot in ballots:
        assert context.catalogue.votes.cast(ballot, archived=True)


def test_without_feedback_nothing_changes(
    open_worker_context: Open, sampler: CulturalAlienSampler
) -> None:
    context = open_worker_context()
    tuning = Tuning()
    run_cycles(context, tuning, cycles=4)
    made = manifests(context)
    follow(made)
    for manifest in made:
        told = manifest.inspiration
        resting = {r.concept for r in told.pool_before.cooldown if r.until >= manifest.number}
        pick = sampler.sample(
            told.pool_before.concepts,
            tuning=sampler_tuning(tuning),
            cooldown=sampler.abstract | resting,
            seed=told.seed,
        )
        assert [c.concept for c in told.candidates] == [c.concept for c in pick.candidates]
        assert [c.score for c in told.candidates] == [c.score for c in pick.candidates]
        assert (told.beta, told.counted_votes) == (None, None)


def test_beta_follows_novelty_in_the_manifests(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, NOVELTY, cycles=16)
    made = manifests(context)
    recompute(made)
    follow(made)
    betas = [m.beta for m in made]
    assert betas[:3] == [0.85] * 3, "the first two works have no baseline"
    assert len(set(betas)) > 2
    assert [work.beta for work in context.catalogue.works.all()] == betas


def test_the_bounds_hold_and_narrower_ones_apply_at_once(open_worker_context: Open) -> None:
    context = open_worker_context()
    tight = NOVELTY.model_copy(update={"lowest_beta": 0.84, "highest_beta": 0.86})
    run_cycles(context, tight, cycles=6)
    run_cycles(context, tight.model_copy(update={"lowest_beta": 0.85, "highest_beta": 0.85}))
    made = manifests(context)
    follow(made)
    assert {m.beta for m in made[3:6]} <= {0.84, 0.85, 0.86}
    assert made[3].beta in (0.84, 0.86)
    assert made[-1].beta == 0.85


def test_beta_starts_again_when_an_admin_changes_it(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, NOVELTY, cycles=4)
    assert manifests(context)[-1].beta != 0.85
    run_cycles(context, NOVELTY.model_copy(update={"beta": 0.7}))
    run_cycles(context, NOVELTY.model_copy(update={"beta": 0.7, "feedback": "off"}))
    run_cycles(context, NOVELTY.model_copy(update={"beta": 0.7}), cycles=2)
    made = manifests(context)
    follow(made)
    assert [m.beta for m in made[4:7]] == [0.7] * 3
    assert made[7].beta != 0.7, "and continues from there"


def test_each_vote_changes_beta_once(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, VOTES.model_copy(update={"feedback": "off"}), cycles=2)
    run_cycles(context, VOTES, cycles=1)
    vote(context, "harmonious", winner=1, loser=3, times=9)
    run_cycles(context, VOTES)
    vote(context, "harmonious", winner=2, loser=3, times=3)
    run_cycles(context, VOTES, cycles=3)
    vote(context, "original", winner=2, loser=6, times=10)
    run_cycles(context, VOTES)
    made = manifests(context)
    follow(made)
    betas = [m.beta for m in made[2:]]
    assert betas == pytest.approx([0.85, 0.85, 0.8, 0.8, 0.8, 0.85])
    silence = Tally(won=0.0, votes=0)
    assert [m.inspiration.counted_votes for m in made[2:6]] == [
        CountedVotes(since=3, original=silence, harmonious=silence),
        CountedVotes(since=3, original=silence, harmonious=Tally(won=0.0, votes=9)),
        CountedVotes(since=3, original=silence, harmonious=Tally(won=0.0, votes=12)),
        CountedVotes(since=5, original=silence, harmonious=silence),
    ]


def test_votes_that_are_not_archived_yet_do_not_count(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, VOTES, cycles=2)
    vote(context, "original", winner=1, loser=2, times=5)
    loose = Ballot(
        id="f" * 32,
        at=MOMENT,
        visitor="loose",
        question="original",
        first="alien:1",
        second="alien:2",
        outcome=1.0,
    )
    assert context.catalogue.votes.cast(loose)
    tally = context.catalogue.votes.tally("alien", "original", since=2)
    assert tally == Tally(won=0.0, votes=5)
    assert context.catalogue.votes.tally("alien", "original", since=1).votes == 0, (
        "both of its own votes"
    )


def test_both_combines_novelty_and_votes(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, BOTH, cycles=4)
    vote(context, "harmonious", winner=1, loser=4, times=20)
    run_cycles(context, BOTH, cycles=2)
    follow(manifests(context))
    assert all(m.inspiration.counted_votes is not None for m in manifests(context))


@pytest.mark.parametrize("tuning", [NOVELTY, VOTES, BOTH], ids=lambda t: t.feedback)
def test_a_rebuilt_artist_continues_with_the_same_beta(
    open_worker_context: Open, tmp_path: Path, tuning: Tuning
) -> None:
    context = open_worker_context()
    run_cycles(context, VOTES.model_copy(update={"feedback": "off"}), cycles=1)
    run_cycles(context, tuning, cycles=4)
    vote(context, "harmonious", winner=1, loser=5, times=12)
    expected = upcoming(context, tuning)
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(context.archive, again)
    assert [w.beta for w in again.works.all()] == [w.beta for w in context.catalogue.works.all()]
    found = answer(again, context.archive, "alien", number=6, tuning=tuning)
    assert found == Answer(expected.beta, expected.counted_votes)
    again.close()


def test_a_worker_that_dies_before_its_pick_is_committed_costs_nothing(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = open_worker_context(NoisePainter())
    run_cycles(context, BOTH, cycles=4)
    expected = upcoming(context, BOTH)
    cycle = context.catalogue.cycles.open("alien", tuning_version=2, every=0)
    assert cycle is not None and cycle.step is Step.INSPIRE
    with monkeypatch.context() as patch:
        patch.setattr(context.catalogue.cycles, "advance_in", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(context, cycle.id)
    context = open_worker_context(NoisePainter())
    context.catalogue.cycles.expire_leases()
    while run_step(context, cycle.id):
        pass
    follow(manifests(context))
    assert manifests(context)[-1].inspiration == expected


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_after_a_lost_manifest_beta_starts_again(open_worker_context: Open, tmp_path: Path) -> None:
    context = open_worker_context()
    run_cycles(context, NOVELTY, cycles=3)
    while upcoming(context, NOVELTY).beta == 0.85:
        run_cycles(context, NOVELTY)
    stories = [p for p in (tmp_path / "archive").rglob("*.json") if "manifests" in p.parts]
    max(stories).unlink()
    assert upcoming(context, NOVELTY).beta == 0.85


def test_old_votes_do_not_count(open_worker_context: Open) -> None:
    context = open_worker_context()
    run_cycles(context, VOTES, cycles=1)
    found = answer(context.catalogue, context.archive, "alien", number=MEMORY + 5, tuning=VOTES)
    assert found.counted_votes is not None and found.counted_votes.since == 5


def test_an_older_manifest_can_be_read() -> None:
    told = json.loads(a_manifest(3).model_dump_json())
    for name in ("beta", "heard"):
        del told["inspiration"][name]
    for name in ("feedback", "lowest_beta", "highest_beta", "beta_step"):
        del told["tuning"][name]
    assert Manifest.model_validate(told).beta == 0.85
