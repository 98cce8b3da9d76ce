"""Seascape: a low or a high horizon, water in motion, boats, a headland, the beach at our feet."""

from worker.studio.brief import Brief
from worker.studio.colour import mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import Ground, stand
from worker.studio.outline import limb, polygon
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water


def compose(scene: Scene, brief: Brief) -> None:
    """Sky and sea, a coast, boats at three distances, and the shore or a great wave in front."""
    rng, w, h = scene.rng, scene.width, scene.height
    horizon = h * float(rng.choice([0.36, 0.5, 0.62]) + rng.uniform(-0.03, 0.03))
    focus = w * float(rng.choice([0.36, 0.62]))
    rough = 0.95 if brief.wants("storm", "waves", "lightning") else float(rng.uniform(0.1, 0.5))
    sky.paint_sky(scene, horizon)
    brief.tell_scenery("the sky", "sky", "clouds", "sun", "moon", "stars")
    water.paint_water(scene, horizon, h, rough=rough)
    brief.tell_scenery("the whole foreground of water", "sea", "lake", "river")
    ground = Ground(horizon, h * 0.95, h * 0.3)
    _coast(scene, brief, horizon, focus)
    water.reflect(scene, horizon + 4, horizon + h * 0.22, strength=0.4 if rough < 0.5 else 0.12)
    _boats(scene, brief, ground, focus)
    if rough > 0.8:
        water.breaker(
            scene,
            x=w - focus,
            base=h * 0.97,
            size=h * float(rng.uniform(0.36, 0.5)),
            flip=focus < w / 2,
        )
        brief.tell_scenery("a great wave", "waves", "storm")
    else:
        _shore(scene, brief, ground, focus)
    for i, subject in enumerate(brief.waiting("bird")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * float(rng.uniform(0.15, 0.85)),
            base=horizon * (0.5 + 0.2 * i),
            height=h * 0.14,
            depth=0.9,
            shadow=False,
        )
    brief.tell_scenery("the swell", "waves")
    weather(scene, brief, horizon)


def _coast(scene: Scene, brief: Brief, horizon: float, focus: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    side = -1 if focus > w / 2 else 1
    buildings = brief.waiting("building", "wide")[:2]
    if brief.wants("mountains", "island"):
        land.mountains(scene, base=horizon + 4, height=h * 0.2, depth=0.2)
        brief.tell_scenery("blue over the water", "mountains", "island")
    if brief.wants("cliffs", "hills") or buildings or rng.random() < 0.45:
        rise = h * float(rng.uniform(0.1, 0.2)) * (1.5 if brief.wants("cliffs") else 0.8)
        land.cliff(scene, side=side, base=horizon + h * 0.03, height=rise, depth=0.4)
        brief.tell_scenery("a headland", "cliffs", "hills", "rocks")
        for i, subject in enumerate(buildings):
            x = w * (0.16 + 0.2 * i) if side < 0 else w * (0.84 - 0.2 * i)
            stand(
                scene,
                brief,
                subject,
                x=x,
                base=horizon - rise * (0.72 - 0.2 * i) + h * 0.03,
                height=h * (0.26 if i == 0 else 0.18),
                depth=0.5,
                shadow=False,
            )


def _boats(scene: Scene, brief: Brief, ground: Ground, focus: float) -> None:
    w, h = scene.width, scene.height
    rng = scene.rng
    for i, subject in reversed(list(enumerate(brief.waiting("boat")[:3]))):
        base = ground.horizon + (h - ground.horizon) * (0.42 - 0.16 * i)
        x = focus if i == 0 else w * float(rng.uniform(0.15, 0.85))
        size = h * (0.46 - 0.16 * i) * min(max(subject.height / 1.8, 0.4), 1.15)
        stand(
            scene, brief, subject, x=x, base=base, height=size, depth=0.85 - 0.2 * i, shadow=False
        )
        water.reflect(scene, base, base + size * 0.5, strength=0.35)
        foam = limb(
            [(x - size * 0.5, base + 3), (x, base + 6), (x + size * 0.55, base + 2)], [1, 6, 1]
        )
        scene.paint(
            foam,
            mix(scene.palette.paper, scene.palette.cool, 0.3),
            name="wake",
            depth=0.45,
            opacity=0.7,
            detail=True,
        )
    for i, subject in enumerate(brief.waiting("fish")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * (0.3 + 0.35 * i),
            base=h * 0.86,
            height=h * 0.2,
            depth=0.9,
            shadow=False,
        )


def _shore(scene: Scene, brief: Brief, ground: Ground, focus: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    actors = brief.waiting("person", "animal", "thing", "plant", "tree", "sign")[:4]
    if not actors and not brief.wants("beach", "rocks") and rng.random() < 0.6:
        return
    tilt = h * 0.06 * (1 if focus > w / 2 else -1)
    edge = [
        (-10.0, h * 0.8 + tilt),
        (w * 0.3, h * 0.83 + tilt * 0.4),
        (w * 0.7, h * 0.84 - tilt * 0.4),
        (w + 10, h * 0.82 - tilt),
    ]
    sand = mix(scene.palette.local("sand"), land.ground_colour(scene, 1), 0.3)
    scene.paint(
        limb(edge, [14, 22, 14]),
        mix(scene.palette.paper, scene.palette.cool, 0.15),
        name="surf",
        depth=0.8,
        mottle=0.03,
        opacity=0.8,
    )
    scene.paint(
        polygon([*edge, (w + 10, h + 10), (-10, h + 10)]),
        sand,
        name="shore",
        depth=0.9,
        mottle=0.09,
        stretch=3,
    )
    brief.tell_scenery("sand at our feet", "beach")
    if brief.wants("rocks", "cliffs"):
        land.rocks(scene, x=w * 0.15, base=h * 0.9, size=h * 0.09, depth=0.9)
    places = [w - focus, focus, w * 0.5, w * 0.14]
    for i, subject in reversed(list(enumerate(actors))):
        size = h * 0.36 * min(max(subject.height, 0.6), 1.9)
        stand(
            scene,
            brief,
            subject,
            x=places[i] + w * float(rng.uniform(-0.05, 0.05)),
            base=h * (0.95 - 0.035 * i),
            height=size,
            depth=1 - 0.08 * i,
        )


SEASCAPE = Family(
    "seascape",
    {
        "sea": 1.5,
        "harbour": 0.6,
        "boat": 0.8,
        "beach": 0.8,
        "storm": 0.3,
        "river": 0.4,
        "fish": 0.4,
    },
    compose,
)
