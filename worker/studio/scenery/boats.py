"""Boats: hulls and sails that sit in the water at their base line."""

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import limb, oval, polygon, smooth


def sailing_boat(rng: Rng) -> Form:
    """A small boat with a mainsail and a jib."""
    sail = str(rng.choice(["linen", "white", "rust", "red_cloth"]))
    hull = smooth(
        [(-0.42, -0.16), (-0.3, 0.02), (0.28, 0.02), (0.5, -0.2), (0.1, -0.13)], tension=0.35
    )
    main = smooth([(0.02, -0.96), (-0.16, -0.6), (-0.42, -0.24), (0.0, -0.22)], tension=0.2)
    jib = smooth([(0.06, -0.9), (0.2, -0.5), (0.46, -0.24), (0.07, -0.26)], tension=0.18)
    return Form(
        (
            Part(limb([(0.03, -0.12), (0.03, -1.0)], [0.022, 0.012]), "bark"),
            Part(main, sail, relief=0.6),
            Part(jib, sail, 0.06, relief=0.6),
            Part(hull, "wood", relief=0.7),
            Part(limb([(-0.38, -0.13), (0.46, -0.17)], [0.016, 0.016]), "linen", detail=True),
        )
    )


def rowing_boat(rng: Rng) -> Form:
    """An open boat with someone at the oars; wider than tall."""
    tint = str(rng.choice(["wood", "cloth", "red_cloth", "bark"]))
    hull = smooth(
        [(-1.1, -0.42), (-0.85, -0.02), (0.8, -0.02), (1.15, -0.46), (0.4, -0.3), (-0.5, -0.28)],
        tension=0.35,
    )
    rower = smooth([(-0.22, -0.28), (-0.2, -0.62), (-0.06, -0.74), (0.08, -0.62), (0.12, -0.28)])
    oar = limb([(0.05, -0.5), (0.6, -0.12), (0.95, 0.08)], [0.03, 0.03, 0.07])
    return Form(
        (
            Part(rower, "cloth", relief=0.8),
            Part(oval(-0.05, -0.84, 0.09, 0.11), "skin", relief=0.8),
            Part(limb([(-0.15, -0.89), (0.06, -0.92)], [0.05, 0.06]), "straw"),
            Part(hull, tint, relief=0.6),
            Part(
                limb([(-1.0, -0.32), (0.0, -0.26), (1.05, -0.36)], [0.03, 0.03, 0.03]),
                "linen",
                detail=True,
            ),
            Part(oar, "straw"),
        )
    )


def ship(rng: Rng) -> Form:
    """A square-rigged ship under sail."""
    hull = smooth(
        [
            (-0.5, -0.27),
            (-0.46, -0.03),
            (-0.3, 0.02),
            (0.34, 0.02),
            (0.48, -0.1),
            (0.62, -0.22),
            (0.2, -0.15),
            (-0.25, -0.16),
        ],
        tension=0.3,
    )
    parts = [Part(limb([(0.44, -0.17), (0.78, -0.34)], [0.02, 0.008]), "bark")]
    belly = float(rng.uniform(0.03, 0.07))
    for x, h, w in ((-0.3, 0.82, 0.13), (0.02, 1.0, 0.18), (0.32, 0.86, 0.14)):
        parts.append(Part(limb([(x, -0.1), (x, -h)], [0.018, 0.01]), "bark"))
        for i in range(3):
            top = h - 0.02 - i * (h - 0.24) / 3
            low = top - (h - 0.3) / 3
            ww = w * (0.6 + 0.2 * i)
            parts.append(
                Part(
                    smooth(
                        [
                            (x - ww * 0.9, -top),
                            (x + ww * 0.9, -top),
                            (x + ww + belly, -(top + low) / 2),
                            (x + ww, -low),
                            (x - ww, -low),
                            (x - ww + belly, -(top + low) / 2),
                        ],
                        tension=0.2,
                    ),
                    "linen",
                    0.02 * i,
                    relief=0.6,
                )
            )
    parts.append(
        Part(polygon([(0.4, -0.76), (0.74, -0.34), (0.42, -0.28)]), "linen", 0.03, relief=0.4)
    )
    parts += [
        Part(polygon([(0.02, -1.0), (0.2, -1.03), (0.02, -1.06)]), "accent"),
        Part(hull, "bark", relief=0.6),
        Part(limb([(-0.46, -0.14), (0.5, -0.14)], [0.03, 0.02]), "straw", detail=True),
    ]
    return Form(tuple(parts))


def steamer(rng: Rng) -> Form:
    """A steamship trailing smoke."""
    smoke = limb([(0.0, -0.8), (-0.3, -0.95), (-0.8, -1.0), (-1.5, -0.86)], [0.08, 0.16, 0.24, 0.1])
    hull = polygon([(-1.0, -0.3), (-0.9, 0), (0.85, 0), (1.1, -0.4), (0.8, -0.3)])
    return Form(
        (
            Part(smoke, "slate", 0.08, relief=0.4),
            Part(
                polygon([(-0.08, -0.4), (-0.1, -0.82), (0.08, -0.82), (0.08, -0.4)]),
                str(rng.choice(["red_cloth", "black", "gold"])),
                relief=0.9,
            ),
            Part(
                polygon([(-0.55, -0.28), (-0.5, -0.48), (0.5, -0.48), (0.55, -0.28)]),
                "linen",
                relief=0.1,
            ),
            Part(hull, "black", 0.05, relief=0.4),
            Part(limb([(-0.97, -0.28), (1.0, -0.34)], [0.03, 0.03]), "red_cloth", detail=True),
            *(Part(oval(-0.4 + 0.2 * i, -0.38, 0.03, 0.03), "ink", detail=True) for i in range(5)),
        )
    )


def gondola(rng: Rng) -> Form:
    """A long dark boat with a standing oarsman."""
    del rng
    hull = smooth(
        [
            (-1.3, -0.5),
            (-1.0, -0.16),
            (-0.4, -0.02),
            (0.5, -0.02),
            (1.0, -0.18),
            (1.35, -0.62),
            (0.8, -0.3),
            (0.0, -0.2),
            (-0.8, -0.28),
        ],
        tension=0.4,
    )
    man = smooth([(-0.82, -0.3), (-0.8, -0.66), (-0.72, -0.8), (-0.62, -0.66), (-0.62, -0.3)])
    return Form(
        (
            Part(limb([(-0.7, -0.7), (-0.2, -0.4), (0.2, 0.06)], [0.025, 0.02, 0.05]), "straw"),
            Part(man, "linen", relief=0.8),
            Part(oval(-0.71, -0.89, 0.06, 0.08), "skin"),
            Part(limb([(-0.82, -0.94), (-0.6, -0.94)], [0.03, 0.05]), "straw"),
            Part(
                smooth([(-0.3, -0.2), (-0.25, -0.42), (0.25, -0.42), (0.32, -0.2)]),
                "red_cloth",
                relief=0.5,
            ),
            Part(hull, "black", 0.04, relief=0.5),
        )
    )
