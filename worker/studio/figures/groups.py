"""People together, and people with wings, horses or plinths: figures made of several forms."""

from collections.abc import Callable
from dataclasses import replace

import skia

from worker.studio.figures.animals import quadruped
from worker.studio.figures.people import person
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import box, cut, limb, moved, oval, polygon, union


def _at(form: Form, x: float, scale: float, *, y: float = 0.0, flip: bool = False) -> Form:
    """The form moved sideways by `x` and up by `y`, scaled about its base, perhaps turned round."""
    matrix = skia.Matrix()
    matrix.setScale(-scale if flip else scale, scale)
    matrix.postTranslate(x, -y)
    return Form(tuple(replace(part, path=moved(part.path, matrix)) for part in form.parts))


def _together(*forms: Form) -> Form:
    return Form(tuple(part for form in forms for part in form.parts))


def couple(rng: Rng) -> Form:
    """A man and a woman close to each other."""
    man = person(rng, pose="reaching", dress="coat", hat="topper" if rng.random() < 0.3 else None)
    woman = person(rng, pose="standing", dress="dress")
    return _together(_at(woman, 0.13, 0.93, flip=True), _at(man, -0.1, 1.0))


def mother_and_child(rng: Rng) -> Form:
    """A seated mother with a child on her lap."""
    mother = person(
        rng, pose="sitting", dress="robe", tint="blue", hat="halo" if rng.random() < 0.4 else None
    )
    child = person(rng, pose="sitting", dress="child", tint="linen")
    return _together(mother, _at(child, 0.13, 0.42, y=0.32, flip=True))


def crowd(rng: Rng) -> Form:
    """Some seven people in two rows."""
    forms = []
    for row, count in ((1, 4), (0, 3)):
        for i in range(count):
            dress, hat = (
                ("coat", "brim"),
                ("dress", "bonnet"),
                ("robe", None),
                ("coat", "topper"),
            )[int(rng.integers(4))]
            pose = str(rng.choice(["standing", "walking", "standing", "reaching"]))
            one = person(rng, pose=pose, dress=dress, hat=hat)
            x = (i - (count - 1) / 2) * 0.3 + float(rng.normal(0, 0.02))
            forms.append(
                _at(one, x, float(rng.uniform(0.84, 0.92)), y=0.07 * row, flip=rng.random() < 0.5)
            )
    return _together(*forms)


def family(rng: Rng) -> Form:
    """Father, mother and a child between them."""
    return _together(
        _at(person(rng, pose="standing", dress="coat"), -0.2, 1.0),
        _at(person(rng, pose="standing", dress="dress"), 0.22, 0.94, flip=True),
        _at(person(rng, pose="standing", dress="child"), 0.02, 0.6),
    )


def rider(rng: Rng) -> Form:
    """Someone on a horse."""
    horse = _at(quadruped(rng, kind="horse"), 0.0, 0.78)
    who = person(rng, pose="sitting", dress=str(rng.choice(["uniform", "coat"])), hat="brim")
    return _together(horse, _at(who, -0.06, 0.62, y=0.3))


def angel(rng: Rng) -> Form:
    """A robed figure with spread wings."""
    pose = str(rng.choice(["arms raised", "standing", "reaching"]))
    body = person(rng, pose=pose, dress="robe", tint="linen", hat="halo")
    wings = []
    for side in (-1, 1):
        for i in range(6):
            tip = (side * (0.46 - 0.045 * i), -0.98 + 0.13 * i)
            feather = limb(
                [(side * 0.04, -0.74 + 0.02 * i), (side * 0.27, -0.94 + 0.1 * i), tip],
                [0.04, 0.12, 0.02],
            )
            wings.append(Part(feather, "white" if i % 2 else "petal", 0.02 * i, relief=0.5))
    return _together(Form(tuple(wings)), body)


def statue(rng: Rng) -> Form:
    """A figure in stone on a plinth."""
    pose = str(rng.choice(["standing", "reaching", "arms raised", "bowed"]))
    figure = person(rng, pose=pose, dress=str(rng.choice(["robe", "bare"])))
    tones = {"hair": -0.1, "ink": -0.3}
    stone = Form(
        tuple(replace(p, tint="stone", tone=p.tone + tones.get(p.tint, 0.03)) for p in figure.parts)
    )
    plinth = Form(
        (
            Part(box(-0.17, -0.2, 0.17, 0), "stone", -0.08, relief=0.3),
            Part(box(-0.21, -0.24, 0.21, -0.19), "plaster", relief=0.2),
            Part(box(-0.21, -0.03, 0.21, 0.0), "plaster", relief=0.2),
        )
    )
    return _together(plinth, _at(stone, 0.0, 0.77, y=0.23))


def table(rng: Rng) -> Form:
    """A laid table."""
    cloth = str(rng.choice(["linen", "red_cloth", "wood"]))
    legs = [
        Part(limb([(x, -0.7), (x * 1.04, 0.0)], [0.09, 0.06]), "wood", relief=0.6)
        for x in (-0.72, 0.72)
    ]
    top = Part(box(-0.92, -0.8, 0.92, -0.68), cloth, relief=0.3)
    fall = Part(box(-0.92, -0.7, 0.92, -0.4), cloth, -0.05, relief=0.3)
    bowl = Part(oval(0.1, -0.86, 0.24, 0.09), "cloth", relief=0.9)
    fruit = [
        Part(oval(0.1 + dx, -0.93, 0.07, 0.07), tint, relief=0.9)
        for dx, tint in ((-0.1, "fruit_red"), (0.03, "orange"), (0.15, "grass"))
    ]
    return Form((*legs, fall, top, *fruit, bowl))


def cage(rng: Rng) -> Form:
    """A domed bird cage with a bird in it."""
    del rng
    bars = [
        limb([(x, -0.08), (x, -0.6), (x * 0.55, -0.84), (0.0, -0.92)], [0.016, 0.016, 0.014, 0.01])
        for x in (-0.34, -0.23, -0.115, 0.0, 0.115, 0.23, 0.34)
    ]
    hoops = [limb([(-0.34, y), (0.34, y)], [0.018, 0.018]) for y in (-0.34, -0.6)]
    bird = union(
        oval(0.0, -0.36, 0.12, 0.075),
        oval(0.1, -0.45, 0.055, 0.05),
        polygon([(0.14, -0.46), (0.2, -0.44), (0.14, -0.43)]),
        polygon([(-0.09, -0.37), (-0.26, -0.3), (-0.09, -0.32)]),
    )
    base = union(box(-0.39, -0.09, 0.39, 0.0), oval(0.0, -0.95, 0.04, 0.05))
    wire = [Part(bar, "gold", -0.1, relief=0.2) for bar in (*bars, *hoops)]
    return Form((Part(bird, "cloth", relief=0.8), *wire, Part(base, "gold", relief=0.5)))


def cart(rng: Rng) -> Form:
    """A farm cart with one great wheel, its shafts on the ground."""
    wheel = oval(-0.1, -0.3, 0.3, 0.3)
    spokes = [
        limb([(-0.1, -0.3), (-0.1 + 0.27 * x, -0.3 + 0.27 * y)], [0.03, 0.03])
        for x, y in ((1, 0), (0.5, 0.87), (-0.5, 0.87), (-1, 0), (-0.5, -0.87), (0.5, -0.87))
    ]
    bed = polygon([(-0.75, -0.82), (0.55, -0.82), (0.46, -0.4), (-0.66, -0.4)])
    load = polygon([(-0.66, -0.82), (-0.4, -1.0), (-0.05, -0.95), (0.3, -1.0), (0.5, -0.82)])
    planks = [limb([(-0.7, y), (0.5, y)], [0.015, 0.015]) for y in (-0.68, -0.54)]
    return Form(
        (
            Part(limb([(0.4, -0.48), (1.15, -0.1)], [0.06, 0.04]), "wood", -0.1, relief=0.5),
            Part(load, str(rng.choice(["straw", "foliage", "linen"])), relief=0.6),
            Part(bed, "wood", relief=0.4, flow=0.0),
            *(Part(plank, "wood", -0.15, relief=0, detail=True) for plank in planks),
            Part(cut(wheel, oval(-0.1, -0.3, 0.235, 0.235)), "bark", relief=0.4),
            *(Part(spoke, "bark", 0.05, relief=0.3) for spoke in spokes),
            Part(oval(-0.1, -0.3, 0.07, 0.07), "bark", 0.1, relief=0.6),
        )
    )


GROUPS: dict[str, Callable[[Rng], Form]] = {
    "cart": cart,
    "couple": couple,
    "mother and child": mother_and_child,
    "crowd": crowd,
    "family": family,
    "rider": rider,
    "angel": angel,
    "statue": statue,
    "table": table,
    "cage": cage,
}
