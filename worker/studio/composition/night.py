"""Night scene: a great sky, a low dark land in silhouette, and the few lights that are on."""

from worker.studio.brief import Brief
from worker.studio.colour import Colour, mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import stand
from worker.studio.outline import cut, oval
from worker.studio.scene import Scene
from worker.studio.scenery import land, sky, water
from worker.studio.scenery.trees import tree


def compose(scene: Scene, brief: Brief) -> None:
    """Sky over three quarters of the sheet; everything on the ground against it."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    horizon = h * float(rng.uniform(0.6, 0.7))
    sky.paint_sky(scene, horizon, bare=True)
    _moon(scene, horizon)
    brief.tell_scenery(
        "the great sky over three quarters of the sheet", "sky", "stars", "moon", "clouds"
    )
    _land(scene, brief, horizon)
    focus = w * (0.34 if scene.light.side > 0 else 0.66)
    for i, subject in enumerate(brief.waiting("building", "wide", "boat", "tree")[:3]):
        x = focus if i == 0 else w - focus + w * 0.1 * (i - 1)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=horizon + h * (0.09 + 0.05 * i),
            height=h * (0.4 - 0.06 * i),
            depth=0.85,
            shadow=False,
        )
    if not brief.wants("sea", "lake", "river"):
        land.rise(
            scene,
            base=h * 0.9,
            height=h * 0.12,
            depth=0.9,
            bumps=1.4,
            colour=_dark(scene),
            name="foreground",
        )
    _actors(scene, brief, horizon, focus)
    if rng.random() < 0.4:
        scene.place(
            tree(rng, kind="bare"),
            x=w * (0.07 if focus > w / 2 else 0.93),
            base=h,
            height=h * 0.72,
            depth=1,
            name="tree",
            silhouette=p.ink,
        )
    weather(scene, brief, horizon)


def _land(scene: Scene, brief: Brief, horizon: float) -> None:
    """Peaks, dark ground and dark water under the sky."""
    h, p = scene.height, scene.palette
    if brief.wants("mountains"):
        land.mountains(scene, base=horizon + 8, height=h * 0.24, depth=0.3)
        brief.tell_scenery("peaks against the sky", "mountains")
    land.rise(
        scene,
        base=horizon + h * 0.03,
        height=h * 0.07,
        depth=0.4,
        colour=mix(_dark(scene), p.cool, 0.22),
    )
    brief.tell_scenery("dark ground", "hills", "field", "cliffs", "rocks")
    if brief.wants("sea", "lake", "river", "island", "beach"):
        water.paint_water(scene, horizon + h * 0.02, h, rough=0.15)
        water.reflect(scene, horizon + h * 0.02, h * 0.98, strength=0.6)
        brief.tell_scenery(
            "dark water with the light on it", "sea", "lake", "river", "island", "beach"
        )


def _dark(scene: Scene) -> Colour:
    return mix(scene.palette.ink, scene.palette.deep, 0.3)


def _actors(scene: Scene, brief: Brief, horizon: float, focus: float) -> None:
    """People, beasts and things in front, birds in the air."""
    w, h = scene.width, scene.height
    actors = brief.waiting("person", "animal", "thing", "plant", "fish", "sign")[:4]
    for i, subject in reversed(list(enumerate(actors))):
        x = (w - focus, focus, w * 0.5, w * 0.14)[i]
        size = h * min(max(0.4 * subject.height, 0.24), 0.42)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=h * (0.95 - 0.03 * i),
            height=size,
            depth=1,
            shadow=False,
        )
    for i, subject in enumerate(brief.waiting("bird")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=w * (0.3 + 0.35 * i),
            base=h * (0.44 + 0.08 * i),
            height=h * 0.2,
            depth=1,
            shadow=False,
        )


def _moon(scene: Scene, horizon: float) -> None:
    """A larger moon than nature's, full or a sickle."""
    rng, p = scene.rng, scene.palette
    x, y = scene.width * (0.5 + 0.26 * scene.light.side), horizon * float(rng.uniform(0.25, 0.42))
    r = float(rng.uniform(48, 92))
    scene.glow(x=x, y=y, radius=r * 4, colour=mix(p.paper, p.cool, 0.4), strength=0.5)
    disc = oval(x, y, r, r)
    if rng.random() < 0.4:
        disc = cut(disc, oval(x + r * 0.42 * scene.light.side, y - r * 0.1, r * 0.88, r * 0.9))
    scene.paint(disc, mix(p.paper, p.accent, 0.06), name="moon", depth=0.02, mottle=0.06)


NIGHT = Family("night scene", {"night": 1.3, "mystery": 0.4, "dream": 0.3, "grief": 0.15}, compose)
