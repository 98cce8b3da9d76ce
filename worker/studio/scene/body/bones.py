"""Bones: the table of what a pose says, and turns and places from the hips outwards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from worker.studio.scene.body.shape import Build, atlas, rest
from worker.studio.scene.mesh import Array, columns

Point = tuple[float, float, float]
Vector = Any
"""A point or direction as an array (3,), where `Clay` and `tube` ask for sequences."""
Pair = tuple[Point, Point]


@dataclass(frozen=True)
class Pose:
    """Where the body's ends are, in metres of an adult of 1.75 m; pairs are left (+x), right.

    `spine` points from the hips to the neck and `front` where the body faces. `twist` turns the
    shoulders against the hips, `tilt` raises the left shoulder, `sway` the left hip and `stoop`
    rounds the back. `head` is nod, turn and tilt in degrees. `elbows` and `knees` are the
    directions that these point in, `palms` where the palms face (towards the trunk where none is
    said) and `grips` how the fingers are bent. `turn` turns all, so that the gesture is seen well;
    cloth hangs down, or along the legs where `hang` is 1, and flies after by `flies`.
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
    palms: tuple[Point | None, Point | None] = (None, None)
    grips: tuple[str, str] = ("rest", "rest")
    feet: Pair = ((0.085, 0.08, -0.02), (-0.13, 0.08, 0.1))
    toes: Pair = ((0.3, 0.0, 1.0), (-0.5, 0.0, 1.0))
    knees: Pair = ((0.2, 0.0, 1.0), (-0.4, 0.0, 1.0))
    turn: float = 0.0
    hang: float = 0.0
    flies: Point = (0.0, 0.0, 0.0)


def unit(vector: Array) -> Vector:
    """The vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def frame(up: Array, front: Array) -> Vector:
    """Columns across (the figure's left), up and front; front gives way to up."""
    y = unit(up)
    x = unit(np.cross(y, front))
    return columns(x, y, np.cross(x, y))


def about(axis: Array, degrees: float) -> Vector:
    """A turn about an axis."""
    return Rotation.from_rotvec(unit(axis) * np.radians(degrees)).as_matrix()


def swing(start: Array, end: Array) -> Vector:
    """The least turn from one direction to another."""
    a, b = unit(start), unit(end)
    axis = np.cross(a, b)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-9:
        return np.eye(3)
    return about(axis, float(np.degrees(np.arctan2(sine, a @ b))))


def between(first: Array, second: Array, share: float) -> Vector:
    """A turn on the way from one to another."""
    way = Rotation.from_matrix(first.T @ second).as_rotvec()
    return first @ Rotation.from_rotvec(way * share).as_matrix()


class Bones:
    """The bones' turns and joints, found from the hips outwards."""

    def __init__(self, pose: Pose, build: Build) -> None:
        self.pose, self.build, self.known = pose, build, atlas()
        self.rest = rest(build)
        count = len(self.known.bones)
        self.turns = np.tile(np.eye(3), (count, 1, 1))
        self.places = np.zeros((count, 3))

    def at(self, joint: str) -> Vector:
        """A joint at rest."""
        return self.rest[self.known.joints[joint]]

    def index(self, bone: str) -> int:
        """A bone's number."""
        return self.known.bones.index(bone)

    def place(self, bone: str) -> Vector:
        """Where a bone's joint has come."""
        return self.places[self.index(bone)]

    def turn(self, bone: str) -> Vector:
        """How a bone is turned."""
        return self.turns[self.index(bone)]

    def set(self, bone: str, turn: Array, parent: str = "") -> None:
        """Turn a bone, its joint where its parent leaves it."""
        k = self.index(bone)
        j = self.index(parent) if parent else self.known.parents[k]
        over = self.at(bone) - self.at(self.known.bones[j])
        self.turns[k], self.places[k] = turn, self.places[j] + self.turns[j] @ over

    def half(self, bone: str, turn: Array) -> None:
        """Turn the half of a limb about the same joint as the whole."""
        k, whole = self.index(bone), bone.replace("_half", "")
        self.turns[k], self.places[k] = turn, self.place(whole)

    def joints(self) -> list[Vector]:
        """The joints at rest that the bones turn about."""
        names = (name.replace("_half", "") for name in self.known.bones)
        return [self.at(name) for name in names]

    def length(self, *joints: str) -> float:
        """Of a line from joint to joint."""
        steps = [self.at(b) - self.at(a) for a, b in pairwise(joints)]
        return float(sum(np.linalg.norm(step) for step in steps))
