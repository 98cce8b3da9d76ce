"""Monuments in stone: temples, ruins, bridges, columns."""

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, box, cut, limb, polygon, smooth, union
from worker.studio.scenery.masonry import archway


def temple(rng: Rng) -> Form:
    """A colonnade under a pediment."""
    n = int(rng.choice([4, 6]))
    parts = [
        Part(box(-0.62, -0.08, 0.62, 0), "stone", -0.03),
        Part(box(-0.54, -0.6, 0.54, -0.08), "ink", 0.12, relief=0),
    ]
    for i in range(n):
        x = -0.5 + i / (n - 1)
        parts.append(
            Part(
                polygon(
                    [(x - 0.045, -0.08), (x - 0.036, -0.58), (x + 0.036, -0.58), (x + 0.045, -0.08)]
                ),
                "plaster",
                relief=1.0,
            )
        )
        parts.append(Part(box(x - 0.06, -0.61, x + 0.06, -0.57), "plaster", 0.03))
    parts += [
        Part(box(-0.6, -0.69, 0.6, -0.6), "plaster", relief=0.1),
        Part(polygon([(-0.64, -0.68), (0, -0.92), (0.64, -0.68)]), "plaster", 0.02, relief=0.15),
        Part(polygon([(-0.46, -0.705), (0, -0.87), (0.46, -0.705)]), "stone", -0.08, detail=True),
    ]
    return Form(tuple(parts))


def ruin(rng: Rng) -> Form:
    """A broken abbey wall with open pointed windows, and ivy."""
    top: list[Point] = [
        (-0.7, -0.55),
        (-0.6, -0.78),
        (-0.42, -0.92),
        (-0.3, -0.8),
        (-0.18, -0.98),
        (0.0, -0.86),
        (0.12, -0.6),
        (0.2, -0.66),
        (0.3, -0.4),
        (0.46, -0.44),
        (0.56, -0.24),
        (0.7, -0.2),
    ]
    jag = [(x, y + float(rng.normal(0, 0.03))) for x, y in top]
    wall = polygon([(-0.72, 0), *jag, (0.74, 0)])
    wall = cut(
        wall,
        archway(-0.38, -0.1, 0.2, 0.58, pointed=True),
        archway(-0.05, -0.1, 0.18, 0.56, pointed=True),
        archway(0.32, 0.0, 0.18, 0.28, pointed=True),
    )
    ivy = union(
        *(
            blob(-0.62 + float(rng.uniform(0, 0.2)), -0.2 - i * 0.1, 0.1, 0.08, rng, rough=0.3)
            for i in range(5)
        )
    )
    column = polygon(
        [(0.86, 0), (0.87, -0.36), (0.84, -0.4), (0.98, -0.44), (0.95, -0.36), (0.96, 0)]
    )
    return Form(
        (
            Part(wall, "stone", relief=0.3),
            Part(column, "stone", 0.03, relief=0.9),
            Part(ivy, "foliage", -0.05, relief=0.6),
        )
    )


def bridge(rng: Rng) -> Form:
    """A stone bridge of two to four arches, wider than it is tall."""
    n = int(rng.integers(2, 5))
    deck = smooth(
        [(-1.5, -0.55), (-0.8, -0.82), (0, -0.95), (0.8, -0.82), (1.5, -0.55)], closed=False
    )
    deck.lineTo(1.5, 0)
    deck.lineTo(-1.5, 0)
    deck.close()
    span = 2.5 / n
    holes = [
        archway(
            -1.25 + span * (i + 0.5),
            0.02,
            span * 0.72,
            0.55 + 0.2 * (1 - abs((i + 0.5) / n - 0.5) * 2),
        )
        for i in range(n)
    ]
    rail = smooth(
        [
            (-1.5, -0.6),
            (-0.8, -0.87),
            (0, -1.0),
            (0.8, -0.87),
            (1.5, -0.6),
            (1.5, -0.53),
            (0.8, -0.79),
            (0, -0.92),
            (-0.8, -0.79),
            (-1.5, -0.53),
        ],
        tension=0.4,
    )
    return Form(
        (Part(cut(deck, *holes), "stone", relief=0.25), Part(rail, "stone", 0.08, relief=0.2))
    )


def arch(rng: Rng) -> Form:
    """A triumphal arch, or what is left of one."""
    del rng
    block = cut(box(-0.5, -0.95, 0.5, 0), archway(0, 0.02, 0.42, 0.72))
    return Form(
        (
            Part(block, "stone", relief=0.25),
            Part(box(-0.56, -1.0, 0.56, -0.92), "plaster"),
            Part(box(-0.53, -0.78, 0.53, -0.75), "plaster", detail=True),
            *(
                Part(box(x - 0.035, -0.74, x + 0.035, -0.02), "plaster", 0.02, relief=0.9)
                for x in (-0.38, 0.38)
            ),
        )
    )


def column(rng: Rng) -> Form:
    """A lone fluted column."""
    del rng
    flutes = [
        Part(limb([(x, -0.1), (x * 0.85, -0.86)], [0.008, 0.007]), "stone", -0.14, detail=True)
        for x in (-0.04, -0.013, 0.013, 0.04)
    ]
    return Form(
        (
            Part(box(-0.12, -0.07, 0.12, 0), "stone"),
            Part(
                polygon([(-0.075, -0.07), (-0.06, -0.88), (0.06, -0.88), (0.075, -0.07)]),
                "plaster",
                relief=1.0,
            ),
            *flutes,
            Part(
                polygon(
                    [
                        (-0.07, -0.88),
                        (-0.12, -0.95),
                        (-0.12, -1.0),
                        (0.12, -1.0),
                        (0.12, -0.95),
                        (0.07, -0.88),
                    ]
                ),
                "plaster",
                0.03,
                relief=0.4,
            ),
        )
    )


def pyramid(rng: Rng) -> Form:
    """A pyramid with one face in shade."""
    edge = float(rng.uniform(-0.2, 0.3))
    return Form(
        (
            Part(polygon([(-0.85, 0), (0, -1), (0.85, 0)]), "sand", 0.03, relief=0.05),
            Part(polygon([(edge, 0), (0, -1), (0.85, 0)]), "sand", -0.18, relief=0.05),
        )
    )
