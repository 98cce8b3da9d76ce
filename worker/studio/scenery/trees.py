"""Trees and bushes, grown branch by branch."""

import math

import skia

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, limb, polygon, smooth, union

KINDS = ("oak", "poplar", "pine", "cypress", "bare", "willow", "palm", "birch", "blossom", "autumn")


def tree(rng: Rng, *, kind: str = "oak") -> Form:
    """One tree, one unit tall."""
    return {
        "oak": lambda: _broad(rng, "foliage"),
        "autumn": lambda: _broad(rng, "autumn"),
        "blossom": lambda: _broad(rng, "petal"),
        "poplar": lambda: _tall(rng, 0.16, "foliage"),
        "cypress": lambda: _tall(rng, 0.11, "needles"),
        "birch": lambda: _birch(rng),
        "pine": lambda: _pine(rng),
        "bare": lambda: _bare(rng),
        "willow": lambda: _willow(rng),
        "palm": lambda: _palm(rng),
    }[kind]()


def bush(rng: Rng, *, tint: str = "foliage") -> Form:
    """A low shrub."""
    crown = union(
        *(
            blob(x, y, 0.42, 0.4, rng, lumps=11, rough=0.12)
            for x, y in ((-0.4, -0.36), (0.35, -0.34), (0.0, -0.58))
        )
    )
    return Form((Part(_leafy(rng, crown), tint, relief=0.5), *_dapple(rng, crown, tint)))


def _dapple(rng: Rng, crown: skia.Path, tint: str) -> list[Part]:
    """Clusters of leaves: light ones above, dark ones below, some over the crown's edge."""
    bounds = crown.getBounds()
    parts = []
    for tone, share, spread in ((-0.11, 0.7, 0.16), (0.05, 0.45, 0.2), (0.12, 0.26, 0.14)):
        leaves = skia.Path()
        for _ in range(46):
            x = bounds.left() + bounds.width() * float(rng.normal(0.5, 0.22))
            y = bounds.top() + bounds.height() * float(rng.normal(share, spread))
            if not crown.contains(x, y):
                continue
            size = float(rng.uniform(0.012, 0.03))
            leaves.addPath(blob(x, y, size * 1.25, size, rng, lumps=5, rough=0.35))
        if not leaves.isEmpty():
            parts.append(Part(leaves, tint, tone, relief=0.0, detail=True))
    return parts


def _leafy(rng: Rng, crown: skia.Path) -> skia.Path:
    """The crown with its edge broken up into leaves."""
    measure = skia.PathMeasure(crown, True)
    length = measure.getLength()
    leaves = skia.Path()
    for i in range(int(length / 0.035)):
        position, _ = measure.getPosTan(length * (i + float(rng.random())) / (length / 0.035))
        size = float(rng.uniform(0.014, 0.032))
        leaf = blob(position.x(), position.y(), size * 1.2, size, rng, lumps=5, rough=0.4)
        leaves.addPath(leaf)
    leaves.setFillType(skia.PathFillType.kWinding)
    # The two may wind in opposite ways, so they are joined and not only added.
    return union(crown, leaves)


def _trunk(rng: Rng, top: float, width: float) -> Part:
    bend = float(rng.normal(0, 0.03))
    return Part(
        limb([(0, 0.0), (bend, top * 0.5), (bend * 0.4, top)], [width * 1.5, width, width * 0.6]),
        "bark",
        relief=0.8,
    )


def _broad(rng: Rng, tint: str) -> Form:
    lean = float(rng.normal(0, 0.04))
    lumps = [
        blob(lean + x, y, rx, ry, rng, lumps=11, rough=0.13)
        for x, y, rx, ry in (
            (-0.2, -0.56, 0.22, 0.17),
            (0.22, -0.58, 0.21, 0.17),
            (-0.08, -0.72, 0.25, 0.2),
            (0.12, -0.8, 0.2, 0.17),
            (0.0, -0.6, 0.26, 0.16),
        )
    ]
    crown = union(*lumps)
    boughs = union(
        *(
            limb([(0, -0.3), (x, y)], [0.045, 0.02])
            for x, y in ((-0.16, -0.55), (0.17, -0.56), (0.0, -0.65))
        )
    )
    return Form(
        (
            _trunk(rng, -0.5, 0.055),
            Part(boughs, "bark"),
            Part(_leafy(rng, crown), tint, relief=0.6, flow=0.8),
            *_dapple(rng, crown, tint),
        )
    )


def _tall(rng: Rng, width: float, tint: str) -> Form:
    wobble = [float(rng.uniform(0.8, 1.15)) for _ in range(8)]
    crown = smooth(
        [
            (-width * 0.5 * wobble[0], -0.1),
            (-width * wobble[1], -0.3),
            (-width * 0.85 * wobble[2], -0.6),
            (-width * 0.35 * wobble[3], -0.88),
            (0.0, -1.0),
            (width * 0.4 * wobble[4], -0.86),
            (width * 0.85 * wobble[5], -0.58),
            (width * wobble[6], -0.28),
            (width * 0.5 * wobble[7], -0.1),
        ]
    )
    return Form(
        (
            _trunk(rng, -0.2, 0.035),
            Part(_leafy(rng, crown), tint, relief=0.6),
            *_dapple(rng, crown, tint),
        )
    )


def _birch(rng: Rng) -> Form:
    stem = limb(
        [(0, 0), (float(rng.normal(0, 0.03)), -0.5), (float(rng.normal(0, 0.03)), -0.98)],
        [0.05, 0.035, 0.008],
    )
    marks = [
        Part(limb([(-0.02, y), (0.012, y - 0.004)], [0.006, 0.01]), "ink", detail=True)
        for y in (-0.12, -0.22, -0.37, -0.48, -0.6)
    ]
    crown = union(
        *(
            blob(float(rng.normal(0, 0.07)), -0.5 - i * 0.075, 0.12 - i * 0.008, 0.075, rng)
            for i in range(7)
        )
    )
    return Form(
        (
            Part(_leafy(rng, crown), "straw", relief=0.5),
            Part(stem, "white", relief=0.6),
            *marks,
            *_dapple(rng, crown, "straw"),
        )
    )


def _pine(rng: Rng) -> Form:
    tiers = []
    for i in range(7):
        y, w = -0.14 - i * 0.125, 0.25 * (1 - i / 7.6)
        droop = float(rng.uniform(0.02, 0.05))
        tiers.append(
            polygon(
                [
                    (-w, y + droop),
                    (-w * 0.55, y - 0.01),
                    (-w * 0.4, y + 0.015),
                    (0, y - 0.02),
                    (w * 0.4, y + 0.012),
                    (w * 0.6, y - 0.008),
                    (w, y + droop),
                    (w * 0.28, y - 0.1),
                    (0, y - 0.2),
                    (-w * 0.28, y - 0.1),
                ]
            )
        )
    parts = [_trunk(rng, -0.2, 0.04)]
    parts += [Part(tier, "needles", -0.05 + 0.025 * i, relief=0.5) for i, tier in enumerate(tiers)]
    return Form(tuple(parts))


def _grow(
    rng: Rng, start: Point, angle: float, length: float, width: float, level: int
) -> list[skia.Path]:
    end = (start[0] + math.cos(angle) * length, start[1] + math.sin(angle) * length)
    mid = ((start[0] + end[0]) / 2 + float(rng.normal(0, length * 0.07)), (start[1] + end[1]) / 2)
    out: list[skia.Path] = [limb([start, mid, end], [width, width * 0.8, width * 0.58], steps=4)]
    if level == 0:
        return out
    for turn in (-0.55, 0.5) if level < 4 else (-0.6, 0.05, 0.6):
        out += _grow(
            rng,
            end,
            angle + turn + float(rng.normal(0, 0.16)),
            length * float(rng.uniform(0.62, 0.82)),
            width * 0.58,
            level - 1,
        )
    return out


def _bare(rng: Rng) -> Form:
    branches = _grow(rng, (0.0, 0.0), -math.pi / 2 + float(rng.normal(0, 0.06)), 0.3, 0.075, 4)
    path = branches[0]
    for branch in branches[1:]:
        path.addPath(branch)
    return Form((Part(path, "bark", -0.04, relief=0.4),))


def _willow(rng: Rng) -> Form:
    strands = []
    for i in range(26):
        x = -0.36 + 0.72 * i / 25 + float(rng.normal(0, 0.012))
        top = -0.93 + 0.95 * x * x * 2.2
        strands.append(
            limb(
                [
                    (x * 0.55, top),
                    (x * 0.95, top + 0.12),
                    (x * 1.08, min(-0.06, top + float(rng.uniform(0.45, 0.75)))),
                ],
                [0.05, 0.045, 0.008],
                steps=5,
            )
        )
    crown = blob(0, -0.76, 0.33, 0.2, rng, lumps=12, rough=0.1)
    back, front = strands[::2], strands[1::2]
    parts = [_trunk(rng, -0.75, 0.075)]
    parts += [Part(s, "needles", 0.0, relief=0.3) for s in back]
    parts += [Part(_leafy(rng, crown), "foliage", relief=0.5)]
    parts += [Part(s, "grass", float(rng.uniform(-0.06, 0.06)), relief=0.3) for s in front]
    return Form(tuple(parts))


def _palm(rng: Rng) -> Form:
    lean = float(rng.uniform(0.05, 0.2)) * (1 if rng.random() < 0.5 else -1)
    trunk = limb([(0, 0), (lean * 0.3, -0.4), (lean, -0.78)], [0.06, 0.04, 0.035])
    fronds = []
    for i in range(9):
        angle = -math.pi * (0.02 + 0.96 * i / 8) + float(rng.normal(0, 0.08))
        dx, dy = math.cos(angle) * 0.3, math.sin(angle) * 0.22
        fronds.append(
            limb(
                [
                    (lean, -0.78),
                    (lean + dx * 0.6, -0.8 + dy),
                    (lean + dx * 1.15, -0.72 + dy * 0.6 + 0.12),
                ],
                [0.02, 0.075, 0.006],
                steps=6,
            )
        )
    return Form(
        (
            Part(trunk, "wood", relief=0.8),
            *(Part(f, "foliage", float(rng.uniform(-0.07, 0.07)), relief=0.5) for f in fronds),
        )
    )
