"""The concept pool and patience, as pure functions (design §6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage.archive.manifest import Cooldown, Pool, PoolEntry, Tuning


@dataclass(frozen=True)
class Previous:
    """The artist's last work, with which novelty is compared.

    `had_earlier`: whether that work itself had an earlier work to be compared with.
    """

    novelty: float
    had_earlier: bool


def first_pool(seeds: Sequence[str]) -> Pool:
    """Return the pool before the first cycle: only the seeds."""
    return Pool(entries=tuple(PoolEntry(concept=seed, seed=True) for seed in seeds))


def forked(pool: Pool, *, number: int) -> Pool:
    """Return the pool after work `number` as that of a new artist, whose numbers begin at 1."""
    entries = (entry.model_copy(update={"entered": 0}) for entry in pool.entries)
    cooldown = (
        Cooldown(concept=entry.concept, until=entry.until - number)
        for entry in pool.cooldown
        if entry.until > number
    )
    return Pool(entries=tuple(entries), cooldown=tuple(cooldown))


def reseeded(pool: Pool, seeds: Sequence[str]) -> Pool:
    """Return the pool with these seeds; a concept that is none any more stays as any other."""
    if pool.seeds == tuple(seeds):
        return pool
    others = (
        entry.model_copy(update={"seed": False})
        for entry in pool.entries
        if entry.concept not in seeds
    )
    cooldown = tuple(entry for entry in pool.cooldown if entry.concept not in seeds)
    return Pool(entries=(*first_pool(seeds).entries, *others), cooldown=cooldown)


def join(pool: Pool, concept: str, *, number: int) -> Pool:
    """Add the concept of cycle `number` to the pool."""
    newcomer = PoolEntry(concept=concept, entered=number)
    return pool.model_copy(update={"entries": (*pool.entries, newcomer)})


def has_improved(novelty: float, previous: Previous | None) -> bool | None:
    """Whether a work's novelty rose above the previous work's.

    True for the first work. None, which changes no count, if the previous work had no earlier work
    to be compared with.
    """
    if previous is None:
        return True
    if not previous.had_earlier:
        return None
    return novelty > previous.novelty


def pool_after_judgement(
    pool: Pool,
    *,
    number: int,
    shown: Collection[str],
    improved: bool | None,
    tuning: Tuning,
) -> tuple[Pool, tuple[str, ...]]:
    """Return the pool after cycle `number`, and the concepts that left it.

    The count of each non-seed concept becomes 0 if it was `shown` in an improved work; otherwise it
    increases by one. At `tuning.patience` the concept leaves. Above `tuning.pool_size` the highest
    counts leave, oldest first. Concepts that left are on cooldown for `tuning.rest` cycles.
    """
    counted = tuple(_counted(entry, shown, improved) for entry in pool.entries)
    staying = [e for e in counted if e.seed or e.count < tuning.patience]
    while len(staying) > tuning.pool_size and not all(e.seed for e in staying):
        staying.remove(max((e for e in staying if not e.seed), key=lambda e: (e.count, -e.entered)))
    departed = tuple(e.concept for e in counted if e not in staying)
    cooldown = (
        *(entry for entry in pool.cooldown if entry.until > number),
        *(Cooldown(concept=c, until=number + tuning.rest) for c in departed if tuning.rest),
    )
    return Pool(entries=tuple(staying), cooldown=cooldown), departed


def _counted(entry: PoolEntry, shown: Collection[str], improved: bool | None) -> PoolEntry:
    if entry.seed or improved is None:
        return entry
    count = 0 if improved and entry.concept in shown else entry.count + 1
    return entry.model_copy(update={"count": count})
