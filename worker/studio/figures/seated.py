"""Animals that sit: the cat and the hare."""

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import blob, limb, oval, polygon, smooth, union


def sitting_cat(rng: Rng) -> Form:
    """A cat that sits with its tail about it, one unit tall."""
    tint = str(rng.choice(["grey_fur", "black", "fur", "white", "hide"]))
    tail = limb(
        [(-0.26, -0.05), (-0.5, -0.07), (-0.6, -0.24), (-0.5, -0.4)], [0.1, 0.1, 0.09, 0.05]
    )
    body = smooth(
        [
            (-0.3, 0.0),
            (-0.36, -0.18),
            (-0.26, -0.42),
            (-0.1, -0.6),
            (0.08, -0.66),
            (0.2, -0.5),
            (0.19, -0.25),
            (0.22, -0.04),
            (0.16, 0.0),
        ]
    )
    head = oval(0.11, -0.77, 0.175, 0.145)
    ears = [
        polygon([(x - 0.08, -0.84), (x + lean, -1.02), (x + 0.08, -0.85)])
        for x, lean in ((0.0, -0.03), (0.22, 0.03))
    ]
    eyes = [
        Part(oval(x, -0.79, 0.026, 0.03), "yellow", 0.1, relief=0, detail=True)
        for x in (0.06, 0.19)
    ]
    slits = [Part(oval(x, -0.79, 0.007, 0.026), "ink", relief=0, detail=True) for x in (0.06, 0.19)]
    nose = Part(
        polygon([(0.11, -0.735), (0.15, -0.735), (0.13, -0.715)]), "petal", relief=0, detail=True
    )
    whiskers = [
        limb([(0.13 + 0.03 * s, -0.71), (0.13 + 0.24 * s, -0.7 + dy)], [0.007, 0.003])
        for s in (-1, 1)
        for dy in (-0.03, 0.03)
    ]
    legs = [limb([(x, -0.42), (x + 0.01, -0.03)], [0.02, 0.014]) for x in (0.05, 0.13)]
    return Form(
        (
            Part(tail, tint, -0.05),
            Part(union(body, head, *ears), tint, relief=0.9),
            Part(limb([(0.1, -0.6), (0.12, -0.4)], [0.12, 0.03]), "white", -0.02, detail=True),
            *(Part(line, "ink", 0.1, relief=0, detail=True) for line in (*legs, *whiskers)),
            *eyes,
            *slits,
            nose,
        )
    )


def sitting_hare(rng: Rng) -> Form:
    """A hare on its haunches with its ears up, one unit tall."""
    tint = str(rng.choice(["bark", "grey_fur", "linen", "fur"]))
    body = smooth(
        [
            (-0.4, -0.03),
            (-0.44, -0.26),
            (-0.26, -0.48),
            (0.0, -0.5),
            (0.16, -0.46),
            (0.23, -0.28),
            (0.2, -0.06),
            (0.24, 0.0),
            (-0.1, 0.0),
        ]
    )
    head = smooth(
        [
            (0.07, -0.6),
            (0.16, -0.7),
            (0.3, -0.66),
            (0.41, -0.55),
            (0.38, -0.48),
            (0.24, -0.44),
            (0.12, -0.46),
        ]
    )
    ears = [
        limb([(0.17 + dx, -0.64), (0.08 + dx, -0.84), (0.05 + 1.5 * dx, -1.0)], [0.06, 0.1, 0.02])
        for dx in (0.0, 0.09)
    ]
    haunch = smooth([(-0.36, -0.03), (-0.37, -0.26), (-0.2, -0.35), (-0.05, -0.2), (-0.08, -0.02)])
    return Form(
        (
            Part(blob(-0.44, -0.11, 0.075, 0.07, rng), "white", relief=0.5),
            Part(ears[1], tint, -0.08),
            Part(union(body, head, ears[0]), tint, relief=0.9),
            Part(haunch, tint, -0.05, relief=0.7, detail=True),
            Part(limb([(0.15, -0.64), (0.08, -0.88)], [0.015, 0.03]), "petal", 0.05, detail=True),
            Part(oval(0.27, -0.595, 0.022, 0.024), "ink", relief=0, detail=True),
            Part(
                limb([(0.14, -0.3), (0.16, -0.04)], [0.015, 0.012]),
                "ink",
                0.1,
                relief=0,
                detail=True,
            ),
        )
    )
