"""Many buildings as one thing: a town, a skyline, a factory."""

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, box, limb, polygon
from worker.studio.scenery.masonry import windows


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
            parts += windows(rng, x + 0.02, x + w - 0.02, y - h, y - 0.06, columns=2, rows=2)
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
            parts += windows(
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
    return Form((*parts, *windows(rng, -0.76, 0.76, -0.3, -0.05, columns=9, rows=1)))
