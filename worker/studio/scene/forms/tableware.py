"""Things of the table and the kitchen: bowls, cups, pots, baskets, and the bell jar.

Vessels of clay, glass and metal: turned on the wheel or blown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms._still import (cut, disc, grooved, ring, rod, tilted, turned, wicker,
    wire)
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, loft, merge, pairs, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_APPLE = pairs("0 6, 16 0, 36 26, 37 50, 20 68, 4 60")
_PEAR = pairs("0 4, 14 0, 36 30, 28 60, 14 86, 3 94")


def fruit_heap(ask: Request, radius: float, y: float) -> list[Part]:
    """Apples, pears and oranges in a ring with one on top, over a vessel's mouth."""
    apple, pear = turned(_APPLE, sides=22), turned(_PEAR, sides=22)
    orange = ball(0.036, sides=20).moved(0, 0.034)
    kinds = [(apple, "red"), (orange, "orange"), (apple, "green"), (pear, "yellow"), (apple, "red"),
        (orange, "orange")]
    parts, turn = [], ask.between(0, 360)
    for k, (mesh, colour) in enumerate(kinds):
        a = np.radians(turn + 60 * k)
        tip = mesh.moved(0, -0.034).turned(x=ask.between(-25, 25), z=ask.between(-25, 25))
        parts.append(Part("fruit", tip.moved(radius * np.cos(a), y + 0.034, radius * np.sin(a)),
            colour))
    stem = wire(triples("0 88 0, -2 104 0, -10 118 0"), 0.003)
    top = [mesh.turned(z=18).moved(0.01, y + 0.085 - 0.75 * radius, 0) for mesh in (pear, stem)]
    return [*parts, Part("fruit", top[0], "yellow"), Part("stem", top[1], "bark")]


@form("bowl", "tableware", 0.1, "empty, with fruit", where="table")
def bowl(ask: Request) -> Model:
    """A footed bowl; its anchor `inside` is the floor of it."""
    r = ask.between(0.12, 0.14)
    body = turned([(0.045, 0), (0.05, 0.015), (0.055, 0.02), (r * 0.8, 0.055), (r, 0.1)],
        wall=0.006)
    parts = [Part("body", body), Part("rim", ring(r - 0.003, 0.0045, y=0.1), "second")]
    if ask.pose == "with fruit":
        parts += fruit_heap(ask, 0.068, 0.07)
    return Model.of(*parts, inside=(0, 0.05, 0))


@form("cup", "tableware", 0.08, "on a saucer, mug", where="table")
def cup(ask: Request) -> Model:
    """A tea cup on its saucer, filled; or a straight mug."""
    if ask.pose != "on a saucer":
        body = turned(pairs("36 0, 40 4, 41 50, 41 95"), wall=0.004)
        grip = wire(triples("38 78 0, 68 80 0, 75 50 0, 62 24 0, 38 22 0"), 0.006)
        band = turned([(0.0418, 0.068), (0.0418, 0.08)], samples=0)
        return Model.of(Part("body", merge(body, grip)), Part("band", band, "second"))
    r = ask.between(0.043, 0.048)
    body = turned([(0.022, 0.012), (0.024, 0.02), (0.034, 0.034), (r * 0.97, 0.06),
        (r + 0.003, 0.077)], wall=0.0025)
    grip = wire([(r - 0.003, 0.066, 0), (r + 0.018, 0.07, 0), (r + 0.022, 0.05, 0),
        (0.036, 0.036, 0)], 0.0038)
    saucer = turned(pairs("35 0, 40 4, 55 8, 78 18"), wall=0.003)
    rims = merge(ring(r + 0.0025, 0.0018, y=0.077), ring(0.077, 0.0018, y=0.0185))
    return Model.of(Part("cup", merge(body, grip)), Part("saucer", saucer), Part("rims", rims,
        "second"), Part("tea", disc(r - 0.003, 0.001, y=0.066), "bark"))


@form("plate", "tableware", 0.24, "propped, lying", where="table")
def plate(ask: Request) -> Model:
    """A round plate: propped upright to show its face, or lying; anchor `inside` is its middle."""
    r = ask.between(0.115, 0.13)
    dish = turned([(0.06, 0), (0.065, 0.003), (0.078, 0.011), (0.086, 0.014), (r, 0.022)],
        wall=0.005)
    lines = merge(ring(r - 0.003, 0.0025, y=0.0245), ring(0.082, 0.0016, y=0.0185))
    model = Model.of(Part("dish", dish), Part("lines", lines, "second"), inside=(0, 0.008, 0))
    if ask.pose == "propped":
        return model.mapped(lambda m: m.turned(x=66))
    return model


def _half(mesh: Mesh, side: int) -> Mesh:
    """Squeeze one half of a dish onto a jagged line through its middle."""
    points = mesh.points.copy()
    edge = 0.014 * np.sin(points[:, 2] * 130) + 0.2 * points[:, 2]
    points[:, 0] = np.where((points[:, 0] - edge) * side < 0, edge, points[:, 0])
    return Mesh(points, mesh.faces, mesh.normals, mesh.grain)


@form("teapot", "tableware", 0.17, "round, coffee pot", where="table")
def teapot(ask: Request) -> Model:
    """A round teapot, or a tall coffee pot; the spout is on the left."""
    if ask.pose == "coffee pot":
        body = turned(pairs("62 0, 66 6, 56 90, 40 170, 44 185"))
        lid = turned(pairs("45 185, 36 200, 10 212, 8 220, 12 232, 0 240"))
        spout = wire(triples("-50 60 0, -85 80 0, -92 130 0, -125 180 0"), [0.022, 0.016, 0.011,
            0.008])
        grip = wire(triples("36 165 0, 90 180 0, 115 130 0, 100 70 0, 55 50 0"), 0.008)
        top = 0.24
    else:
        r = ask.between(0.08, 0.092)
        body = turned([(0.045, 0), (0.05, 0.008), (r, 0.065), (r * 0.85, 0.105), (0.05, 0.132)])
        lid = turned(pairs("50 130, 42 142, 12 152, 7 157, 14 168, 0 180"))
        spout = wire([(-r * 0.8, 0.045, 0), (-r - 0.03, 0.06, 0), (-r - 0.04, 0.1, 0),
            (-r - 0.072, 0.13, 0)], [0.026, 0.019, 0.012, 0.009])
        grip = wire([(r * 0.82, 0.11, 0), (r + 0.03, 0.13, 0), (r + 0.056, 0.09, 0),
            (r + 0.03, 0.05, 0), (r * 0.88, 0.038, 0)], 0.0085)
        top = 0.18
    band = ring(0.05 if top < 0.2 else 0.044, 0.004, y=0.131 if top < 0.2 else 0.185)
    return Model.of(Part("body", merge(body, spout, grip)), Part("lid", lid, "second" if top > 0.2
        else "main"), Part("band", band, "second"))


@form("kettle", "tableware", 0.28, where="table")
def kettle(ask: Request) -> Model:
    """A stove kettle: the spout on the left, the handle in ears that stand on its shoulders."""
    r = ask.between(0.1, 0.112)
    body = turned([(0.86 * r, 0), (0.98 * r, 0.008), (1.02 * r, 0.04), (0.9 * r, 0.088),
        (0.6 * r, 0.122), (0.05, 0.136), (0.046, 0.142)])
    lid = turned(pairs("49 141, 47 147, 32 159, 9 165, 6 170, 14 178, 12 187, 0 190"))
    spout = Clay(blend=0.03).chain([(-0.7 * r, 0.045, 0), (-r - 0.02, 0.066, 0),
        (-r - 0.048, 0.108, 0), (-r - 0.07, 0.142, 0)], [0.034, 0.026, 0.017, 0.013])
    spout.hollow((-r - 0.077, 0.153, 0), (0.012, 0.014, 0.009), blend=0.004)
    hoop = wire([(x * r, y, 0) for x, y in pairs("-650 105, -760 160, -620 235, 0 262, 620 235,"
        "760 160, 650 105")], 0.0085)
    ears = [ball((0.022, 0.014, 0.016), sides=16).moved(d * 0.66 * r, 0.112, 0) for d in (1, -1)]
    grip = wire([(0.42 * r * k, 0.2625 - 0.009 * k * k, 0) for k in np.linspace(-1, 1, 7)],
        [0.011, 0.0145, 0.015, 0.0145, 0.015, 0.0145, 0.011])
    return Model.of(Part("body", merge(body, spout.mesh(detail=40), *ears, hoop)),
        Part("lid", lid), Part("seam", ring(0.048, 0.003, y=0.141), "second"),
        Part("grip", grip, "dark_wood"), hand=(0, 0.262, 0))


@form("cauldron", "tableware", 0.45, "standing", where="ground")
def cauldron(ask: Request) -> Model:
    """A round iron pot on three feet with a hoop."""
    r = ask.between(0.22, 0.25)
    lift = 0.0
    body = turned([(0.02, 0.06), (0.1, 0.075), (r, 0.2), (r * 0.94, 0.3), (r * 0.72, 0.37),
        (r * 0.84, 0.41)], wall=0.012)
    feet = [rod((0.14 * np.cos(a), 0.12, 0.14 * np.sin(a)), (0.18 * np.cos(a), -lift, 0.18
        * np.sin(a)), 0.026, 0.016) for a in (0.5, 2.6, 4.7)]
    hoop = wire(triples("-800 385 0, -1020 460 0, 0 680 0, 1020 460 0, 800 385 0", r), 0.011)
    parts = [Part("pot", merge(body, *feet, ring(r * 0.82, 0.014, y=0.412)), "iron"),
        Part("hoop", hoop, "iron"), Part("stew", disc(r * 0.72, 0.004, y=0.365), "main")]
    if lift:
        logs = [rod((-0.24 * np.cos(a), -lift + 0.03, -0.24 * np.sin(a)), (0.24 * np.cos(a), -lift
            + 0.05, 0.24 * np.sin(a)), 0.03) for a in (0.2, 1.2, 2.4)]
        tongues = [turned(pairs("20 0, 35 50, 20 110, 0 190"), sides=14).turned(z=12 * k).moved(0.07
            * k, -lift, 0.06 - 0.03 * k * k) for k in (-2, -1, 0, 1, 2)]
        parts += [Part("logs", merge(logs), "bark"), Part("fire", merge(tongues), "fire", glow=0.8)]
    return Model.of(*parts, inside=(0, 0.37, 0))


@form("pan", "tableware", 0.12, "saucepan, frying pan", where="table")
def pan(ask: Request) -> Model:
    """A saucepan with its long handle, or a frying pan tilted to show its inside."""
    if ask.pose == "frying pan":
        body = turned(pairs("100 0, 105 5, 135 45"), wall=0.005)
        grip = tube(triples("130 40 0, 220 60 0, 340 68 0"), [0.012, 0.011, 0.016], samples=16,
            flat=0.5, side=(0, 1, 0))
        return tilted(Model.of(Part("pan", body, "iron"), Part("handle", grip, "main")), y=25, x=34)
    body = turned(pairs("88 0, 94 6, 96 110, 100 118"), wall=0.005)
    grip = tube(triples("90 95 0, 180 115 0, 300 135 0"), [0.01, 0.009, 0.013], samples=16,
        flat=0.6, side=(0, 1, 0))
    return Model.of(Part("pan", body, "main"), Part("handle", grip, "iron"),
        inside=(0, 0.04, 0)).mapped(lambda m: m.turned(y=-20))


def _fish() -> Mesh:
    body = (Clay(blend=0.02).lump((0, 0, 0), (0.1, 0.034, 0.018)).limb((-0.08, 0, 0), (-0.13, 0, 0),
        0.014, 0.008, flat=0.5))
    tail = cut(pairs("-120 0, -170 40, -155 0, -170 -40"), 0.006)
    return merge(body.mesh(detail=36), tail, cut(pairs("-30 20, 30 30, 0 55"), 0.005))


@form("basket", "tableware", 0.3, "empty, of fruit, of fish", where="table")
def basket(ask: Request) -> Model:
    """A round wicker basket with a hoop handle; anchor `inside` is its mouth."""
    r = ask.between(0.15, 0.17)
    wall = wicker([(r * 0.72, 0), (r * 0.86, 0.05), (r, 0.15)], rows=10)
    rim = merge(ring(r - 0.004, 0.009, y=0.152), ring(r * 0.72, 0.007, y=0.006))
    a = np.linspace(-0.06, np.pi + 0.06, 90)
    rise = np.maximum(np.sin(a), 0) ** 0.8
    bow = columns(r * 0.985 * np.cos(a), 0.13 + 0.235 * rise + 0.6 * np.minimum(np.sin(a), 0),
        0 * a)
    side = columns(np.cos(a), np.sin(a), 0 * a)
    strands = [tube(bow + 0.0085 * (np.cos(14 * a + p)[:, None] * side + np.sin(14 * a
        + p)[:, None] * [0, 0, 1]), 0.0075, sides=8) for p in (0, 2.09, 4.19)]
    parts = [Part("wicker", wall), Part("rim", rim), Part("handle", merge(strands))]
    if ask.pose == "of fruit":
        parts += fruit_heap(ask, r * 0.56, 0.125)
    elif ask.pose == "of fish":
        fish = _fish()
        lie = [(-0.05, 0.16, 0.06, 20), (0.05, 0.165, 0.03, -25), (0.0, 0.185, -0.03, 8),
            (0.02, 0.2, 0.05, -8)]
        parts.append(Part("fish", merge(fish.turned(x=-35, z=a).moved(x, y, z) for x, y, z,
            a in lie), "silver"))
    return Model.of(*parts, inside=(0, 0.1, 0), hand=(0, 0.355, 0))


@form("tray", "tableware", 0.05, "lying", where="table")
def tray(ask: Request) -> Model:
    """An oval tray with two handles; anchor `inside` is its floor."""
    dish = turned(pairs("170 0, 175 3, 190 20, 210 30"), wall=0.005, sides=56).scaled(1, 1, 0.66)
    grips = [wire(triples("185 22 -50, 235 40 -30, 235 40 30, 185 22 50"), 0.006)]
    return Model.of(Part("tray", dish), Part("handles", merge(grips[0], grips[0].mirrored()),
        "second"), inside=(0, 0.006, 0))


@form("ashtray", "tableware", 0.06, where="table")
def ashtray(ask: Request) -> Model:
    """A round ashtray with butts and a lit cigarette."""
    dish = turned(pairs("50 0, 62 4, 66 30, 60 36"), wall=0.012)
    turn = ask.between(0, 60)
    ends = [rod((0.01, 0.02, 0), (0.035, 0.028, 0), 0.0042).turned(y=turn + a)
        for a in (0, 95, 200)]
    lit = rod((0.03, 0.04, 0.03), (0.095, 0.055, 0.045), 0.0045)
    return Model.of(Part("dish", dish), Part("ash", ball((0.045, 0.012, 0.045)).moved(0, 0.014),
        "grey"), Part("butts", merge(ends), "white"), Part("cigarette", lit, "white"),
        Part("ember", ball(0.0048).moved(0.03, 0.04, 0.03), "fire", glow=0.8))


@form("tin can", "tableware", 0.11, "closed, open, crushed", where="table")
def tin_can(ask: Request) -> Model:
    """A tin with a paper band; open with its lid bent up; or dented and lying."""
    steps = [(0.037, y) for y in np.linspace(0.006, 0.104, 30)]
    can = turned([*pairs("37 0, 39 2"), *steps, (0.039, 0.108)], samples=0, wall=0.002, sides=60)
    label = turned([(0.0378, y) for _, y in steps[2:-2]], samples=0, sides=60)
    badge = turned([(0.0384, y) for _, y in steps[11:20]], samples=0, sides=60)
    model = Model.of(Part("tin", can, "steel"), Part("label", label), Part("badge", badge,
        "second"))
    if ask.pose == "closed":
        return Model([*model.parts, Part("top", disc(0.036, 0.002, y=0.104), "steel")],
            model.anchors)
    if ask.pose == "open":
        lid = disc(0.035, 0.0015).moved(0, 0, 0.035).turned(x=-72).moved(0, 0.108, -0.036)
        return Model([*model.parts, Part("lid", lid, "steel")], model.anchors)

    def crumple(p: Array) -> Array:
        """Pressed in at the middle: three hollows and ridges between them, and a bent axis."""
        y = p[:, 1] / 0.108
        turn = np.arctan2(p[:, 2], p[:, 0])
        pressed = np.exp(-(((y - 0.52 + 0.06 * np.sin(2 * turn)) / 0.2) ** 2))
        factor = 1 - pressed * (0.34 + 0.26 * np.cos(3 * turn + 0.6) + 0.1 * np.sin(5 * turn))
        lean = 0.9 * np.clip(y - 0.4, 0, 1)
        return columns(p[:, 0] * factor + 0.05 * lean, 0.108 * (y - 0.22 * pressed * y
            - 0.3 * np.clip(y - 0.4, 0, 1)) - 0.5 * p[:, 0] * lean, p[:, 2] * factor)

    return model.mapped(lambda m: m.bent(crumple).turned(z=78, y=25))


def _spout(height: float, reach: float) -> Callable[[Array], Array]:
    """A change that pulls a lip out to the left."""

    def change(ring_: Array) -> Array:
        x, y = ring_[:, 0], ring_[:, 1]
        radius = float(np.abs(x).max())
        left = np.clip(-x / radius, 0, 1) ** 3 * np.clip(y / height, 0, 1) ** 9
        return np.asarray(ring_ + columns(-reach * left, 0.35 * reach * left, 0 * x))

    return change


@form("jug", "vessel", 0.28, "standing", where="table")
def jug(ask: Request) -> Model:
    """A pitcher with a lip on the left and a handle on the right."""
    belly, neck = ask.between(0.088, 0.108), ask.between(0.042, 0.052)
    h = 0.27
    outline = [(0.056, 0), (0.06, 0.008), (belly, 0.36 * h), (neck, 0.76 * h), (0.062, h)]
    body = turned(outline, wall=0.008, change=_spout(h, 0.028))
    loop = [(neck - 0.006, 0.88 * h, 0), (neck + 0.055, 0.93 * h, 0), (belly + 0.062, 0.7 * h, 0)]
    loop += [(belly + 0.03, 0.47 * h, 0), (belly - 0.012, 0.39 * h, 0)]
    grip = wire(loop, [0.011, 0.012, 0.011, 0.01, 0.009])
    rings = merge(ring(neck + 0.001, 0.004, y=0.775 * h), ring(0.061, 0.004, y=0.006))
    return Model.of(Part("body", body), Part("handle", grip), Part("rings", rings, "second"),
        inside=(0, 0.3 * h, 0))


@form("bottle", "vessel", 0.32, "wine, flask, empty", where="table")
def bottle(ask: Request) -> Model:
    """A wine bottle with its label, or a round travelling flask in wicker."""
    if ask.pose == "flask":
        body = turned(pairs("50 0, 75 30, 85 80, 40 150, 18 190, 17 270"))
        basket = turned(pairs("52 -2, 80 30, 89 75, 72 115"), sides=60, change=grooved(15, 0.05))
        lip = ring(0.018, 0.005, y=0.265)
        return Model.of(Part("glass", merge(body, lip)), Part("wicker", basket, "thatch", "rings",
            "wood", 60))
    r, shoulder = ask.between(0.036, 0.042), ask.between(0.19, 0.2)
    outline = [(r * 0.9, 0), (r, 0.006), (r, shoulder * 0.5), (r, shoulder - 0.008),
        (r * 0.82, shoulder + 0.02)]
    outline += [(0.017, shoulder + 0.055), (0.0145, 0.27), (0.0145, 0.315)]
    parts = [Part("glass", merge(turned(outline, wall=0.003), ring(0.0148, 0.0035, y=0.305)))]
    if ask.pose == "wine":
        label = turned([(r + 0.0008, 0.05), (r + 0.0008, 0.13)], samples=0)
        mark = turned([(r + 0.0014, 0.105), (r + 0.0014, 0.118)], samples=0)
        cork = turned([(0.0115, 0.3), (0.0125, 0.335)], samples=0)
        parts += [Part("label", label, "paper"), Part("mark", mark, "accent"), Part("cork", cork,
            "pale_wood")]
    return Model.of(*parts)


@form("carafe", "vessel", 0.26, where="table")
def carafe(ask: Request) -> Model:
    """A wide decanter with wine in it and a glass stopper."""
    r = ask.between(0.085, 0.1)
    low = [(0.06, 0), (r, 0.03), (r * 0.96, 0.06), (r * 0.72, 0.1)]
    high = [(r * 0.72, 0.1), (0.028, 0.16), (0.02, 0.2), (0.034, 0.235)]
    stopper = merge(ball((0.022, 0.026, 0.022)).moved(0, 0.275), rod((0, 0.22, 0), (0, 0.26, 0),
        0.012))
    wine = "main"
    return Model.of(Part("wine", turned(low), wine), Part("glass", turned(high), "glass"),
        Part("collar", ring(0.021, 0.005, y=0.2), "glass"), Part("stopper", stopper, "glass"))


@form("jar", "vessel", 0.22, "closed, open", where="table")
def jar(ask: Request) -> Model:
    """A shouldered jar with a lid; or a glass of preserves under a cloth cap."""
    r = ask.between(0.075, 0.09)
    body = turned([(0.05, 0), (0.055, 0.006), (r, 0.115), (r * 0.9, 0.155), (0.05, 0.175),
        (0.053, 0.19)], wall=0.007)
    parts = [Part("body", body), Part("band", ring(r * 0.995, 0.004, y=0.12), "second")]
    if ask.pose != "open":
        lid = turned(pairs("60 190, 60 197, 40 214, 12 222, 9 230, 17 241, 0 251"))
        parts.append(Part("lid", lid))
    return Model.of(*parts, inside=(0, 0.1, 0))


@form("urn", "vessel", 0.45, "amphora", where="table")
def urn(ask: Request) -> Model:
    """A two-handled amphora with a painted frieze, or a draped and lidded urn for ashes."""
    r = ask.between(0.12, 0.14)
    body = turned([(0.055, 0), (0.058, 0.012), (0.035, 0.03), (r, 0.22), (r * 0.86, 0.285),
        (0.045, 0.33), (0.042, 0.39), (0.062, 0.43)], wall=0.008)
    side = wire([(0.042, 0.39, 0), (0.1, 0.395, 0), (0.125, 0.345, 0), (r * 0.84, 0.285, 0)], 0.012)
    frieze = turned([(r * 0.965 + 0.004, 0.183), (r + 0.0035, 0.215), (r * 0.975 + 0.003, 0.25)])
    bands = [ring(0.043, 0.006, y=0.335), ring(r * 0.62, 0.004, y=0.1)]
    return Model.of(Part("body", body), Part("handles", merge(side, side.mirrored())),
        Part("bands", merge(bands), "second"), Part("frieze", frieze, "second", "checks", "main",
        45), inside=(0, 0.2, 0))


@form("vase", "vessel", 0.3, "standing", where="table")
def vase(ask: Request) -> Model:
    """A vase; its anchor `inside` is where stems come out."""
    r = ask.between(0.07, 0.085)
    outline = [(0.05, 0), (0.052, 0.008), (0.04, 0.03), (r, 0.16), (r * 0.8, 0.22), (0.034, 0.262),
        (0.058, 0.305)]
    top = outline[-1][1]
    foot = ring(outline[0][0], 0.005, y=0.004)
    lip = ring(outline[-1][0] - 0.003, 0.005, y=top)
    return Model.of(Part("body", turned(outline, wall=0.006)), Part("rims", merge(foot, lip),
        "second"), inside=(0, top - 0.02, 0))


@form("goblet", "vessel", 0.2, "glass, overturned", where="table")
def goblet(ask: Request) -> Model:
    """A stemmed glass of wine, a knopped chalice, or a glass that lies on its side."""
    r = ask.between(0.036, 0.043)
    bowl_ = spline(np.array([(0.006, 0.094), (r * 0.8, 0.11), (r, 0.135), (r * 0.97, 0.16),
        (r * 0.8, 0.2)]), 24)
    foot = turned(pairs("38 0, 38 3, 12 8, 4.5 20, 4 80, 8 96"))
    parts = [Part("stem", merge(foot, turned(bowl_, wall=0.0022)), "glass")]
    if ask.pose == "glass":
        wine = turned(bowl_[:15] + np.array([0.0006, 0]), samples=0)
        parts.append(Part("wine", wine, "main"))
    model = Model.of(*parts, hand=(0, 0.05, 0))
    if ask.pose == "overturned":
        pool = loft([columns(np.cos(t) * 0.055 + 0.215, 0 * t + y, np.sin(t) * 0.032
            * (1.3 + np.cos(2 * t + 1)) + 0.02) for y in (0.0, 0.0025)
            for t in [np.linspace(0, 2 * np.pi, 30, endpoint=False)]])
        model = model.mapped(lambda m: m.turned(z=-90).moved(0, 0.037, 0))
        return Model([*model.parts, Part("spill", pool, "main")], model.anchors)
    return model
