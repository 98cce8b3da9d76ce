"""Portrait busts: a head built of planes, the hair and beard, and what is worn."""

import skia

from worker.studio.figures import profile
from worker.studio.figures.faces import face
from worker.studio.figures.headwear import worn
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, oval, polygon, smooth


def bust(rng: Rng, *, wears: frozenset[str] = frozenset(), sex: str = "any") -> Form:
    """Head and shoulders, one unit tall, in three-quarter view or in profile to the right.

    `wears` may name: hat, top hat, cap, bonnet, crown, helmet, turban, veil, halo, beard,
    mustache, eyeglasses, necktie, necklace, earring, uniform, ruff, old, blindfold, mask.
    """
    woman = sex == "woman" or (sex == "any" and rng.random() < 0.5)
    skin = "brown_skin" if rng.random() < 0.3 else "skin"
    hair = (
        "grey_fur" if "old" in wears else str(rng.choice(["hair", "bark", "fur", "straw", "black"]))
    )
    cloth = str(rng.choice(["cloth", "red_cloth", "deep", "slate", "hide", "accent", "black"]))
    turn = float(rng.uniform(0.01, 0.05))
    aside = wears <= profile.FITS and rng.random() < 0.4
    parts: list[Part] = []
    if "halo" in wears:
        parts.append(Part(oval(0.02, -0.68, 0.33, 0.33), "gold", 0.06, relief=0.15, flow=0.0))
    if woman and not aside and "veil" not in wears:
        parts.append(Part(_long_hair(rng), hair, relief=0.8))
    parts.append(Part(_shoulders(rng, woman), cloth, relief=0.7))
    parts += _costume(rng, wears, woman, cloth, skin)
    if aside:
        parts += profile.profile_head(rng, skin=skin, hair=hair, woman=woman, wears=wears)
    else:
        parts += _head(rng, skin, turn, woman)
        parts += _hair(rng, hair, woman, wears)
        parts += face(rng, skin, turn, wears, hair)
    parts += worn(rng, wears)
    return Form(tuple(parts))


def _shoulders(rng: Rng, woman: bool) -> skia.Path:
    w = 0.42 if woman else 0.52
    drop = float(rng.uniform(0.0, 0.04))
    return smooth(
        [
            (-w - 0.06, 0.02),
            (-w, -0.2 + drop),
            (-0.3, -0.33),
            (-0.12, -0.4),
            (0.12, -0.4),
            (0.28, -0.33),
            (w - 0.04, -0.2 + drop),
            (w + 0.04, 0.02),
            (0.0, 0.04),
        ],
        tension=0.42,
    )


def _costume(rng: Rng, wears: frozenset[str], woman: bool, cloth: str, skin: str) -> list[Part]:
    if woman and "uniform" not in wears:
        parts = _neckline(rng, skin)
    else:
        parts = _lapels(cloth)
        if wears & {"necktie", "uniform"} or rng.random() < 0.35:
            parts.append(_necktie())
    if "uniform" in wears:
        parts += [
            Part(limb([(x, -0.25), (x * 1.18, -0.18)], [0.1, 0.06]), "gold", relief=0.6)
            for x in (-0.4, 0.4)
        ]
        parts += [
            Part(oval(0.1, -0.2 + 0.075 * i, 0.016, 0.016), "gold", relief=0.5, detail=True)
            for i in range(3)
        ]
    if "ruff" in wears:
        folds = [
            blob(0.0, -0.4 + 0.02 * i, 0.27 - 0.04 * i, 0.085, rng, lumps=19, rough=0.1)
            for i in range(2)
        ]
        parts += [Part(fold, "white", -0.06 * i, relief=0.4) for i, fold in enumerate(folds)]
    return parts


def _neckline(rng: Rng, skin: str) -> list[Part]:
    depth = float(rng.uniform(0.12, 0.26))
    low = -0.36 + depth
    bare = smooth([(-0.17, -0.36), (0.0, -0.4), (0.18, -0.36), (0.08, low), (-0.06, low)])
    parts = [Part(bare, skin, -0.02, relief=0.4)]
    if rng.random() < 0.5:
        edge = [(-0.2, -0.35), (-0.08, low), (0.09, low), (0.21, -0.34)]
        parts.append(Part(limb(edge, [0.03, 0.05, 0.05, 0.03]), "linen", relief=0.5))
    return parts


def _lapels(cloth: str) -> list[Part]:
    shirt = polygon([(-0.11, -0.42), (0.02, -0.12), (0.13, -0.42)])
    lapel = [(-0.14, -0.42), (-0.26, -0.28), (-0.06, -0.06), (0.02, -0.12)]
    other = [(-x * 0.95 + 0.04, y) for x, y in lapel]
    return [
        Part(shirt, "linen", relief=0.2),
        Part(polygon(lapel), cloth, -0.07, relief=0.2, detail=True),
        Part(polygon(other), cloth, 0.05, relief=0.2, detail=True),
    ]


def _necktie() -> Part:
    knot_and_tail = [
        (-0.03, -0.39), (0.05, -0.39), (0.03, -0.33), (0.06, -0.16), (0.015, -0.11),
        (-0.03, -0.16), (-0.01, -0.33),
    ]  # fmt: skip
    return Part(polygon(knot_and_tail), "accent", relief=0.4)


def _head(rng: Rng, skin: str, turn: float, woman: bool) -> list[Part]:
    jaw = 0.125 if woman else 0.15
    w = float(rng.uniform(0.165, 0.195))
    neck = polygon([(-0.09, -0.36), (-0.085, -0.55), (0.1, -0.55), (0.11, -0.36), (0.01, -0.3)])
    face = smooth(
        [
            (-w, -0.72),
            (-w * 0.92, -0.6),
            (-jaw * 0.8, -0.5),
            (0.01 + turn, -0.435),
            (jaw + turn, -0.5),
            (w * 0.98 + turn * 0.5, -0.62),
            (w + turn * 0.3, -0.74),
            (w * 0.7, -0.87),
            (0.0, -0.91),
            (-w * 0.75, -0.86),
        ]
    )
    under = smooth(
        [(-0.085, -0.5), (0.0, -0.445), (0.1, -0.49), (0.1, -0.42), (0.0, -0.37), (-0.08, -0.44)]
    )
    return [
        Part(neck, skin, -0.06, relief=0.6),
        Part(under, skin, -0.17, relief=0.1, detail=True),
        Part(oval(-w + 0.005, -0.66, 0.028, 0.05), skin, -0.08, relief=0.6),
        Part(face, skin, relief=1.0, flow=1.2),
    ]


def _long_hair(rng: Rng) -> skia.Path:
    fall = float(rng.uniform(-0.42, -0.2))
    return smooth(
        [
            (-0.21, -0.8),
            (-0.27, -0.6),
            (-0.25, fall),
            (0.0, fall - 0.04),
            (0.24, fall),
            (0.26, -0.62),
            (0.2, -0.82),
            (0.0, -0.97),
        ]
    )


def _hair(rng: Rng, hair: str, woman: bool, wears: frozenset[str]) -> list[Part]:
    if "bald" in wears:
        return []
    part_x = float(rng.uniform(-0.07, 0.09))
    if woman:
        cap = smooth(
            [
                (-0.215, -0.56),
                (-0.225, -0.76),
                (-0.12, -0.935),
                (0.05, -0.965),
                (0.2, -0.88),
                (0.235, -0.72),
                (0.215, -0.58),
                (0.19, -0.7),
                (0.12, -0.79),
                (part_x, -0.85),
                (-0.1, -0.8),
                (-0.17, -0.7),
            ]
        )
        knot = (
            [Part(blob(-0.2, -0.86, 0.1, 0.09, rng), hair, -0.03, relief=0.8)]
            if rng.random() < 0.4
            else []
        )
        return [*knot, Part(cap, hair, relief=0.8, flow=0.9)]
    return [
        Part(
            smooth(
                [
                    (-0.2, -0.6),
                    (-0.215, -0.76),
                    (-0.13, -0.92),
                    (0.03, -0.955),
                    (0.18, -0.89),
                    (0.215, -0.76),
                    (0.18, -0.8),
                    (0.1, -0.845),
                    (part_x, -0.84),
                    (-0.08, -0.82),
                    (-0.155, -0.77),
                    (-0.168, -0.66),
                ]
            ),
            hair,
            relief=0.8,
            flow=0.9,
        )
    ]
