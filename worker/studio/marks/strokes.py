"""Strokes of a brush or a stick: laid along the flow, cut at edges, with bristles or grain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.lines import Index, Map, span
from worker.studio.marks.slicing import fields, slices

_HALF = 6
"""Steps that a stroke may take to each side of its seed."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """Paths (n, 13, 2) as x, y in pixels, of which `first:last` are valid, with widths (n,).

    `seeds` are the pixels (n, 2) that they began at, as row and column.
    """

    paths: Map
    first: Index
    last: Index
    widths: Map
    seeds: Index

    def __len__(self) -> int:
        return len(self.widths)

    def at(self, plane: NDArray[Any]) -> NDArray[Any]:
        """A map's values at the seeds."""
        return np.asarray(plane[self.seeds[:, 0], self.seeds[:, 1]])

    def ordered(self, key: NDArray[np.floating]) -> Strokes:
        """The same strokes, lowest key first."""
        return self._taken(np.argsort(key, kind="stable"))

    def part(self, begin: float, end: float) -> Strokes:
        """Those from one share of them to another."""
        return self._taken(slice(int(len(self) * begin), int(len(self) * end)))

    def _taken(self, by: NDArray[np.intp] | slice) -> Strokes:
        return Strokes(
            self.paths[by], self.first[by], self.last[by], self.widths[by], self.seeds[by]
        )

    def mean(self, plane: Map) -> Map:
        """The mean of a map (h, w, 3) along each stroke."""
        return np.asarray(_mean_along(self.paths, self.first, self.last, self.seeds, plane))


def regions(target: Target) -> Index:
    """A number for each part of each object, (h, w)."""
    seen = target.buffers
    return np.asarray(
        (seen.object + 1) * (int(seen.part.max()) + 2) + seen.part + 1, dtype=np.int32
    )


def hand_flow(target: Target, *, sway: float = 0.35) -> Map:
    """Angles of strokes, (h, w): the flow or, where there is none, slices; swaying a little."""
    seen = target.buffers
    right, up, _ = seen.camera.axes.astype(np.float32)
    around = np.stack([seen.normal @ up, seen.normal @ right], axis=-1)
    around /= np.maximum(np.linalg.norm(around, axis=-1, keepdims=True), 1e-6)
    # Where a surface has no grain of its own, strokes are slices of its form.
    grainless = np.abs((around * seen.flow).sum(-1)) > 0.999
    angle = np.arctan2(seen.flow[..., 1], seen.flow[..., 0])
    angle = np.where(grainless, fields(target, slices(target), 0).angle, angle)
    turn = cloud(target.shape, target.rng, cell=0.22, octaves=3) - 0.5
    return np.asarray(angle + 2 * sway * turn, dtype=np.float32)


def frontal(target: Target) -> Map:
    """1 where a surface faces the eye flatly, or is the backdrop, and strokes may cross, else 0."""
    seen = target.buffers
    facing = np.abs(seen.normal @ seen.camera.axes[2].astype(np.float32))
    return np.asarray(np.clip((facing - 0.9) * 10, 0, 1) * (1 - target.weight), dtype=np.float32)


def lay(
    target: Target,
    *,
    width: float,
    length: float,
    angle: Map,
    label: Index,
    need: Map | None = None,
    scale: Map | None = None,
    spread: float = 0.75,
    tolerance: float = 0.2,
    jitter: float | Map = 0.12,
) -> Strokes:
    """Strokes over the picture: seeds on a shaken grid, each kept with the chance `need`.

    `width` in units; `length` in widths; `spread` is the distance of seeds in widths. A stroke
    ends where the label or, by more than `tolerance`, the tone changes. `jitter` turns strokes
    by so many radians. `scale` is a map that sizes and spaces strokes from place to place.
    """
    rng, (height, across) = target.rng, target.shape
    size = np.ones(target.shape, np.float32) if scale is None else scale
    # Where nothing is needed no size counts.
    least = float(size.min() if need is None else size[need > 0].min(initial=1.0))
    # Seeds stand no closer than this; what is smaller than that is not laid more seldom for it.
    step = max(width * least * target.unit, 1.2) * spread
    least = step / (width * target.unit * spread)
    rows, columns = (np.arange(-step, extent + step, step) for extent in (height, across))
    y, x = (a.ravel() for a in np.meshgrid(rows, columns, indexing="ij"))
    y = np.clip(y + rng.uniform(0, step, len(y)), 0, height - 1)
    x = np.clip(x + rng.uniform(0, step, len(x)), 0, across - 1)
    chance = (least / size) ** 2 * (1.0 if need is None else need)
    keep = rng.random(len(y)) < chance[y.astype(int), x.astype(int)]
    y, x = y[keep], x[keep]
    wide = np.maximum(width * target.unit * size[y.astype(int), x.astype(int)], 1.2)
    lengths = wide * length * rng.uniform(0.6, 1.3, len(y))
    shaken = np.broadcast_to(np.asarray(jitter, np.float32), target.shape)
    turns = rng.normal(0, 1, len(y)) * shaken[y.astype(int), x.astype(int)]
    paths, first, last = _trace(y, x, lengths, turns, angle, label, target.tone, tolerance)
    # A stroke that was cut short is made with less of the brush.
    share = (last - first) / (2 * _HALF + 1)
    widths = wide * np.clip(0.45 + share, 0.5, 1) * rng.uniform(0.75, 1.15, len(y))
    seeds = np.stack([y, x], axis=1).astype(np.int32)
    return Strokes(paths, first, last, widths.astype(np.float32), seeds)


def broken(target: Target, colour: Pixels, *, light: float = 0.02, hue: float = 0.007) -> Pixels:
    """Colours (n, 3), each a little off: lighter or darker, warmer or cooler."""
    size = (len(colour), 1)
    off = np.concatenate(
        [target.rng.normal(0, s, size) for s in (light, hue, hue * 1.5)], axis=1
    ).astype(np.float32)
    return from_oklab(to_oklab(colour) + off)


def bristles(rng: np.random.Generator, *, rows: int = 64, hairs: int = 96) -> Map:
    """Profiles of brushes, (rows, hairs) in 0..1: how much paint each hair leaves."""
    fine = rng.random((rows, hairs))
    coarse = np.repeat(rng.random((rows, hairs // 6 + 1)), 6, axis=1)[:, :hairs]
    mixed = 0.55 * fine + 0.45 * coarse
    return np.asarray((mixed + np.roll(mixed, 1, axis=1)) / 2, dtype=np.float32)


def paint(
    canvas: Pixels,
    relief: Map,
    strokes: Strokes,
    colours: Pixels,
    labels: Index,
    brush: Map,
    *,
    body: float = 1.0,
    dry: float = 0.35,
    pickup: float = 0.25,
) -> None:
    """Draw strokes of a loaded brush into canvas and relief.

    A stroke keeps within its part in one of `labels` (k, h, w), which differ a little so that no
    edge is ruled. `body` is the height of the paint; `dry` the share of a stroke where the
    bristles part; `pickup` how much of the wet colour below it takes.
    """
    _paint(
        canvas, relief, strokes.paths, strokes.first, strokes.last, strokes.widths, strokes.seeds,
        np.asarray(colours, np.float32), labels, brush, body, dry, pickup,
    )  # fmt: skip


def lit_relief(picture: Pixels, relief: Map, strength: float | Map) -> Pixels:
    """A picture with its relief of paint lit from the upper left."""
    down, right = slopes(blur(np.clip(relief / 3, 0, 1), 0.6) * 3)
    slope = np.clip((down + right) * -strength, -0.35, 0.5)
    glint = np.clip(slope - 0.16, 0, 1) * 0.5
    return np.asarray(np.clip(picture * (1 + 0.55 * slope)[..., None] + glint[..., None], 0, 1))


def slopes(plane: Map) -> tuple[Map, Map]:
    """How much a map (h, w) rises from one row, and from one column, to the next."""
    down, right = (np.asarray(np.gradient(plane, axis=axis), np.float32) for axis in (0, 1))
    return down, right


@njit(cache=True, nogil=True)
def _trace(ys, xs, lengths, turns, angle, label, tone, tolerance):  # type: ignore[no-untyped-def]
    n = len(ys)
    height, width = label.shape
    most = 2 * _HALF + 1
    paths = np.zeros((n, most, 2), np.float32)
    first, last = np.zeros(n, np.int32), np.zeros(n, np.int32)
    for i in range(n):
        r, q = int(ys[i]), int(xs[i])
        own, value = label[r, q], tone[r, q]
        paths[i, _HALF, 0], paths[i, _HALF, 1] = xs[i], ys[i]
        step = lengths[i] / (2 * _HALF)
        low = high = _HALF
        for way in (1, -1):
            y, x = ys[i], xs[i]
            a = angle[r, q] + turns[i]
            dy, dx = np.sin(a) * way, np.cos(a) * way
            for k in range(1, _HALF + 1):
                y, x = y + dy * step, x + dx * step
                rr, qq = min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)
                if label[rr, qq] != own:
                    break
                if abs(tone[rr, qq] - value) > tolerance:
                    break
                at = _HALF + k * way
                paths[i, at, 0], paths[i, at, 1] = x, y
                if way > 0:
                    high = at
                else:
                    low = at
                a = angle[rr, qq] + turns[i]
                ny, nx = np.sin(a), np.cos(a)
                if ny * dy + nx * dx < 0:
                    ny, nx = -ny, -nx
                dy, dx = 0.5 * dy + 0.5 * ny, 0.5 * dx + 0.5 * nx
                m = np.sqrt(dy * dy + dx * dx) + 1e-6
                dy, dx = dy / m, dx / m
        if low == high:
            # Nowhere to go: a dab.
            a = angle[r, q] + turns[i]
            for way in (1, -1):
                at = _HALF + way
                paths[i, at, 0] = xs[i] + np.cos(a) * way * step * 0.6
                paths[i, at, 1] = ys[i] + np.sin(a) * way * step * 0.6
            low, high = _HALF - 1, _HALF + 1
        first[i], last[i] = low, high + 1
    return paths, first, last


@njit(cache=True, nogil=True)
def _mean_along(paths, first, last, seeds, plane):  # type: ignore[no-untyped-def]
    n, (height, width, depth) = len(paths), plane.shape
    out = np.zeros((n, depth), np.float32)
    for i in range(n):
        count = 0
        for k in range(first[i], last[i]):
            y, x = int(paths[i, k, 1]), int(paths[i, k, 0])
            if last[i] - first[i] <= 3:
                y, x = seeds[i, 0], seeds[i, 1]
            if 0 <= y < height and 0 <= x < width:
                count += 1
                for c in range(depth):
                    out[i, c] += plane[y, x, c]
        for c in range(depth):
            out[i, c] /= max(count, 1)
    return out


@njit(cache=True, nogil=True)
def _paint(  # type: ignore[no-untyped-def]
    canvas, relief, paths, first, last, widths, seeds, colours, labels, brush,
    body, dry, pickup,
):  # fmt: skip
    _, height, width = labels.shape
    rows, hairs = brush.shape
    for i in range(len(paths)):
        half = widths[i] / 2
        r, q = seeds[i]
        label = labels[i % len(labels)]
        own, row = label[r, q], (i * 7919) % rows
        c0, c1, c2 = colours[i]
        u0, u1, u2 = canvas[r, q]
        segments = last[i] - first[i] - 1
        for k in range(first[i], last[i] - 1):
            ax, ay, bx, by = paths[i, k, 0], paths[i, k, 1], paths[i, k + 1, 0], paths[i, k + 1, 1]
            dx, dy = bx - ax, by - ay
            size = dx * dx + dy * dy + 1e-6
            long = np.sqrt(size)
            ends = half * 0.5 if k == first[i] else 0.7
            tail = half * 0.35 if k == last[i] - 2 else 0.7
            reach = half + 1
            top, bottom = span(ay, by, reach, height)
            left, right = span(ax, bx, reach, width)
            for y in range(top, bottom):
                for x in range(left, right):
                    px, py = x + 0.5 - ax, y + 0.5 - ay
                    along = (px * dx + py * dy) / long
                    if along < -ends or along > long + tail:
                        continue
                    v = (px * dy - py * dx) / long / half
                    if abs(v) >= 1.1:
                        continue
                    if label[y, x] != own:
                        continue
                    u = (k - first[i] + along / long) / segments
                    hair = brush[row, min(max(int((v * 0.5 + 0.5) * hairs), 0), hairs - 1)]
                    edge = (0.86 + 0.22 * hair - abs(v)) * half + 0.3
                    over = max(u - (1 - dry), 0.0) / max(dry, 1e-3)
                    gap = (hair - over * 0.95 + 0.12) * 5
                    early = (
                        u * segments * long + ends * (0.4 + 0.6 * hair) - v * v * ends
                    ) * 0.8 + 0.6
                    a = min(max(min(edge, gap, early), 0.0), 1.0)
                    if a <= 0:
                        continue
                    wet = pickup * (0.35 + 0.65 * min(max(u, 0.0), 1.0)) * (1.2 - hair)
                    shade = 1 + 0.09 * (hair - 0.5)
                    canvas[y, x, 0] += ((c0 + (u0 - c0) * wet) * shade - canvas[y, x, 0]) * a
                    canvas[y, x, 1] += ((c1 + (u1 - c1) * wet) * shade - canvas[y, x, 1]) * a
                    canvas[y, x, 2] += ((c2 + (u2 - c2) * wet) * shade - canvas[y, x, 2]) * a
                    rim = 0.35 * min(max((abs(v) - 0.6) * 3, 0.0), 1.0)
                    rise = body * (0.45 + 0.6 * hair + rim)
                    relief[y, x] += (rise + 0.25 * relief[y, x] - relief[y, x]) * a
