"""Choose the next pair of works for a visitor.

The pool is capped, so that every work in it gets enough votes to be ranked: the newest works of all
artists, each with an equal share. Works with few votes come first.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gallery.voting import Question
from storage.catalogue import Catalogue, WorkRow

POOL: Final = 120
"""Works that can be voted on at a time, over all artists."""


@dataclass(frozen=True)
class Pair:
    """Two works to compare, as they are placed on the page."""

    left: WorkRow
    right: WorkRow


def voting_pool(catalogue: Catalogue) -> Sequence[WorkRow]:
    """Works that can be voted on now: public ones only."""
    artists = catalogue.artists.all()
    share = max(2, POOL // max(1, len(artists)))
    works = [
        work
        for artist in artists
        for work in catalogue.works.newest(artist=artist.name, limit=share)
        if work.visibility == "shown"
    ]
    return sorted(works, key=lambda work: (-work.created_at, work.id))[:POOL]


def next_pair(
    pool: Sequence[WorkRow],
    *,
    counts: dict[str, int],
    answered: set[tuple[str, str]],
    visitor: str,
    question: Question,
) -> Pair | None:
    """A pair that the visitor has not answered yet, the same until they do; None: all answered.

    The first is a work with the fewest votes. The other is, if possible, of another artist, and
    among those one with the fewest votes.
    """
    dice = random.Random(f"{visitor}/{question}/{len(answered)}")
    order = {work.id: (counts.get(work.id, 0), dice.random()) for work in pool}
    ordered = sorted(pool, key=lambda work: order[work.id])
    for work in ordered:
        others = [
            other
            for other in ordered
            if other.id != work.id and pair_key(work, other) not in answered
        ]
        if others:
            other = min(others, key=lambda o: (o.artist == work.artist, order[o.id]))
            return Pair(work, other) if dice.random() < 0.5 else Pair(other, work)
    return None


def pair_key(one: WorkRow, other: WorkRow) -> tuple[str, str]:
    """Both ids, the lower one first."""
    return (one.id, other.id) if one.id < other.id else (other.id, one.id)
