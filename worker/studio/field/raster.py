"""Triangles to pixels: a depth-buffered rasteriser, shadow maps and ambient occlusion.

All functions release the interpreter's lock and are compiled at first use; the compiled code is
kept in a cache folder.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Map = NDArray[np.float32]
Index = NDArray[np.int32]
DRAWN = 0.875
"""Strength of a contour that is the thing itself, such as a brow."""


@njit(cache=True, nogil=True)
def rasterise(columns, rows, depth, faces, near, flat, nearness, hit):  # type: ignore[no-untyped-def]
    """Fill `nearness` (inverse depth, or minus the depth if `flat`) and `hit` (triangle or -1)."""
    height, width = hit.shape
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        if depth[a] < near or depth[b] < near or depth[c] < near:
            continue
        xa, xb, xc = columns[a] - 0.5, columns[b] - 0.5, columns[c] - 0.5
        ya, yb, yc = rows[a] - 0.5, rows[b] - 0.5, rows[c] - 0.5
        left, right = min(xa, xb, xc), max(xa, xb, xc)
        top, bottom = min(ya, yb, yc), max(ya, yb, yc)
        if right < 0 or bottom < 0 or left > width - 1 or top > height - 1:
            continue
        area = (xb - xa) * (yc - ya) - (yb - ya) * (xc - xa)
        if abs(area) < 1e-12:
            continue
        if flat:
            za, zb, zc = -depth[a], -depth[b], -depth[c]
        else:
            za, zb, zc = 1.0 / depth[a], 1.0 / depth[b], 1.0 / depth[c]
        for y in range(max(0, math.ceil(top)), min(height - 1, math.floor(bottom)) + 1):
            # The span of the row: where all three edge functions have the sign of the area.
            low, high = max(left, 0.0), min(right, width - 1.0)
            for x in range(math.ceil(low), math.floor(high) + 1):
                wa = ((xb - x) * (yc - y) - (yb - y) * (xc - x)) / area
                wb = ((xc - x) * (ya - y) - (yc - y) * (xa - x)) / area
                wc = 1.0 - wa - wb
                if wa < -1e-9 or wb < -1e-9 or wc < -1e-9:
                    continue
                z = wa * za + wb * zb + wc * zc
                if z > nearness[y, x]:
                    nearness[y, x] = z
                    hit[y, x] = f


@njit(cache=True, nogil=True)
def resolve(columns, rows, depth, faces, flat, hit, data, out):  # type: ignore[no-untyped-def]
    """Interpolate per-vertex `data` (n, k) at every hit pixel into `out` (h, w, k)."""
    height, width = hit.shape
    size = data.shape[1]
    for y in range(height):
        for x in range(width):
            f = hit[y, x]
            if f < 0:
                continue
            a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
            xa, xb, xc = columns[a] - 0.5, columns[b] - 0.5, columns[c] - 0.5
            ya, yb, yc = rows[a] - 0.5, rows[b] - 0.5, rows[c] - 0.5
            wa = (xb - x) * (yc - y) - (yb - y) * (xc - x)
            wb = (xc - x) * (ya - y) - (yc - y) * (xa - x)
            wc = (xa - x) * (yb - y) - (ya - y) * (xb - x)
            if not flat:
                wa, wb, wc = wa / depth[a], wb / depth[b], wc / depth[c]
            total = wa + wb + wc
            if total == 0.0:
                wa, wb, wc, total = 1.0, 1.0, 1.0, 3.0
            for k in range(size):
                value = wa * data[a, k] + wb * data[b, k] + wc * data[c, k]
                out[y, x, k] = value / total


@njit(cache=True, nogil=True)
def shadow(position, normal, hit, axes, eye, scale, flat, nearness, softness, bias):  # type: ignore[no-untyped-def]
    """Share of the light that reaches each pixel, (h, w): percentage-closer soft shadows.

    The light's own view is `nearness`, seen from `eye` along `axes` with `scale` pixels a metre
    (at one metre if not `flat`). `softness` widens the penumbra with the blocker's distance, up to
    a share of the map: wider, the shadow of a thin thing would fade away.
    """
    height, width = hit.shape
    size = nearness.shape[0]
    widest = max(softness * size * 0.06, 1.5)
    out = np.ones((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            if hit[y, x] < 0:
                continue
            px = position[y, x, 0] + normal[y, x, 0] * bias - eye[0]
            py = position[y, x, 1] + normal[y, x, 1] * bias - eye[1]
            pz = position[y, x, 2] + normal[y, x, 2] * bias - eye[2]
            u = axes[0, 0] * px + axes[0, 1] * py + axes[0, 2] * pz
            v = axes[1, 0] * px + axes[1, 1] * py + axes[1, 2] * pz
            w = axes[2, 0] * px + axes[2, 1] * py + axes[2, 2] * pz
            zoom = scale if flat else scale / max(w, 1e-6)
            cx, cy = size / 2 + u * zoom - 0.5, size / 2 - v * zoom - 0.5
            if cx < 1 or cy < 1 or cx > size - 2 or cy > size - 2 or w < 0.01:
                continue
            turn = ((x * 12.9898 + y * 78.233) % 6.2831853) + ((x * 7 + y * 13) % 17) * 0.37
            gap, blockers = 0.0, 0
            for s in range(12):
                r = widest * math.sqrt((s + 0.5) / 12)
                i = int(cy + r * math.sin(turn + s * 2.399963) + 0.5)
                j = int(cx + r * math.cos(turn + s * 2.399963) + 0.5)
                if 0 <= i < size and 0 <= j < size:
                    near = nearness[i, j]
                    d = -near if flat else (1.0 / near if near > 0 else 1e9)
                    # A surface that the light grazes must not shade itself.
                    if d < w - bias - r / zoom:
                        gap += w - d
                        blockers += 1
            if blockers == 0:
                continue
            gap /= blockers
            spread = softness * gap * (1.0 if flat else 1.0 / max(w - gap, 0.1))
            reach = min(max(spread * zoom * 0.3, 1.0), widest)
            lit = 0
            for s in range(24):
                r = reach * math.sqrt((s + 0.5) / 24)
                i = int(cy + r * math.sin(turn + s * 2.399963) + 0.5)
                j = int(cx + r * math.cos(turn + s * 2.399963) + 0.5)
                if 0 <= i < size and 0 <= j < size:
                    near = nearness[i, j]
                    d = -near if flat else (1.0 / near if near > 0 else 1e9)
                    lit += d >= w - bias - r / zoom
                else:
                    lit += 1
            out[y, x] = lit / 24
    return out


@njit(cache=True, nogil=True)
def occlusion(position, normal, depth, hit, scale, flat, radius):  # type: ignore[no-untyped-def]
    """How much of the surroundings is near, (h, w), 0 open to 1 closed, within `radius` metres."""
    height, width = hit.shape
    out = np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            if hit[y, x] < 0:
                continue
            zoom = scale if flat else scale / max(depth[y, x], 1e-6)
            reach = min(max(radius * zoom, 2.0), 160.0)
            turn = ((x * 12.9898 + y * 78.233) % 6.2831853) + ((x * 5 + y * 11) % 13) * 0.5
            total = 0.0
            for s in range(14):
                r = reach * ((s + 0.5) / 14) ** 0.75
                i = int(y + r * math.sin(turn + s * 2.399963))
                j = int(x + r * math.cos(turn + s * 2.399963))
                if i < 0 or j < 0 or i >= height or j >= width or hit[i, j] < 0:
                    continue
                dx = position[i, j, 0] - position[y, x, 0]
                dy = position[i, j, 1] - position[y, x, 1]
                dz = position[i, j, 2] - position[y, x, 2]
                d = math.sqrt(dx * dx + dy * dy + dz * dz)
                if d < 1e-6 or d > 2.0 * radius:
                    continue
                rise = (dx * normal[y, x, 0] + dy * normal[y, x, 1] + dz * normal[y, x, 2]) / d
                total += max(rise - 0.12, 0.0) * (1.0 - d / (2.0 * radius))
            out[y, x] = min(total / 14 * 2.6, 1.0)
    return out


@njit(cache=True, nogil=True)
def edges(object_, part, depth, normal, hit):  # type: ignore[no-untyped-def]
    """Contours, (h, w): objects 1, folds in depth 0.8, parts 0.55, creases 0.4."""
    height, width = hit.shape
    out = np.zeros((height, width), np.float32)
    for y in range(height - 1):
        for x in range(width - 1):
            for k in range(2):
                i, j = (y + 1, x) if k else (y, x + 1)
                if object_[y, x] != object_[i, j]:
                    value = 1.0
                elif hit[y, x] < 0:
                    continue
                else:
                    d, e = depth[y, x], depth[i, j]
                    dot = (
                        normal[y, x, 0] * normal[i, j, 0]
                        + normal[y, x, 1] * normal[i, j, 1]
                        + normal[y, x, 2] * normal[i, j, 2]
                    )
                    if abs(d - e) > 0.035 * min(d, e) and dot < 0.97:
                        value = 0.8
                    elif part[y, x] != part[i, j]:
                        value = 0.55
                    elif dot < 0.72:
                        value = 0.4
                    else:
                        continue
                out[y, x] = max(out[y, x], value)
    return out
