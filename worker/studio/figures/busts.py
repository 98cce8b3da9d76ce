"""Portrait busts: a head built of planes, the hair and beard, and what is worn."""

import numpy as np

from worker.studio.figures import profile
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, limb, oval, polygon, smooth, union


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
        parts += _face(rng, skin, turn, wears, hair)
    parts += _worn(rng, wears)
    return Form(tuple(parts))


def _shoulders(rng: Rng, woman: bool) -> "object":
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
    parts: list[Part] = []
    if woman and "uniform" not in wears:
        depth = float(rng.uniform(0.12, 0.26))
        parts.append(
            Part(
                smooth(
                    [
                        (-0.17, -0.36),
                        (0.0, -0.4),
                        (0.18, -0.36),
                        (0.08, -0.36 + depth),
                        (-0.06, -0.36 + depth),
                    ]
                ),
                skin,
                -0.02,
                relief=0.4,
            )
        )
        if rng.random() < 0.5:
            parts.append(
                Part(
                    limb(
                        [
                            (-0.2, -0.35),
                            (-0.08, -0.36 + depth),
                            (0.09, -0.36 + depth),
                            (0.21, -0.34),
                        ],
                        [0.03, 0.05, 0.05, 0.03],
                    ),
                    "linen",
                    relief=0.5,
                )
            )
    else:
        parts.append(
            Part(polygon([(-0.11, -0.42), (0.02, -0.12), (0.13, -0.42)]), "linen", relief=0.2)
        )
        lapel = [(-0.14, -0.42), (-0.26, -0.28), (-0.06, -0.06), (0.02, -0.12)]
        parts += [
            Part(polygon(lapel), cloth, -0.07, relief=0.2, detail=True),
            Part(
                polygon([(-x * 0.95 + 0.04, y) for x, y in lapel]),
                cloth,
                0.05,
                relief=0.2,
                detail=True,
            ),
        ]
        if wears & {"necktie", "uniform"} or rng.random() < 0.35:
            parts.append(
                Part(
                    polygon(
                        [
                            (-0.03, -0.39),
                            (0.05, -0.39),
                            (0.03, -0.33),
                            (0.06, -0.16),
                            (0.015, -0.11),
                            (-0.03, -0.16),
                            (-0.01, -0.33),
                        ]
                    ),
                    "accent",
                    relief=0.4,
                )
            )
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
        parts += [
            Part(
                blob(0.0, -0.4 + 0.02 * i, 0.27 - 0.04 * i, 0.085, rng, lumps=19, rough=0.1),
                "white",
                -0.06 * i,
                relief=0.4,
            )
            for i in range(2)
        ]
    return parts


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


def _face(rng: Rng, skin: str, turn: float, wears: frozenset[str], hair: str) -> list[Part]:
    cx, eye_y = 0.025 + turn, -0.69
    gap = float(rng.uniform(0.068, 0.08))
    parts: list[Part] = []
    # The shaded side of nose, sockets and cheek first, then the few dark accents.
    for side in (-1, 1):
        ex = cx + side * gap
        parts += [
            Part(oval(ex, eye_y - 0.004, 0.046, 0.03), skin, -0.11, relief=0, detail=True),
            Part(
                smooth(
                    [
                        (ex - 0.034, eye_y + 0.004),
                        (ex, eye_y - 0.013),
                        (ex + 0.034, eye_y + 0.003),
                        (ex, eye_y + 0.015),
                    ]
                ),
                "white",
                -0.09,
                relief=0,
                detail=True,
            ),
            Part(oval(ex + 0.006, eye_y, 0.012, 0.0135), "ink", relief=0, detail=True),
            Part(
                limb(
                    [(ex - 0.038, eye_y + 0.003), (ex, eye_y - 0.016), (ex + 0.037, eye_y + 0.002)],
                    [0.006, 0.011, 0.005],
                ),
                "ink",
                0.03,
                relief=0,
                detail=True,
            ),
            Part(
                limb(
                    [
                        (ex - 0.045 * side - 0.004, eye_y - 0.042),
                        (ex, eye_y - 0.056),
                        (ex + 0.046 * side, eye_y - 0.04),
                    ],
                    [0.017, 0.016, 0.007],
                ),
                hair,
                -0.02,
                relief=0,
                detail=True,
            ),
        ]
    nose_y = -0.585
    parts += [
        Part(
            polygon(
                [
                    (cx + 0.004, eye_y - 0.03),
                    (cx + 0.036, nose_y + 0.004),
                    (cx + 0.012, nose_y + 0.016),
                    (cx - 0.024, nose_y + 0.008),
                    (cx - 0.004, nose_y - 0.03),
                ]
            ),
            skin,
            -0.09,
            relief=0,
            detail=True,
        ),
        Part(
            limb([(cx + 0.006, eye_y), (cx + 0.021, nose_y - 0.012)], [0.008, 0.018]),
            skin,
            0.09,
            relief=0,
            detail=True,
        ),
        Part(
            limb(
                [
                    (cx - 0.026, nose_y + 0.006),
                    (cx + 0.005, nose_y + 0.014),
                    (cx + 0.034, nose_y + 0.004),
                ],
                [0.01, 0.008, 0.009],
            ),
            skin,
            -0.24,
            relief=0,
            detail=True,
        ),
    ]
    mood = float(rng.uniform(-0.012, 0.008)) if "smiling" not in wears else -0.022
    mouth = limb(
        [(cx - 0.05, -0.523 + mood), (cx, -0.518), (cx + 0.046, -0.523 + mood)],
        [0.005, 0.013, 0.005],
    )
    lower = smooth([(cx - 0.036, -0.516), (cx, -0.514), (cx + 0.034, -0.516), (cx, -0.494)])
    parts += [
        Part(lower, "red_cloth", 0.16, relief=0.2, detail=True),
        Part(mouth, "blood", -0.04, relief=0, detail=True),
    ]
    if "beard" in wears:
        parts.append(
            Part(
                smooth(
                    [
                        (-0.15, -0.6),
                        (-0.13, -0.46),
                        (cx - 0.03, -0.3),
                        (cx + 0.04, -0.3),
                        (cx + 0.135, -0.46),
                        (cx + 0.15, -0.61),
                        (cx + 0.1, -0.535),
                        (cx + 0.04, -0.548),
                        (cx - 0.04, -0.548),
                        (-0.09, -0.53),
                    ]
                ),
                hair,
                relief=0.7,
            )
        )
        parts.append(Part(mouth, "blood", -0.05, relief=0, detail=True))
    if wears & {"mustache", "beard"}:
        parts.append(
            Part(
                smooth(
                    [
                        (cx - 0.085, -0.525),
                        (cx - 0.03, -0.563),
                        (cx, -0.55),
                        (cx + 0.03, -0.563),
                        (cx + 0.085, -0.52),
                        (cx + 0.03, -0.533),
                        (cx, -0.53),
                        (cx - 0.03, -0.533),
                    ]
                ),
                hair,
                0.03,
                relief=0.4,
            )
        )
    if "eyeglasses" in wears:
        for side in (-1, 1):
            parts.append(
                Part(union(*_ring(cx + side * (gap + 0.004), eye_y, 0.06)), "ink", relief=0)
            )
        parts.append(
            Part(
                limb([(cx - 0.018, eye_y - 0.008), (cx + 0.018, eye_y - 0.008)], [0.01, 0.01]),
                "ink",
                relief=0,
            )
        )
    if "blindfold" in wears or "mask" in wears:
        parts.append(
            Part(
                smooth(
                    [
                        (-0.19, eye_y - 0.05),
                        (cx, eye_y - 0.06),
                        (cx + 0.17, eye_y - 0.045),
                        (cx + 0.16, eye_y + 0.035),
                        (cx, eye_y + 0.03),
                        (-0.18, eye_y + 0.04),
                    ],
                    tension=0.3,
                ),
                "black",
                relief=0.4,
            )
        )
    return parts


def _ring(x: float, y: float, r: float) -> list["object"]:
    points: list[Point] = [
        (x + r * float(np.cos(a)), y + r * 0.85 * float(np.sin(a)))
        for a in np.linspace(0, 2 * np.pi, 14)
    ]
    return [limb(points, [0.011, 0.011], steps=3)]


def _long_hair(rng: Rng) -> "object":
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


def _worn(rng: Rng, wears: frozenset[str]) -> list[Part]:
    parts: list[Part] = []
    tint = str(rng.choice(["black", "deep", "hide", "red_cloth"]))
    if "top hat" in wears:
        parts += [
            Part(
                polygon([(-0.19, -0.84), (-0.2, -1.16), (0.2, -1.16), (0.19, -0.84)]),
                "black",
                0.03,
                relief=0.7,
            ),
            Part(
                limb([(-0.32, -0.83), (0.0, -0.86), (0.33, -0.83)], [0.03, 0.05, 0.03]),
                "black",
                relief=0.4,
            ),
        ]
    elif "hat" in wears:
        parts += [
            Part(
                smooth(
                    [
                        (-0.2, -0.83),
                        (-0.19, -1.0),
                        (-0.05, -1.06),
                        (0.06, -1.03),
                        (0.19, -1.0),
                        (0.21, -0.83),
                    ]
                ),
                tint,
                0.04,
                relief=0.8,
            ),
            Part(
                smooth(
                    [
                        (-0.4, -0.83),
                        (-0.15, -0.9),
                        (0.15, -0.9),
                        (0.42, -0.81),
                        (0.1, -0.8),
                        (-0.1, -0.81),
                    ],
                    tension=0.45,
                ),
                tint,
                relief=0.6,
            ),
            Part(
                limb([(-0.2, -0.875), (0.0, -0.895), (0.2, -0.87)], [0.035, 0.04, 0.035]),
                "accent",
                relief=0.2,
                detail=True,
            ),
        ]
    elif "cap" in wears:
        parts += [
            Part(
                smooth([(-0.21, -0.8), (-0.22, -0.93), (0.0, -1.0), (0.2, -0.93), (0.21, -0.82)]),
                tint,
                relief=0.8,
            ),
            Part(
                limb([(0.02, -0.83), (0.2, -0.82), (0.33, -0.78)], [0.04, 0.05, 0.02]), tint, -0.06
            ),
        ]
    elif "bonnet" in wears:
        parts += [
            Part(
                smooth(
                    [
                        (-0.25, -0.48),
                        (-0.28, -0.78),
                        (-0.14, -0.99),
                        (0.08, -1.01),
                        (0.24, -0.9),
                        (0.2, -0.83),
                        (0.05, -0.88),
                        (-0.12, -0.84),
                        (-0.18, -0.72),
                        (-0.19, -0.52),
                    ]
                ),
                "linen",
                relief=0.7,
            ),
            Part(
                limb([(-0.21, -0.5), (-0.06, -0.41), (0.08, -0.42)], [0.03, 0.03, 0.05]), "accent"
            ),
        ]
    elif "crown" in wears:
        parts.append(
            Part(
                polygon(
                    [
                        (-0.2, -0.83),
                        (-0.23, -1.06),
                        (-0.12, -0.95),
                        (-0.06, -1.1),
                        (0.0, -0.96),
                        (0.07, -1.1),
                        (0.13, -0.95),
                        (0.24, -1.05),
                        (0.21, -0.83),
                    ]
                ),
                "gold",
                relief=0.6,
            )
        )
    elif "helmet" in wears:
        parts += [
            Part(
                smooth(
                    [
                        (-0.23, -0.6),
                        (-0.24, -0.86),
                        (-0.1, -1.03),
                        (0.1, -1.03),
                        (0.24, -0.86),
                        (0.22, -0.7),
                        (0.05, -0.8),
                        (-0.12, -0.74),
                    ]
                ),
                "metal",
                relief=1.0,
            ),
            Part(
                limb([(-0.2, -0.95), (0.0, -1.12), (0.22, -1.02)], [0.03, 0.11, 0.02]),
                "red_cloth",
                relief=0.6,
            ),
        ]
    elif "turban" in wears:
        parts += [
            Part(blob(0.0, -0.93, 0.27, 0.15, rng, lumps=13, rough=0.06), "linen", relief=0.8),
            Part(
                limb([(-0.25, -0.9), (0.0, -0.98), (0.25, -0.85)], [0.03, 0.06, 0.02]),
                "accent",
                relief=0.4,
                detail=True,
            ),
        ]
    elif "veil" in wears:
        parts.append(
            Part(
                smooth(
                    [
                        (-0.32, -0.1),
                        (-0.3, -0.66),
                        (-0.17, -0.96),
                        (0.06, -1.01),
                        (0.24, -0.86),
                        (0.29, -0.6),
                        (0.33, -0.12),
                        (0.22, -0.36),
                        (0.2, -0.68),
                        (0.1, -0.85),
                        (-0.06, -0.86),
                        (-0.18, -0.7),
                        (-0.19, -0.38),
                    ]
                ),
                str(rng.choice(["blue", "black", "linen"])),
                relief=0.8,
            )
        )
    if "necklace" in wears:
        parts += [
            Part(
                oval(-0.12 + 0.048 * i, -0.37 + 0.115 * float(np.sin(np.pi * i / 5)), 0.02, 0.02),
                "gold",
                relief=0.9,
            )
            for i in range(6)
        ]
    if "earring" in wears:
        parts.append(Part(oval(-0.175, -0.565, 0.02, 0.028), "white", relief=0.9))
    return parts
