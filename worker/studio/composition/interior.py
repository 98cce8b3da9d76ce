"""Interior: a room in one-point perspective, a window for the light, people and things in it."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.outline import box, limb, polygon, smooth
from worker.studio.scene import Scene
from worker.studio.scenery import sky


def compose(scene: Scene, brief: Brief) -> None:
    """Back wall, side walls, floor, window with its patch of light, furniture, figures."""
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    left, right = w * float(rng.uniform(0.14, 0.24)), w * float(rng.uniform(0.76, 0.86))
    top, floor = h * float(rng.uniform(0.1, 0.16)), h * float(rng.uniform(0.62, 0.68))
    wall = p.local(
        str(rng.choice(["plaster", "slate", "warm", "cool", "foliage", "red_cloth", "stone"]))
    )
    wall = (
        mix(wall, p.pale, 0.25)
        if scene.light.hour not in ("night", "storm")
        else mix(wall, p.ink, 0.45)
    )
    boards = p.local(str(rng.choice(["wood", "thatch", "bark", "stone"])))
    lit_right = scene.light.side > 0
    scene.paint(box(-5, -5, w + 5, top + 5), lighten(wall, 0.1), name="ceiling", depth=0.3)
    scene.paint(
        box(left, top, right, floor),
        wall,
        below=lighten(wall, -0.05),
        name="wall",
        depth=0.2,
        mottle=0.07,
        flow=1.57,
    )
    scene.paint(
        polygon([(-5, -30), (left, top), (left, floor), (-5, h * 1.06)]),
        lighten(wall, 0.06 if lit_right else -0.13),
        name="side wall",
        depth=0.4,
        mottle=0.07,
        flow=1.57,
    )
    scene.paint(
        polygon([(w + 5, -30), (right, top), (right, floor), (w + 5, h * 1.06)]),
        lighten(wall, -0.13 if lit_right else 0.06),
        name="side wall",
        depth=0.4,
        mottle=0.07,
        flow=1.57,
    )
    scene.paint(
        polygon([(left, floor), (right, floor), (w + 60, h + 30), (-60, h + 30)]),
        boards,
        below=lighten(boards, -0.1),
        name="floor",
        depth=0.6,
        mottle=0.09,
        stretch=0.4,
    )
    for i in range(-7, 8):
        scene.paint(
            limb(
                [(w / 2 + i * (right - left) / 14, floor), (w / 2 + i * w * 0.11, h + 10)], [1.5, 5]
            ),
            lighten(boards, -0.12),
            name="board",
            depth=0.6,
            detail=True,
            opacity=0.6,
        )
    _window(scene, brief, left, right, top, floor)
    _furnish(scene, brief, left, right, top, floor)
    _people(scene, brief, floor)


def _window(
    scene: Scene, brief: Brief, left: float, right: float, top: float, floor: float
) -> None:
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    x = left + (right - left) * (0.6 if scene.light.side > 0 else 0.08)
    views = brief.waiting("building", "wide", "tree", "boat")[:2]
    width = (right - left) * (0.38 if views else 0.2)
    high = (floor - top) * (0.7 if views else 0.58)
    y = top + (floor - top) * 0.14
    frame = mix(p.paper, p.local("wood"), 0.4)
    scene.paint(box(x - 9, y - 9, x + width + 9, y + high + 9), frame, name="frame", depth=0.3)
    upper, lower = sky.sky_colours(scene)
    scene.paint(
        box(x, y, x + width, y + high),
        upper,
        below=mix(lower, p.paper, 0.3),
        name="pane",
        depth=0.0,
    )
    for i, subject in enumerate(views):
        stand(
            scene,
            brief,
            subject,
            x=x + width * (0.5 + 0.2 * i),
            base=y + high,
            height=high * 0.9,
            widest=width,
            depth=0.75,
            shadow=False,
            how="seen through the window",
        )
    for subject in brief.subjects:
        if subject.scenery and subject.scenery not in ("curtain", "window", "shadow"):
            brief.tell(subject, "what the window gives on to, and its light")
    scene.paint(
        box(x + width / 2 - 4, y, x + width / 2 + 4, y + high), frame, name="bar", depth=0.3
    )
    scene.paint(
        box(x, y + high * 0.48, x + width, y + high * 0.48 + 7), frame, name="bar", depth=0.3
    )
    brief.tell_scenery("the window in the back wall", "window", "shadow")
    drift = -scene.light.side * w * 0.2
    patch = polygon(
        [
            (x + drift * 0.5, floor + h * 0.05),
            (x + width + drift * 0.5, floor + h * 0.05),
            (x + width * 1.3 + drift, floor + h * 0.22),
            (x - width * 0.1 + drift, floor + h * 0.22),
        ]
    )
    scene.paint(
        patch, mix(p.paper, p.warm, 0.2), name="light", depth=0.6, opacity=0.5, detail=True, soft=4
    )
    scene.glow(
        x=x + width / 2,
        y=y + high / 2,
        radius=w * 0.3,
        colour=mix(p.paper, p.pale, 0.3),
        strength=0.28,
    )
    if brief.wants("curtain") or rng.random() < 0.55:
        cloth = p.local(str(rng.choice(["red_cloth", "linen", "foliage", "cloth", "gold"])))
        for side in (-1, 1):
            edge = x if side < 0 else x + width
            fall = smooth(
                [
                    (edge + side * width * 0.3, y - 16),
                    (edge - side * width * 0.16, y - 16),
                    (edge + side * width * 0.05, y + high * 0.6),
                    (edge - side * width * 0.02, y + high + 36),
                    (edge + side * width * 0.34, y + high + 36),
                ],
                tension=0.3,
            )
            scene.paint(fall, cloth, name="curtain", depth=0.4, relief=0.5, mottle=0.1, flow=1.5)
        brief.tell_scenery("the curtain at the window", "curtain")


def _furnish(
    scene: Scene, brief: Brief, left: float, right: float, top: float, floor: float
) -> None:
    rng, w, h, p = scene.rng, scene.width, scene.height, scene.palette
    side = 0.26 if scene.light.side > 0 else 0.74
    pictures = brief.waiting("sign", "bird", "fish")[:1]
    x = left + (right - left) * side
    size = (floor - top) * 0.36
    y = top + (floor - top) * 0.2
    scene.paint(
        box(x - size * 0.62, y - 8, x + size * 0.62, y + size + 8),
        p.local("gold"),
        name="picture frame",
        depth=0.3,
        relief=0.2,
    )
    scene.paint(
        box(x - size * 0.54, y, x + size * 0.54, y + size),
        mix(p.pale, p.cool, 0.3),
        below=mix(p.warm, p.deep, 0.3),
        name="picture",
        depth=0.3,
        mottle=0.2,
    )
    for subject in pictures:
        stand(
            scene,
            brief,
            subject,
            x=x,
            base=y + size * 0.92,
            height=size * 0.8,
            depth=0.8,
            shadow=False,
            fixed=True,
            how="in the picture on the wall",
        )
    things = brief.waiting("thing", "plant")[:4]
    if not things:
        return
    wood = p.local(str(rng.choice(["wood", "bark", "hide"])))
    tx, ty, tw = w * (0.68 if side < 0.5 else 0.32), h * 0.74, w * 0.27
    for leg in (-0.9, 0.9):
        scene.paint(
            limb([(tx + leg * tw, ty), (tx + leg * tw * 0.96, h * 0.95)], [17, 11]),
            lighten(wood, -0.08),
            name="table leg",
            depth=0.8,
            relief=0.4,
        )
    scene.paint(
        polygon(
            [
                (tx - tw * 0.86, ty - h * 0.05),
                (tx + tw * 0.86, ty - h * 0.05),
                (tx + tw, ty),
                (tx - tw, ty),
            ]
        ),
        lighten(wood, 0.1),
        name="table top",
        depth=0.8,
    )
    scene.paint(box(tx - tw, ty, tx + tw, ty + 16), wood, name="table", depth=0.8, relief=0.2)
    for i, subject in enumerate(things):
        share = (i + 0.5) / len(things) - 0.5
        large = subject.height > 0.55
        size = h * min(max(0.5 * subject.height, 0.2), 0.34)
        at = (
            (tx + share * tw * 1.7, ty - h * 0.012)
            if not large
            else (w * (0.84 if tx < w / 2 else 0.14), h * 0.92)
        )
        stand(scene, brief, subject, x=at[0], base=at[1], height=size, depth=0.92)


def _people(scene: Scene, brief: Brief, floor: float) -> None:
    w, h = scene.width, scene.height
    for i, subject in enumerate(brief.waiting("person", "animal")[:3]):
        x = w * ((0.3, 0.56, 0.76)[i] if scene.light.side > 0 else (0.7, 0.44, 0.24)[i])
        base = h * (0.94 - 0.06 * i)
        size = h * 0.52 * min(max(subject.height, 0.4), 1.1)
        stand(scene, brief, subject, x=x, base=base, height=size, depth=0.97 - 0.05 * i)


INTERIOR = Family(
    "interior",
    {"interior": 1.5, "music": 0.2, "quiet": 0.15, "person": 0.1, "boat": -0.5},
    compose,
    open_air=-0.35,
    needs=1,
)
