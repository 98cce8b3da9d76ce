"""Lines as an SVG that a pen plotter can draw: millimetres, one layer an ink, little pen travel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit

from worker.studio.field.shade import Target
from worker.studio.marks.lines import Lines, Map

_SIDE, _PEN, _PASSES, _SHORTEST = 240.0, 0.3, 4, 0.9


def to_svg(target: Target, layers: Mapping[str, Lines], *, side: float = _SIDE) -> str:
    """The layers (colour to lines in pixels) as SVG; `side` is the shorter side in millimetres.

    A line wider than the pen is drawn as several passes side by side, where it is wider.
    """
    height, width = target.shape
    zoom = side / min(target.shape)
    groups = []
    for number, (colour, lines) in enumerate(layers.items(), 1):
        paths = _paths(lines, zoom)
        if paths:
            groups.append(
                f'<g inkscape:groupmode="layer" inkscape:label="{number} {colour}" '
                f'stroke="{colour}">\n' + "\n".join(paths) + "\n</g>"
            )
    wide, tall = width * zoom, height * zoom
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{wide:.2f}mm" height="{tall:.2f}mm" viewBox="0 0 {wide:.2f} {tall:.2f}">\n'
        f'<g fill="none" stroke-width="{_PEN}" stroke-linecap="round" stroke-linejoin="round">\n'
        + "\n".join(groups)
        + "\n</g>\n</svg>\n"
    )


def _paths(lines: Lines, zoom: float) -> list[str]:
    points, widths = lines.points * zoom, lines.widths * zoom
    runs: list[Map] = []
    for begin, end in zip(lines.starts[:-1].tolist(), lines.starts[1:].tolist(), strict=True):
        if end - begin > 1:
            runs += _passes(points[begin:end], widths[begin:end])
    runs = [run for run in runs if np.ptp(run, axis=0).max() > _SHORTEST]
    if not runs:
        return []
    ends = np.array([[*run[0], *run[-1]] for run in runs], dtype=np.float32)
    order, turned = _order(ends)
    return [
        _path(runs[i][::-1] if back else runs[i]) for i, back in zip(order, turned, strict=True)
    ]


def _passes(points: Map, widths: Map) -> list[Map]:
    """The line once, and again at its side wherever it is wider than what is drawn."""
    step = max(len(points) // 200, 3)
    keep = np.unique([*range(0, len(points), step), len(points) - 1])
    points, widths = points[keep], widths[keep]
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    out = [points]
    for number in range(1, _PASSES):
        wide = np.concatenate([[False], widths > _PEN * (number + 0.4), [False]])
        shift = (number + 1) // 2 * _PEN * 0.85 * (1 if number % 2 else -1)
        changes = np.nonzero(wide[1:] != wide[:-1])[0]
        for a, b in zip(changes[::2], changes[1::2], strict=True):
            if b - a > 2:
                out.append((points + across * shift)[a:b].astype(np.float32))
    return out


def _path(run: Map) -> str:
    rest = " ".join(f"{x:.2f},{y:.2f}" for x, y in run.tolist())
    return f'<path d="M{rest}"/>'


@njit(cache=True, nogil=True)
def _order(ends):  # type: ignore[no-untyped-def]
    """Runs so that each begins near where the last one ended, some turned about."""
    n = len(ends)
    order, turned = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    left = np.arange(n)
    x, y = np.float32(0.0), np.float32(0.0)
    for at in range(n):
        best, which, back = np.float32(1e12), 0, False
        for k in range(n - at):
            i = left[k]
            a = (ends[i, 0] - x) ** 2 + (ends[i, 1] - y) ** 2
            b = (ends[i, 2] - x) ** 2 + (ends[i, 3] - y) ** 2
            if min(a, b) < best:
                best, which, back = min(a, b), k, b < a
        i = left[which]
        left[which] = left[n - at - 1]
        order[at], turned[at] = i, back
        x, y = (ends[i, 0], ends[i, 1]) if back else (ends[i, 2], ends[i, 3])
    return order, turned
