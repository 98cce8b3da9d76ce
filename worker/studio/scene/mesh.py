"""Triangle meshes and the ways to make them: tubes, lathes, boxes, extrusions, sheets.

Units are metres; y is up, x to the right, and a form faces +z, towards the viewer. Every mesh
has a normal and a grain at each vertex: the grain is the direction that strokes follow there,
or zero where the shape alone decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Faces = NDArray[np.int32]


_OPEN = 0.01
"""Share of its area that a surface's triangles point the same way on the whole: then it is open."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices (n, 3), triangles (m, 3), and per vertex a unit normal and a grain, (n, 3)."""

    points: Array
    faces: Faces
    normals: Array
    grain: Array

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """The mesh shifted."""
        return replace(self, points=self.points + np.array([x, y, z]))

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> Mesh:
        """The mesh stretched about the origin; one factor serves all axes."""
        factors = np.array([x, x if y is None else y, x if z is None else z], dtype=np.float64)
        if not (factors > 0).all():
            return self.mapped(np.diag(factors))
        normals, grain = _unit(self.normals * (1 / factors)), self.grain * factors
        return Mesh(self.points * factors, self.faces, normals, grain)

    def turned(self, *, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """The mesh turned about the origin by degrees: about x, then y, then z."""
        return self.mapped(rotation(x=x, y=y, z=z))

    def mirrored(self) -> Mesh:
        """The mesh with left and right exchanged."""
        return self.mapped(np.diag([-1.0, 1.0, 1.0]))

    def mapped(self, matrix: ArrayLike) -> Mesh:
        """The mesh under a 3 x 3 matrix."""
        linear = np.asarray(matrix, dtype=np.float64)
        turn = float(np.linalg.det(linear))
        inverse = np.linalg.inv(linear) if abs(turn) > 1e-12 else np.linalg.pinv(linear)
        return Mesh(
            self.points @ linear.T,
            self.faces if turn > 0 else self.faces[:, ::-1].copy(),
            _unit(self.normals @ inverse),
            self.grain @ linear.T,
        )

    def grained(self, x: float, y: float, z: float) -> Mesh:
        """The mesh with one grain direction everywhere."""
        return replace(self, grain=np.tile(np.array([x, y, z], dtype=np.float64), (self.size, 1)))

    def bent(self, curve: Callable[[Array], Array]) -> Mesh:
        """The mesh with its points (n, 3) moved by any smooth function; normals are remade, and
        sharp edges stay sharp.
        """
        points = curve(self.points)
        # Where faces meet smoothly their corners are apart but have the same place and normal.
        corners = np.round(np.concatenate([self.points, self.normals], axis=1), 6)
        _, first, joined = np.unique(corners, axis=0, return_index=True, return_inverse=True)
        vertex = joined.reshape(-1).astype(np.int32)
        normals = smooth_normals(points[first], vertex[self.faces])
        return replace(self, points=points, normals=normals[vertex])

    def thickened(self, least: float) -> Mesh:
        """The mesh with a radius of at least `least`, if it is thin all over, as rods are.

        Twice the volume over the area is the radius of a rod; a surface that is open has none.
        """
        a, b, c = np.moveaxis(self.points[self.faces], 1, 0)
        turned = np.cross(b - a, c - a) / 2
        area = float(np.linalg.norm(turned, axis=1).sum())
        if area < 1e-12 or float(np.linalg.norm(turned.sum(0))) > _OPEN * area:
            return self
        radius = 2 * abs(float((a * turned).sum())) / (3 * area)
        if radius >= least:
            return self
        return replace(self, points=self.points + self.normals * (least - radius))

    def coarser(self, cell: float) -> Mesh:
        """The mesh with all points in each cell of a grid as one."""
        key = np.floor((self.points - self.points.min(0)) / cell).astype(np.int64)
        _, number = np.unique(key @ (1 << 40, 1 << 20, 1), return_inverse=True)
        count = np.maximum(np.bincount(number), 1)[:, None]
        points, normals, grain = (
            np.stack([np.bincount(number, values[:, k]) for k in range(3)], 1) / count
            for values in (self.points, self.normals, self.grain)
        )
        faces = number[self.faces]
        a, b, c = faces.T
        kept = faces[(a != b) & (b != c) & (c != a)].astype(np.int32)
        used, index = np.unique(kept, return_inverse=True)
        left = index.reshape(-1, 3).astype(np.int32)
        return Mesh(points[used], left, _unit(normals[used]), grain[used])

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.points)

    @property
    def areas(self) -> Array:
        """Of each triangle, (m,)."""
        a, b, c = np.moveaxis(self.points[self.faces], 1, 0)
        return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Lowest and highest corner."""
        return self.points.min(0), self.points.max(0)


def merge(*given: Mesh | Iterable[Mesh]) -> Mesh:
    """One mesh of several, or of lists of them."""
    meshes = [m for one in given for m in ([one] if isinstance(one, Mesh) else one)]
    offsets = np.cumsum([0, *(mesh.size for mesh in meshes)])
    faces = [mesh.faces + offset for mesh, offset in zip(meshes, offsets, strict=False)]
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate(faces).astype(np.int32),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.grain for mesh in meshes]),
    )


def columns(*values: ArrayLike) -> Array:
    """Points (..., n) of their n coordinates; a single number serves all."""
    return np.stack(np.broadcast_arrays(*(np.asarray(v, np.float64) for v in values)), -1)


def numbers(text: str) -> list[float]:
    """Lengths from a row of thousandths: "540 62 7"."""
    return [float(word) / 1000 for word in text.split()]


def pairs(text: str, x: float = 1.0, y: float = 1.0) -> list[tuple[float, float]]:
    """Points in the plane from a table of thousandths of `x` and `y`: "x y, x y"."""
    return [(a * x, b * y) for a, b in map(numbers, text.split(","))]


def triples(
    text: str, x: float = 1.0, y: float = 1.0, z: float = 1.0
) -> list[tuple[float, float, float]]:
    """Points in space from a table of thousandths of `x`, `y` and `z`: "x y z, x y z"."""
    return [(a * x, b * y, c * z) for a, b, c in map(numbers, text.split(","))]


def rotation(*, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Array:
    """3 x 3 rotation by degrees: about x, then y, then z."""
    (cx, sx), (cy, sy), (cz, sz) = (
        (math.cos(math.radians(a)), math.sin(math.radians(a))) for a in (x, y, z)
    )
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


def box(width: float, height: float, depth: float, *, bevel: float = 0.0) -> Mesh:
    """A box that stands on y = 0, centred in x and z; `bevel` cuts its upright and upper edges."""
    if bevel <= 0:
        corners = np.array([(x, y, z) for y in (0, 1) for z in (-0.5, 0.5) for x in (-0.5, 0.5)])
        quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (1, 5, 7, 3), (3, 7, 6, 2), (2, 6, 4, 0)]
        points = corners * np.array([width, height, depth])
        return finished(points, [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    b = min(bevel, width / 2.2, depth / 2.2, height / 2.2)
    w, d = width / 2, depth / 2
    outline = [(-w + b, -d), (w - b, -d), (w, -d + b), (w, d - b), (w - b, d), (-w + b, d)]
    outline += [(-w, d - b), (-w, -d + b)]
    inner = [(x * (1 - b / w), z * (1 - b / d)) for x, z in outline]
    return loft([_ring(outline, 0), _ring(outline, height - b), _ring(inner, height)])


def extrude(outline: ArrayLike, depth: float, *, bevel: float = 0.0) -> Mesh:
    """A plate of a closed outline (n, 2) in the x-y plane, `depth` thick, centred on z = 0.

    The outline may be concave, in either direction, but not cross itself.
    """
    flat = np.asarray(outline, dtype=np.float64)
    if np.allclose(flat[0], flat[-1]):
        flat = flat[:-1]
    if _area(flat) < 0:
        flat = flat[::-1]
    triangles = np.array(_triangulate(flat), dtype=np.int32).reshape(-1, 3)
    n, half = len(flat), depth / 2
    tangent = np.roll(flat, -1, 0) - np.roll(flat, 1, 0)
    inward = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
    inward /= np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-9)
    shrunk = flat + inward * bevel
    layers = [(flat, -half), (flat, half)]
    if bevel > 0:
        layers = [(shrunk, -half), (flat, -half + bevel), (flat, half - bevel), (shrunk, half)]
    points = np.concatenate([np.column_stack([xy, np.full(n, z)]) for xy, z in layers])
    faces = [(triangles[:, ::-1]), (triangles + n * (len(layers) - 1))]
    ring = np.arange(n)
    after = np.roll(ring, -1)
    for layer in range(len(layers) - 1):
        a, b = layer * n, (layer + 1) * n
        faces += [np.stack([ring + a, after + a, after + b], 1)]
        faces += [np.stack([ring + a, after + b, ring + b], 1)]
    return finished(points, np.concatenate(faces), crease=35)


def lathe(profile: ArrayLike, *, sides: int = 40, crease: float = 40.0) -> Mesh:
    """A solid of revolution about the y axis; `profile` is (n, 2) of radius and height, upwards."""
    turned = np.asarray(profile, dtype=np.float64)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = [
        np.stack([np.cos(angle) * r, np.full(sides, y), np.sin(angle) * r], 1) for r, y in turned
    ]
    mesh = loft(rings, crease=crease)
    x, z = mesh.points[:, 0], mesh.points[:, 2]
    return replace(mesh, grain=np.stack([-z, np.zeros_like(x), x], 1))


def tube(
    path: ArrayLike,
    radius: float | ArrayLike,
    *,
    sides: int = 14,
    samples: int = 0,
    flat: float = 1.0,
    side: tuple[float, float, float] = (0.0, 0.0, 1.0),
) -> Mesh:
    """A round bar along a smooth path (n, 3); `radius` is one value or one a point.

    `samples` > 0 puts a curve through the points. `flat` < 1 thins the section along `side`.
    """
    line = np.asarray(path, dtype=np.float64)
    radii = np.broadcast_to(np.asarray(radius, dtype=np.float64), (len(line),))
    if samples:
        line, radii = spline(line, samples), spline(radii[:, None], samples)[:, 0]
    along = _unit(np.gradient(line, axis=0))
    across = _unit(np.cross(along, _steady(along, np.array(side, dtype=np.float64))))
    third = np.cross(across, along)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = np.cos(angle)[None, :, None] * across[:, None]
    ring = ring + np.sin(angle)[None, :, None] * third[:, None] * flat
    rings = line[:, None] + ring * radii[:, None, None]
    return loft(list(rings), crease=50, grain=along)


def sheet(points: ArrayLike, *, crease: float = 180.0, grain: ArrayLike | None = None) -> Mesh:
    """A surface through a grid of points (rows, columns, 3): cloth, sail, leaf, terrain."""
    grid = np.asarray(points, dtype=np.float64)
    rows, columns = grid.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3)
    mesh = finished(grid.reshape(-1, 3), faces, crease=crease)
    return mesh if grain is None else mesh.grained(*np.asarray(grain, dtype=np.float64))


def loft(rings: Sequence[ArrayLike], *, crease: float = 40.0, grain: Array | None = None) -> Mesh:
    """A closed skin over rings of equally many points (n, 3), with both ends covered.

    `grain` has one direction a ring.
    """
    layers = np.stack([np.asarray(ring, dtype=np.float64) for ring in rings])
    count, sides = layers.shape[:2]
    points = np.concatenate(
        [layers.reshape(-1, 3), layers[0].mean(0)[None], layers[-1].mean(0)[None]]
    )
    ring = np.arange(sides)
    after = np.roll(ring, -1)
    a, b = (
        ring + np.arange(count - 1)[:, None] * sides,
        after + np.arange(count - 1)[:, None] * sides,
    )
    quads = np.stack([a, a + sides, b + sides, a, b + sides, b], -1)
    quads = quads.reshape(-1, sides, 2, 3).swapaxes(1, 2)
    low, high = np.full(sides, count * sides), np.full(sides, count * sides + 1)
    top = (count - 1) * sides
    ends = np.stack([ring, after, low, after + top, ring + top, high], -1)
    ends = ends.reshape(sides, 2, 3).swapaxes(0, 1)
    faces = _kept(points, np.concatenate([quads.reshape(-1, 3), ends.reshape(-1, 3)]))
    mesh = finished(points, faces, crease=crease)
    if grain is None or len(mesh.points) != 3 * len(mesh.faces):
        return mesh
    rows = np.concatenate([np.repeat(np.arange(count), sides), [0, count - 1]])
    return replace(mesh, grain=grain[rows][faces].reshape(-1, 3))


def ball(radius: float | tuple[float, float, float], *, sides: int = 28) -> Mesh:
    """An ellipsoid about the origin."""
    radii = (radius, radius, radius) if isinstance(radius, int | float) else radius
    return _unit_ball(sides).scaled(*radii)


@lru_cache(maxsize=64)
def _unit_ball(sides: int) -> Mesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
    return lathe(np.stack([np.maximum(np.cos(angle), 1e-4), np.sin(angle)], 1), sides=sides)


def spline(points: Array, samples: int) -> Array:
    """A Catmull-Rom curve through points (n, d), `samples` values evenly along the indices."""
    control = np.concatenate(
        [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
    )
    at = np.linspace(0, len(points) - 1, samples)
    i = np.minimum(at.astype(int), len(points) - 2)
    t = (at - i)[:, None]
    a, b, c, d = (control[i + k] for k in range(4))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.asarray(curve)


def finished(points: ArrayLike, faces: ArrayLike, *, crease: float = 30.0) -> Mesh:
    """A mesh whose edges sharper than `crease` degrees stay sharp."""
    given = np.asarray(points, dtype=np.float64)
    triangles = _kept(given, faces)
    if crease >= 180:
        return Mesh(given, triangles, smooth_normals(given, triangles), np.zeros_like(given))
    normals = _creased_normals(given, triangles, math.cos(math.radians(crease)))
    split = given[triangles].reshape(-1, 3)
    order = np.arange(len(split), dtype=np.int32).reshape(-1, 3)
    return Mesh(split, order, normals, np.zeros_like(split))


def _kept(points: Array, faces: ArrayLike) -> Faces:
    """The triangles that have an area."""
    triangles = np.asarray(faces, dtype=np.int32).reshape(-1, 3)
    return np.ascontiguousarray(triangles[_has_area(points, triangles)])


@njit(cache=True, nogil=True)
def _has_area(points, faces):  # type: ignore[no-untyped-def]
    kept = np.empty(len(faces), np.bool_)
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux, uy, uz = (
            points[b, 0] - points[a, 0],
            points[b, 1] - points[a, 1],
            points[b, 2] - points[a, 2],
        )
        vx, vy, vz = (
            points[c, 0] - points[a, 0],
            points[c, 1] - points[a, 1],
            points[c, 2] - points[a, 2],
        )
        x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        kept[f] = math.sqrt(x * x + y * y + z * z) > 1e-14
    return kept


def smooth_normals(points: Array, faces: Faces) -> Array:
    """Unit normals (n, 3), averaged over the triangles at each vertex by area."""
    corners = points[faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    axes = [
        np.bincount(faces.ravel(), np.repeat(flat[:, axis], 3), minlength=len(points))
        for axis in range(3)
    ]
    return _unit(np.stack(axes, 1))


def _unit(vectors: Array) -> Array:
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    lengths = np.sqrt(x * x + y * y + z * z)[..., None]
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _steady(along: Array, side: Array) -> Array:
    """A reference direction for each point of a path that is never parallel to it."""
    other = np.array([0.0, 1.0, 0.0]) if abs(side[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    worst = float(np.abs(along @ side).max())
    return np.broadcast_to(side if worst < 0.97 else _unit(side + 0.37 * other), along.shape)


def _ring(outline: Sequence[tuple[float, float]], height: float) -> Array:
    # Against the clock seen from above, as `lathe` turns.
    return np.array([(x, height, z) for x, z in outline])


def _area(flat: Array) -> float:
    x, y = flat[:, 0], flat[:, 1]
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def _triangulate(flat: Array) -> list[tuple[int, int, int]]:
    """Triangles of a simple polygon that turns against the clock, by ear clipping (Meisters)."""
    left = list(range(len(flat)))
    triangles = []
    while len(left) > 3:
        for k in range(len(left)):
            i, j, m = left[k - 1], left[k], left[(k + 1) % len(left)]
            if _is_ear(flat, left, i, j, m):
                triangles.append((i, j, m))
                del left[k]
                break
        else:  # a degenerate outline: drop a corner and go on
            del left[0]
    return [*triangles, (left[0], left[1], left[2])]


def _is_ear(flat: Array, left: Sequence[int], i: int, j: int, m: int) -> bool:
    a, b, c = flat[i], flat[j], flat[m]
    if (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 1e-14:
        return False
    others = flat[[k for k in left if k not in (i, j, m)]]

    def side(p: Array, q: Array) -> Array:
        return np.asarray(
            (q[0] - p[0]) * (others[:, 1] - p[1]) - (q[1] - p[1]) * (others[:, 0] - p[0])
        )

    inside = (side(a, b) > 1e-12) & (side(b, c) > 1e-12) & (side(c, a) > 1e-12)
    return not bool(inside.any())


@njit(cache=True, nogil=True)
def _creased_normals(points, faces, limit):  # type: ignore[no-untyped-def]
    n, m = len(points), len(faces)
    flat = np.empty((m, 3))
    count = np.zeros(n + 1, np.int64)
    for f in range(m):
        a, b, c = points[faces[f, 0]], points[faces[f, 1]], points[faces[f, 2]]
        u, v = b - a, c - a
        flat[f, 0] = u[1] * v[2] - u[2] * v[1]
        flat[f, 1] = u[2] * v[0] - u[0] * v[2]
        flat[f, 2] = u[0] * v[1] - u[1] * v[0]
        for k in range(3):
            count[faces[f, k] + 1] += 1
    start = np.cumsum(count)
    fill = start.copy()
    around = np.empty(start[-1], np.int64)
    for f in range(m):
        for k in range(3):
            around[fill[faces[f, k]]] = f
            fill[faces[f, k]] += 1
    length = np.empty(m)
    for f in range(m):
        size = flat[f, 0] ** 2 + flat[f, 1] ** 2 + flat[f, 2] ** 2
        length[f] = max(math.sqrt(size), 1e-30)
    out = np.empty((m * 3, 3))
    for f in range(m):
        ox, oy, oz = flat[f, 0] / length[f], flat[f, 1] / length[f], flat[f, 2] / length[f]
        for k in range(3):
            x, y, z = 0.0, 0.0, 0.0
            for at in range(start[faces[f, k]], start[faces[f, k] + 1]):
                g = around[at]
                if flat[g, 0] * ox + flat[g, 1] * oy + flat[g, 2] * oz >= limit * length[g]:
                    x, y, z = x + flat[g, 0], y + flat[g, 1], z + flat[g, 2]
            size = max(math.sqrt(x * x + y * y + z * z), 1e-30)
            out[f * 3 + k, 0], out[f * 3 + k, 1], out[f * 3 + k, 2] = x / size, y / size, z / size
    return out
