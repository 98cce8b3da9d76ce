"""Buildings: cottages to cathedrals, whole and ruined, in simple lit masses."""

from collections.abc import Callable

import skia

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, box, limb, oval, polygon, smooth, union
from worker.studio.scenery import monuments, townscape
from worker.studio.scenery.masonry import archway, battlement, windows


def house(rng: Rng) -> Form:
    """A gabled house seen from a corner: a lit front and a shaded side."""
    wall = str(rng.choice(["plaster", "stone", "brick", "linen"]))
    roof = str(rng.choice(["slate", "brick", "thatch", "rust"]))
    w, d, eave = (
        float(rng.uniform(0.3, 0.4)),
        float(rng.uniform(0.5, 0.75)),
        float(rng.uniform(0.48, 0.6)),
    )
    front = polygon(
        [(-w - 0.2, 0), (-w - 0.2, -eave), (-0.2 - w / 2, -0.95), (-0.2, -eave), (-0.2, 0)]
    )
    side = box(-0.2, -eave, d - 0.2, 0)
    slope = polygon(
        [
            (-0.2 - w / 2 - 0.02, -0.97),
            (d - 0.2 - w / 2 + 0.06, -0.97),
            (d - 0.17, -eave + 0.02),
            (-0.17, -eave + 0.02),
        ]
    )
    chimney = box(d * 0.45 - 0.2, -1.08, d * 0.45 - 0.11, -0.9)
    return Form(
        (
            Part(chimney, "brick", -0.03),
            Part(side, wall, -0.1, relief=0.1),
            Part(front, wall, 0.05, relief=0.1),
            Part(slope, roof, relief=0.15, flow=0.0),
            Part(box(-w * 0.62 - 0.2, -0.25, -w * 0.38 - 0.2, 0), "wood", -0.1, detail=True),
            *windows(rng, -w - 0.17, -0.23, -eave, -0.3, columns=2, rows=1),
            *windows(
                rng, -0.15, d - 0.25, -eave + 0.05, -0.12, columns=int(rng.integers(2, 4)), rows=1
            ),
        )
    )


def cottage(rng: Rng) -> Form:
    """A low thatched house with a smoking chimney."""
    wall = box(-0.55, -0.42, 0.55, 0)
    roof = smooth(
        [
            (-0.66, -0.36),
            (-0.48, -0.74),
            (0.0, -0.83),
            (0.48, -0.74),
            (0.66, -0.36),
            (0.3, -0.4),
            (-0.3, -0.4),
        ],
        tension=0.3,
    )
    smoke = limb([(0.3, -0.9), (0.38, -1.05), (0.3, -1.2), (0.44, -1.36)], [0.03, 0.07, 0.09, 0.02])
    return Form(
        (
            Part(smoke, "pale", 0.02, relief=0.1),
            Part(box(0.24, -0.94, 0.36, -0.6), "stone"),
            Part(wall, "plaster", relief=0.15),
            Part(roof, "thatch", relief=0.6, flow=1.3),
            Part(archway(0.06, 0, 0.17, 0.32), "wood", -0.1, detail=True),
            *windows(rng, -0.5, -0.1, -0.36, -0.04, columns=2, rows=1),
            *windows(rng, 0.22, 0.5, -0.36, -0.04, columns=1, rows=1),
        )
    )


def church(rng: Rng) -> Form:
    """A nave and a tower with a spire."""
    stone = str(rng.choice(["stone", "plaster", "brick"]))
    x = float(rng.choice([-0.26, 0.26]))
    nave = polygon(
        [(-0.42, 0), (-0.42, -0.3), (-0.3, -0.46), (0.36, -0.46), (0.44, -0.3), (0.44, 0)]
    )
    roof = polygon([(-0.46, -0.28), (-0.3, -0.48), (0.34, -0.48), (0.48, -0.28)])
    tower = box(x - 0.1, -0.62, x + 0.1, 0)
    spire = polygon([(x - 0.13, -0.61), (x, -0.97), (x + 0.13, -0.61)])
    cross = union(
        limb([(x, -0.95), (x, -1.04)], [0.012, 0.012]),
        limb([(x - 0.03, -1.01), (x + 0.03, -1.01)], [0.011, 0.011]),
    )
    return Form(
        (
            Part(nave, stone, -0.06, relief=0.15),
            Part(roof, "slate", relief=0.2),
            Part(tower, stone, 0.05, relief=0.3),
            Part(spire, "slate", -0.05, relief=0.6),
            Part(cross, "ink"),
            *(
                Part(archway(wx, -0.07, 0.06, 0.17, pointed=True), "ink", 0.05, detail=True)
                for wx in (-0.32, -0.2, -0.02, 0.1, 0.34)
                if abs(wx - x) > 0.12
            ),
            Part(archway(x, -0.42, 0.07, 0.14, pointed=True), "ink", detail=True),
            Part(archway(x, 0, 0.1, 0.18, pointed=True), "wood", -0.15, detail=True),
        )
    )


def cathedral(rng: Rng) -> Form:
    """A west front with two towers and a rose."""
    del rng
    parts = [
        Part(
            polygon([(-0.3, 0), (-0.3, -0.52), (0, -0.72), (0.3, -0.52), (0.3, 0)]),
            "stone",
            -0.05,
            relief=0.2,
        )
    ]
    for x in (-0.34, 0.34):
        parts.append(Part(box(x - 0.12, -0.76, x + 0.12, 0), "stone", 0.03, relief=0.35))
        parts.append(
            Part(polygon([(x - 0.12, -0.76), (x, -1.0), (x + 0.12, -0.76)]), "slate", relief=0.5)
        )
        parts += [
            Part(archway(x + dx, y, 0.06, 0.18, pointed=True), "ink", 0.04, detail=True)
            for dx in (-0.05, 0.05)
            for y in (-0.5, -0.24)
        ]
        parts += [
            Part(
                polygon([(x + dx - 0.02, -0.74), (x + dx, -0.86), (x + dx + 0.02, -0.74)]), "stone"
            )
            for dx in (-0.11, 0.11)
        ]
    parts.append(Part(oval(0, -0.47, 0.12, 0.12), "accent", relief=0.2, detail=True))
    parts += [
        Part(limb([(0, -0.47), (0.11 * dx, -0.47 + 0.11 * dy)], [0.01, 0.01]), "stone", detail=True)
        for dx, dy in (
            (1, 0),
            (-1, 0),
            (0, 1),
            (0, -1),
            (0.7, 0.7),
            (-0.7, 0.7),
            (0.7, -0.7),
            (-0.7, -0.7),
        )
    ]
    parts += [
        Part(archway(x, 0, w, h, pointed=True), "ink", 0.05, detail=True)
        for x, w, h in ((0, 0.17, 0.3), (-0.34, 0.11, 0.18), (0.34, 0.11, 0.18))
    ]
    return Form(tuple(parts))


def castle(rng: Rng) -> Form:
    """A keep, a curtain wall and towers of different heights."""
    parts: list[Part] = []
    towers = [(-0.5, 0.62), (-0.18, 0.92), (0.14, 0.74), (0.5, 0.66)]
    rng.shuffle(towers)
    xs = sorted(x for x, _ in towers)
    for x, (_, h) in zip(xs[1:3], towers[1:3], strict=True):
        parts += [
            Part(battlement(x - 0.14, x + 0.14, -h, 0, teeth=4), "stone", -0.04, relief=0.3),
            *windows(rng, x - 0.1, x + 0.1, -h + 0.1, -0.4, columns=1, rows=2),
        ]
    parts.append(Part(battlement(-0.5, 0.5, -0.4, 0, teeth=11), "stone", 0.03, relief=0.15))
    for x, (_, h) in zip((xs[0], xs[3]), (towers[0], towers[3]), strict=True):
        parts.append(
            Part(battlement(x - 0.11, x + 0.11, -h, 0, teeth=4), "stone", 0.05, relief=0.7)
        )
        if rng.random() < 0.6:
            parts.append(
                Part(polygon([(x - 0.13, -h), (x, -h - 0.24), (x + 0.13, -h)]), "brick", relief=0.6)
            )
            flag = polygon([(x, -h - 0.23), (x + 0.12, -h - 0.27), (x, -h - 0.31)])
            parts += [
                Part(limb([(x, -h - 0.2), (x, -h - 0.32)], [0.01, 0.01]), "ink"),
                Part(flag, "accent"),
            ]
        parts.append(Part(box(x - 0.015, -h + 0.12, x + 0.015, -h + 0.22), "ink", detail=True))
    parts.append(Part(archway(0.02, 0, 0.17, 0.26), "ink", 0.03, detail=True))
    return Form(tuple(parts))


def tower(rng: Rng) -> Form:
    """One tall tower, stepped."""
    top = str(rng.choice(["battlement", "roof"]))
    parts = [
        Part(polygon([(-0.15, 0), (-0.12, -0.82), (0.12, -0.82), (0.15, 0)]), "stone", relief=0.7)
    ]
    parts.append(
        Part(battlement(-0.15, 0.15, -0.86, -0.78, teeth=4), "stone", 0.05, relief=0.5)
        if top == "battlement"
        else Part(polygon([(-0.16, -0.8), (0, -1.0), (0.16, -0.8)]), "slate", relief=0.6)
    )
    parts += [Part(archway(0, y, 0.06, 0.11), "ink", detail=True) for y in (-0.58, -0.34)] + [
        Part(archway(0, 0, 0.09, 0.17), "ink", detail=True)
    ]
    return Form(tuple(parts))


def lighthouse(rng: Rng) -> Form:
    """A banded lighthouse with its lamp lit, on a rock."""
    parts = [
        Part(blob(0, -0.02, 0.3, 0.1, rng, lumps=8, rough=0.25), "slate", relief=0.6),
        Part(
            polygon([(-0.12, -0.06), (-0.075, -0.78), (0.075, -0.78), (0.12, -0.06)]),
            "white",
            relief=0.9,
        ),
    ]
    for y in (-0.2, -0.48):
        w0, w1 = 0.075 + 0.045 * (1 + y / 0.78), 0.075 + 0.045 * (1 + (y - 0.13) / 0.78)
        parts.append(
            Part(
                polygon([(-w0, y), (-w1, y - 0.13), (w1, y - 0.13), (w0, y)]),
                "red_cloth",
                relief=0.5,
                detail=True,
            )
        )
    parts += [
        Part(box(-0.1, -0.8, 0.1, -0.775), "ink"),
        Part(box(-0.06, -0.9, 0.06, -0.8), "gold", 0.1),
        Part(polygon([(-0.075, -0.9), (0, -1.0), (0.075, -0.9)]), "red_cloth", relief=0.5),
    ]
    return Form(tuple(parts))


def windmill(rng: Rng) -> Form:
    """A tower mill with four sails."""
    turn = float(rng.uniform(0.2, 1.3))
    parts = [
        Part(
            polygon([(-0.2, 0), (-0.12, -0.6), (0.12, -0.6), (0.2, 0)]),
            str(rng.choice(["plaster", "brick", "wood"])),
            relief=0.8,
        ),
        Part(
            smooth([(-0.14, -0.58), (-0.1, -0.7), (0.1, -0.72), (0.14, -0.58)]), "slate", relief=0.6
        ),
        Part(archway(0, 0, 0.1, 0.18), "ink", detail=True),
        Part(box(-0.03, -0.4, 0.03, -0.33), "ink", detail=True),
    ]
    for i in range(4):
        matrix = skia.Matrix()
        matrix.setRotate(float(turn * 57.3 + 90 * i), 0.0, -0.64)
        spar, cloth = box(-0.008, -1.08, 0.008, -0.64), box(0.008, -1.06, 0.1, -0.74)
        for path, tint in ((cloth, "linen"), (spar, "wood")):
            path.transform(matrix)
            parts.append(Part(path, tint, relief=0.1))
    return Form(tuple(parts))


def pagoda(rng: Rng) -> Form:
    """Tiers of upturned roofs."""
    del rng
    parts = []
    for i in range(4):
        y, w = -i * 0.22, 0.3 - i * 0.045
        parts += [
            Part(box(-w * 0.62, y - 0.16, w * 0.62, y), "red_cloth", relief=0.3),
            Part(
                smooth(
                    [
                        (-w * 1.25, y - 0.17),
                        (-w * 0.8, y - 0.18),
                        (-w * 0.5, y - 0.26),
                        (w * 0.5, y - 0.26),
                        (w * 0.8, y - 0.18),
                        (w * 1.25, y - 0.17),
                        (w * 0.7, y - 0.13),
                        (-w * 0.7, y - 0.13),
                    ],
                    tension=0.3,
                ),
                "slate",
                relief=0.4,
            ),
        ]
    return Form((*parts, Part(limb([(0, -0.88), (0, -1.05)], [0.02, 0.006]), "gold")))


BUILDINGS: dict[str, Callable[[Rng], Form]] = {
    "house": house,
    "cottage": cottage,
    "church": church,
    "cathedral": cathedral,
    "castle": castle,
    "tower": tower,
    "lighthouse": lighthouse,
    "windmill": windmill,
    "temple": monuments.temple,
    "ruin": monuments.ruin,
    "bridge": monuments.bridge,
    "arch": monuments.arch,
    "column": monuments.column,
    "town": townscape.town,
    "skyscrapers": townscape.skyscrapers,
    "factory": townscape.factory,
    "pyramid": monuments.pyramid,
    "pagoda": pagoda,
}
