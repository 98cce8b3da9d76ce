"""Birds on the wing, seen a little from below."""

import skia

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, limb, oval, polygon, smooth

# kind: body, wing tips, how slender, how forked the tail.
_KINDS = {
    "gull": ("white", "slate", 1.0, 0.2),
    "raven": ("black", "black", 1.15, 0.1),
    "swallow": ("blue", "deep", 0.72, 1.0),
    "songbird": ("hide", "bark", 1.2, 0.3),
}


def flying(rng: Rng, *, kind: str) -> Form:
    """One bird that flies to the right, both wings raised, about one unit tall."""
    body, tips, girth, fork = _KINDS[kind]
    lift = float(rng.uniform(-0.06, 0.06))
    near: list[Point] = [
        (0.16, -0.34), (0.02, -0.62 + lift), (-0.2, -0.9 + lift), (-0.62, -1.0 + lift),
        (-0.46, -0.84 + lift), (-0.34, -0.6 + lift), (-0.22, -0.36), (-0.04, -0.26),
    ]  # fmt: skip
    far: list[Point] = [
        (0.1, -0.36), (0.2, -0.62 - lift), (0.42, -0.82 - lift), (0.86, -0.92 - lift),
        (0.62, -0.74 - lift), (0.46, -0.52 - lift), (0.3, -0.34),
    ]  # fmt: skip
    torso = limb(
        [(-0.34, -0.24), (0.0, -0.27), (0.3, -0.33), (0.44, -0.36)],
        [0.06, 0.2 * girth, 0.2 * girth, 0.1],
    )
    tail = polygon(
        [(-0.24, -0.3), (-0.62, -0.3 - 0.06 * fork), (-0.56 + 0.14 * fork, -0.22),
         (-0.64, -0.14 + 0.04 * fork), (-0.22, -0.19)]
    )  # fmt: skip
    beak = polygon([(0.47, -0.405), (0.6, -0.36), (0.47, -0.335)])
    return Form(
        (
            Part(smooth(far), body, -0.12, relief=0.4, flow=0.6),
            Part(_tip(far), tips, -0.1, relief=0.2, flow=0.6, detail=True),
            Part(tail, tips, 0.0, relief=0.3, flow=0.1),
            Part(beak, "orange", relief=0.3),
            Part(torso, body, 0.03, relief=0.9, flow=0.1),
            Part(oval(0.44, -0.38, 0.075, 0.07), body, 0.03, relief=0.9),
            Part(oval(0.47, -0.395, 0.013, 0.015), "ink", relief=0, detail=True),
            Part(smooth(near), body, 0.06, relief=0.5, flow=2.4),
            Part(_tip(near), tips, 0.0, relief=0.2, flow=2.4, detail=True),
        )
    )


def _tip(wing: list[Point]) -> skia.Path:
    """The outer third of a wing."""
    outer = wing[2:5]
    return smooth([*outer, ((wing[2][0] + wing[4][0]) / 2, wing[4][1] - 0.02)])
