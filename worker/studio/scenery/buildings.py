"""Buildings: cottages to cathedrals, whole and ruined, in simple lit masses."""

from collections.abc import Callable

import skia

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, box, cut, limb, oval, polygon, smooth, union


def _arch(
    x: float, base: float, width: float, height: float, *, pointed: bool = False
) -> skia.Path:
    half = width / 2
    if pointed:
        return smooth(
            [
                (x - half, base),
                (x - half, base - height * 0.55),
                (x, base - height),
                (x + half, base - height * 0.55),
                (x + half, base),
            ],
            tension=0.1,
        )
    path = skia.Path()
    path.moveTo(x - half, base)
    path.lineTo(x - half, base - height + half)
    path.arcTo(
        skia.Rect.MakeLTRB(x - half, base - height, x + half, base - height + width),
        180,
        180,
        False,
    )
    path.lineTo(x + half, base)
    path.close()
    return path


def _windows(
    rng: Rng,
    left: float,
    right: float,
    top: float,
    bottom: float,
    *,
    columns: int,
    rows: int,
    arched: bool = False,
) -> list[Part]:
    width, height = (right - left) / columns, (bottom - top) / rows
    lit = rng.random((rows, columns)) < 0.22
    parts = []
    for row in range(rows):
        for column in range(columns):
            x, y = left + width * (column + 0.5), top + height * (row + 0.8)
            shape = (
                _arch(x, y, width * 0.42, height * 0.6)
                if arched
                else box(x - width * 0.2, y - height * 0.55, x + width * 0.2, y)
            )
            parts.append(
                Part(
                    shape,
                    "gold" if lit[row, column] else "ink",
                    0.1 if lit[row, column] else 0.06,
                    relief=0,
                    detail=True,
                )
            )
    return parts


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
            *_windows(rng, -w - 0.17, -0.23, -eave, -0.3, columns=2, rows=1),
            *_windows(
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
            Part(_arch(0.06, 0, 0.17, 0.32), "wood", -0.1, detail=True),
            *_windows(rng, -0.5, -0.1, -0.36, -0.04, columns=2, rows=1),
            *_windows(rng, 0.22, 0.5, -0.36, -0.04, columns=1, rows=1),
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
                Part(_arch(wx, -0.07, 0.06, 0.17, pointed=True), "ink", 0.05, detail=True)
                for wx in (-0.32, -0.2, -0.02, 0.1, 0.34)
                if abs(wx - x) > 0.12
            ),
            Part(_arch(x, -0.42, 0.07, 0.14, pointed=True), "ink", detail=True),
            Part(_arch(x, 0, 0.1, 0.18, pointed=True), "wood", -0.15, detail=True),
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
            Part(_arch(x + dx, y, 0.06, 0.18, pointed=True), "ink", 0.04, detail=True)
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
        Part(_arch(x, 0, w, h, pointed=True), "ink", 0.05, detail=True)
        for x, w, h in ((0, 0.17, 0.3), (-0.34, 0.11, 0.18), (0.34, 0.11, 0.18))
    ]
    return Form(tuple(parts))


def _battlement(left: float, right: float, top: float, base: float, *, teeth: int) -> skia.Path:
    step = (right - left) / (2 * teeth - 1)
    points: list[Point] = [(left, base), (left, top)]
    for i in range(2 * teeth - 1):
        y = top - (0.04 if i % 2 == 0 else 0)
        points += [(left + i * step, y), (left + (i + 1) * step, y)]
    points += [(right, top), (right, base)]
    return polygon(points)


def castle(rng: Rng) -> Form:
    """A keep, a curtain wall and towers of different heights."""
    parts: list[Part] = []
    towers = [(-0.5, 0.62), (-0.18, 0.92), (0.14, 0.74), (0.5, 0.66)]
    rng.shuffle(towers)
    xs = sorted(x for x, _ in towers)
    for x, (_, h) in zip(xs[1:3], towers[1:3], strict=True):
        parts += [
            Part(_battlement(x - 0.14, x + 0.14, -h, 0, teeth=4), "stone", -0.04, relief=0.3),
            *_windows(rng, x - 0.1, x + 0.1, -h + 0.1, -0.4, columns=1, rows=2),
        ]
    parts.append(Part(_battlement(-0.5, 0.5, -0.4, 0, teeth=11), "stone", 0.03, relief=0.15))
    for x, (_, h) in zip((xs[0], xs[3]), (towers[0], towers[3]), strict=True):
        parts.append(
            Part(_battlement(x - 0.11, x + 0.11, -h, 0, teeth=4), "stone", 0.05, relief=0.7)
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
    parts.append(Part(_arch(0.02, 0, 0.17, 0.26), "ink", 0.03, detail=True))
    return Form(tuple(parts))


def tower(rng: Rng) -> Form:
    """One tall tower, stepped."""
    top = str(rng.choice(["battlement", "roof"]))
    parts = [
        Part(polygon([(-0.15, 0), (-0.12, -0.82), (0.12, -0.82), (0.15, 0)]), "stone", relief=0.7)
    ]
    parts.append(
        Part(_battlement(-0.15, 0.15, -0.86, -0.78, teeth=4), "stone", 0.05, relief=0.5)
        if top == "battlement"
        else Part(polygon([(-0.16, -0.8), (0, -1.0), (0.16, -0.8)]), "slate", relief=0.6)
    )
    parts += [Part(_arch(0, y, 0.06, 0.11), "ink", detail=True) for y in (-0.58, -0.34)] + [
        Part(_arch(0, 0, 0.09, 0.17), "ink", detail=True)
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
        Part(_arch(0, 0, 0.1, 0.18), "ink", detail=True),
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
        _arch(-0.38, -0.1, 0.2, 0.58, pointed=True),
        _arch(-0.05, -0.1, 0.18, 0.56, pointed=True),
        _arch(0.32, 0.0, 0.18, 0.28, pointed=True),
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
        _arch(
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
    block = cut(box(-0.5, -0.95, 0.5, 0), _arch(0, 0.02, 0.42, 0.72))
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


def town(rng: Rng) -> Form:
    """Roofs crowded together with a steeple among them; wide."""
    parts: list[Part] = []
    for row, (scale, lift) in enumerate(((0.72, 0.16), (0.86, 0.06), (1.0, 0.0))):
        x = -1.5
        while x < 1.45:
            w, h = float(rng.uniform(0.16, 0.3)), float(rng.uniform(0.26, 0.46)) * scale
            y = -lift
            wall, roof = (
                str(rng.choice(["plaster", "linen", "stone", "brick"])),
                str(rng.choice(["brick", "slate", "rust"])),
            )
            parts.append(Part(box(x, y - h, x + w, y + 0.1), wall, -0.04 + 0.03 * row, relief=0.1))
            parts.append(
                Part(
                    polygon(
                        [
                            (x - 0.02, y - h),
                            (x + w * 0.5, y - h - float(rng.uniform(0.1, 0.2))),
                            (x + w + 0.02, y - h),
                        ]
                    ),
                    roof,
                    relief=0.1,
                )
            )
            parts += _windows(rng, x + 0.02, x + w - 0.02, y - h, y - 0.06, columns=2, rows=2)
            x += w * float(rng.uniform(0.85, 1.1))
        if row == 0:
            sx = float(rng.uniform(-0.8, 0.8))
            parts += [
                Part(box(sx - 0.07, -0.75, sx + 0.07, 0), "stone", relief=0.4),
                Part(
                    polygon([(sx - 0.09, -0.74), (sx, -1.0), (sx + 0.09, -0.74)]),
                    "slate",
                    relief=0.5,
                ),
            ]
    return Form(tuple(parts))


def skyscrapers(rng: Rng) -> Form:
    """A modern skyline; wide."""
    parts: list[Part] = []
    for row in range(2):
        x = -1.5
        while x < 1.4:
            w, h = (
                float(rng.uniform(0.14, 0.3)),
                float(rng.uniform(0.35, 0.98 if row == 0 else 0.6)),
            )
            tint = str(rng.choice(["slate", "stone", "cool", "brick", "deep"]))
            parts.append(Part(box(x, -h, x + w, 0), tint, 0.05 - 0.07 * row, relief=0.15))
            parts += _windows(
                rng,
                x + 0.015,
                x + w - 0.015,
                -h + 0.03,
                -0.03,
                columns=max(2, int(w / 0.06)),
                rows=max(3, int(h / 0.09)),
            )
            if rng.random() < 0.25:
                parts.append(
                    Part(limb([(x + w / 2, -h), (x + w / 2, -h - 0.12)], [0.012, 0.006]), "ink")
                )
            x += w * float(rng.uniform(0.9, 1.15))
    return Form(tuple(parts))


def factory(rng: Rng) -> Form:
    """Sheds with saw-tooth roofs and smoking chimneys."""
    parts: list[Part] = []
    for x in (-0.35, 0.0, 0.42):
        h = float(rng.uniform(0.75, 0.95))
        smoke = limb(
            [(x, -h), (x + 0.1, -h - 0.1), (x + 0.3, -h - 0.16), (x + 0.62, -h - 0.13)],
            [0.05, 0.12, 0.17, 0.05],
        )
        parts += [
            Part(smoke, "pale", -0.1, relief=0.3),
            Part(
                polygon([(x - 0.05, 0), (x - 0.035, -h), (x + 0.035, -h), (x + 0.05, 0)]),
                "brick",
                relief=0.7,
            ),
        ]
    saw: list[Point] = [(-0.8, 0), (-0.8, -0.32)]
    for i in range(4):
        saw += [(-0.8 + 0.4 * i, -0.48), (-0.4 + 0.4 * i, -0.32)]
    parts.append(Part(polygon([*saw, (0.8, 0)]), "rust", relief=0.1))
    return Form((*parts, *_windows(rng, -0.76, 0.76, -0.3, -0.05, columns=9, rows=1)))


def pyramid(rng: Rng) -> Form:
    """A pyramid with one face in shade."""
    edge = float(rng.uniform(-0.2, 0.3))
    return Form(
        (
            Part(polygon([(-0.85, 0), (0, -1), (0.85, 0)]), "sand", 0.03, relief=0.05),
            Part(polygon([(edge, 0), (0, -1), (0.85, 0)]), "sand", -0.18, relief=0.05),
        )
    )


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
    "temple": temple,
    "ruin": ruin,
    "bridge": bridge,
    "arch": arch,
    "column": column,
    "town": town,
    "skyscrapers": skyscrapers,
    "factory": factory,
    "pyramid": pyramid,
    "pagoda": pagoda,
}
