"""The camera: from world metres to picture units and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEAR = 0.05
"""Metres; nothing closer is drawn."""


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole, or a parallel projection where `span` is set.

    `lens` is the angle of the shorter side of the picture in degrees; `span` is its length in
    metres. `aspect` is width over height. (`shift_x`, `shift_y`) moves the picture plane, in
    shorter sides, so that uprights stay upright when the camera looks up or down.
    """

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    lens: float = 38.0
    aspect: float = 1.0
    span: float = 0.0
    shift_x: float = 0.0
    shift_y: float = 0.0

    @cached_property
    def axes(self) -> Array:
        """Rows: right, up, forward."""
        forward = np.subtract(self.target, self.eye)
        forward = forward / max(float(np.linalg.norm(forward)), 1e-12)
        up = np.array([0.0, 1.0, 0.0]) if abs(forward[1]) < 0.999 else np.array([0.0, 0.0, -1.0])
        right = np.cross(forward, up)
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])

    def project(self, points: Array, shape: tuple[int, int]) -> tuple[Array, Array, Array]:
        """Column, row (pixels, fractional) and depth (metres along the view) of points (n, 3)."""
        seen = (points - np.array(self.eye)) @ self.axes.T
        depth = seen[:, 2]
        scale = self.scale(shape)
        divisor = np.ones_like(depth) if self.span else np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        height, width = shape
        unit = min(shape)
        columns = width / 2 + seen[:, 0] / divisor * scale + self.shift_x * unit
        rows = height / 2 - seen[:, 1] / divisor * scale + self.shift_y * unit
        return columns, rows, depth

    def rays(self, shape: tuple[int, int]) -> Array:
        """Unit directions through the pixels' centres, (h, w, 3)."""
        height, width = shape
        unit, scale = min(shape), self.scale(shape)
        x = (np.arange(width) + 0.5 - width / 2 - self.shift_x * unit) / scale
        y = -(np.arange(height) + 0.5 - height / 2 - self.shift_y * unit) / scale
        right, up, forward = self.axes
        if self.span:
            return np.broadcast_to(forward, (height, width, 3))
        rays = forward + x[None, :, None] * right + y[:, None, None] * up
        return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))

    def scale(self, shape: tuple[int, int]) -> float:
        """Pixels for one metre at one metre's distance."""
        if self.span:
            return min(shape) / self.span
        return min(shape) / (2 * math.tan(math.radians(self.lens) / 2))
