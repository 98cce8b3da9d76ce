"""Whole human figures: a pose of joints, then flesh and cloth over it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import skia

from worker.studio.form import Form, Part
from worker.studio.noise import Rng
from worker.studio.outline import Point, blob, limb, moved, oval, polygon, smooth, union


@dataclass(frozen=True)
class Pose:
    """Joints of a figure about one unit tall; y is negative upwards from the ground."""

    head: Point
    neck: Point
    hip: Point
    near_arm: tuple[Point, Point]  # elbow, hand
    far_arm: tuple[Point, Point]
    near_leg: tuple[Point, Point]  # knee, foot
    far_leg: tuple[Point, Point]


POSES: dict[str, Pose] = {
    "standing": Pose(
        (0.0, -0.93), (0.0, -0.83), (0.0, -0.5),
        ((0.1, -0.66), (0.1, -0.5)), ((-0.1, -0.66), (-0.11, -0.5)),
        ((0.04, -0.27), (0.06, -0.02)), ((-0.04, -0.27), (-0.05, -0.02)),
    ),
    "walking": Pose(
        (0.04, -0.93), (0.02, -0.83), (0.0, -0.5),
        ((0.09, -0.66), (0.17, -0.53)), ((-0.09, -0.67), (-0.13, -0.52)),
        ((0.1, -0.28), (0.13, -0.02)), ((-0.05, -0.27), (-0.17, -0.05)),
    ),
    "running": Pose(
        (0.14, -0.9), (0.1, -0.81), (0.0, -0.5),
        ((0.2, -0.68), (0.3, -0.76)), ((-0.06, -0.68), (-0.16, -0.6)),
        ((0.18, -0.38), (0.16, -0.12)), ((-0.1, -0.3), (-0.3, -0.22)),
    ),
    "sitting": Pose(
        (0.02, -0.78), (0.0, -0.68), (-0.04, -0.34),
        ((0.1, -0.5), (0.2, -0.4)), ((-0.09, -0.5), (0.08, -0.38)),
        ((0.22, -0.36), (0.22, -0.02)), ((0.17, -0.34), (0.14, -0.02)),
    ),
    "kneeling": Pose(
        (0.08, -0.72), (0.04, -0.62), (-0.02, -0.3),
        ((0.12, -0.48), (0.2, -0.54)), ((0.0, -0.46), (0.16, -0.5)),
        ((0.1, -0.06), (-0.14, -0.02)), ((0.06, -0.05), (-0.2, -0.02)),
    ),
    "bowed": Pose(
        (0.17, -0.74), (0.1, -0.7), (-0.02, -0.42),
        ((0.16, -0.52), (0.2, -0.66)), ((0.06, -0.5), (0.18, -0.6)),
        ((0.04, -0.22), (0.0, -0.02)), ((-0.04, -0.22), (-0.08, -0.02)),
    ),
    "arms raised": Pose(
        (0.0, -0.86), (0.0, -0.76), (0.0, -0.46),
        ((0.15, -0.84), (0.19, -0.99)), ((-0.15, -0.84), (-0.2, -0.98)),
        ((0.05, -0.25), (0.08, -0.02)), ((-0.05, -0.25), (-0.08, -0.02)),
    ),
    "reaching": Pose(
        (0.04, -0.92), (0.02, -0.82), (-0.02, -0.5),
        ((0.17, -0.76), (0.32, -0.8)), ((-0.1, -0.66), (-0.08, -0.5)),
        ((0.07, -0.27), (0.08, -0.02)), ((-0.06, -0.27), (-0.12, -0.02)),
    ),
    "carrying": Pose(
        (0.03, -0.9), (0.0, -0.8), (-0.01, -0.48),
        ((0.12, -0.9), (0.05, -1.0)), ((-0.1, -0.64), (-0.1, -0.48)),
        ((0.06, -0.26), (0.08, -0.02)), ((-0.05, -0.26), (-0.1, -0.02)),
    ),
    "dancing": Pose(
        (-0.03, -0.9), (0.0, -0.8), (0.02, -0.5),
        ((0.16, -0.82), (0.24, -0.96)), ((-0.15, -0.72), (-0.28, -0.66)),
        ((0.18, -0.42), (0.12, -0.2)), ((0.0, -0.26), (-0.02, -0.01)),
    ),
    "reclining": Pose(
        (-0.4, -0.36), (-0.31, -0.29), (0.0, -0.12),
        ((-0.34, -0.14), (-0.26, -0.03)), ((-0.2, -0.14), (-0.06, -0.14)),
        ((0.2, -0.24), (0.4, -0.04)), ((0.22, -0.1), (0.46, -0.04)),
    ),
    "working": Pose(
        (0.2, -0.72), (0.13, -0.68), (-0.04, -0.46),
        ((0.2, -0.5), (0.28, -0.36)), ((0.12, -0.5), (0.22, -0.34)),
        ((0.08, -0.24), (0.04, -0.02)), ((-0.1, -0.24), (-0.14, -0.02)),
    ),
}  # fmt: skip

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
    parts += _head(joints, rng, skin=skin, hat=hat, long_hair=dress in ("dress",))
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


def _head(joints: Pose, rng: Rng, *, skin: str, hat: str | None, long_hair: bool) -> list[Part]:
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
