"""The human skeleton: a table of poses and the joints that follow from one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from worker.studio.scene.mesh import Array, columns, rotation

Point = tuple[float, float, float]
Vector = Any
"""A point or direction as an array (3,), where `Clay` and `tube` ask for sequences."""
Pair = tuple[Point, Point]
_THIGH, _SHIN, _UPPER_ARM, _FOREARM, _SPINE = 0.44, 0.43, 0.29, 0.26, 0.52


@dataclass(frozen=True)
class Pose:
    """Where the body's ends are, in metres of an adult of 1.75 m; pairs are left (+x), right.

    `spine` points from the hips to the neck and `front` where the body faces. `twist` turns the
    shoulders against the hips, `tilt` raises the left shoulder, `sway` the left hip and `stoop`
    rounds the back. `head` is nod, turn and tilt in degrees. `elbows` and `knees` are the
    directions that these point in. `turn` turns all, so that the gesture is seen well; cloth
    hangs down, or along the legs where `hang` is 1, and flies after by `flies`.
    """

    hips: Point = (0.05, 0.915, 0.0)
    spine: Point = (-0.07, 1.0, 0.02)
    front: Point = (0.0, 0.0, 1.0)
    twist: float = 0.0
    tilt: float = -5.0
    sway: float = 5.0
    stoop: float = 0.0
    head: Point = (4.0, -14.0, 3.0)
    hands: Pair = ((0.3, 0.9, 0.05), (-0.33, 0.92, 0.1))
    elbows: Pair = ((0.7, -0.2, -1.0), (-0.7, -0.2, -1.0))
    feet: Pair = ((0.085, 0.08, -0.02), (-0.13, 0.08, 0.1))
    toes: Pair = ((0.3, 0.0, 1.0), (-0.5, 0.0, 1.0))
    knees: Pair = ((0.2, 0.0, 1.0), (-0.4, 0.0, 1.0))
    turn: float = 0.0
    hang: float = 0.0
    flies: Point = (0.0, 0.0, 0.0)


_STAND = Pose()

STANDS: tuple[Pose, ...] = (replace(_STAND, sway=8.0, tilt=-7.0, hands=((0.36, 0.9, 0.06),
    (-0.35, 0.94, 0.1))), replace(_STAND, hands=((0.21, 1.02, 0.08), (-0.37, 0.93, 0.1)), sway=7.0,
    tilt=-6.0, elbows=((1.0, 0.1, -0.3), (-0.7, -0.2, -1.0)), head=(2.0, 18.0, -2.0)),
    replace(_STAND, hands=((0.03, 0.93, 0.27), (-0.06, 0.9, 0.28)), elbows=((1.0, -0.2, -0.4),
    (-1.0, -0.2, -0.4)), head=(10.0, -8.0, 2.0)), replace(_STAND, hands=((0.0, 1.13, 0.27),
    (-0.08, 1.42, 0.26)), head=(10.0, -16.0, 4.0), elbows=((1.0, -0.6, 0.0), (-0.7, -1.0, 0.2)),
    turn=18.0), replace(_STAND, hands=((0.1, 0.97, -0.16), (-0.1, 0.97, -0.17)), sway=2.0,
    tilt=-2.0, elbows=((1.0, 0.1, -0.7), (-1.0, 0.1, -0.7)), head=(-4.0, 12.0, 0.0)))
"""Ways to stand: at ease, a hand on the hip, hands joined, in thought, hands behind the back."""
_SEATED = Pose(hips=(0.0, 0.54, 0.0), spine=(0.04, 1.0, -0.04), sway=0.0, tilt=3.0,
    hands=((0.17, 0.66, 0.3), (-0.13, 0.65, 0.33)), feet=((0.17, 0.08, 0.42), (-0.13, 0.08, 0.34)),
    knees=((0.2, 0.5, 1.0), (-0.2, 0.5, 1.0)), toes=((0.4, 0.0, 1.0), (-0.2, 0.0, 1.0)), turn=25.0)
_WALK = Pose(hips=(0.0, 0.885, 0.0), spine=(0.0, 1.0, 0.1), twist=-14.0, sway=2.0, tilt=-2.0,
    head=(4.0, 0.0, 0.0), hands=((0.27, 0.95, -0.26), (-0.25, 1.0, 0.3)), elbows=((0.3, -0.2, -1.0),
    (-0.3, -0.6, -1.0)), feet=((0.07, 0.09, 0.4), (-0.08, 0.17, -0.38)), toes=((0.1, 0.2, 1.0),
    (-0.1, -0.9, 1.0)), knees=((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)), turn=48.0, flies=(0.0, 0.0, -0.1))

POSES: dict[str, Pose] = {
    "standing": _STAND,
    "walking": _WALK,
    "running": replace(_WALK, hips=(0.0, 0.84, 0.0), spine=(0.0, 1.0, 0.34), twist=-24.0,
        head=(-8.0, 0.0, 0.0), hands=((0.3, 1.02, -0.3), (-0.16, 1.3, 0.5)),
        elbows=((0.6, 0.3, -1.0), (-0.7, -1.0, -0.3)), feet=((0.09, 0.44, 0.3),
        (-0.09, 0.17, -0.54)), toes=((0.0, -0.25, 1.0), (0.0, -1.0, 0.7)), knees=((0.1, 0.6, 1.0),
        (0.0, -0.2, 1.0)), turn=58.0, flies=(0.0, 0.08, -0.3)),
    "sitting": _SEATED,
    "kneeling": Pose(hips=(0.0, 0.52, 0.0), spine=(0.0, 1.0, 0.12), sway=4.0, head=(14.0, 0.0, 0.0),
        hands=((0.12, 0.62, 0.38), (-0.3, 0.52, 0.1)), feet=((0.13, 0.08, 0.36),
        (-0.11, 0.08, -0.4)), toes=((0.1, 0.0, 1.0), (0.0, -1.0, -0.2)), knees=((0.1, 1.0, 0.6),
        (0.0, -0.4, 1.0)), turn=42.0),
    "crouching": Pose(hips=(0.0, 0.3, -0.12), spine=(0.0, 0.75, 0.6), stoop=0.08, sway=0.0,
        tilt=3.0, head=(6.0, 10.0, 0.0), hands=((0.12, 0.3, 0.5), (-0.16, 0.22, 0.46)),
        elbows=((1.0, 0.2, 0.0), (-1.0, 0.2, 0.0)), feet=((0.17, 0.08, 0.02), (-0.16, 0.1, -0.08)),
        toes=((0.5, 0.0, 1.0), (-0.4, -0.3, 1.0)), knees=((0.6, 0.5, 1.0), (-0.5, 0.3, 1.0)),
        turn=42.0),
    "dancing": Pose(hips=(0.05, 0.96, 0.0), spine=(-0.2, 1.0, -0.04), twist=18.0, tilt=12.0,
        sway=-8.0, head=(-10.0, -38.0, 14.0), hands=((0.34, 1.92, 0.1), (-0.66, 1.28, 0.2)),
        elbows=((1.0, 0.0, -0.3), (0.2, -1.0, -0.4)), feet=((0.07, 0.14, 0.0), (-0.36, 0.44, -0.1)),
        toes=((0.4, -0.9, 1.0), (-0.5, -0.8, 0.2)), knees=((0.2, 0.0, 1.0), (-1.0, 0.3, 0.8)),
        flies=(-0.22, 0.05, 0.0)),
    "reclining": Pose(hips=(-0.05, 0.15, 0.0), spine=(0.8, 0.6, -0.05), front=(-0.15, 0.25, 1.0),
        sway=0.0, tilt=8.0, head=(6.0, -8.0, -10.0), hands=((0.66, 0.05, 0.32), (-0.18, 0.36, 0.2)),
        elbows=((0.6, -1.0, 0.0), (0.0, 0.6, 0.8)), feet=((-0.86, 0.07, 0.14), (-0.7, 0.09, -0.06)),
        toes=((-1.0, 0.0, 0.7), (-1.0, 0.0, 0.5)), knees=((0.0, 0.3, 1.0), (0.0, 1.0, 0.3)),
        hang=1.0),
    "lying": Pose(hips=(0.0, 0.13, 0.0), spine=(1.0, 0.02, 0.0), front=(0.0, 1.0, 0.0), sway=0.0,
        tilt=0.0, head=(8.0, 10.0, 0.0), hands=((0.22, 0.08, 0.34), (0.26, 0.27, 0.02)),
        elbows=((-0.2, 0.0, 1.0), (-0.2, 0.1, -1.0)), feet=((-0.86, 0.09, 0.1), (-0.8, 0.09, -0.1)),
        toes=((-0.4, 1.0, 0.4), (-0.2, 1.0, -0.2)), knees=((0.0, 1.0, 0.0), (0.0, 1.0, 0.0)),
        hang=1.0),
    "leaping": Pose(hips=(0.0, 1.05, 0.0), spine=(0.0, 1.0, 0.14), twist=-20.0, tilt=8.0, sway=0.0,
        head=(-6.0, -24.0, 0.0), hands=((0.5, 1.86, -0.16), (-0.36, 1.5, 0.56)),
        elbows=((1.0, 0.0, -0.3), (-1.0, -0.6, 0.0)), feet=((0.1, 0.5, 0.56), (-0.09, 0.6, -0.62)),
        toes=((0.0, -0.5, 1.0), (0.0, -1.0, -0.5)), knees=((0.1, 0.6, 1.0), (0.0, -0.5, 1.0)),
        turn=58.0, flies=(0.0, 0.04, -0.14)),
    "falling": Pose(hips=(0.0, 1.1, 0.0), spine=(0.7, -0.5, 0.15), front=(-0.1, -0.1, 1.0),
        sway=0.0, tilt=0.0, twist=15.0, head=(-12.0, 25.0, 10.0), hands=((0.46, 0.26, 0.3),
        (0.98, 1.15, 0.1)), elbows=((-0.6, -0.4, 0.3), (0.3, 1.0, 0.0)), feet=((-0.84, 1.3, -0.1),
        (-0.5, 1.66, 0.2)), toes=((-1.0, 0.5, 0.0), (-0.5, 1.0, 0.3)), knees=((-0.2, -0.6, 1.0),
        (0.3, 0.4, 1.0)), hang=1.0, flies=(0.0, 0.25, 0.0)),
    "climbing": Pose(hips=(0.03, 0.92, -0.02), spine=(-0.08, 1.0, 0.1), tilt=16.0, sway=10.0,
        twist=0.0, head=(-28.0, 6.0, 0.0), hands=((0.22, 1.92, 0.26), (-0.26, 1.56, 0.34)),
        elbows=((1.0, -0.3, 0.0), (-1.0, -0.4, -0.2)), feet=((0.16, 0.5, 0.3), (-0.12, 0.12, 0.1)),
        knees=((0.8, 0.3, 1.0), (-0.4, 0.0, 1.0)), turn=142.0),
    "bowing": Pose(hips=(0.0, 0.9, -0.16), spine=(0.0, 0.5, 0.85), stoop=0.06, sway=0.0, tilt=0.0,
        head=(52.0, 0.0, 0.0), hands=((0.06, 0.98, 0.36), (-0.5, 0.95, -0.12)),
        elbows=((0.8, -0.6, 0.2), (-0.6, 0.6, -0.6)), feet=((0.1, 0.08, 0.12),
        (-0.12, 0.08, -0.16)), turn=58.0),
    "pointing": replace(_STAND, hands=((0.72, 1.5, 0.26), (-0.3, 0.92, 0.02)),
        elbows=((0.2, -1.0, 0.0), (-1.0, 0, -1)), head=(0.0, 38.0, 0.0), twist=12.0, tilt=6.0,
        spine=(-0.12, 1.0, 0.03)),
    "waving": replace(_STAND, hands=((0.42, 1.78, 0.14), (-0.32, 0.92, 0.06)),
        elbows=((1.0, -0.5, 0.0), (-1, 0, -1)), tilt=9.0, head=(-4.0, 14.0, -6.0)),
    "arms raised": replace(_STAND, hands=((0.44, 1.9, 0.1), (-0.36, 1.96, 0.06)),
        elbows=((1.0, 0.0, -0.3), (-1, 0, -0.3)), feet=((0.17, 0.08, -0.04), (-0.18, 0.08, 0.08)),
        head=(-26.0, 6.0, 0.0), tilt=2.0, sway=2.0, spine=(-0.02, 1.0, -0.06)),
    "arms folded": replace(_STAND, hands=((-0.1, 1.17, 0.24), (0.12, 1.22, 0.2)),
        elbows=((1.0, -0.7, 0.3), (-1, -0.7, 0.3)), head=(8.0, -10.0, 0.0)),
    "hands on hips": replace(_STAND, hands=((0.21, 1.02, 0.08), (-0.19, 0.99, 0.08)),
        elbows=((1.0, 0.1, -0.3), (-1, 0.1, -0.3)), feet=((0.13, 0.08, -0.02), (-0.2, 0.08, 0.08)),
        head=(-2.0, 16.0, 0.0)),
    "head in hands": replace(_SEATED, spine=(0.0, 0.8, 0.55), stoop=0.09, head=(36.0, 0.0, 0.0),
        tilt=0.0, hands=((0.1, 0.99, 0.43), (-0.1, 0.99, 0.43)), elbows=((0.5, -1.0, 0.1),
        (-0.5, -1.0, 0.1)), feet=((0.17, 0.08, 0.34), (-0.17, 0.08, 0.36)), turn=34.0),
    "praying": Pose(hips=(0.0, 0.5, -0.05), spine=(0.0, 1.0, 0.1), sway=0.0, tilt=0.0,
        head=(24.0, 0.0, 0.0), hands=((0.03, 0.96, 0.4), (-0.03, 0.96, 0.4)),
        elbows=((0.6, -1.0, 0.0), (-0.6, -1.0, 0.0)), feet=((0.1, 0.08, -0.44),
        (-0.1, 0.08, -0.44)), toes=((0.0, -0.6, -1.0), (0.0, -0.6, -1.0)), knees=((0.1, -0.4, 1.0),
        (-0.1, -0.4, 1.0)), turn=50.0),
    "reading": replace(_STAND, hands=((0.13, 1.14, 0.36), (-0.12, 1.15, 0.36)),
        elbows=((0.7, -1.0, 0.0), (-0.7, -1, 0)), head=(30.0, 0.0, 0.0), stoop=0.03,
        spine=(-0.04, 1.0, 0.05), turn=22.0),
    "carrying": replace(_WALK, spine=(0.05, 1.0, 0.2), stoop=0.05, tilt=6.0, head=(12.0, -12.0,
        6.0), hands=((0.26, 1.46, 0.24), (-0.27, 0.98, 0.2)), elbows=((0.6, -1.0, 0.3),
        (-0.3, -0.2, -1))),
    "pushing": replace(_WALK, hips=(0.0, 0.8, -0.12), spine=(0.0, 0.85, 0.6), twist=0.0,
        head=(14.0, 0.0, 0.0), hands=((0.18, 1.15, 0.78), (-0.18, 1.1, 0.76)),
        elbows=((0.8, -1.0, 0.0), (-0.8, -1.0, 0.0)), feet=((0.1, 0.08, 0.2), (-0.1, 0.15, -0.66)),
        turn=62.0),
    "pulling": replace(_WALK, hips=(0.0, 0.74, -0.16), spine=(0.0, 0.85, -0.5), twist=0.0,
        head=(8.0, 0.0, 0.0), hands=((0.05, 0.98, 0.14), (-0.05, 0.95, 0.02)),
        elbows=((0.8, -0.8, -0.4), (-0.8, -0.8, -0.4)), feet=((0.1, 0.08, 0.5), (-0.1, 0.08, 0.12)),
        toes=((0.2, 0.3, 1.0), (-0.2, 0.0, 1.0)), turn=58.0, flies=(0, 0, 0)),
    "playing": replace(_STAND, hands=((0.45, 1.3, 0.3), (-0.16, 1.2, 0.36)),
        elbows=((0.4, -1.0, 0.1), (-1.0, -0.6, 0.3)), head=(16.0, 26.0, -12.0), twist=-8.0)
}
"""A row per pose; its first keys are the poses of `person`."""


@dataclass(frozen=True)
class Build:
    """A body's proportions: `height` in metres, `head` and `girth` against an adult's."""

    height: float = 1.75
    head: float = 1.0
    girth: float = 1.0
    woman: bool = False

    @property
    def scale(self) -> float:
        """Against the adult that the poses are drawn for."""
        return self.height / 1.75


@dataclass(frozen=True, eq=False)
class Figure:
    """Joints in metres; lists are left, right. Frames have the columns across, up, front."""

    build: Build
    hips: Vector
    waist: Vector
    neck: Vector
    head: Vector
    chest_frame: Vector
    head_frame: Vector
    shoulders: Sequence[Vector]
    elbows: Sequence[Vector]
    wrists: Sequence[Vector]
    legs: Sequence[Vector]
    knees: Sequence[Vector]
    ankles: Sequence[Vector]
    toes: Sequence[Vector]
    pose: Pose = field(repr=False)

    @property
    def front(self) -> Vector:
        """Where the chest faces."""
        return self.chest_frame[:, 2]

    @property
    def strides(self) -> bool:
        """Whether the legs are wide apart or both off the ground: of one who walks or leaps."""
        first, second = self.ankles
        s = self.build.scale
        wide = float(np.hypot(first[0] - second[0], first[2] - second[2])) > 0.55 * s
        up = float(self.hips[1]) > 0.7 * s and self.pose.hang < 0.5
        return up and (wide or min(first[1], second[1]) > 0.11 * s)

    def palm(self, side: int, reach: float = 0.09) -> Vector:
        """The middle of a hand."""
        along = unit(self.wrists[side] - self.elbows[side])
        return self.wrists[side] + along * reach * self.build.scale


def unit(vector: Array) -> Vector:
    """The vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def frame(up: Array, front: Array) -> Vector:
    """Columns across (the figure's left), up and front; front gives way to up."""
    y = unit(up)
    x = unit(np.cross(y, front))
    return columns(x, y, np.cross(x, y))


def solve(pose: Pose, build: Build) -> Figure:
    """The joints of a body in a pose."""
    s, size = build.scale, build.head
    hips, front = np.array(pose.hips) * s, np.array(pose.front)
    spine = frame(np.array(pose.spine), front)
    chest = spine @ rotation(y=pose.twist, z=pose.tilt)
    pelvis = spine @ rotation(y=-pose.twist / 2, z=pose.sway)
    neck = hips + spine[:, 1] * _SPINE * s
    waist = hips * 0.6 + neck * 0.4 - spine[:, 2] * pose.stoop * s
    upright = spine[:, 1] if spine[1, 1] < 0.3 else np.array([0.0, 1.0, 0.0])
    nod, turn, tilt = pose.head
    head_frame = frame(upright, front) @ rotation(y=turn) @ rotation(x=nod, z=tilt)
    throat = unit(chest[:, 1] + head_frame[:, 1]) * 0.1 * s
    head = neck + throat + (head_frame[:, 1] * 0.1 + head_frame[:, 2] * 0.02) * s * size
    wide = (0.158 if build.woman else 0.18) * s * (0.8 + 0.2 * build.girth)
    sides = (1.0, -1.0)
    shoulders = [neck + (chest[:, 0] * d * wide - chest[:, 1] * 0.055 * s) for d in sides]
    legs = [hips + pelvis[:, 0] * d * 0.088 * s for d in sides]
    arms = [_reach(a, np.array(t) * s, np.array(h), _UPPER_ARM * s, _FOREARM * s) for a, t,
        h in zip(shoulders, pose.hands, pose.elbows, strict=True)]
    shanks = [_reach(a, np.array(t) * s, np.array(h), _THIGH * s, _SHIN * s) for a, t,
        h in zip(legs, pose.feet, pose.knees, strict=True)]
    return Figure(build, hips, waist, neck, head, chest, head_frame, shoulders,
        [a[0] for a in arms], [a[1] for a in arms], legs, [a[0] for a in shanks],
        [a[1] for a in shanks], [unit(np.array(toe)) for toe in pose.toes], pose)


def _reach(root: Vector, target: Vector, hint: Vector, upper: float, lower: float) -> tuple[Vector,
    Vector]:
    """The middle joint and the end of a limb of two bones that reaches for a target."""
    line = target - root
    distance = min(float(np.linalg.norm(line)), (upper + lower) * 0.995)
    along = unit(line)
    out = unit(hint - along * float(hint @ along))
    at = (upper**2 - lower**2 + distance**2) / max(2 * distance, 1e-6)
    middle = root + along * at + out * max(upper**2 - at**2, 0.0) ** 0.5
    return middle, root + along * distance
