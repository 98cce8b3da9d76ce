"""Portrait busts in profile, as on a medal or a donor's panel."""

import skia

from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, limb, oval, polygon, smooth

# What a head turned aside can wear and still be read.
FITS = frozenset(
    ["hat", "top hat", "cap", "crown", "turban", "helmet", "halo", "beard", "necklace", "earring",
     "uniform", "necktie", "ruff", "old", "smiling"]
)  # fmt: skip


def profile_head(
    rng: Rng, *, skin: str, hair: str, woman: bool, wears: frozenset[str]
) -> list[Part]:
    """Neck, face, hair and features of a head that looks to the right."""
    parts = [
        Part(_neck(), skin, -0.06, relief=0.6),
        Part(_face(rng, woman), skin, relief=0.9, flow=1.2),
        *_features(hair, smiling="smiling" in wears),
    ]
    if "beard" in wears:
        parts.append(Part(_beard(), hair, 0.02, relief=0.7))
    return [*parts, *_hair(rng, hair, woman)]


def _neck() -> skia.Path:
    return polygon([(-0.13, -0.3), (-0.12, -0.56), (0.06, -0.54), (0.09, -0.4), (0.14, -0.3)])


def _face(rng: Rng, woman: bool) -> skia.Path:
    nose = 0.2 + float(rng.uniform(-0.012, 0.03)) - (0.012 if woman else 0.0)
    chin = 0.15 + float(rng.uniform(-0.015, 0.02))
    brow = 0.152 + (0.0 if woman else 0.008)
    outline: list[Point] = [
        (-0.12, -0.88), (0.02, -0.91), (0.11, -0.87), (0.148, -0.79), (brow, -0.725),
        (0.14, -0.695), (nose - 0.02, -0.64), (nose, -0.612), (nose - 0.012, -0.597),
        (0.155, -0.587), (0.168, -0.565), (0.152, -0.551), (0.163, -0.533), (0.143, -0.515),
        (chin, -0.475), (chin - 0.02, -0.447), (0.08, -0.448), (0.0, -0.485), (-0.06, -0.54),
        (-0.13, -0.62), (-0.17, -0.75),
    ]  # fmt: skip
    return smooth(outline, tension=0.45)


def _features(hair: str, *, smiling: bool) -> list[Part]:
    lift = 0.012 if smiling else 0.0
    lid = [(0.142, -0.69), (0.11, -0.702), (0.08, -0.688)]
    return [
        Part(polygon([(0.135, -0.686), (0.112, -0.697), (0.086, -0.685)]), "white", -0.05,
             relief=0, detail=True),
        Part(oval(0.122, -0.688, 0.009, 0.011), "ink", relief=0, detail=True),
        Part(limb(lid, [0.006, 0.011, 0.005]), "ink", 0.04, relief=0, detail=True),
        Part(limb([(0.15, -0.733), (0.11, -0.747), (0.068, -0.733)], [0.013, 0.017, 0.006]), hair,
             -0.02, relief=0, detail=True),
        Part(limb([(0.16, -0.552), (0.135, -0.55), (0.108, -0.545 - lift)], [0.008, 0.009, 0.004]),
             "blood", -0.04, relief=0, detail=True),
        Part(limb([(0.185, -0.6), (0.16, -0.606), (0.155, -0.625)], [0.006, 0.008, 0.004]), "hide",
             relief=0, detail=True),
        Part(_ear(), "hide", 0.16, relief=0.3, detail=True),
    ]  # fmt: skip


def _ear() -> skia.Path:
    """The rim of the ear, as one curved stroke."""
    return limb(
        [(-0.02, -0.62), (-0.06, -0.63), (-0.055, -0.69), (-0.02, -0.7), (-0.015, -0.665)],
        [0.01, 0.014, 0.016, 0.014, 0.006],
    )


def _beard() -> skia.Path:
    return smooth(
        [
            (0.0, -0.62), (0.03, -0.57), (0.09, -0.575), (0.165, -0.59), (0.155, -0.55),
            (0.165, -0.53), (0.19, -0.46), (0.15, -0.33), (0.06, -0.37), (-0.02, -0.48),
        ],
        tension=0.4,
    )  # fmt: skip


def _hair(rng: Rng, hair: str, woman: bool) -> list[Part]:
    if not woman:
        cap: list[Point] = [
            (0.12, -0.84), (0.1, -0.93), (-0.04, -0.97), (-0.19, -0.9), (-0.235, -0.74),
            (-0.19, -0.58), (-0.13, -0.53), (-0.09, -0.6), (-0.08, -0.69), (-0.02, -0.73),
            (0.0, -0.8), (0.07, -0.83),
        ]  # fmt: skip
        return [Part(smooth(cap), hair, relief=0.8, flow=0.9)]
    style = int(rng.integers(3))
    wave: list[Point] = [
        (0.13, -0.84), (0.11, -0.93), (-0.04, -0.98), (-0.2, -0.92), (-0.25, -0.75),
        (-0.21, -0.6), (-0.1, -0.58), (-0.04, -0.68), (0.02, -0.77), (0.08, -0.81),
    ]  # fmt: skip
    parts = [Part(smooth(wave), hair, relief=0.8, flow=0.9)]
    if style == 0:
        parts.insert(0, Part(blob(-0.27, -0.78, 0.11, 0.1, rng), hair, -0.04, relief=0.8))
    elif style == 1:
        fall = limb([(-0.16, -0.76), (-0.25, -0.5), (-0.22, -0.2)], [0.2, 0.2, 0.1])
        parts.insert(0, Part(fall, hair, -0.03, relief=0.8, flow=1.4))
    else:
        plait = limb([(-0.2, -0.7), (-0.05, -0.9), (0.1, -0.88)], [0.05, 0.06, 0.03])
        parts.append(Part(plait, hair, 0.07, relief=0.6, detail=True))
        parts.insert(0, Part(blob(-0.2, -0.6, 0.1, 0.09, rng), hair, -0.04, relief=0.8))
    return parts
