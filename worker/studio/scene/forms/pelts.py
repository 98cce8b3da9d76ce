"""The skin of a four-legged animal on the bones of a build and a pose.

Everything is in shares of the height at the withers, as in `beasts`; the dog's own proportions are
those of the build of a dog, and other animals are made from it by the ratio of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from worker.studio.scene.mesh import Array, columns, numbers, pairs, rotation, spline, triples
from worker.studio.scene.skin import Move, Skin, bone, curve, skin

SIDES = (("arm", "R"), ("arm", "L"), ("leg", "R"), ("leg", "L"))
"""Bones of the four legs: near front, far front, near hind, far hind; near is z > 0."""


@dataclass(frozen=True, eq=False)
class Rest:
    """How a skin lies at rest, in shares of its height at the withers; its hip is at x = 0.

    `trunk` has the station from hip (0) to shoulder (1), the heights of back and belly and half the
    width there; `neck` and `tail` are lines. The head begins at `nape`; `slope` is how far it
    points down and `gape` how far its jaw stands open. `ear` is the root of the near ear. `toes`
    are from the last joints of fore and hind leg to their tips.
    """

    file: str
    height: float
    hip: float
    trunk: Array
    neck: Array
    tail: Array
    nape: Array
    head: float
    slope: float
    gape: float
    ear: Array
    eye: Array
    toes: Array
    tail_radii: Array


def _rest(file: str, height: float, hip: float, tables: Sequence[str], head: float, slope: float,
          gape: float) -> Rest:
    """From tables in thousandths of a metre; the trunk is a station and three heights of each."""
    back, belly, side, neck, tail, points, toes, radii = tables

    def at(text: str) -> Array:
        return (np.array(triples(text)) - [hip, 0, 0]) / height

    rows = [np.array(pairs(text)) for text in (back, belly, side)]
    trunk = np.stack([rows[0][:, 0], *(row[:, 1] / height for row in rows)], 1)
    nape, ear, eye = at(points)
    return Rest(file, height, hip, trunk, at(neck), at(tail), nape, head / height, slope, gape, ear,
        eye, np.array(triples(toes)) / height, np.array(numbers(radii)) / height)  # fmt: skip


RESTS = {
    "dog": _rest("dog", 0.58, -0.326, (
        "-200 540, 0 548, 150 548, 300 542, 450 542, 600 548, 750 560, 900 583, 1100 510",
        "-200 406, 0 400, 150 377, 300 360, 450 328, 600 302, 750 299, 900 319, 1100 360",
        "-200 67, 0 70, 150 68, 300 67, 450 75, 600 83, 750 87, 900 90, 1100 78",
        "190 470 0, 220 540 0, 240 610 0, 258 665 0, 290 695 0",
        "-300 520 0, -355 509 0, -406 475 0, -474 413 0, -544 357 0, -617 329 0, -690 330 0,"
        "-737 341 0",
        "258 690 0, 295 728 62, 358 704 26", "57 -18 0, 59 -20 0", "29 18 14 5"), 0.21, 12, 19),
    "rat": _rest("rat", 0.108, -0.046, (
        "-140 80, 20 97, 190 105, 350 107, 520 107, 690 105, 850 103, 1020 95, 1150 90",
        "-140 45, 20 34, 190 31, 350 35, 520 41, 690 46, 850 48, 1020 50, 1150 54",
        "-140 16, 20 30, 190 37, 350 41, 520 38, 690 34, 850 34, 1020 30, 1150 24",
        "66 75 0, 75 80 0, 82 84 0, 88 86 0, 94 88 0",
        "-58 58 0, -74 48 0, -92 22 0, -109 8 0, -125 2 0, -160 0 0, -200 0 0, -240 0 0",
        "87 90 0, 100 102 15, 122 93 13", "13 -1 0, 20 -1 0", "15 8 3 1"), 0.07, 8, 38),
}
"""The skins."""
TAIL = 24
"""Places along a tail."""
_NECK_RADII = (0.165, 0.14, 0.12, 0.11, 0.1)


def template(rest: Rest) -> Skin:
    """The skin at rest."""
    return skin(rest.file, rest.height, rest.hip)


def trunk(rest: Rest, length: float, table: Array) -> Move:
    """The trunk with other depths: `table` has the columns of `Rest.trunk`."""
    reach = (template(rest).joints["arm0R"][0]) or 1.0

    def move(points: Array) -> Array:
        s = points[:, 0] / reach
        top, low, wide = (np.interp(s, rest.trunk[:, 0], rest.trunk[:, k]) for k in (1, 2, 3))
        at = np.linspace(table[0, 0], table[-1, 0], 60)
        new = [np.interp(s, at, spline_at(table[:, 0], table[:, k], at)) for k in (1, 2, 3)]
        share = (points[:, 1] - low) / (top - low)
        return columns(s * length, new[1] + share * (new[0] - new[1]), points[:, 2] / wide * new[2])

    return move


def spline_at(x: Array, y: Array, at: Array) -> Array:
    """A smooth curve through points of rising x, read at some x."""
    line = spline(np.stack([x, y], 1), 20 * len(x))
    return np.asarray(np.interp(at, line[:, 0], line[:, 1]))


def limb(rest: Rest, which: int, joints: Array, across: Sequence[float], wide: Sequence[float]
         ) -> dict[str, Move]:
    """The four bones of a leg on its five joints, each thicker by its factor."""
    part, side = SIDES[which]
    shape = template(rest)
    old = [shape.joints[f"{part}{k}{side}"] for k in range(4)]
    old.append(old[3] + rest.toes[which // 2])
    return {f"{part}{k}{side}": bone(np.array(old[k : k + 2]), joints[k : k + 2], across[k],
        wide[k]) for k in range(4)}  # fmt: skip


HEADS: dict[str, tuple[str, str, str, str]] = {
    "horse": ("0 0, 190 200, 480 350, 1000 1000",
        "60 130 150 130 100 60 30 0 -40",
        "-220 -340 -370 -330 -260 -220 -230 -250 -240",
        "130 170 190 170 135 115 120 130 110"),
    "cow": ("0 0, 190 200, 480 380, 1000 1000",
        "80 130 140 120 100 70 50 30 0",
        "-200 -310 -350 -340 -300 -270 -270 -270 -230",
        "150 205 225 215 190 180 185 195 160"),
    "deer": ("0 0, 190 200, 480 400, 1000 1000",
        "80 130 140 110 70 40 20 0 -30",
        "-140 -220 -250 -220 -180 -155 -150 -150 -130",
        "110 150 160 145 105 80 75 75 60"),
    "sheep": ("0 0, 190 200, 480 380, 1000 1000",
        "80 140 160 150 120 80 40 0 -60",
        "-180 -280 -320 -310 -280 -250 -230 -220 -190",
        "130 180 195 175 145 125 120 120 95"),
    "cat": ("0 0, 190 270, 480 690, 700 820, 1000 940",
        "160 270 330 340 330 280 160 80 10",
        "-220 -310 -340 -350 -350 -340 -310 -280 -230",
        "220 340 400 420 400 340 260 220 180"),
    "lion": ("0 0, 190 200, 480 540, 1000 1000",
        "140 200 220 220 190 130 90 60 0",
        "-200 -280 -320 -330 -320 -310 -300 -290 -240",
        "180 250 280 280 250 210 185 170 130"),
    "rabbit": ("0 0, 200 180, 500 480, 760 860, 1000 1000",
        "130 190 220 220 195 160 110 60 -10",
        "-170 -230 -270 -290 -290 -280 -260 -230 -180",
        "150 190 215 215 190 155 125 105 75"),
    "pig": ("0 0, 190 200, 480 440, 1000 1000",
        "150 240 240 180 110 60 40 40 40",
        "-270 -360 -390 -370 -320 -280 -250 -230 -220",
        "200 290 310 280 220 180 160 155 155"),
    "camel": ("0 0, 190 190, 480 400, 1000 1000",
        "60 120 130 105 75 60 50 30 -10",
        "-140 -210 -250 -230 -200 -190 -200 -200 -170",
        "100 150 160 140 105 90 90 90 70"),
    "elephant": ("0 0, 190 200, 480 560, 1000 1000",
        "220 320 350 320 250 160 60 -40 -120",
        "-260 -320 -340 -330 -310 -300 -300 -300 -260",
        "260 330 350 330 290 240 200 170 120"),
}
"""Heads: where stations from nape (0) to lip (1) come to lie; then top, underside and half width at
nine of them, in shares of the head's length. What is not here has the dog's own head."""
_STATIONS = np.linspace(0, 1, 9)


@cache
def _head_at_rest(name: str) -> tuple[Array, Array]:
    """Points with the head level and its mouth shut, in its lengths, and its profile."""
    rest = RESTS[name]
    shape = template(rest)
    turn, shut = rotation(z=rest.slope), rotation(z=rest.gape)
    hinge = shape.joints["jaw"]
    closed = shape.points + shape.weights["jaw"][:, None] * (
        (shape.points - hinge) @ (shut - np.eye(3)).T)
    level = (closed - rest.nape) @ turn.T / rest.head
    some = level[(shape.share("skull", "jaw") > 0.6) & (ears(rest) < 0.05)]
    rows = []
    for at in _STATIONS:
        near = some[np.abs(some[:, 0] - at) < 0.07]
        rows.append((near[:, 1].max(), near[:, 1].min(), np.abs(near[:, 2]).max()))
    return level, np.array(rows)


def level_head(name: str) -> Array:
    """A skin's points where its head is level and its mouth shut, in lengths of the head."""
    return _head_at_rest(name)[0]


def ears(rest: Rest) -> Array:
    """How much each point belongs to an ear."""
    x, y, _ = (template(rest).points - rest.ear).T
    side = np.abs(template(rest).points[:, 2])
    grown = np.clip(y / 0.05, 0, 1) * np.clip((side - 0.6 * rest.ear[2]) / 0.04, 0, 1) * (x < 0.08)
    return np.asarray(grown * template(rest).share("skull"))


def profile(name: str, kind: str, thick: float, tip: float) -> tuple[Array, Array]:
    """Where the stations of a head lie, and top, underside and half width at them."""
    if kind not in HEADS:
        factor = (thick + (tip - thick) * np.clip((_STATIONS - 0.4) / 0.5, 0, 1))[:, None]
        return np.array([(0, 0), (1, 1)]), _head_at_rest(name)[1] * factor
    moved, *rows = HEADS[kind]
    return np.array(pairs(moved)), np.array([numbers(row) for row in rows]).T


def head(rest: Rest, kind: str, poll: Array, angle: float, size: Sequence[float],
         ear: Array) -> tuple[Array, Array, Array]:
    """The head about `poll`, the place of its near eye, and two points where its neck comes to.

    `size` is its length, and how much thicker skull and muzzle are. `ear` maps what
    lies about the root of the near ear.
    """
    length, thick, tip = size
    turn = rotation(z=angle)
    level, old = _head_at_rest(rest.file)
    stations, new = profile(rest.file, kind, thick, tip)

    def lines(rows: Array, at: Array) -> list[Array]:
        return [np.interp(at, _STATIONS, rows[:, k]) for k in range(3)]

    def shaped(points: Array) -> Array:
        top, low, wide = lines(old, points[:, 0])
        at = np.interp(points[:, 0], stations[:, 0], stations[:, 1])
        at = at + np.minimum(points[:, 0], 0) + np.maximum(points[:, 0] - 1, 0)
        to, under, side = lines(new, at)
        share = (points[:, 1] - low) / (top - low)
        return columns(at, under + share * (to - under), points[:, 2] / wide * side)

    out = shaped(level)
    root = (rest.ear - rest.nape) @ rotation(z=rest.slope).T / rest.head
    mirror = np.where(level[:, 2:] > 0, 1.0, -1.0) * [[0, 0, 1]] + [[1, 1, 0]]
    own = (level * mirror - root) @ ear.T + shaped(root[None])
    weight = ears(rest)[:, None]
    out = out * (1 - weight) + own * mirror * weight
    eye = shaped((rest.eye - rest.nape)[None] @ rotation(z=rest.slope).T / rest.head)
    line = (rest.neck[-2:] - rest.nape) @ rotation(z=rest.slope).T / rest.head
    placed = [(points - [0.3, 0, 0]) * length @ turn.T + poll for points in (out, eye, line)]
    return placed[0], placed[1][0], placed[2]


def neck(rest: Rest, line: Array, radii: Sequence[float]) -> dict[str, Move]:
    """The neck along a line, with a radius at its base, middle and top."""
    count = 13
    at = np.linspace(0, 1, count)
    new = np.interp(at, np.linspace(0, 1, len(radii)), radii)
    old = np.interp(at, np.linspace(0, 1, len(_NECK_RADII)), _NECK_RADII)
    way = curve(spline(rest.neck, count), spline(line, count), new / old)
    return {f"neck{k}": way for k in range(3)}


def tail_along(rest: Rest, line: Array, radius: Array) -> Move:
    """The tail along a line, with a radius at `TAIL` places of it."""
    u = np.linspace(0, 1, TAIL)
    old = np.interp(u, (0, 0.15, 0.4, 1), rest.tail_radii)
    return curve(spline(rest.tail, TAIL), spline(line, TAIL), radius / old)
