"""Slices: the lines where planes cut the forms, so that hatching follows them in perspective.

Spacing in the picture is kept by doubling: where lines would stand too far apart a line grows
between each two of them. `hatch` draws slices straight into a plane; `sliced` gives the same
ones as polylines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from worker.studio.field.noise import cloud
from worker.studio.field.shade import Target
from worker.studio.marks.lines import Array, Index, Lines, Map


@dataclass(frozen=True, eq=False)
class Slices:
    """The planes that slice each region of the picture: `vectors` (sets, regions, 3).

    Region 0 is the backdrop, where planes are those of the picture itself. `fineness` (regions,)
    says how much closer than usual lines stand; `rays` (h, w, 3) are the directions of the view.
    """

    region: Index
    vectors: Map
    fineness: Map
    rays: Array

    def pitch(self, pixels: float) -> Map:
        """Distance of lines at each pixel: `pixels`, less on small parts such as faces."""
        return np.asarray((pixels * self.fineness)[self.region], dtype=np.float32)


def slices(target: Target) -> Slices:
    """Three sets of planes for every part, from the directions that its surface faces.

    A round part is cut across its axis, tilted towards the eye so that lines bulge; a flat one
    along its perspective.
    """
    seen = target.buffers
    wide = int(seen.part.max()) + 2
    key = (seen.object + 1) * wide + seen.part + 1
    counts = np.bincount(key.ravel(), minlength=(int(seen.object.max()) + 2) * wide)
    counts[0] = max(counts[0], 1)
    found = np.nonzero(counts)[0]
    number = np.cumsum(counts > 0) - 1
    region = number[key].astype(np.int32)
    step = 2 if min(target.shape) > 300 else 1
    flat = region[::step, ::step].ravel()
    normal = seen.normal[::step, ::step].reshape(-1, 3)
    sums = np.zeros((len(found), 3, 3))
    for i in range(3):
        for j in range(i, 3):
            weights = normal[:, i] * normal[:, j]
            sums[:, i, j] = np.bincount(flat, weights, minlength=len(found))
            sums[:, j, i] = sums[:, i, j]
    # A part of few pixels leans on its whole object.
    owner = found // wide
    whole = np.zeros((int(owner.max()) + 1, 3, 3))
    np.add.at(whole, owner, sums)
    size = np.maximum(np.trace(whole, axis1=1, axis2=2), 1e-6)[:, None, None]
    facing = sums + (whole / size)[owner] * (12 * target.unit) ** 2 + np.eye(3) * 1e-6
    facing /= np.trace(facing, axis1=1, axis2=2)[:, None, None]
    extent = np.sqrt(counts[found]) / target.unit
    fineness = np.clip(0.4 + extent / 180, 0.62, 1).astype(np.float32)
    return Slices(
        region, _planes(facing, seen.camera.axes), fineness, seen.camera.rays(target.shape)
    )


def _planes(facing: Array, axes: Array) -> Map:
    right, _, forward = axes
    up = np.array([0.0, 1.0, 0.0])
    values, vectors = np.linalg.eigh(facing - 0.06 * np.outer(up, up))
    front, axis = vectors[:, :, 2], vectors[:, :, 0].copy()
    level = np.abs(axis @ up) < 0.3
    axis *= np.where(level, np.sign(axis @ right + 1e-9), np.sign(axis @ up + 1e-9))[:, None]
    side = np.cross(axis, forward)
    tilt = np.sign(-axis @ forward + 0.02)[:, None] * -forward
    flat = (values[:, 2] > 0.86)[:, None]
    sets = (
        (forward + 0.5 * up + 0.1 * right, axis + 0.5 * tilt),
        (0.9 * right + 0.35 * forward + 0.55 * up, 0.75 * axis + 0.4 * tilt + 0.75 * side),
        (-0.9 * right + 0.6 * forward + 0.75 * up, 0.8 * axis + 0.3 * tilt - 0.8 * side),
    )
    out = np.zeros((3, len(facing), 3), dtype=np.float32)
    for index, (plane, ring) in enumerate(sets):
        along = plane - (front @ plane)[:, None] * front
        chosen = np.where(flat, along, ring)
        out[index] = chosen / np.maximum(np.linalg.norm(chosen, axis=1, keepdims=True), 1e-6)
    out[:, 0] = [(0.03, 1, 0), (0.62, 1, 0), (-0.7, 1, 0)]
    return out


@dataclass(frozen=True, eq=False)
class Field:
    """How far along its planes' direction each pixel lies, how fast that grows a pixel, and the
    angle of the slices in the picture.
    """

    value: Map
    growth: Map
    angle: Map


def fields(target: Target, cut: Slices, which: int, *, sway: float = 2.0) -> Field:
    """The field of one set of slices; `sway` in units bends the lines of the backdrop."""
    seen = target.buffers
    bend = (cloud(target.shape, target.rng, cell=0.3, octaves=2, stretch=2.5) - 0.5) * 2
    value, growth, angle = (np.zeros(target.shape, np.float32) for _ in range(3))
    camera = seen.camera
    _field(
        seen.position, seen.normal, seen.depth, cut.region, cut.vectors[which],
        cut.rays, camera.axes, camera.scale(target.shape), camera.span > 0,
        (bend * sway * 6 * target.unit).astype(np.float32), value, growth, angle,
    )  # fmt: skip
    return Field(value, growth, angle)


def hatch(field: Field, cover: Map, pitch: Map, dashes: Map | None = None) -> Map:
    """The slices of one set as ink, (h, w) in 0..1, lines `pitch` pixels apart (a map).

    `cover` is the share of the surface to ink: lines swell with it. Where `dashes`, a phase in
    whole numbers, is given, light lines break into dashes by it.
    """
    out = np.zeros_like(cover)
    broken = dashes is not None
    _hatch(
        field.value, field.growth, cover, pitch, cover if dashes is None else dashes, broken, out
    )
    return out


def phase(field: Field, pitch: Map) -> Map:
    """Place between lines of a set, whole on a line; doubling as in `hatch`."""
    frequency = 2 ** np.floor(np.log2(1 / np.maximum(field.growth * pitch, 1e-9)))
    return np.asarray(field.value * frequency, dtype=np.float32)


def sliced(field: Field, cover: Map, pitch: Map, region: Index) -> Lines:
    """The slices of one set as polylines with widths in pixels."""
    segments, keys, widths = _segments(field.value, field.growth, cover, pitch, region)
    if not len(segments):
        none = np.zeros(0, np.float32)
        return Lines(np.zeros((0, 2), np.float32), none, none, np.zeros(1, np.int32))
    _, number = np.unique(keys.ravel(), return_inverse=True)
    points, thick, starts = _joined(segments, widths, number.reshape(-1, 2).astype(np.int64))
    return Lines(points, thick, thick, starts)


@njit(cache=True, nogil=True)
def _field(  # type: ignore[no-untyped-def]
    position,
    normal,
    depth,
    region,
    vectors,
    rays,
    axes,
    scale,
    parallel,
    bend,
    value,
    growth,
    angle,
):
    height, width = depth.shape
    steps = np.zeros(2)
    for y in range(height):
        for x in range(width):
            r = region[y, x]
            v0, v1, v2 = vectors[r, 0], vectors[r, 1], vectors[r, 2]
            if r == 0:
                value[y, x] = x * v0 + y * v1 + bend[y, x]
                growth[y, x] = np.sqrt(v0 * v0 + v1 * v1)
                angle[y, x] = np.arctan2(-v0, v1)
                continue
            n0, n1, n2 = normal[y, x, 0], normal[y, x, 1], normal[y, x, 2]
            k0, k1, k2 = rays[y, x, 0], rays[y, x, 1], rays[y, x, 2]
            far = k0 * axes[2, 0] + k1 * axes[2, 1] + k2 * axes[2, 2]
            zoom = (1.0 if parallel else depth[y, x]) / scale
            facing = min((n0 * k0 + n1 * k1 + n2 * k2) / far, -0.04)
            ahead = (v0 * k0 + v1 * k1 + v2 * k2) / far
            # How the point on the surface moves with a step right and a step up.
            for a in range(2):
                nd = n0 * axes[a, 0] + n1 * axes[a, 1] + n2 * axes[a, 2]
                vd = v0 * axes[a, 0] + v1 * axes[a, 1] + v2 * axes[a, 2]
                steps[a] = (vd - ahead * nd / facing) * zoom
            p = position[y, x]
            growth[y, x] = np.sqrt(steps[0] ** 2 + steps[1] ** 2)
            angle[y, x] = np.arctan2(steps[0], steps[1])
            # The hand wavers a little, by the same amount in the picture everywhere.
            value[y, x] = p[0] * v0 + p[1] * v1 + p[2] * v2 + 0.16 * bend[y, x] * growth[y, x]


@njit(cache=True, nogil=True)
def _overlap(gap, line):  # type: ignore[no-untyped-def]
    """How much of a pixel's width a line of a width covers whose middle is `gap` pixels away."""
    return max(min(gap + 0.5, line / 2) - max(gap - 0.5, -line / 2), 0.0)


@njit(cache=True, nogil=True)
def _hatch(value, growth, cover, pitch, dashes, broken, out):  # type: ignore[no-untyped-def]
    height, width = value.shape
    for y in range(height):
        for x in range(width):
            c = cover[y, x]
            if c < 0.025:
                continue
            want = np.log2(1 / max(growth[y, x] * pitch[y, x], 1e-9))
            octave = np.floor(want)
            part = want - octave
            frequency = 2.0**octave
            space = 1 / max(growth[y, x] * frequency, 1e-9)
            between = min(max((part - 0.35) / 0.6, 0.0), 1.0)
            place = value[y, x] * frequency
            near = abs(place - np.floor(place + 0.5))
            line = c * space / (1 + between)
            if broken and c < 0.11:
                mark = abs(dashes[y, x] - np.floor(dashes[y, x] + 0.5)) * 2
                if mark > 0.25 + 7 * c:
                    continue
                line = max(line, 0.09 * pitch[y, x])
            # The share of the pixel that lines cover, exactly: else fine gaps beat with pixels.
            ink = _overlap(near * space, line) + _overlap((1 - near) * space, line)
            if between > 0:
                ink += _overlap((0.5 - near) * space, line * between)
            ink = min(ink, 1.0)
            out[y, x] = ink


@njit(cache=True, nogil=True)
def _segments(value, growth, cover, pitch, region):  # type: ignore[no-untyped-def]
    height, width = value.shape
    ends, keys, thick = [], [], []
    crossing = np.zeros((4, 2))
    side = np.zeros(4, np.int64)
    for y in range(height - 1):
        for x in range(width - 1):
            r, c = region[y, x], cover[y, x]
            if c < 0.03 or r != region[y + 1, x] or r != region[y, x + 1]:
                continue
            if r != region[y + 1, x + 1]:
                continue
            want = np.log2(1 / max(growth[y, x] * pitch[y, x], 1e-9))
            octave = np.floor(want)
            between = min(max((want - octave - 0.35) / 0.6, 0.0), 1.0)
            fine = 2.0 ** (octave + 1)
            corner = (value[y, x], value[y, x + 1], value[y + 1, x + 1], value[y + 1, x])
            low, high = min(corner) * fine, max(corner) * fine
            if high - low > 8:
                continue
            for level in range(int(np.ceil(low)), int(np.floor(high)) + 1):
                if level % 2 and between < 0.15:
                    continue
                count = 0
                for k in range(4):
                    a, b = corner[k] * fine - level, corner[(k + 1) % 4] * fine - level
                    if (a < 0) == (b < 0):
                        continue
                    t = a / (a - b)
                    crossing[count, 0] = x + 0.5 + (t, 1.0, 1 - t, 0.0)[k]
                    crossing[count, 1] = y + 0.5 + (0.0, t, 1.0, 1 - t)[k]
                    row, column = y + (0, 0, 1, 0)[k], x + (0, 1, 0, 0)[k]
                    side[count] = ((row * width + column) * 2 + k % 2) * 16 + level % 8
                    count += 1
                if count == 2:
                    line = c / (growth[y, x] * fine / 2 * (1 + between))
                    ends.append((crossing[0, 0], crossing[0, 1], crossing[1, 0], crossing[1, 1]))
                    keys.append((side[0], side[1]))
                    thick.append(line * between if level % 2 else line)
    n = len(ends)
    out, names, widths = (
        np.zeros((n, 4), np.float32),
        np.zeros((n, 2), np.int64),
        np.zeros(n, np.float32),
    )
    for i in range(n):
        for k in range(4):
            out[i, k] = ends[i][k]
        names[i, 0], names[i, 1], widths[i] = keys[i][0], keys[i][1], thick[i]
    return out, names, widths


@njit(cache=True, nogil=True)
def _joined(segments, widths, number):  # type: ignore[no-untyped-def]
    n = len(segments)
    holder = np.full((number.max() + 1, 2), -1, np.int64)
    for i in range(n):
        for k in range(2):
            slot = 0 if holder[number[i, k], 0] < 0 else 1
            holder[number[i, k], slot] = i
    used = np.zeros(n, np.bool_)
    points, thick = np.zeros((2 * n, 2), np.float32), np.zeros(2 * n, np.float32)
    starts, at = [0], 0
    for seed in range(n):
        if used[seed]:
            continue
        # Find an end of the line, then walk it.
        i, k = seed, 0
        for _ in range(n):
            name = number[i, k]
            j = holder[name, 0] + holder[name, 1] - i if holder[name, 1] >= 0 else -1
            if j < 0 or j in (seed, i):
                break
            k = 1 if number[j, 0] == name else 0
            i = j
        points[at, 0], points[at, 1], thick[at] = (
            segments[i, 2 * k],
            segments[i, 2 * k + 1],
            widths[i],
        )
        at += 1
        while i >= 0 and not used[i]:
            used[i] = True
            k = 1 - k
            points[at, 0], points[at, 1] = segments[i, 2 * k], segments[i, 2 * k + 1]
            thick[at] = widths[i]
            at += 1
            name = number[i, k]
            j = holder[name, 0] + holder[name, 1] - i if holder[name, 1] >= 0 else -1
            if j >= 0:
                k = 0 if number[j, 0] == name else 1
            i = j
        starts.append(at)
    return points[:at], thick[:at], np.array(starts, dtype=np.int32)
