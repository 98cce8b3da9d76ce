"""What is worn or carried, by itself: hats, shoes, coats on hangers, jewels, umbrellas, bags."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import people_hats as hats
from worker.studio.scene.forms.body_parts import spectacles
from worker.studio.scene.forms.people_heads import powdered_wig
from worker.studio.scene.forms.people_held import canopy
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, finished, lathe,
    loft, merge, pairs, sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_HEAD = 0.25


def _worn(parts: list[Part], size: float = _HEAD, turn: float = 0.0) -> Model:
    return Model(parts, {}).mapped(lambda m: m.scaled(size).turned(y=turn))


@form("hat", "garment", 0.16, attributes="straw", where="table")
def hat(ask: Request) -> Model:
    """A felt hat with a band."""
    straw = "straw" in ask
    crown, brim = ask.between(0.38, 0.5), 1.0 if straw else ask.between(0.66, 0.85)
    band = lathe([(0.43, 0.06), (0.45, 0.08), (0.435, 0.17), (0.4, 0.18)]).scaled(0.96, 1, 1.13)
    parts = [Part("hat", hats.brimmed(crown, brim), "dry_grass" if straw else "main"),
        Part("band", band, "second")]
    return _worn(parts, turn=25)


@form("top hat", "garment", 0.19, where="table")
def top_hat(_: Request) -> Model:
    """A top hat with a silk band."""
    band = lathe([(0.43, 0.05), (0.44, 0.07), (0.415, 0.2), (0.38, 0.21)]).scaled(1, 1, 1.12)
    return _worn([Part("hat", hats.top_hat()), Part("band", band, "second")])


@form("crown", "garment", 0.13, where="table")
def crown(ask: Request) -> Model:
    """A king's crown with stones, or a crown of thorns."""
    gems = [ball((0.05, 0.05, 0.03), sides=10).turned(y=90 - float(np.degrees(a))).moved(np.cos(a)
        * 0.43, 0.07, np.sin(a) * 0.43) for a in np.arange(14) * np.pi / 7 + 0.2]
    cap = ball((0.38, 0.26, 0.38), sides=24).moved(0, 0.08, 0)
    return _worn([Part("crown", hats.crown(), "gold"), Part("gems", merge(gems), "accent"),
        Part("velvet", cap)])


@form("cap", "garment", 0.1, where="table")
def cap(_: Request) -> Model:
    """A soft cap with a peak."""
    return _worn([Part("cap", hats.cap())], turn=35)


@form("bonnet", "garment", 0.3, where="table")
def bonnet(_: Request) -> Model:
    """A bonnet with ribbons."""
    ribbons = []
    for d in (1, -1):
        y = np.linspace(0, 1, 14)
        mid = columns(d * (0.4 + 0.1 * np.sin(y * 5)), -0.2 - 0.75 * y, 0.25 + 0.08 * np.sin(y * 8))
        ribbons.append(sheet(np.stack([mid - np.array((0.05, 0, 0)), mid
            + np.array((0.05, 0, 0.03))])))
        ribbons.append(tube([(d * 0.42, -0.2, 0.27), (d * 0.05, -0.5, 0.28)], 0.05, flat=0.4))
    return _worn([Part("bonnet", hats.bonnet()), Part("ribbons", merge(ribbons), "second")],
        turn=30)


@form("wig", "garment", 0.3, where="table")
def wig(_: Request) -> Model:
    """A powdered wig on a wooden stand."""
    stand = lathe(pairs("300 -900, 300 -850, 70 -800, 60 -450, 200 -200, 300 100"))
    return _worn([Part("wig", powdered_wig(), "white"), Part("stand", stand, "wood")], turn=25)


@form("helmet", "garment", 0.26, attributes="soldier", where="table")
def helmet(ask: Request) -> Model:
    """A knight's closed helmet, a soldier's, or an antique one with a plume."""
    kind = ask.pick("knight", "soldier", "plume")
    if kind == "soldier":
        return _worn([Part("helmet", hats.helmet())])
    parts = hats.closed_helmet()
    if kind == "plume":
        c = Clay(blend=0.1)
        c.chain(triples("0 550 360, 0 780 100, 0 740 -340, 0 300 -680, 0 -200 -740"),
            [0.05, 0.12, 0.14, 0.13, 0.05], flat=0.5, side=(1, 0, 0))
        parts.append(Part("plume", c.mesh(detail=40), "accent"))
    return _worn(parts, turn=35)


def _low_shoe() -> list[Part]:
    """A laced low shoe: its upper rises from the sole's edge to the opening for the foot."""
    edge = spline(np.array(pairs("-122 0, -102 28, -20 27, 60 41, 125 29, 150 0, 125 -29, 60 -41, "
        "-20 -27, -102 -28, -122 0")), 49)[:-1]
    x, z = edge[:, 0], edge[:, 1]
    low = np.interp(x, [-0.13, -0.05, 0.05, 0.15], [0.031, 0.029, 0.013, 0.018])
    a = np.arctan2(z, x + 0.01)
    mouth = columns(0.062 * np.cos(a) - 0.06, 0.078 + 0.02 * np.cos(a) ** 2, 0.024 * np.sin(a))
    foot = columns(x, low, z)
    knuckle = columns(x * 1.02, low + np.interp(x, [-0.12, 0.0, 0.15], [0.05, 0.05, 0.046]), z)
    rows = [(1 - t) ** 2 * foot + 2 * t * (1 - t) * knuckle + t * t * mouth
        for t in np.linspace(0, 1, 12)]
    middle = np.array([-0.06, 0.0, 0.0])
    lining = [(mouth - middle) * [k, 1, k] + middle - [0, d, 0] for k, d in ((0.98, -0.001),
        (0.9, 0.02), (0.4, 0.035), (0.02, 0.035))]
    around = [np.concatenate([row, row[:1]]) for row in (*rows, *lining)]
    sole = extrude(edge * 1.06, 0.011, bevel=0.003).turned(x=90)
    lift = np.interp(sole.points[:, 0], [-0.13, -0.05, 0.05, 0.16], [0.024, 0.022, 0.006, 0.011])
    sole = sole.bent(lambda p: p + columns(0 * lift, lift, 0 * lift))
    heel = box(0.062, 0.032, 0.056, bevel=0.003).moved(-0.097, 0, 0)
    laces = [tube([(u, v - 0.004, -0.015), (u, v + 0.003, 0), (u, v - 0.004, 0.015)], 0.0028,
        samples=7, sides=6) for u, v in ((0.014, 0.095), (0.03, 0.09), (0.046, 0.085))]
    return [Part("upper", sheet(np.stack(around[:12])[::-1], crease=180)),
        Part("inside", sheet(np.stack(around[12:])[::-1], crease=60), "black"),
        Part("collar", tube(around[11], 0.0035, sides=7), "second"),
        Part("laces", merge(laces), "linen"), Part("sole", merge(sole, heel), "dark_wood")]


def _boot() -> list[Part]:
    heel, at = 0.03, np.linspace(0, 2 * np.pi, 33)
    shaft = [(-0.082, 0.055, 0.04, 0.034), (-0.084, 0.1, 0.042, 0.036), (-0.08, 0.15, 0.047, 0.042),
        (-0.083, 0.22, 0.056, 0.05), (-0.08, 0.29, 0.06, 0.053), (-0.076, 0.345, 0.061, 0.055),
        (-0.075, 0.35, 0.057, 0.051), (-0.075, 0.32, 0.053, 0.047)]
    leg = sheet(np.stack([columns(x + a * np.cos(at), y + 0.012 * np.cos(at) * (y > 0.3), b
        * np.sin(at)) for x, y, a, b in shaft])[:, ::-1], crease=60)
    c = Clay(blend=0.03).limb((-0.085, 0.03 + heel, 0), (-0.082, 0.1 + heel, 0), 0.037, 0.037)
    c.chain([(-0.07, 0.075 + heel, 0), (-0.01, 0.056 + heel * 0.6, 0), (0.06, 0.046, 0),
        (0.12, 0.038, 0)], [0.036, 0.039, 0.045, 0.032], flat=0.85, side=(0, 1, 0))
    c.limb((-0.085, 0.028 + heel, 0), (0.05, 0.038, 0), 0.032, 0.04, flat=0.85, side=(0, 1, 0))
    folds = [tube(columns(-0.08 + 0.037 * np.cos(at[4:30] - np.pi), y + 0.014 * np.cos(at[4:30]
        - np.pi), 0.04 * np.sin(at[4:30] - np.pi)), 0.006, sides=6) for y in (0.105, 0.125)]
    x = np.linspace(-0.13, 0.158, 40)
    half = 1.04 * spline(np.array(pairs("-131 4, -118 28, -70 33, -10 27, 60 43, 120 33, 150 16,"
        "159 3")), 60)
    wide = np.interp(x, half[:, 0], half[:, 1])
    lift = np.interp(x, [-0.13, -0.05, 0.04, 0.16], [heel, heel * 0.95, 0.0, 0.008])
    sole = loft([np.array([(p, q, w), (p, q, -w), (p, q + 0.012, -w), (p, q + 0.012, w)])
        for p, q, w in zip(x, lift, wide, strict=True)], crease=50)
    block = box(0.056, heel + 0.006, 0.056, bevel=0.004).moved(-0.1, 0, 0)
    dark = ball((0.055, 0.004, 0.049), sides=18).moved(-0.075, 0.33, 0)
    loop = tube([(-0.13, 0.35, 0), (-0.15, 0.33, 0), (-0.135, 0.3, 0)], 0.006, samples=9, sides=6)
    return [Part("upper", merge(leg, c.mesh(detail=64), *folds)), Part("inside", dark, "black"),
        Part("loop", loop, "second"), Part("sole", merge(sole, block), "dark_wood")]


@form("shoe", "garment", 0.12, where="table")
def shoe(ask: Request) -> Model:
    """A laced low shoe; the toe to +x."""
    return _aside(_low_shoe())


@form("boot", "garment", 0.4, where="table")
def boot(ask: Request) -> Model:
    """A high boot or a pair; the toe to +x."""
    return _aside(_boot())


def _aside(parts: list[Part]) -> Model:
    return Model.of(*(replace(p, mesh=p.mesh.turned(y=-12)) for p in parts))


@form("glove", "garment", 0.26, where="table")
def glove(ask: Request) -> Model:
    """An empty glove that stands on its cuff."""
    c = Clay(blend=0.016)
    c.limb((0.004, 0.045, 0), (0.0, 0.09, 0), 0.036, 0.036, flat=0.62)
    for k, (root, tip, bow) in enumerate(zip(pairs("-31 143, -10 150, 11 148, 31 138"),
            pairs("-48 216, -15 236, 15 232, 47 205"), (0.014, 0.02, 0.024, 0.03), strict=True)):
        (x, y), (u, v) = root, tip
        lean = bow * ask.between(0.7, 1.3)
        c.limb((x * 0.8, 0.085, 0), (x, y, 0.002), 0.02, 0.0165, flat=0.8, blend=0.016)
        c.chain([(x, y, 0.002), (x + 0.5 * (u - x), y + 0.5 * (v - y), 0.006), (u, v, lean)],
            [0.0155, 0.0145, 0.0115], blend=0.005 if k else 0.007)
    c.chain([(-0.026, 0.075, 0.006), (-0.056, 0.115, 0.016), (-0.076, 0.148, 0.026),
        (-0.082, 0.17, 0.03)], [0.022, 0.018, 0.0145, 0.0115], blend=0.012)
    turn, up = np.linspace(0, 2 * np.pi, 61), np.linspace(0, 1, 18)[:, None]
    wide = np.interp(up, (0, 0.1, 0.75, 1), (0.071, 0.066, 0.044, 0.0385)) * (1 + 0.02
        * np.sin(5 * turn + 6 * up) * (1 - up))
    cuff = sheet(columns(wide * np.cos(turn), -0.11 + 0.165 * up, 0.68 * wide
        * np.sin(turn))[:, ::-1])
    hem, strap = (tube(columns(r * np.cos(turn), 0 * turn + y, 0.68 * r * np.sin(turn)), t,
        sides=8) for r, y, t in ((0.07, -0.106, 0.004), (0.0405, 0.046, 0.0035)))
    darts = [tube([(x, 0.082, 0.0255), (x * 1.25, 0.108, 0.0255), (x * 1.5, 0.132, 0.0215)],
        [0.001, 0.0016, 0.001], sides=6) for x in (-0.017, 0.0, 0.017)]
    return Model.of(Part("glove", c.mesh(detail=84)), Part("cuff", cuff),
        Part("hem", merge(hem, strap), "second"), Part("darts", merge(darts), "black"))


@form("necklace", "garment", 0.32, attributes="pearls", where="table")
def necklace(ask: Request) -> Model:
    """Beads with a pendant, on a jeweller's bust: a neck and shoulders, cut round below."""
    turn = np.linspace(0, 2 * np.pi, 49)
    rows = pairs("0 0, 150 0, 158 8, 160 40, 150 78, 126 110, 92 138, 64 164, 50 190, 45 220,"
        "45 250, 42 268, 0 272")
    profile = spline(np.array(rows[1:-1]), 44)

    def at(y: Array, a: Array, lift: float = 0.0) -> Array:
        """Points on the bust at heights, towards angles from the front."""
        r = np.interp(y, profile[:, 1], profile[:, 0]) + lift
        deep = 0.48 + 0.46 * np.clip((y - 0.1) / 0.07, 0, 1)
        return columns(r * np.sin(a), y, r * deep * np.cos(a) + 0.012 * np.sin(np.pi * y / 0.15)
            * (y < 0.15))

    bust = sheet(np.stack([at(y + 0 * turn, turn) * ([0, 1, 0] if k in (0, 45) else 1)
        for k, y in enumerate([0.0, *profile[:, 1], 0.272])])[:, ::-1], crease=50)
    beads = []
    for count, low, size in ((42, 0.062, 0.0075), (34, 0.098, 0.0062)):
        a = np.linspace(-2.4, 2.4, count)
        y = low + (0.2 - low) * (np.abs(a) / 2.4) ** 1.3
        beads += [ball(size * (1.25 - 0.3 * abs(t) / 2.4), sides=12).moved(*p)
            for p, t in zip(at(y, a, 0.004), a, strict=True)]
    x, y_, z = at(np.array([0.05]), np.array([0.0]), 0.006)[0]
    drop = lathe(spline(np.array([(0.001, -0.034), (0.015, -0.02), (0.012, 0.0), (0.001, 0.018)]),
        14)).moved(x, y_ - 0.006, z)
    gems = "white" if "pearls" in ask else "gold"
    return Model.of(Part("beads", merge(beads), gems), Part("pendant", drop, "accent"),
        Part("bust", bust, "main"))


def _cut_stone(radius: float) -> list[Mesh]:
    """A brilliant: the facets of crown and point, and the table."""
    a = np.pi / 4 * np.arange(8)
    table, rim, low = (radius * columns(r * np.cos(t), 0 * t + y, r * np.sin(t)) for r, y, t in (
        (0.62, 0.4, a), (1.0, 0.02, a + np.pi / 8), (1.0, -0.05, a + np.pi / 8)))
    top, tip = np.array([0, 0.4, 0]) * radius, np.array([0, -0.85, 0]) * radius
    flat = [np.array([top, table[k], table[k - 1]]) for k in range(8)]
    cut = [np.array(f) for k in range(8) for f in ((table[k], table[k - 1], rim[k - 1]),
        (table[k - 1], rim[k - 1], rim[k - 2]), (rim[k - 1], rim[k], low[k]), (rim[k - 1], low[k],
        low[k - 1]), (low[k - 1], low[k], tip))]
    return [finished(np.concatenate(some), np.arange(3 * len(some)).reshape(-1, 3), crease=1)
        for some in (cut, flat)]


@form("ring", "garment", 0.035, where="table")
def ring(_: Request) -> Model:
    """A ring that stands, with its stone."""
    a = np.linspace(0, 2 * np.pi, 49)
    band = tube(columns(np.cos(a), np.sin(a), 0 * a) * 0.0105, 0.0016, sides=12).turned(y=25)
    claws = [tube([(0, 0.0105, 0), (0.0042 * np.cos(k), 0.016, 0.0042 * np.sin(k))],
        [0.0012, 0.0007], sides=6) for k in np.arange(6) * 1.047]
    return Model.of(Part("band", merge(band, *claws), "gold"),
        Part("stone", merge(_cut_stone(0.0055)).moved(0, 0.0185, 0)))


@form("jewel", "garment", 0.06, where="table")
def jewel(ask: Request) -> Model:
    """A cut stone that lies on its side and shows its table."""
    facets, table = (m.turned(z=-37, y=ask.between(20, 40)) for m in _cut_stone(0.05))
    return Model.of(Part("jewel", facets), Part("table", table, "second"))


@form("glasses", "garment", 0.06, where="table")
def glasses(_: Request) -> Model:
    """Spectacles, open."""
    frame_ = spectacles(splay=0.09).scaled(0.18)
    lenses = [ball((0.108, 0.108, 0.012), sides=20).moved(0.155 * d, 0.01, 0.43).scaled(0.18)
        for d in (1, -1)]
    return Model.of(Part("frame", frame_), Part("lenses", merge(lenses),
        "glass")).mapped(lambda m: m.turned(x=10))


@form("umbrella", "garment", 1.0, "open, closed", "stripes")
def umbrella(ask: Request) -> Model:
    """An umbrella: open it rests on its rim and handle, closed it stands."""
    hook = spline(np.array(triples("0 -300 0, 0 -420 0, 30 -470 0, 75 -450 0, 80 -400 0")), 20)
    handle = tube(hook, 0.014, sides=8)
    pattern = "stripes" if "stripes" in ask else "plain"
    if ask.pose == "closed":
        c = lathe(spline(np.array(pairs("22 -120, 55 -80, 50 100, 30 380, 12 500")), 26), sides=32)
        a = np.arctan2(c.points[:, 2], c.points[:, 0])
        swell = 1 + 0.16 * np.sin(a * 8 + c.points[:, 1] * 14)
        cloth = c.bent(lambda p: columns(p[:, 0] * swell, p[:, 1], p[:, 2] * swell))
        tip = tube([(0, 0.48, 0), (0, 0.6, 0)], [0.01, 0.005], sides=8)
        band = tube([(np.cos(t) * 0.056, 0.12, np.sin(t) * 0.056) for t in np.linspace(0, 6.28,
            17)], 0.008, sides=6)
        stick = tube([(0, -0.3, 0), (0, 0.0, 0)], 0.009, sides=8)
        return Model.of(Part("cloth", cloth), Part("handle", handle, "wood"),
            Part("rod", merge(tip, stick), "steel"), Part("band", band, "second")).mapped(
            lambda m: m.turned(z=9))
    ribs = [tube([(0, 0.24, 0), (0.26 * np.cos(k), 0.3, 0.26 * np.sin(k))], 0.005, sides=5)
        for k in np.arange(8) * np.pi / 4]
    stick = tube([(0, -0.3, 0), (0, 0.52, 0)], 0.009, sides=8)
    parts = [Part("canopy", canopy(0.58).moved(0, 0.14, 0), "main", pattern, "second", 5),
        Part("ribs", merge(*ribs, stick), "steel"), Part("handle", handle, "wood")]
    return Model(parts, {}).mapped(lambda m: m.turned(x=-24, z=52).turned(y=24))


@form("fan", "garment", 0.26, where="table")
def fan(ask: Request) -> Model:
    """An open folding fan that stands on its rivet."""
    count = 12
    a = np.radians(np.linspace(16, 164, count * 2 + 1))
    fold = np.where(np.arange(len(a)) % 2, 0.01, -0.01)
    rows = [columns(np.cos(a) * r, np.sin(a) * r, fold * r / 0.22) for r in np.linspace(0.105,
        0.24, 6)]
    leaf = sheet(np.stack(rows)[:, ::-1], crease=20)
    hem = [columns(np.cos(a) * r, np.sin(a) * r, fold * r / 0.22 + 0.0015) for r in (0.218, 0.243)]
    sticks = [tube([(0, 0, fold[k] * 0.3), (np.cos(a[k]) * 0.235, np.sin(a[k]) * 0.235, fold[k]
        - 0.004)], [0.004, 0.0035], sides=5) for k in range(0, len(a), 2)]
    guards = [tube([(-np.cos(a[k]) * 0.03, -np.sin(a[k]) * 0.03, 0), (np.cos(a[k]) * 0.242,
        np.sin(a[k]) * 0.242, 0)], [0.012, 0.009], sides=6, flat=0.5) for k in (0, -1)]
    return Model.of(Part("leaf", leaf), Part("hem", sheet(np.stack(hem)[:, ::-1], crease=20),
        "second"), Part("sticks", merge(*sticks), "pale_wood"), Part("guards", merge(guards),
        "dark_wood")).mapped(lambda m: m.turned(z=-14))


@form("handbag", "garment", 0.34, where="table")
def handbag(_: Request) -> Model:
    """A handbag, broad below, with a flap, a clasp and one handle."""
    def ring(y: float, wide: float, deep: float) -> Array:
        a = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        c, s = np.cos(a), np.sin(a)
        return columns(wide * np.sign(c) * np.abs(c) ** 0.4, 0 * a + y, deep * np.sign(s)
            * np.abs(s) ** 0.6)

    bag = loft([ring(*row) for row in triples("0 190 60, 12 200 70, 100 190 70, 200 165 45, "
        "225 155 30")])
    t = np.linspace(-1, 1, 21)
    edge = 0.225 - 0.13 * (1 - t**4) - 0.005
    u = np.linspace(0, 1, 9)[:, None]
    y = 0.232 + (edge - 0.232) * u
    flap = sheet(columns((0.158 + 0.018 * u) * t, y, np.interp(y, (0.1, 0.2, 0.232), (0.079, 0.053,
        0.02))))
    clasp = box(0.05, 0.04, 0.02, bevel=0.008).moved(0, 0.085, 0.08)
    a = np.linspace(0, np.pi, 25)
    handle = tube(columns(0.105 * np.cos(a), 0.215 + 0.125 * np.sin(a), 0 * a), 0.013, sides=10)
    return Model.of(Part("bag", bag), Part("flap", flap, "second"), Part("clasp", clasp, "gold"),
        Part("handle", handle, "second"))


@form("suitcase", "garment", 0.5)
def suitcase(ask: Request) -> Model:
    """A suitcase with straps and corners."""
    c = Clay(blend=0.02).block((0, 0.23, 0), (0.62, 0.42, 0.18), rounding=0.045)
    straps = [box(0.045, 0.45, 0.2, bevel=0.02).moved(0.17 * d, 0.005, 0) for d in (1, -1)]
    corners = [ball(0.062, sides=10).moved(0.268 * dx, 0.23 + 0.168 * dy, 0.048 * dz)
        for dx in (1, -1) for dy in (1, -1) for dz in (1, -1)]
    seam = [box(0.63, 0.012, 0.19).moved(0, 0.32, 0)]
    handle = tube(triples("-80 440 0, -70 490 0, 0 505 0, 70 490 0, 80 440 0"), 0.013, samples=16,
        sides=8)
    locks = [box(0.05, 0.05, 0.015, bevel=0.005).moved(0.17 * d, 0.3, 0.1) for d in (1, -1)]
    parts = [Part("case", c.mesh(detail=50)), Part("straps", merge(*straps, *corners, handle),
        "leather"), Part("seam", merge(seam), "black"), Part("locks", merge(locks), "gold")]
    if ask.rng.random() < 0.5:
        parts.append(Part("label", box(0.13, 0.09, 0.004).turned(z=12).moved(0.0, 0.12, 0.092),
            "paper"))
        parts.append(Part("label", lathe([(0, 0), (0.04, 0), (0.04, 0.004), (0, 0.004)],
            sides=16).turned(x=90).moved(-0.07, 0.34, 0.09), "second"))
    return Model.of(*parts, seat=(0, 0.44, 0))


@form("tie", "garment", 0.55, attributes="bow", where="wall")
def tie(ask: Request) -> Model:
    """A necktie with its knot, or a bow tie."""
    loop = tube([(np.cos(t) * 0.062 * (1 + 0.3 * np.sin(t)), 0.13 + 0.13 * np.sin(t), 0.0)
        for t in np.linspace(-np.pi / 2, np.pi * 1.5, 40)], 0.016, sides=8, flat=0.4)
    pattern = "plain"
    if "bow" in ask:
        c = Clay(blend=0.012)
        c.lump((0, 0, 0.008), (0.02, 0.022, 0.018))
        half = np.array(pairs("0 14, 50 36, 82 42, 78 0, 82 -42, 50 -36, 0 -14"))
        bow = extrude(np.concatenate([half, half[::-1] * [-1, 1]]), 0.02, bevel=0.006)
        return Model.of(Part("bow", merge(bow, c.mesh(detail=30)), "main", pattern, "second", 40),
            Part("loop", loop.moved(0, -0.06, 0.0)))
    y = np.linspace(0, 1, 24)
    half = np.interp(y, [0, 0.88, 1.0], [0.019, 0.046, 0.0])
    wave = 0.012 * np.sin(y * 5)
    front = [columns(half * k + 0.01 * np.sin(y * 3), -0.02 - 0.44 * y, 0.008 + wave + 0.006
        * (1 - k * k)) for k in np.linspace(-1, 1, 5)]
    knot = (Clay(blend=0.01).limb((0, 0.02, 0.008), (0, -0.022, 0.01), 0.03, 0.019,
        flat=0.7).mesh(detail=24))
    back = [columns(0.016 * k + 0.02 * y + 0 * y, -0.02 - 0.36 * y, -0.006 + wave)
        for k in (-1.0, 1.0)]
    return Model.of(Part("tie", merge(sheet(np.stack(front)), sheet(np.stack(back))), "main",
        pattern, "second", 30), Part("knot", knot), Part("loop", loop))
