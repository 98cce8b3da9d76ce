"""Birds of pond, yard and park; they face +x."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import both
from worker.studio.scene.forms.birds import (KINDS, _assemble, _flying, _folded, _head, _spread,
    _tail)
from worker.studio.scene.forms.plumage import vanes
from worker.studio.scene.mesh import Mesh, ball, columns, merge, rotation, tube
from worker.studio.scene.model import Model, Part, Request, form


@form("swan", "bird", 1.0, "swimming", "goose, duck", where="water")
def swan(ask: Request) -> Model:
    """A swan with arched neck and raised wings; a goose or duck by attribute."""
    kind = "goose" if "goose" in ask else "duck" if "duck" in ask else "swan"
    f = KINDS[kind]
    coat = "main"
    x, y = _head(f)
    if kind == "duck":
        band = tube([(x - 0.02, y - 0.11, 0), (x - 0.028, y - 0.135, 0)], 0.077, sides=20)
        curl = tube([(-0.4, 0.06, 0), (-0.47, 0.09, 0), (-0.48, 0.14, 0), (-0.44, 0.15, 0)],
            [0.03, 0.024, 0.016, 0.004], samples=14)
        return _assemble(f, Part("band", band, "white_feather"), Part("curl", curl, "dark_feather"),
            coat=coat, bill="beak", legs=False)
    if kind == "goose":
        return _assemble(f, coat=coat, wing=coat)
    sails = _folded(replace(f, tilt=-9, body=(0.34, 0.2, 0.19), wing=(0.54, 0.3))).moved(0.02,
        0.07, 0)
    lore = Clay(blend=0.02).lump((x + 0.045, y + 0.012, 0), (0.022, 0.02, 0.03)).lump((x + 0.05,
        y - 0.012, 0), (0.026, 0.018, 0.026))
    return _assemble(f, Part("lore", lore.mesh(detail=24), "dark_feather"), coat=coat, wing=coat,
        wings=sails, legs=False, slope=-22, tail=_tail(f, -24))


@form("heron", "bird", 1.1, "standing, flying")
def heron(ask: Request) -> Model:
    """A heron on long legs; a crane by attribute."""
    f = KINDS["heron"]
    if ask.pose == "flying":
        g = replace(_flying(f), span=(1.1, 0.34), fingers=0.8)
        trail = both(tube([(-0.2, 0, 0.03), (-0.5, -0.03, 0.03), (-0.8, -0.02, 0.03)],
            [0.02, 0.012, 0.01]))
        return _assemble(g, Part("legs", trail, "dark_feather"), bank=True, wings=_spread(g, 24),
            legs=False, slope=0)
    x, y = _head(f)
    plume = tube([(x, y + 0.03, 0), (x - 0.1, y + 0.05, 0), (x - 0.24, y - 0.02, 0)],
        [0.02, 0.014, 0.002], samples=9)
    extra = Part("plume", plume, "dark_feather")
    return _assemble(f, extra, leg="dark_feather", slope=-14)


@form("rooster", "bird", 0.55, "standing, crowing", "hen")
def rooster(ask: Request) -> Model:
    """A rooster with comb, wattles and sickle tail; a hen by attribute."""
    hen = "hen" in ask
    f = KINDS["hen" if hen else "rooster"]
    if ask.pose == "crowing" and not hen:
        f = replace(f, tilt=34, neck=((0.17, 0.18, 0.15), (0.2, 0.36, 0.09), (0.24, 0.52, 0.068)))
    x, y = _head(f)
    s = f.skull * (0.6 if hen else 1.0)
    comb = merge(ball((0.4 * s, h * s, 0.16 * s), sides=12).moved(x + dx * s, y + (0.75 + 0.5 * h)
        * f.skull, 0) for dx, h in ((0.7, 0.5), (0.25, 0.75), (-0.25, 0.8), (-0.7, 0.6)))
    wattle = both(ball((0.3 * s, 0.6 * s, 0.16 * s), sides=12).moved(x + 0.75 * f.skull, y - 1.1
        * f.skull, 0.25 * f.skull))
    extra = [Part("comb", merge(comb, wattle), "red")]
    slope = 24.0 if ask.pose == "crowing" and not hen else -8.0
    if hen:
        return _assemble(f, *extra, wing="main", tail=_tail(f, -58))
    root = rotation(z=f.tilt) @ np.array([-0.85 * f.body[0], 0.05, 0])
    plumes = []
    for k in range(14):  # sickles that rise and fall over behind
        u = k / 13
        z, reach, a = 0.035 * (k % 3 - 1), 0.26 + 0.3 * u, math.radians(168 - 66 * u)
        way, back = np.array([math.cos(a), math.sin(a), 0.6 * z]), np.array([-0.3 - 0.16 * u, 0, z])
        high = root + way * reach
        path = [root, root + way * 0.6 * reach, high + 0.2 * back, high + 0.75 * back - [0, 0.05
            + 0.08 * u, 0], high + 1.1 * back - [0, 0.16 + 0.26 * u, 0]]
        plumes.append(tube(path, [0.014, 0.03, 0.036, 0.03, 0.003], samples=22, sides=8, flat=0.3,
            side=(0, 0, 1)))
    c = np.linspace(-1.2, 1.2, 13)
    root = columns(x - 0.3 * f.skull, y - 0.1, 0.05 * c)
    hackle = vanes(root, columns(0.1 - 0.45 * np.abs(c), -1, 0.5 * c), columns(0.6, 0.2, c), 0.26,
        0.03)
    extra.append(Part("hackle", hackle, "accent"))
    return _assemble(f, *extra, tail=merge(plumes), slope=slope)


@form("peacock", "bird", 1.5, "fan, trailing")
def peacock(ask: Request) -> Model:
    """A peacock: its train is raised to a wheel of feathers that lie over each other, or trails."""
    f = KINDS["peacock"]
    x, y = _head(f)
    crest = [tube([(x, y + 0.04, 0), (x - 0.02 + dx, y + 0.13, dx * 0.4)], 0.004, sides=5)
        for dx in np.linspace(-0.05, 0.05, 5)]
    crest += [ball(0.013, sides=8).moved(x - 0.02 + dx, y + 0.135, dx * 0.4)
        for dx in np.linspace(-0.05, 0.05, 5)]
    wheel = ask.pose != "trailing"
    rows: list[Mesh] = []
    eyes: list[Mesh] = []
    hearts: list[Mesh] = []
    for row, (count, reach) in enumerate(((21, 1.1), (20, 0.9), (17, 0.7), (14, 0.5), (9, 0.32))):
        wide = 104.0 - 3 * row if wheel else 11.0 - row
        a = np.radians(np.linspace(-wide, wide, count))
        lean = -0.2 + 0.06 * row
        way = (columns(lean - 0.1 * np.cos(2 * a), np.cos(a), np.sin(a)) if wheel
            else columns(-np.cos(a), 0 * a - 0.14 + 0.015 * row, 2.2 * np.sin(a)))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        up = np.broadcast_to([1.0, 0.0, 0.0] if wheel else [0.0, 1.0, 0.0], way.shape)
        root = np.array([-0.27 + 0.02 * row, 0.03, 0]) + (0.02 * row * up if not wheel else 0)
        long = np.linspace(1.0, 1.0, count) * reach * (1.0 if wheel else 1.25)
        long[1::2] *= 1.03
        half = long * (0.72 * math.radians(2 * wide) / count if wheel else 0.05 / reach)
        rows.append(vanes(root + 0 * way, way, up, long, half, lap=0.2,
            droop=-0.05 if wheel else 0.08))
        for s, found in ((1.0, eyes), (0.52, hearts)):
            size = np.array([0.05, 0.036, 0.012]) * s * (0.7 + 0.3 * reach)
            for w, u, reached in zip(way, up, long, strict=True):
                side = np.cross(w, u)
                flat = np.stack([w, side, np.cross(side, w)], 1)
                spot = ball((size[0], size[1], size[2] * (1 if s == 1 else 2.4)), sides=12)
                bow = (0.05 if wheel else -0.08) * reached * 0.74
                found.append(spot.mapped(flat).moved(*(root.reshape(-1, 3)[0] + w * reached * 0.86
                    + u * (bow + 0.012))))
    parts = [Part("train", merge(rows), "second"), Part("eyes of the train", merge(eyes), "gold"),
        Part("hearts", merge(hearts), "blue")]
    made = _assemble(f, Part("crest", merge(crest), "main"), *parts, wing="feather", leg="horn",
        bill="horn")
    return made.mapped(lambda mesh: mesh.turned(y=-58)) if wheel else made


@form("turkey", "bird", 1.0, "standing")
def turkey(ask: Request) -> Model:
    """A turkey with its tail spread."""
    f = KINDS["turkey"]
    x, y = _head(f)
    wattle = (Clay(blend=0.02).limb((x, y, 0), (x + 0.02, y - 0.2, 0), 0.052, 0.03).limb((x + 0.06,
        y, 0), (x + 0.09, y - 0.14, 0), 0.018, 0.012))
    fan, rims = [], []
    for row, (count, reach) in enumerate(((19, 0.66), (17, 0.54), (13, 0.42), (9, 0.3))):
        a = np.radians(np.linspace(-98, 98, count))
        way = columns(0 * a - 0.34 + 0.06 * row, np.cos(a), np.sin(a))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        up = np.broadcast_to([1.0, 0.0, 0.0], way.shape)
        root = np.array([-0.3 + 0.03 * row, 0.02, 0]) + 0 * way
        half = 1.5 * reach / count
        fan.append(vanes(root, way, up, reach, half, lap=0.25, droop=-0.05))
        # A pale bar crosses each feather near its end.
        at = root + way * reach * 0.9 + up * (0.05 * reach * 0.81 + 0.2 * half)
        rims.append(vanes(at - way * 0.05, way, up, 0.07, 0.75 * half, lap=0.2))
    breast = np.array([(0.26 + 0.05 * math.sin(3 * v), 0.02 - 0.05 * k, 0.18 * v) for k in range(5)
        for v in np.linspace(-1, 1, 7)])
    scales = vanes(breast, columns(-0.25 + 0 * breast[:, 0], -1 + 0 * breast[:, 0],
        0.4 * breast[:, 2]), columns(1 + 0 * breast[:, 0], 0.2 + 0 * breast[:, 0], 4
        * breast[:, 2]), 0.12, 0.035, lap=0.3)
    parts = [Part("wattle", wattle.mesh(detail=30), "red"), Part("rims", merge(rims),
        "white_feather"), Part("breast", scales)]
    return _assemble(f, *parts, tail=merge(fan)).mapped(lambda mesh: mesh.turned(y=-42))
