"""What a sitter wears on the head and about the neck."""

from collections.abc import Callable

import numpy as np

from worker.studio.form import Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, oval, polygon, smooth


def worn(rng: Rng, wears: frozenset[str]) -> list[Part]:
    """The first of `HATS` that is worn, then necklace and earring."""
    tint = str(rng.choice(["black", "deep", "hide", "red_cloth"]))
    parts: list[Part] = []
    for name, hat in HATS.items():
        if name in wears:
            parts += hat(rng, tint)
            break
    if "necklace" in wears:
        beads = [
            (-0.12 + 0.048 * i, -0.37 + 0.115 * float(np.sin(np.pi * i / 5))) for i in range(6)
        ]
        parts += [Part(oval(x, y, 0.02, 0.02), "gold", relief=0.9) for x, y in beads]
    if "earring" in wears:
        parts.append(Part(oval(-0.175, -0.565, 0.02, 0.028), "white", relief=0.9))
    return parts


def _top_hat(rng: Rng, tint: str) -> list[Part]:
    del rng, tint
    tube = polygon([(-0.19, -0.84), (-0.2, -1.16), (0.2, -1.16), (0.19, -0.84)])
    brim = limb([(-0.32, -0.83), (0.0, -0.86), (0.33, -0.83)], [0.03, 0.05, 0.03])
    return [Part(tube, "black", 0.03, relief=0.7), Part(brim, "black", relief=0.4)]


def _hat(rng: Rng, tint: str) -> list[Part]:
    del rng
    crown = smooth(
        [(-0.2, -0.83), (-0.19, -1.0), (-0.05, -1.06), (0.06, -1.03), (0.19, -1.0), (0.21, -0.83)]
    )
    brim = smooth(
        [(-0.4, -0.83), (-0.15, -0.9), (0.15, -0.9), (0.42, -0.81), (0.1, -0.8), (-0.1, -0.81)],
        tension=0.45,
    )
    band = limb([(-0.2, -0.875), (0.0, -0.895), (0.2, -0.87)], [0.035, 0.04, 0.035])
    return [
        Part(crown, tint, 0.04, relief=0.8),
        Part(brim, tint, relief=0.6),
        Part(band, "accent", relief=0.2, detail=True),
    ]


def _cap(rng: Rng, tint: str) -> list[Part]:
    del rng
    dome = smooth(
        [(-0.22, -0.8), (-0.21, -0.93), (-0.05, -1.02), (0.1, -1.0), (0.2, -0.93), (0.21, -0.82)]
    )
    peak = limb([(0.02, -0.83), (0.2, -0.82), (0.33, -0.78)], [0.04, 0.05, 0.02])
    return [Part(dome, tint, relief=0.8), Part(peak, tint, -0.06)]


def _bonnet(rng: Rng, tint: str) -> list[Part]:
    del rng, tint
    hood = smooth(
        [
            (-0.25, -0.48), (-0.28, -0.78), (-0.14, -0.99), (0.08, -1.01), (0.24, -0.9),
            (0.2, -0.83), (0.05, -0.88), (-0.12, -0.84), (-0.18, -0.72), (-0.19, -0.52),
        ]
    )  # fmt: skip
    ribbon = limb([(-0.21, -0.5), (-0.06, -0.41), (0.08, -0.42)], [0.03, 0.03, 0.05])
    return [Part(hood, "linen", relief=0.7), Part(ribbon, "accent")]


def _crown(rng: Rng, tint: str) -> list[Part]:
    del rng, tint
    points = [
        (-0.2, -0.83), (-0.23, -1.06), (-0.12, -0.95), (-0.06, -1.1), (0.0, -0.96),
        (0.07, -1.1), (0.13, -0.95), (0.24, -1.05), (0.21, -0.83),
    ]  # fmt: skip
    jewels = [Part(oval(x, -0.87, 0.018, 0.02), "accent", detail=True) for x in (-0.12, 0.0, 0.12)]
    return [Part(polygon(points), "gold", relief=0.6), *jewels]


def _helmet(rng: Rng, tint: str) -> list[Part]:
    del rng, tint
    bowl = smooth(
        [
            (-0.23, -0.6), (-0.24, -0.86), (-0.1, -1.03), (0.1, -1.03), (0.24, -0.86),
            (0.22, -0.7), (0.05, -0.8), (-0.12, -0.74),
        ]
    )  # fmt: skip
    crest = limb([(-0.2, -0.95), (0.0, -1.12), (0.22, -1.02)], [0.03, 0.11, 0.02])
    return [Part(bowl, "metal", relief=1.0), Part(crest, "red_cloth", relief=0.6)]


def _turban(rng: Rng, tint: str) -> list[Part]:
    del tint
    roll = blob(0.0, -0.93, 0.27, 0.15, rng, lumps=13, rough=0.06)
    fold = limb([(-0.25, -0.9), (0.0, -0.98), (0.25, -0.85)], [0.03, 0.06, 0.02])
    return [Part(roll, "linen", relief=0.8), Part(fold, "accent", relief=0.4, detail=True)]


def _veil(rng: Rng, tint: str) -> list[Part]:
    del tint
    fall = smooth(
        [
            (-0.32, -0.1), (-0.3, -0.66), (-0.17, -0.96), (0.06, -1.01), (0.24, -0.86),
            (0.29, -0.6), (0.33, -0.12), (0.22, -0.36), (0.2, -0.68), (0.1, -0.85),
            (-0.06, -0.86), (-0.18, -0.7), (-0.19, -0.38),
        ]
    )  # fmt: skip
    return [Part(fall, str(rng.choice(["blue", "black", "linen"])), relief=0.8)]


# In the order in which one goes before another where a sitter is given two.
HATS: dict[str, Callable[[Rng, str], list[Part]]] = {
    "top hat": _top_hat,
    "hat": _hat,
    "cap": _cap,
    "bonnet": _bonnet,
    "crown": _crown,
    "helmet": _helmet,
    "turban": _turban,
    "veil": _veil,
}
