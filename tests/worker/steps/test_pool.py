"""Patience, compared with a second implementation of design §6, and by examples."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive.manifest import Pool, Tuning
from worker.steps.pool import (
    Previous,
    first_pool,
    forked,
    has_improved,
    join,
    pool_after_judgement,
    reseeded,
)


@pytest.mark.parametrize(
    ("previous", "novelty", "improved"),
    [
        (None, 1.0, True),
        (Previous(novelty=1.0, had_earlier=False), 0.4, None),
        (Previous(novelty=0.4, had_earlier=True), 0.5, True),
        (Previous(novelty=0.4, had_earlier=True), 0.4, False),
        (Previous(novelty=0.4, had_earlier=True), 0.3, False),
    ],
)
def test_improvement_needs_a_baseline(
    previous: Previous | None, novelty: float, improved: bool | None
) -> None:
    assert has_improved(novelty, previous) is improved


def test_a_concept_leaves_after_its_patience_with_a_cooldown() -> None:
    tuning = Tuning(patience=2, rest=5)
    pool = join(first_pool(["sea", "sky"]), "owl", number=3)
    pool, departed = pool_after_judgement(
        pool, number=3, shown=("owl",), improved=False, tuning=tuning
    )
    assert departed == ()
    pool, departed = pool_after_judgement(pool, number=4, shown=(), improved=True, tuning=tuning)
    assert departed == ("owl",), "it was not shown, so the improvement was not its own"
    assert pool.concepts == pool.seeds == ("sea", "sky")
    assert [(rest.concept, rest.until) for rest in pool.cooldown] == [("owl", 9)]
    pool, _ = pool_after_judgement(pool, number=9, shown=(), improved=False, tuning=tuning)
    assert pool.cooldown == ()


def test_new_seeds_come_first_and_old_ones_stay_as_any_other_concept() -> None:
    pool = join(first_pool(["sea", "sky"]), "owl", number=1)
    pool, _ = pool_after_judgement(
        pool, number=1, shown=(), improved=False, tuning=Tuning(patience=1, rest=9)
    )
    pool = join(pool, "kite", number=2)
    again = reseeded(pool, ["tower", "sea", "kite", "owl"])
    assert again.seeds == ("tower", "sea", "kite", "owl")
    assert again.concepts == ("tower", "sea", "kite", "owl", "sky")
    assert again.cooldown == (), "a seed is not on cooldown"
    left, departed = pool_after_judgement(
        again, number=2, shown=(), improved=False, tuning=Tuning(patience=1)
    )
    assert departed == ("sky",) and left.concepts == again.seeds
    assert reseeded(pool, ["sea", "sky"]) is pool


def test_a_forked_pool_has_the_same_concepts_and_the_same_cooldowns_to_go() -> None:
    pool = join(first_pool(["sea"]), "owl", number=7)
    pool, _ = pool_after_judgement(
        pool, number=8, shown=(), improved=False, tuning=Tuning(patience=1, rest=5)
    )
    pool = join(pool, "kite", number=9)
    again = forked(pool, number=9)
    assert again.concepts == ("sea", "kite") and again.seeds == ("sea",)
    assert [(entry.concept, entry.until) for entry in again.cooldown] == [("owl", 13 - 9)]
    assert all(entry.entered == 0 for entry in again.entries)
    assert forked(pool, number=13).cooldown == ()


def test_above_its_size_the_highest_count_leaves_and_the_oldest_of_those() -> None:
    tuning = Tuning(patience=9, pool_size=3)
    pool = first_pool(["sea"])
    for number, concept in enumerate(("owl", "tower", "kite"), start=1):
        pool = join(pool, concept, number=number)
        shown = ("tower", "kite") if number == 3 else ()
        pool, departed = pool_after_judgement(
            pool, number=number, shown=shown, improved=True, tuning=tuning
        )
    assert departed == ("owl",)
    assert pool.concepts == ("sea", "tower", "kite")


def test_seeds_stay_even_above_the_size() -> None:
    pool = first_pool(["sea", "sky", "tree"])
    after, departed = pool_after_judgement(
        pool, number=1, shown=(), improved=False, tuning=Tuning(pool_size=1, patience=1)
    )
    assert (after.concepts, departed) == (("sea", "sky", "tree"), ())


@dataclass(frozen=True)
class Cycle:
    """The input of one cycle: the shown concepts, and whether novelty rose."""

    shown: frozenset[int]
    improved: bool | None


CYCLES = st.lists(
    st.builds(
        Cycle,
        shown=st.frozensets(st.integers(0, 30), max_size=8),
        improved=st.sampled_from([True, False, None]),
    ),
    max_size=30,
)


@given(
    cycles=CYCLES,
    patience=st.integers(1, 5),
    size=st.integers(2, 8),
    rest=st.integers(0, 6),
)
def test_any_history_follows_the_rules(
    cycles: list[Cycle], patience: int, size: int, rest: int
) -> None:
    tuning = Tuning(patience=patience, pool_size=size, rest=rest)
    pool = first_pool(["seed"])
    life: dict[str, list[bool]] = {}
    for number, cycle in enumerate(cycles, start=1):
        concept = f"concept {number}"
        shown = [f"concept {n}" for n in cycle.shown] + ["seed"]
        before = join(pool, concept, number=number)
        pool, departed = pool_after_judgement(
            before, number=number, shown=shown, improved=cycle.improved, tuning=tuning
        )
        life[concept] = []
        _tell_again(before, pool, departed, cycle, life, tuning)
        assert {r.concept for r in pool.cooldown if r.until == number + rest} >= (
            set(departed) if rest else set()
        )
        assert all(r.until > number for r in pool.cooldown)


def _tell_again(
    before: Pool,
    after: Pool,
    departed: tuple[str, ...],
    cycle: Cycle,
    life: dict[str, list[bool]],
    tuning: Tuning,
) -> None:
    """The rules again, from each concept's whole history of cycles without improvement."""
    assert "seed" in after.concepts
    assert set(after.concepts) | set(departed) == set(before.concepts)
    assert len(after.concepts) <= max(tuning.pool_size, 1)
    counts: dict[str, int] = {}
    for entry in before.entries:
        if entry.seed:
            continue
        if cycle.improved is not None:
            number = int(entry.concept.split()[-1])
            life[entry.concept].append(bool(cycle.improved and number in cycle.shown))
        history = "".join("+" if good else "-" for good in life[entry.concept])
        counts[entry.concept] = len(history) - len(history.rstrip("-"))
        if counts[entry.concept] >= tuning.patience:
            assert entry.concept in departed
    for entry in after.entries:
        if not entry.seed:
            assert entry.count == counts[entry.concept]
    crowded_out = [c for c in departed if counts[c] < tuning.patience]
    stayed = [counts[e.concept] for e in after.entries if not e.seed]
    for concept in crowded_out:
        assert len(after.concepts) == tuning.pool_size
        assert counts[concept] >= max(stayed, default=0)
