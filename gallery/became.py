"""What each concept became in a picture, as far as it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from storage.archive.manifest import Manifest
from storage.archive.plan import Plan, Statement

UNSEEN = "planned, but not confirmed in the picture"
LEFT_OUT = "left out of this picture"


@dataclass(frozen=True)
class Became:
    """A concept and what it became, in words; `shown`: the picture shows it."""

    concept: str
    how: str
    shown: bool = True


def became(manifest: Manifest) -> tuple[Became, ...]:
    """Each concept once: of a planned picture as it was measured, else as the painter told.

    Those that were left out are one entry, the last.
    """
    composition, painting = manifest.composition, manifest.painting
    if composition.plan is None or not composition.checked:
        return tuple(Became(one.concept, one.how) for one in painting.shown)
    found = _of_plan(composition.plan, composition.checked)
    return tuple({one.concept: one for one in reversed(list(found))}.values())[::-1]


def _of_plan(plan: Plan, checked: tuple[Statement, ...]) -> Iterator[Became]:
    unseen = {actor for one in checked if one.holds is False for actor in _visible(one.kind)}
    for index, actor in enumerate(plan.actors):
        if actor.staffage:
            continue
        if index in unseen:
            yield Became(actor.concept, UNSEEN, shown=False)
        else:
            yield Became(actor.concept, ", ".join(filter(None, (actor.form, actor.pose))))
    left_out = [other.concept for other in plan.others if other.use == "left out"]
    for other in plan.others:
        if other.concept not in left_out:
            what = f"the {other.use}"
            setting = plan.setting.kind if other.use == "setting" else other.how
            yield Became(other.concept, f"{what}: {setting}" if setting else what)
    if left_out:
        yield Became(", ".join(left_out), LEFT_OUT, shown=False)


def _visible(kind: str) -> Iterator[int]:
    """The actors that a statement says can be seen: `visible 0 visible 1` names two."""
    words = kind.split()
    for word, after in pairwise(words):
        if word == "visible" and after.isdecimal():
            yield int(after)
