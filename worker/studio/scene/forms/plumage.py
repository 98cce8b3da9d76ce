"""Feathers: wings spread and folded, and tails, of separate feathers that lie over each other."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms.growth import unit
from worker.studio.scene.mesh import Array, Mesh, columns, merge, smooth_normals, spline, tube

_VANE = np.array([0.35, 0.75, 0.95, 1.0, 0.98, 0.85, 0.5, 0.06])
"""Half the width of a feather along its shaft."""
_SLOTTED = np.array([0.35, 0.8, 1.0, 1.0, 0.72, 0.6, 0.42, 0.06])
"""The same where the outer half is narrow, as in the fingers of an eagle."""


def vanes(root: Array, way: Array, up: Array, length: Array | float, width: Array | float, *,
          slotted: float = 0.0, droop: float = 0.0, lap: float = 0.3) -> Mesh:
    """Feathers from roots (n, 3) along `way`, flat across `up`; each lies over the next.

    `droop` bends their tips down by a share of their length.
    """
    way = unit(way)
    side = unit(np.cross(way, up))
    up = np.cross(side, way)
    t = np.linspace(0, 1, len(_VANE))[None, :, None]
    size, half = (np.broadcast_to(np.asarray(v, np.float64), (len(root),)) for v in (length, width))
    shaft = root[:, None] + size[:, None, None] * (t * way[:, None] - droop * t**2 * up[:, None])
    wide = half[:, None] * (_VANE * (1 - slotted) + _SLOTTED * slotted)
    across = wide[..., None] * (side + lap * up)[:, None]
    raised = 0.18 * wide[..., None] * up[:, None]
    points = np.stack([shaft - across, shaft + raised, shaft + across], 2)
    n, k = len(root), len(_VANE)
    index = np.arange(n * k * 3).reshape(n, k, 3)
    a, b, c, d = index[:, :-1, :-1], index[:, :-1, 1:], index[:, 1:, 1:], index[:, 1:, :-1]
    faces = np.concatenate([columns(a, b, c).reshape(-1, 3), columns(a, c, d).reshape(-1, 3)])
    flat = points.reshape(-1, 3)
    grain = np.repeat(way, k * 3, 0)
    return Mesh(flat, faces.astype(np.int32), smooth_normals(flat, faces.astype(np.int32)), grain)


def spread(span: float, chord: float, *, lift: float, fingers: float, at: Array) -> Mesh:
    """The near wing, open: upper arm, forearm and hand, with the feathers that each carries.

    It is laid out flat, x forwards and z outwards, then raised by `lift` degrees at the shoulder
    and less towards its tip. `fingers` is 0 for a pointed wing and 1 for one with spread pinions.
    """
    joints = np.array([(0, 0, 0), (-0.07, 0, 0.17), (0.09, 0, 0.4), (0.05, 0, 0.56)]) * span
    bones = spline(joints, 25)
    arm, hand = bones[:17], bones[16:]
    reach = np.array([0.034, 0.03, 0.02, 0.01]) * (0.3 + 0.7 * span)
    pieces = [tube(joints, reach, samples=20, sides=8, flat=0.6, side=(0, 1, 0))]
    up = np.array([0.0, 1.0, 0.0])
    s = np.linspace(0, 1, 10)
    out = 0.12 + (0.72 + 0.33 * fingers) * s
    way = columns(-np.cos(out * 1.45), 0 * s, np.sin(out * 1.45))
    primaries = hand[np.rint(s * 8).astype(int)]
    long = span * (0.3 + 0.16 * np.sin(np.minimum(s * 1.9, 1.55))) * (1 - 0.1 * fingers * s**3)
    pieces.append(vanes(primaries, way, up, long, 0.055 * span * (1 - 0.25 * s),
        slotted=fingers, droop=-0.06))  # fmt: skip
    for row, (share, width, count) in enumerate(
            ((1.0, 0.05, 15), (0.62, 0.045, 15), (0.4, 0.04, 16), (0.24, 0.034, 18))):  # fmt: skip
        s = np.linspace(0, 1, count)
        root = arm[np.rint(s * 16).astype(int)] + up * 0.006 * row
        if row:  # coverts lie over the pinions too
            root = bones[np.rint(s * 22).astype(int)] + up * 0.006 * row
        lean = 0.25 + 0.1 * s if not row else 0.15 + 0.75 * s**2 * (0.6 + 0.4 * fingers)
        way = columns(-np.cos(lean), 0 * s, np.sin(lean))
        size = chord * share * (0.9 + 0.1 * np.sin(s * 3)) * (0.72 + 0.28 * np.minimum(s * 3, 1))
        pieces.append(vanes(root, way, up, size, width * span * (1 - 0.12 * row), droop=0.04))
    skin = np.linspace(0, 1, 12)[:, None]
    edge = joints[0] + (joints[2] - joints[0]) * skin + [0.03 * span, 0, 0] * np.sin(np.pi * skin)
    web = np.stack([edge, arm[np.rint(skin[:, 0] * 16).astype(int)]])
    pieces.append(_web(web + up * 0.004))
    return _raised(merge(pieces), span, lift).moved(*at)


def _web(rows: Array) -> Mesh:
    """The skin between shoulder and wrist, which makes the leading edge."""
    u = np.linspace(0, 1, 5)[:, None, None]
    grid = rows[0] + (rows[1] - rows[0]) * u + [0, 1, 0] * (0.016 * np.sin(np.pi * u))
    index = np.arange(grid.shape[0] * grid.shape[1]).reshape(grid.shape[:2])
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([columns(a, b, c).reshape(-1, 3), columns(a, c, d).reshape(-1, 3)])
    points, faces = grid.reshape(-1, 3), faces.astype(np.int32)
    return Mesh(points, faces, smooth_normals(points, faces), np.zeros_like(points))


def _raised(wing: Mesh, span: float, lift: float) -> Mesh:
    """The wing bent up along its length, most at the shoulder."""
    at = np.linspace(-0.2, 1.2, 60)
    angle = np.radians(lift) * (1 - 0.75 * np.clip(at, 0, 1))
    step = (at[1] - at[0]) * span
    y, z = np.cumsum(np.sin(angle)) * step, np.cumsum(np.cos(angle)) * step
    y, z = y - np.interp(0, at, y), z - np.interp(0, at, z)

    def bend(p: Array) -> Array:
        s = p[:, 2] / span
        turn = np.interp(s, at, angle)
        return columns(p[:, 0], np.interp(s, at, y) + p[:, 1] * np.cos(turn),
            np.interp(s, at, z) - p[:, 1] * np.sin(turn))  # fmt: skip

    return wing.bent(bend)


def folded(long: float, deep: float, wide: float, reach: float) -> Mesh:
    """The near wing along a body of these half lengths; its pinions reach `reach` back."""
    pieces = []
    rows = ((7, 0.05, 1.0, 0.0, 0.6), (8, 0.2, 0.72, 0.02, 0.75), (8, 0.36, 0.46, 0.04, 0.9),
        (8, 0.5, 0.3, 0.055, 0.95), (7, 0.62, 0.2, 0.065, 0.9))  # fmt: skip
    for count, begin, share, over, fall in rows:
        v = np.linspace(0, 1, count)
        y = deep * (0.55 - fall * v)
        x = long * (begin + 0.12 * np.sin(v * 3))
        round_ = np.sqrt(np.maximum(1 - (y / (1.15 * deep)) ** 2, 0.05))
        root = columns(x, y, wide * round_ * 1.02 + over * wide)
        way = columns(-1 + 0 * v, 0.14 - 0.2 * v, -0.8 * wide / reach * (1.1 - 0.3 * v))
        up = columns(0 * v, y / deep * 0.8, round_)
        pieces.append(vanes(root, way, up, reach * share * (1 - 0.4 * v), 0.15 * deep + 0 * v,
            lap=0.35))  # fmt: skip
    return merge(pieces)


def fan(root: Array, way: Array, length: float, width: float, degrees: float, *,
        count: int = 11) -> Mesh:
    """A tail: feathers from a root along `way` in the plane z = 0, spread to each side."""
    v = np.linspace(-1, 1, count)
    turn = np.radians(degrees) * v
    along, up = unit(way), np.array([-way[1], way[0], 0.0]) * np.sign(-way[0] or 1.0)
    ways = np.cos(turn)[:, None] * along + np.sin(turn)[:, None] * [0, 0, 1]
    roots = root + columns(0 * v, 0.006 * (1 - np.abs(v)), 0.4 * width * v)
    return vanes(roots, ways, np.broadcast_to(unit(up), ways.shape), length * (1 - 0.1 * v**2),
        0.3 * width + 0 * v, lap=0.25)  # fmt: skip
