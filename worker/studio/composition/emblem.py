"""Emblem: one sign in the middle of a field, companions about it, a border that holds them."""

import math

import skia

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.outline import box, limb, oval, polygon, smooth
from worker.studio.scene import Scene


def compose(scene: Scene, brief: Brief) -> None:
    """Ground, border, rays or wreath, the sign, its companions below it."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    ground = rng.choice(3)
    field, frame = ((p.deep, p.warm), (mix(p.pale, p.paper, 0.4), p.deep), (p.accent, p.ink))[
        int(ground)
    ]
    scene.paint(box(-5, -5, w + 5, h + 5), frame, name="border", depth=0.1, mottle=0.06)
    m = min(w, h) * 0.075
    _border(scene, m)
    scene.paint(
        box(m, m, w - m, h - m),
        field,
        below=lighten(field, -0.05),
        name="field",
        depth=0.15,
        mottle=0.07,
    )
    cx, cy, r = w / 2, h * 0.44, min(w, h) * 0.31
    _halo(scene, cx, cy, r, lighten(field, 0.12 if ground != 1 else -0.08))
    subjects = brief.waiting()
    if subjects:
        stand(
            scene,
            brief,
            subjects[0],
            x=cx,
            base=cy + r * 0.86,
            height=r * 1.66,
            depth=1,
            shadow=False,
            fixed=True,
            flip=False,
            how=f"the sign itself, in the middle, as {subjects[0].thing}",
        )
    _base(scene, brief, cx, cy, r)
    companions = brief.waiting()[:4]
    for i, subject in enumerate(companions):
        across = (i - (len(companions) - 1) / 2) / max(len(companions), 2)
        stand(
            scene,
            brief,
            subject,
            x=cx + across * w * 0.86,
            base=h - m * 1.5,
            height=h * 0.26,
            depth=1,
            fixed=True,
            shadow=False,
            how=f"at the foot of the emblem, as {subject.thing}",
        )


def _border(scene: Scene, m: float) -> None:
    """A running pattern along the four sides."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    path = skia.Path()
    step = m * 0.62
    shape = int(rng.integers(3))
    for horizontal in (True, False):
        length = w if horizontal else h
        for i in range(int(length / step) + 1):
            at = (i + 0.5) * step
            for edge in (m * 0.5, (h if horizontal else w) - m * 0.5):
                x, y = (at, edge) if horizontal else (edge, at)
                s = m * 0.2
                if shape == 0:
                    path.addPath(polygon([(x - s, y), (x, y - s), (x + s, y), (x, y + s)]))
                elif shape == 1:
                    path.addPath(oval(x, y, s * 0.8, s * 0.8))
                else:
                    path.addPath(
                        smooth([(x - s, y + s), (x, y - s), (x + s, y + s), (x, y + s * 0.2)])
                    )
    scene.paint(path, mix(p.paper, p.warm, 0.3), name="pattern", depth=0.12, detail=True)


def _halo(scene: Scene, cx: float, cy: float, r: float, tone: tuple[float, float, float]) -> None:
    rng, p = scene.rng, scene.palette
    kind = str(rng.choice(["rays", "disc", "wreath", "mandorla"]))
    if kind == "rays":
        rays = skia.Path()
        n = int(rng.choice([16, 20, 24]))
        for i in range(n):
            a, b = 2 * math.pi * i / n, 2 * math.pi * (i + 0.5) / n
            reach = r * (1.5 if i % 2 else 1.32)
            rays.addPath(
                polygon(
                    [
                        (cx + r * 0.3 * math.cos(a), cy + r * 0.3 * math.sin(a)),
                        (cx + reach * math.cos(a), cy + reach * math.sin(a)),
                        (cx + reach * math.cos(b), cy + reach * math.sin(b)),
                    ]
                )
            )
        scene.paint(rays, tone, name="rays", depth=0.2)
    elif kind == "mandorla":
        scene.paint(
            smooth(
                [(cx, cy - r * 1.4), (cx + r * 1.05, cy), (cx, cy + r * 1.3), (cx - r * 1.05, cy)],
                tension=0.6,
            ),
            tone,
            name="mandorla",
            depth=0.2,
            mottle=0.06,
        )
    else:
        scene.paint(oval(cx, cy, r * 1.22, r * 1.22), tone, name="disc", depth=0.2, mottle=0.07)
        scene.paint(
            oval(cx, cy, r * 1.1, r * 1.1),
            lighten(tone, 0.05),
            name="disc",
            depth=0.22,
            mottle=0.07,
        )
    if kind == "wreath":
        for i in range(26):
            a = 2 * math.pi * i / 26 + 0.2
            x, y = cx + r * 1.2 * math.cos(a), cy + r * 1.2 * math.sin(a)
            lean = a + (0.5 if i % 2 else 2.4)
            leaf = limb(
                [
                    (x, y),
                    (x + r * 0.1 * math.cos(lean), y + r * 0.1 * math.sin(lean)),
                    (x + r * 0.22 * math.cos(lean), y + r * 0.22 * math.sin(lean)),
                ],
                [2, r * 0.09, 1],
            )
            scene.paint(leaf, p.local("foliage"), name="leaf", depth=0.4, relief=0.4)


def _base(scene: Scene, brief: Brief, cx: float, cy: float, r: float) -> None:
    """A strip of sea, hills or cloud for what is scenery in the brief, else a scroll."""
    w, h, p = scene.width, scene.height, scene.palette
    m = min(w, h) * 0.075
    top = cy + r * 1.06
    words = [s.scenery for s in brief.subjects if s.scenery]
    if not words:
        ribbon = smooth(
            [
                (w * 0.16, top + 30),
                (w * 0.3, top - 4),
                (w * 0.5, top + 22),
                (w * 0.7, top - 4),
                (w * 0.84, top + 30),
                (w * 0.7, top + 40),
                (w * 0.5, top + 64),
                (w * 0.3, top + 40),
            ],
            tension=0.4,
        )
        scene.paint(ribbon, mix(p.paper, p.warm, 0.12), name="scroll", depth=0.8, relief=0.4)
        return
    bands = [p.cool, mix(p.cool, p.deep, 0.5), p.deep]
    for i, band in enumerate(bands):
        y = top + i * (h - m - top) * 0.3
        waves = [(m + (w - 2 * m) * k / 12, y + (14 if k % 2 else -14)) for k in range(13)]
        scene.paint(
            polygon([*waves, (w - m, h - m), (m, h - m)]),
            band,
            name="band",
            depth=0.3 + 0.2 * i,
            relief=0.1,
        )
    for subject in brief.subjects:
        if subject.scenery:
            brief.tell(subject, "the bands at the foot of the emblem")


EMBLEM = Family(
    "emblem",
    {"emblem": 0.95, "royal": 0.5, "sacred": 0.35, "sign": 0.8, "thing": 0.15, "mystery": 0.2},
    compose,
    base=0.75,
    open_air=-0.45,
    framed=True,
    needs=1,
)
