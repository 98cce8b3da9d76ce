"""The pool before and after a cycle: which concepts joined, stayed and left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storage.archive.manifest import Manifest, PoolEntry

Fate = Literal["seed", "joined", "stayed", "left"]


@dataclass(frozen=True)
class Member:
    """One concept of a pool around one cycle.

    `count` is the number of cycles in a row without an improvement, this one included; for a
    concept that left, the count before this cycle, since the last one is not stored.
    """

    concept: str
    fate: Fate
    entered: int
    count: int
    before: int
    prompted: bool


def compare(manifest: Manifest) -> tuple[Member, ...]:
    """All concepts in the pool before or after a cycle: seeds, then in order of entry."""
    before = {entry.concept: entry for entry in manifest.inspiration.pool_before.entries}
    after = {entry.concept: entry for entry in manifest.judgement.pool_after.entries}
    pick = manifest.inspiration.concept
    members = {**before, **{c: e for c, e in after.items() if c not in before}}
    if pick not in members:
        # It joined and left within one cycle.
        members[pick] = PoolEntry(concept=pick, entered=manifest.number)
    return tuple(
        Member(
            concept=concept,
            fate=_fate(entry, left=concept not in after, joined=concept not in before),
            entered=entry.entered,
            count=after[concept].count if concept in after else entry.count,
            before=before[concept].count if concept in before else 0,
            prompted=concept in manifest.composition.concepts,
        )
        for concept, entry in members.items()
    )


def _fate(entry: PoolEntry, *, left: bool, joined: bool) -> Fate:
    if entry.seed:
        return "seed"
    if left:
        return "left"
    return "joined" if joined else "stayed"
