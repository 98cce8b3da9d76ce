"""Works of Islam and of Japan: the mosque with its minarets, the armour of a samurai."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Mesh, ball, box, columns, extrude, lathe, pairs, sheet, tube)
from worker.studio.scene.model import Model, Request, form


def _crescent(radius: float) -> Mesh:
    """A crescent in the x-y plane about the origin, its horns upwards."""
    angle = np.linspace(-2.5, 2.5, 25) - np.pi / 2
    outer = columns(np.cos(angle), np.sin(angle))
    back = np.linspace(2.2, -2.2, 21) - np.pi / 2
    inner = columns(np.cos(back), np.sin(back)) * 0.72 + [0, 0.24]
    return extrude(np.concatenate([outer, inner]) * radius, 0.3 * radius)


def _onion(radius: float) -> Mesh:
    """A dome that swells over its foot and ends in a point, from y = 0."""
    profile = pairs("880 0, 980 160, 1020 380, 960 660, 780 930, 500 1160, 240 1340, 60 1500, "
        "20 1620", radius, radius)
    return lathe(profile, sides=40).grained(0, 1, 0)


def _minaret(kit: b.Kit, x: float, z: float, height: float) -> None:
    """A round tower with two balconies, a cap like a pencil's and a crescent."""
    shaft = [(1.5, 0), (1.5, 1.2), (1.15, 1.6), (1.05, height * 0.6), (1.7, height * 0.63),
        (1.7, height * 0.66), (0.9, height * 0.66), (0.85, height * 0.82), (1.35, height * 0.84),
        (1.35, height * 0.87), (0.7, height * 0.87), (0.7, height)]
    kit.add("minarets", lathe(shaft, sides=20).moved(x, 0, z))
    cap = [(1.0, height), (0.75, height + 1.2), (0.1, height + 4.2)]
    kit.add("caps", lathe(cap, sides=20).moved(x, 0, z), of="second")
    kit.add("crescents", _crescent(0.5).moved(x, height + 4.9, z), of="gold")


@form("mosque", "building", 28)
def mosque(ask: Request) -> Model:
    """A domed prayer hall with a tall arched portal, half domes and two minarets."""
    kit, w, h = b.Kit(), ask.between(17, 19), 8.5
    side: list[b.Opening] = [(s * w * k, 1.4, 1.7, 3.0, "pointed") for s in (-1, 1) for k in (0.25,
        0.39)]
    kit.add("walls", b.pierced(w, h, 0.8, side).moved(z=w / 2), box(w, h, w * 0.94))
    kit.add("inside", box(w - 0.6, h - 0.5, 0.1).moved(z=w / 2 - 0.3), of="black")
    portal = b.pierced(6.4, 11, 1.2, [(0, 0, 3.8, 5.0, "pointed")]).moved(z=w / 2 + 0.9)
    kit.add("portal", portal)
    kit.add("portal frame", b.archway(3.8, 5.0, 0.5, 0.5, "pointed").moved(z=w / 2 + 1.5),
        b.blocks([(0, 11, w / 2 + 0.9, 7.0, 0.5, 1.6)]), of="second")
    kit.add("inside", box(4.4, 8.6, 0.1).moved(z=w / 2 + 0.5), of="black")
    for x, y, *_ in side:
        kit.add("arches", b.archway(1.7, 3.0, 0.3, 0.3, "pointed").moved(x, y, w / 2 + 0.4),
            of="second")
    kit.add("cornice", b.tiers((w + 0.8, w + 0.8, h), (w + 0.8, w + 0.8, h + 0.6)), of="second")
    kit.add("drum", lathe([(5.6, h + 0.6), (5.6, h + 3.0), (6.0, h + 3.2), (6.0, h + 3.6)],
        sides=40))
    for k in range(16):
        kit.add("lights", b.blocks([(0, h + 1.1, 5.6, 0.7, 1.5, 0.15)]).turned(y=22.5 * k),
            of="black")
    kit.add("dome", _onion(5.8).moved(y=h + 3.5), of="second")
    kit.add("crescents", _crescent(0.9).moved(y=h + 13.8), of="gold")
    for sx in (-1, 1):
        kit.add("dome", _onion(2.1).moved(sx * w * 0.36, h + 0.5, w * 0.32), of="second")
        _minaret(kit, sx * (w / 2 + 2.0), w / 2 - 0.6, 24)
    kit.add("steps", b.podium(3, w * 0.5, 3.0, 0.18, 0.4).moved(z=w / 2 + 1.8), of="stone")
    return kit.model(inside=(0, 0, w / 2))


def _plate(width: float, low: float, height: float, bow: float, *, spread: float = 1.15) -> Mesh:
    """A laced plate that bows towards +z, from `low` upwards; its foot is wider by `spread`."""
    u, v = np.meshgrid(np.linspace(-1, 1, 13), np.linspace(0, 1, 9), indexing="ij")
    wide = width / 2 * (spread + (1 - spread) * v)
    return sheet(columns(u * wide, low + height * v, bow * (1 - u * u)), grain=(1, 0, 0))


@form("samurai armour", "garment", 1.35)
def samurai_armour(ask: Request) -> Model:
    """A laced armour on its chest: helmet with horns, mask, cuirass, square shoulder plates."""
    kit = b.Kit()
    lace = {"pattern": "rings", "other": "dark_cloth", "repeat": 34.0}
    kit.add("chest", box(0.5, 0.44, 0.42, bevel=0.02), of="dark_wood")
    body = lathe([(0.19, 0.56), (0.2, 0.7), (0.21, 0.86), (0.17, 0.98), (0.1, 1.02)], sides=30)
    kit.add("cuirass", body.scaled(1.08, 1, 0.85), **lace)  # type: ignore[arg-type]
    kit.add("sash", lathe([(0.2, 0.56), (0.205, 0.62), (0.2, 0.62)], sides=30).scaled(1.1, 1,
        0.88), of="accent")
    for k in range(7):
        skirt = _plate(0.2, -0.36, 0.36, 0.02).turned(x=-12).moved(0, 0.58, 0.17)
        kit.add("skirt", skirt.turned(y=(k - 3) * 34), **lace)  # type: ignore[arg-type]
    for s in (-1, 1):
        shoulder = _plate(0.28, -0.34, 0.34, 0.05, spread=1.1).turned(z=s * 8).turned(y=s * 38)
        kit.add("shoulders", shoulder.moved(s * 0.3, 0.99, 0.05), **lace)  # type: ignore[arg-type]
        kit.add("sleeves", tube([(s * 0.22, 0.95, 0), (s * 0.33, 0.72, 0.06), (s * 0.27, 0.52,
            0.2)], [0.085, 0.075, 0.06], samples=12), of="second")
        kit.add("gloves", ball((0.06, 0.05, 0.07)).moved(s * 0.26, 0.5, 0.23), of="iron")
        horn = tube([(s * 0.03, 1.27, 0.14), (s * 0.12, 1.36, 0.15), (s * 0.17, 1.5, 0.13)],
            [0.016, 0.022, 0.006], samples=16, flat=0.5)
        kit.add("crest", horn, of="gold")
    kit.add("crest", ball((0.035, 0.035, 0.012)).moved(0, 1.27, 0.15), of="gold")
    bowl = b.dome(0.145, 0.15, ribs=12).moved(y=1.22)
    kit.add("helmet", bowl, lathe([(0.15, 1.21), (0.2, 1.18), (0.15, 1.23)], sides=30), of="iron")
    for k in range(3):
        low, out = 1.2 - 0.055 * k, 0.155 + 0.035 * k
        angle = np.linspace(np.pi * -1.05, 0.05 * np.pi, 25)
        rows = [columns(np.cos(angle) * r, y + 0 * angle, np.sin(angle) * r) for r,
            y in ((out, low), (out + 0.045, low - 0.06))]
        kit.add("neck guard", sheet(np.stack(rows)), of="main")
    face = ball((0.1, 0.12, 0.1)).moved(0, 1.13, 0.03)
    kit.add("mask", face, ball((0.02, 0.03, 0.03)).moved(0, 1.13, 0.13), of="red")
    kit.add("eyes", *(ball((0.028, 0.012, 0.02)).moved(s * 0.04, 1.17, 0.115) for s in (-1, 1)),
        ball((0.04, 0.014, 0.02)).moved(0, 1.075, 0.11), of="black")
    kit.add("moustache", *(tube([(0, 1.1, 0.135), (s * 0.05, 1.095, 0.12), (s * 0.085, 1.06, 0.09)],
        [0.008, 0.01, 0.003], samples=8, sides=6) for s in (-1, 1)), of="white")
    return kit.model(inside=(0, 0.8, 0))
