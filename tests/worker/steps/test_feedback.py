"""Feedback in a running artist: every β follows from the manifests alone, by a second telling."""

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
from tests.worker.atelier import NoisePainter, manifests
from worker.engine.runner import run_step
from worker.steps.feedback import MEMORY, Answer, answer
from worker.steps.inspire import next_inspiration, sampler_tuning
from worker.worker_context import WorkerContext

Open = Callable[..., WorkerContext]
NOVELTY = Tuning(candidates=24, floor=0.28, feedback="novelty")
VOTES = NOVELTY.model_copy(update={"feedback": "votes"})
BOTH = NOVELTY.model_copy(update={"feedback": "both"})


def live(shop: WorkerContext, tuning: Tuning, *, cycles: int = 1) -> None:
    """Let the artist have that tuning, and whole cycles pass."""
    newest = shop.catalogue.artists.tuning("alien")
    assert newest is not None
    version = newest.version
    if newest.tuning != tuning:
        version += 1
        changed = TuningChanged(
            artist="alien", at=MOMENT, version=version, tuning=tuning, who="ann"
        )
        shop.archive.append_once(changed)
        shop.catalogue.artists.tune(changed)
    for _ in range(cycles):
        cycle = shop.catalogue.cycles.open("alien", tuning_version=version, every=0)
        assert cycle is not None
        while run_step(shop, cycle.id):
            pass


def upcoming(shop: WorkerContext, tuning: Tuning) -> Inspiration:
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None
    number = shop.catalogue.cycles.last_number("alien") + 1
    return next_inspiration(shop, artist, number=number, tuning=tuning)


def follow(made: Sequence[Manifest]) -> None:
    """Assert that each β follows from the manifest before, told again from the rule's words."""
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


def vote(shop: WorkerContext, question: str, *, winner: int, loser: int, times: int) -> None:
    """So many visitors say so, and it lies in the archive."""
    first, second = sorted((f"alien:{winner}", f"alien:{loser}"))
    begin = shop.catalogue.votes.count()
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
    shop.archive.append(
        VotesCast(artist="alien", at=ballots[-1].at, batch=f"{begin}", ballots=ballots)
    )
    for ballot in ballots:
        assert shop.catalogue.votes.cast(ballot, archived=True)


def test_off_it_changes_nothing_at_all(
    open_worker_context: Open, sampler: CulturalAlienSampler
) -> None:
    shop = open_worker_context()
    tuning = Tuning()
    live(shop, tuning, cycles=4)
    made = manifests(shop)
    follow(made)
    for manifest in made:
        told = manifest.inspiration
        cooldown = {r.concept for r in told.pool_before.cooldown if r.until >= manifest.number}
        pick = sampler.sample(
            told.pool_before.concepts,
            tuning=sampler_tuning(tuning),
            cooldown=cooldown,
            seed=told.seed,
        )
        assert [c.concept for c in told.candidates] == [c.concept for c in pick.candidates]
        assert [c.score for c in told.candidates] == [c.score for c in pick.candidates]
        assert (told.beta, told.counted_votes) == (None, None)


def test_beta_follows_novelty_in_the_manifests(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, NOVELTY, cycles=9)
    made = manifests(shop)
    recompute(made)
    follow(made)
    betas = [m.beta for m in made]
    assert betas[:3] == [0.85] * 3, "the first two works have no baseline"
    assert len(set(betas)) > 2
    assert [work.beta for work in shop.catalogue.works.all()] == betas


def test_the_bounds_hold_and_narrower_ones_are_obeyed_at_once(open_worker_context: Open) -> None:
    shop = open_worker_context()
    tight = NOVELTY.model_copy(update={"lowest_beta": 0.84, "highest_beta": 0.86})
    live(shop, tight, cycles=6)
    live(shop, tight.model_copy(update={"lowest_beta": 0.85, "highest_beta": 0.85}))
    made = manifests(shop)
    follow(made)
    assert {m.beta for m in made[3:6]} <= {0.84, 0.85, 0.86}
    assert made[3].beta in (0.84, 0.86)
    assert made[-1].beta == 0.85


def test_the_walk_begins_anew_where_an_admin_says_so(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, NOVELTY, cycles=4)
    assert manifests(shop)[-1].beta != 0.85
    live(shop, NOVELTY.model_copy(update={"beta": 0.7}))
    live(shop, NOVELTY.model_copy(update={"beta": 0.7, "feedback": "off"}))
    live(shop, NOVELTY.model_copy(update={"beta": 0.7}), cycles=2)
    made = manifests(shop)
    follow(made)
    assert [m.beta for m in made[4:7]] == [0.7] * 3
    assert made[7].beta != 0.7, "and goes on from there"


def test_votes_move_beta_and_speak_once(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, VOTES.model_copy(update={"feedback": "off"}), cycles=2)
    live(shop, VOTES, cycles=1)
    vote(shop, "harmonious", winner=1, loser=3, times=9)
    live(shop, VOTES)
    vote(shop, "harmonious", winner=2, loser=3, times=3)
    live(shop, VOTES, cycles=3)
    vote(shop, "original", winner=2, loser=6, times=10)
    live(shop, VOTES)
    made = manifests(shop)
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


def test_votes_that_are_not_archived_yet_are_not_heard(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, VOTES, cycles=2)
    vote(shop, "original", winner=1, loser=2, times=5)
    loose = Ballot(
        id="f" * 32,
        at=MOMENT,
        visitor="loose",
        question="original",
        first="alien:1",
        second="alien:2",
        outcome=1.0,
    )
    assert shop.catalogue.votes.cast(loose)
    tally = shop.catalogue.votes.tally("alien", "original", since=2)
    assert tally == Tally(won=0.0, votes=5)
    assert shop.catalogue.votes.tally("alien", "original", since=1).votes == 0, "its own both"


def test_both_listens_to_both(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, BOTH, cycles=4)
    vote(shop, "harmonious", winner=1, loser=4, times=20)
    live(shop, BOTH, cycles=2)
    follow(manifests(shop))
    assert all(m.inspiration.counted_votes is not None for m in manifests(shop))


@pytest.mark.parametrize("tuning", [NOVELTY, VOTES, BOTH], ids=lambda t: t.feedback)
def test_a_rebuilt_artist_goes_on_with_the_same_beta(
    open_worker_context: Open, tmp_path: Path, tuning: Tuning
) -> None:
    shop = open_worker_context()
    live(shop, VOTES.model_copy(update={"feedback": "off"}), cycles=1)
    live(shop, tuning, cycles=4)
    vote(shop, "harmonious", winner=1, loser=5, times=12)
    expected = upcoming(shop, tuning)
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    rebuild(shop.archive, again)
    assert [w.beta for w in again.works.all()] == [w.beta for w in shop.catalogue.works.all()]
    found = answer(again, shop.archive, "alien", number=6, tuning=tuning)
    assert found == Answer(expected.beta, expected.counted_votes)
    again.close()


def test_a_worker_that_dies_before_its_pick_is_committed_costs_nothing(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_worker_context(NoisePainter())
    live(shop, BOTH, cycles=4)
    expected = upcoming(shop, BOTH)
    cycle = shop.catalogue.cycles.open("alien", tuning_version=2, every=0)
    assert cycle is not None and cycle.step is Step.INSPIRE
    with monkeypatch.context() as patch:
        patch.setattr(shop.catalogue.cycles, "advance_in", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(shop, cycle.id)
    shop = open_worker_context(NoisePainter())
    shop.catalogue.cycles.expire_leases()
    while run_step(shop, cycle.id):
        pass
    follow(manifests(shop))
    assert manifests(shop)[-1].inspiration == expected


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_lost_story_lets_the_walk_begin_anew(open_worker_context: Open, tmp_path: Path) -> None:
    shop = open_worker_context()
    live(shop, NOVELTY, cycles=3)
    while upcoming(shop, NOVELTY).beta == 0.85:
        live(shop, NOVELTY)
    stories = [p for p in (tmp_path / "archive").rglob("*.json") if "manifests" in p.parts]
    max(stories).unlink()
    assert upcoming(shop, NOVELTY).beta == 0.85


def test_votes_of_long_ago_are_not_heard(open_worker_context: Open) -> None:
    shop = open_worker_context()
    live(shop, VOTES, cycles=1)
    found = answer(shop.catalogue, shop.archive, "alien", number=MEMORY + 5, tuning=VOTES)
    assert found.counted_votes is not None and found.counted_votes.since == 5


def test_a_manifest_of_before_still_reads() -> None:
    told = json.loads(a_manifest(3).model_dump_json())
    for name in ("beta", "heard"):
        del told["inspiration"][name]
    for name in ("feedback", "lowest_beta", "highest_beta", "beta_step"):
        del told["tuning"][name]
    assert Manifest.model_validate(told).beta == 0.85
