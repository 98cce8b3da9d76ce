"""Abstract field: shapes, bands and strokes whose rhythm the concepts set; things as cut shapes."""

import hashlib
import math

import numpy as np

from worker.studio.brief import Brief
from worker.studio.colour import Colour, lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.noise import Rng
from worker.studio.outline import blob, box, limb, oval, polygon
from worker.studio.scene import Scene


def compose(scene: Scene, brief: Brief) -> None:
    """A ground, one order of shapes for each of the leading concepts, one accent."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    ground = (p.paper, p.pale, p.deep)[int(rng.integers(3))]
    scene.paint(
        box(-5, -5, w + 5, h + 5),
        ground,
        below=lighten(ground, -0.04),
        name="ground",
        depth=0.1,
        mottle=0.1,
    )
    inks = [c for c in p.colours if c != ground]
    orders = [ORDERS[int(rng.integers(len(ORDERS)))] for _ in range(2)]
    for i, order in enumerate(orders):
        order(scene, rng, inks, 0.2 + 0.25 * i)
    things = brief.waiting()[:4]
    for i, subject in enumerate(things):
        x, y = (
            w * (0.3 + 0.4 * (i % 2)) + float(rng.normal(0, 20)),
            h * (0.55 + 0.38 * (i // 2) if len(things) > 2 else 0.82),
        )
        tone = inks[int(rng.integers(len(inks)))]
        disc = blob(x, y - h * 0.18, h * 0.24, h * 0.22, rng, lumps=7, rough=0.2)
        scene.paint(disc, mix(tone, ground, 0.25), name="patch", depth=0.7, mottle=0.1)
        size = h * (0.42 if len(things) < 3 else 0.3)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=y,
            height=size,
            depth=0.9,
            shadow=False,
            how=f"the cut shape of {subject.thing} among the others",
        )
    _gesture(scene, rng)
    for subject in brief.silent:
        brief.tell(subject, rhythm_of(subject.concept))


def rhythm_of(word: str) -> str:
    """The rhythm that a word gets, always the same for the same word, in words."""
    code = hashlib.sha256(word.encode()).digest()
    beat = ("slow", "even", "quick", "broken", "swelling", "falling")[code[0] % 6]
    shape = ("bands", "arcs", "squares", "strokes", "discs", "wedges")[code[1] % 6]
    return f"in a {beat} rhythm of {shape}"


def _bands(scene: Scene, rng: Rng, inks: list[Colour], depth: float) -> None:
    w, h = scene.width, scene.height
    y = h * float(rng.uniform(0.02, 0.2))
    while y < h * 0.96:
        thick = h * float(rng.choice([0.02, 0.05, 0.09, 0.16])) * float(rng.uniform(0.8, 1.2))
        left, right = w * float(rng.uniform(-0.05, 0.2)), w * float(rng.uniform(0.75, 1.05))
        scene.paint(
            box(left, y, right, y + thick),
            inks[int(rng.integers(len(inks)))],
            name="band",
            depth=depth,
            mottle=0.12,
            stretch=5,
            opacity=0.94,
        )
        y += thick + h * float(rng.uniform(0.01, 0.07))


def _squares(scene: Scene, rng: Rng, inks: list[Colour], depth: float) -> None:
    w, h = scene.width, scene.height
    n = int(rng.integers(3, 6))
    for row in range(n):
        for column in range(n):
            if rng.random() < 0.25:
                continue
            x, y, s = (
                w * (column + 0.5) / n,
                h * (row + 0.5) / n,
                min(w, h) / n * float(rng.uniform(0.28, 0.5)),
            )
            lean = float(rng.normal(0, 0.1))
            corners = [
                (x + s * math.cos(lean + a), y + s * math.sin(lean + a))
                for a in np.arange(4) * math.pi / 2 + math.pi / 4
            ]
            scene.paint(
                polygon(corners),
                inks[int(rng.integers(len(inks)))],
                name="square",
                depth=depth,
                mottle=0.1,
            )


def _discs(scene: Scene, rng: Rng, inks: list[Colour], depth: float) -> None:
    w, h = scene.width, scene.height
    for _ in range(int(rng.integers(5, 12))):
        x, y, r = (
            w * float(rng.random()),
            h * float(rng.random()),
            min(w, h) * float(rng.choice([0.03, 0.07, 0.13, 0.24])),
        )
        scene.paint(
            oval(x, y, r, r),
            inks[int(rng.integers(len(inks)))],
            name="disc",
            depth=depth,
            mottle=0.1,
        )
        if rng.random() < 0.5:
            scene.paint(
                oval(x, y, r * 0.6, r * 0.6),
                inks[int(rng.integers(len(inks)))],
                name="disc",
                depth=depth,
                mottle=0.1,
            )


def _wedges(scene: Scene, rng: Rng, inks: list[Colour], depth: float) -> None:
    w, h = scene.width, scene.height
    cx, cy = w * float(rng.uniform(0.3, 0.7)), h * float(rng.uniform(0.3, 0.7))
    for _ in range(int(rng.integers(5, 9))):
        a, spread, reach = (
            float(rng.uniform(0, 6.28)),
            float(rng.uniform(0.1, 0.5)),
            min(w, h) * float(rng.uniform(0.4, 0.9)),
        )
        scene.paint(
            polygon(
                [
                    (cx, cy),
                    (cx + reach * math.cos(a), cy + reach * math.sin(a)),
                    (cx + reach * math.cos(a + spread), cy + reach * math.sin(a + spread)),
                ]
            ),
            inks[int(rng.integers(len(inks)))],
            name="wedge",
            depth=depth,
            mottle=0.1,
            opacity=0.92,
        )


def _arcs(scene: Scene, rng: Rng, inks: list[Colour], depth: float) -> None:
    w, h = scene.width, scene.height
    cx, cy = w * float(rng.choice([0.0, 1.0, 0.5])), h * float(rng.choice([0.0, 1.0, 0.6]))
    for i in range(9, 1, -1):
        r = min(w, h) * 0.11 * i
        scene.paint(
            oval(cx, cy, r, r * float(rng.uniform(0.9, 1.1))),
            inks[int(rng.integers(len(inks)))],
            name="arc",
            depth=depth,
            mottle=0.1,
        )


def _gesture(scene: Scene, rng: Rng) -> None:
    """One free stroke of the accent over it all."""
    w, h = scene.width, scene.height
    points = [
        (w * float(x), h * float(y))
        for x, y in zip(np.sort(rng.uniform(0.05, 0.95, 5)), rng.uniform(0.1, 0.9, 5), strict=True)
    ]
    scene.paint(
        limb(points, [6, 30, 12, 36, 4], steps=14),
        scene.palette.accent,
        name="gesture",
        depth=1,
        mottle=0.15,
        opacity=0.92,
    )


ORDERS = (_bands, _squares, _discs, _wedges, _arcs)
ABSTRACT = Family("abstract field", {"abstract": 1.5}, compose, base=-0.5, open_air=-0.3)
