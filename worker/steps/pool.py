"""The concept pool and patience, as pure functions (design §6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage.archive.manifest import Cooldown, Pool, PoolEntry, Tuning


@dataclass(frozen=True)
class Previous:
    """What novelty is compared with: the artist's last work.

    `had_earlier` tells whether that work itself had any earlier work to be compared with.
    """

    novelty: float
    had_earlier: bool


def first_pool(seeds: Sequence[str]) -> Pool:
    """The pool before the first cycle: the seeds alone."""
    return Pool(entries=tuple(PoolEntry(concept=seed, seed=True) for seed in seeds))


def join(pool: Pool, concept: str, *, number: int) -> Pool:
    """The pool with the concept that cycle `number` brings in."""
    newcomer = PoolEntry(concept=concept, entered=number)
    return pool.model_copy(update={"entries": (*pool.entries, newcomer)})


def has_improved(novelty: float, previous: Previous | None) -> bool | None:
    """Whether a work's novelty rose above the previous work's.

    The first work counts as improved. One whose previous work had nothing to be compared with has
    no baseline, which is None: it changes no count.
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
    """The pool that cycle `number` leaves, and the concepts that left it.

    Every non-seed concept that was `shown` in an improved work starts counting again; every other
    one counts one more, shown or not. At `tuning.patience` it leaves. Above `tuning.pool_size` the
    highest counts leave, oldest first. Departed concepts rest for `tuning.rest` cycles.
    """
    counted = tuple(_counted(entry, shown, improved) for entry in pool.entries)
    staying = [e for e in counted if e.seed or e.count < tuning.patience]
    while len(staying) > tuning.pool_size and not all(e.seed for e in staying):
        staying.remove(max((e for e in staying if not e.seed), key=lambda e: (e.count, -e.entered)))
    departed = tuple(e.concept for e in counted if e not in staying)
    cooldown = (
        *(rest for rest in pool.cooldown if rest.until > number),
        *(Cooldown(concept=c, until=number + tuning.rest) for c in departed if tuning.rest),
    )
    return Pool(entries=tuple(staying), cooldown=cooldown), departed


def _counted(entry: PoolEntry, shown: Collection[str], improved: bool | None) -> PoolEntry:
    if entry.seed or improved is None:
        return entry
    count = 0 if improved and entry.concept in shown else entry.count + 1
    return entry.model_copy(update={"count": count})
