"""Ground: hills, mountains, cliffs, fields, paths and rocks, paler the farther they lie."""

import numpy as np
import skia

from worker.studio.colour import Colour, lighten, mix
from worker.studio.noise import ridge
from worker.studio.outline import Point, blob, limb, polygon
from worker.studio.scene import Scene


def ground_colour(scene: Scene, depth: float) -> Colour:
    """The land's colour at a depth, for the season and the palette."""
    p = scene.palette
    if scene.light.hour == "snow":
        base = mix(p.paper, p.cool, 0.25)
    elif "desert" in scene.tags or "beach" in scene.tags:
        base = p.local("sand")
    elif "autumn" in scene.tags:
        base = mix(p.warm, p.local("straw"), 0.4)
    else:
        base = mix(p.local("grass"), mix(p.warm, p.deep, 0.35), 0.35)
    night = {"night": -0.24, "storm": -0.1, "evening": -0.06}.get(scene.light.hour, 0.0)
    return mix(
        lighten(base, night * (0.4 + depth * 0.6)),
        scene.palette.haze if night == 0 else mix(p.haze, p.deep, 0.6),
        0.75 * (1 - depth),
    )


def rise(
    scene: Scene,
    *,
    base: float,
    height: float,
    depth: float,
    bumps: float = 2.5,
    octaves: int = 4,
    colour: Colour | None = None,
    name: str = "hill",
) -> list[Point]:
    """A range of land whose crest rises `height` over `base`; returns the crest's points."""
    count = 90
    heights = ridge(count, scene.rng, bumps=bumps, octaves=octaves)
    xs = np.linspace(-10, scene.width + 10, count)
    crest = [(float(x), float(base - height * h)) for x, h in zip(xs, heights, strict=True)]
    path = polygon([*crest, (scene.width + 10, scene.height + 10), (-10, scene.height + 10)])
    tone = colour if colour is not None else ground_colour(scene, depth)
    scene.paint(
        path,
        tone,
        below=lighten(tone, -0.05),
        name=name,
        depth=depth,
        relief=0.1,
        mottle=0.07,
        stretch=2.5,
        flow=0.05,
    )
    return crest


def mountains(scene: Scene, *, base: float, height: float, depth: float) -> None:
    """Peaks with a lit and a shaded face, and snow on the high ones."""
    rng, p = scene.rng, scene.palette
    count = int(rng.integers(2, 5))
    peaks = sorted(
        (
            (float(rng.uniform(0.05, 0.95)) * scene.width, float(rng.uniform(0.55, 1.0)))
            for _ in range(count)
        ),
        key=lambda peak: -peak[1],
    )
    rock = mix(mix(p.local("slate"), p.cool, 0.4), p.haze, 0.7 * (1 - depth))
    if scene.light.hour == "night":
        rock = mix(rock, p.ink, 0.5)
    for x, share in peaks:
        h = height * share
        spread = h * float(rng.uniform(0.8, 1.25))
        left = _slope((x, base - h), (x - spread, base + 20), scene)
        right = _slope((x, base - h), (x + spread * float(rng.uniform(0.8, 1.2)), base + 20), scene)
        whole = polygon([*left[::-1], *right])
        scene.paint(
            whole,
            rock,
            below=mix(rock, p.haze, 0.45),
            name="mountain",
            depth=depth,
            mottle=0.06,
            flow=1.0,
        )
        spine = _slope(
            (x, base - h),
            (x + spread * float(rng.uniform(-0.25, 0.25)), base + 20),
            scene,
            rough=0.09,
        )
        shaded = right if scene.light.side < 0 else left
        scene.paint(
            polygon([*spine[::-1], *shaded]),
            lighten(rock, -0.11),
            below=mix(rock, p.haze, 0.4),
            name="mountain shade",
            depth=depth,
            mottle=0.06,
            flow=1.0,
        )
        if share > 0.6 and scene.light.hour != "evening":
            cap = [q for q in left if q[1] < base - h * 0.66]
            cap_r = [q for q in right if q[1] < base - h * 0.7]
            if cap and cap_r:
                low = base - h * 0.62
                xs = np.linspace(cap[-1][0], cap_r[-1][0], 7)
                edge = [
                    (float(v), low + (18 if i % 2 else -14) * h / 260) for i, v in enumerate(xs)
                ]
                scene.paint(
                    polygon([*cap[::-1], *cap_r, *edge[::-1]]),
                    mix(p.paper, p.cool, 0.12),
                    name="snow cap",
                    depth=depth,
                    relief=0.2,
                )


def _slope(top: Point, foot: Point, scene: Scene, *, rough: float = 0.05) -> list[Point]:
    count = 14
    jag = scene.rng.normal(0, rough, count)
    jag[[0, -1]] = 0
    dx = foot[0] - top[0]
    return [
        (
            top[0] + dx * (i / (count - 1)) + jag[i] * abs(dx or 60),
            top[1] + (foot[1] - top[1]) * (i / (count - 1)) ** 1.1,
        )
        for i in range(count)
    ]


def cliff(scene: Scene, *, side: int, base: float, height: float, depth: float) -> None:
    """A headland that comes in from one side and drops to the water or the valley."""
    rng = scene.rng
    reach = scene.width * float(rng.uniform(0.3, 0.48))
    edge = 0.0 if side < 0 else scene.width
    steps = 12
    top = [
        (
            edge - side * -0 - side * reach * i / steps * 1.0,
            base - height * (1 - 0.35 * (i / steps) ** 2) + float(rng.normal(0, 6)),
        )
        for i in range(steps)
    ]
    face = [
        (
            top[-1][0] - side * float(rng.uniform(4, 40)),
            base - height * 0.62 * (1 - j / 5) + (10 if j == 5 else 0),
        )
        for j in range(6)
    ]
    tone = mix(scene.palette.local("stone"), ground_colour(scene, depth), 0.35)
    path = polygon([(edge + side * 20, base - height), *top, *face, (edge + side * 20, base + 12)])
    scene.paint(
        path,
        tone,
        below=lighten(tone, -0.14),
        name="cliff",
        depth=depth,
        relief=0.35,
        mottle=0.12,
        flow=1.4,
    )


def path_to(scene: Scene, *, start: Point, end: Point, width: float, water: bool = False) -> None:
    """A road or stream that winds from the foreground into the distance."""
    rng, p = scene.rng, scene.palette
    mid = [
        (
            start[0] + (end[0] - start[0]) * t + float(rng.uniform(-1, 1)) * 110 * (1 - t),
            start[1] + (end[1] - start[1]) * t**0.75,
        )
        for t in (0.3, 0.55, 0.8)
    ]
    tone = mix(p.cool, p.pale, 0.45) if water else mix(p.pale, p.warm, 0.3)
    if scene.light.hour == "night":
        tone = mix(tone, p.deep, 0.55)
    scene.paint(
        limb([start, *mid, end], [width, width * 0.5, width * 0.22, width * 0.08, 2], steps=12),
        tone,
        name="stream" if water else "path",
        depth=0.7,
        mottle=0.04,
        flow=0.0 if water else 1.2,
    )


def rocks(
    scene: Scene, *, x: float, base: float, size: float, depth: float, count: int = 4
) -> None:
    """Boulders lying together."""
    rng = scene.rng
    tone = mix(scene.palette.local("stone", depth=depth), scene.palette.deep, 0.25)
    for _ in range(count):
        s = size * float(rng.uniform(0.4, 1.0))
        rx = x + float(rng.normal(0, size * 0.9))
        stone = blob(rx, base - s * 0.35, s * 0.7, s * 0.5, rng, lumps=6, rough=0.28)
        scene.paint(
            stone,
            lighten(tone, float(rng.uniform(-0.06, 0.06))),
            name="rock",
            depth=depth,
            relief=0.7,
            mottle=0.1,
        )


def tufts(scene: Scene, *, top: float, bottom: float, count: int, colour: Colour) -> None:
    """Grass at the viewer's feet: blades in clumps, larger lower down."""
    rng = scene.rng
    path = skia.Path()
    for _ in range(count):
        share = float(rng.random()) ** 0.7
        y, x = top + (bottom - top) * share, float(rng.uniform(0, scene.width))
        h = 10 + 34 * share
        for _ in range(5):
            lean = float(rng.normal(0, h * 0.35))
            path.addPath(
                polygon(
                    [
                        (x - 1.4, y),
                        (x + lean * 0.5, y - h * 0.6),
                        (x + lean, y - h),
                        (x + lean * 0.5 + 1.4, y - h * 0.55),
                        (x + 1.6, y),
                    ]
                )
            )
            x += float(rng.normal(0, 5))
    scene.paint(path, colour, name="grass", depth=0.9, mottle=0.08, detail=True)
