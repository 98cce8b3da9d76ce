"""Which technique suits a subject: how thin it is, how far it is lit, what kind of thing it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storage.archive.plan import Plan
from worker.studio.plan.choices import Demand
from worker.studio.plan.recent import freshness, technique_of
from worker.studio.scene.layout import Seen
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL
from worker.studio.scene.sky import HOURS

Rng = np.random.Generator

_LIVING = (
    "people", "quadruped", "bird", "small animal", "sea", "deep sea", "monster", "body",
)  # fmt: skip
_BUILT = ("building", "monument", "street", "works", "ship", "boat", "vehicle", "fitting", "tree")
_DARK = -0.45
"""Key of the hour and the picture up to which it is dark."""


@dataclass(frozen=True)
class Suit:
    """What a technique asks of its subject.

    `least` is the thickness of the subject, in shares of the picture's shorter side, below which
    it falls apart. `living`, `built` and `thing` say how well figures and animals, buildings and
    machines, and all else come out in it; `dark` how well the night does, and `wide` something
    small under a wide sky: on bare paper that is lost. `headed` is the weight where a thing takes
    the place of a head, and `small` the least height, in shares of the picture's, of what is beside
    a giant.
    """

    least: float
    living: float
    built: float
    thing: float
    dark: float = 1.0
    wide: float = 1.0
    headed: float = 0.0
    small: float = 0.17


SUITS = {
    "engraving": Suit(0.012, 1.1, 1.4, 1.4, 1.1, wide=0.1, headed=1.4, small=0.16),
    "etching": Suit(0.015, 0.9, 1.0, 1.0, 1.0, wide=0.1, headed=1.1, small=0.16),
    "linocut": Suit(0.03, 1.2, 1.5, 1.5, 1.4, wide=0.2, headed=1.3),
    "mosaic": Suit(0.045, 0.4, 0.5, 0.5, 0.5, headed=0.5, small=0.3),
    "screen print": Suit(0.035, 0.4, 0.5, 0.6, 0.9, headed=1.0, small=0.22),
    "gouache": Suit(0.03, 0.5, 0.5, 0.7, 0.7, headed=1.0, small=0.18),
    "oil": Suit(0.04, 1.5, 1.6, 1.6, 0.9, headed=1.5, small=0.2),
    "watercolour": Suit(0.03, 0.3, 0.4, 0.6, 0.8, headed=0.8, small=0.18),
}
"""Every technique that is drawn; where a subject suits none, the finest lines can have it."""
_FINEST = "engraving"


def techniques_in(style: str, techniques: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The techniques that a style names; else those that its words ask for."""
    style = " " + re.sub(r"[^\w-]+", " ", style.lower())
    named = [name for name, _ in techniques if f" {name}" in style]
    return named or [n for n, words in techniques if any(f" {word}" in style for word in words)]


def choose_technique(plan: Plan, seen: dict[int, Seen], demand: Demand, rng: Rng) -> str:
    """One that the style asks for; of those the ones that suit the subject, long not used first."""
    names = techniques_in(demand.style, demand.techniques) or [n for n, _ in demand.techniques]
    if not names:
        return ""
    odds = np.array([_weight(name, plan, seen, demand) for name in names])
    if not odds.any():
        return _FINEST if _FINEST in names else str(rng.choice(names))
    return str(rng.choice(names, p=odds / odds.sum()))


def _weight(name: str, plan: Plan, seen: dict[int, Seen], demand: Demand) -> float:
    suit = SUITS[name]
    related = {relation.kind for relation in plan.relations}
    giant = bool(related & {*COLOSSAL}) and {0, 1} <= set(seen)
    # What is small beside a giant is judged by its height: all of them are thin.
    shown = [seen[0]] if giant else seen.values()
    if min((one.thickness for one in shown), default=1.0) < suit.least:
        return 0.0
    if giant and seen[1].extent < suit.small:
        return 0.0
    family = FORMS[plan.actors[0].form].family if plan.actors else ""
    fit = suit.living if family in _LIVING else suit.built if family in _BUILT else suit.thing
    level = HOURS[plan.light.hour].key + (-0.3 if plan.light.key == "low" else 0.0)
    dark = suit.dark if level <= _DARK else 1.0
    headed = suit.headed if "lacks its head for" in related else 1.0
    fresh = freshness(demand.recent, technique_of, name)
    alone = plan.structure is not None and plan.structure.kind == "isolation"
    fit *= suit.wide if alone else 1.0
    return float(fit * dark * headed * fresh**1.5)
