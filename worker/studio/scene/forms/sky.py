"""Sun, moon, stars, clouds and weather; they hang in the x-y plane and face the viewer."""

from __future__ import annotations

import itertools
import math

import numpy as np

from worker.studio.scene.mesh import Mesh, ball, columns, lathe, merge, sheet, tube
from worker.studio.scene.model import Model, Part, Request, form


def _plate(radius: float, dome: float) -> Mesh:
    """A lens that bulges towards the viewer."""
    t = np.linspace(0, np.pi / 2, 12)
    profile = [(radius, -0.3 * dome), *[(radius * math.cos(a), dome * math.sin(a)) for a in t[:-1]],
        (0.001, dome)]
    return lathe(profile, sides=56).turned(x=90)


@form("moon", "sky", 2.0, "full", where="sky")
def moon(ask: Request) -> Model:
    """The moon, full or crescent, with a face by attribute."""
    parts = [Part("disc", ball(1.0, sides=48), "main", pattern="clouds", repeat=2.1, glow=0.3)]
    return Model.of(*parts)
    reach = 90.0
    a = np.radians(np.linspace(reach, 360 - reach, 60))
    outer = columns(np.cos(a), np.sin(a))
    y = outer[0, 1] * np.cos(np.linspace(0, np.pi, 60))
    dip = 0.0
    back = columns(outer[0, 0] - dip * np.sqrt(np.maximum(1 - (y / outer[0, 1]) ** 2, 0)), y)
    # Rings between the horn's edge and its ridge make a swelling body.
    rows = []
    for u in np.linspace(0, 1, 15):
        edge = outer * (1 - u) + back * u
        rows.append(np.column_stack([edge, 0.42 * math.sin(math.pi * u) ** 0.6 * np.linalg.norm(back
            - outer, axis=1)]))
    skin = sheet(np.array(rows))
    parts = [Part("horn", merge(skin, sheet(np.array(rows) * [1, 1, -1])), "main", glow=0.3)]
    return Model.of(*parts, seat=(-0.42, -0.75, 0)).mapped(lambda m: m.turned(z=-18))


def star_mesh(points: int = 5, inner: float = 0.42, depth: float = 0.3) -> Mesh:
    """A faceted star of radius one in the x-y plane."""
    a = np.pi / 2 + np.arange(2 * points) * np.pi / points
    r = np.where(np.arange(2 * points) % 2, inner, 1.0)
    edge = columns(r * np.cos(a), r * np.sin(a), 0 * a)
    edge = np.concatenate([edge, edge[:1]])
    halves = [sheet(np.stack([edge, np.tile([0, 0, z], (len(edge), 1))]), crease=8)
        for z in (depth, -depth)]
    return merge(halves)


@form("star", "sky", 1.0, "five, falling", where="sky")
def star(ask: Request) -> Model:
    """A star cut in facets; falling, it draws a trail."""
    mesh = star_mesh()
    parts = [Part("star", mesh.scaled(0.5), glow=0.3)]
    if ask.pose == "falling":
        trails = [tube([(0.05 * k, 0.1 * k, -0.05), (1.3 - 0.1 * abs(k), 1.0 + 0.14 * k, -0.1)],
            [0.13, 0.004], sides=6, flat=0.3) for k in (-2, -1, 0, 1, 2)]
        parts.append(Part("trail", merge(trails), "second", glow=0.2))
    return Model.of(*parts)


@form("stars", "sky", 4.0, "scattered", where="sky")
def stars(ask: Request) -> Model:
    """Many stars, or a constellation with its lines."""
    rng = ask.rng
    n = 26
    a = 2.39996 * np.arange(n)
    r = np.sqrt((np.arange(n) + 0.5) / n)
    at = columns(2.6 * r * np.cos(a), 1.9 * r * np.sin(a), 0 * r) + rng.normal(size=(n, 3)) * [0.22,
        0.22, 0]
    size = rng.uniform(0.08, 0.26, n) if n > 9 else rng.uniform(0.16, 0.3, n)
    shapes = [star_mesh(), star_mesh(4, 0.3), star_mesh(8, 0.45)]
    parts = [Part("stars", merge(shapes[i % 3].scaled(float(s)).turned(z=rng.uniform(-20,
        20)).moved(*p) for i, (p, s) in enumerate(zip(at, size, strict=True))), glow=0.4)]
    if n == 9:
        order = np.argsort(at[:, 0])
        lines = [tube([at[i], at[j]], 0.018, sides=5) for i, j in itertools.pairwise(order)]
        parts.append(Part("lines", merge(lines), "second", glow=0.2))
    return Model(parts)


@form("planet", "sky", 2.0, "ringed", where="sky")
def planet(ask: Request) -> Model:
    """A planet, with Saturn's rings as a rule."""
    bands = "clouds"
    parts = [Part("globe", ball(0.8, sides=44), "main", pattern=bands, other="second", repeat=5
        if bands == "rings" else 2.5)]
    turn = np.linspace(0, 2 * np.pi, 73)
    hoops = [sheet(np.stack([columns(r * np.cos(turn), 0 * turn, r * np.sin(turn)) for r in pair]))
        for pair in ((1.0, 1.14), (1.22, 1.48), (1.56, 1.68))]
    parts.append(Part("rings", merge(hoops), "second"))
    return Model.of(*parts).mapped(lambda m: m.turned(x=18).turned(z=22))
