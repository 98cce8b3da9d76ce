"""City: a street that runs back between facades to a landmark, and people in it."""

from itertools import pairwise

from worker.studio.brief import Brief
from worker.studio.colour import Colour, lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.landscape import weather
from worker.studio.composition.staging import Ground, stand
from worker.studio.figures.people import person
from worker.studio.outline import box, limb, polygon
from worker.studio.scene import Scene
from worker.studio.scenery import sky
from worker.studio.scenery.townscape import skyscrapers, town


def compose(scene: Scene, brief: Brief) -> None:
    """One vanishing point: facades left and right, the landmark at the end of the street."""
    rng, w, h = scene.rng, scene.width, scene.height
    horizon = h * float(rng.uniform(0.5, 0.6))
    vanish = w * float(rng.uniform(0.4, 0.6))
    sky.paint_sky(scene, horizon)
    brief.tell_scenery("the strip of sky over the street", "sky", "clouds", "sun", "moon", "stars")
    far = skyscrapers if brief.moods.get("modern", 0) or brief.moods.get("industry", 0) else town
    scene.place(far(rng), x=vanish, base=horizon + 12, height=h * 0.22, depth=0.3, name="roofs")
    brief.tell_scenery("lost behind the roofs", "hills", "mountains")
    ground = Ground(horizon, h * 0.95, h * 0.44)
    _street(scene, brief, horizon, vanish)
    landmarks = brief.waiting("wide", "building")[:2]
    for i, subject in enumerate(landmarks):
        stand(
            scene,
            brief,
            subject,
            x=vanish + w * 0.2 * i,
            base=horizon + h * 0.06,
            height=h * (0.46 - 0.1 * i),
            depth=0.62,
            shadow=False,
        )
    for side in (-1, 1):
        _facades(scene, side, horizon, vanish)
    _people(scene, brief, ground, vanish)
    for i, subject in enumerate(brief.waiting("bird")[:2]):
        stand(
            scene,
            brief,
            subject,
            x=vanish + w * 0.1 * (1 - 2 * i),
            base=h * (0.24 + 0.1 * i),
            height=h * 0.15,
            depth=0.9,
            shadow=False,
        )
    weather(scene, brief, horizon)


def _street(scene: Scene, brief: Brief, horizon: float, vanish: float) -> None:
    w, h, p = scene.width, scene.height, scene.palette
    stone = mix(p.pale, p.cool, 0.35) if scene.light.hour != "night" else mix(p.deep, p.cool, 0.3)
    wet = brief.wants("river", "sea", "lake", "rain")
    if wet:
        stone = mix(stone, p.cool, 0.5)
    scene.paint(
        box(-5, horizon, w + 5, h + 5),
        mix(stone, p.haze, 0.4),
        below=lighten(stone, -0.1),
        name="street",
        depth=0.5,
        mottle=0.08,
        stretch=5,
    )
    brief.tell_scenery(
        "the street itself" if not wet else "the wet street",
        "path",
        "river",
        "sea",
        "lake",
        "field",
    )
    for i in range(-6, 7):
        scene.paint(
            limb([(vanish + i * 4, horizon + 6), (vanish + i * w * 0.16, h + 10)], [1, 5]),
            lighten(stone, -0.08),
            name="joint",
            depth=0.5,
            detail=True,
            opacity=0.5,
        )


def _facades(scene: Scene, side: int, horizon: float, vanish: float) -> None:
    """Buildings in steep perspective along one side, near ones last."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    edge = -10.0 if side < 0 else w + 10
    cuts = [0.86, 0.66, 0.42, 0.0]
    for i, (far, near) in enumerate(pairwise(cuts)):
        tint = str(rng.choice(["plaster", "brick", "stone", "slate", "rust", "linen", "warm"]))
        wall = p.local(tint, depth=0.55 + 0.15 * i)
        if side == (1 if scene.light.side > 0 else -1):
            wall = lighten(wall, -0.14)
        storey = h * float(rng.uniform(0.62, 0.95))
        x0, x1 = edge + (vanish - edge) * far, edge + (vanish - edge) * near
        _facade(scene, wall, x0, x1, far, near, horizon=horizon, storey=storey, i=i)


def _facade(
    scene: Scene,
    wall: Colour,
    x0: float,
    x1: float,
    far: float,
    near: float,
    *,
    horizon: float,
    storey: float,
    i: int,
) -> None:
    rng, h, p = scene.rng, scene.height, scene.palette

    def at(share: float, up: float) -> tuple[float, float]:
        """A point on the wall: share 0 far … 1 near, up 0 ground … 1 roof."""
        scale = 1 - (far + (near - far) * share)
        foot, top = horizon + (h * 1.0 - horizon) * scale, horizon - storey * scale
        return x0 + (x1 - x0) * share, foot + (top - foot) * up

    scene.paint(
        polygon([at(0, 0), at(0, 1), at(1, 1), at(1, 0)]),
        wall,
        below=lighten(wall, -0.06),
        name="facade",
        depth=0.6 + 0.12 * i,
        mottle=0.08,
        flow=1.57,
    )
    scene.paint(
        polygon([at(0, 1), at(1, 1), at(1, 0.965), at(0, 0.965)]),
        lighten(wall, 0.1),
        name="cornice",
        depth=0.6 + 0.12 * i,
        detail=True,
    )
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(3, 5))
    for column in range(columns):
        for row in range(rows):
            a, b = (column + 0.26) / columns, (column + 0.74) / columns
            low, high = 0.3 + 0.64 * row / rows, 0.3 + 0.64 * (row + 0.62) / rows
            lit = rng.random() < (0.55 if scene.light.hour in ("night", "evening") else 0.12)
            tone = (
                mix(p.local("gold"), p.paper, 0.3) if lit else lighten(mix(wall, p.ink, 0.6), 0.02)
            )
            scene.paint(
                polygon([at(a, low), at(a, high), at(b, high), at(b, low)]),
                tone,
                name="window",
                depth=0.6,
                detail=True,
                mottle=0.03,
            )
    if rng.random() < 0.7:
        awning = p.local(str(rng.choice(["red_cloth", "accent", "foliage", "cloth"])))
        scene.paint(
            polygon([at(0.1, 0.26), at(0.9, 0.26), at(0.94, 0.19), at(0.06, 0.19)]),
            awning,
            name="awning",
            depth=0.7,
            detail=True,
        )
        scene.paint(
            polygon([at(0.14, 0.18), at(0.86, 0.18), at(0.86, 0.0), at(0.14, 0.0)]),
            mix(wall, p.ink, 0.7),
            name="shop",
            depth=0.7,
            detail=True,
        )


def _people(scene: Scene, brief: Brief, ground: Ground, vanish: float) -> None:
    rng, w, h = scene.rng, scene.width, scene.height
    dark = mix(scene.palette.ink, scene.palette.deep, 0.4)
    for _ in range(int(rng.integers(4, 9))):
        base = ground.horizon + (h - ground.horizon) * float(rng.uniform(0.12, 0.4))
        x = vanish + (base - ground.horizon) / h * w * float(rng.uniform(-1, 1))
        walker = person(
            rng,
            pose=str(rng.choice(["walking", "standing"])),
            dress=str(rng.choice(["coat", "dress"])),
            hat=str(rng.choice(["brim", "topper", "bonnet"])),
        )
        scene.place(
            walker,
            x=x,
            base=base,
            height=ground.height(base),
            depth=0.6,
            name="passer-by",
            silhouette=dark,
        )
    actors = brief.waiting("person", "animal", "thing", "plant", "tree", "boat", "fish", "sign")[:4]
    for i, subject in reversed(list(enumerate(actors))):
        x = vanish + w * (-0.16, 0.2, 0.02, -0.3)[i]
        base = h * (0.95 - 0.05 * i)
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=base,
            height=ground.height(base) * min(max(subject.height, 0.6), 1.6),
            depth=1 - 0.06 * i,
        )


CITY = Family(
    "city", {"city": 1.4, "modern": 0.5, "industry": 0.9, "wide": 0.3}, compose, open_air=-0.15
)
