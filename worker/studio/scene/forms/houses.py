"""Houses, and whole towns of them."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms.building import (Kit, Opening, band, bars, blocks, chimney, core,
    frames, gable, gabled, hipped, row, shell, sills, stairs, tiers)
from worker.studio.scene.mesh import Mesh, ball, box, columns, extrude, lathe, merge, pairs, sheet
from worker.studio.scene.model import Model, Request, form


def glazed(kit: Kit, ask: Request, size: tuple[float, float, float], thick: float = 0.35) -> Kit:
    """Fill a shell: dark behind its openings, or lamplight where the house is `lit`."""
    lit = "lit" in ask
    inside = core(*size, thick=thick)
    return kit.add("windows", inside, of="lamp" if lit else "black", glow=0.75 if lit else 0.0)


def door(width: float, height: float, *, panels: int = 2) -> Mesh:
    """A panelled door leaf in the plane z = 0."""
    rows = [(0.0, 0.0, 0.0, width, height, 0.08)]
    for k in range(panels):
        rows += [(s * width * 0.23, height * (0.08 + k / panels * 0.9), 0.04, width * 0.3, height
            * 0.72 / panels, 0.06) for s in (-1, 1)]
    return blocks(rows)


def _fit(kit: Kit, openings: list[Opening], at: Mesh | None, z: float, *, panes: int = 2) -> None:
    """Sashes and sills on the front."""
    kit.add("sashes", frames(openings, panes=panes).moved(z=z - 0.2), of="white")
    kit.add("trim", sills(openings).moved(z=z), of="linen")
    if at is not None:
        kit.add("door", at.moved(z=z - 0.22), of="accent")


@form("house", "building", 9, attributes="country")
def house(ask: Request) -> Model:
    """A house of two or three floors with sash windows and chimneys."""
    town = ask.pick("town", "country") == "town"
    floors, bays = (3, 3) if town else (2, 5)
    w, d = (ask.between(7, 8), 8.5) if town else (ask.between(12.5, 14.5), 7.5)
    storey, wide = ask.between(2.9, 3.2), 1.1
    h = floors * storey + 0.6
    front = [o for f in range(floors) for o in row(bays, w * 0.92, f * storey + 1.0, wide, 1.75)]
    middle = bays // 2
    panes = [o for k, o in enumerate(front) if k != middle]
    entry: Opening = (front[middle][0], 0.35, 1.2, 2.4, "flat")
    side = [o for f in range(floors) for o in row(2, d * 0.8, f * storey + 1.0, 0.95, 1.7)]
    kit = Kit()
    glazed(kit, ask, (w, h, d))
    walls = shell(w, h, d, [*panes, entry], side)
    kit.add("walls", walls, pattern="plain", repeat=2.2)
    _fit(kit, panes, door(1.2, 2.4).moved(x=entry[0], y=0.35), d / 2)
    trim = tiers((w + 0.2, d + 0.2, 0), (w + 0.7, d + 0.7, 0.35), (w + 0.7, d + 0.7, 0.5)).moved(y=h
        - 0.4)
    kit.add("trim", trim, of="linen")
    kit.add("trim", stairs(3, 2.0, 0.12, 0.3).moved(entry[0], 0, d / 2 + 0.9), of="stone")
    kit.add("trim", blocks([(entry[0] + s * 0.85, 0.3, d / 2 + 0.05, 0.28, 2.7, 0.3)
        for s in (-1, 1)]), of="linen")
    hood = extrude([(-1.25, 0), (1.25, 0), (0, 0.6)], 0.9, bevel=0.03)
    kit.add("trim", hood.moved(entry[0], 2.95, d / 2 + 0.3), of="linen")
    rise = ask.between(2.6, 3.4)
    if town:
        roof = (tiers((w, d, 0), (w * 0.84, d * 0.82, rise * 0.8), (w * 0.4, 0.3, rise
            * 1.05)).moved(y=h + 0.1).grained(0, 1, 0))
        kit.add("roof", roof, of="second", pattern="shingles", repeat=3.5)
        lights = row(2, w * 0.8, h + 0.5, 0.8, 1.2)
        kit.add("trim", blocks([(x, y - 0.2, d / 2 - 0.75, 1.2, 1.7, 1.4) for x, y, *_ in lights]),
            of="linen")
        window = blocks([(x, y, d / 2 - 0.05, wd, ht, 0.06) for x, y, wd, ht, _ in lights])
        kit.add("windows", window, of="black")
        for x, y, *_ in lights:
            kit.add("roof", gabled(1.5, 1.4, 0.6, over=0.1, thick=0.08).turned(y=90).moved(x, y
                + 1.45, d / 2 - 0.8), of="second")
    else:
        kit.add("roof", hipped(w, d, rise, over=0.6).moved(y=h + 0.2), of="second",
            pattern="shingles", repeat=3.5)
    stack = chimney(rise * 0.95 + 1.2, 1.1)
    kit.add("chimneys", *(stack.moved(s * w * 0.3, h + 0.2, -0.3) for s in ((-1, 1) if not town
        else (1,))), of="brick", pattern="bricks", repeat=2.5)
    return kit.model(inside=(0, 1, 0))


@form("cottage", "building", 5)
def cottage(ask: Request) -> Model:
    """A low thatched cottage whose roof comes down over its windows."""
    w, d, h, rise = ask.between(8.5, 10), 5.2, 2.5, ask.between(2.9, 3.4)
    kit = Kit()
    windows: list[Opening] = [(-w * 0.28, 0.85, 1.0, 1.0, "flat"), (w * 0.3, 0.85, 1.0, 1.0,
        "flat")]
    entry: Opening = (0.1, 0.0, 1.0, 1.95, "flat")
    kit.add("walls", shell(w, h, d, [*windows, entry], [(0, 0.9, 0.8, 0.9, "flat")]))
    for s in (-1, 1):
        kit.add("walls", gable(d, rise - 0.2, 0.35).turned(y=90).moved(s * (w / 2 - 0.18), h))
    glazed(kit, ask, (w, h, d))
    kit.add("sashes", frames(windows, panes=3).moved(z=d / 2 - 0.15), of="white")
    kit.add("trim", sills(windows, lintel=False).moved(z=d / 2), of="wood")
    kit.add("door", door(1.0, 1.95, panels=1).moved(0.1, 0, d / 2 - 0.15), of="accent")
    kit.add("roof", _thatch(w + 0.9, d + 1.3, rise + 0.6, h - 0.2, windows), of="second",
        pattern="grain", repeat=3)
    kit.add("chimneys", chimney(rise + 1.5, 1.1).moved(w * 0.42, h * 0.9, 0), of="stone",
        pattern="stones", repeat=3)
    shutter = blocks([(x + s * 0.78, y, d / 2 + 0.04, 0.5, hh, 0.07) for x, y, _, hh, _ in windows
        for s in (-1, 1)])
    kit.add("shutters", shutter, of="accent")
    return kit.model()


def _thatch(w: float, d: float, rise: float, eave: float, eyes: list[Opening]) -> Mesh:
    """A thick soft roof; the eave lifts over the windows like brows."""
    x = np.linspace(-w / 2, w / 2, 41)
    lift = sum(0.35 * np.exp(-(((x - o[0]) / 0.75) ** 2)) for o in eyes)
    end = np.clip((np.abs(x) - w / 2 + 0.9) / 0.9, 0, 1) ** 2
    ridge = rise - 0.45 * end
    rows = []
    for t, bulge in pairs("0 -420, 0 0, 120 220, 500 320, 850 220, 1000 100"):
        low = lift * (1 - t) ** 3
        y = eave + low + ridge * t + bulge
        rows.append(columns(x, y, d / 2 * (1 - t) * (1 + 0 * x)))
    back = [r * [1, 1, -1] for r in rows[-2::-1]]
    return sheet([*rows, *back], crease=60, grain=(0, 1, 0.4))


@form("hut", "building", 3)
def hut(ask: Request) -> Model:
    """A plank shed with a crooked stovepipe."""
    w, d, h, rise = ask.between(3.2, 3.8), 3.0, 2.1, ask.between(0.9, 1.3)
    kit = Kit()
    entry, window = (-0.6, 0.0, 0.85, 1.8, "flat"), (0.85, 0.9, 0.75, 0.75, "flat")
    wall = shell(w, h, d, [entry, window], [(0, 0.9, 0.7, 0.7, "flat")], thick=0.15)
    kit.add("walls", wall, *(gable(d, rise, 0.15).turned(y=90).moved(s * (w / 2 - 0.08), h)
        for s in (-1, 1)), pattern="planks", repeat=5)
    glazed(kit, ask, (w, h, d), 0.15)
    kit.add("sashes", frames([window], bar=0.06).moved(z=d / 2 - 0.04), of="linen")
    leaf = blocks([(0.42, 0, 0, 0.83, 1.78, 0.06), (0.42, 0.3, 0.04, 0.8, 0.12, 0.05),
        (0.42, 1.4, 0.04, 0.8, 0.12, 0.05)])
    kit.add("door", leaf.turned(y=-50).moved(-1.02, 0.01, d / 2), of="accent", pattern="planks",
        repeat=6)
    kit.add("roof", gabled(w, d, rise, over=0.35, thick=0.12).moved(y=h), of="second",
        pattern="shingles", repeat=5)
    pipe = bars([[(w * 0.3, h, 0), (w * 0.3, h + rise + 0.7, 0)], [(w * 0.3, h + rise + 0.68, 0),
        (w * 0.3 + 0.2, h + rise + 1.0, 0)]], 0.09, sides=10)
    kit.add("pipe", pipe, of="iron")
    return kit.model()


@form("barn", "building", 9)
def barn(ask: Request) -> Model:
    """A big barn with a gambrel gable and a great door."""
    w, d, h = 9.0, ask.between(13, 16), 4.2
    outline = [(-w / 2, 0), (w / 2, 0), (w / 2, h), (w * 0.33, h + 2.6), (0, h + 4.2),
        (-w * 0.33, h + 2.6), (-w / 2, h)]
    kit = Kit()
    kit.add("walls", extrude(outline, d), pattern="planks", repeat=2.5)
    line = np.array([(-w / 2 - 0.5, h - 0.75), (-w / 2, h), (-w * 0.33, h + 2.6), (0, h + 4.2),
        (w * 0.33, h + 2.6), (w / 2, h), (w / 2 + 0.5, h - 0.75)])
    kit.add("roof", band(line + np.array([0, 0.05]), line + np.array([0, 0.35]), d + 1.0,
        crease=15).grained(0, 1, 0), of="second", pattern="shingles", repeat=2.5)
    z = d / 2 + 0.04
    inside = blocks([(0, 0.02, z, 3.4, 3.7, 0.08), (0, h + 1.2, z, 1.5, 1.6, 0.08)])
    kit.add("inside", inside, of="black")
    for s in (-1, 1):
        x = s * 0.88
        frame = [(x, 0, z + 0.08, 1.7, 3.7, 0.1), (x, 0.0, z + 0.16, 1.7, 0.25, 0.08),
            (x, 3.45, z + 0.16, 1.7, 0.25, 0.08), (x, 1.75, z + 0.16, 1.7, 0.2, 0.08)]
        kit.add("doors", blocks(frame), of="accent", pattern="planks", repeat=4)
        cross = [[(x - 0.8, a, z + 0.16), (x + 0.8, b, z + 0.16)] for a, b in ((0.2, 1.8),
            (1.8, 0.2), (1.9, 3.5), (3.5, 1.9))]
        kit.add("braces", bars(cross, 0.1, sides=4), of="white")
    brace = blocks([(0, h + 1.05, z + 0.05, 1.8, 0.15, 0.1), (0, h + 2.8, z + 0.05, 1.8, 0.15, 0.1),
        (0, 3.75, z + 0.1, 7, 0.16, 0.12)])
    kit.add("braces", brace, of="white")
    return kit.model()


@form("shop", "building", 7)
def shop(ask: Request) -> Model:
    """A shop with a wide window and a striped awning."""
    w, d, h = ask.between(6.5, 7.5), 6.0, 6.6
    kit = Kit()
    pane: Opening = (-0.9, 0.7, w - 3.4, 2.1, "flat")
    entry: Opening = (w / 2 - 1.3, 0.1, 1.2, 2.7, "flat")
    upper = row(3, w * 0.9, 4.2, 1.0, 1.5)
    glazed(kit, ask, (w, h, d))
    kit.add("walls", shell(w, h, d, [pane, entry, *upper], row(2, d, 4.2, 0.9, 1.5)))
    _fit(kit, upper, door(1.2, 2.7, panels=1).moved(x=entry[0], y=0.1), d / 2)
    kit.add("front", frames([pane], bar=0.1, panes=1).moved(z=d / 2 - 0.1), of="accent")
    front = blocks([(0, 2.95, d / 2 + 0.1, w, 0.75, 0.3), (0, 0, d / 2 + 0.05, w - 2.2, 0.5, 0.2),
        (0, 3.7, d / 2 + 0.15, w + 0.2, 0.15, 0.5)])
    kit.add("front", front, of="accent")
    x = np.linspace(-w / 2 + 0.1, w / 2 - 0.1, 41)
    fall = [(3.0, 0.2), (2.75, 0.9), (2.5, 1.6), (2.2, 1.62)]
    scallop = 0.08 * np.abs(np.sin(x * np.pi / 0.5))
    cloth = [columns(x, y + (scallop if k == 3 else 0 * x), d / 2 + z + 0 * x) for k,
        (y, z) in enumerate(fall)]
    awning = sheet(cloth, crease=50, grain=(0, -1, 0.6))
    kit.add("awning", awning, of="second", pattern="stripes", other="linen", repeat=2)
    kit.add("trim", tiers((w, d, 0), (w + 0.6, d + 0.6, 0.3), (w + 0.6, d + 0.6, 0.5)).moved(y=h
        - 0.1), of="linen")
    goods = [(pane[0] + k * 0.5, 0.75, d / 2 - 0.45, 0.25, ask.between(0.3, 0.9), 0.25)
        for k in range(-3, 4)]
    kit.add("goods", blocks(goods), of="orange")
    kit.add("chimneys", chimney(1.5, 0.9).moved(-w * 0.3, h + 0.3, -1), of="brick")
    return kit.model()


def town_house(ask: Request, kit: Kit, at: tuple[float, float, float], scale: float,
    k: int) -> None:
    """A small plain house of a crowd, with a few dark windows."""
    x, y, z = at
    w, d, h = (ask.between(4.5, 7.5) * scale, ask.between(5, 7) * scale, ask.between(4.5, 8)
        * scale)
    rise, turn = w * ask.between(0.3, 0.55), ask.between(-22, 22)
    deep = min(4.0, max(y, 0.0) + 0.3)
    body = merge(box(w, h + deep, d).moved(y=-deep), gable(w, rise, d).moved(y=h))
    roof = gabled(d, w, rise, over=0.6, thick=0.3).turned(y=90).moved(y=h)
    floors = max(int(h / 2.7), 1)
    rows = []
    for f in range(floors):
        for ox in (-0.26, 0.2):
            rows.append((ox * w + ask.between(-0.1, 0.2), h * (f + 0.4) / floors, d / 2, 0.75, 1.15,
                0.06))
        rows.append((w / 2, h * (f + 0.4) / floors, ask.between(-0.25, 0.2) * d, 0.06, 1.1, 0.75))
    rows.append((0.0, 0.0, d / 2, 1.1, 2.1, 0.08))
    if ask.between(0, 1) > 0.5:
        turn += 90 if x < 0 else -90
    kit.add("windows", blocks(rows).turned(y=turn).moved(x, y, z), of="black")
    kit.add(f"walls {k % 3}", body.turned(y=turn).moved(x, y, z), of=("main", "plaster",
        "linen")[k % 3])
    kit.add(f"roof {k % 2}", roof.turned(y=turn).moved(x, y, z), of=("second", "roof")[k % 2],
        pattern="shingles", repeat=2.2)
    stack = chimney(rise * 0.9 + 0.6, 0.7).moved(w * 0.25, h, 0)
    kit.add("chimneys", stack.turned(y=turn).moved(x, y, z), of="brick")


@form("townscape", "building", 32)
def townscape(ask: Request) -> Model:
    """A hill town: houses stepping up to a church."""
    kit, k = Kit(), 0
    for tier, (count, radius, height) in enumerate(((9, 20, 0.6), (7, 13, 6.5), (4, 6.8, 12))):
        for j in range(count):
            angle = np.radians(-20 + 220 * (j + 0.5 * (tier % 2) + ask.between(-0.15, 0.15))
                / (count - 0.5))
            at = (radius * float(np.cos(angle)), height + ask.between(-0.8, 1), radius
                * float(np.sin(angle)) - 4)
            town_house(ask, kit, at, 1.22, k)
            k += 1
    hill = pairs("30000 0, 25000 2200, 16500 6500, 9000 12000, 3000 15000, 100 15200")
    bumpy = lathe(hill, sides=72, crease=80).bent(lambda p: p * (1 + (0.07 * np.sin(3 * np.arctan2(
        p[:, 2], p[:, 0]) + 1) + 0.04 * np.sin(7 * np.arctan2(p[:, 2], p[:, 0])))[:, None] * [1, 0,
        1]))
    kit.add("hill", bumpy.scaled(1, 1, 0.95).moved(z=-4), of="grass", pattern="mottle", repeat=0.3)
    trees = []
    for j in range(26):
        a, r = ask.between(-0.4, 3.5), ask.between(23.5, 27) if j % 3 else ask.between(15, 18)
        size, slim = ask.between(0.8, 1.5), j % 4 == 0
        y = float(np.interp(r, [9, 16.5, 25, 30], [12, 6.5, 2.2, 0]))
        crown = ball((size, 3.4 * size, size) if slim else (1.5 * size, 1.3 * size, 1.4 * size),
            sides=10)
        trees.append(crown.moved(r * np.cos(a), y + (3.0 if slim else 1.2) * size, r * np.sin(a)
            - 4))
    kit.add("trees", merge(trees), of="needle")
    nave = merge(box(6, 8, 12), gable(6, 3.4, 12).moved(y=8)).moved(1, 12.5, -5)
    kit.add("church", nave, box(4, 17, 4).moved(-3.4, 12.5, -2), of="main")
    kit.add("roof 0", gabled(12, 6, 3.4, over=0.3).turned(y=90).moved(1, 20.5, -5), of="second")
    spire = tiers((4.5, 4.5, 29.3), (4.5, 4.5, 29.6), (0.05, 0.05, 38)).moved(-3.4, 0, -2)
    kit.add("spire", spire, of="slate")
    kit.add("windows", blocks([(-3.4, 25.5, 0, 1.1, 2.6, 0.1), (-1.4, 25.5, -2, 0.1, 2.6, 1.1),
        (1, 14, 1, 1.6, 3.2, 0.1), (1, 20.5, 1, 1.2, 1.2, 0.1)]), of="black")
    return kit.model()
