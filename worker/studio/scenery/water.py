"""Water: the sea, rivers and pools, which hold the sky's colours and what stands at their edge."""

import numpy as np
import skia

from worker.studio.colour import mix
from worker.studio.noise import cloud
from worker.studio.outline import Point, common, limb, polygon
from worker.studio.scene import Scene
from worker.studio.scenery.sky import sky_colours


def paint_water(scene: Scene, top: float, bottom: float, *, rough: float = 0.3) -> None:
    """A body of water from `top` to `bottom`, with the sky in it and waves larger towards us."""
    high, low = sky_colours(scene)
    p = scene.palette
    far = mix(low, p.cool, 0.5)
    near = mix(mix(high, p.deep, 0.55), p.local("water"), 0.25)
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(-5, top, scene.width + 5, bottom + 5))
    scene.paint(path, far, below=near, name="water", depth=0.45, mottle=0.07, stretch=7.0)
    _waves(scene, top, bottom, rough)
    _path_of_light(scene, top, bottom)


def reflect(scene: Scene, top: float, bottom: float, *, strength: float = 0.5) -> None:
    """Mirror what stands above the waterline into the water, broken by ripples."""
    first = int(max(top, 0) * scene.scale)
    last = min(int(bottom * scene.scale), scene.pixels[0])
    rows = min(last - first, first)
    if rows < 4:
        return
    mirror = scene.colour[first - rows : first][::-1]
    ripple = (
        (cloud((rows, scene.pixels[1]), scene.rng, cell=0.03, octaves=2, stretch=6) - 0.5)
        * 34
        * scene.scale
    )
    ripple *= np.linspace(0.25, 1.6, rows, dtype=np.float32)[:, None]
    columns = np.clip(np.arange(scene.pixels[1])[None, :] + ripple, 0, scene.pixels[1] - 1).astype(
        np.int32
    )
    broken = mirror[np.arange(rows)[:, None], columns]
    water = (scene.depth[first : first + rows] == np.float32(0.45))[..., None]
    fade = np.linspace(strength, strength * 0.25, rows, dtype=np.float32)[:, None, None]
    scene.colour[first : first + rows] += (
        (broken - scene.colour[first : first + rows]) * fade * water
    )


def _waves(scene: Scene, top: float, bottom: float, rough: float) -> None:
    rng, p = scene.rng, scene.palette
    crest = mix(p.paper, p.cool, 0.25 if scene.light.hour != "night" else 0.7)
    trough = mix(p.deep, p.ink, 0.3)
    for tone, opacity, number in (
        (trough, 0.4, 90),
        (crest, 0.5 + 0.4 * rough, 60 + int(110 * rough)),
    ):
        path = skia.Path()
        for _ in range(number):
            share = float(rng.random()) ** 0.8
            y, x = top + (bottom - top) * share, float(rng.uniform(-60, scene.width + 60))
            span = (16 + 120 * share) * float(rng.uniform(0.5, 1.3))
            lift = (1.2 + 11 * share) * rough * float(rng.uniform(0.6, 1.5))
            thick = 0.8 + 5 * share * (0.4 + rough)
            path.addPath(
                limb(
                    [
                        (x - span, y),
                        (x - span * 0.3, y - lift),
                        (x + span * 0.3, y - lift * 0.7),
                        (x + span, y + 1),
                    ],
                    [0.5, thick, thick * 0.8, 0.4],
                    steps=5,
                )
            )
        scene.paint(path, tone, name="wave", depth=0.45, mottle=0, opacity=opacity, detail=True)


def breaker(scene: Scene, *, x: float, base: float, size: float, flip: bool = False) -> None:
    """One great wave that rears, curls and breaks."""
    p, s = scene.palette, -1 if flip else 1

    def at(points: list[Point]) -> list[Point]:
        return [(x + s * px * size, base + py * size) for px, py in points]

    back = at(
        [
            (-1.6, 0.2),
            (-1.1, -0.15),
            (-0.6, -0.62),
            (-0.1, -0.98),
            (0.3, -1.02),
            (0.62, -0.85),
            (0.74, -0.62),
            (0.66, -0.58),
            (0.42, -0.72),
            (0.12, -0.62),
            (-0.02, -0.35),
            (0.1, -0.1),
            (0.6, 0.05),
            (1.5, 0.2),
        ]
    )
    tone = mix(p.deep, p.local("water"), 0.4)
    body = polygon(_eased(back))
    scene.paint(
        body,
        mix(tone, p.ink, 0.35),
        below=mix(tone, p.cool, 0.2),
        name="breaker",
        depth=0.8,
        relief=0.5,
        flow=-0.6 * s,
        mottle=0.06,
    )
    for i in range(4):
        t = i * 0.12
        line = at(
            [
                (-1.2 + t, 0.0 - t * 0.4),
                (-0.62 + t, -0.5 + t * 0.2),
                (-0.12 + t * 0.8, -0.84 + t * 0.4),
                (0.3, -0.9 + t * 0.55),
            ]
        )
        scene.paint(
            common(limb(line, [1, size * 0.02, size * 0.016, 1]), body),
            mix(p.pale, tone, 0.4),
            name="streak",
            depth=0.8,
            detail=True,
            mottle=0,
        )
    foam = skia.Path()
    for _ in range(46):
        t = float(scene.rng.random())
        fx, fy = (
            np.interp(t, [0, 0.4, 0.75, 1], [-0.15, 0.3, 0.66, 0.68]),
            np.interp(t, [0, 0.4, 0.75, 1], [-0.98, -1.02, -0.8, -0.56]),
        )
        r = size * float(scene.rng.uniform(0.018, 0.055))
        foam.addCircle(
            x + s * (fx + float(scene.rng.normal(0, 0.04))) * size,
            base + (fy + float(scene.rng.normal(0, 0.035))) * size,
            r,
        )
    scene.paint(foam, p.paper, name="foam", depth=0.82, relief=0.3, mottle=0.02)


def _eased(points: list[Point]) -> list[Point]:
    knots = np.asarray(points)
    at = np.linspace(0, len(points) - 1, len(points) * 5)
    return [
        (
            float(np.interp(t, range(len(points)), knots[:, 0])),
            float(np.interp(t, range(len(points)), knots[:, 1])),
        )
        for t in at
    ]


def _path_of_light(scene: Scene, top: float, bottom: float) -> None:
    if scene.light.hour not in ("night", "evening", "dawn"):
        return
    rng, p = scene.rng, scene.palette
    x = scene.width * (0.5 + 0.34 * scene.light.side)
    tone = mix(p.paper, p.accent, 0.1 if scene.light.hour == "night" else 0.4)
    glints = skia.Path()
    for i in range(46):
        t = i / 46
        y = top + (bottom - top) * t**1.3
        span = (8 + 70 * t) * float(rng.uniform(0.3, 1.0))
        gx = x + float(rng.normal(0, 8 + 34 * t))
        glints.addPath(
            limb([(gx - span, y), (gx, y - 1), (gx + span, y)], [0.5, 1.5 + 4 * t, 0.5], steps=3)
        )
    scene.paint(glints, tone, name="glint", depth=0.45, mottle=0, opacity=0.75, detail=True)
