"""What people hold and what grows on them: staffs, tools, books, wings, horns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.body.rig import Figure
from worker.studio.scene.body.shape import space
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, merge, pairs,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Part, Request

Point = tuple[float, float, float]


def _rod(length: float, radius: float, up: float = 0.5) -> Mesh:
    return tube([(0, -length * (1 - up), 0), (0, length * up, 0)], radius, sides=8)


def staff() -> list[Part]:
    """A long stick."""
    return [Part("staff", tube(triples("0 -1200 0, 15 -300 10, -10 400 0, 20 620 20"),
        [0.016, 0.019, 0.018, 0.026], samples=14, sides=8), "wood")]


def spear() -> list[Part]:
    """A shaft with a leaf-shaped head."""
    head = extrude(pairs("0 260, 45 80, 20 0, -20 0, -45 80"), 0.02, bevel=0.008)
    return [Part("shaft", _rod(2.1, 0.014, 0.48), "wood"), Part("head", head.moved(0, 1.0, 0),
        "steel")]


def sword() -> list[Part]:
    """A straight sword, point up and a little forward."""
    blade = extrude(pairs("28 100, 22 800, 0 920, -22 800, -28 100"), 0.014, bevel=0.005)
    guard = merge(tube([(-0.12, 0.09, 0), (0.12, 0.09, 0)], 0.015), ball(0.03).moved(0, -0.1, 0))
    parts = [("blade", blade, "steel"), ("guard", guard, "gold"), ("grip", _rod(0.19, 0.018, 0.5),
        "leather")]
    return [Part(n, m.turned(x=38, z=-12), material) for n, m, material in parts]


def book(wide: float = 0.2, high: float = 0.27) -> list[Part]:
    """An open book that faces the reader (-z)."""
    u = np.linspace(-1, 1, 25)
    curve = 0.07 * np.abs(u) - 0.055 * np.exp(-((np.abs(u) - 0.25) ** 2) / 0.05)

    def leaf(grow: float, depth: float) -> Mesh:
        rows = [columns(u * wide * grow, y * grow + 0 * u, depth - 0.9 * curve) for y in (-high / 2,
            high / 2)]
        return sheet(np.stack(rows))

    pages, cover = (merge(leaf(1.0, 0.02), leaf(1.0, 0.032)), merge(leaf(1.06, 0.036),
        leaf(1.06, 0.044)))
    tilt = -42.0
    return [Part("pages", pages.turned(x=tilt).moved(0, 0.05, 0), "paper"),
        Part("cover", cover.turned(x=tilt).moved(0, 0.05, 0), "accent")]


def violin() -> list[Part]:
    """A violin along -z from the chin, with its bow."""
    half = np.array(pairs("0 0, 75 10, 100 70, 62 150, 62 190, 85 250, 60 330, 0 350"))
    line = spline(half, 26)
    body = extrude(np.concatenate([line, line[-2:0:-1] * [-1, 1]]), 0.045, bevel=0.01)
    neck = tube([(0, 0.34, 0.02), (0, 0.6, 0.035)], 0.013, sides=8)
    scroll = ball(0.024, sides=10).moved(0, 0.62, 0.03)
    board = box(0.035, 0.36, 0.012).moved(0, 0.22, 0.035)
    return [Part("violin", body, "wood"), Part("neck", merge(neck, scroll, board), "dark_wood")]


def basket() -> list[Part]:
    """A basket with a handle, hung from the hand."""
    pot = lathe(pairs("110 -420, 140 -400, 190 -220, 200 -210, 170 -220, 0 -250"), sides=20)
    arc = np.linspace(0, np.pi, 12)
    handle = tube(columns(np.cos(arc) * 0.18, -0.23 + np.sin(arc) * 0.23, 0 * arc), 0.012, sides=6)
    fruit = merge(ball(0.055, sides=8).moved(0.08 * np.cos(k), -0.2, 0.08 * np.sin(k))
        for k in range(6))
    return [Part("basket", merge(pot.scaled(1, 1, 0.8), handle), "thatch", "weave", repeat=30),
        Part("fruit", fruit, "accent")]


def canopy(radius: float = 0.55, ribs: int = 8) -> Mesh:
    """The cloth of an open umbrella over y = 0, with its scallops."""
    angle = np.linspace(0, 2 * np.pi, ribs * 6 + 1)
    between = np.abs(np.sin(angle * ribs / 2))
    rows = []
    for t in np.linspace(0.001, 1, 10):
        r = radius * np.sin(t * 1.35) / np.sin(1.35) * (1 - 0.15 * t * between)
        y = radius * 0.62 * (np.cos(t * 1.35) - np.cos(1.35)) + 0.045 * t**3 * between
        rows.append(columns(np.cos(angle) * r, y + 0 * angle, np.sin(angle) * r))
    return sheet(np.stack(rows)[:, ::-1], crease=24)


def umbrella() -> list[Part]:
    """An open umbrella over the head."""
    stick = tube([(0, -0.12, 0), (0, 0.86, 0)], 0.011, sides=8)
    parts = [("canopy", canopy().moved(0, 0.5, 0), "second"), ("stick", stick, "dark_wood")]
    return [Part(n, m.turned(x=-8, z=9), material) for n, m, material in parts]


def cane() -> list[Part]:
    """A walking stick with a bent handle."""
    path = triples("0 -760 30, 0 -20 0, 0 45 -20, 0 50 -80, 0 0 -100")
    return [Part("cane", tube(path, 0.014, samples=24, sides=8), "dark_wood")]


def sack() -> list[Part]:
    """A full sack, over the shoulder."""
    c = Clay(blend=0.1)
    c.lump((0.02, -0.2, -0.4), (0.21, 0.27, 0.19)).limb((0.02, -0.02, -0.36), (0, 0.06, -0.12),
        0.14, 0.05)
    c.limb((0, 0.06, -0.12), (0, -0.02, 0.03), 0.045, 0.035).limb((0, -0.02, 0.03),
        (0, -0.09, 0.06), 0.03, 0.055)
    return [Part("sack", c.mesh(detail=26), "second")]


def torch() -> list[Part]:
    """A burning torch."""
    flame = (Clay(blend=0.05).limb((0, 0.36, 0), (0.02, 0.52, 0), 0.075, 0.05).limb((0.02, 0.52, 0),
        (-0.01, 0.68, 0), 0.05, 0.012))
    return [Part("handle", tube([(0, -0.25, 0), (0, 0.32, 0)], [0.016, 0.035], sides=10), "wood"),
        Part("flame", flame.mesh(detail=26), "flame", glow=0.9)]


def net() -> list[Part]:
    """A landing net on a pole that leans away from the face."""
    angle = np.linspace(0, 2 * np.pi, 25)
    rows = [columns(np.cos(angle) * 0.2 * (1 - t**2.2), 0.9 + np.sin(angle) * 0.2 * (1 - t**2.2)
        - 0.25 * t, 0.3 * t + 0 * angle) for t in np.linspace(0, 0.97, 8)]
    pole = merge(_rod(1.5, 0.013, 0.47), tube(rows[0], 0.014, sides=6))
    return [Part("pole", pole.turned(z=26), "wood"),
        Part("net", sheet(np.stack(rows)).turned(z=26), "linen", "checks", repeat=24)]


def flag() -> list[Part]:
    """A flag in the wind."""
    u, v = np.meshgrid(np.linspace(0, 1, 22), np.linspace(0, 1, 8))
    wave = 0.09 * u * np.sin(u * 8.5 + v * 1.2)
    cloth = columns(u * 0.95, 1.28 - v * 0.55 - 0.14 * u**2 + 0.03 * np.sin(u * 7), wave)
    pole = merge(_rod(2.5, 0.015, 0.53), ball(0.03, sides=8).moved(0, 1.34, 0))
    return [Part("pole", pole, "wood"), Part("flag", sheet(cloth), "accent")]


def hammer() -> list[Part]:
    """A sledge hammer."""
    head = box(0.11, 0.1, 0.24, bevel=0.015).moved(0, 0.46, 0)
    return [Part("handle", _rod(0.75, 0.018, 0.7).turned(x=20), "wood"),
        Part("head", head.turned(x=20), "iron")]


def scythe() -> list[Part]:
    """A scythe whose blade hangs over."""
    blade = pairs("0 0, 200 50, 450 0, 720 -200, 450 -55, 200 -30, 0 -50")
    snath = tube(triples("0 -1100 0, 20 -300 20, -20 400 0, 0 820 0"), 0.017, samples=14, sides=8)
    return [Part("snath", snath, "wood"), Part("blade", extrude(blade, 0.014, bevel=0.004).moved(0,
        0.8, 0), "steel")]


def palette() -> list[Part]:
    """A painter's palette with its colours."""
    a = np.linspace(0, 2 * np.pi, 26, endpoint=False)
    r = 1 - 0.45 * np.exp(-(((a - 5.4) / 0.35) ** 2))
    board = extrude(columns(np.cos(a) * 0.22 * r, np.sin(a) * 0.16 * r), 0.014, bevel=0.004)
    tilt = {"x": -50.0, "y": 0.0}
    parts = [Part("board", board.turned(**tilt), "pale_wood")]
    for k, colour in enumerate(("red", "blue", "yellow", "white", "green")):
        dab = ball((0.024, 0.02, 0.014), sides=8).moved(0.15 * np.cos(k * 0.62 + 0.3), 0.11
            * np.sin(k * 0.62 + 0.3), 0.01)
        parts.append(Part("dab", dab.turned(**tilt), colour))
    return parts


def camera() -> list[Part]:
    """A camera before the chest."""
    body = merge(box(0.16, 0.1, 0.07, bevel=0.01), box(0.06, 0.03, 0.05).moved(0, 0.1, 0))
    lens = lathe(pairs("0 0, 42 0, 42 60, 35 65, 30 50, 0 50"), sides=18)
    return [Part("camera", body, "black"), Part("lens", lens.turned(x=90).moved(0, 0.05, 0.03),
        "steel")]


@dataclass(frozen=True)
class Held:
    """A thing for the hand; `hold` is where the hand goes: outwards, up and forward of the hips."""

    make: Callable[[], list[Part]]
    hold: Point | None = (0.3, 0.22, 0.26)


HELD: dict[str, Held] = {
    "staff": Held(staff, (0.34, 0.28, 0.24)),
    "sword": Held(sword, (0.36, 0.2, 0.3)),
    "spear": Held(spear, (0.36, 0.3, 0.2)),
    "violin": Held(violin, None),
    "book": Held(book, (0.12, 0.24, 0.36)),
    "basket": Held(basket, (0.3, 0.0, 0.14)),
    "umbrella": Held(umbrella, (0.2, 0.36, 0.26)),
    "cane": Held(cane, (0.3, -0.08, 0.26)),
    "sack": Held(sack, (0.15, 0.47, 0.14)),
    "torch": Held(torch, (0.34, 0.44, 0.44)),
    "net": Held(net, (0.34, 0.24, 0.26)),
    "flag": Held(flag, (0.3, 0.34, 0.24)),
    "hammer": Held(hammer, (0.32, 0.1, 0.28)),
    "scythe": Held(scythe, (0.34, 0.26, 0.24)),
    "palette": Held(palette, (0.2, 0.22, 0.34)),
    "camera": Held(camera, (0.06, 0.42, 0.3))
}
"""A row per held thing; each is made about the point where the hand is."""


def add_ons(ask: Request, figure: Figure, held: Sequence[str]) -> list[Part]:
    """Held things in the hands, wings at the back, horns, a bundle, a violin, a rope."""
    parts: list[Part] = []
    s = figure.build.scale
    for side, name in zip((1, 0), held, strict=False):
        if HELD[name].hold is not None:
            at = figure.palm(side)
            if name == "book":
                at = at + np.array([0.13 * s, 0.0, 0.02])
            parts += _at(HELD[name].make(), at, min(s * 1.05, 1.0))
    if ask.pose == "reading" and "book" not in held:
        parts += _at(book(), (figure.palm(0) + figure.palm(1)) / 2, s)
    if ask.pose == "carrying" and not held:
        parts.append(_bundle(figure))
    if ask.pose == "pulling":
        start = (figure.palm(0) + figure.palm(1)) / 2
        rise, ahead = np.array([1.0, 0.7, 0.2, 0, 0]), np.array([0, 0.5, 1.0, 1.35, 1.8]) * s
        rope = columns(start[0], start[1] * rise + 0.016 * s * (1 - rise), start[2] + ahead)
        parts.append(Part("rope", tube(rope, 0.016 * s, samples=20, sides=8), "thatch"))
    if ask.pose == "playing" or "violin" in held:
        parts += _fiddle(figure)
    if "wings" in ask:
        parts.append(Part("wings", wings(figure), "white_feather"))
    if "insect wings" in ask:
        parts += insect_wings(figure)
    if "horns" in ask:
        parts.append(Part("horns", _horns(figure), "horn"))
    return parts


def _at(parts: Sequence[Part], at: Array, size: float) -> list[Part]:
    x, y, z = at.tolist()
    return [Part(p.name, p.mesh.scaled(size).moved(x, y, z), p.material, p.pattern, p.other,
        p.repeat, p.glow) for p in parts]


def _bundle(figure: Figure) -> Part:
    """A sack on the shoulder, beside and behind the head."""
    s = figure.build.scale
    across, up, front = figure.chest_frame.T
    at = figure.shoulders[0] + (across * 0.1 + up * 0.19 - front * 0.12) * s
    c = Clay(blend=0.08 * s)
    c.limb(at - front * 0.28 * s, at + front * 0.16 * s, 0.18 * s, 0.16 * s)
    c.limb(at + front * 0.16 * s, at + front * 0.36 * s - up * 0.02 * s, 0.06 * s, 0.1 * s)
    return Part("bundle", c.mesh(detail=26), "linen")


def _fiddle(figure: Figure) -> list[Part]:
    s = figure.build.scale
    chin = figure.head - figure.head_frame[:, 1] * 0.125 * s + figure.head_frame[:, 2] * 0.06 * s
    chin = chin * 0.6 + (figure.shoulders[0] + figure.front * 0.08 * s) * 0.4
    along = figure.palm(0) - chin
    along = along / np.linalg.norm(along)
    front = np.array([0.0, 1.0, 0.35])
    x = np.cross(along, front)
    x /= np.linalg.norm(x)
    base = columns(x, along, np.cross(x, along))
    parts = [Part(p.name, p.mesh.mapped(base * s).moved(*chin.tolist()), p.material)
        for p in violin()]
    strings = chin + (along * 0.24 + base[:, 2] * 0.06) * s
    bow = figure.palm(1)
    reach = (strings - bow) / max(float(np.linalg.norm(strings - bow)), 1e-6)
    stick = tube([bow - reach * 0.04 * s, bow + reach * 0.62 * s], 0.009 * s, sides=6)
    return [*parts, Part("bow", stick, "pale_wood")]


def wing(*, spread: float = 1.0, rows: int = 3) -> Mesh:
    """A wing of height 1 that spreads to +x from the origin, its face to +z."""
    parts = []
    arm = spline(np.array(triples("0 0 0, 220 300 0, 500 420 0, 800 300 0")), 40)
    for row in range(rows):
        count = 13 - 2 * row
        for k in range(count):
            t = k / (count - 1)
            root = arm[int((0.06 + 0.94 * t) * 39)]
            fall = np.radians(-100 + 78 * t**1.4)
            long = (0.42 + 0.38 * np.sin(np.pi * (0.25 + 0.6 * t))) * (1.0, 0.62, 0.36)[row]
            parts.append(_feather(long, 0.062 + 0.012 * row, float(np.degrees(fall))).moved(root[0],
                root[1], 0.014 * row + 0.012 * (k % 2)))
    parts.append(tube(arm, np.linspace(0.06, 0.03, 40), sides=10))
    return merge(parts).scaled(spread, 1.0, 1.0)


def _feather(length: float, width: float, angle: float) -> Mesh:
    t = np.linspace(0, 1, 7)
    half = width * np.sin(np.pi * (0.12 + 0.8 * t)) ** 0.6
    half[-1] *= 0.35
    rows = [columns(t * length, half * k, 0.012 * (1 - k * k) - 0.05 * t**2) for k in (-1.0, 0.0,
        1.0)]
    return sheet(np.stack(rows)).grained(1, 0, 0).turned(z=angle)


def wings(figure: Figure) -> Mesh:
    """A pair of wings on a figure's back."""
    s = figure.build.scale
    one = wing().scaled(1.1 * s)
    root = figure.neck - (figure.chest_frame[:, 1] * 0.2 + figure.front * 0.11) * s
    # They spread to the sides: from behind, the head is seen between them.
    near = one.turned(y=20, z=2).moved(0.06 * s, 0, 0)
    pair = [near, near.mirrored()]
    return merge(pair).mapped(figure.chest_frame).moved(*root.tolist())


def insect_wings(figure: Figure) -> list[Part]:
    """Two pairs of clear wings on a figure's back, each with its rim and veins."""
    s = figure.build.scale
    skin: list[Mesh] = []
    veins: list[Mesh] = []
    for outline in ("0 0, 200 330, 480 620, 640 640, 600 380, 340 90, 0 -40",
        "0 -20, 260 -40, 470 -210, 460 -420, 330 -440, 140 -240, 0 -80"):
        rim = spline(np.array([(x, y, 0.0) for x, y in pairs(outline)]), 30)
        skin.append(sheet(np.stack([rim * t for t in (0.02, 0.5, 1.0)])))
        veins += [tube(rim, 0.011, sides=5)]
        veins += [tube([rim[0], rim[k]], [0.012, 0.005], sides=5) for k in (9, 14, 19)]
    root = figure.neck - (figure.chest_frame[:, 1] * 0.2 + figure.front * 0.1) * s

    def pair(one: Mesh) -> Mesh:
        near = one.scaled(1.05 * s).turned(y=24).moved(0.03 * s, 0, 0)
        both = merge(near, near.mirrored()).mapped(figure.chest_frame)
        return both.moved(*root.tolist())

    return [Part("wings", pair(merge(skin)), "second"), Part("veins", pair(merge(veins)), "accent")]


def _horns(figure: Figure) -> Mesh:
    s = space(figure.build).size / 0.23
    path = np.array(triples("60 100 50, 100 160 70, 110 230 50, 70 280 30"))
    one = tube(path * s, np.array([0.026, 0.022, 0.014, 0.004]) * s, samples=12, sides=8)
    return merge(one, one.mirrored()).mapped(figure.head_frame).moved(*figure.head.tolist())
