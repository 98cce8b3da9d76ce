"""Which light a plan has: hour, key, direction, and the pattern that it falls in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.plan import Actor, Structure
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Depiction
from worker.studio.plan.recent import rests
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.settings import SettingKind
from worker.studio.scene.sky import HOURS
from worker.studio.scene.staging import DARK, burns

Rng = np.random.Generator

_NIGHTS = 0.6
"""How often a dark hour is taken, beside the others."""
_ODDS = {
    "mist": 0.2, "overcast": 0.4, "snowfall": 0.4, "rain": 0.4, "dusk": 0.7, "day": 1.5,
    "sunset": 2.0,
}  # fmt: skip
"""Hours of even light come seldom: nothing has a shadow in them, and no picture a dark. Day and
sunset come out best."""
_DISC, _LONE_DISC, _SHUTTERED = 0.6, 0.75, 0.25
"""Shares of pictures, of those that could, with a large sun or moon, or with light in panes."""
TELLING = -0.05
"""Key of the hour up to which a wide sky has enough light and dark to be a picture."""
_CROSSED = 0.2
"""Share of plain grounds, of those without panes, that the edge of a shadow crosses."""
_INDOORS = ("room", "table", "cloth")
_GROUNDS, _DARK = (*_INDOORS, "paper"), ("void", "stage")
ONE_ALONE = (
    "isolation", "circle", "procession", "rhythm", "growth", "decline", "repetition", "mirror",
    "opposition", "falling", "stack", "scale",
)  # fmt: skip
"""Structures that show one actor alone, or many times."""


def choose_hour(
    rows: Sequence[Depiction],
    cast: Sequence[Depiction],
    kind: SettingKind,
    demand: Demand,
    rng: Rng,
) -> tuple[str, str | None]:
    """The chosen hour; else that of a concept that fits the setting, else a seeded one."""
    chosen = demand.choices
    if chosen.hour:
        return chosen.hour, chosen.hour_for or None
    for row in rows:
        if row is not rows[0] and rests(demand.recent, row.concept):
            continue
        if row.hour in HOURS and (not kind.hours or row.hour in kind.hours or row is rows[0]):
            return row.hour, row.concept
    hours = kind.hours or tuple(HOURS)
    if rows[0].structure == "isolation":
        # What is small in a wide space needs a sky with light and dark in it.
        hours = tuple(hour for hour in hours if HOURS[hour].key <= TELLING) or hours
    if cast and burns(make_actor(Actor(concept="one", form=cast[0].form, pose=cast[0].pose))):
        # By day a fire is pale.
        hours = tuple(hour for hour in hours if HOURS[hour].key <= DARK) or hours
    odds = np.array(
        [_ODDS.get(hour, _NIGHTS if HOURS[hour].key <= DARK else 1.0) for hour in hours]
    )
    return str(rng.choice(hours, p=odds / odds.sum())), None


def choose_key(hour: str, rng: Rng) -> str:
    """low, middle or high: dark hours lean to dark pictures."""
    lean = HOURS[hour].key
    odds = np.array([max(0.05, 0.25 - 0.3 * lean), 0.65, max(0.03, 0.1 + 0.4 * lean)])
    return str(rng.choice(["low", "middle", "high"], p=odds / odds.sum()))


def choose_direction(
    structure: Structure | None,
    rng: Rng,
    *,
    kind: SettingKind,
    turn: float = 0.0,
    relation: str = "",
) -> str:
    """Where the key light comes from: nearly always from the side that the first actor, turned by
    so many degrees, shows the viewer more of, so that its dark side runs into its shadow. Through
    a wall none comes; what hovers has its shadow under it.
    """
    if relation == "hovers over":
        return "above"
    if structure is not None and structure.kind == "light from below":
        return "below"
    if structure is not None and structure.kind == "light from above":
        return "above"
    faced = 0.76 if np.sin(np.radians(2 * turn)) > 0 else 0.18
    behind = 0.06 if kind.is_open else 0.0
    odds = [1 - faced - behind, faced, behind]
    return str(rng.choice(["left", "right", "behind"], p=odds))


def choose_pattern(
    kind: SettingKind, hour: str, structure: Structure | None, direction: str, rng: Rng
) -> str:
    """A pattern of light that the setting and the hour may have."""
    share = float(rng.random())
    if kind.name in _DARK and direction != "below":
        return "beam"
    lone = structure is not None and structure.kind == "isolation"
    if structure is not None and structure.kind in (*ONE_ALONE, "light from below") and not lone:
        return ""
    sharp = HOURS[hour].softness < 0.3
    if kind.name in _INDOORS and HOURS[hour].key > -0.9 and sharp and share < _SHUTTERED:
        return "panes" if share < 0.7 * _SHUTTERED else "blinds"
    if kind.name in _GROUNDS and direction in ("left", "right") and sharp:
        return "edge" if share < _SHUTTERED + _CROSSED else ""
    under_sky = kind.is_wide or kind.name in ("ruins", "air")
    if under_sky and HOURS[hour].disc and share < (_LONE_DISC if lone else _DISC):
        return "disc"
    return ""
