"""Skies: the hour's gradient, sun or moon, clouds, stars and weather."""

import numpy as np
import skia

from worker.studio.colour import Colour, lighten, mix
from worker.studio.noise import cloud
from worker.studio.outline import blob, limb, oval, union
from worker.studio.scene import Scene


def sky_colours(scene: Scene) -> tuple[Colour, Colour]:
    """The colour overhead and at the horizon for the scene's hour."""
    p = scene.palette
    return {
        "day": (mix(p.cool, p.pale, 0.25), mix(p.pale, p.paper, 0.5)),
        "dawn": (mix(p.cool, p.pale, 0.35), mix(p.paper, p.accent, 0.22)),
        "evening": (mix(p.deep, p.cool, 0.6), mix(p.warm, p.pale, 0.4)),
        "night": (p.ink, mix(p.deep, p.cool, 0.45)),
        "storm": (mix(p.ink, p.deep, 0.6), mix(p.cool, p.pale, 0.45)),
        "snow": (mix(p.cool, p.pale, 0.5), mix(p.pale, p.paper, 0.7)),
    }[scene.light.hour]


def paint_sky(scene: Scene, horizon: float, *, bare: bool = False) -> None:
    """The whole sky down to `horizon`; with sun or moon and clouds, unless it is to be bare."""
    high, low = sky_colours(scene)
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(-5, -5, scene.width + 5, horizon + 60))
    scene.paint(path, high, below=low, name="sky", depth=0.0, mottle=0.05, stretch=3.0)
    if scene.light.hour == "night":
        _stars(scene, horizon)
    if bare:
        return
    orb(scene, horizon)
    if scene.light.hour != "night":
        _clouds(scene, horizon, low)


def orb(scene: Scene, horizon: float, *, always: bool = False) -> None:
    """Sun or moon where the light comes from."""
    rng, p = scene.rng, scene.palette
    x = scene.width * (0.5 + 0.34 * scene.light.side)
    hour = scene.light.hour
    if not always and (hour == "storm" or (hour == "day" and rng.random() < 0.45)):
        return
    y = {"day": 0.24, "snow": 0.36, "night": 0.26}.get(hour, 0.74) * horizon
    radius = float(rng.uniform(34, 58)) * (1.25 if hour in ("dawn", "evening") else 1)
    colour = mix(p.paper, p.accent, {"evening": 0.65, "dawn": 0.4}.get(hour, 0.05))
    scene.glow(x=x, y=y, radius=radius * 5.5, colour=colour, strength=0.45)
    scene.paint(
        oval(x, y, radius, radius),
        colour,
        name="moon" if hour == "night" else "sun",
        depth=0,
        mottle=0.01,
    )


def _stars(scene: Scene, horizon: float) -> None:
    rng = scene.rng
    for _ in range(int(scene.width * horizon / 5200)):
        x, y = rng.uniform(0, scene.width), horizon * rng.beta(1, 1.6)
        r = 1.1 + 3.2 * rng.random() ** 4
        scene.paint(
            oval(x, y, r, r),
            scene.palette.paper,
            name="star",
            depth=0,
            mottle=0,
            detail=True,
            opacity=float(rng.uniform(0.5, 1)),
        )


def _clouds(scene: Scene, horizon: float, low: Colour) -> None:
    rng, p = scene.rng, scene.palette
    kind = str(rng.choice(["drift", "heap", "bars"]))
    stormy = scene.light.hour == "storm"
    light = mix(low, p.paper, 0.7) if not stormy else mix(p.deep, p.cool, 0.7)
    if kind == "drift" or stormy:
        rows = int(min(horizon + 40, scene.height) * scene.scale)
        shape = (rows, scene.pixels[1])
        mass = cloud(shape, rng, cell=0.42, octaves=6, stretch=2.4)
        fade = np.linspace(1, 0.55, rows, dtype=np.float32)[:, None]
        share = np.clip((mass - 0.47) * 3.2, 0, 0.85) * fade
        shade = np.clip((mass - 0.72) * 2.5, 0, 0.6)[..., None]
        lit = (
            np.asarray(light, dtype=np.float32) * (1 - shade)
            + np.asarray(mix(p.cool, p.deep, 0.3), dtype=np.float32) * shade
        )
        scene.colour[:rows] += (lit - scene.colour[:rows]) * share[..., None]
        return
    for _ in range(int(rng.integers(2, 6))):
        x, y = rng.uniform(0, scene.width), rng.uniform(0.12, 0.78) * horizon
        span = rng.uniform(90, 260) * (0.5 + 0.6 * (1 - y / horizon))
        if kind == "bars":
            bar = limb([(x - span, y), (x, y - span * 0.04), (x + span, y)], [4, span * 0.12, 3])
            scene.paint(bar, light, name="cloud", depth=0.05, mottle=0.03, opacity=0.85, soft=3)
            continue
        lumps = [
            blob(x + span * dx, y - span * dy, span * r, span * r * 0.75, rng)
            for dx, dy, r in (
                (-0.5, 0, 0.24),
                (-0.15, 0.12, 0.36),
                (0.25, 0.07, 0.3),
                (0.6, 0, 0.2),
            )
        ]
        heap = union(
            *lumps,
            limb(
                [(x - span * 0.75, y + span * 0.1), (x + span * 0.8, y + span * 0.1)],
                [span * 0.2, span * 0.16],
            ),
        )
        scene.paint(
            heap,
            lighten(light, 0.03),
            below=mix(light, p.cool, 0.45),
            name="cloud",
            depth=0.05,
            relief=0.25,
            opacity=0.92,
            soft=2,
        )


def rain(scene: Scene) -> None:
    """Slanting rain over everything."""
    rng = scene.rng
    slant = float(rng.uniform(0.12, 0.3)) * (1 if rng.random() < 0.5 else -1)
    path = skia.Path()
    for _ in range(260):
        x, y, n = (
            rng.uniform(-100, scene.width + 100),
            rng.uniform(-50, scene.height),
            rng.uniform(30, 90),
        )
        path.moveTo(x, y)
        path.lineTo(x + slant * n + 1.6, y + n)
        path.lineTo(x + slant * n, y + n)
        path.close()
    scene.paint(path, scene.palette.pale, name="rain", depth=1, mottle=0, detail=True, opacity=0.55)


def snow(scene: Scene) -> None:
    """Falling snow, larger towards the viewer."""
    rng = scene.rng
    for size, count in ((2.2, 150), (4.0, 60), (7.0, 14)):
        path = skia.Path()
        for _ in range(count):
            path.addCircle(
                float(rng.uniform(0, scene.width)),
                float(rng.uniform(0, scene.height)),
                float(size * rng.uniform(0.7, 1.3)),
            )
        scene.paint(
            path, scene.palette.paper, name="snow", depth=1, mottle=0, detail=True, opacity=0.9
        )


def lightning(scene: Scene, horizon: float) -> None:
    """One forked bolt from the cloud to the horizon."""
    rng = scene.rng
    x, y = scene.width * rng.uniform(0.2, 0.8), 0.0
    points = [(x, y)]
    while y < horizon:
        y += float(rng.uniform(30, 80))
        x += float(rng.uniform(-60, 60))
        points.append((x, min(y, horizon)))
    bolt = skia.Path()
    bolt.moveTo(*points[0])
    for point in points[1:]:
        bolt.lineTo(*point)
    for i, (px, py) in enumerate(reversed(points)):
        bolt.lineTo(px + 3 + i * 0.9, py)
    bolt.close()
    scene.glow(x=x, y=horizon * 0.5, radius=260, colour=scene.palette.paper, strength=0.3)
    scene.paint(bolt, scene.palette.paper, name="lightning", depth=0.1, mottle=0)


def rainbow(scene: Scene, horizon: float) -> None:
    """A faint bow opposite the light."""
    x = scene.width * (0.5 - 0.25 * scene.light.side)
    p = scene.palette
    for i, tint in enumerate(
        (
            p.accent,
            p.local("orange"),
            p.local("yellow"),
            p.local("grass"),
            p.cool,
            p.local("violet"),
        )
    ):
        r = scene.width * 0.5 - i * 11
        ring = skia.Path()
        ring.addCircle(x, horizon + 40, r)
        ring.addCircle(x, horizon + 40, r - 11, skia.PathDirection.kCCW)
        scene.paint(
            ring,
            mix(tint, p.paper, 0.25),
            name="rainbow",
            depth=0.02,
            detail=True,
            opacity=0.5,
            soft=3,
            mottle=0,
        )
