"""Birds, perched, swimming and on the wing; they face +x."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import both
from worker.studio.scene.forms.plumage import fan, folded, spread, vanes
from worker.studio.scene.mesh import Mesh, ball, merge, rotation, spline, triples, tube
from worker.studio.scene.model import Model, Part, Request, form

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Fowl:
    """The proportions of a kind of bird, in shares of its length.

    `body` is half length, half depth, half width; `tilt` the angle of the body; `neck` are points
    from the breast to the head with a radius each; `bill` is length, radius, hook; `tail` length,
    width, fan in degrees; `leg` length and radius.
    """

    size: float
    body: Point
    tilt: float
    neck: tuple[tuple[float, float, float], ...]
    skull: float
    bill: Point
    tail: Point
    leg: tuple[float, float]
    wing: tuple[float, float] = (0.62, 0.2)
    span: tuple[float, float] = (0.8, 0.3)
    fingers: float = 0.4


KINDS: dict[str, Fowl] = {
    "bird": Fowl(0.2, (0.27, 0.17, 0.15), 28, ((0.22, 0.12, 0.13), (0.3, 0.24, 0.11)), 0.115,
        (0.13, 0.035, 0.01), (0.42, 0.09, 8), (0.2, 0.012), span=(0.8, 0.28),
        fingers=0.3),
    "crow": Fowl(0.45, (0.28, 0.145, 0.13), 24, ((0.24, 0.1, 0.11), (0.34, 0.2, 0.09)), 0.095,
        (0.17, 0.042, 0.03), (0.36, 0.11, 10), (0.18, 0.014), span=(0.9, 0.3),
        fingers=0.9),
    "dove": Fowl(0.33, (0.29, 0.165, 0.15), 20, ((0.25, 0.13, 0.115), (0.31, 0.26, 0.08)), 0.078,
        (0.09, 0.022, 0.01), (0.36, 0.12, 14), (0.14, 0.014), span=(0.85, 0.3),
        fingers=0.2),
    "gull": Fowl(0.5, (0.29, 0.14, 0.13), 10, ((0.26, 0.1, 0.11), (0.34, 0.19, 0.085)), 0.085,
        (0.14, 0.028, 0.03), (0.26, 0.1, 10), (0.2, 0.013), span=(1.25, 0.22),
        fingers=0.0),
    "eagle": Fowl(0.85, (0.3, 0.165, 0.16), 56, ((0.13, 0.2, 0.13), (0.18, 0.31, 0.1)), 0.095,
        (0.14, 0.05, 0.075), (0.36, 0.13, 14), (0.17, 0.03), span=(1.2, 0.36),
        fingers=1.0),
    "owl": Fowl(0.4, (0.34, 0.22, 0.21), 74, ((0.3, 0.08, 0.2),), 0.2, (0.06, 0.03, 0.03),
        (0.26, 0.13, 8), (0.14, 0.035)),
    "swan": Fowl(1.3, (0.38, 0.18, 0.19), 4, ((0.3, 0.04, 0.1), (0.44, 0.16, 0.058),
        (0.36, 0.4, 0.04), (0.36, 0.6, 0.036), (0.45, 0.69, 0.038)), 0.05, (0.13, 0.027, 0.008),
        (0.18, 0.1, 16), (0.0, 0.02)),
    "goose": Fowl(0.9, (0.35, 0.185, 0.18), 14, ((0.28, 0.1, 0.1), (0.37, 0.24, 0.062),
        (0.38, 0.42, 0.05), (0.42, 0.5, 0.05)), 0.066, (0.12, 0.032, 0.01), (0.2, 0.1, 12),
        (0.2, 0.022), span=(0.9, 0.26)),
    "duck": Fowl(0.55, (0.36, 0.18, 0.19), 6, ((0.27, 0.12, 0.1), (0.31, 0.29, 0.066)), 0.085,
        (0.15, 0.038, -0.02), (0.2, 0.12, 14), (0.1, 0.022), (0.5, 0.2)),
    "heron": Fowl(0.95, (0.24, 0.105, 0.09), 26, ((0.22, 0.08, 0.05), (0.34, 0.2, 0.034),
        (0.26, 0.36, 0.028), (0.34, 0.52, 0.028), (0.4, 0.58, 0.03)), 0.042, (0.24, 0.02, 0.0),
        (0.16, 0.07, 6), (0.56, 0.012)),
    "rooster": Fowl(0.5, (0.27, 0.19, 0.16), 22, ((0.2, 0.14, 0.15), (0.26, 0.32, 0.09),
        (0.29, 0.45, 0.068)), 0.075, (0.09, 0.03, 0.025), (0.3, 0.1, 10), (0.24, 0.02)),
    "hen": Fowl(0.42, (0.29, 0.21, 0.18), 12, ((0.22, 0.14, 0.14), (0.28, 0.28, 0.085)), 0.078,
        (0.08, 0.028, 0.02), (0.34, 0.16, 10), (0.2, 0.018), (0.44, 0.2)),
    "peacock": Fowl(0.8, (0.25, 0.13, 0.12), 20, ((0.2, 0.1, 0.09), (0.28, 0.28, 0.048),
        (0.28, 0.44, 0.042)), 0.048, (0.07, 0.018, 0.01), (0.3, 0.08, 6), (0.26, 0.014)),
    "turkey": Fowl(0.9, (0.32, 0.25, 0.23), 26, ((0.26, 0.14, 0.12), (0.36, 0.28, 0.05),
        (0.37, 0.42, 0.042)), 0.05, (0.08, 0.022, 0.02), (0.2, 0.1, 8), (0.24, 0.022)),
    "parrot": Fowl(0.4, (0.26, 0.12, 0.11), 66, ((0.08, 0.2, 0.11), (0.12, 0.3, 0.105)), 0.11,
        (0.11, 0.06, 0.1), (0.6, 0.07, 6), (0.1, 0.02))
}


def _body(f: Fowl) -> Mesh:
    """Breast, neck and head as one clay."""
    clay = Clay(blend=0.09)
    long, deep, wide = f.body
    turn = rotation(z=f.tilt)
    back, front = turn @ np.array([-0.6 * long, 0, 0]), turn @ np.array([0.42 * long, -0.01, 0])
    flat = wide / deep
    clay.limb(back.tolist(), front.tolist(), 0.58 * deep, deep, flat=flat, blend=0)
    rear = turn @ np.array([-1.15 * long, 0.02, 0])
    clay.limb(back.tolist(), rear.tolist(), 0.55 * deep, 0.25 * deep, flat=flat)
    line = np.array([(x, y, 0) for x, y, _ in f.neck])
    radii = np.array([r for _, _, r in f.neck])
    if len(line) > 2:
        radii = spline(radii[:, None], 12)[:, 0]
        line = spline(line, 12)
    clay.chain([front.tolist(), *line.tolist()], [0.8 * deep, *radii.tolist()], blend=0.05)
    x, y, _ = line[-1]
    clay.lump((x + 0.1 * f.skull, y, 0), (f.skull * 1.12, f.skull, f.skull * 0.92), blend=0.03)
    return clay.mesh(detail=66)


def _head(f: Fowl) -> tuple[float, float]:
    return f.neck[-1][0] + 0.1 * f.skull, f.neck[-1][1]


def _bill(f: Fowl, slope: float = -8) -> Mesh:
    length, r, hook = f.bill
    x, y = _head(f)
    start = 0.75 * f.skull
    upper = [(start, 0, 0), (start + 0.6 * length, -0.05 * length, 0), (start + length, -0.15
        * length - hook, 0)]
    lower = [(start, -0.5 * r, 0), (start + 0.8 * length, -0.2 * length - 0.2 * r, 0)]
    both_parts = merge(tube(upper, [r, 0.7 * r, 0.08 * r], samples=10, flat=0.8),
        tube(lower, [0.7 * r, 0.1 * r]))
    return both_parts.turned(z=slope).moved(x, y - 0.05 * f.skull, 0)


def _eyes(f: Fowl) -> Mesh:
    x, y = _head(f)
    return both(ball(0.15 * f.skull, sides=10).moved(x + 0.45 * f.skull, y + 0.22 * f.skull, 0.76
        * f.skull))


def _tail(f: Fowl, lift: float = 0.0) -> Mesh:
    length, width, degrees = f.tail
    a = math.radians(f.tilt + lift)
    root = rotation(z=f.tilt) @ np.array([-0.9 * f.body[0], 0.02, 0])
    return fan(root, np.array([-math.cos(a), -math.sin(a), 0]), length + 0.1 * f.body[0], width,
        degrees)  # fmt: skip


def _folded(f: Fowl) -> Mesh:
    """Both wings along the body."""
    return both(folded(*f.body, f.wing[0])).turned(z=f.tilt)


def _spread(f: Fowl, lift: float) -> Mesh:
    """Both wings open in flight, their shoulders raised by `lift` degrees."""
    at = np.array([0.14, 0.35 * f.body[1], 0.35 * f.body[2]])
    return both(spread(*f.span, lift=lift, fingers=f.fingers, at=at))


def _legs(f: Fowl, at: float = 0.0) -> Mesh:
    length, r = f.leg
    deep = f.body[1]
    out = []
    for side in (-1, 1):
        z = 0.45 * f.body[2] * side
        hip = np.array([at, -0.55 * deep, z])
        foot = np.array([at + 0.02 + 0.1 * side, -0.7 * deep - length - 0.1, z])
        knee = (hip + foot) / 2 + np.array([-0.06 * min(length * 3, 1), 0.0, 0])
        out.append(tube([hip, knee, foot], [2.6 * r, 1.1 * r, r], samples=14, sides=8))
        for turn in (-28, 0, 28, 180):
            toe = rotation(y=turn) @ np.array([4.8 * r + 0.03, -0.6 * r, 0])
            out.append(tube([foot, foot + toe * 0.6 + [0, 0.5 * r, 0], foot + toe],
                [0.9 * r, 0.8 * r, 0.3 * r], sides=6))
    return merge(out)


def _perch(made: list[Part]) -> list[Part]:
    """A post under the feet of a bird whose tail hangs below them."""
    low = {p.name: p.mesh.bounds[0][1] for p in made}
    if low["tail"] > low["legs"] - 0.03:
        return []
    feet = made[-1].mesh.points
    feet = feet[feet[:, 1] < low["legs"] + 0.02]
    x = float(feet[:, 0].mean())
    bar = tube([(x, low["legs"] - 0.02, z) for z in (-0.3, 0.3)], 0.035, sides=10)
    post = tube([(x, y, 0.0) for y in (low["tail"] - 0.12, low["legs"] - 0.02)], 0.04, sides=10)
    foot = tube([(x, low["tail"] - y, 0.0) for y in (0.14, 0.1)], [0.2, 0.16], sides=20)
    return [Part("perch", merge(bar, post, foot), "wood")]


def _assemble(f: Fowl, *parts: Part, coat: str = "main", bill: str = "beak", leg: str = "beak",
    wings: Mesh | None = None, legs: bool = True, tail: Mesh | None = None, wing: str = "second",
    slope: float = -8, bank: bool = False) -> Model:
    made = [Part("body", _body(f), coat), Part("wings", _folded(f) if wings is None else wings,
        wing), Part("tail", _tail(f) if tail is None else tail, wing), Part("bill", _bill(f, slope),
        bill), Part("eyes", _eyes(f), "eye"), *parts]
    if legs and f.leg[0]:
        made.append(Part("legs", _legs(f), leg))
        made += _perch(made)
    x, y = _head(f)
    whole = Model.of(*made, back=(-0.05, 0.8 * f.body[1], 0), head=(x, y, 0))
    if bank:  # both wings are seen
        whole = whole.mapped(lambda mesh: mesh.turned(x=34).turned(z=6))
    return whole.mapped(lambda mesh: mesh.scaled(f.size / 0.9))


def _flying(f: Fowl) -> Fowl:
    """The same bird with its body level and its neck stretched forward."""
    first = f.neck[0]
    reach = sum(math.dist(a[:2], b[:2]) for a, b in zip(f.neck, f.neck[1:], strict=False)) + 0.1
    neck = tuple((0.22 + reach * k / max(len(f.neck) - 1, 1), 0.03 + 0.05 * k / len(f.neck), r)
        for k, (_, _, r) in enumerate(f.neck))
    return replace(f, tilt=4, neck=neck if len(neck) > 1 else ((0.26, 0.02, first[2]),
        (0.32, 0.04, 0.9 * first[2])))


def _coats(ask: Request, main: str = "main", second: str = "main") -> tuple[str, str]:
    if "white" in ask:
        return "white_feather", "white_feather"
    return (main, second)


@form("bird", "bird", 0.2, "perched, flying", "crow, dove, seagull, white, olive branch")
def bird(ask: Request) -> Model:
    """A songbird; a crow, a dove or a seagull by attribute."""
    kind = ("crow" if "crow" in ask else "gull" if "seagull" in ask else "dove"
        if {"dove", "white"} & ask.attributes else "bird")
    f = KINDS[kind]
    coat, wing = _coats(ask)
    if kind == "gull":
        coat, wing = "white_feather", "grey"
    bill = "dark_feather" if kind == "crow" else "beak"
    extra = []
    if "olive branch" in ask:
        extra = [Part("twig", _twig(_flying(f) if ask.pose == "flying" else f), "leaf")]
    if ask.pose == "flying":
        g = _flying(f)
        g = replace(g, tail=(g.tail[0], g.tail[1] * 1.5, g.tail[2] + 12))
        return _assemble(g, *extra, coat=coat, wing=wing, bill=bill, legs=False, bank=True,
            wings=_spread(g, ask.between(20, 42)))
    return _assemble(f, *extra, coat=coat, wing=wing, bill=bill, leg=bill)


def _twig(f: Fowl) -> Mesh:
    x, y = _head(f)
    tip = np.array([x + f.skull + 0.8 * f.bill[0], y - 0.06, 0])
    stem = spline(tip + np.array(triples("-30 20 -120, 0 0 0, 60 -80 120, 80 -200 200")), 12)
    way = np.array([rotation(y=40 * i) @ [0.75, -0.3 + 0.1 * (i % 3), 0.55] for i in range(11)])
    leaves = vanes(stem[1:], way, np.array([[0.1, 1.0, 0.2]]), 0.12, 0.026)
    return merge(tube(stem, 0.008, sides=6), leaves)


@form("eagle", "bird", 0.9, "perched, flying")
def eagle(ask: Request) -> Model:
    """An eagle or hawk with hooked bill and fingered wings."""
    f = KINDS["eagle"]
    g = _flying(f) if ask.pose == "flying" else f
    x, y = _head(g)
    hood = Clay(blend=0.05).lump((x, y, 0), (g.skull * 1.2, g.skull * 1.08, g.skull * 1.02))
    hood.limb((x - 0.1 * g.skull, y, 0), (x - 1.1 * g.skull, y - (0.9 if g is f else 0.2) * g.skull,
        0), g.skull * 0.95, g.skull * 1.1)
    extra = [Part("hood", hood.mesh(detail=28), "white_feather")]
    if g is f:
        return _assemble(f, *extra, wing="main")
    g = replace(g, tail=(0.34, 0.2, 26))
    return _assemble(g, *extra, wing="main", legs=False, bank=True,
        wings=_spread(g, ask.between(18, 30)))


@form("owl", "bird", 0.42, "perched")
def owl(ask: Request) -> Model:
    """An owl: upright, a face of two discs, tufts."""
    f = KINDS["owl"]
    coat, wing = _coats(ask)
    turn = 62.0
    discs, eyes = [], []
    for side in (-1, 1):
        disc = (ball((0.03, 0.105, 0.095), sides=22).turned(y=-16 * side).moved(0.168, 0.005, 0.08
            * side))
        discs.append(disc)
        eyes.append(ball((0.022, 0.036, 0.036), sides=18).moved(0.184, 0.022, 0.07 * side))
    pupil = merge(ball((0.012, 0.024, 0.024), sides=14).moved(0.199, 0.022, 0.07 * s)
        for s in (-1, 1))
    bill = tube([(0.2, 0.03, 0), (0.25, -0.01, 0), (0.232, -0.07, 0)], [0.026, 0.024, 0.004],
        samples=9)
    tufts = [tube([(0.06, 0.13, 0.09 * s), (0.06, 0.19, 0.14 * s), (0.02, 0.24, 0.18 * s)],
        [0.04, 0.03, 0.004], samples=8) for s in (-1, 1)]

    def place(mesh: Mesh) -> Mesh:
        return mesh.turned(y=-turn).moved(0.1, 0.44, 0)

    body = (Clay(blend=0.1).limb((-0.1, -0.24, 0), (0.03, 0.06, 0), 0.16, 0.235,
        flat=0.95).lump((0.1, 0.43, 0), (0.2, 0.19, 0.205), blend=0.16))
    parts = [Part("body", body.mesh(detail=60), coat, pattern="mottle", repeat=60),
        Part("wings", _folded(replace(f, body=(0.36, 0.21, 0.225), wing=(0.66, 0), tilt=70)).moved(
            -0.05, 0.02, 0), wing),
        Part("tail", _tail(replace(f, tilt=74)).moved(0.02, 0.03, 0), coat),
        Part("face", place(merge(discs)), "feather"), Part("irises", place(merge(eyes)),
        "beak"), Part("pupils", place(pupil), "eye"), Part("bill", place(bill), "horn"),
        Part("tufts", place(merge(tufts)), coat), Part("legs", _legs(replace(f, leg=(0.07, 0.017)),
        -0.02).moved(0, -0.15, 0), "beak")]
    return Model.of(*parts, head=(0.1, 0.44, 0)).mapped(lambda mesh: mesh.scaled(0.38))


@form("parrot", "bird", 0.45, "perched, flying")
def parrot(ask: Request) -> Model:
    """A parrot: great hooked bill, long tail."""
    f = KINDS["parrot"]
    if ask.pose == "flying":
        g = replace(_flying(f), span=(0.8, 0.3))
        return _assemble(g, bank=True, wings=_spread(g, 26), legs=False, bill="dark_feather")
    x, y = _head(f)
    cheek = both(ball((0.05, 0.055, 0.016), sides=14).moved(x + 0.04, y, 0.09))
    extra = [Part("cheek", cheek, "white_feather")]
    return _assemble(f, *extra, bill="dark_feather", leg="dark_feather")


@form("flock", "bird", 6.0, "scattered", where="air")
def flock(ask: Request) -> Model:
    """A flight of birds."""
    coat, _ = _coats(ask)
    f = _flying(KINDS["crow"])
    body = tube(triples("-500 0 0, -300 20 0, 0 0 0, 300 40 0, 500 20 0"), [0.06, 0.05, 0.11, 0.07,
        0.005], samples=12, sides=8)
    beats = [_spread(f, lift + ask.between(-6, 6)) for lift in (60, 35, 8, -25, 48)]
    birds = []
    for k in range(13):
        size, wing = ask.between(1.2, 1.8), beats[k % 5]
        one = merge(body, wing).scaled(size).turned(z=ask.between(-4, 12), y=ask.between(-12, 12))
        at = (ask.between(-0.4, 0.4) + 1.9 * (k % 5) - 4 + 0.8 * (k // 5 % 2), 1.7 * (k // 5)
            + ask.between(-0.7, 0.7) + 0.35 * (k % 5), ask.between(-1.5, 1.5))
        birds.append(one.moved(*at))
    return Model.of(Part("birds", merge(birds), coat))
