"""Garden: beds of flowers near the eye, a path on the axis, clipped trees and a wall behind."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import stand
from worker.studio.outline import blob, box, limb, oval, polygon
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water
from worker.studio.scenery.trees import bush, tree


def compose(scene: Scene, brief: Brief) -> None:
    """Symmetry, broken by the subjects."""
    rng, w, h = scene.rng, scene.width, scene.height
    horizon = h * float(rng.uniform(0.34, 0.42))
    sky.paint_sky(scene, horizon)
    brief.tell_scenery("the sky over the wall", "sky", "clouds", "sun", "moon", "stars")
    land.rise(scene, base=horizon + 30, height=h * 0.08, depth=0.3)
    brief.tell_scenery("beyond the garden", "hills", "mountains", "cliffs", "sea")
    for subject in brief.waiting("building", "wide")[:1]:
        stand(
            scene,
            brief,
            subject,
            x=w * 0.5,
            base=horizon + h * 0.05,
            height=h * 0.3,
            depth=0.5,
            shadow=False,
        )
    _hedges(scene, horizon)
    _lawn(scene, brief, horizon)
    for row in range(3):
        _bed(scene, horizon + h * (0.17 + 0.15 * row), 14 + 13 * row, 0.55 + 0.18 * row)
    _subjects(scene, brief)
    _bed(scene, h * 0.99, 62, 1.0)
    weather(scene, brief, horizon)


def _hedges(scene: Scene, horizon: float) -> None:
    """Clipped hedges left and right, and trees behind them."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    hedge = p.local("needles", depth=0.6)
    scene.paint(
        box(-5, horizon - 4, w * 0.38, horizon + h * 0.1),
        hedge,
        name="hedge",
        depth=0.5,
        relief=0.2,
        mottle=0.14,
    )
    scene.paint(
        box(w * 0.62, horizon - 4, w + 5, horizon + h * 0.1),
        hedge,
        name="hedge",
        depth=0.5,
        relief=0.2,
        mottle=0.14,
    )
    kind = str(rng.choice(["cypress", "blossom", "poplar", "oak"]))
    for x in (0.08, 0.26, 0.74, 0.92):
        scene.place(
            tree(rng, kind=kind),
            x=w * x,
            base=horizon + h * 0.1,
            height=h * float(rng.uniform(0.3, 0.38)),
            depth=0.6,
            name="tree",
        )


def _lawn(scene: Scene, brief: Brief, horizon: float) -> None:
    """Grass, the walk on the axis, and a pool where water is asked for."""
    w, h, p = scene.width, scene.height, scene.palette
    lawn = land.ground_colour(scene, 0.8)
    scene.paint(
        box(-5, horizon + h * 0.08, w + 5, h + 5),
        lawn,
        below=lighten(lawn, -0.08),
        name="lawn",
        depth=0.6,
        mottle=0.1,
        stretch=3,
    )
    brief.tell_scenery("the lawn", "field", "forest")
    walk = mix(p.pale, p.local("sand"), 0.5)
    scene.paint(
        polygon(
            [
                (w * 0.46, horizon + h * 0.08),
                (w * 0.54, horizon + h * 0.08),
                (w * 0.74, h + 5),
                (w * 0.26, h + 5),
            ]
        ),
        walk,
        name="walk",
        depth=0.65,
        mottle=0.06,
        flow=1.57,
    )
    brief.tell_scenery("the walk down the middle", "path", "beach")
    if brief.wants("lake", "river"):
        scene.paint(
            oval(w * 0.5, h * 0.66, w * 0.3, h * 0.08),
            mix(p.cool, p.pale, 0.3),
            name="pool",
            depth=0.45,
            mottle=0.08,
            stretch=4,
        )
        water.reflect(scene, h * 0.6, h * 0.74, strength=0.4)
        brief.tell_scenery("a pool on the axis", "lake", "river")


def _bed(scene: Scene, base: float, size: float, depth: float) -> None:
    """A row of shrubs with flowers on both sides of the walk."""
    rng, w, p = scene.rng, scene.width, scene.palette
    tints = [
        str(t)
        for t in rng.choice(
            ["petal", "yellow", "white", "red_cloth", "violet", "accent", "orange"], 2
        )
    ]
    for side in (-1, 1):
        for i in range(5):
            x = w * 0.5 + side * (w * (0.14 + 0.1 * i) + size * 1.3)
            scene.place(
                bush(rng),
                x=x,
                base=base + float(rng.normal(0, 4)),
                height=size * 1.3,
                depth=depth,
                name="bush",
            )
        for _ in range(26):
            x = w * 0.5 + side * (w * float(rng.uniform(0.14, 0.52)) + size)
            y = base - size * float(rng.uniform(0.1, 1.25))
            r = size * float(rng.uniform(0.09, 0.2))
            flower = blob(x, y, r, r, rng, lumps=6, rough=0.25)
            scene.paint(
                flower,
                p.local(tints[int(rng.integers(2))], depth=depth),
                name="flower",
                depth=depth,
                relief=0.3,
                detail=size < 30,
            )


def _subjects(scene: Scene, brief: Brief) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    for i, subject in enumerate(brief.waiting("tree")[:1]):
        stand(
            scene, brief, subject, x=w * (0.14 + 0.7 * i), base=h * 0.86, height=h * 0.66, depth=0.9
        )
    actors = brief.waiting("person", "animal", "thing", "fish", "sign", "boat")[:3]
    for i, subject in reversed(list(enumerate(actors))):
        x = w * ((0.46, 0.7, 0.24)[i] + float(rng.uniform(-0.03, 0.03)))
        size = h * min(max(0.44 * subject.height, 0.26), 0.5)
        stand(scene, brief, subject, x=x, base=h * (0.86 - 0.04 * i), height=size, depth=0.95)
    for i, subject in enumerate(brief.waiting("plant")[:2]):
        x = w * (0.8 - 0.6 * i)
        stem = limb([(x, h), (x + 8, h * 0.8), (x - 4, h * 0.62)], [13, 11, 8])
        scene.paint(stem, scene.palette.local("foliage"), name="stem", depth=1)
        stand(scene, brief, subject, x=x, base=h * 0.68, height=h * 0.28, depth=1, shadow=False)
    for i, subject in enumerate(brief.waiting("bird")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * (0.3 + 0.42 * i),
            base=h * (0.4 + 0.1 * i),
            height=h * 0.2,
            depth=1,
            shadow=False,
        )


GARDEN = Family(
    "garden",
    {
        "garden": 1.25,
        "flower": 0.5,
        "spring": 0.3,
        "plant": 0.35,
        "boat": -0.9,
        "fish": -0.5,
        "snow": -0.6,
    },
    compose,
)
