"""Patterns on surfaces: what share of a part's second colour shows where.

A pattern takes local coordinates (n, 3), in metres on the form as it was made, and returns (n,)
in 0..1. Most repeat once a unit: a form sets the size by the part's `repeat` (units a metre).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

Values = NDArray[np.float32]
Pattern = Callable[[Values], Values]


def _hash(*cells: Values) -> Values:
    total = sum(c * k for c, k in zip(cells, (127.1, 311.7, 74.7), strict=False))
    return np.asarray((np.sin(total) * 43758.5453) % 1.0, dtype=np.float32)


def _noise(p: Values) -> Values:
    """Value noise in 0..1."""
    return np.asarray(_value_noise(np.ascontiguousarray(p, dtype=np.float32)))


@njit(cache=True, nogil=True)
def _value_noise(p):  # type: ignore[no-untyped-def]
    out = np.empty(len(p), np.float32)
    for i in range(len(p)):
        bx, by, bz = math.floor(p[i, 0]), math.floor(p[i, 1]), math.floor(p[i, 2])
        fx, fy, fz = p[i, 0] - bx, p[i, 1] - by, p[i, 2] - bz
        fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
        total = 0.0
        for corner in range(8):
            ox, oy, oz = corner & 1, (corner >> 1) & 1, corner >> 2
            # Integer hash after Jarzynski and Olano (2020), reduced to one round.
            key = (
                (int(bx) + ox) * 374761393
                + (int(by) + oy) * 668265263
                + (int(bz) + oz) * 2147483647
            )
            key = (key ^ (key >> 13)) * 1274126177
            value = ((key ^ (key >> 16)) & 0xFFFF) / 65535.0
            weight = (fx if ox else 1 - fx) * (fy if oy else 1 - fy) * (fz if oz else 1 - fz)
            total += weight * value
        out[i] = total
    return out


def _line(x: NDArray[np.floating], width: float) -> Values:
    """1 within `width` of a whole number."""
    return np.asarray(np.abs((x + 0.5) % 1.0 - 0.5) < width / 2, dtype=np.float32)


def _planks(p: Values) -> Values:
    board = np.asarray(np.floor(p[:, 0]), dtype=np.float32)
    shift = _hash(board, board * 0)
    joint = _line(p[:, 2] / 6 + shift, 0.012)
    tone = 0.45 * _hash(board, np.floor(p[:, 2] / 6 + shift))
    return np.asarray(np.maximum(np.maximum(_line(p[:, 0], 0.05), joint), tone))


def _bricks(p: Values) -> Values:
    course = np.floor(p[:, 1] * 2)
    along = p[:, 0] + p[:, 2] + 0.5 * (course % 2)
    joint = np.maximum(_line(p[:, 1] * 2, 0.16), _line(along, 0.08))
    return np.asarray(np.maximum(joint, 0.4 * _hash(np.floor(along), course)))


def _stones(p: Values) -> Values:
    course = np.floor(p[:, 1])
    along = (p[:, 0] + p[:, 2]) * (0.6 + 0.2 * _hash(course, course)) + 0.5 * (course % 2)
    joint = np.maximum(_line(p[:, 1], 0.07), _line(along, 0.05))
    return np.asarray(np.maximum(joint, 0.5 * _hash(np.floor(along), course)))


def _checks(p: Values) -> Values:
    # A small offset keeps faces that lie on a whole number from flickering.
    return np.asarray(np.floor(p + 1e-3).sum(1) % 2, dtype=np.float32)


def _tiles(p: Values) -> Values:
    joint = np.maximum(_line(p[:, 0], 0.06), _line(p[:, 2], 0.06))
    return np.maximum(joint, 0.6 * ((np.floor(p[:, 0]) + np.floor(p[:, 2])) % 2)).astype(np.float32)


def _rows(p: Values) -> Values:
    along = p[:, 0] + p[:, 2]
    return np.asarray(
        np.maximum(_line(p[:, 1], 0.18), 0.5 * _hash(np.floor(p[:, 1]), np.floor(along)))
    )


PATTERNS: dict[str, Pattern] = {
    "plain": lambda p: np.zeros(len(p), dtype=np.float32),
    # bands across y, x and z
    "rings": lambda p: np.asarray(np.floor(p[:, 1]) % 2, dtype=np.float32),
    "stripes": lambda p: np.asarray(np.floor(p[:, 0] + 0.25) % 2, dtype=np.float32),
    "bars": lambda p: np.asarray(np.floor(p[:, 2] + 0.25) % 2, dtype=np.float32),
    "zebra": lambda p: np.asarray(
        np.sin(6.28 * (p[:, 0] + 0.5 * _noise(p * 1.3))) > 0.1, dtype=np.float32
    ),
    "spots": lambda p: np.asarray(_noise(p * 2) > 0.64, dtype=np.float32),
    "patches": lambda p: np.asarray(_noise(p * 0.8) > 0.58, dtype=np.float32),
    "mottle": lambda p: 0.7 * _noise(p) + 0.3 * _noise(p * 3.1),
    "grain": lambda p: _noise(p * np.array([6, 0.5, 6], dtype=np.float32)),
    "weave": lambda p: np.asarray(
        0.5 + 0.5 * np.sin(p[:, 0] * 6.28) * np.sin(p[:, 1] * 6.28), dtype=np.float32
    ),
    "checks": _checks,
    "tiles": _tiles,
    "planks": _planks,
    "bricks": _bricks,
    "stones": _stones,
    "shingles": _rows,
    "ripples": lambda p: (
        0.5 + 0.5 * np.sin(6.28 * (p[:, 2] + 0.7 * _noise(p * 0.45) + 0.25 * _noise(p * 1.7)))
    ),
    "clouds": lambda p: np.clip(
        (0.55 * _noise(p) + 0.3 * _noise(p * 2.1) + 0.15 * _noise(p * 4.3) - 0.42) * 3.2, 0, 1
    ),
    # broad soft rows along z, that run to the vanishing point
    "swathes": lambda p: np.asarray(
        np.clip(1.6 * np.sin(6.28 * (p[:, 0] + 0.22 * _noise(p * 0.7))) + 0.5, 0, 1),
        dtype=np.float32,
    ),
    "furrows": lambda p: np.asarray(
        0.5 + 0.5 * np.sin(6.28 * (p[:, 0] + 0.12 * _noise(p * 0.9))), dtype=np.float32
    ),
}
"""Every pattern by its name."""
