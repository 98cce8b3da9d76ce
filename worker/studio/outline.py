"""Outlines drawn by a hand: smooth curves, limbs of changing width, ragged edges."""

from collections.abc import Iterable, Sequence

import numpy as np
import skia

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = True, tension: float = 0.5) -> skia.Path:
    """A Catmull-Rom curve through `points`."""
    path = skia.Path()
    count = len(points)
    path.moveTo(*points[0])
    segments = count if closed else count - 1
    for i in range(segments):
        before = points[i - 1] if closed or i else points[0]
        start, end = points[i % count], points[(i + 1) % count]
        after = points[(i + 2) % count] if closed or i + 2 < count else points[-1]
        k = tension / 3 * 2
        path.cubicTo(
            start[0] + (end[0] - before[0]) * k / 2,
            start[1] + (end[1] - before[1]) * k / 2,
            end[0] - (after[0] - start[0]) * k / 2,
            end[1] - (after[1] - start[1]) * k / 2,
            end[0],
            end[1],
        )
    if closed:
        path.close()
    return path


def polygon(points: Iterable[Point]) -> skia.Path:
    """A closed polygon with straight sides."""
    path = skia.Path()
    for i, (x, y) in enumerate(points):
        if i:
            path.lineTo(x, y)
        else:
            path.moveTo(x, y)
    path.close()
    return path


def box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    """An upright rectangle."""
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])


def oval(x: float, y: float, rx: float, ry: float) -> skia.Path:
    """An ellipse about (x, y)."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def _spline(points: Sequence[Point], steps: int) -> np.ndarray:
    knots = np.asarray(points, dtype=float)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    out = []
    for i in range(len(knots) - 1):
        a, b, c, d = padded[i : i + 4]
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        out.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    out.append(knots[-1:])
    return np.vstack(out)


def limb(points: Sequence[Point], widths: Sequence[float], *, steps: int = 8) -> skia.Path:
    """A tapering form along a curve: an arm, a branch, a neck. `widths` are full widths."""
    line = _spline(points, steps)
    at = np.linspace(0, len(widths) - 1, len(line))
    half = np.interp(at, np.arange(len(widths)), widths) / 2
    tangent = np.gradient(line, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    left, right = line + normal * half[:, None], line - normal * half[:, None]
    turn = np.linspace(0, np.pi, 7)[1:-1, None]
    end = line[-1] + half[-1] * (np.cos(turn) * normal[-1] + np.sin(turn) * tangent[-1])
    start = line[0] + half[0] * (-np.cos(turn) * normal[0] - np.sin(turn) * tangent[0])
    outline = np.vstack([left, end, right[::-1], start])
    return polygon([(float(x), float(y)) for x, y in outline])


def union(*paths: skia.Path) -> skia.Path:
    """All the paths as one silhouette."""
    whole = paths[0]
    for path in paths[1:]:
        whole = _combine(whole, path, skia.PathOp.kUnion_PathOp)
    return whole


def cut(path: skia.Path, *holes: skia.Path) -> skia.Path:
    """`path` with the holes taken out."""
    for hole in holes:
        path = _combine(path, hole, skia.PathOp.kDifference_PathOp)
    return path


def common(path: skia.Path, other: skia.Path) -> skia.Path:
    """What the two paths share."""
    return _combine(path, other, skia.PathOp.kIntersect_PathOp)


def _combine(first: skia.Path, second: skia.Path, operation: skia.PathOp) -> skia.Path:
    # Skia's path operations have a fixed tolerance: unit-sized forms are enlarged for them, and
    # nudged where two edges coincide so exactly that the operation gives up.
    for nudge in (0.0, 0.37, -0.61):
        large = [moved(path, skia.Matrix.Scale(2000, 2000)) for path in (first, second)]
        large[1].offset(nudge, nudge * 0.7)
        try:
            return moved(skia.Op(*large, operation), skia.Matrix.Scale(1 / 2000, 1 / 2000))
        except RuntimeError:
            continue
    return first


def blob(
    x: float,
    y: float,
    rx: float,
    ry: float,
    rng: np.random.Generator,
    *,
    lumps: int = 9,
    rough: float = 0.18,
) -> skia.Path:
    """A lumpy round: a bush, a cloud, a boulder."""
    start = float(rng.random()) * 6.28
    points: list[Point] = []
    for i in range(lumps):
        angle = start + 6.2832 * i / lumps
        r = 1 + float(rng.uniform(-rough, rough))
        points.append((x + rx * r * float(np.cos(angle)), y + ry * r * float(np.sin(angle))))
    return smooth(points)


def moved(path: skia.Path, matrix: skia.Matrix) -> skia.Path:
    """A transformed copy."""
    copy = skia.Path(path)
    copy.transform(matrix)
    return copy
