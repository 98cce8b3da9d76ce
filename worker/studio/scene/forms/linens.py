"""Soft things: pillows, blankets, towels, handkerchiefs, ribbons; buttons and pins.

Clothes without anybody in them: on hangers, lines and stands.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import people_hats as hats
from worker.studio.scene.forms._still import disc, rod, tilted, turned, wire
from worker.studio.scene.body.cloth import cover, cut, leg_field, top_field
from worker.studio.scene.body.drape import drape, high_balls, joined, low_balls
from worker.studio.scene.body.rig import Figure, solve
from worker.studio.scene.body.shape import Build
from worker.studio.scene.forms.people_dress import OUTFITS, dressed
from worker.studio.scene.forms.people_held import add_ons
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import (Mesh, ball, box, columns, merge, pairs, sheet, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def _cushion(w: float, h: float, thick: float, *, dent: float = 0.0) -> Mesh:
    """A filled case of cloth with drawn-out corners, lying in x-z."""
    u = np.linspace(-1, 1, 33)
    x, z = np.meshgrid(u, u)
    pinch_x, pinch_z = 1 - 0.1 * (1 - z**2), 1 - 0.1 * (1 - x**2)
    full = np.clip((1 - x**4) * (1 - z**4), 0, 1) ** 0.5
    crease = 1 + 0.06 * np.sin(9 * np.arctan2(z, x)) * np.clip(np.hypot(x, z) - 0.55, 0, 1)
    top = thick * full * crease - dent * np.exp(-(x**2 + (z * 1.1) ** 2) / 0.16)
    side = [columns(x * w / 2 * pinch_x, y, z * h / 2 * pinch_z) for y in (top, -0.75 * thick * full
        * crease)]
    return merge(sheet(side[0][::-1]), sheet(side[1]))


@form("pillow", "linen", 0.18, "lying", where="ground")
def pillow(ask: Request) -> Model:
    """A pillow with the dent of a head."""
    soft = _cushion(0.62, 0.42, 0.17, dent=0.05)
    u = np.linspace(-1, 1, 17)
    side = columns(0.31 * u, 0 * u, 0.21 - 0.021 * (1 - u**2))
    end = columns(0.31 - 0.031 * (1 - u**2), 0 * u, 0.21 * u)
    piping = [tube(line, 0.009, sides=6) for line in (side, side * [1, 1, -1], end,
        end * [-1, 1, 1])]
    return tilted(Model.of(Part("pillow", soft), Part("piping", merge(piping), "second"),
        inside=(0, 0.05, 0)), x=24)


@form("blanket", "linen", 0.25, "folded", where="ground")
def blanket(ask: Request) -> Model:
    """A striped blanket, folded over and over; its fringed end hangs down in front."""
    bend = np.linspace(-np.pi / 2, np.pi / 2, 11)
    path = [columns(np.linspace(0.26, -0.24, 12), 0.03 + 0 * np.linspace(0, 1, 12))]
    for k in range(3):
        high, d = 0.06 + 0.06 * k, -1 if k % 2 == 0 else 1
        path.append(columns(d * (0.24 + 0.03 * np.cos(bend)), high + 0.03 * np.sin(bend)))
        path.append(columns(d * np.linspace(0.24, -0.24, 12),
            high + 0.03 + 0 * np.linspace(0, 1, 12)))
    down = np.linspace(0, 1, 12)
    path[-1] = path[-1][:-2]
    path.append(columns(0.22 + 0.05 * np.sin(down * np.pi / 2), 0.21 - 0.13 * down**2))
    line = np.concatenate(path)
    z = np.linspace(-0.3, 0.3, 41)
    soft = 0.006 * np.sin(9 * z)[:, None] + 0.004 * np.sin(23 * z + 2)[:, None]
    x = line[:, 0] + soft * np.sign(line[:, 0]) - 0.02 * (z[:, None] / 0.3) ** 4 * line[:, 0]
    y = line[:, 1] + 0.5 * soft * np.sin(7 * line[:, 0] + 12 * z[:, None])
    grid = columns(x, y, z[:, None] + 0 * x)
    grid = np.concatenate([grid, (grid + columns(0, 0.016, 0))[:, ::-1], grid[:, :1]], 1)
    bands = [(0, 4, ""), (4, 8, "s"), (8, 10, ""), (10, 12, "s"), (12, 28, ""), (28, 30, "s"),
        (30, 32, ""), (32, 36, "s"), (36, 40, "")]
    plain, stripes = (merge(sheet(grid[a : b + 1], crease=60) for a, b, kind in bands
        if kind == name) for name in ("", "s"))
    ends = [sheet(np.stack([grid[i, : len(line)], grid[i, len(line) : -1][::-1]])) for i in (0, -1)]
    fringe = [tube([(x[k, -1], y[k, -1] + 0.006, q), (x[k, -1] + 0.006, 0.05, q + 0.003)], 0.0045,
        sides=5) for k, q in enumerate(z)]
    return Model.of(Part("blanket", merge(plain, *ends)), Part("stripes", stripes, "second"),
        Part("fringe", merge(fringe), "second"), seat=(0, 0.23, 0)).mapped(lambda m: m.turned(
        y=-16))


@form("towel", "linen", 0.7, "hanging", where="wall")
def towel(ask: Request) -> Model:
    """A towel over its rail, or rolled."""
    u, v = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(0, 1, 30))
    wave = 0.02 * np.sin(u * 6 + 0.6) * v + 0.012 * np.sin(u * 13) * v**2
    front = columns(u * 0.2 * (1 - 0.12 * np.sin(v * 2)), 0.66 - 0.6 * v, 0.03 + wave)
    over = np.stack([columns(0.2 * np.linspace(-1, 1, 40), 0 * u[0] + 0.66 + 0.024 * np.sin(a), 0
        * u[0] + 0.03 * np.cos(a)) for a in np.linspace(np.pi, 0, 7)])
    back = columns(u * 0.2, 0.66 - 0.42 * v, -0.03 - 0 * wave)
    rail = merge(rod((-0.3, 0.66, 0), (0.3, 0.66, 0), 0.012), *[ball(0.022).moved(s * 0.3, 0.66, 0)
        for s in (-1, 1)], *[rod((s * 0.28, 0.66, 0), (s * 0.28, 0.66, -0.09), 0.01)
        for s in (-1, 1)])
    bands = [sheet(front[a:b] + np.array([0, 0, 0.0025])) for a, b in ((22, 24), (25, 27))]
    fringe = merge(rod((x, 0.062, 0.03 + float(np.interp(x, front[-1, :, 0], front[-1, :, 2]
        - 0.03))), (x, 0.035, 0.03 + float(np.interp(x, front[-1, :, 0], front[-1, :, 2] - 0.03))),
        0.0035, 0.002) for x in np.linspace(-0.175, 0.175, 22))
    return Model.of(Part("towel", merge(sheet(front, grain=(0, 1, 0)), sheet(over), sheet(back))),
        Part("bands", merge(bands), "second"), Part("fringe", fringe, "second"), Part("rail", rail,
        "gold"))


@form("handkerchief", "linen", 0.12, "dropped, waving", where="table")
def handkerchief(ask: Request) -> Model:
    """A bordered square of cloth, dropped in a heap or waved from a corner."""
    u, v = np.meshgrid(np.linspace(-1, 1, 45), np.linspace(-1, 1, 45))
    if ask.pose == "waving":
        s, t = (u + 1) / 2, (v + 1) / 2
        fall = (s + t) / 2
        across = (s - t) * (0.35 + 0.65 * np.sin(np.pi * fall * 0.95))
        grid = columns(0.3 * fall + 0.08 * across, 0.3 - 0.16 * fall**1.5 + 0.17 * across, 0.045
            * np.sin(fall * 9 + across * 4) * fall)
    else:
        a, r = np.arctan2(v, u), np.maximum(np.abs(u), np.abs(v))
        reach = 0.16 * r * (1 + 0.4 * np.abs(np.sin(2 * a)) ** 3)
        lift = 0.15 * np.exp(-((r / 0.42) ** 2)) + 0.075 * r * np.maximum(np.sin(7 * a + 2.5 * r),
            -0.2) * (1.2 - r)
        grid = columns(reach * np.cos(a + 0.5 * (1 - r)), np.maximum(lift, 0.002), reach
            * np.sin(a + 0.5 * (1 - r)))
    hem = [grid[2], grid[:, 42], grid[42][::-1], grid[:, 2][::-1]]
    line = tube(np.concatenate(hem) + np.array([0, 0.002, 0.001]), 0.003, sides=6)
    return Model([Part("cloth", sheet(grid)), Part("hem", line, "second")], {}
        if ask.pose == "waving" else {"top": (0, 0.08, 0)})


@form("ribbon", "linen", 0.2, "bow, flying", where="table")
def ribbon(ask: Request) -> Model:
    """A ribbon tied in a bow, or a long one curling through the air."""

    def band(path: list[tuple[float, float, float]], wide: float, across: tuple[float, float,
        float], n: int = 50) -> Mesh:
        line = spline(np.array(path), n)
        k = np.linspace(-0.5, 0.5, 5)[:, None, None]
        return sheet(line[None] + k * np.array(across) * wide)

    if ask.pose == "flying":
        t = np.linspace(0, 1, 120)
        line = columns(1.2 * (t - 0.5) + 0.09 * np.sin(t * 22), 0.2 + 0.1 * np.sin(t * 8 + 1), 0.09
            * np.cos(t * 22))
        twist = t * 7
        across = columns(0.25 * np.sin(twist), 0.8 + 0 * t, 0.5 * np.cos(twist))
        k = np.linspace(-0.5, 0.5, 5)[:, None, None]
        return Model.of(Part("ribbon", sheet(line[None] + k * across * 0.075)))
    loops = []
    for s in (-1, 1):
        loops.append(
            band(
            triples("0 120 12, 50 160 22, 120 185 20, 155 150 0, 120 100 -20, 50 105 -10, 0 115 0",
            s), 0.05, (0, 0.35, 0.95)))
        loops.append(band(triples("0 115 15, 40 80 25, 70 45 10, 110 0 25", s), 0.045,
            (0.8 * 1, 0.4 * s, 0.3)))
    knot = Clay(blend=0.02).lump((0, 0.118, 0.014), (0.022, 0.024, 0.024)).mesh(detail=24)
    return Model.of(Part("loops", merge(loops)), Part("knot", knot))


@form("button", "linen", 0.03, "propped", where="table")
def button(ask: Request) -> Model:
    """A button with four holes and its thread; or several."""
    dish = turned(pairs("12 -3.5, 14.8 -2, 15 1.5, 13.8 3, 11.8 1.8, 0 0.8"),
        samples=0).turned(x=90)
    holes = [disc(0.0017, 0.0008).turned(x=90).moved(x, y, 0.0006) for x in (-0.0032, 0.0032)
        for y in (-0.0032, 0.0032)]
    cross = merge([wire([(s * -0.0032, -0.0032, 0.001), (0, 0, 0.0026), (s * 0.0032, 0.0032,
        0.001)], 0.0007) for s in (-1, 1)]
        + [wire(triples("3.2 -3.2 1, 12 -8 4, 22 -13 6, 26 -4 4"), 0.0006)])
    return tilted(Model.of(Part("button", dish), Part("holes", merge(holes), "black"),
        Part("thread", cross, "second")), x=-14)


@form("pin", "linen", 0.04, "dressmaker's", where="table")
def pin(ask: Request) -> Model:
    """A glass-headed pin stuck in slantwise, or a safety pin."""
    return Model.of(Part("pin", rod((-0.012, 0, 0), (0, 0.036, 0), 0.0003, 0.0007), "silver"),
        Part("head", ball(0.0036).moved(0.0008, 0.0382, 0)))


_HUNG = replace(POSES["standing"], hips=(0, 0.915, 0), spine=(0, 1, 0), tilt=0.0, sway=0.0,
    hands=((0.3, 0.84, 0.04), (-0.3, 0.84, 0.04)), elbows=((1, -0.3, 0), (-1, -0.3, 0)),
    feet=((0.09, 0.08, 0), (-0.09, 0.08, 0)), knees=((0, 0, 1), (0, 0, 1)),
    toes=((0, 0, 1), (0, 0, 1)))


def _peg(at: tuple[float, float, float]) -> Mesh:
    """A peg in the wall behind, with a plate and a knob, at the place that it holds."""
    x, y, z = at
    return merge(ball(0.024, sides=10).moved(x, y, z + 0.02), rod((x, y, z), (x, y, z - 0.2),
        0.013), box(0.09, 0.12, 0.02, bevel=0.008).moved(x, y - 0.06, z - 0.2))


def _hanger(figure: Figure) -> list[Part]:
    n = figure.neck
    wood = tube([figure.shoulders[0], n + np.array((0.05, 0.02, 0)), n + np.array((-0.05, 0.02, 0)),
        figure.shoulders[1]], 0.014, samples=12)
    hook = tube([n + p
        for p in np.array(triples("0 0 0, 0 120 0, 35 150 0, 30 200 0, -15 215 0, -40 180 0"))],
        0.006, samples=18, sides=6)
    x, y, z = np.add(n, (-0.003, 0.2, 0)).tolist()
    return [Part("hanger", wood, "pale_wood"), Part("hook", hook, "steel"),
        Part("peg", _peg((x, y, z)), "dark_wood")]


def _slack(mesh: Mesh) -> Mesh:
    """What nobody fills is flatter."""
    return mesh.scaled(1, 1, 0.62)


def _empty(figure: Figure, ease: float, sleeve: float = 1.95, hem: float = 1.3,
    scoop: float = 0.0) -> Mesh:
    field = top_field(hem=hem, sleeve=sleeve, scoop=scoop)
    return cut(cover(figure), field, ease, rng=np.random.default_rng(4), fold=0.005)


@form("coat", "garment", 1.2, attributes="long", where="wall")
def coat(ask: Request) -> Model:
    """A coat on a hanger, without anybody in it."""
    figure = solve(_HUNG, Build(1.75, girth=0.95))
    outfit = OUTFITS["coat"]
    parts = [p for p in dressed(ask, figure, outfit) if p.name == "collar"]
    balls = low_balls(cover(figure), 0.05, 0.2)
    skirt = drape(balls, float(figure.waist[1]) + 0.1, 0.22 if "long" in ask else 0.42, ask.rng,
        flare=0.08, folds=0.03, count=7, opening=(0.24, 0.26))
    return Model.of(Part("coat", _empty(figure, 0.02)), Part("skirt", skirt), *parts,
        *_hanger(figure)).mapped(_slack)


@form("shirt", "garment", 0.85, attributes="stripes", where="wall")
def shirt(ask: Request) -> Model:
    """A shirt on a hanger: its arms hang out."""
    figure, parts = _shirt(ask)
    return Model([*parts, *_hanger(figure)]).mapped(_slack)


def _shirt(ask: Request) -> tuple[Figure, list[Part]]:
    """An empty shirt, and the body that it was cut on."""
    pose = replace(_HUNG, hands=((0.36, 0.86, 0.0), (-0.36, 0.86, 0.0)))
    figure = solve(pose, Build(1.75, girth=0.95))
    collar = [tube([figure.neck + p for p in np.array([(0.075 * d, 0.02, -0.02), (0.06 * d, 0.015,
        0.08), (0.015 * d, -0.05, 0.125)])], [0.025, 0.024, 0.01], samples=8, flat=0.5)
        for d in (1, -1)]
    pattern = "stripes" if "stripes" in ask else "plain"
    buttons = [ball(0.008, sides=6).moved(0, 1.28 - 0.09 * k, 0.148 - 0.004 * k) for k in range(4)]
    return figure, [Part("shirt", _empty(figure, 0.03, hem=0.75), "main", pattern, "second", 24),
        Part("collar", merge(collar), "main"), Part("buttons", merge(buttons), "second")]


@form("washing line", "street", 1.75, where="ground")
def washing_line(ask: Request) -> Model:
    """A shirt and a sheet on a line between two posts."""
    _, parts = _shirt(ask)
    shirt_ = [replace(p, mesh=p.mesh.scaled(1.55, 1.55, 0.9).moved(-0.46, -0.77, 0)) for p in parts]
    x = np.linspace(-1.15, 1.15, 27)
    line = tube(columns(x, 1.5 + 0.1 * (x / 1.15) ** 2, 0 * x), 0.024, sides=8)
    u, v = np.linspace(0, 1, 30)[:, None], np.linspace(0, 1, 9)
    cloth = sheet(columns(0.2 + 0.78 * u + 0.03 * v * np.sin(8 * u), 1.5 + 0.07 * u**2 - 1.05 * v
        + 0.04 * v * np.sin(5 * u), 0.03 + 0.06 * (0.3 + v) * np.sin(11 * u)))
    posts = [rod((1.15 * d, 0, 0), (1.15 * d, 1.75, 0), 0.06) for d in (1, -1)]
    pegs = [box(0.04, 0.13, 0.07).moved(at, 1.44, 0.0) for at in (-0.66, -0.26, 0.27, 0.93)]
    return Model.of(*shirt_, Part("sheet", cloth, "white"), Part("line", line, "dark_wood"),
        Part("posts", merge(posts), "dark_wood"), Part("pegs", merge(pegs), "pale_wood"))


@form("trousers", "garment", 1.05, where="wall")
def trousers(ask: Request) -> Model:
    """Trousers on a line."""
    spread = ask.between(0.15, 0.2)
    pose = replace(_HUNG, feet=((spread, 0.08, 0.03), (-spread, 0.08, -0.02)))
    figure = solve(pose, Build(1.75, girth=0.9))
    cloth = cut(cover(figure), leg_field(waist=1.75, end=1.95), 0.02, rng=ask.rng, fold=0.0035)
    top = float(figure.hips[1])
    belt = tube([(np.cos(a) * 0.128, top + 0.13, np.sin(a) * 0.092) for a in np.linspace(0, 2
        * np.pi, 25)], 0.018, sides=8)
    braces = [tube([(0.07 * d, top + 0.13, 0.08), (0.09 * d, top + 0.27, 0.05),
        (0.06 * d, top + 0.14, -0.08)], 0.008, samples=12, sides=5) for d in (1, -1)]
    return Model.of(Part("trousers", cloth), Part("belt", belt, "leather"),
        Part("braces", merge(braces), "second"))


@form("dress", "garment", 1.5, where="wall")
def dress(ask: Request) -> Model:
    """A dress on a hanger."""
    figure = solve(_HUNG, Build(1.68, girth=0.95, woman=True))
    hem = 0.16
    balls = low_balls(cover(figure), 0.03, 0.2)
    skirt = drape(balls, float(figure.waist[1]), hem, ask.rng, flare=0.34, folds=0.05, count=12)
    lining = ball((0.09, 0.045, 0.055), sides=16).moved(*(figure.neck - [0, 0.07, 0]).tolist())
    sash = tube([(np.cos(a) * 0.115, float(figure.waist[1]), np.sin(a) * 0.09)
        for a in np.linspace(0, 2 * np.pi, 25)], 0.025, sides=8)
    bodice = _empty(figure, 0.01, 0.35, 1.4, 0.4)
    return Model.of(Part("bodice", bodice), Part("skirt", skirt), Part("sash", sash, "second"),
        Part("lining", lining, "black"), *_hanger(figure))


@form("cloak", "garment", 1.5)
def cloak(ask: Request) -> Model:
    """A cloak with its hood that stands empty, as if somebody were in it."""
    figure = solve(_HUNG, Build(1.72))
    balls = joined(high_balls(cover(figure), 0.02), low_balls(cover(figure), 0.03))
    cloth = drape(balls, float(figure.neck[1]) + 0.06, 0.02, ask.rng, flare=0.16, folds=0.06,
        count=10, opening=(0.2, 0.3), levels=24)
    cowl = hats.hood().scaled(0.27).moved(*figure.head.tolist())
    clasp = ball((0.03, 0.03, 0.015), sides=12).moved(0, float(figure.neck[1]) - 0.02, 0.17)
    inner = ball((0.1, 0.13, 0.04), sides=16).moved(*(figure.head + np.array((0, 0, 0.0))).tolist())
    dark = drape(balls, float(figure.neck[1]), 0.04, ask.rng, flare=0.05, folds=0.02,
        opening=(0.45, 0.05)).scaled(0.86, 1, 0.5)
    return Model.of(Part("cloak", cloth), Part("hood", cowl), Part("clasp", clasp, "gold"),
        Part("inside", merge(inner, dark), "black"), head=(0, 1.6, 0))


@form("armour", "garment", 1.85)
def armour(ask: Request) -> Model:
    """An empty suit of armour that stands, on a block."""
    held = ["spear"]
    pose = replace(_HUNG, feet=((0.14, 0.08, 0.02), (-0.14, 0.08, 0.02)), toes=((0.4, 0, 1),
        (-0.4, 0, 1)), hands=((0.32, 0.9, 0.06), (-0.36, 1.2, 0.2)), elbows=((1, -0.2, -0.6),
        (-1, -0.6, -0.4)))
    figure = solve(pose, Build(1.8, girth=1.12), grips=("fist", "fist"))
    outfit = replace(OUTFITS["armour"], skirt=0.24, skirt_of="steel", flare=0.1, folds=0.0)
    parts = [replace(p, material="steel" if p.material == "skin" else p.material)
        for p in dressed(ask, figure, outfit) if p.name != "neck"]
    helm = [replace(p, mesh=p.mesh.scaled(0.29).moved(*figure.head.tolist()))
        for p in hats.closed_helmet()]
    plume = (Clay(blend=0.03).chain(triples("0 150 80, 0 240 0, 0 200 -130, 0 20 -220"),
        [0.02, 0.04, 0.05, 0.02]).mesh(detail=26))
    ridge = tube([figure.neck + p for p in np.array([(0, -0.08, 0.13), (0, -0.2, 0.165),
        (0, -0.36, 0.13)])], 0.012, samples=8)
    block = box(0.75, 0.14, 0.6, bevel=0.02).moved(0, -0.14, 0.03)
    parts += [*helm, Part("ridge", ridge, "steel"), Part("block", block, "dark_wood"),
        Part("plume", plume.moved(*figure.head.tolist()), "main")]
    return Model.of(*parts, *add_ons(ask, figure, held), inside=(0, 1.0, 0))
