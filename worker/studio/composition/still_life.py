"""Still life: a table edge, a backdrop, things grouped in a triangle about the tallest."""

from worker.studio.brief import Brief
from worker.studio.colour import lighten, mix
from worker.studio.composition.family import Family
from worker.studio.composition.staging import stand
from worker.studio.noise import Rng
from worker.studio.outline import box, polygon, smooth
from worker.studio.scene import Scene
from worker.studio.shapes import NOTO, glyph_form, noto_glyphs


def compose(scene: Scene, brief: Brief) -> None:
    """Wall, cloth, table, then the group from the back to the front."""
    rng, w, h = scene.rng, scene.width, scene.height
    table = h * float(rng.uniform(0.6, 0.68))
    _backdrop(scene, brief, table)
    _table(scene, rng, table)
    things = brief.waiting()[:6]
    order = sorted(range(len(things)), key=lambda i: -_size(things[i].height))
    centre = w * float(rng.choice([0.44, 0.56]))
    spread = w * 0.62 / max(len(things), 2)
    for rank, index in enumerate(order):
        subject = things[index]
        step = (rank + 1) // 2 * (1 if rank % 2 else -1)
        x = centre + step * spread * 0.95 + w * float(rng.uniform(-0.02, 0.02))
        base = table + (h - table) * (0.16 + 0.13 * rank)
        size = h * _size(subject.height) * (1.0, 1.0, 0.96, 0.84, 0.76, 0.7)[len(things) - 1]
        stand(
            scene,
            brief,
            subject,
            x=min(max(x, w * 0.16), w * 0.84),
            base=base,
            height=size,
            depth=0.86 + 0.03 * rank,
        )
    if len(things) < 3:
        _company(scene, brief, rng, table, centre, 3 - len(things))


def _size(height: float) -> float:
    """Share of the picture's height: small things are drawn large, large ones as if carved."""
    return min(max(0.2 + 0.55 * height, 0.22), 0.54)


def _backdrop(scene: Scene, brief: Brief, table: float) -> None:
    rng, w = scene.rng, scene.width
    p = scene.palette
    dark = brief.light.hour in ("night", "storm", "evening") or brief.moods.get("grief", 0) > 0
    wall = mix(p.ink, p.deep, 0.45) if dark else mix(p.cool, p.pale, float(rng.uniform(0.2, 0.8)))
    lit = lighten(wall, 0.12)
    scene.paint(
        box(-5, -5, w + 5, table + 10), wall, below=lit, name="wall", depth=0.2, mottle=0.08
    )
    scene.glow(
        x=w * (0.5 + 0.4 * scene.light.side),
        y=table * 0.25,
        radius=w * 0.55,
        colour=lit,
        strength=0.5,
    )
    if brief.wants("window") or rng.random() < 0.3:
        x = w * (0.78 if scene.light.side > 0 else 0.08)
        scene.paint(
            box(x, table * 0.12, x + w * 0.16, table * 0.68),
            mix(p.paper, p.cool, 0.2),
            name="window",
            depth=0.1,
        )
        scene.paint(
            box(x + w * 0.075, table * 0.12, x + w * 0.085, table * 0.68),
            p.deep,
            name="window bar",
            depth=0.15,
        )
        brief.tell_scenery("the window in the wall", "window", "sky", "sun")
    if brief.wants("curtain") or rng.random() < 0.45:
        side = -1 if scene.light.side > 0 else 1
        edge = 0 if side < 0 else w
        fall = smooth(
            [
                (edge + side * 30, -20),
                (edge - side * w * 0.34, -20),
                (edge - side * w * 0.22, table * 0.4),
                (edge - side * w * 0.27, table * 0.72),
                (edge - side * w * 0.08, table + 6),
                (edge + side * 30, table + 6),
            ],
            tension=0.3,
        )
        scene.paint(
            fall,
            p.local("red_cloth" if rng.random() < 0.5 else "deep"),
            name="curtain",
            depth=0.3,
            relief=0.5,
            mottle=0.1,
            flow=1.5,
        )
        brief.tell_scenery("a hanging at the side", "curtain")


def _table(scene: Scene, rng: Rng, table: float) -> None:
    w, h, p = scene.width, scene.height, scene.palette
    wood = p.local(str(rng.choice(["wood", "stone", "linen", "red_cloth", "deep"])))
    scene.paint(
        box(-5, table, w + 5, h + 5),
        lighten(wood, 0.05),
        below=lighten(wood, -0.12),
        name="table",
        depth=0.7,
        mottle=0.1,
        stretch=6,
    )
    if rng.random() < 0.6:
        cloth = smooth(
            [
                (w * 0.1, table + 14),
                (w * 0.55, table + 8),
                (w * 0.72, table + h * 0.1),
                (w * 0.6, h * 0.9),
                (w * 0.5, h * 1.03),
                (w * 0.36, h * 0.92),
                (w * 0.2, h * 0.98),
                (w * 0.14, h * 0.8),
            ],
            tension=0.4,
        )
        scene.paint(cloth, p.local("linen"), name="cloth", depth=0.75, relief=0.5, mottle=0.05)
    scene.paint(
        polygon([(-5, h * 0.965), (w + 5, h * 0.965), (w + 5, h + 5), (-5, h + 5)]),
        lighten(wood, -0.22),
        name="table edge",
        depth=0.95,
    )


def _company(scene: Scene, brief: Brief, rng: Rng, table: float, centre: float, count: int) -> None:
    """Fruit and such that a table would have anyway, smaller than the subjects."""
    company = [
        ("red apple", "fruit_red"),
        ("pear", "straw"),
        ("lemon", "yellow"),
        ("grapes", "violet"),
    ]
    for i in range(count):
        name, tint = company[int(rng.integers(len(company)))]
        x = centre + scene.width * float(rng.choice([-1, 1])) * (0.12 + 0.1 * i)
        base = table + (scene.height - table) * (0.5 + 0.12 * i)
        size = scene.height * 0.11
        scene.shadow(x=x, base=base, width=size)
        scene.place(
            glyph_form(noto_glyphs()[name], tint=tint),
            x=x,
            base=base,
            height=size,
            depth=1,
            name=name,
        )
    brief.materials.add(NOTO)


STILL_LIFE = Family(
    "still life",
    {"still life": 1.1, "thing": 0.75, "flower": 0.6, "plant": 0.6, "music": 0.4, "death": 0.3,
     "fish": 0.3, "person": -1.1, "animal": -0.9, "building": -0.9, "wide": -1.2, "tree": -0.9,
     "boat": -0.6, "sea": -0.3, "interior": -0.6},
    compose,
    base=0.1,
    open_air=-0.5,
    needs=1,
)  # fmt: skip
