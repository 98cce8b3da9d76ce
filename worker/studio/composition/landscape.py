"""Landscape: planes of land one behind another, a way into the distance, a focal group."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import Ground, stand
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water
from worker.studio.scenery.trees import tree


def compose(scene: Scene, brief: Brief) -> None:
    """Sky, far range, middle ground with buildings, framing trees, foreground figures."""
    rng = scene.rng
    w, h = scene.width, scene.height
    horizon = h * float(rng.choice([0.26, 0.44, 0.52, 0.66]) + rng.uniform(-0.05, 0.05))
    focus = w * float(rng.choice([0.36, 0.64]))
    sky.paint_sky(scene, horizon)
    brief.tell_scenery("the sky", "sky", "clouds", "sun", "moon", "stars")
    _distance(scene, brief, horizon)
    ground = Ground(horizon, h * 0.93, h * float(rng.uniform(0.3, 0.5)))
    middle = horizon + (h - horizon) * 0.2
    _middle_ground(scene, brief, ground, focus, middle)
    land.rise(
        scene, base=h * 0.84, height=h * 0.1, depth=0.85, bumps=1.2, octaves=3, name="foreground"
    )
    _way_in(scene, brief, focus, middle)
    _framing(scene, brief, ground, focus)
    _foreground(scene, brief, ground, focus)
    weather(scene, brief, horizon)


def _distance(scene: Scene, brief: Brief, horizon: float) -> None:
    rng, h = scene.rng, scene.height
    if brief.wants("mountains") or rng.random() < 0.25:
        land.mountains(
            scene, base=horizon + 10, height=h * float(rng.uniform(0.22, 0.34)), depth=0.25
        )
        brief.tell_scenery("a range in the distance", "mountains")
    land.rise(
        scene, base=horizon + 14, height=h * float(rng.uniform(0.05, 0.13)), depth=0.2, bumps=2.5
    )
    land.rise(scene, base=horizon + h * 0.07, height=h * 0.08, depth=0.42, bumps=2.0)
    brief.tell_scenery("the lie of the land", "hills", "field")
    if brief.wants("sea", "lake", "island"):
        water.paint_water(scene, horizon + h * 0.05, horizon + h * 0.2, rough=0.15)
        water.reflect(scene, horizon + h * 0.05, horizon + h * 0.2)
        brief.tell_scenery("water in the middle distance", "sea", "lake", "island")
    scene.veil(
        horizon - 40, horizon + h * 0.14, scene.palette.haze, 0.5 if brief.wants("mist") else 0.22
    )
    brief.tell_scenery("haze over the valley", "mist")


def _middle_ground(scene: Scene, brief: Brief, ground: Ground, focus: float, middle: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    land.rise(
        scene, base=middle + h * 0.06, height=h * 0.09, depth=0.6, bumps=1.6, name="middle ground"
    )
    if brief.wants("cliffs"):
        land.cliff(
            scene,
            side=-1 if focus > w / 2 else 1,
            base=middle + h * 0.08,
            height=h * 0.42,
            depth=0.5,
        )
        brief.tell_scenery("a cliff at one side", "cliffs")
    _copses(scene, brief, ground, focus, middle)
    for i, subject in enumerate(brief.waiting("building", "wide")[:3]):
        x = focus if i == 0 else w * float(rng.uniform(0.12, 0.88))
        base = middle + h * (0.05 if i == 0 else 0.0)
        size = max(ground.height(base) * subject.height * 1.1, h * 0.13)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=base,
            height=min(size, h * 0.42),
            depth=0.6 - 0.1 * i,
            shadow=False,
        )


def _copses(scene: Scene, brief: Brief, ground: Ground, focus: float, middle: float) -> None:
    """Trees that stand together, away from the focus; a wood now and then, or none at all."""
    rng, w, h = scene.rng, scene.width, scene.height
    kinds = ["bare"] if brief.wants("snow") else ["oak", "poplar", "pine", "birch", "cypress"]
    for _ in range(int(rng.integers(0, 4))):
        kind = str(rng.choice(kinds))
        centre = w * float(rng.uniform(0.02, 0.98))
        if abs(centre - focus) < w * 0.2:
            continue
        for _ in range(int(rng.integers(3, 9))):
            base = middle + h * float(rng.uniform(0.0, 0.06))
            scene.place(
                tree(rng, kind=kind),
                x=centre + float(rng.normal(0, w * 0.055)),
                base=base,
                height=ground.height(base) * float(rng.uniform(1.5, 2.3)),
                depth=0.5,
                name="tree",
            )


def _way_in(scene: Scene, brief: Brief, focus: float, middle: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    start = (w * float(rng.uniform(0.3, 0.7)), h + 10)
    if brief.wants("river"):
        land.path_to(scene, start=start, end=(focus, middle + h * 0.05), width=w * 0.34, water=True)
        brief.tell_scenery("a stream that leads the eye in", "river")
    elif brief.wants("path") or rng.random() < 0.5:
        land.path_to(scene, start=start, end=(focus, middle + h * 0.05), width=w * 0.2)
        brief.tell_scenery("a path that leads the eye in", "path")
    if brief.wants("rocks", "cliffs"):
        land.rocks(scene, x=w * (1 - focus / w), base=h * 0.9, size=h * 0.08, depth=0.9)
        brief.tell_scenery("boulders in the foreground", "rocks")


def _framing(scene: Scene, brief: Brief, ground: Ground, focus: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    side = 0.1 if focus > w / 2 else 0.9
    trees = brief.waiting("tree")
    for i, subject in enumerate(trees[:3]):
        x = w * (side if i == 0 else float(rng.uniform(0.15, 0.85)))
        base = h * (0.92 - 0.12 * i)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=base,
            height=min(ground.height(base) * subject.height, h * 0.8),
            depth=0.95 - 0.15 * i,
        )
    brief.tell_scenery("a stand of trees", "forest") if brief.wants("forest") and trees else None
    if brief.wants("forest") and not trees:
        for i in range(6):
            base = h * float(rng.uniform(0.66, 0.9))
            scene.place(
                tree(rng, kind=str(rng.choice(["oak", "pine", "pine"]))),
                x=w * ((0.04 + 0.06 * i) if side < 0.5 else (0.96 - 0.06 * i)),
                base=base,
                height=ground.height(base) * 2.2,
                depth=0.8,
                name="tree",
            )
        brief.tell_scenery("a stand of trees at the edge", "forest")
    elif not trees and rng.random() < 0.4:
        dark = mix(scene.palette.ink, scene.palette.deep, 0.4)
        scene.place(
            tree(rng, kind=str(rng.choice(["oak", "pine", "birch"]))),
            x=w * side,
            base=h * 0.98,
            height=h * 0.78,
            depth=1,
            name="tree",
            silhouette=dark,
        )


def _foreground(scene: Scene, brief: Brief, ground: Ground, focus: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    actors = brief.waiting("person", "animal", "thing", "plant", "boat", "fish", "sign")[:4]
    places = [focus + w * 0.02, w - focus, w * 0.5, focus - w * 0.18]
    for i, subject in reversed(list(enumerate(actors))):
        base = h * (0.93 - 0.07 * i)
        x = places[i] + w * float(rng.uniform(-0.06, 0.06))
        size = ground.height(base) * max(subject.height, 0.55)
        stand(scene, brief, subject, x=x, base=base, height=size, depth=1 - 0.12 * i)
    for i, subject in enumerate(brief.waiting("bird")[:2]):
        x, y = w * float(rng.uniform(0.2, 0.8)), ground.horizon * (0.45 + 0.2 * i)
        stand(scene, brief, subject, x=x, base=y, height=h * 0.13, depth=0.9, shadow=False)
    land.tufts(
        scene,
        top=h * 0.86,
        bottom=h * 1.02,
        count=60,
        colour=lighten(land.ground_colour(scene, 1), -0.16),
    )


def weather(scene: Scene, brief: Brief, horizon: float) -> None:
    """What falls from the sky, if it is asked for."""
    if brief.wants("rainbow"):
        sky.rainbow(scene, horizon)
        brief.tell_scenery("a bow in the sky", "rainbow")
    if brief.wants("lightning"):
        sky.lightning(scene, horizon)
        brief.tell_scenery("a bolt over the horizon", "lightning")
    if brief.wants("snow"):
        sky.snow(scene)
        brief.tell_scenery("falling snow and a white ground", "snow")
    if brief.wants("rain"):
        sky.rain(scene)
        brief.tell_scenery("slanting rain", "rain")
    brief.tell_scenery("a dark, driven sky", "storm")


LANDSCAPE = Family(
    "landscape",
    {"field": 1.0, "mountain": 1.2, "forest": 1.0, "nature": 0.4, "river": 0.7, "village": 0.8,
     "desert": 0.8, "tree": 0.5, "animal": 0.5, "building": 0.4, "stone": 0.2, "bird": 0.2,
     "fish": -0.8, "boat": -0.7, "thing": -0.15},
    compose,
    base=0.5,
    open_air=0.1,
)  # fmt: skip
