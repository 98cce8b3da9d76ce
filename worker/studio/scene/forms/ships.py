"""Ships: sailing ships, steamers, warships, submarines and wrecks. They face +x."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.boats import Hull, furled, jib, shrouds, square_sail
from worker.studio.scene.forms.towers import pennant
from worker.studio.scene.mesh import Mesh, ball, box, lathe, merge, pairs, sheet, tube
from worker.studio.scene.model import Model, Request, form


@form("sailing ship", "ship", 38, "full, furled", where="water")
def sailing_ship(ask: Request) -> Model:
    """A three-master with square sails, jibs and a spanker, a gallery astern and a row of ports."""
    kit, loose = b.Kit(), ask.pose != "furled"
    hull = Hull(36, 9.5, 5.2, (1.6, 3.4), 0.62, 3.6, 0.45, 2.6)
    kit.add("hull", hull.skin())
    for level, out in ((0.62, 0.06), (0.8, 0.06), (1.0, 0.0)):
        kit.add("wales", hull.rail(0.2, level=level, out=out), of="second")
    kit.add("deck", hull.deck(0.86), of="pale_wood", pattern="bars", repeat=2)
    ports = [(*hull.at(s, u).tolist(), 0.9, 0.8, 0.5) for s in np.linspace(-0.7, 0.68, 11)
        for u in (-0.7, 0.7)]
    port = b.blocks([(x, y - 0.3, z * 1.0, w, h, d) for x, y, z, w, h, d in ports])
    kit.add("ports", port, of="black")
    stern = hull.at(-1, 1.0)
    kit.add("gallery", box(0.5, 3.2, 5.4).moved(float(stern[0]) - 0.1, 4.2, 0),
        box(5.5, 2.0, 5.2).moved(-14, 6.2, 0), of="second")
    kit.add("ports", b.blocks([(float(stern[0]) - 0.4, y, z, 0.12, 1.0, 0.8) for y in (4.7, 6.1)
        for z in (-1.8, -0.6, 0.6, 1.8)]), of="lamp")
    kit.add("spars", b.bars([[(16.5, 6.2, 0), (26, 10.6, 0)]], (0.42, 0.18), sides=8), of="wood")
    turn, belly = -ask.between(54, 64), ask.between(1.8, 2.4)
    for x, h, wide in ((9.5, 31.0, 12.5), (-0.5, 35.0, 13.5), (-10.5, 28.0, 10.5)):
        _mast(kit, x, h, wide, turn, belly, loose=loose)
        kit.add("rigging", b.bars(shrouds(x, h * 0.62, 6.2, 4.3, 4, 3.2), 0.055),
            b.bars(shrouds(x, h * 0.9, h * 0.6, 0.9, 2, 0.8), 0.05), of="dark_wood")
    tips: list[tuple[b.Point, b.Point]] = [((9.5, 29, 0), (25.5, 10.4, 0)),
        ((9.5, 22, 0), (22, 8.8, 0)), ((9.5, 15, 0), (18.5, 7.2, 0))]
    stays: list[list[b.Point]] = [[a, c] for a, c in tips]
    stays += [[(9.5, 30, 0), (-0.5, 22, 0)], [(-0.5, 33, 0), (9.5, 20, 0)],
        [(-0.5, 22, 0), (9.5, 8, 0)], [(-10.5, 26, 0), (-0.5, 20, 0)],
        [(-10.5, 18, 0), (-0.5, 7, 0)], [(-10.5, 26, 0), (-17, 8.6, 0)]]
    kit.add("rigging", b.bars(stays, 0.06), of="dark_wood")
    spar = b.bars([[(-10.5, 9.6, 0), (-19, 10.6, 1.0)], [(-10.5, 14.5, 0), (-17, 19, 0.8)]], 0.17)
    kit.add("spars", spar, of="wood")
    if loose:
        for (hx, hy, _), (cx, cy, _) in tips:
            sail = jib((hx + 0.9, hy - 2.2, 0), (cx - 0.6, cy + 0.8, 0), (hx + 3.2, cy + 2.6, 0.6),
                1.0)
            kit.add("sails", sail, of="linen")
        kit.add("sails", jib((-10.9, 15.4, 0.1), (-10.9, 10.0, 0.1), (-18.5, 11.0, 1.0), 0.9),
            jib((-16.8, 18.8, 0.8), (-10.9, 14.6, 0.1), (-18.5, 11.0, 1.0), 0.6), of="linen")
    for x, h, size in ((9.5, 31, 3), (-0.5, 35, 4), (-10.5, 28, 3)):
        kit.add("flags", pennant(1.6, size).moved(x, h, 0), of="accent")
    return kit.model(inside=(0, 4.6, 0), back=(-13, 8.2, 0))


def _mast(kit: b.Kit, x: float, h: float, wide: float, turn: float, belly: float, *,
    loose: bool) -> None:
    """A mast with its top, four yards and their sails."""
    kit.add("spars", b.bars([[(x, 3, 0), (x, h * 0.62, 0)]], (0.5, 0.38), sides=8),
        b.bars([[(x + 0.3, h * 0.55, 0), (x, h + 0.6, 0)]], (0.3, 0.12), sides=8),
        b.lathed([(0.5, -0.3), (1.3, 0), (1.3, 0.25)], sides=14, at=(x, h * 0.57, 0)), of="wood")
    levels = (h * 0.5, h * 0.72, h * 0.88, h * 0.985)
    feet = (h * 0.2, h * 0.53, h * 0.74, h * 0.9)
    for k, (y, foot) in enumerate(zip(levels, feet, strict=True)):
        span = wide * (1 - 0.2 * k)
        below = wide * (1 - 0.2 * max(k - 1, -0.2)) * 0.96
        yard = tube([(0, 0, -span / 2), (0, 0, 0), (0, 0, span / 2)], [0.1, 0.22, 0.1], sides=8)
        kit.add("spars", yard.turned(y=turn).moved(x + 0.4, y, 0), of="wood")
        cloth: Mesh = (square_sail(span * 0.94, below, (y - foot), belly * (1 - 0.15 * k)) if loose
            else furled(span * 0.92, 0.36))
        kit.add("sails", cloth.turned(y=turn).moved(x + 0.55, y - 0.15, 0), of="linen")


@form("steamboat", "ship", 18, "liner", where="water")
def steamboat(ask: Request) -> Model:
    """A steamer with tall funnels, or a river boat with paddle wheels."""
    kit = b.Kit()
    hull = Hull(ask.between(40, 46), 8, 5.4, (1.8, 1.0), 0.4, 4, 0.2, 3)
    kit.add("hull", hull.skin())
    kit.add("band", hull.rail(0.16), hull.rail(0.12, level=0.85, out=0.03), of="second")
    kit.add("deck", hull.deck(0.98), of="pale_wood")
    for k, (length, wide, y) in enumerate(((26.0, 6.2, 5.2), (20, 5.4, 7.6), (6, 4.6, 10.0))):
        x = 0.5 if k < 2 else 7.5
        kit.add("houses", box(length, 2.3, wide, bevel=0.1).moved(x, y, 0), box(length + 1.4, 0.2,
            wide + 1.2).moved(x, y + 2.2, 0), of="white")
        spots = [(x + q, y + 0.75, s * wide / 2, 0.9, 0.95, 0.12) for q in np.arange(-length / 2
            + 1.2, length / 2 - 0.6, 1.7) for s in (-1, 1)]
        kit.add("windows", b.blocks(spots), of="black")
        posts = [[(x + q, y + 2.4, s * (wide / 2 + 0.5)), (x + q, y + 3.3, s * (wide / 2 + 0.5))]
            for q in np.arange(-length / 2, length / 2 + 0.6, 1.6) for s in (-1, 1)]
        rails = [[(x - length / 2 - 0.5, y + h, s * (wide / 2 + 0.5)), (x + length / 2 + 0.5, y + h,
            s * (wide / 2 + 0.5))] for h in (2.9, 3.3) for s in (-1, 1)]
        kit.add("rails", b.bars(posts + rails, 0.05, sides=4), of="white")
    rounds = merge(lathe([(0.32, -0.1), (0.32, 0.1)], sides=12).turned(x=90).moved(*hull.at(s,
        u).tolist()) for s in np.linspace(-0.75, 0.75, 16) for u in (-0.72, 0.72))
    kit.add("windows", rounds, of="black")
    funnel = lathe(pairs("1350 0, 1250 7200, 1450 7300, 1450 7600, 1100 7600"),
        sides=24).turned(z=6)
    bands = lathe([(1.36, 5.2), (1.33, 6.2)], sides=24).turned(z=6)
    for x in (-6.0, 0.2):
        kit.add("funnels", funnel.moved(x, 9.6, 0), of="accent")
        kit.add("funnel bands", bands.moved(x, 9.6, 0), of="black")
    mast = b.bars([[(15, 5, 0), (14, 19, 0)], [(-15, 5, 0), (-16, 18, 0)]], (0.22, 0.1))
    kit.add("masts", mast, of="wood")
    rigging = b.bars([[(14, 19, 0), (22.5, 7.2, 0)], [(14, 19, 0), (-16, 18, 0)],
        [(-16, 18, 0), (-21, 6.4, 0)], [(14, 17, 0), (10, 12, 0)]], 0.05)
    kit.add("rigging", rigging, of="black")
    boats = [ball((1.5, 0.5, 0.6), sides=14).moved(x, 10.6, s * 3.0) for x in (-9.5, -3, 3)
        for s in (-1, 1)]
    kit.add("boats", *boats, of="white")
    return kit.model(inside=(0, 6, 0), back=(13, 5.6, 0))


@form("warship", "ship", 34, where="water")
def warship(ask: Request) -> Model:
    """A battleship: a long low hull, gun turrets, a stepped bridge and a tripod mast."""
    kit = b.Kit()
    hull = Hull(ask.between(92, 104), 15, 6.4, (2.6, 0.6), 0.35, 4, -0.1, 3.2)
    kit.add("hull", hull.skin())
    kit.add("deck", hull.deck(0.99), of="second")
    kit.add("band", hull.rail(0.25), hull.rail(0.3, level=0.3, out=0.05), of="second")
    turret = merge(b.tiers((8.5, 7.5, 0), (8.0, 7.2, 2.4), (5.8, 6.0, 3.2)),
        b.bars([[(3.5, 1.9, z), (14.5, 3.6, z)] for z in (-1.6, 1.6)], (0.6, 0.42), sides=10))
    base = lathe([(4.4, 0), (4.4, 2)], sides=24)
    for x, y, turn in ((30.0, 6.6, 0), (20, 9.4, 0), (-28, 6.4, 180), (-19, 8.8, 180)):
        kit.add("turrets", turret.turned(y=turn).moved(x, y + 1, 0), base.moved(x, y - 1, 0))
    for length, wide, y, h, x in ((34.0, 11.0, 6.2, 3.4, 0.0), (26, 9, 9.6, 3.0, 1.0),
        (8, 8, 12.4, 4.5, 10), (6, 6.5, 16.9, 4, 10), (4.6, 5, 20.9, 3, 10)):
        bridge = b.tiers((length, wide, y), (length * 0.96, wide * 0.94, y + h)).moved(x=x)
        kit.add("bridge", bridge)
        kit.add("decks", box(length * 1.02, 0.3, wide * 1.05).moved(x, y + h, 0), of="second")
    window = b.blocks([(x, y, 0, w, 0.8, d) for x, y, w, d in ((10, 19.2, 6.2, 6.6),
        (10, 22.6, 4.7, 5.0), (10, 15, 8.0, 7.9))])
    kit.add("windows", window, of="black")
    legs: list[list[b.Point]] = [[(10, 23, 0), (10, 35, 0)], [(7, 20, 2), (10, 31, 0)],
        [(7, 20, -2), (10, 31, 0)], [(-13, 10, 0), (-13, 28, 0)], [(-15.5, 10, 2), (-13, 24, 0)],
        [(-15.5, 10, -2), (-13, 24, 0)], [(10, 29, -4), (10, 29, 4)], [(-13, 23, -4), (-13, 23, 4)]]
    kit.add("masts", b.bars(legs, 0.3), b.lathed([(1.0, 0), (1.6, 0.6), (1.6, 2)],
        at=(10, 29.5, 0)))
    kit.add("rigging", b.bars([[(10, 34, 0), (-13, 27, 0)], [(10, 34, 0), (44, 9, 0)],
        [(-13, 27, 0), (-46, 7, 0)]], 0.1), of="black")
    funnel = (lathe(pairs("2200 0, 2000 9000, 2250 9200, 2250 10000, 1500 10000"),
        sides=24).scaled(1.3, 1, 0.8).turned(z=4))
    for x in (-0.5, -8.0):
        kit.add("funnels", funnel.moved(x, 11.5, 0), of="accent")
    small = merge(ball((1.5, 1.2, 1.3), sides=12), b.bars([[(0.8, 0.3, 0), (4.8, 1.2, 0)]],
        (0.22, 0.16)))
    for x in (-10, -3, 4):
        for s in (-1, 1):
            kit.add("turrets", small.turned(y=-s * 60).moved(x, 9.8, s * 4.9))
    return kit.model(inside=(0, 7, 0), back=(-40, 7, 0))


@form("shipwreck", "ship", 16)
def shipwreck(ask: Request) -> Model:
    """A stranded hull, heeled over: bare ribs, a strip of planking, a broken mast."""
    kit = b.Kit()
    hull = Hull(27, 8.4, 6.6, (2.4, 3.0), 0.5, 2.4, 0.45, 2.4)
    keel = hull.at(np.linspace(-1, 1, 25), 0.0)
    kit.add("ribs", tube(keel, 0.42, sides=8), tube(hull.at(1.0, np.linspace(0, 1, 9)), 0.36,
        sides=8), tube(hull.at(-0.99, np.linspace(0, 1, 9)), 0.3, sides=8))
    for s in np.linspace(-0.93, 0.94, 19):
        for side in (-1, 1):
            reach = ask.between(0.55, 1.0) if side > 0 else ask.between(0.8, 1.02)
            line = hull.at(s, side * np.linspace(0, reach, 11))
            kit.add("ribs", tube(line, np.linspace(0.26, 0.17, 11), sides=6))
    for k, level in enumerate(np.linspace(0.12, 1.0, 11)):
        for side in (-1, 1):
            gaps = (np.sort(ask.rng.uniform(-0.95, 0.98, 2)) if side < 0
                else np.sort(ask.rng.uniform(-0.9, -0.1, 2) if k > 4 else ask.rng.uniform(-0.3,
                0.98, 2)))
            start, end = (-0.99, float(gaps[0])) if side < 0 else (float(gaps[0]), float(gaps[1]))
            if side < 0 and k < 6:
                start, end = -0.99, 0.99
            if end - start < 0.15:
                continue
            s = np.linspace(start, end, 14)
            strip = np.stack([hull.at(s, side * (level - 0.035)),
                hull.at(s, side * (level + 0.035))]) * [1, 1, 1.03]
            kit.add("planks", sheet(strip, grain=(1, 0, 0)), of="second")
    kit.add("mast", b.bars([[(3.5, 0.5, 0), (2.2, 15.5, 1.4)]], (0.42, 0.25), sides=8),
        b.bars([[(2.4, 13, -3.6), (2.9, 10.6, 4.4)], [(-7, 1, 0), (-7.4, 6.5, -0.4)]],
        (0.22, 0.14)), of="second")
    kit.add("rigging", b.bars([[(2.2, 15.2, 1.4), (13, 8.4, 0)], [(2.2, 15, 1.4), (-3, 6.4, 4)],
        [(2.2, 15, 1.4), (-12, 8, 0)], [(2.9, 10.6, 4.4), (4.2, 5.2, 4.1)]], 0.05), of="dark_wood")
    lean = ask.between(16, 24)
    wreck = kit.model(inside=(0, 2, 0))
    return wreck.mapped(lambda m: m.turned(x=lean, z=5))
