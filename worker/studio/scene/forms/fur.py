"""Hair of animals: locks over the skin, manes and tails of strands, wool."""

from __future__ import annotations

import numpy as np
from numba import njit

from worker.studio.scene.forms.beasts import Beast
from worker.studio.scene.forms.growth import rods, unit
from worker.studio.scene.mesh import Array, Faces, Mesh, columns, rotation, smooth_normals, spline
from worker.studio.scene.model import Request, Rng
from worker.studio.scene.skin import cut

_TAPER = np.array([0.6, 1.0, 1.0, 0.85, 0.5, 0.06])
"""The radius along a strand."""


def _down(made: Beast) -> Array:
    """Where things fall, in the body's frame."""
    return np.asarray(rotation(z=-made.pitch) @ np.array([0.0, -1.0, 0.0]))


def scattered(made: Beast, weight: Array, count: int, rng: Rng) -> tuple[Array, Array, Array]:
    """Points all over a region of the skin, with the skin's normal and the way of its hair."""
    hide = made.hide
    share = hide.areas * weight[hide.faces].mean(1)
    face = hide.faces[rng.choice(len(share), count, p=share / share.sum())]
    mix = rng.dirichlet((1.0, 1.0, 1.0), count)[..., None]
    at, normal, grain = ((given[face] * mix).sum(1) for given in (hide.points, hide.normals,
        hide.grain))  # fmt: skip
    return at, unit(normal), unit(grain)


def locks(made: Beast, weight: Array, count: int, size: tuple[float, float], rng: Rng, *,
          fall: float = 0.5, lift: float = 0.12) -> Mesh:
    """Locks over a region of the skin: they lie along it, and hang by `fall`.

    `size` is the length of a lock and its radius.
    """
    at, normal, grain = scattered(made, weight, count, rng)
    length = size[0] * rng.uniform(0.7, 1.15, (count, 1, 1))
    down = _down(made)
    flow = grain * (1 - fall) + down * fall
    flow = unit(flow - normal * np.minimum((flow * normal).sum(1), 0)[:, None])
    t = np.linspace(0, 1, len(_TAPER))[None, :, None]
    path = at[:, None] - 0.4 * size[1] * normal[:, None] + length * t * flow[:, None]
    path = path + length * (lift * np.sin(2.6 * t) * normal[:, None] + 0.35 * fall * t**2 * down)
    wave = rng.uniform(-0.08, 0.08, (count, 1, 1)) * np.sin(4.5 * t)
    path = path + length * wave * np.cross(flow, normal)[:, None]
    world = path @ rotation(z=made.pitch).T
    world[..., 1] = np.maximum(world[..., 1], made.floor + size[1])
    path = world @ rotation(z=made.pitch)
    return rods(path, np.broadcast_to(size[1] * _TAPER, path.shape[:2]), sides=7)


def mane(made: Beast, fall: float, rng: Rng, *, count: int = 64) -> Mesh:
    """Hair from the crest over the near side of the neck, blown back by the pose's wind."""
    at = np.sort(rng.uniform(0.02, 0.97, count))
    crest, step = (np.stack([np.interp(at, np.linspace(0, 1, 40), spline(line, 40)[:, k])
        for k in range(3)], 1) for line in (made.crest, np.gradient(made.crest, axis=0)))
    step = unit(step)
    down = columns(step[:, 1], -step[:, 0], 0 * at)
    wind = made.pose.wind
    flow = down * (1 - 0.85 * wind) - step * (0.25 + wind) - 0.5 * wind * down
    length = fall * rng.uniform(0.75, 1.15, (count, 1, 1))
    t = np.linspace(0, 1, len(_TAPER))[None, :, None]
    path = crest[:, None] - 0.02 * down[:, None] * (1 - t) + flow[:, None] * t * length
    thick = np.interp(at, (0, 0.5, 1), (made.build.neck[2], made.build.neck[3], made.build.neck[3]))
    path[..., 2] = 0.8 * thick[:, None] * np.sin(np.minimum(2.4 * t[..., 0], 1.5)) + 0.006
    path[..., 2] *= np.where(rng.random((count, 1)) < 0.5 * wind, -1.0, 1.0)
    path[..., 0] += 0.02 * np.sin(5 * t[..., 0] + rng.uniform(0, 6, (count, 1))) * t[..., 0]
    return rods(path, np.broadcast_to(0.024 * _TAPER, path.shape[:2]), sides=7)


def hair(path: Array, radius: float, rng: Rng, *, strands: int = 16) -> Mesh:
    """A bundle of strands along a path: a tail of hair, a forelock, a beard."""
    n = 14
    line, t = spline(np.asarray(path), n), np.linspace(0, 1, n)
    swell = radius * np.sin(np.pi * (0.14 + 0.82 * t)) ** 0.8
    angle, out = rng.uniform(0, 6.28, (strands, 1)), np.sqrt(rng.random((strands, 1)))
    reach = rng.uniform(0.72, 1.0, (strands, 1))
    paths = np.stack([[np.interp(row, t, line[:, k]) for k in range(3)] for row in reach * t])
    off = columns(0.8 * np.cos(angle), 0.3 * np.sin(angle), np.sin(angle)) * (out * swell * t)[
        ..., None]
    taper = np.maximum(1 - t**3, 0.03)
    return rods(paths.swapaxes(1, 2) + off, np.broadcast_to(0.42 * swell * taper + 1e-4, (strands,
        n)), sides=6)  # fmt: skip


def wool(made: Beast, weight: Array, depth: float, rng: Rng, *, curls: int = 520) -> Mesh:
    """A fleece: the skin where `weight` is, thicker by `depth` and curled."""
    here = made.skin.on(weight, 0.3)
    used = np.unique(made.hide.faces[here])
    points, faces, lift = cut(made.hide, here).points, cut(made.hide, here).faces, weight[used]
    points, faces, lift = _finer(points, faces, np.clip((lift - 0.3) / 0.4, 0, 1))
    seeds = points[rng.choice(len(points), curls, replace=False)]
    curl = np.sqrt(np.maximum(1 - (_nearest(points, seeds) / (0.95 * depth)) ** 2, 0))
    thick = lift * depth * (0.3 + 0.7 * curl)
    points = points + smooth_normals(points, faces) * thick[:, None]
    return Mesh(points, faces, smooth_normals(points, faces), np.zeros_like(points))


@njit(cache=True, nogil=True)
def _nearest(points, seeds):  # type: ignore[no-untyped-def]
    """The distance of each point to the nearest seed."""
    out = np.empty(len(points))
    for i in range(len(points)):
        best = 1e9
        for j in range(len(seeds)):
            x, y = points[i, 0] - seeds[j, 0], points[i, 1] - seeds[j, 1]
            best = min(best, x * x + y * y + (points[i, 2] - seeds[j, 2]) ** 2)
        out[i] = np.sqrt(best)
    return out


def _finer(points: Array, faces: Faces, value: Array) -> tuple[Array, Faces, Array]:
    """Each triangle in four."""
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), 1)
    edges = edges.astype(np.int64)
    keys, number = np.unique(edges[:, 0] * len(points) + edges[:, 1], return_inverse=True)
    pairs = np.stack([keys // len(points), keys % len(points)], 1)
    ab, bc, ca = number.reshape(3, -1) + len(points)
    a, b, c = faces.T
    new = np.concatenate([np.stack(three, 1) for three in ((a, ab, ca), (ab, b, bc), (ca, bc, c),
        (ab, bc, ca))]).astype(np.int32)  # fmt: skip
    return (np.concatenate([points, points[pairs].mean(1)]), new,
        np.concatenate([value, value[pairs].mean(1)]))  # fmt: skip



def tuft(made: Beast, ask: Request, material: str = "second") -> None:
    """The hair at the end of a thin tail."""
    tail = made.hide.points[made.share("tail") > 0.9]
    at = made.skin.points[made.share("tail") > 0.9, 0]
    tip, before = tail[np.argmin(at)], tail[np.argsort(at)[12]]
    way = unit((tip - before) * [1, 1, 0] + 0.03 * _down(made))
    line = tip + np.outer((-0.05, 0.02, 0.1, 0.16), way)
    made.add("tuft", hair(line, 1.5 * made.build.tail[2], ask.rng), material)
