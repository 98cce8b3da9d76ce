"""Things of today: mobile phones, laptops, plastic bottles, neon signs, signs of a road."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import block, disc, ring, rod, tilted, turned
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, merge,
    pairs)
from worker.studio.scene.model import Model, Part, Request, form


def _panel(width: float, height: float, radius: float) -> Array:
    """The outline of a rectangle with round corners, about the origin."""
    angle = np.linspace(0, np.pi / 2, 7)
    corner = columns(np.cos(angle), np.sin(angle)) * radius
    turned_ = [corner @ np.array([[c, s], [-s, c]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    at = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * [width / 2 - radius, height / 2 - radius]
    return np.concatenate([arc + middle for arc, middle in zip(turned_, at, strict=True)])


@form("mobile phone", "machine", 0.15, "upright, lying", where="table")
def mobile_phone(ask: Request) -> Model:
    """A telephone that is all screen, with rows of tiles on it."""
    w, h = 0.074, 0.152
    body = extrude(_panel(w, h, 0.012), 0.009, bevel=0.002)
    face = extrude(_panel(w - 0.006, h - 0.006, 0.01), 0.001).moved(z=0.0045)
    tiles = [extrude(_panel(0.012, 0.012, 0.003), 0.001).moved(x, y, 0.0052)
        for x in np.linspace(-0.024, 0.024, 4)
        for y in (*np.linspace(0.02, 0.054, 3), -0.058)]
    clock = block(0.034, 0.009, 0.001, (0, -0.012, 0.0052))
    keys = merge(block(0.002, y, 0.005, (w / 2, at, 0)) for y, at in ((0.02, 0.03), (0.01, 0.054)))
    made = Model.of(Part("body", body, "black"), Part("screen", face, "main"),
        Part("tiles", merge(*tiles, clock), "second"), Part("keys", keys, "steel"))
    if ask.pose == "lying":
        return tilted(made, z=-ask.between(20, 40), x=-62)
    return tilted(made, x=-12)


@form("laptop", "machine", 0.24, "open", where="table")
def laptop(ask: Request) -> Model:
    """A laptop, opened towards the viewer."""
    w, d = 0.34, 0.23
    base = extrude(_panel(w, d, 0.014), 0.016, bevel=0.003).turned(x=-90).moved(y=0.01)
    keys = merge(box(0.018, 0.004, 0.018).moved(-0.143 + 0.022 * k + 0.004 * r, 0.017,
        -0.082 + 0.023 * r) for r in range(5) for k in range(13 if r < 4 else 0))
    bar = block(0.12, 0.004, 0.016, (0, 0.0185, 0.01))
    pad = block(0.1, 0.003, 0.058, (0, 0.0185, 0.07))
    lean = ask.between(14, 22)

    def lid(mesh: Mesh) -> Mesh:
        return mesh.moved(y=0.115).turned(x=-lean).moved(0, 0.016, -d / 2)

    back = extrude(_panel(w, 0.225, 0.012), 0.008, bevel=0.002)
    screen = block(w - 0.02, 0.195, 0.001, (0, 0.004, 0.0045))
    window = merge(block(0.15, 0.1, 0.001, (-0.055, 0.016, 0.0055)), block(0.08, 0.14, 0.001,
        (0.1, 0.006, 0.0055)))
    lines = merge(block(0.13 - 0.04 * (k % 2), 0.008, 0.001, (-0.055 - 0.02 * (k % 2),
        0.05 - 0.018 * k, 0.0062)) for k in range(5))
    hinge = rod((-0.12, 0.016, -d / 2), (0.12, 0.016, -d / 2), 0.007)
    return Model.of(Part("body", merge(base, lid(back)), "silver"), Part("keys", merge(keys, bar),
        "black"), Part("pad", merge(pad, hinge), "steel"), Part("screen", lid(screen), "main"),
        Part("windows", lid(window), "white"), Part("lines", lid(lines), "second"))


@form("plastic bottle", "vessel", 0.25, "standing, lying", where="table")
def plastic_bottle(ask: Request) -> Model:
    """A ribbed plastic bottle with a screw cap and a label."""
    w = ask.between(0.032, 0.038)
    ribs = [(w - 0.0035 * (k % 2), 0.012 + 0.0105 * k) for k in range(6)]
    waist = [(w, 0.085), (w - 0.002, 0.088), (w - 0.002, 0.132), (w, 0.135)]
    ribs += waist + [(w - 0.004 * (k % 2), 0.145 + 0.009 * k) for k in range(3)]
    neck = [(w * 0.8, 0.188), (0.016, 0.208), (0.0135, 0.216), (0.0135, 0.224)]
    body = turned([(w - 0.008, 0), (w - 0.003, 0.003), *ribs, *neck], samples=0)
    label = lathe([(w - 0.0015, 0.089), (w, 0.09), (w, 0.13), (w - 0.0015, 0.131)])
    cap = turned([(0, 0.223), (0.0155, 0.223), (0.0155, 0.24), (0.014, 0.242), (0, 0.242)],
        samples=0)
    collar = ring(0.0165, 0.002, y=0.219)
    made = Model.of(Part("body", body, "glass"), Part("label", label, "main"), Part("cap",
        merge(cap, collar), "second"))
    if ask.pose == "lying":
        aside = ask.between(15, 40)
        return made.mapped(lambda mesh: mesh.turned(z=90).turned(y=aside))
    return made


@form("neon sign", "light", 0.9, where="wall")
def neon_sign(ask: Request) -> Model:
    """Bent tubes of light on a dark board: a star in a ring, over an arrow."""
    board = extrude(_panel(0.86, 0.96, 0.05), 0.03, bevel=0.008).moved(y=-0.05)
    angle = np.linspace(0, 2 * np.pi, 11) + np.pi / 2
    reach = np.where(np.arange(11) % 2, 0.1, 0.23)[:, None]
    star = columns(np.cos(angle), np.sin(angle), 0 * angle) * reach
    turn = np.linspace(0.1, 6.18, 40) + np.pi / 2
    hoop = columns(np.cos(turn), np.sin(turn), 0 * turn) * 0.33
    arrow = np.array([(-0.32, -0.43, 0), (0.3, -0.43, 0)])
    tip = np.array([(0.2, -0.36, 0), (0.32, -0.43, 0), (0.2, -0.5, 0)])

    def lit(*paths: Array) -> Mesh:
        pairs_ = [np.stack([path[:-1], path[1:]], 1) for path in paths]
        return b.bars(np.concatenate(pairs_), 0.014, sides=10).moved(z=0.05)

    posts = [rod((x, y, 0), (x, y, 0.05), 0.01) for x, y in ((0, 0.33), (0, -0.33), (0.3, -0.43),
        (-0.3, -0.43), (0, 0.23))]
    return Model.of(Part("board", board, "black"), Part("posts", merge(posts), "iron"),
        Part("star", lit(star), "lamp", glow=1.0), Part("ring", lit(hoop), "pink", glow=1.0),
        Part("arrow", lit(arrow, tip), "accent", glow=1.0))


@form("traffic light", "street", 3.4)
def traffic_light(ask: Request) -> Model:
    """Three lights one over another on a post; one of them is lit."""
    kit, lit = b.Kit(), ask.pick("top", "low")
    kit.add("post", lathe(pairs("160 0, 160 80, 80 160, 70 2400, 55 2420"), sides=18), of="iron")
    kit.add("housing", box(0.42, 1.16, 0.26, bevel=0.05).moved(y=2.3), of="dark_cloth")
    kit.add("board", extrude(_panel(0.62, 1.36, 0.08), 0.03).moved(0, 2.88, -0.1), of="second")
    for k, (name, colour) in enumerate((("low", "green"), ("middle", "yellow"), ("top", "red"))):
        y, shines = 2.52 + 0.36 * k, name == lit
        lens = ball((0.125, 0.125, 0.05), sides=24).moved(0, y, 0.14)
        kit.add(colour, lens, of=colour, glow=1.0 if shines else 0.0)
        cap = lathe(pairs("150 0, 165 0, 165 200, 150 200"), sides=24).turned(x=90)
        keep = cap.points[cap.faces].mean(1)[:, 1] > -0.02
        kit.add("hoods", Mesh(cap.points, cap.faces[keep], cap.normals, cap.grain).moved(0, y,
            0.12), of="black")
    return kit.model(hand=(0, 1.4, 0.1))


@form("road sign", "street", 2.6, "warning, stop")
def road_sign(ask: Request) -> Model:
    """A triangle with a bar and a dot, or an eight-sided plate with a bar, on a post."""
    kit = b.Kit()
    kit.add("post", b.bars([[(0, 0, -0.04), (0, 2.5, -0.04)]], 0.035, sides=10), of="steel")
    sides = 8 if ask.pose == "stop" else 3
    angle = (np.arange(sides) + (0.5 if sides == 8 else 0.0)) * 2 * np.pi / sides + np.pi / 2
    plate = columns(np.cos(angle), np.sin(angle))
    for name, size, z, of in (("rim", 0.5, 0.0, "white"), ("plate", 0.46, 0.012, "red")):
        kit.add(name, extrude(plate * size, 0.025).moved(0, 2.1, z), of=of)
    if sides == 8:
        kit.add("bar", block(0.56, 0.12, 0.02, (0, 2.1, 0.02)), of="white")
    else:
        kit.add("face", extrude(plate * 0.33, 0.03).moved(0, 2.1, 0.014), of="white")
        kit.add("mark", block(0.05, 0.18, 0.02, (0, 2.14, 0.026)), disc(0.03, 0.02).turned(
            x=90).moved(0, 2.0, 0.02), of="black")
    return kit.model()
