"""Heads of whole figures, and what is worn on them."""

from collections.abc import Callable
from dataclasses import replace

import skia

from worker.studio.figures.poses import Pose
from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, moved, oval, polygon, smooth, union


def head(joints: Pose, rng: Rng, *, skin: str, hat: str | None, long_hair: bool) -> list[Part]:
    """The head on its neck, with hair, features and hat."""
    x, y = joints.head
    (nx, ny) = joints.neck
    hair = str(rng.choice(["hair", "bark", "straw", "grey_fur"]))
    parts = [
        Part(limb([(nx, ny + 0.03), (x, y + 0.03)], [0.05, 0.045]), skin),
        Part(oval(x, y, 0.05, 0.062), skin, relief=0.9),
        Part(
            smooth(
                [
                    (x - 0.053, y + 0.02), (x - 0.05, y - 0.045), (x, y - 0.07),
                    (x + 0.05, y - 0.04), (x + 0.035, y - 0.03), (x - 0.015, y - 0.03),
                ]
            ),
            hair,
        ),
        *_features(x, y, skin),
    ]  # fmt: skip
    if long_hair:
        parts.append(Part(blob(x - 0.048, y + 0.012, 0.034, 0.045, rng), hair))
    elif hat not in ("veil", "bonnet", "halo") and rng.random() < 0.3:
        parts.append(Part(_beard(x, y), hair, -0.02))
    if hat is not None:
        parts += _HATS[hat](x, y, rng)
    # A head a little larger than life reads better from afar.
    matrix = skia.Matrix.Translate(x, y + 0.055)
    matrix.preScale(1.2, 1.2)
    matrix.preTranslate(-x, -y - 0.055)
    return [replace(part, path=moved(part.path, matrix)) for part in parts]


def _features(x: float, y: float, skin: str) -> list[Part]:
    """The shadows of brow, nose and mouth, in three-quarter view."""
    strokes = (
        ([(x - 0.012, y - 0.012), (x + 0.038, y - 0.013)], 0.009, -0.3),
        ([(x + 0.02, y - 0.01), (x + 0.026, y + 0.016)], 0.007, -0.16),
        ([(x + 0.004, y + 0.034), (x + 0.032, y + 0.033)], 0.006, -0.26),
    )
    return [
        Part(limb(line, [width, width]), skin, tone, relief=0, detail=True)
        for line, width, tone in strokes
    ]


def _beard(x: float, y: float) -> skia.Path:
    return smooth(
        [
            (x - 0.042, y + 0.015), (x + 0.0, y + 0.028), (x + 0.044, y + 0.015),
            (x + 0.04, y + 0.07), (x + 0.012, y + 0.1), (x - 0.026, y + 0.066),
        ]
    )  # fmt: skip


def _brim(x: float, y: float, rng: Rng) -> list[Part]:
    brim = limb(
        [(x - 0.095, y - 0.028), (x, y - 0.04), (x + 0.095, y - 0.028)], [0.012, 0.024, 0.012]
    )
    crown = smooth(
        [(x - 0.05, y - 0.035), (x - 0.042, y - 0.09), (x + 0.042, y - 0.09), (x + 0.05, y - 0.035)]
    )
    tint = str(rng.choice(["straw", "hide", "black"]))
    return [Part(union(brim, crown), tint)]


def _topper(x: float, y: float, rng: Rng) -> list[Part]:
    del rng
    brim = limb([(x - 0.075, y - 0.038), (x + 0.075, y - 0.038)], [0.016, 0.016])
    crown = polygon(
        [(x - 0.046, y - 0.04), (x - 0.052, y - 0.14), (x + 0.052, y - 0.14), (x + 0.046, y - 0.04)]
    )
    return [Part(union(brim, crown), "black")]


def _bonnet(x: float, y: float, rng: Rng) -> list[Part]:
    del rng
    return [
        Part(
            smooth(
                [
                    (x - 0.07, y + 0.03),
                    (x - 0.07, y - 0.06),
                    (x + 0.02, y - 0.085),
                    (x + 0.07, y - 0.05),
                    (x + 0.01, y - 0.03),
                    (x - 0.02, y + 0.03),
                ]
            ),
            "linen",
        )
    ]


def _halo(x: float, y: float, rng: Rng) -> list[Part]:
    del rng
    ring = skia.Path()
    ring.addCircle(x, y - 0.005, 0.105)
    ring.addCircle(x, y - 0.005, 0.088, skia.PathDirection.kCCW)
    return [Part(ring, "gold", 0.08, relief=0)]


def _veil(x: float, y: float, rng: Rng) -> list[Part]:
    del rng
    return [
        Part(
            smooth(
                [
                    (x - 0.075, y + 0.14),
                    (x - 0.07, y - 0.03),
                    (x - 0.01, y - 0.078),
                    (x + 0.045, y - 0.045),
                    (x, y - 0.03),
                    (x - 0.028, y + 0.03),
                    (x - 0.01, y + 0.12),
                ]
            ),
            "black",
        )
    ]


_HATS: dict[str, Callable[[float, float, Rng], list[Part]]] = {
    "brim": _brim,
    "topper": _topper,
    "bonnet": _bonnet,
    "halo": _halo,
    "veil": _veil,
}
