"""Soft bodies: limbs and lumps that flow into each other, meshed from a distance field.

`Clay` collects primitives; `mesh` meshes their smooth union by surface nets (Gibson 1998). The
distance functions and the smooth minimum are Quilez's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from worker.studio.scene.mesh import Array, Mesh

Point = Sequence[float]
_LIMB, _BALL, _BOX = 0.0, 1.0, 2.0


class Clay:
    """A body built up from limbs and lumps; later pieces blend into the earlier ones.

    `blend` is the radius, in metres, over which pieces flow together.
    """

    def __init__(self, *, blend: float = 0.05) -> None:
        self.blend = blend
        self._rows: list[list[float]] = []

    def limb(
        self,
        start: Point,
        end: Point,
        radius: float,
        end_radius: float | None = None,
        *,
        blend: float | None = None,
        flat: float = 1.0,
        side: Point = (0.0, 0.0, 1.0),
    ) -> Clay:
        """Add a rounded cone; `flat` < 1 thins it along `side`."""
        other = radius if end_radius is None else end_radius
        return self._add(_LIMB, start, end, radius, other, blend, flat, side)

    def chain(
        self,
        points: Sequence[Point],
        radii: Sequence[float],
        *,
        blend: float | None = None,
        flat: float = 1.0,
        side: Point = (0.0, 0.0, 1.0),
    ) -> Clay:
        """Add limbs from point to point."""
        for i in range(len(points) - 1):
            self.limb(
                points[i], points[i + 1], radii[i], radii[i + 1], blend=blend, flat=flat, side=side
            )
        return self

    def lump(self, centre: Point, radii: Point | float, *, blend: float | None = None) -> Clay:
        """Add an upright ellipsoid."""
        three = (radii, radii, radii) if isinstance(radii, int | float) else radii
        return self._add(_BALL, centre, three, 0.0, 0.0, blend, 1.0, (0, 0, 1))

    def block(
        self, centre: Point, size: Point, *, rounding: float = 0.02, blend: float | None = None
    ) -> Clay:
        """Add an upright box with rounded edges."""
        half = [max(side / 2, rounding) for side in size]
        return self._add(_BOX, centre, half, rounding, 0.0, blend, 1.0, (0, 0, 1))

    def hollow(self, centre: Point, radii: Point | float, *, blend: float | None = None) -> Clay:
        """Cut an ellipsoid away from everything before it."""
        self.lump(centre, radii, blend=blend)
        self._rows[-1][1] = -1.0
        return self

    def mesh(self, *, detail: int = 56) -> Mesh:
        """The skin of the body; `detail` is the number of cells along its longest side."""
        if not self._rows:
            raise ValueError("a body needs at least one piece")
        rows = np.array(self._rows)
        low, high = _extent(rows)
        cell = float((high - low).max()) / detail
        # Where pieces blend, the skin bulges beyond each of them.
        margin = 2 * cell + 0.4 * float(rows[rows[:, 1] > 0, 2].max())
        low = low - margin
        shape = tuple(math.ceil(v) + 1 for v in (high + margin - low) / cell)
        grid = _sample(rows, low, cell, shape)
        points, faces = _surface_nets(grid, low, cell)
        normals, grain = _gradient(rows, points, cell * 0.7)
        return Mesh(points, faces, normals, grain)

    def _add(
        self,
        kind: float,
        a: Point,
        b: Point,
        ra: float,
        rb: float,
        blend: float | None,
        flat: float,
        side: Point,
    ) -> Clay:
        length = math.sqrt(sum(v * v for v in side)) or 1.0
        row = [kind, 1.0, self.blend if blend is None else blend, *a, *b, ra, rb, flat]
        self._rows.append([float(v) for v in (*row, *(v / length for v in side))])
        return self


def _extent(rows: Array) -> tuple[Array, Array]:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for row in rows[rows[:, 1] > 0]:
        a, b = row[3:6], row[6:9]
        if row[0] == _LIMB:
            reach = max(row[9], row[10])
            corners = (np.minimum(a, b) - reach, np.maximum(a, b) + reach)
        else:
            corners = (a - b, a + b)
        low, high = np.minimum(low, corners[0]), np.maximum(high, corners[1])
    return low, high


@njit(cache=True, nogil=True, inline="always")
def _distance(row, x, y, z):  # type: ignore[no-untyped-def]
    px, py, pz = x - row[3], y - row[4], z - row[5]
    if row[0] == 1.0:
        kx, ky, kz = px / row[6], py / row[7], pz / row[8]
        k0 = math.sqrt(kx * kx + ky * ky + kz * kz)
        gx, gy, gz = kx / row[6], ky / row[7], kz / row[8]
        k1 = math.sqrt(gx * gx + gy * gy + gz * gz)
        if k1 < 1e-9:
            return -min(row[6], row[7], row[8])
        return k0 * (k0 - 1.0) / k1
    if row[0] == 2.0:
        qx = abs(px) - row[6] + row[9]
        qy = abs(py) - row[7] + row[9]
        qz = abs(pz) - row[8] + row[9]
        mx, my, mz = max(qx, 0.0), max(qy, 0.0), max(qz, 0.0)
        outside = math.sqrt(mx * mx + my * my + mz * mz)
        return outside + min(max(qx, qy, qz), 0.0) - row[9]
    bx, by, bz = row[6] - row[3], row[7] - row[4], row[8] - row[5]
    squash = row[11]
    if squash < 1.0:
        off = (px * row[12] + py * row[13] + pz * row[14]) * (1.0 / squash - 1.0)
        px, py, pz = px + off * row[12], py + off * row[13], pz + off * row[14]
        skew = (bx * row[12] + by * row[13] + bz * row[14]) * (1.0 / squash - 1.0)
        bx, by, bz = bx + skew * row[12], by + skew * row[13], bz + skew * row[14]
    h = (px * bx + py * by + pz * bz) / max(bx * bx + by * by + bz * bz, 1e-12)
    h = min(max(h, 0.0), 1.0)
    dx, dy, dz = px - h * bx, py - h * by, pz - h * bz
    return (math.sqrt(dx * dx + dy * dy + dz * dz) - (row[9] + (row[10] - row[9]) * h)) * squash


@njit(cache=True, nogil=True, inline="always")
def _joined(row, best, d):  # type: ignore[no-untyped-def]
    """The distance of a body and one more piece, or one more hollow."""
    k = max(row[2], 1e-6)
    if row[1] > 0:
        h = max(k - abs(best - d), 0.0) / k
        return min(best, d) - h * h * k * 0.25
    h = max(k - abs(best + d), 0.0) / k
    return max(best, -d) + h * h * k * 0.25


@njit(cache=True, nogil=True)
def _field(rows, kept, count, x, y, z):  # type: ignore[no-untyped-def]
    best = 1e9
    for i in range(count):
        row = rows[kept[i]]
        best = _joined(row, best, _distance(row, x, y, z))
    return best


@njit(cache=True, nogil=True)
def _near(rows, x, y, z, reach, kept, distances):  # type: ignore[no-untyped-def]
    """The distance at a point; `kept` gets the pieces that count within `reach` of it, in order."""
    best, count, slack = 1e9, 0, 3.0 * reach
    for i in range(len(rows)):
        d = _distance(rows[i], x, y, z)
        distances[i] = d
        gap = d - best if rows[i, 1] > 0 else d + best
        if gap < rows[i, 2] + slack:
            kept[count] = i
            count += 1
        best = _joined(rows[i], best, d)
    return best, count


@njit(cache=True, nogil=True)
def _sample(rows, low, cell, shape):  # type: ignore[no-untyped-def]
    """Distances at the grid's corners; blocks far from the skin are filled by one value."""
    grid = np.empty(shape, np.float32)
    kept, distances = np.empty(len(rows), np.int64), np.empty(len(rows))
    for i in range(0, shape[0], 4):
        for j in range(0, shape[1], 4):
            for k in range(0, shape[2], 4):
                x, y, z = low[0] + i * cell, low[1] + j * cell, low[2] + k * cell
                m = 1.5 * cell
                d, count = _near(rows, x + m, y + m, z + m, 1.74 * m, kept, distances)
                if abs(d) > 14.4 * cell:
                    grid[i : i + 4, j : j + 4, k : k + 4] = d
                else:
                    _sample_block(rows[kept[:count]], low, cell, grid, i, j, k)
    return grid


@njit(cache=True, nogil=True)
def _sample_block(rows, low, cell, grid, i0, j0, k0):  # type: ignore[no-untyped-def]
    kept, distances = np.empty(len(rows), np.int64), np.empty(len(rows))
    nx, ny, nz = grid.shape
    for i in range(i0, min(i0 + 4, nx), 2):
        for j in range(j0, min(j0 + 4, ny), 2):
            for k in range(k0, min(k0 + 4, nz), 2):
                x, y, z = low[0] + i * cell, low[1] + j * cell, low[2] + k * cell
                m = 0.5 * cell
                d, count = _near(rows, x + m, y + m, z + m, 1.74 * m, kept, distances)
                far = abs(d) > 4.5 * cell
                for c in range(8):
                    p, q, r = i + (c & 1), j + ((c >> 1) & 1), k + (c >> 2)
                    if p < nx and q < ny and r < nz:
                        at = (low[0] + p * cell, low[1] + q * cell, low[2] + r * cell)
                        grid[p, q, r] = d if far else _field(rows, kept, count, at[0], at[1], at[2])


@njit(cache=True, nogil=True)
def _surface_nets(grid, low, cell):  # type: ignore[no-untyped-def]  # noqa: PLR0912
    nx, ny, nz = grid.shape
    index = np.full((nx, ny, nz), -1, np.int32)
    points = np.empty((max(nx * ny * nz // 3, 64), 3))
    count = 0
    for i in range(nx - 1):
        for j in range(ny - 1):
            for k in range(nz - 1):
                inside = 0
                for c in range(8):
                    inside += grid[i + (c & 1), j + ((c >> 1) & 1), k + (c >> 2)] < 0
                if inside in (0, 8):
                    continue
                sx, sy, sz, crossings = 0.0, 0.0, 0.0, 0
                for c in range(8):
                    for axis in range(3):
                        if (c >> axis) & 1:
                            continue
                        e = c | (1 << axis)
                        a = grid[i + (c & 1), j + ((c >> 1) & 1), k + (c >> 2)]
                        b = grid[i + (e & 1), j + ((e >> 1) & 1), k + (e >> 2)]
                        if (a < 0) == (b < 0):
                            continue
                        t = a / (a - b)
                        sx += (c & 1) + (t if axis == 0 else 0.0)
                        sy += ((c >> 1) & 1) + (t if axis == 1 else 0.0)
                        sz += (c >> 2) + (t if axis == 2 else 0.0)
                        crossings += 1
                points[count, 0] = low[0] + (i + sx / crossings) * cell
                points[count, 1] = low[1] + (j + sy / crossings) * cell
                points[count, 2] = low[2] + (k + sz / crossings) * cell
                index[i, j, k] = count
                count += 1
    faces = np.empty((count * 6 + 6, 3), np.int32)
    m = 0
    for i in range(1, nx - 1):
        for j in range(1, ny - 1):
            for k in range(1, nz - 1):
                here = grid[i, j, k] < 0
                for axis in range(3):
                    if axis == 0:
                        there = grid[i + 1, j, k] < 0
                        a, b = index[i, j - 1, k - 1], index[i, j, k - 1]
                        c, d = index[i, j, k], index[i, j - 1, k]
                    elif axis == 1:
                        there = grid[i, j + 1, k] < 0
                        a, b = index[i - 1, j, k - 1], index[i - 1, j, k]
                        c, d = index[i, j, k], index[i, j, k - 1]
                    else:
                        there = grid[i, j, k + 1] < 0
                        a, b = index[i - 1, j - 1, k], index[i, j - 1, k]
                        c, d = index[i, j, k], index[i - 1, j, k]
                    if here == there or a < 0 or b < 0 or c < 0 or d < 0:
                        continue
                    if not here:
                        b, d = d, b
                    faces[m, 0], faces[m, 1], faces[m, 2] = a, b, c
                    faces[m + 1, 0], faces[m + 1, 1], faces[m + 1, 2] = a, c, d
                    m += 2
    return points[:count].copy(), faces[:m].copy()


@njit(cache=True, nogil=True)
def _gradient(rows, points, e):  # type: ignore[no-untyped-def]
    """Normals, and the axis of the nearest limb as grain."""
    normals = np.empty_like(points)
    grain = np.zeros_like(points)
    kept, distances = np.empty(len(rows), np.int64), np.empty(len(rows))
    axes = np.zeros((len(rows), 3))
    for r in range(len(rows)):
        if rows[r, 0] == _LIMB and rows[r, 1] > 0:
            axis = rows[r, 6:9] - rows[r, 3:6]
            axes[r] = axis / max(math.sqrt((axis * axis).sum()), 1e-9)
    for i in range(len(points)):
        x, y, z = points[i]
        _, n = _near(rows, x, y, z, e, kept, distances)
        gx = _field(rows, kept, n, x + e, y, z) - _field(rows, kept, n, x - e, y, z)
        gy = _field(rows, kept, n, x, y + e, z) - _field(rows, kept, n, x, y - e, z)
        gz = _field(rows, kept, n, x, y, z + e) - _field(rows, kept, n, x, y, z - e)
        length = max(math.sqrt(gx * gx + gy * gy + gz * gz), 1e-12)
        normals[i, 0], normals[i, 1], normals[i, 2] = gx / length, gy / length, gz / length
        for r in range(len(rows)):
            away = max(distances[r], 0.0) / (2.0 * e + 1e-9)
            if away < 80.0 and (axes[r, 0] != 0 or axes[r, 1] != 0 or axes[r, 2] != 0):
                weight = math.exp(-away)
                dot = axes[r, 0] * grain[i, 0] + axes[r, 1] * grain[i, 1] + axes[r, 2] * grain[i, 2]
                for axis in range(3):
                    grain[i, axis] += (weight if dot >= 0 else -weight) * axes[r, axis]
    return normals, grain
