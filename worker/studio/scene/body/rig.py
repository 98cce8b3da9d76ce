"""Poses: where the ends of the body are, and how its bones turn to get there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from worker.studio.scene.body.bones import Bones, Pose, Vector, about, between, frame, swing, unit
from worker.studio.scene.body.shape import Build, Index, atlas, rest, space
from worker.studio.scene.mesh import Array, rotation, smooth_normals

_SPINE, _LEG, _ANKLE = 0.52, 0.95, 0.08
"""Of the adult that the poses are drawn for: hips to neck, hips to ground, ankle to ground."""
_LIFT = 0.35
"""Share of an arm's rise above the shoulder that the collar bone takes."""
_CURLS = {
    "rest": (16, 22, 26, 30, 6),
    "open": (4, 2, 3, 6, -6),
    "fist": (72, 76, 78, 80, 38),
    "point": (2, 74, 80, 84, 40),
    "hold": (44, 46, 48, 50, 20),
    "flat": (2, 0, 2, 4, -10),
}
"""Degrees that each joint of the fingers and of the thumb bends."""
_FINGERS = ("index", "middle", "ring", "pinky", "thumb")


@dataclass(frozen=True, eq=False)
class Figure:
    """A posed body: joints in metres, lists left, right; frames with columns across, up, front.

    `turns` (bones, 3, 3) and `shifts` (bones, 3) move each bone from the body at rest.
    """

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
    palms: Sequence[Vector]
    turns: Array = field(repr=False)
    shifts: Array = field(repr=False)
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

    def palm(self, side: int) -> Vector:
        """The middle of a hand, where it holds things."""
        return self.palms[side]

    @cached_property
    def points(self) -> Array:
        """The vertices and joints of the body in this pose."""
        blend = np.concatenate([self.turns.reshape(-1, 9), self.shifts], 1).astype(np.float32)
        each = (atlas().weights @ blend).astype(np.float64)
        at = rest(self.build)
        moved = np.einsum("nij,nj->ni", each[:, :9].reshape(-1, 3, 3), at) + each[:, 9:]
        return np.asarray(moved)

    @cached_property
    def normals(self) -> Array:
        """Of the skin's vertices; those of others are zero."""
        return smooth_normals(self.points, triangles("skin"))

    @cached_property
    def grain(self) -> Array:
        """The way of the nearest bone at each vertex; none on head and hands."""
        known = atlas()
        ways = np.zeros((len(known.bones), 3))
        ends = {"upperarm": "lowerarm", "lowerarm": "hand", "thigh": "calf", "calf": "foot"}
        places = self.points
        for k, name in enumerate(known.bones):
            kind = name.replace("_half", "")[:-2]
            if kind in ends:
                end = known.joints[f"{ends[kind]}{name[-2:]}"]
                ways[k] = places[end] - places[known.joints[name.replace("_half", "")]]
            elif name.startswith("spine"):
                ways[k] = self.turns[k][:, 1]
        ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
        return np.asarray(known.weights @ ways)

    def carried(self, bone: str, points: Array) -> Array:
        """Points at rest, (n, 3), moved with one bone."""
        k = atlas().bones.index(bone)
        return np.asarray(points @ self.turns[k].T + self.shifts[k])


def triangles(name: str) -> Any:
    """The faces of a group of quads."""
    return split(atlas().quads[name])


def split(quads: Index) -> Any:
    """Two triangles a quad."""
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3).astype(np.int32)


def solve(pose: Pose, build: Build, *, grips: Sequence[str] = ("", "")) -> Figure:
    """A body in a pose; `grips` say more of the fingers than the pose does."""
    body = Bones(pose, build)
    chest, head = _trunk(body)
    low = body.rest[body.known.skin, 1].min()
    ankle = float(body.at("foot_l")[1] - low)
    leg = body.length("thigh_l", "calf_l", "foot_l") + ankle
    arms = [_arm(body, side, chest) for side in (0, 1)]
    legs = [_leg(body, side, leg / _LEG, ankle) for side in (0, 1)]
    palms = [
        _fingers(body, side, grips[side] or pose.grips[side], _hand(body, side, grips[side]))
        for side in (0, 1)
    ]
    shifts = body.places - np.einsum("bij,bj->bi", body.turns, np.array(body.joints()))
    k = body.index("head")
    throat = np.array([0.0, body.at("upperarm_l")[1] + 0.055 * build.scale, 0.0])
    throat[2] = body.at("upperarm_l")[2]
    spine = body.index("spine_03")
    hips = (body.place("thigh_l") + body.place("thigh_r")) / 2
    neck = body.turns[spine] @ throat + shifts[spine]
    back = frame(np.array(pose.spine), np.array(pose.front))[:, 2]
    shoulders, elbows, wrists = zip(*arms, strict=True)
    thighs, knees, ankles, toes = zip(*legs, strict=True)
    return Figure(
        build,
        hips,
        hips * 0.7 + neck * 0.3 - back * pose.stoop * build.scale,
        neck,
        body.turns[k] @ space(build).middle + shifts[k],
        chest,
        head,
        shoulders,
        elbows,
        wrists,
        thighs,
        knees,
        ankles,
        toes,
        palms,
        body.turns,
        shifts,
        pose,
    )


def _trunk(body: Bones) -> tuple[Vector, Vector]:
    """Turn hips, spine, neck and head; give the frames of chest and head."""
    pose = body.pose
    front = np.array(pose.front)
    spine = frame(np.array(pose.spine), front)
    bent = np.degrees(np.arctan(pose.stoop / 0.2))
    chest = spine @ rotation(x=bent * 0.6, y=pose.twist, z=pose.tilt)
    pelvis = spine @ rotation(x=-bent * 0.6, y=-pose.twist / 2, z=pose.sway)
    upright = spine[:, 1] if spine[1, 1] < 0.3 else np.array([0.0, 1.0, 0.0])
    nod, turn, tilt = pose.head
    head = frame(upright, front) @ rotation(y=turn) @ rotation(x=nod, z=tilt)
    leg = body.length("thigh_l", "calf_l", "foot_l") + float(body.at("foot_l")[1])
    thighs = (body.at("thigh_l") + body.at("thigh_r")) / 2
    k = body.index("pelvis")
    body.turns[k] = pelvis
    body.places[k] = np.array(pose.hips) * leg / _LEG + pelvis @ (body.at("pelvis") - thighs)
    root = body.at("Root") - body.at("pelvis")
    body.turns[0], body.places[0] = pelvis, body.places[k] + pelvis @ root
    for bone, share in (("spine_01", 0.3), ("spine_02", 0.65), ("spine_03", 1.0)):
        body.set(bone, between(pelvis, chest, share))
    body.set("neck_01", between(chest, head, 0.45))
    body.set("head", head)
    return chest, head


def _reach(
    root: Vector, target: Vector, hint: Vector, upper: float, lower: float
) -> tuple[Vector, Vector, Vector]:
    """The middle joint, the end and the way out of a limb of two bones that reaches a target."""
    line = target - root
    distance = min(float(np.linalg.norm(line)), (upper + lower) * 0.998)
    distance = max(distance, abs(upper - lower) * 1.01 + 1e-6)
    along = unit(line)
    out = unit(hint - along * float(hint @ along))
    at = (upper**2 - lower**2 + distance**2) / max(2 * distance, 1e-6)
    middle = root + along * at + out * max(upper**2 - at**2, 0.0) ** 0.5
    return middle, root + along * distance, out


def _limb(body: Bones, bones: Sequence[str], target: Vector, hint: Vector) -> None:
    """Turn two bones so that their end is at a target."""
    joints = [body.at(name) for name in bones]
    upper, lower = (float(np.linalg.norm(b - a)) for a, b in pairwise(joints))
    parent = body.known.bones[body.known.parents[body.index(bones[0])]]
    body.set(bones[0], body.turn(parent))
    root = body.place(bones[0])
    middle, end, out = _reach(root, target, hint, upper, lower)
    bend = joints[1] - (joints[0] + joints[2]) / 2
    ends = (root, middle, end)
    for k in (0, 1):
        before, after = joints[k + 1] - joints[k], ends[k + 1] - ends[k]
        # `frame` makes the way out the third column, so that the joint bends like a hinge.
        body.set(bones[k], frame(after, out) @ frame(before, bend).T)


def _arm(body: Bones, side: int, chest: Vector) -> tuple[Vector, Vector, Vector]:
    """Turn an arm without its hand; give its joints."""
    d, suffix, pose = 1 - 2 * side, "_" + "lr"[side], body.pose
    trunk = body.length("pelvis", "spine_01", "spine_02", "spine_03", "neck_01") / _SPINE
    reach = np.array(pose.hands[side]) - np.array(pose.hips)
    root = body.place("pelvis") - body.turn("pelvis") @ (
        body.at("pelvis") - (body.at("thigh_l") + body.at("thigh_r")) / 2
    )
    target = root + reach * min(body.build.scale, trunk * 1.05)
    body.set(f"clavicle{suffix}", chest)
    over = body.at(f"upperarm{suffix}") - body.at(f"clavicle{suffix}")
    shoulder = body.place(f"clavicle{suffix}") + chest @ over
    rise = float(np.degrees(np.arcsin(np.clip(unit(target - shoulder) @ chest[:, 1], -1, 1))))
    body.set(f"clavicle{suffix}", chest @ rotation(z=d * _LIFT * max(rise + 45, -42)))
    bones = (f"upperarm{suffix}", f"lowerarm{suffix}", f"hand{suffix}")
    _limb(body, bones, target, np.array(pose.elbows[side]))
    body.set(bones[2], body.turn(bones[1]))
    upper = body.turn(bones[0])
    before = body.at(bones[1]) - body.at(bones[0])
    held = body.turn(f"clavicle{suffix}")
    body.half(f"upperarm_half{suffix}", swing(held @ before, upper @ before) @ held)
    return body.place(bones[0]), body.place(bones[1]), body.place(bones[2])


def _leg(body: Bones, side: int, size: float, ankle: float) -> tuple[Vector, ...]:
    """Turn a leg with its foot; give its joints and the way of its toes."""
    suffix, pose = "_" + "lr"[side], body.pose
    target = np.array(pose.feet[side]) * size
    target[1] += ankle - _ANKLE * size
    bones = (f"thigh{suffix}", f"calf{suffix}", f"foot{suffix}")
    _limb(body, bones, target, np.array(pose.knees[side]))
    thigh, pelvis = body.turn(bones[0]), body.turn("pelvis")
    before = body.at(bones[1]) - body.at(bones[0])
    body.half(f"thigh_half{suffix}", swing(pelvis @ before, thigh @ before) @ pelvis)
    toe = unit(np.array(pose.toes[side]))
    shin = unit(
        body.place(bones[1])
        - (body.place(bones[1]) + body.turn(bones[1]) @ (body.at(bones[2]) - body.at(bones[1])))
    )
    up = shin - toe * float(shin @ toe)
    if np.linalg.norm(up) < 0.2:
        up = frame(np.array([0.0, 1.0, 0.0]), toe)[:, 1]
    straight = body.at(f"ball{suffix}") - body.at(bones[2])
    foot = frame(up, toe) @ frame(np.array([0.0, 1.0, 0.0]), straight).T
    body.set(bones[2], foot)
    flat = np.array([toe[0], 0.0, toe[2]])
    low = body.place(bones[2])[1] < 0.22 * body.build.scale and toe[1] < -0.2
    bent = foot if not low else between(foot, swing(toe, flat) @ foot, 0.8)
    body.set(f"ball{suffix}", bent)
    return body.place(bones[0]), body.place(bones[1]), body.place(bones[2]), toe


def _hand(body: Bones, side: int, grip: str) -> Vector:
    """Turn a hand and the half of the forearm next to it; give the palm's way at rest."""
    suffix, d, pose = "_" + "lr"[side], 1 - 2 * side, body.pose
    hand, arm = f"hand{suffix}", f"lowerarm{suffix}"
    ahead = unit(body.at(f"middle_01{suffix}") - body.at(hand))
    thumb = unit(body.at(f"index_01{suffix}") - body.at(f"pinky_01{suffix}"))
    palm = unit(np.cross(ahead, thumb))
    palm = palm if float(palm @ np.array([-d, -1.0, 0.0])) > 0 else -palm
    turn, wrist = body.turn(arm), body.place(hand)
    along = turn @ (body.at(hand) - body.at(arm))
    wish = pose.palms[side]
    want = np.array(wish) if wish is not None else _inward(body, wrist)
    want = unit(want - along * float(want @ along) / float(along @ along))
    straight = swing(turn @ ahead, along) @ turn
    way = straight @ palm
    angle = np.degrees(np.arctan2(float(np.cross(way, want) @ unit(along)), float(way @ want)))
    rolled = about(along, float(np.clip(angle, -110, 110))) @ straight
    forearm = rolled @ (body.at(hand) - body.at(arm))
    body.half(f"lowerarm_half{suffix}", swing(forearm, along) @ rolled)
    if grip == "fist" and wish is None:
        # What is held stands upright in the hand: the wrist gives way, but not far.
        level = unit(along - np.array([0, 1, 0]) * float(along[1]))
        full = swing(along, level)
        bend = float(np.linalg.norm(Rotation.from_matrix(full).as_rotvec()))
        rolled = between(np.eye(3), full, min(1.0, 0.7 / max(bend, 1e-6))) @ rolled
    elif (grip or pose.grips[side]) == "flat":
        # A hand that bears the body lies on the ground, fingers ahead, whatever the forearm does.
        onward = body.turn("spine_03")[:, 1] * (1, 0, 1)
        rolled = frame(onward, np.array([0.0, -1.0, 0.0])) @ frame(ahead, palm).T
    body.set(hand, rolled)
    return palm


def _inward(body: Bones, wrist: Vector) -> Vector:
    """From a wrist to the nearest point of the trunk's middle."""
    low, high = body.place("pelvis"), body.place("head")
    line = high - low
    share = np.clip(float((wrist - low) @ line) / float(line @ line), 0, 1)
    return low + line * share - wrist + body.turn("spine_03")[:, 2] * 0.02


def _fingers(body: Bones, side: int, grip: str, palm: Vector) -> Vector:
    """Bend the fingers; give the middle of the palm."""
    suffix = "_" + "lr"[side]
    hand, s = f"hand{suffix}", body.build.scale
    turn = body.turn(hand)
    ahead = unit(body.at(f"middle_01{suffix}") - body.at(hand))
    for finger, degrees in zip(_FINGERS, _CURLS[grip], strict=True):
        way = body.at(f"{finger}_02{suffix}") - body.at(f"{finger}_01{suffix}")
        axis = np.cross(way, palm) if finger == "thumb" else np.cross(ahead, palm)
        for k, share in ((1, 0.9), (2, 1.1), (3, 0.8)):
            turn_k = body.turn(f"{finger}_0{k - 1}{suffix}") if k > 1 else turn
            if finger == "thumb" and k == 1:
                side_ = body.at(f"index_01{suffix}") - body.at(f"pinky_01{suffix}")
                opposed = about(np.cross(side_, palm), degrees * 0.9)
                body.set(f"thumb_01{suffix}", turn_k @ opposed)
                continue
            body.set(f"{finger}_0{k}{suffix}", turn_k @ about(axis, degrees * share))
    knuckle = body.place(f"middle_01{suffix}")
    deep = 0.03 if grip in ("fist", "hold") else 0.015
    return body.place(hand) * 0.3 + knuckle * 0.7 + turn @ palm * deep * s
