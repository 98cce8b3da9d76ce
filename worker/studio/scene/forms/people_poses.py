"""The poses of people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from worker.studio.scene.body.bones import Point, Pose

_STAND = Pose()

_EASE = replace(_STAND, hips=(0.085, 0.91, 0.0), spine=(-0.1, 1.0, 0.02), sway=10.0, tilt=-9.0,
    twist=5.0, head=(4.0, -20.0, 5.0), hands=((0.33, 0.92, 0.02), (-0.27, 0.92, 0.12)),
    feet=((0.09, 0.08, -0.02), (-0.17, 0.08, 0.14)), toes=((0.2, 0.0, 1.0), (-0.85, 0.0, 1.0)),
    knees=((0.2, 0.0, 1.0), (-0.75, 0.0, 1.0)))
"""The weight on the left leg, the hip out over it, and the other knee loose."""
_ON_HIP, _BEHIND = ((0.26, 1.03, 0.06), (0.9, 0.1, -0.45)), ((0.1, 0.97, -0.16), (1.0, 0.1, -0.7))
"""Where a hand is and its elbow points: on the hip, behind the back."""


def _hands(pose: Pose, left: tuple[Point, Point], right: tuple[Point, Point], **more: Any) -> Pose:
    """A pose with each hand's place and the way of its elbow."""
    return replace(pose, hands=(left[0], right[0]), elbows=(left[1], right[1]), **more)


def _across(one: tuple[Point, Point]) -> tuple[Point, Point]:
    (x, y, z), (a, b, c) = one
    return (-x, y, z), (-a, b, c)


IN_THOUGHT: dict[str, Any] = {"hands": ((-0.09, 1.13, 0.18), (-0.045, 1.4, 0.215)),
    "elbows": ((1.0, -0.6, 0.0), (-0.35, -1.0, 0.3)), "palms": ((0.0, 1.0, -0.4), (0.2, 0.3, -1.0)),
    "grips": ("rest", "fist")}
"""A fist under the chin, and the other hand under its elbow."""
ARMS_FOLDED: dict[str, Any] = {"hands": ((-0.02, 1.13, 0.15), (0.045, 1.2, 0.21)),
    "elbows": ((1.0, -0.7, 0.2), (-1.0, -0.7, 0.3)),
    "palms": ((-0.1, 0.2, -1.0), (0.4, -0.2, -1.0)), "grips": ("rest", "hold")}
"""One hand under the other arm, the other on it."""
_HANGS = ((0.36, 0.92, 0.02), (0.6, -0.2, -1.0))
_POCKET = ((0.215, 0.985, 0.005), (0.8, 0.0, -1.0))
STANDS: tuple[Pose, ...] = (
    _EASE,
    _hands(_EASE, _ON_HIP, ((-0.27, 0.92, 0.12), (-0.6, -0.2, -1.0)), head=(0.0, 26.0, -4.0)),
    _hands(_EASE, _POCKET, ((-0.28, 0.92, 0.1), (-0.6, -0.2, -1.0)), grips=("fist", "rest"),
        head=(6.0, -26.0, 6.0)),
    _hands(_EASE, _BEHIND, _across(_BEHIND), head=(-6.0, 20.0, -3.0)),
    replace(_EASE, hands=((0.03, 0.93, 0.27), (-0.06, 0.9, 0.28)), elbows=((1.0, -0.2, -0.4),
        (-1.0, -0.2, -0.4)), head=(14.0, -12.0, 6.0)),
    replace(_EASE, **IN_THOUGHT, head=(7.0, -16.0, 6.0), turn=18.0),
    replace(_EASE, **ARMS_FOLDED, head=(-4.0, 30.0, 4.0)),
    _hands(_EASE, _HANGS, ((-0.13, 1.63, 0.23), (-1.0, 0.2, 0.4)), palms=(None, (0.2, -1.0, -0.2)),
        grips=("rest", "open"), head=(-6.0, -24.0, 3.0), twist=-6.0, turn=20.0),
    _hands(_EASE, ((0.3, 1.16, 0.34), (0.5, -1.0, -0.3)), ((-0.28, 0.93, 0.08), (-0.6, -0.2, -1.0)),
        palms=((-0.2, 1.0, 0.3), None), grips=("open", "rest"), head=(4.0, 28.0, 5.0), twist=10.0),
)
"""Ways to stand: at ease, a hand on the hip, one in the pocket, both behind the back, hands joined,
in thought, arms folded, with a hand over the eyes, and telling something."""
PLAIN_STANDS = 3
"""The first of these, which leave a hand free to hold something."""
_CHILD = replace(_STAND, hips=(0.03, 0.91, 0.03), spine=(-0.03, 1.0, -0.08), sway=4.0, tilt=-4.0,
    feet=((0.1, 0.08, 0.0), (-0.11, 0.08, 0.04)), toes=((-0.2, 0.0, 1.0), (0.3, 0.0, 1.0)))
CHILD_STANDS: tuple[Pose, ...] = (
    _hands(_CHILD, _BEHIND, _across(_BEHIND),
        head=(-12.0, 16.0, 9.0)),
    _hands(_CHILD, ((0.3, 0.95, 0.0), (0.7, -0.2, -1.0)), ((-0.06, 1.38, 0.22), (-0.8, -1.0, 0.2)),
        head=(12.0, -14.0, -8.0)),
    _hands(_CHILD, ((0.44, 1.2, 0.14), (0.6, -1.0, -0.2)), ((-0.42, 1.14, 0.1), (-0.6, -1.0, -0.2)),
        grips=("open", "open"), head=(-14.0, 10.0, -6.0)),
    _hands(_CHILD, ((0.18, 1.72, 0.3), (1.0, -0.6, 0.2)), ((-0.3, 0.95, -0.02), (-0.7, -0.2, -1.0)),
        grips=("open", "rest"), palms=((0.0, 0.2, 1.0), None), head=(-26.0, 20.0, 0.0), tilt=8.0,
        turn=20.0),
)
"""How children stand: hands behind the back, a finger at the mouth, arms out, reaching up."""
_SEATED = Pose(palms=((0.1, -1.0, 0.0), (-0.1, -1.0, 0.0)),
    hips=(0.0, 0.54, 0.0), spine=(0.04, 1.0, -0.04), sway=0.0, tilt=3.0,
    hands=((0.17, 0.66, 0.3), (-0.13, 0.65, 0.33)), feet=((0.17, 0.08, 0.42), (-0.13, 0.08, 0.34)),
    knees=((0.2, 0.5, 1.0), (-0.2, 0.5, 1.0)), toes=((0.4, 0.0, 1.0), (-0.2, 0.0, 1.0)), turn=25.0)
SITS: tuple[Pose, ...] = (
    _SEATED,
    replace(_SEATED, spine=(0.03, 0.9, 0.42), stoop=0.04, head=(2.0, 18.0, 4.0),
        hands=((0.1, 0.63, 0.46), (-0.08, 0.61, 0.48)), elbows=((1.0, -0.4, -0.2),
        (-1.0, -0.4, -0.2)), palms=((-1.0, 0.2, 0.0), (1.0, 0.2, 0.0))),
    replace(_SEATED, spine=(0.06, 1.0, -0.16), head=(-2.0, -30.0, -4.0), tilt=6.0,
        hands=((0.2, 0.66, 0.27), (-0.02, 0.72, 0.2)), feet=((0.15, 0.08, 0.5),
        (-0.11, 0.08, 0.34))),
    replace(_SEATED, spine=(0.02, 1.0, 0.1), head=(14.0, -16.0, -9.0), twist=8.0,
        hands=((-0.05, 0.75, 0.28), (-0.06, 1.03, 0.27)), elbows=((1.0, -0.5, 0.0),
        (-0.35, -1.0, 0.3)), palms=((0.0, -1.0, 0.0), (0.2, 0.3, -1.0)), grips=("rest", "fist")),
)
"""Ways to sit: upright, forward with the arms on the knees, back, and the chin on a hand."""
CALM_STANDS: tuple[Pose, ...] = (STANDS[0], STANDS[2], STANDS[3], STANDS[6])
CALM_SITS: tuple[Pose, ...] = (SITS[0], SITS[2])
"""Ways with the hands away from the head, and with an upright back."""
_WALK = Pose(hips=(0.0, 0.885, 0.0), spine=(0.0, 1.0, 0.1), twist=-14.0, sway=2.0, tilt=-2.0,
    head=(4.0, 0.0, 0.0), hands=((0.27, 0.95, -0.26), (-0.25, 1.0, 0.3)), elbows=((0.3, -0.2, -1.0),
    (-0.3, -0.6, -1.0)), feet=((0.07, 0.09, 0.4), (-0.08, 0.17, -0.38)), toes=((0.1, 0.2, 1.0),
    (-0.1, -0.9, 1.0)), knees=((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)), turn=48.0, flies=(0.0, 0.0, -0.1))

POSES: dict[str, Pose] = {
    "standing": _EASE,
    "walking": _WALK,
    "running": replace(_WALK, grips=("open", "open"), hips=(0.0, 0.84, 0.0),
        spine=(0.0, 1.0, 0.34), twist=-24.0,
        head=(-8.0, 0.0, 0.0), hands=((0.44, 1.06, -0.36), (-0.34, 1.2, 0.48)),
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
    "pointing": replace(_STAND, grips=("point", "rest"),
        hands=((0.72, 1.5, 0.26), (-0.3, 0.92, 0.02)),
        elbows=((0.2, -1.0, 0.0), (-1.0, 0, -1)), head=(0.0, 38.0, 0.0), twist=12.0, tilt=6.0,
        spine=(-0.12, 1.0, 0.03)),
    "waving": replace(_STAND, grips=("open", "rest"), palms=((0.2, 0, 1), None),
        hands=((0.42, 1.78, 0.14), (-0.32, 0.92, 0.06)),
        elbows=((1.0, -0.5, 0.0), (-1, 0, -1)), tilt=9.0, head=(-4.0, 14.0, -6.0)),
    "arms raised": replace(_STAND, grips=("open", "open"),
        hands=((0.44, 1.9, 0.1), (-0.36, 1.96, 0.06)),
        elbows=((1.0, 0.0, -0.3), (-1, 0, -0.3)), feet=((0.17, 0.08, -0.04), (-0.18, 0.08, 0.08)),
        head=(-26.0, 6.0, 0.0), tilt=2.0, sway=2.0, spine=(-0.02, 1.0, -0.06)),
    "arms folded": replace(STANDS[6], turn=0.0),
    "hands on hips": _hands(_EASE, _ON_HIP, _across(_ON_HIP), feet=((0.12, 0.08, -0.02),
        (-0.22, 0.08, 0.1)), head=(-2.0, 20.0, -4.0)),
    "head in hands": replace(_SEATED, palms=(None, None),
        spine=(0.0, 0.8, 0.55), stoop=0.09, head=(36.0, 0.0, 0.0),
        tilt=0.0, hands=((0.1, 0.99, 0.43), (-0.1, 0.99, 0.43)), elbows=((0.5, -1.0, 0.1),
        (-0.5, -1.0, 0.1)), feet=((0.17, 0.08, 0.34), (-0.17, 0.08, 0.36)), turn=34.0),
    "praying": Pose(grips=("hold", "hold"), palms=((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        hips=(0.0, 0.5, -0.05), spine=(0.0, 1.0, 0.1), sway=0.0, tilt=0.0,
        head=(24.0, 0.0, 0.0), hands=((0.022, 0.98, 0.3), (-0.022, 0.985, 0.3)),
        elbows=((0.1, -1.0, 0.0), (-0.1, -1.0, 0.0)), feet=((0.1, 0.08, -0.44),
        (-0.1, 0.08, -0.44)), toes=((0.0, -0.6, -1.0), (0.0, -0.6, -1.0)), knees=((0.1, -0.4, 1.0),
        (-0.1, -0.4, 1.0)), turn=50.0),
    "reading": replace(_STAND, grips=("hold", "hold"), palms=((-0.6, 1.0, -0.2),
        (0.6, 1.0, -0.2)), hands=((0.13, 1.14, 0.36), (-0.12, 1.15, 0.36)),
        elbows=((0.7, -1.0, 0.0), (-0.7, -1, 0)), head=(30.0, 0.0, 0.0), stoop=0.03,
        spine=(-0.04, 1.0, 0.05), turn=22.0),
    "carrying": replace(_WALK, spine=(0.05, 1.0, 0.2), stoop=0.05, tilt=6.0, head=(12.0, -12.0,
        6.0), hands=((0.26, 1.46, 0.24), (-0.27, 0.98, 0.2)), elbows=((0.6, -1.0, 0.3),
        (-0.3, -0.2, -1))),
    "pushing": replace(_WALK, grips=("open", "open"),
        hips=(0.0, 0.8, -0.12), spine=(0.0, 0.85, 0.6), twist=0.0,
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
