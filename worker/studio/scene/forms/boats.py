"""Small boats, and the hulls and sails that all ships share. They face +x; y = 0 is the water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe,
    merge, pairs, sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Request, form


@dataclass(frozen=True)
class Hull:
    """A boat's skin: its measures in metres and its lines.

    `sheer` lifts bow and stern, `transom` is the stern's share of the beam, `full` (2 to 6) how
    flat the bottom is, `rake` how far the bow leans out, `point` how blunt the bow is.
    """

    length: float
    beam: float
    depth: float
    sheer: tuple[float, float] = (0.0, 0.0)
    transom: float = 0.0
    full: float = 3.0
    rake: float = 0.4
    point: float = 2.2
    rocker: float = 0.3

    def at(self, s: Array | float, u: Array | float) -> Array:
        """Points for s from the stern -1 to the bow 1 and u from one rail -1 over the keel to 1."""
        s, u = np.broadcast_arrays(np.asarray(s, dtype=np.float64), np.asarray(u, dtype=np.float64))
        fore, aft = np.clip(s, 0, 1), np.clip(-s, 0, 1)
        level = np.clip(np.abs(u), 0, 1)
        half = self.beam / 2 * (1 - fore**self.point) * (1 - (1 - self.transom) * aft**2.4)
        rail = self.depth + self.sheer[0] * fore**2.5 + self.sheer[1] * aft**2.5
        keel = self.rocker * self.depth * (fore**5 + 0.6 * aft**5)
        y = keel + (rail - keel) * level**1.4
        x = s * self.length / 2 + self.rake * y * (fore**3 - 0.4 * aft**3)
        return columns(x, y, np.sign(u) * half * (1 - (1 - level) ** self.full))

    def skin(self, *, inset: float = 0.0) -> Mesh:
        """The outer planking; with `inset` the inner one."""
        s, u = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 25), indexing="ij")
        grid = self.at(s, u)
        if inset:
            grid = grid * [1 - inset, 1, 1 - 2 * inset] + [0, inset * self.depth * 1.2, 0] * (1
                - np.abs(u[..., None]))
        pieces = [sheet(grid, grain=(1, 0, 0))]
        if self.transom:
            pieces.append(sheet(np.stack([grid[0], grid[0] * [1, 1, 0]]), grain=(0, 0, 1)))
        return merge(pieces)

    def rail(self, thick: float, *, level: float = 1.0, out: float = 0.0) -> Mesh:
        """A moulding along both sides at a share of the height."""
        s = np.linspace(-1, 0.995, 33)
        lines = [self.at(s, k * level) + np.array([0, 0, k * out]) for k in (-1, 1)]
        return merge(tube(line, thick, sides=8) for line in lines)

    def deck(self, level: float, start: float = -1.0, end: float = 0.98) -> Mesh:
        """A floor at a share of the height."""
        s = np.linspace(start, end, 25)
        return sheet(np.stack([self.at(s, -level), self.at(s, level)]), grain=(1, 0, 0))

    def thwart(self, s: float, level: float, wide: float) -> Mesh:
        """A seat across."""
        x, y, z = self.at(s, level).tolist()
        return box(wide, 0.05, 2 * z * 0.97).moved(x, y, 0)


def square_sail(top: float, foot: float, height: float, belly: float) -> Mesh:
    """A square sail under its yard at y = 0; it swells towards +x."""
    u, v = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(0, 1, 11))
    wide = (top + (foot - top) * v) / 2 * (1 - 0.05 * np.sin(v * np.pi))
    y = -height * v + height * 0.12 * (1 - u**2) * v**3
    x = belly * (1 - 0.75 * u**2) * np.sin(np.pi * (0.06 + 0.86 * v))
    return sheet(columns(x, y, u * wide), grain=(0.2, -1, 0))


def furled(width: float, radius: float) -> Mesh:
    """A sail rolled up under its yard."""
    z = np.linspace(-width / 2, width / 2, 33)
    line = np.column_stack([0 * z, -radius * 0.9 - radius * 0.5 * np.abs(np.sin(z / width * 20)),
        z])
    return tube(line, radius * (0.75 + 0.3 * np.abs(np.sin(z / width * 20))), sides=8)


def jib(a: b.Point, c: b.Point, d: b.Point, belly: float) -> Mesh:
    """A three-cornered sail, from head `a` to tack `c` and clew `d`; it swells towards +z."""
    v, w = np.meshgrid(np.linspace(0.001, 1, 13), np.linspace(0, 1, 11), indexing="ij")
    head, tack, clew = np.array(a), np.array(c), np.array(d)
    grid = head + v[..., None] * ((tack - head) + w[..., None] * (clew - tack))
    grid[..., 2] += belly * np.sin(np.pi * w) * np.sin(np.pi * np.minimum(v, 0.95) * 0.9)
    leech = clew - head
    grid[..., 0] += (0.04 * np.linalg.norm(leech) * np.sin(np.pi * v) * w * np.sign(tack[0]
        - clew[0]))
    return sheet(grid, grain=(0, -1, 0))


def shrouds(x: float, top: float, foot: float, half: float, count: int,
    spread: float) -> list[list[b.Point]]:
    """Ropes from a masthead to both rails with a few ratlines."""
    rods: list[list[b.Point]] = []
    for s in (-1, 1):
        feet = [x - spread * (k / max(count - 1, 1) - 0.3) for k in range(count)]
        rods += [[(x, top, 0), (f, foot, s * half)] for f in feet]
        for t in np.linspace(0.08, 0.75, 8):
            ends = [(f + (x - f) * t, foot + (top - foot) * t, s * half * (1 - t))
                for f in (feet[0], feet[-1])]
            rods.append([ends[0], ends[1]])
    return rods


@form("rowing boat", "boat", 1.2, "plain, gondola, punt", "gondola, punt", where="water")
def rowing_boat(ask: Request) -> Model:
    """A clinker boat with thwarts and oars; or a gondola, or a flat punt with its pole."""
    kind = (ask.pose if ask.pose != "plain" else next((w for w in ("gondola", "punt") if w in ask),
        ""))
    if kind == "gondola":
        return _gondola(ask)
    kit = b.Kit()
    if kind == "punt":
        hull = Hull(6.5, 1.25, 0.5, (0.12, 0.1), 0.85, 6, 0.5, 9, 0.9)
        kit.add("pole", b.bars([[(-2.6, -0.1, 0.3), (-3.6, 3.6, 0.55)]], 0.03), of="wood")
    else:
        hull = Hull(ask.between(3.8, 4.3), 1.6, 0.66, (0.5, 0.22), 0.45, 2.6, 0.45, 2.1)
    kit.add("hull", hull.skin(), *(hull.rail(0.012, level=q) for q in (0.55, 0.75, 0.88)))
    kit.add("inside", hull.skin(inset=0.03), hull.deck(0.3, -0.85, 0.8), of="second")
    kit.add("trim", hull.rail(0.04), *(hull.thwart(s, 0.7, 0.26) for s in (-0.72, -0.12, 0.42)),
        of="wood")
    if kind != "punt":
        stem = hull.at(1.0, np.linspace(0, 1, 8)) + np.array([0.02, 0, 0])
        kit.add("trim", tube(stem, 0.045, sides=8), of="wood")
        for s in (-1, 1):
            oar = merge(b.bars([[(0, 0, -0.6), (0, 0, 1.7)]], 0.028),
                box(0.15, 0.025, 0.62).moved(z=1.95))
            tilt = (oar.turned(x=17).turned(y=ask.between(-22, 5)) if s > 0
                else oar.turned(x=17).turned(y=180 - ask.between(-22, 5)))
            x, y, z = hull.at(0.05, s).tolist()
            kit.add("oars", tilt.moved(x, y + 0.08, z), of="pale_wood")
    return kit.model(inside=(-0.2, 0.25, 0), seat=(-0.3, 0.45, 0), back=(0.6, 0.45, 0))


def _gondola(ask: Request) -> Model:
    kit = b.Kit()
    hull = Hull(ask.between(9.5, 10.5), 1.35, 0.55, (1.0, 1.25), 0.0, 3, 0.15, 3.2, 0.9)
    kit.add("hull", hull.skin(), hull.deck(0.97, 0.45, 0.98), hull.deck(0.97, -0.98, -0.45))
    kit.add("inside", hull.skin(inset=0.03), hull.deck(0.3, -0.45, 0.5), of="second")
    kit.add("trim", hull.rail(0.03), of="gold")
    bow = hull.at(0.995, 1.0)
    comb = pairs("0 0, 120 500, 50 850, -220 950, -200 800, -100 720, -100 100")
    teeth = [(0.14, 0.1 + 0.11 * k, 0, 0.2, 0.06, 0.03) for k in range(5)]
    ferro = merge(extrude(comb, 0.04), b.blocks(teeth)).moved(float(bow[0]) - 0.05, float(bow[1])
        - 0.1, 0)
    kit.add("ferro", ferro, of="steel")
    kit.add("seat", box(0.7, 0.5, 0.95, bevel=0.06).moved(-0.9, 0.3, 0), box(0.16, 0.85, 1.0,
        bevel=0.06).moved(-1.3, 0.3, 0), of="red_cloth")
    kit.add("oar", b.bars([[(-3.6, 1.7, -0.2), (-2.0, -0.15, 1.5)]], 0.03),
        box(0.16, 0.9, 0.03).turned(x=-42, y=20).moved(-2.2, -0.1, 1.3), of="pale_wood")
    return kit.model(inside=(-0.4, 0.3, 0), seat=(-0.9, 0.8, 0), back=(-3.4, 1.1, 0))


@form("sailing boat", "boat", 8, "full", where="water")
def sailing_boat(ask: Request) -> Model:
    """A sloop with mainsail and jib, or a lateen boat with one long yard."""
    kit = b.Kit()
    hull = Hull(ask.between(5.6, 6.4), 2.0, 0.95, (0.4, 0.1), 0.6, 2.8, 0.55, 2.0)
    h, y, swell = ask.between(7.4, 8.4), 0.75, ask.between(0.5, 0.8)
    kit.add("hull", hull.skin())
    kit.add("deck", hull.deck(0.8), of="pale_wood", pattern="bars", repeat=4)
    kit.add("trim", hull.rail(0.05), hull.rail(0.03, level=0.8), of="second")
    kit.add("cabin", b.tiers((1.5, 1.1, 0.7), (1.3, 0.95, 1.25)).moved(x=0.1), of="linen")
    mast = 0.75
    kit.add("spars", b.bars([[(mast, 0.4, 0), (mast, h, 0)]], (0.08, 0.045), sides=8), of="wood")
    spar = b.bars([[(mast, 1.65, 0), (-2.6, 1.75, 0.35)], [(2.6, 1.1, 0), (3.7, 1.35, 0)]], 0.05)
    kit.add("spars", spar, of="wood")
    lines: list[list[b.Point]] = [[(mast, h * 0.96, 0), (3.7, 1.35, 0)],
        [(mast, h, 0), (-2.9, 1.1, 0)], *([(mast, h * 0.8, 0), (mast - 0.3, 0.95, s * 0.98)]
        for s in (-1, 1))]
    kit.add("rigging", b.bars(lines, 0.014), of="dark_wood")
    kit.add("sails", jib((mast - 0.05, h * 0.97, 0), (mast - 0.1, 1.75, 0), (-2.55, 1.85, 0.35),
        swell), jib((mast + 0.15, h * 0.86, 0), (3.6, 1.4, 0), (mast + 0.15, 1.5, 0.3), swell
        * 0.8), of="second")
    return kit.model(inside=(-1.2, y, 0), seat=(-1.4, y, 0))


@form("fishing boat", "boat", 6, where="water")
def fishing_boat(ask: Request) -> Model:
    """A stout trawler with a wheelhouse aft, a mast and derrick, floats and nets."""
    kit = b.Kit()
    hull = Hull(ask.between(8.5, 9.5), 3.2, 1.7, (1.15, 0.25), 0.7, 3.4, 0.45, 2.6)
    kit.add("hull", hull.skin())
    kit.add("deck", hull.deck(0.72), of="wood", pattern="bars", repeat=3)
    kit.add("trim", hull.rail(0.09), hull.rail(0.05, level=0.8, out=0.03), of="second")
    house = b.shell(2.0, 2.2, 1.9, [(-0.45, 1.0, 0.6, 0.75, "flat"), (0.45, 1.0, 0.6, 0.75,
        "flat")], b.row(2, 1.8, 1.0, 0.6, 0.75), thick=0.08).moved(-1.9, 1.1, 0)
    kit.add("house", house, of="white")
    kit.add("inside", b.core(2.0, 2.2, 1.9, thick=0.12).moved(-1.9, 1.1, 0), of="black")
    kit.add("house roof", b.tiers((2.4, 2.2, 3.3), (2.3, 2.1, 3.45)).moved(x=-1.9), of="second")
    funnel = lathe([(0.22, 0), (0.22, 1.3), (0.27, 1.35), (0.16, 1.4)], sides=14).moved(-2.6, 3.4,
        0.3)
    kit.add("funnel", funnel, of="second")
    mast, derrick = (0.9, 6.4, 0.0), (3.2, 4.8, 0.6)
    kit.add("spars", b.bars([[(0.9, 1, 0), mast], [(0.9, 2.1, 0), derrick],
        [(-2.9, 1.2, 0), (-3.1, 4.6, 0)]], (0.09, 0.05)), of="wood")
    stays: list[list[b.Point]] = [[mast, (5.0, 3.0, 0)], [mast, derrick], [mast, (-3.1, 4.6, 0)],
        [derrick, (3.2, 2.2, 0.6)], *([mast, (0.3, 1.7, s * 1.5)] for s in (-1, 1)),
        *([mast, (1.3, 1.7, s * 1.5)] for s in (-1, 1))]
    kit.add("rigging", b.bars(stays, 0.02), of="black")
    net = jib((derrick[0], 4.2, 0.6), (3.9, 1.9, 1.0), (2.2, 1.8, 0.9), 0.4)
    kit.add("net", net, of="dark_cloth", pattern="checks", other="linen", repeat=5)
    for k in range(2):
        kit.add("gear", box(0.7, 0.4, 0.5).moved(2.0 + 0.1 * k, 1.2 + 0.4 * k, -0.5), of="wood")
    kit.add("gear", b.lathed([(0.3, 0), (0.3, 0.7), (0.1, 0.7)], at=(0.2, 1.1, 0.7)), of="wood")
    floats = [ball(0.2, sides=10).moved(*(hull.at(s, 0.9) + np.array([0, 0, 0.1])).tolist())
        for s in (-0.35, 0.0, 0.3)]
    kit.add("floats", *floats, *(f.mapped(np.diag([1, 1, -1])) for f in floats), of="orange")
    return kit.model(inside=(0, 1.3, 0), seat=(1.5, 1.3, 0))


@form("raft", "boat", 3.5, where="water")
def raft(ask: Request) -> Model:
    """Logs lashed together, with a mast, a square sail and a steering oar."""
    kit, n = b.Kit(), 8
    for k in range(n):
        length = ask.between(3.9, 4.8)
        log = lathe([(0.17, -length / 2), (0.21, 0), (0.18, length / 2)], sides=12).turned(z=90)
        kit.add("logs", log.moved(ask.between(-0.25, 0.25), 0.2, (k - n / 2 + 0.5) * 0.4))
    lashing = b.bars([[(x, 0.43, -1.7), (x, 0.43, 1.7)] for x in (-1.5, 0.2, 1.5)], 0.07)
    kit.add("lashings", lashing, of="second")
    mast = b.bars([[(0.3, 0.3, 0), (0.3, 4.0, 0)], [(-1.0, 3.6, 0.5), (1.6, 3.6, -0.5)]], 0.08)
    oar = b.bars([[(-1.3, 1.5, 0.2), (-3.1, 0.1, 0.4)]], 0.06)
    kit.add("mast", mast, oar, of="wood")
    # The sail is spread along the raft and ends well above it: deck, mast and sail stay apart.
    u, v = np.meshgrid(np.linspace(-1, 1, 24), np.linspace(0, 1, 12), indexing="ij")
    belly = 0.4 * np.sin(np.pi * v) * (1 - u * u)
    y, z = 3.55 - v * (2.0 + 0.12 * np.sin(u * 11)), belly - 0.46 * u + 0.1
    sail = columns(0.3 + 1.2 * u + belly * 0.4, y, z)
    kit.add("sail", sheet(sail, crease=180), of="accent")
    return kit.model(seat=(-0.6, 0.42, 0.3), inside=(-0.6, 0.42, 0), back=(0.9, 0.42, 0.7))


@form("barge", "boat", 2.6, where="water")
def barge(ask: Request) -> Model:
    """A long flat canal barge with a laden hold and a cabin aft."""
    kit = b.Kit()
    hull = Hull(ask.between(17, 20), 3.6, 1.5, (0.5, 0.35), 0.6, 6, 0.2, 5)
    kit.add("hull", hull.skin())
    kit.add("deck", hull.deck(0.9), of="wood")
    kit.add("trim", hull.rail(0.12), hull.rail(0.06, level=0.75, out=0.03), of="second")
    kit.add("coaming", b.tiers((11, 2.8, 1.3), (11, 2.7, 1.9)).moved(x=1.2), of="second")
    x, z = np.meshgrid(np.linspace(-5.2, 5.2, 40), np.linspace(-1.25, 1.25, 12), indexing="ij")
    pile = (1 - (z / 1.3) ** 2) * (0.55 + 0.3 * np.sin(x * 1.1)) + 0.1 * np.sin(x * 7 + z * 9)
    kit.add("cargo", sheet(columns(x + 1.2, 1.8 + pile, z), crease=20), of="dry_grass")
    kit.add("cabin", b.tiers((3.0, 2.5, 1.3), (2.9, 2.3, 2.7)).moved(x=-6.2), of="accent")
    kit.add("trim", b.tiers((3.3, 2.7, 2.7), (3.1, 2.4, 2.85)).moved(x=-6.2), of="second")
    trim = b.lathed([(0.14, 2.8), (0.14, 3.6), (0.2, 3.65), (0.2, 3.75)], at=(-5.4, 0, 0.5))
    kit.add("trim", trim, of="second")
    window = b.blocks([(-6.2 + k, 1.85, s * 1.2, 0.55, 0.45, 0.1) for k in (-0.8, 0.5)
        for s in (-1, 1)])
    kit.add("windows", window, of="black")
    tiller = tube([(-9.0, 0.6, 0), (-9.0, 2.0, 0), (-7.9, 2.3, 0)], 0.07, samples=12)
    kit.add("tiller", tiller, box(1.0, 1.3, 0.1).moved(-9.4, 0.1, 0), of="wood")
    return kit.model(inside=(1.2, 2.2, 0), back=(4, 2.0, 0), seat=(-7.8, 1.5, 0))


@form("paper boat", "boat", 0.12, where="water")
def paper_boat(ask: Request) -> Model:
    """A folded paper boat: a peaked sail between two pointed walls."""
    kit, s = b.Kit(), 0.01
    open_ = ask.between(3.0, 4.0)
    for side in (-1, 1):
        z = side * open_
        wall = np.array([[(-11, 6.0, 0), (-5, 4.6, z * 0.9), (0, 4.2, z), (5, 4.6, z * 0.9),
            (11, 6.0, 0)],
            np.array(triples("-5500 0 0, -2500 0 450, 0 0 500, 2500 0 450, 5500 0 0")) * [1, 1, z]])
        kit.add("sides", sheet(wall * s, crease=15), pattern="plain")
        peak = np.array([[(0, 11, 0), (0.05, 11, 0)], [(-2.6, 6, side * 1.1), (2.6, 6, side * 1.1)],
            [(-5.5, 0, side * 0.3), (5.5, 0, side * 0.3)]])
        kit.add("peak", sheet(peak * s, crease=15))
    return kit.model(inside=(0, 0.05, 0), seat=(0, 0.05, 0.02))


@form("anchor", "boat", 1.6)
def anchor(_: Request) -> Model:
    """An admiralty anchor with stock, ring and a length of chain."""
    kit = b.Kit()
    angle = np.linspace(np.pi * 1.08, np.pi * 1.92, 21)
    arms = np.column_stack([0.76 * np.cos(angle), 0.78 + 0.74 * np.sin(angle), 0 * angle])
    kit.add("anchor", tube(arms, 0.045 + 0.045 * np.sin(np.linspace(0, np.pi, 21)), sides=12),
        b.bars([[(0, 0.05, 0), (0, 1.45, 0)]], (0.09, 0.065), sides=12), b.ring(0.14, 0.03,
        sides=22).moved(y=1.57))
    palm = extrude(pairs("0 400, 240 -140, 0 -60, -240 -140"), 0.07, bevel=0.025).turned(y=68)
    kit.add("anchor", *(palm.mapped(np.diag([s, 1, 1])).turned(z=s * 14).moved(s * 0.7, 0.62, 0)
        for s in (-1, 1)))
    stock = tube([(0, 1.3, -0.62), (0, 1.3, 0), (0, 1.3, 0.62)], [0.045, 0.075, 0.045])
    kit.add("stock", stock, *(ball(0.08, sides=12).moved(0, 1.3, s * 0.62) for s in (-1, 1)),
        of="wood")
    link = b.ring(0.1, 0.026, sides=14).scaled(0.75, 1.25, 1)
    path = spline(np.array(triples("0 1640 -60, -60 1350 -420, -160 620 -560, -420 60 -560,"
        "-1000 40 -300, -1380 40 60")), 19)  # fmt: skip
    for k, p in enumerate(path):
        way = np.gradient(path, axis=0)[k]
        chain = link.turned(y=90 * (k % 2), z=float(np.degrees(np.arctan2(-way[0], way[1])))).moved(
            *p.tolist())
        kit.add("chain", chain, of="second")
    return kit.model()


@form("sail", "boat", 6, "square")
def sail(ask: Request) -> Model:
    """A single sail on its mast, full of wind."""
    kit = b.Kit()
    w = ask.between(4.2, 5.0)
    kit.add("spars", b.bars([[(0, 0, 0), (0, 6.4, 0)]], (0.11, 0.07), sides=8),
        b.bars([[(0.1, 5.6, -w * 0.54), (0.1, 5.6, w * 0.54)]], 0.07).turned(y=-75), of="wood")
    kit.add("sail", square_sail(w, w * 1.05, 4.5, 1.1).turned(y=-75).moved(0, 5.5, 0.15),
        pattern="plain", other="second", repeat=1.2)
    return kit.model()


@form("buoy", "boat", 3.4, "can", where="water")
def buoy(ask: Request) -> Model:
    """A channel buoy that heels a little: drum, cage, lamp."""
    kit = b.Kit()
    drum = pairs("500 0, 1000 300, 1050 800, 950 1000, 350 1150")
    kit.add("drum", lathe(drum, sides=28), pattern="plain")
    legs = [[(0.75 * np.cos(a), 1.0, 0.75 * np.sin(a)), (0.28 * np.cos(a), 2.7, 0.28 * np.sin(a))]
        for a in np.arange(4) * np.pi / 2 + 0.4]
    hoops = [[(q * np.cos(a), y, q * np.sin(a)), (q * np.cos(a + np.pi / 2), y, q * np.sin(a + np.pi
        / 2))] for a in np.arange(4) * np.pi / 2 + 0.4 for q, y in ((0.52, 1.85), (0.3, 2.6))]
    kit.add("cage", b.bars(legs + hoops, 0.075))
    plates = [extrude(pairs("-380 1950, 380 1950, 240 2560, -240 2560"), 0.04).moved(z=0.3)]
    kit.add("plates", *(p.turned(x=-7, y=a).moved(y=-0.02) for p in plates for a in (0, 90)),
        of="accent")
    kit.add("band", b.lathed([(1.06, 0.55), (1.07, 0.85), (1.0, 0.9)]),
        b.lathed([(0.32, 2.65), (0.32, 2.75), (0.1, 2.8)]), of="second")
    kit.add("lamp", b.lathed([(0.16, 2.75), (0.18, 3.05), (0.05, 3.2)], sides=14), of="accent")
    lean = ask.between(-10, 10)
    return kit.model().mapped(lambda m: m.turned(z=lean, x=lean * 0.5))
