"""Water, fire and smoke, and small things found in nature."""

from __future__ import annotations

import math

import numpy as np

from worker.studio.scene.forms.growth import clumps, rods, unit
from worker.studio.scene.forms.rocks import boulder
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, lathe, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


@form("wave", "element", 4.0, "curling", where="water")
def wave(ask: Request) -> Model:
    """A great wave that curls over with fingers of foam, towards +x."""
    section = np.array(
        pairs(
        "-4600 0, -3200 550, -1900 1600, -900 2900, 100 3750, 1000 3850, 1650 3350, 1800 2750"))
    inner = np.array(pairs("1800 2750, 1450 2950, 950 2950, 450 2500, 200 1700, 500 900, "
        "1500 400, 3600 100, 5200 0"))
    front, back = spline(inner, 44), spline(section, 40)
    z = np.linspace(-2.6, 2.6, 60)
    fade = np.cos(z / 2.6 * 1.35) ** 0.7 * (1 + 0.05 * np.sin(z * 4))
    shift = 0.35 * np.sin(z * 1.1 + 0.6)

    def skin(line: Array) -> Mesh:
        flat = line[:, None] * columns(0.55 + 0.45 * fade, fade)[None]
        grid = np.concatenate([flat + columns(shift, 0 * shift), np.broadcast_to(z[None, :, None],
            (len(line), 60, 1))], -1)
        return sheet(grid[:, ::-1]).grained(0.4, 1, 0)

    lip = columns(section[-1, 0] * (0.55 + 0.45 * fade) + shift, section[-1, 1] * fade, z)
    fingers, drops = [], []
    for i in range(2, 58):
        if fade[i] < 0.35:
            continue
        size = fade[i] * ask.between(0.7, 1.25)
        hook = (lip[i] + np.array([(-0.5, 0.55, 0), (-0.05, 0.3, 0), (0.24, -0.12, 0.0),
            (0.2, -0.5, ask.between(-0.1, 0.1)), (0.0, -0.66, 0.0)]) * size)
        fingers.append(tube(hook, np.array([0.16, 0.17, 0.12, 0.07, 0.015]) * size, samples=13,
            sides=8))
        if i % 2:
            side = hook[2] + np.array(triples("0 0 0, 220 -20 60, 330 -200 50, 250 -360 30")) * size
            fingers.append(tube(side, np.array([0.09, 0.08, 0.05, 0.012]) * size, samples=9,
                sides=7))
        for _ in range(2):
            at = lip[i] + np.array([ask.between(0.1, 1.0), ask.between(-0.9, 0.7), ask.between(-0.2,
                0.2)])
            drops.append(ball(ask.between(0.025, 0.06), sides=8).moved(*at))
    bands = []
    for t in (0.2, 0.34, 0.48, 0.62, 0.76, 0.88):  # the ribs that Hokusai draws up the hollow
        zz = -1.9 + 4.0 * t + 0.15 * math.sin(40 * t)
        f, s = float(np.interp(zz, z, fade)), float(np.interp(zz, z, shift))
        for line, cut in ((front, slice(4, 34)), (back, slice(8, 36))):
            path = columns(line[cut, 0] * (0.55 + 0.45 * f) + s, line[cut, 1] * f, zz + 0.3
                * np.linspace(0, 1, len(line[cut])))
            bands.append(tube(path, 0.05 * np.sin(np.linspace(0.2, 3.0, len(path))) + 0.008,
                sides=6))
    foot = [clumps(columns(np.linspace(2.2, 4.4, 12), 0.15 + 0 * np.arange(12.0),
        np.sin(np.arange(12) * 2.4) * 1.7), np.full((12, 3), 0.3) * [1.2, 0.7, 1], ask.rng)]
    parts = [Part("water", merge(skin(front), skin(back)), "main"),
        Part("foam", merge(*fingers, *drops, *foot), "foam"), Part("bands", merge(bands), "second")]
    # seen from the side, a little from the front
    return Model.of(*parts, seat=(-1.2, 2.4, 0), inside=(1.2, 0.5,
        0)).mapped(lambda m: m.turned(y=-20))


@form("waterfall", "element", 10.0, "falling")
def waterfall(ask: Request) -> Model:
    """Water that falls between rocks into foam."""
    rng = ask.rng
    u, v = np.meshgrid(np.linspace(0, 1, 30), np.linspace(-1, 1, 41), indexing="ij")
    fall = np.clip((u - 0.16) / 0.84, 0, 1)
    y = 9.2 - 9.1 * fall**1.25 - 0.3 * u
    out = (-1.6 + 2.6 * np.minimum(u / 0.3, 1) ** 1.5 + 0.5 * fall + 0.14 * np.cos(v * 16 + 0.6
        * np.sin(5 * u)))
    sheet_of_water = sheet(columns((1.3 + 0.5 * fall) * v + 0.1 * np.sin(4 * u), y, out)).grained(0,
        -1, 0.1)
    lines = []
    for _ in range(26):
        x = ask.between(-1, 1)
        s = np.linspace(ask.between(0.1, 0.5), 1, 14)
        f = np.clip((s - 0.16) / 0.84, 0, 1)
        lines.append(columns((1.3 + 0.5 * f) * x, 9.2 - 9.1 * f**1.25 - 0.3 * s, -1.5 + 2.6
            * np.minimum(s / 0.3, 1) ** 1.5 + 0.5 * f + 0.14 * np.cos(x * 16 + 0.6
            * np.sin(5 * s))))
    streaks = rods(np.array(lines), np.tile(0.07 * np.sin(np.linspace(0.2, 3.0, 14)) + 0.01,
        (26, 1)))
    stones = [boulder(rng, (w, h, d), cuts=13).turned(y=t).moved(x, y0, z) for x, y0, z, w, h, d,
        t in ((-3.3, 0, -0.6, 4.4, 9.6, 4.4, 20), (3.3, 0, -0.7, 4.4, 10.6, 4.4, 70),
        (0, 0, -2.4, 5, 8.9, 3, 0), (-2.6, 0, 1.4, 2.4, 3.2, 2.2, 40), (2.7, 0, 1.5, 2.6, 2.4, 2.2,
        10), (-4.6, 0, 1.0, 2.6, 5, 2.6, 30), (4.8, 0, 0.8, 2.6, 5.6, 2.6, 60), (0.9, 0, 2.6, 1.2,
        0.9, 1, 0))]
    at = columns(np.linspace(-2.1, 2.1, 16), 0.25 + 0.2 * np.sin(np.arange(16) * 2.4), 1.5 + 0.4
        * np.cos(np.arange(16) * 1.7))
    spray = clumps(at, np.full((16, 3), 0.42) * rng.uniform(0.7, 1.4, (16, 1)), rng)
    pool = (lathe([(5.4, 0), (5.2, 0.06), (0.01, 0.07)], sides=40).scaled(1, 1, 0.75).moved(0, 0,
        1.2))
    return Model.of(Part("water", sheet_of_water, "main"), Part("streaks", merge(streaks, spray),
        "foam"), Part("rock", merge(stones), "stone", pattern="mottle", repeat=1),
        Part("pool", pool, "main"))


def tongues(ask: Request, count: int, spread: float, height: float, *, thick: float = 0.2) -> Mesh:
    """Tongues of flame that lick upwards, the tallest in the middle."""
    out = []
    for k in range(count):
        a = 2.39996 * k
        r = spread * math.sqrt(k / count)
        tall = height * (1 - 0.62 * (r / max(spread, 1e-6)) ** 1.3) * ask.between(0.85, 1.1)
        s = np.linspace(0, 1, 18)
        sway = 0.17 * tall * np.sin(5 * s + a) * s
        path = columns(r * math.cos(a) * (1 - 0.35 * s) + sway, tall * s, r * math.sin(a)
            * (1 - 0.6 * s) + 0.5 * sway)
        swell = (thick * tall * (np.sin(np.pi * (0.1 + 0.9 * s) ** 0.72) ** 0.9) * (1 - 0.45 * s)
            + 0.004 * tall)
        out.append(tube(path, swell, sides=12, flat=0.55))
    return merge(out)


@form("fire", "element", 1.5, "bonfire")
def fire(ask: Request) -> Model:
    """A bonfire of logs with tongues of flame."""
    logs = []
    for k in range(7):
        a = 0.9 * k + ask.between(-0.1, 0.1)
        foot, top = (np.array([0.55 * math.cos(a), 0.05, 0.55 * math.sin(a)]),
            np.array([-0.06 * math.cos(a), 0.52, -0.06 * math.sin(a)]))
        logs.append(tube([foot, top], [0.075, 0.06], sides=9))
    stones = [boulder(ask.rng, (0.24, 0.17, 0.2)).moved(0.74 * math.cos(a), 0, 0.74 * math.sin(a))
        for a in np.linspace(0, 6.28, 12)[:-1]]
    parts = [Part("logs", merge(logs), "dark_wood"), Part("stones", merge(stones), "stone")]
    size = 1.3
    # Few tongues, apart at their tips, and the brightest low before them.
    outer, inner = (tongues(ask, 8, 0.44, size, thick=0.1), tongues(ask, 5, 0.26, size * 0.46,
        thick=0.15).moved(0, 0.05, 0.3))
    parts += [Part("flames", outer.moved(0, 0.1, 0), "fire", glow=0.4), Part("heart", inner,
        "flame", glow=1.0)]
    sparks = [ball(0.016, sides=6).moved(ask.between(-0.4, 0.4), ask.between(0.9, 1.25) * size,
        ask.between(-0.2, 0.2)) for _ in range(14)]
    parts.append(Part("sparks", merge(sparks), "flame", glow=0.9))
    return Model.of(*parts)


@form("flame", "element", 0.3, "single", where="air")
def flame(ask: Request) -> Model:
    """One flame like a drop, with a bright heart."""
    s = np.linspace(0, 1, 26)
    sway = ask.between(0.03, 0.06)
    path = columns(sway * np.sin(3 * s) * s, 0.3 * s, 0 * s)
    swell = 0.066 * np.sin(np.pi * (0.03 + 0.97 * s) ** 0.62) ** 0.85 * (1 - 0.3 * s) + 0.0008
    outer = tube(path, swell, sides=22, flat=0.85)
    heart = tube(path * [1, 0.6, 1] + [0, 0.016, 0.036], swell * 0.56, sides=16, flat=0.5)
    return Model.of(Part("flame", outer, "fire", glow=0.6), Part("heart", heart, "flame",
        glow=1.0))


def _plume(ask: Request, height: float, width: float) -> Mesh:
    n = 30
    u = np.linspace(0, 1, n)
    a = 2.4 * np.arange(n)
    spread = width * (0.25 + 1.0 * u)
    at = columns(spread * 0.6 * np.cos(a) + 0.9 * width * np.sin(3.2 * u) + 1.1 * width * u * u,
        height * u, spread * 0.5 * np.sin(a))
    return clumps(at, (width * (0.35 + 0.75 * u))[:, None] * np.array([1.05, 0.9, 1]), ask.rng,
        bumps=0.06, sides=20, knots=3)


@form("smoke", "element", 4.0, "column")
def smoke(ask: Request) -> Model:
    """A column of rolling smoke, or a thin curling wisp."""
    shade = "main"
    return Model.of(Part("smoke", _plume(ask, 3.6, 0.62), shade))


@form("explosion", "element", 5.0, "burst")
def explosion(ask: Request) -> Model:
    """A burst of fire, smoke and debris; a mushroom cloud by pose."""
    rng = ask.rng
    out = unit(rng.normal(size=(46, 3)) * [1, 0.8, 0.7])
    out[:, 1] = np.abs(out[:, 1]) * 0.9 - 0.1
    smoke_at = out * rng.uniform(1.0, 1.7, (46, 1)) + [0, 1.0, 0]
    smoke_at[:, 1] = np.maximum(smoke_at[:, 1], 0.3)
    puffs = clumps(smoke_at - [0, 0, 0.5], rng.uniform(0.32, 0.6, (46, 1)) * np.ones(3), rng,
        bumps=0.07, knots=3)
    heart = unit(rng.normal(size=(22, 3)))
    blast = clumps(heart * 0.75 + [0, 1.2, 0.75], rng.uniform(0.3, 0.5, (22, 1)) * np.ones(3), rng,
        bumps=0.07, knots=3)
    rays = unit(rng.normal(size=(38, 3)) * [1, 1, 0.5] + [0, 0.4, 0.1])
    rays[:, 1] = np.abs(rays[:, 1])
    reach = rng.uniform(1.9, 3.4, (38, 1, 1))
    paths = np.array([0, 1, 0.3]) + rays[:, None] * reach * np.linspace(0.3, 1, 4)[None, :, None]
    spikes = rods(paths, np.tile([0.16, 0.1, 0.05, 0.004], (38, 1)), sides=6)
    bits = [boulder(rng, (0.2, 0.14, 0.16), cuts=8).turned(z=30 * k).moved(*(np.array([0, 1, 0.3])
        + rays[k] * 2.7)) for k in range(16)]
    return Model.of(Part("smoke", puffs, "main"), Part("blast", blast, "fire", glow=0.6),
        Part("spikes", spikes, "flame", glow=0.8), Part("debris", merge(bits), "dark_stone"))
