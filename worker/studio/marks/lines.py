"""Lines as data: polylines with widths, the contours among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from worker.studio.field.noise import cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target

Map = NDArray[np.float32]
Index = NDArray[np.int32]
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lines:
    """Polylines end to end: points (n, 2) as x, y in pixels, their widths (n,) and values (n,).

    Line i has the points `starts[i]:starts[i + 1]`.
    """

    points: Map
    widths: Map
    values: Map
    starts: Index

    def drawn(self, shape: tuple[int, int]) -> Map:
        """How much of each pixel the lines cover, (h, w) in 0..1."""
        plane = np.zeros(shape, dtype=np.float32)
        _draw(plane, self.points, self.widths, self.starts)
        return plane

    def widened(self, widths: Map) -> Lines:
        """The same lines in other widths, one a point."""
        return Lines(self.points, np.asarray(widths, dtype=np.float32), self.values, self.starts)

    def at(self, plane: NDArray[Any]) -> NDArray[Any]:
        """A map's values under the points."""
        height, width = plane.shape[:2]
        columns = np.clip(self.points[:, 0].astype(int), 0, width - 1)
        return np.asarray(plane[np.clip(self.points[:, 1].astype(int), 0, height - 1), columns])

    def cut(self, inside: NDArray[np.bool_], *, shortest: float = 0.0) -> Lines:
        """Only the runs of `shortest` points or more that lie in a mask (h, w)."""
        keep = self.at(inside).astype(bool)
        owner = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        fresh = keep.copy()
        fresh[1:] &= ~keep[:-1] | (owner[1:] != owner[:-1])
        run = np.cumsum(fresh)
        keep &= np.bincount(run, keep)[run] >= shortest
        fresh &= keep
        starts = np.concatenate([np.nonzero(fresh[keep])[0], [keep.sum()]]).astype(np.int32)
        return Lines(self.points[keep], self.widths[keep], self.values[keep], starts)


def joined(parts: Sequence[Lines]) -> Lines:
    """All lines of several sets."""
    offsets = np.cumsum([0, *(len(p.points) for p in parts)])
    starts = [p.starts[:-1] + o for p, o in zip(parts, offsets, strict=False)]
    return Lines(
        np.concatenate([p.points for p in parts]),
        np.concatenate([p.widths for p in parts]),
        np.concatenate([p.values for p in parts]),
        np.concatenate([*starts, offsets[-1:]]).astype(np.int32),
    )


def contours(target: Target, *, smooth: float = 2.2, shortest: float = 9.0) -> Lines:
    """The edges as lines of a steady hand; sizes in units; `values` are how strong an edge is."""
    unit = target.unit
    rows, columns, values, starts = _chains(target.buffers.edge, max(int(shortest * unit), 3))
    reach = max(round(smooth * unit), 1)
    points = np.stack([_smoothed(columns, starts, reach), _smoothed(rows, starts, reach)], axis=1)
    return Lines((points + 1).astype(np.float32), np.ones(len(points), np.float32), values, starts)


def swelling(
    target: Target, lines: Lines, width: float, *, shade: float = 0.8, taper: float = 14.0
) -> Lines:
    """Lines that thicken in shade and by the hand's pressure and taper at their ends.

    `width` in units is that of the strongest; `taper` is the length of the ends in units.
    """
    press = lines.at(cloud(target.shape, target.rng, cell=0.09, octaves=3)).astype(np.float32)
    dark = 1 - lines.at(target.tone).astype(np.float32)
    place = np.arange(len(lines.points)) - np.repeat(lines.starts[:-1], np.diff(lines.starts))
    left = np.repeat(np.diff(lines.starts), np.diff(lines.starts)) - 1 - place
    ends = np.clip(np.minimum(place, left) / max(taper * target.unit, 1), 0.12, 1)
    widths = width * target.unit * (0.35 + 0.65 * lines.values)
    widths = widths * (1 - shade + shade * 1.25 * dark) * (0.45 + 1.1 * press) * ends
    drawn = max(0.8 * width * target.unit, 1.3)
    return lines.widened(np.where(lines.values == DRAWN, drawn, widths).astype(np.float32))


@njit(cache=True, nogil=True)
def span(first, second, reach, size):  # type: ignore[no-untyped-def]
    """The pixels, from and up to, that two places and a reach about them cover."""
    low, high = min(first, second) - reach, max(first, second) + reach
    return max(int(low), 0), min(int(high) + 1, size)


@njit(cache=True, nogil=True)
def _draw(plane, points, widths, starts):  # type: ignore[no-untyped-def]
    height, width = plane.shape
    for line in range(len(starts) - 1):
        for i in range(starts[line], starts[line + 1] - 1):
            ax, ay, bx, by = points[i, 0], points[i, 1], points[i + 1, 0], points[i + 1, 1]
            ra, rb = widths[i] / 2, widths[i + 1] / 2
            reach = max(ra, rb) + 1
            dx, dy = bx - ax, by - ay
            size = dx * dx + dy * dy + 1e-9
            top, bottom = span(ay, by, reach, height)
            left, right = span(ax, bx, reach, width)
            for y in range(top, bottom):
                for x in range(left, right):
                    px, py = x + 0.5 - ax, y + 0.5 - ay
                    t = min(max((px * dx + py * dy) / size, 0.0), 1.0)
                    gap = np.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2)
                    radius = ra + (rb - ra) * t
                    # A line thinner than a pixel is fainter, not broken.
                    ink = min(max(radius - gap + 0.5, 0.0), 1.0) * min(radius * 2, 1.0)
                    plane[y, x] = max(plane[y, x], ink)


@njit(cache=True, nogil=True)
def _next(edge, free, y, x, fy, fx):  # type: ignore[no-untyped-def]
    """The free neighbour most straight ahead and most alike, or -1, -1."""
    height, width = edge.shape
    best, by, bx = -0.35, -1, -1
    for dy in range(-1, 2):
        for dx in range(-1, 2):
            i, j = y + dy, x + dx
            if i < 0 or j < 0 or i >= height or j >= width or not free[i, j]:
                continue
            m = np.sqrt(dy * dy + dx * dx + 1e-9)
            turn = (fy * dy + fx * dx) / m - 0.01 * m
            if abs(edge[i, j] - edge[y, x]) > 0.3:
                turn -= 0.3
            if turn > best:
                best, by, bx = turn, i, j
    return by, bx


@njit(cache=True, nogil=True)
def _chains(edge, shortest):  # type: ignore[no-untyped-def]
    height, width = edge.shape
    free = edge > 0.05
    total = free.sum()
    rows, columns = np.zeros(total, np.float32), np.zeros(total, np.float32)
    values = np.zeros(total, np.float32)
    starts = [0]
    at = 0
    for sy in range(height):
        for sx in range(width):
            if not free[sy, sx]:
                continue
            begin = at
            for way in range(2):
                y, x = sy, sx
                fy, fx = 0.0, 0.0
                if way:
                    # Turn what is found so far about and go on from the seed the other way.
                    rows[begin:at] = rows[begin:at][::-1].copy()
                    columns[begin:at] = columns[begin:at][::-1].copy()
                    values[begin:at] = values[begin:at][::-1].copy()
                    if at - begin > 1:
                        k = max(at - 4, begin)
                        fy, fx = rows[at - 1] - rows[k], columns[at - 1] - columns[k]
                        m = np.sqrt(fy * fy + fx * fx) + 1e-6
                        fy, fx = fy / m, fx / m
                while True:
                    if free[y, x]:
                        free[y, x] = False
                        rows[at], columns[at], values[at] = y, x, edge[y, x]
                        at += 1
                    by, bx = _next(edge, free, y, x, fy, fx)
                    if by < 0:
                        break
                    fy, fx = 0.75 * fy + 0.4 * (by - y), 0.75 * fx + 0.4 * (bx - x)
                    m = np.sqrt(fy * fy + fx * fx) + 1e-6
                    fy, fx = fy / m, fx / m
                    y, x = by, bx
            if at - begin < shortest and values[begin] != DRAWN:
                at = begin
            else:
                starts.append(at)
    return rows[:at], columns[:at], values[:at], np.array(starts, dtype=np.int32)


@njit(cache=True, nogil=True)
def _smoothed(values, starts, reach):  # type: ignore[no-untyped-def]
    out = values.copy()
    for _ in range(2):
        before = out.copy()
        for line in range(len(starts) - 1):
            a, b = starts[line], starts[line + 1]
            for i in range(a, b):
                k = min(reach, i - a, b - 1 - i)
                total = 0.0
                for j in range(i - k, i + k + 1):
                    total += before[j]
                out[i] = total / (2 * k + 1)
    return out
