"""The skeleton of four-legged animals: a table row of proportions and a pose make one.

Lengths are shares of the height at the withers; the hip lies at x = 0 and the animal faces +x.
Angles are degrees: of legs from straight down, forwards positive; of neck and head from
horizontal, upwards positive.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, merge, rotation, sheet, spline,
    tube)
from worker.studio.scene.model import Model, Part, Rng

Point = tuple[float, float, float]
Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class Build:
    """The proportions of a kind of animal.

    Pairs of body sizes are half depth and half width. `neck` is length, angle, radius at its base
    and top; `head` length, angle, radius of skull and muzzle; `ear` length, width, angle, spread;
    `tail` length, angle, thickness. `bend` is how much the joints of a leg are angled.
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
    cheek: float = 0.8
    tuft: str = "none"


@dataclass(frozen=True)
class Pose:
    """Leg angles, near front, far front, near hind, far hind, and what neck, head, body do.

    `neck` and `head` turn these by degrees; a `pitch` of None keeps the feet on the ground.
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


LYING = 2.0
"""The pitch of a body that rests on the ground."""
_FOLDS = 65.0
"""Degrees forwards from which on a thigh lies beside the body."""
_FLAT = 50.0
"""Degrees from level below which a paw lies flat."""
_TOWARDS = -10.0
"""Degrees that the head is turned towards the viewer."""
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
    "rearing": Pose((70, 84, -48, -80), (48, 66, -76, -100), (66, -26, 16, 44), (52, -40, 6, 40), 4,
        -28, 52, 0.5, -10),
    "leaping": Pose((52, 96, -30, -70), (40, 84, -52, -86), (-40, -70, -58, -30),
        (-28, -62, -70, -46), 8, 4, 24, 0.6, 20),
    "grazing": Pose((-40, -8, -4, 28), (-16, 22, 10, 40), (20, -42, 0, 32), (34, -26, 12, 38), -104,
        -10),
    "charging": Pose((10, 72, -44, -60), (-30, -8, -14, 20), (0, -54, -36, -6), (40, -14, 14, 40),
        -34, -26, -5, 0.6, 60),
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
    """An animal in the making: its meshes by part name, and where its joints lie."""

    build: Build
    pose: Pose
    pitch: float = 0.0
    poll: Array = field(default_factory=lambda: np.zeros(3))
    head_angle: float = 0.0
    crest: Array = field(default_factory=lambda: np.zeros((0, 3)))
    floor: float = 0.0
    parts: list[Part] = field(default_factory=list)

    def add(self, name: str, mesh: Mesh, material: str = "main", **more: object) -> None:
        """Add a part, in the body's own frame."""
        self.parts.append(Part(name, mesh, material, **more))  # type: ignore[arg-type]

    def on_head(self, mesh: Mesh) -> Mesh:
        """A mesh made in the head's frame (x along the muzzle, skull at 0) where the head is."""
        x, y, z = self.poll.tolist()
        return mesh.turned(z=self.head_angle).moved(x, y, z)

    def model(self, **anchors: Point) -> Model:
        """The animal in metres, turned by its pitch, with the usual anchors."""
        b, h = self.build, self.build.height
        x, y, z = self.poll.tolist()
        points: dict[str, Point] = {"back": (0.55 * b.length, 1.0 + 0.5 * b.hump, 0),
            "seat": (0.62 * b.length, 1.0 + 0.5 * b.hump, 0), "head": (x, y, z)}
        whole = Model(self.parts, points | anchors)
        return whole.mapped(lambda mesh: mesh.turned(z=self.pitch).turned(y=_TOWARDS).scaled(h))


def both(mesh: Mesh) -> Mesh:
    """A mesh and its reflection at the plane z = 0."""
    return merge(mesh, mesh.mapped(np.diag([1.0, 1.0, -1.0])))


def along(start: Array, angles: Sequence[float], lengths: Sequence[float]) -> Array:
    """Joints of a limb from its start: one length for each angle from straight down."""
    a = np.radians(np.asarray(angles, dtype=np.float64))
    steps = columns(np.sin(a), -np.cos(a), 0 * a) * np.asarray(lengths)[:, None]
    return np.vstack([start, start + np.cumsum(steps, axis=0)])


def beast(build: Build, pose: Pose, rng: Rng) -> Beast:
    """Body, legs, neck, head, eyes, ears and feet of an animal, without tail and finery."""
    made = Beast(build, pose)
    legs = _legs(build, pose)
    if pose.pitch is None:
        low = [min(leg[:, 1]) for leg in legs]
        fall = (min(low[0:2]) - min(low[2:4])) / -build.length
        made.pitch = math.degrees(math.asin(min(max(fall, -0.9), 0.9)))
    elif pose.pitch == LYING:
        fall = build.croup - 1 + 2 * (build.chest[0] - build.rump[0])
        made.pitch = math.degrees(math.asin(fall / build.length))
    else:
        made.pitch = pose.pitch
    legs = [_unpitched(leg, made.pitch) for leg in legs]
    made.floor = min(float((joints @ _turn(made.pitch).T)[:, 1].min()) for joints in legs)
    seat = _turn(made.pitch) @ np.array([0.02, build.croup - build.rump[0], 0])
    made.floor = min(made.floor, float(seat[1]) - 1.04 * build.rump[0])
    if pose.pitch == LYING:
        made.floor = float(seat[1]) - 1.04 * build.rump[0]
    legs = [_grounded(leg, made) for leg in legs]
    clay = _trunk(build)
    _neck(made, clay)
    bones = [_leg(clay, build, leg, hind=i > 1) for i, leg in enumerate(legs)]
    face, eyes = _face(build)
    made.add("body", merge(clay.mesh(detail=60), *bones, made.on_head(face), _ears(made)))
    made.add("eyes", made.on_head(eyes), "eye")
    feet = [_foot(build, leg, made.pitch) for leg in legs]
    made.add("feet", merge(feet), "main" if build.paw else "dark_fur")
    return made


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


def _trunk(b: Build) -> Clay:
    clay = Clay(blend=0.16)
    (cd, cw), (bd, bw), (rd, rw), n = b.chest, b.belly, b.rump, b.length
    clay.lump((n * 0.95, 1 - cd, 0), (0.85 * cd, cd, cw), blend=0)
    clay.lump((n * 0.5, 0.985 - 0.4 * (cd + bd + 1 - b.croup) - 0.2 * bd, 0), (n * 0.62, bd, bw))
    clay.lump((0.02, b.croup - rd, 0), (0.86 * rd, rd, rw))
    clay.limb((n * 0.95, 0.93, 0), (n * 0.1, b.croup - 0.08, 0), 0.05, 0.05)
    if b.hump:
        clay.lump((n * b.hump_at, 0.95, 0), (0.26, b.hump + 0.05, cw * 0.7), blend=0.3)
    return clay


def _neck(made: Beast, clay: Clay) -> None:
    b = made.build
    length, angle, wide, thin = b.neck
    a = math.radians(angle + made.pose.neck - made.pitch)
    base = np.array([b.length + 0.1 * b.chest[0], 1 - 0.62 * b.chest[0] - 0.3 * wide, 0])
    way = np.array([math.cos(a), math.sin(a), 0])
    up = np.array([-way[1], way[0], 0])
    made.poll = base + way * length
    middle = base + way * length * 0.55 + up * 0.05 * length
    radii = (wide, 0.45 * wide + 0.55 * thin, thin)
    path = [base, middle, made.poll]
    clay.chain([p.tolist() for p in path], radii, flat=0.58, blend=0.14)
    inner = spline(np.array([base - way * 0.05, middle, made.poll]), 9)
    width = np.interp(np.linspace(0, 2, 9), (0, 1, 2), radii)[:, None]
    made.crest = inner + up * width
    made.head_angle = b.head[1] + made.pose.head + 0.35 * min(made.pose.neck, 0) - made.pitch


def _leg(clay: Clay, b: Build, joints: Array, *, hind: bool) -> Mesh:
    """Thigh or shoulder into the body's clay; the lower leg as a tube with its joints."""
    r = b.leg
    top, knee, ankle, heel, toe = joints
    folded = hind and knee[1] > top[1] - 0.5 * np.linalg.norm(knee - top)
    thick = (b.rump[0] * 0.62, 1.2 * r) if hind else (b.chest[0] * 0.5, r)
    if folded:
        haunch = (0.62 * top + 0.38 * knee).tolist()
        size = float(np.linalg.norm(knee - top))
        clay.lump(haunch, (0.55 * size + 0.04, 0.5 * size + 0.03, 0.45 * b.rump[1]), blend=0.03)
    else:
        clay.limb(top.tolist(), knee.tolist(), thick[0], thick[1] * 1.3, flat=0.62, blend=0.09)
    calf = knee + (ankle - knee) * 0.6
    clay.limb(knee.tolist(), calf.tolist(), thick[1] * 1.15, 0.8 * r, flat=0.8, blend=0.05)
    path = [knee, knee + (ankle - knee) * 0.5, ankle + (knee - ankle) * 0.14, ankle,
        ankle + (heel - ankle) * 0.2, (ankle + heel) / 2, heel, toe]
    if b.bend < 0.6:
        radii = np.array([1.2, 1.05, 0.97, 0.95, 0.93, 0.92, 0.96, 1.05]) * r
    else:
        radii = np.array([1.12, 0.8, 0.62, 0.72, 0.6, 0.46, 0.58, 0.54]) * r
        if hind:  # the point of the hock
            back = np.array([toe[1] - ankle[1], ankle[0] - toe[0], 0.0])
            path[3] = ankle + back / max(float(np.linalg.norm(back)), 1e-9) * 0.25 * r
    if b.paw:
        radii[5:] = np.array([0.56, 0.6, 0.5]) * r * (1.2 if b.bend < 0.6 else 1.0)
    return tube(path, radii, samples=26, sides=12)


def _foot(b: Build, joints: Array, pitch: float) -> Mesh:
    """A paw with its toes, flat beneath, or a hoof."""
    heel, toe = joints[-2], joints[-1]
    way = (toe - heel) / np.linalg.norm(toe - heel)
    if b.paw:
        size = b.leg * 0.95
        parts = [ball((1.05 * size, 0.8 * size, 0.72 * size), sides=14)]
        parts += [ball((0.46 * size, 0.36 * size, 0.24 * size), sides=10).moved((0.86 - 0.1
            * abs(k)) * size, -0.32 * size, 0.4 * k * size) for k in (-1.5, -0.5, 0.5, 1.5)]
        foot = merge(parts).bent(lambda p: columns(p[:, 0], np.maximum(p[:, 1], -0.63 * size),
            p[:, 2]))
        slope = math.degrees(math.atan2(way[1], way[0]))
        level = -pitch if abs(slope + pitch) < _FLAT else slope
        return foot.turned(z=level).moved(*(toe - way * size * 0.3))
    r = b.leg * (1.05 if b.bend < 0.6 else 0.78)
    end = toe + way * r * 0.9
    return tube([toe - way * r * 0.2, toe + way * r * 0.4, end], [0.68 * r, 0.86 * r, r], sides=12)


def _face(b: Build) -> tuple[Mesh, Mesh]:
    length, _, skull, muzzle = b.head
    clay = Clay(blend=0.7 * skull)
    tip = length - muzzle
    clay.lump((0, 0, 0), (skull * 1.05, skull, skull * 0.86), blend=0)
    clay.limb((0.1 * length, 0.12 * skull, 0), (tip, -0.3 * skull, 0), skull * 0.72, muzzle * 0.82,
        flat=0.82)
    jaw = (0.16 * length, -0.42 * skull, 0)
    clay.limb(jaw, (0.9 * tip, -0.3 * skull - 0.45 * muzzle, 0), skull * b.cheek, muzzle * 0.66,
        flat=0.72)
    clay.lump((tip, -0.34 * skull, 0), (muzzle * 0.95, muzzle, muzzle * 0.9), blend=0.6 * muzzle)
    for side in (-1, 1):
        clay.lump((0.2 * length, 0.42 * skull, side * 0.55 * skull), 0.2 * skull, blend=0.3 * skull)
    face = clay.mesh(detail=34)
    size = 0.19 * skull
    eye = ball((size * 1.3, size, size * 0.5), sides=12)
    eyes = eye.turned(y=-14).moved(*_on_side(face, 0.22 * length, 0.34 * skull))
    x = np.linspace(0.34 * length, tip + 0.8 * muzzle, 7)
    low = np.linspace(-0.5 * skull, -0.34 * skull - 0.3 * muzzle, 7)
    line = [_on_side(face, a, b) for a, b in zip(x, low, strict=True)]
    return face, both(merge(eyes, tube(line, 0.09 * muzzle, samples=14, sides=6)))


def _on_side(face: Mesh, x: float, y: float) -> Point:
    """The place on a head's near side that is seen at x and y."""
    near = face.points[face.points[:, 2] > 0]
    at = near[np.argmin((near[:, 0] - x) ** 2 + (near[:, 1] - y) ** 2 - 0.02 * near[:, 2] ** 2)]
    return float(at[0]), float(at[1]), float(at[2])


def _ears(made: Beast) -> Mesh:
    length, width, angle, spread = made.build.ear
    skull = made.build.head[2]
    a = math.radians(angle - made.build.head[1])
    way = np.array([math.cos(a), math.sin(a), math.tan(math.radians(spread))])
    way /= np.linalg.norm(way)
    start = np.array([-0.35 * skull, 0.72 * skull, 0.5 * skull])
    path = [start - way * 0.2 * length, start + way * 0.4 * length, start + way * length]
    ear = tube(path, [0.55 * width, width, 0.12 * width], samples=9, sides=10, flat=0.35,
        side=(1, 0.2, 0.2))
    return made.on_head(both(ear))


def hair(path: Array, radius: float, rng: Rng, *, strands: int = 7) -> Mesh:
    """A bundle of tapering strands along a path: a tail of hair, a forelock, a beard."""
    line = spline(path, 12)
    t = np.linspace(0, 1, 12)
    swell = radius * np.sin(np.pi * (0.16 + 0.82 * t)) ** 0.8
    out = []
    for k in range(strands):
        angle = 6.28 * k / strands + rng.uniform(0, 0.6)
        off = columns(np.cos(angle) * swell, 0.3 * np.sin(angle) * swell, np.sin(angle) * swell)
        reach = 1 - 0.16 * rng.random()
        points = spline(line, 12) + off * t[:, None] ** 0.5 * 0.8
        cut = spline(points[: max(int(12 * reach), 6)], 12)
        out.append(tube(cut, 0.62 * swell * (1 - 0.75 * t**3), sides=7))
    return merge(out)


def mane(made: Beast, fall: float, rng: Rng) -> Mesh:
    """Hair over the near side of the neck, blown back by the pose's wind."""
    crest = spline(made.crest, 40)
    rows = np.linspace(0, 1, 8)
    step = np.gradient(crest, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    down = columns(step[:, 1], -step[:, 0], 0 * step[:, 0])
    wind = made.pose.wind
    ragged = fall * (0.88 + 0.2 * np.sin(np.linspace(0, 14, 40) + rng.uniform(0, 6)))
    grid = np.empty((8, 40, 3))
    for i, s in enumerate(rows):
        flow = down * (1 - 0.9 * wind) - step * (0.3 + 0.9 * wind) - down * 0.5 * wind
        lift = np.sin(np.pi * min(s * 1.2, 1) * 0.5)
        grid[i] = crest - down * 0.03 * (1 - s) + flow * (s * ragged)[:, None]
        grid[i, :, 2] = 0.02 + lift * made.build.neck[2] * 0.6 + 0.012 * np.sin(np.arange(40) * 1.9)
    near = sheet(grid)
    return merge(near, sheet(grid * np.array([1, 1, -1]))) if wind > 0.4 else near


def tail_path(made: Beast, *, sag: float = 1.0) -> Array:
    """The line of a tail from the croup: out at its angle, then falling."""
    b = made.build
    length, angle, _ = b.tail
    start = np.array([-0.8 * b.rump[0], b.croup - 0.42 * b.rump[0], 0])
    a = math.radians(angle + made.pose.tail + made.pitch)
    out = np.array([-math.cos(a), math.sin(a), 0]) * length
    p = math.radians(-made.pitch)
    drop = np.array([math.sin(p), -math.cos(p), 0]) * length * sag * (1 - 0.75 * made.pose.wind)
    steps = [start + out * t * (1 - 0.4 * t * sag) + drop * t * t for t in (0.0, 0.2, 0.5, 0.8,
        1.0)]
    steps[0] = start + np.array([0.06, 0, 0])
    path = np.array(steps) @ _turn(made.pitch).T
    low = made.floor + 0.8 * b.tail[2] + 0.02 + 0.3 * length * (sag > 0.8)
    path[2:, 1] = np.maximum(path[2:, 1], low)
    return np.asarray(path @ _turn(-made.pitch).T)
