"""A face in three-quarter view: its shaded planes first, then the few dark accents."""

import numpy as np
import skia

from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, limb, oval, polygon, smooth, union

_EYES, _NOSE = -0.69, -0.585  # heights


def face(rng: Rng, skin: str, turn: float, wears: frozenset[str], hair: str) -> list[Part]:
    """Features on a head that is turned by `turn`, with beard, eyeglasses or mask if worn."""
    cx = 0.025 + turn
    gap = float(rng.uniform(0.068, 0.08))
    parts: list[Part] = []
    for side in (-1, 1):
        parts += _eye(cx + side * gap, side, skin, hair)
    parts += _nose(cx, skin)
    smile = float(rng.uniform(-0.012, 0.008)) if "smiling" not in wears else -0.022
    mouth = limb(
        [(cx - 0.05, -0.523 + smile), (cx, -0.518), (cx + 0.046, -0.523 + smile)],
        [0.005, 0.013, 0.005],
    )
    lip = smooth([(cx - 0.036, -0.516), (cx, -0.514), (cx + 0.034, -0.516), (cx, -0.494)])
    parts.append(Part(lip, "red_cloth", 0.16, relief=0.2, detail=True))
    if "beard" in wears:
        parts.append(Part(_beard(cx), hair, relief=0.7))
    parts.append(Part(mouth, "blood", -0.04, relief=0, detail=True))
    if wears & {"mustache", "beard"}:
        parts.append(Part(_mustache(cx), hair, 0.03, relief=0.4))
    if "eyeglasses" in wears:
        parts += _eyeglasses(cx, gap)
    if wears & {"blindfold", "mask"}:
        parts.append(Part(_blindfold(cx), "black", relief=0.4))
    return parts


def _eye(x: float, side: int, skin: str, hair: str) -> list[Part]:
    y = _EYES
    white = smooth([(x - 0.034, y + 0.004), (x, y - 0.013), (x + 0.034, y + 0.003), (x, y + 0.015)])
    lid = limb(
        [(x - 0.038, y + 0.003), (x, y - 0.016), (x + 0.037, y + 0.002)], [0.006, 0.011, 0.005]
    )
    brow = limb(
        [(x - 0.045 * side - 0.004, y - 0.042), (x, y - 0.056), (x + 0.046 * side, y - 0.04)],
        [0.017, 0.016, 0.007],
    )
    return [
        Part(oval(x, y - 0.004, 0.046, 0.03), skin, -0.11, relief=0, detail=True),
        Part(white, "white", -0.09, relief=0, detail=True),
        Part(oval(x + 0.006, y, 0.012, 0.0135), "ink", relief=0, detail=True),
        Part(lid, "ink", 0.03, relief=0, detail=True),
        Part(brow, hair, -0.02, relief=0, detail=True),
    ]


def _nose(cx: float, skin: str) -> list[Part]:
    shade = polygon(
        [
            (cx + 0.004, _EYES - 0.03), (cx + 0.036, _NOSE + 0.004), (cx + 0.012, _NOSE + 0.016),
            (cx - 0.024, _NOSE + 0.008), (cx - 0.004, _NOSE - 0.03),
        ]
    )  # fmt: skip
    ridge = limb([(cx + 0.006, _EYES), (cx + 0.021, _NOSE - 0.012)], [0.008, 0.018])
    nostrils = limb(
        [(cx - 0.026, _NOSE + 0.006), (cx + 0.005, _NOSE + 0.014), (cx + 0.034, _NOSE + 0.004)],
        [0.01, 0.008, 0.009],
    )
    return [
        Part(shade, skin, -0.09, relief=0, detail=True),
        Part(ridge, skin, 0.09, relief=0, detail=True),
        Part(nostrils, skin, -0.24, relief=0, detail=True),
    ]


def _beard(cx: float) -> skia.Path:
    return smooth(
        [
            (-0.15, -0.6), (-0.13, -0.46), (cx - 0.03, -0.3), (cx + 0.04, -0.3),
            (cx + 0.135, -0.46), (cx + 0.15, -0.61), (cx + 0.1, -0.535), (cx + 0.04, -0.548),
            (cx - 0.04, -0.548), (-0.09, -0.53),
        ]
    )  # fmt: skip


def _mustache(cx: float) -> skia.Path:
    return smooth(
        [
            (cx - 0.085, -0.525), (cx - 0.03, -0.563), (cx, -0.55), (cx + 0.03, -0.563),
            (cx + 0.085, -0.52), (cx + 0.03, -0.533), (cx, -0.53), (cx - 0.03, -0.533),
        ]
    )  # fmt: skip


def _eyeglasses(cx: float, gap: float) -> list[Part]:
    bridge = limb([(cx - 0.018, _EYES - 0.008), (cx + 0.018, _EYES - 0.008)], [0.01, 0.01])
    rings = [_ring(cx + side * (gap + 0.004), _EYES, 0.06) for side in (-1, 1)]
    return [Part(union(*rings, bridge), "ink", relief=0)]


def _ring(x: float, y: float, r: float) -> skia.Path:
    points: list[Point] = [
        (x + r * float(np.cos(a)), y + r * 0.85 * float(np.sin(a)))
        for a in np.linspace(0, 2 * np.pi, 14)
    ]
    return limb(points, [0.011, 0.011], steps=3)


def _blindfold(cx: float) -> skia.Path:
    return smooth(
        [
            (-0.19, _EYES - 0.05), (cx, _EYES - 0.06), (cx + 0.17, _EYES - 0.045),
            (cx + 0.16, _EYES + 0.035), (cx, _EYES + 0.03), (-0.18, _EYES + 0.04),
        ],
        tension=0.3,
    )  # fmt: skip
