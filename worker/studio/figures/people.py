"""Whole human figures: a pose of joints, then flesh and cloth over it."""

from collections.abc import Callable

import numpy as np
import skia

from worker.studio.figures.heads import head
from worker.studio.figures.poses import POSES, Pose
from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, limb, oval, polygon, smooth, union

DRESS = ("coat", "dress", "robe", "bare", "uniform", "child")


def person(
    rng: Rng,
    *,
    pose: str = "standing",
    dress: str = "coat",
    tint: str | None = None,
    hat: str | None = None,
    skin: str = "skin",
) -> Form:
    """A figure in a pose and a dress; small seeded shifts keep two from being alike."""
    joints = _shifted(POSES[pose], rng)
    cloth = tint or str(rng.choice(["cloth", "red_cloth", "slate", "hide", "linen", "accent"]))
    girth = float(rng.uniform(0.92, 1.12))
    parts = _COSTUMES[dress](joints, cloth, skin, girth, rng)
    parts += head(joints, rng, skin=skin, hat=hat, long_hair=dress in ("dress",))
    return Form(tuple(parts))


def _shifted(pose: Pose, rng: Rng) -> Pose:
    def near(point: Point, amount: float = 0.012) -> Point:
        dx, dy = rng.normal(0, amount, 2)
        return point[0] + float(dx), min(point[1] + float(dy), -0.012)

    arm = (near(pose.near_arm[0]), near(pose.near_arm[1], 0.025))
    other = (near(pose.far_arm[0]), near(pose.far_arm[1], 0.025))
    return Pose(
        near(pose.head, 0.008), pose.neck, pose.hip, arm, other, pose.near_leg, pose.far_leg
    )


def _legs(joints: Pose, width: float) -> skia.Path:
    hip_x, hip_y = joints.hip
    legs = [
        limb([(hip_x + dx, hip_y), knee, foot], [width * 1.25, width * 0.85, width * 0.6])
        for dx, (knee, foot) in ((-0.02, joints.far_leg), (0.02, joints.near_leg))
    ]
    ahead = 1.0 if joints.near_leg[1][0] >= joints.far_leg[1][0] else -1.0
    feet = [
        limb([foot, (foot[0] + 0.045 * ahead, foot[1] + 0.005)], [width * 0.55, width * 0.35])
        for _, foot in (joints.near_leg, joints.far_leg)
    ]
    return union(*legs, *feet)


def _arm(joints: Pose, arm: tuple[Point, Point], width: float, side: float) -> skia.Path:
    shoulder = (joints.neck[0] + 0.055 * side, joints.neck[1] + 0.035)
    return limb([shoulder, *arm], [width, width * 0.82, width * 0.55])


def _torso(joints: Pose, girth: float, *, hem: float = 0.0, flare: float = 1.0) -> skia.Path:
    (nx, ny), (hx, hy) = joints.neck, joints.hip
    w = 0.088 * girth
    dx, dy = hx - nx, hy - ny
    length = float(np.hypot(dx, dy))
    px, py = -dy / length, dx / length  # across the body
    foot = (hx + dx * hem, hy + dy * hem)

    def at(share: float, across: float) -> Point:
        return nx + dx * share + px * across, ny + dy * share + py * across

    return smooth(
        [
            at(-0.02, -0.025), at(0.06, -w), at(0.3, -w * 0.95), at(0.66, -w * 0.78),
            (foot[0] - px * w * flare, foot[1] - py * w * flare),
            (foot[0] + px * w * flare, foot[1] + py * w * flare),
            at(0.66, w * 0.78), at(0.3, w * 0.95), at(0.06, w), at(-0.02, 0.025),
        ]
    )  # fmt: skip


def _hands(joints: Pose, skin: str) -> list[Part]:
    return [
        Part(oval(x, y, 0.018, 0.021), skin, detail=True)
        for x, y in (joints.near_arm[1], joints.far_arm[1])
    ]


def _coat(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    hem = float(rng.choice([0.08, 0.25, 0.45]))
    trousers = str(rng.choice(["black", "slate", "bark", "linen"]))
    return [
        Part(_arm(joints, joints.far_arm, 0.062, -1), cloth, -0.08),
        Part(_legs(joints, 0.085), trousers),
        Part(_torso(joints, girth, hem=hem, flare=1.0 + 0.22 * hem), cloth, relief=0.8),
        *_front(joints, cloth, hem),
        Part(_arm(joints, joints.near_arm, 0.062, 1), cloth, 0.05),
        *_hands(joints, skin),
    ]


def _front(joints: Pose, cloth: str, hem: float) -> list[Part]:
    """The shirt in the opening of a coat, and the seam below it."""
    (nx, ny), (hx, hy) = joints.neck, joints.hip
    x, y = nx + (hx - nx) * 0.5, ny + (hy - ny) * 0.5
    shirt = polygon([(nx - 0.022, ny), (nx + 0.04, ny), (x + 0.014, y)])
    seam = limb([(x + 0.014, y), (hx + 0.012, hy + (hy - ny) * hem * 0.9)], [0.007, 0.007])
    return [
        Part(shirt, "linen", relief=0, detail=True),
        Part(seam, cloth, -0.2, relief=0, detail=True),
    ]


def _uniform(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    parts = _coat(joints, "red_cloth" if rng.random() < 0.5 else "cloth", skin, girth, rng)
    (nx, ny), (hx, hy) = joints.neck, joints.hip
    strap = limb([(nx - 0.07, ny + 0.03), (hx + 0.07, hy - 0.03)], [0.02, 0.02])
    return [*parts, Part(strap, "linen", detail=True)]


def _skirt(joints: Pose, girth: float, rng: Rng, *, width: float) -> skia.Path:
    hx, hy = joints.hip
    nx, ny = joints.neck
    waist = (hx + (nx - hx) * 0.32, hy + (ny - hy) * 0.32)
    feet = [joints.near_leg[1], joints.far_leg[1]]
    middle = sum(x for x, _ in feet) / 2
    knees = [joints.near_leg[0], joints.far_leg[0]]
    left = min([middle - width, *(x - 0.05 for x, _ in feet)])
    right = max([middle + width, *(x + 0.05 for x, _ in feet)])
    sway = float(rng.uniform(-0.02, 0.02))
    front = max(x for x, _ in knees) + 0.06
    back = min(x for x, _ in knees) - 0.06
    mid_y = (waist[1] - 0.02) / 2
    return smooth(
        [
            (waist[0] - 0.055 * girth, waist[1]),
            (min(back, middle - width * 0.66), mid_y),
            (left + sway, -0.02), (middle, 0.0), (right + sway, -0.02),
            (max(front, middle + width * 0.66), mid_y),
            (waist[0] + 0.055 * girth, waist[1]),
        ],
        tension=0.42,
    )  # fmt: skip


def _dress(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    width = float(rng.uniform(0.14, 0.24))
    skirt = _skirt(joints, girth, rng, width=width)
    folds = [
        Part(
            limb(
                [
                    (joints.hip[0] + t * 0.04, joints.hip[1] + 0.02),
                    (joints.hip[0] + t * width * 0.8, -0.05),
                ],
                [0.006, 0.016],
            ),
            cloth,
            -0.12,
            detail=True,
        )
        for t in (-0.7, -0.1, 0.55)
    ]
    apron = str(rng.choice([cloth, cloth, "linen"]))
    return [
        Part(_arm(joints, joints.far_arm, 0.052, -1), cloth, -0.08),
        Part(skirt, apron, relief=0.7),
        *folds,
        Part(_torso(joints, girth * 0.86), cloth, 0.04, relief=0.8),
        Part(_arm(joints, joints.near_arm, 0.052, 1), cloth, 0.06),
        *_hands(joints, skin),
    ]


def _robe(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    width = float(rng.uniform(0.11, 0.15))
    skirt = _skirt(joints, girth * 1.4, rng, width=width)
    mantle = str(rng.choice(["red_cloth", "blue", "gold", "linen"]))
    (nx, ny), (hx, hy) = joints.neck, joints.hip
    drape = smooth(
        [
            (nx - 0.07, ny + 0.01), (nx + 0.08, ny + 0.05), (hx + 0.1, hy),
            (hx + 0.08, hy * 0.3), (hx + 0.0, hy * 0.45), (nx - 0.02, ny * 0.75),
        ]
    )  # fmt: skip
    return [
        Part(_arm(joints, joints.far_arm, 0.06, -1), cloth, -0.08),
        Part(union(skirt, _torso(joints, girth)), cloth, relief=0.8),
        Part(drape, mantle, relief=0.7),
        Part(_arm(joints, joints.near_arm, 0.06, 1), mantle, 0.05),
        *_hands(joints, skin),
    ]


def _bare(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    del cloth, rng
    return [
        Part(_arm(joints, joints.far_arm, 0.048, -1), skin, -0.07),
        Part(union(_legs(joints, 0.088), _torso(joints, girth * 0.9)), skin, relief=1.0),
        Part(_arm(joints, joints.near_arm, 0.048, 1), skin, 0.05),
    ]


def _child(joints: Pose, cloth: str, skin: str, girth: float, rng: Rng) -> list[Part]:
    return [
        Part(_arm(joints, joints.far_arm, 0.06, -1), cloth, -0.06),
        Part(_legs(joints, 0.08), skin),
        Part(_torso(joints, girth * 1.1, hem=0.45, flare=1.6), cloth, relief=0.8),
        Part(_arm(joints, joints.near_arm, 0.06, 1), cloth, 0.04),
        *_hands(joints, skin),
    ]


_COSTUMES: dict[str, Callable[[Pose, str, str, float, Rng], list[Part]]] = {
    "coat": _coat,
    "dress": _dress,
    "robe": _robe,
    "bare": _bare,
    "uniform": _uniform,
    "child": _child,
}
