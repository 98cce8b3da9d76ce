"""The skeleton of four-legged animals: a table row of proportions and a pose make one.

Lengths are shares of the height at the withers; the hip lies at x = 0 and the animal faces +x.
Angles are degrees: of legs from straight down, forwards positive; of neck and head from
horizontal, upwards positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from worker.studio.scene.forms.pelts import (RESTS, SIDES, TAIL, head, level_head, limb, neck,
    tail_along, template, trunk)
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, merge, rotation, spline,
    tube)
from worker.studio.scene.model import Model, Part
from worker.studio.scene.skin import Move, cut

Point = tuple[float, float, float]
Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class Build:
    """The proportions of a kind of animal.

    Pairs of body sizes are half depth and half width. `neck` is length, angle, radius at its base
    and top; `head` length, angle, radius of skull and muzzle; `ear` length, width, angle, spread;
    `tail` length, angle, thickness, of which its tip lacks `taper`. `bend` is how much the joints
    of a leg are angled.
    """

    height: float
    length: float
    chest: tuple[float, float]
    belly: tuple[float, float]
    rump: tuple[float, float]
    neck: Four
    head: Four
    ear: Four
    tail: tuple[float, float, float]
    leg: float = 0.06
    paw: bool = False
    bend: float = 1.0
    croup: float = 1.0
    hump: float = 0.0
    hump_at: float = 0.82
    face: str = ""
    cannon: float = 0.8
    eye: float = 1.0
    skin: str = "dog"
    taper: float = 0.75


@dataclass(frozen=True)
class Pose:
    """Leg angles, near front, far front, near hind, far hind, and what neck, head, body do.

    `neck` and `head` turn these by degrees, `face` the head towards the viewer; a `pitch` of None
    keeps the feet on the ground.
    """

    near_front: Four
    far_front: Four
    near_hind: Four
    far_hind: Four
    neck: float = 0.0
    head: float = 0.0
    pitch: float | None = None
    wind: float = 0.0
    tail: float = 0.0
    face: float = 0.0


LYING = 2.0
"""The pitch of a body that rests on the ground."""
_FOLDS = 65.0
"""Degrees forwards from which on a thigh lies beside the body."""
_BRUSH = 0.055
"""Radius from which on a tail is a brush."""
_LOWEST = -76.0
"""Degrees to which a neck can be lowered."""
_TOWARDS = -10.0
"""Degrees that the head is turned towards the viewer."""
_FOLLOWS = (0.0, 0.3, 0.65)
"""Shares of the head's turn that the neck's bones do."""
_NEARLY = 0.42
"""Height over the floor below which a foot comes down to it."""

_FRONT: Four = (-30, 4, 0, 32)
_HIND: Four = (26, -36, 4, 34)
_FOLDED: Four = (105, -62, 84, 55)
POSES: dict[str, Pose] = {
    "standing": Pose((-30, 6, 3, 32), (-32, -9, -9, 26), (14, -50, -12, 24), (38, -24, 12, 38)),
    "walking": Pose((-16, 34, -8, -10), (-38, -16, -20, 14), (6, -46, -26, 6), (44, -10, 16, 40), 4,
        0, None, 0.2),
    "galloping": Pose((28, 78, -38, -70), (30, 66, 44, 50), (-6, -58, -46, -20),
        (24, -62, -66, -60), -22, 24, 7, 1.0, 35),
    "running": Pose((30, 74, 60, 60), (6, 60, -10, -40), (-30, -66, -50, -10), (-6, -72, -62, -50),
        -18, 14, 3, 1.0, 35),
    "rearing": Pose((72, 84, -44, -74), (50, 60, -24, -54), (80, -8, 22, 50), (38, -56, -6, 36), -8,
        -28, 50, 0.5, -10),
    "leaping": Pose((52, 96, -30, -70), (40, 84, -52, -86), (-40, -70, -58, -30),
        (-28, -62, -70, -46), 8, 4, 24, 0.6, 20),
    "grazing": Pose((-40, -8, -4, 28), (-16, 22, 10, 40), (20, -42, 0, 32), (34, -26, 12, 38), -104,
        -10),
    "charging": Pose((10, 72, -44, -60), (-30, -8, -14, 20), (0, -54, -36, -6), (40, -14, 14, 40),
        -26, 0, -5, 0.6, 60, 20),
    "sitting": Pose((-26, 2, 0, 34), (-20, 10, 4, 36), _FOLDED, (100, -56, 88, 52), -8, 0, None),
    "lying": Pose((-40, 84, 87, 84), (-30, 88, 88, 70), (84, -62, 84, 60), (86, -60, 84, 60), 14, 4,
        LYING),
    "arched": Pose((-16, 10, 6, 36), (-22, 2, 0, 34), (22, -30, 0, 34), (16, -36, -6, 30), -6, -14)
}
"""What the legs do; absolute angles, before a build's `bend`."""

_SHARES = {False: ((0.16, 0.25, 0.19, 0.1), (0.22, 0.27, 0.22, 0.1))}
_SHARES[True] = ((0.22, 0.3, 0.1, 0.09), (0.25, 0.26, 0.17, 0.1))


@dataclass
class Beast:
    """An animal in the making: its skin, the parts added to it, and where its joints lie.

    `level` are the skin's points in the frame of a level head, in shares of its length.
    """

    build: Build
    pose: Pose
    pitch: float = 0.0
    poll: Array = field(default_factory=lambda: np.zeros(3))
    head_angle: float = 0.0
    crest: Array = field(default_factory=lambda: np.zeros((0, 3)))
    floor: float = 0.0
    parts: list[Part] = field(default_factory=list)
    coat: dict[str, Any] = field(default_factory=dict)
    pasterns: list[Mesh] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rest = RESTS[self.build.skin]
        self.skin = template(self.rest)
        self.hide = Mesh(self.skin.points, self.skin.faces, self.skin.points, self.skin.points)
        self.bare = np.ones(len(self.skin.faces), bool)
        self.level = level_head(self.rest.file)

    def add(self, name: str, mesh: Mesh, material: str = "main", **more: Any) -> None:
        """Add a part, in the body's own frame."""
        self.parts.append(Part(name, mesh, material, **more))

    def marked(self, name: str, weight: Array, material: str) -> None:
        """Give the skin where `weight` is more than a half another colour."""
        here = self.bare & (weight[self.skin.faces].mean(1) > 0.5)
        if here.any():
            self.add(name, cut(self.hide, here), material)
            self.bare = self.bare & ~here

    def nose(self, begin: float = 0.93) -> Array:
        """The tip of the muzzle."""
        x, y, _ = self.level.T
        return np.asarray((x > begin) & (y > -0.075) & (self.share("skull") > 0.5), np.float64)

    def share(self, *names: str) -> Array:
        """How much each point of the skin belongs to some bones, in all."""
        return self.skin.share(*names)

    def on_head(self, points: Array) -> Array:
        """Points in lengths of a level head, from between its ears and eyes, where the head is."""
        return self.faced(self.build.head[0] * points @ _turn(self.head_angle).T + self.poll)

    def worn(self, mesh: Mesh) -> Mesh:
        """A mesh made in the head's frame, in the body's units, where the head is."""
        return mesh.mapped(self._yaw(1) @ _turn(self.head_angle)).moved(*self.poll.tolist())

    def faced(self, points: Array, share: float = 1.0) -> Array:
        """Points in the body's frame that turn with the head, by a share of its turn."""
        return np.asarray((points - self.poll) @ self._yaw(share).T + self.poll)

    def _yaw(self, share: float) -> Array:
        """The head's turn about the world's upright."""
        about = rotation(y=-share * self.pose.face)
        return np.asarray(_turn(-self.pitch) @ about @ _turn(self.pitch))

    def model(self, **anchors: Point) -> Model:
        """The animal in metres, turned by its pitch, with the usual anchors."""
        b, h = self.build, self.build.height
        x, y, z = self.poll.tolist()
        points: dict[str, Point] = {"back": (0.55 * b.length, 1.0 + 0.5 * b.hump, 0),
            "seat": (0.62 * b.length, 1.0 + 0.5 * b.hump, 0), "head": (x, y, z)}
        mesh = merge(cut(self.hide, self.bare), self.pasterns)
        body = Part("body", mesh, **({"material": "main"} | self.coat))
        whole = Model([body, *self.parts], points | anchors)
        return whole.mapped(lambda mesh: mesh.turned(z=self.pitch).turned(y=_TOWARDS).scaled(h))


def both(mesh: Mesh) -> Mesh:
    """A mesh and its reflection at the plane z = 0."""
    return merge(mesh, mesh.mapped(np.diag([1.0, 1.0, -1.0])))


def along(start: Array, angles: Sequence[float], lengths: Sequence[float]) -> Array:
    """Joints of a limb from its start: one length for each angle from straight down."""
    a = np.radians(np.asarray(angles, dtype=np.float64))
    steps = columns(np.sin(a), -np.cos(a), 0 * a) * np.asarray(lengths)[:, None]
    return np.vstack([start, start + np.cumsum(steps, axis=0)])


def beast(build: Build, pose: Pose, *, tail: Callable[[Beast], Array] | None = None) -> Beast:
    """Skin, eyes and hooves of an animal, without finery; `tail` gives its tail another line."""
    made = Beast(build, pose)
    legs = _legs(build, pose)
    if pose.pitch is None:
        low = [min(leg[:, 1]) for leg in legs]
        fall = (min(low[0:2]) - min(low[2:4])) / -build.length
        made.pitch = math.degrees(math.asin(min(max(fall, -0.9), 0.9)))
    elif pose.pitch == LYING:
        fall = build.croup - 1 + 1.9 * build.chest[0] - 1.75 * build.rump[0]
        made.pitch = math.degrees(math.asin(fall / build.length))
    else:
        made.pitch = pose.pitch
    legs = [_unpitched(leg, made.pitch) for leg in legs]
    made.floor = min(float((joints @ _turn(made.pitch).T)[:, 1].min()) for joints in legs)
    seat = _turn(made.pitch) @ np.array([0.02, build.croup - build.rump[0], 0])
    made.floor = min(made.floor, float(seat[1]) - 1.04 * build.rump[0])
    if pose.pitch == LYING:
        made.floor = float(seat[1]) - 0.75 * build.rump[0]
    legs = [_grounded(leg, made) for leg in legs]
    moves: dict[str, Move | Array] = {"trunk": trunk(made.rest, _reach(build), _profile(build))}
    moves |= _head_and_neck(made) | _limbs(build, legs)
    moves["tail"] = _tail(made, (tail or tail_path)(made))
    ways = {name: np.array([-1.0, 0, 0]) for name in moves}
    ways |= {name: np.array([-0.1, -1.0, 0]) for name in moves if name[:3] in ("arm", "leg")}
    made.hide = made.skin.moved(moves, ways)
    if not build.paw:
        hooves = [_hoof(build, leg) for leg in legs]
        made.bare = made.skin.on(1 - made.share(*(f"{part}3{side}" for part, side in SIDES)))
        made.pasterns = [pastern for pastern, _ in hooves]
        made.add("feet", merge(hoof for _, hoof in hooves), "dark_fur")
    return made


def _reach(b: Build) -> float:
    return b.length + 0.1 * b.chest[0]


def _head_and_neck(made: Beast) -> dict[str, Move | Array]:
    """How skull, jaw and neck move; sets where the head is, and adds the eyes."""
    b = made.build
    base = np.array([_reach(b), 1 - 0.62 * b.chest[0] - 0.3 * b.neck[2], 0])
    a = math.radians(max(b.neck[1] + made.pose.neck, _LOWEST) - made.pitch)
    way = np.array([math.cos(a), math.sin(a), 0])
    up = np.array([-way[1], way[0], 0])
    made.poll = base + way * b.neck[0]
    made.head_angle = b.head[1] + made.pose.head + 0.35 * min(made.pose.neck, 0) - made.pitch
    size = (b.head[0], b.head[2] / 0.13, b.head[3] / 0.068)
    placed, eye, nape = head(made.rest, b.face, made.poll, made.head_angle, size, _ear(b))
    line = np.array([base - way * 0.05 * b.neck[0],
        base + (nape[0] - base) * 0.5 + up * 0.04 * b.neck[0], *nape])
    radii = (b.neck[2], 0.45 * b.neck[2] + 0.55 * b.neck[3], b.neck[3])
    inner = spline(line, 9)
    made.crest = inner + up * np.interp(np.linspace(0, 2, 9), (0, 1, 2), radii)[:, None] * 0.9
    eyes = both(ball(0.062 * b.head[0] * b.eye, sides=12).moved(*eye))
    made.add("eyes", eyes.bent(made.faced) if made.pose.face else eyes, "eye")
    placed = made.faced(placed)
    return {"skull": placed, "jaw": placed} | {
        name: _turning(made, move, share)
        for (name, move), share in zip(neck(made.rest, line, radii).items(), _FOLLOWS, strict=True)
    }


def _turning(made: Beast, move: Move, share: float) -> Move:
    return lambda points: made.faced(move(points), share)


def _limbs(b: Build, legs: list[Array]) -> dict[str, Move]:
    moves: dict[str, Move] = {}
    r = b.leg / 0.064
    for i, joints in enumerate(legs):
        big = (b.chest[0] / 0.24, b.rump[0] / 0.17)[i // 2]
        wide = (b.chest[1] / 0.155, b.rump[1] / 0.125)[i // 2]
        low = (0.5 * (big + r), r if b.paw else b.cannon * r, r)
        moves |= limb(RESTS[b.skin], i, joints, (big, *low), (wide, *low))
    return moves


def _tail(made: Beast, line: Array) -> Move:
    """The tail along a line: as thick as the dog's at its root, or a brush."""
    thick = made.build.tail[2]
    u = np.linspace(0, 1, TAIL)
    radius = thick * (1 - made.build.taper * u)
    if thick > _BRUSH:
        radius = thick * np.interp(u, (0, 0.2, 0.5, 0.8, 1), (0.45, 0.8, 1.05, 1.0, 0.2))
    return tail_along(made.rest, line, radius)


def _ear(b: Build) -> Array:
    """What becomes of the skin's own ear, which stands at 76 degrees and is 0.34 heads long."""
    length, width, angle, spread = b.ear
    long, wide = length / (b.head[0] * 0.34), width / (b.head[0] * 0.2)
    turn = rotation(x=spread - 10) @ rotation(z=angle - 76)
    return np.asarray(turn @ np.diag([wide, long, wide]))


def _legs(b: Build, pose: Pose) -> list[Array]:
    """Joints of the four legs in the world's directions, each about its own upper joint's place."""
    found = []
    for i, angles in enumerate((pose.near_front, pose.far_front, pose.near_hind, pose.far_hind)):
        shares = _SHARES[b.paw][i // 2]
        rest = np.array((_FRONT, _HIND)[i // 2])
        turned, wide = np.array(angles), 0.68 * (b.chest[1], b.rump[1])[i // 2]
        if abs(turned[0]) > _FOLDS:
            wide = 0.9 * max((b.chest[1], b.rump[1])[i // 2], b.belly[1])
        if b.bend < 1 and pose.pitch is None and abs(turned[0]) < 60:
            rest, turned = rest * b.bend, turned * b.bend
        if b.paw:
            flat = np.array([0, 0, 0, 44])
            rest, turned = rest + flat, turned + flat
        joint = (0.98 - b.chest[0] * 1.25, b.croup - b.rump[0] * 0.95)[i // 2]
        drop = float((np.cos(np.radians(rest)) * shares).sum())
        start = np.array([0.0, 0.0, wide if i % 2 == 0 else -wide])
        found.append(along(start, turned.tolist(), [s * joint / drop for s in shares]))
        found[-1][:, 1] += joint
        found[-1][:, 0] += (b.length + 0.1 * b.chest[0], 0.0)[i // 2]
    return found


def _turn(pitch: float) -> Array:
    return rotation(z=pitch)


def _unpitched(leg: Array, pitch: float) -> Array:
    return np.asarray((leg - leg[0]) @ _turn(-pitch).T + leg[0])


def _grounded(leg: Array, made: Beast) -> Array:
    """The leg reaching the floor, if it nearly does."""
    world = leg @ _turn(made.pitch).T
    top, low = float(world[0, 1]), float(world[:, 1].min())
    if abs(low - made.floor) < (_NEARLY if made.pose.pitch in (None, LYING) else 0.1):
        stretch = (top - made.floor - 0.6 * made.build.leg * made.build.paw) / (top - low)
        world[:, 1] = top - (top - world[:, 1]) * stretch
    return np.asarray(world @ _turn(-made.pitch).T)


def _profile(b: Build) -> Array:
    """Back, belly and half width of the trunk from hip to shoulder."""
    (cd, cw), (bd, bw), (rd, rw), c = b.chest, b.belly, b.rump, b.croup
    at = np.array([-0.2, 0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.1])
    top = np.array([c - 0.02, c, c, 0.7 * c + 0.29, 0.5 * c + 0.48, 0.985, 0.99, 1.0, 0.9])
    deep = np.array([1.4 * rd, 1.5 * rd, 0.9 * rd + 1.05 * bd, 2.15 * bd, 1.3 * bd + 0.8 * cd,
        0.6 * bd + 1.45 * cd, 1.88 * cd, 1.88 * cd, 1.15 * cd])
    wide = np.array([0.95 * rw, 0.97 * rw, 0.5 * (rw + bw), 0.97 * bw, 0.5 * (bw + cw), 0.93 * cw,
        0.97 * cw, cw, 0.88 * cw])
    hump = b.hump * np.exp(-(((at - b.hump_at) / 0.3) ** 2))
    return np.stack([at, top + hump, top - deep, wide], 1)


def _hoof(b: Build, joints: Array) -> tuple[Mesh, Mesh]:
    """What is below the fetlock: the pastern, and the hoof or sole."""
    cannon, heel, toe = joints[-3:]
    way = (toe - heel) / np.linalg.norm(toe - heel)
    down = (heel - cannon) / np.linalg.norm(heel - cannon)
    r = b.leg * (0.85 if b.bend < 0.6 else 0.72)
    path = [heel - down * 1.6 * r, heel - down * 0.5 * r, heel, (heel + toe) / 2, toe]
    thick = (0.5, 0.8, 0.95, 0.95, 0.98) if b.bend < 0.6 else (0.5, 0.62, 0.78, 0.66, 0.8)
    pastern = tube(path, np.array(thick) * r, samples=14, sides=12)
    hoof = tube([toe - way * r * 0.2, toe + way * r * 0.4, toe + way * r * 0.9],
        [0.68 * r, 0.9 * r, 1.05 * r], sides=14)
    return pastern, hoof


def tail_path(made: Beast, *, sag: float = 1.0) -> Array:
    """The line of a tail from the croup: out at its angle, then falling."""
    b = made.build
    length, angle, _ = b.tail
    start = np.array([0.04, b.croup - 0.35 * b.rump[0], 0])
    a = math.radians(angle + made.pose.tail + made.pitch)
    out = np.array([-math.cos(a), math.sin(a), 0]) * length
    p = math.radians(-made.pitch)
    drop = np.array([math.sin(p), -math.cos(p), 0]) * length * sag * (1 - 0.75 * made.pose.wind)
    steps = [start + out * t * (1 - 0.4 * t * sag) + drop * t * t for t in (0.0, 0.2, 0.5, 0.8,
        1.0)]
    path = np.array(steps) @ _turn(made.pitch).T
    low = made.floor + 0.8 * b.tail[2] + 0.02 + 0.3 * length * (sag > 0.8)
    path[2:, 1] = np.maximum(path[2:, 1], low)
    return np.asarray(path @ _turn(-made.pitch).T)
