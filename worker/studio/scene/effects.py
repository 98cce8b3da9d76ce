"""What structures do to the buffers, and the ribbons of a gesture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Plan
from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur
from worker.studio.field.render import Buffers, Surface
from worker.studio.scene.arrange import make_actor, viewing_distance
from worker.studio.scene.colours import Board
from worker.studio.scene.mesh import sheet, spline
from worker.studio.scene.model import COPIES, RIBBONS
from worker.studio.scene.staging import is_bright, lamp_of

_HALO = ((45, 0.55), (130, 0.45))
"""Spreads of the glow around a flame, in thousandths of the shorter side, and their shares."""
_DUSK = 0.4
"""What is left of the light on things behind a lamp."""
_POOL = 0.45
"""What a lamp adds to the light of the ground at its foot: else it stands on nothing."""
_POOL_REACH, _LEVEL = 0.8, 0.9
"""How far such light reaches, in heights of the lamp, and how level the ground is there."""
_WARM = (1.0, 0.74, 0.4)


def apply(buffers: Buffers, plan: Plan, paper: Pixels) -> Buffers:
    """The buffers after the plan's structure or its lamp, where these change what is seen."""
    kind = plan.structure.kind if plan.structure else ""
    if kind == "absence":
        return _absent(buffers, paper)
    return _haloed(buffers, plan) if lamp_of(plan) else buffers


def _absent(buffers: Buffers, paper: Pixels) -> Buffers:
    """The first actor as bare paper; its outline stays."""
    gone = (buffers.object >= 0) & (buffers.object < COPIES)
    albedo, light = buffers.albedo.copy(), buffers.light.copy()
    albedo[gone], light[gone] = paper, 1.0
    edge = np.where(gone & (buffers.edge < 1), 0, buffers.edge).astype(np.float32)
    return replace(buffers, albedo=albedo, light=light, edge=edge)


def _haloed(buffers: Buffers, plan: Plan) -> Buffers:
    """A glow around the flames of the first actor, and dusk on all else behind it."""
    bright = [i for i, part in enumerate(make_actor(plan.actors[0]).parts) if is_bright(part)]
    first = (buffers.object >= 0) & (buffers.object < COPIES)
    flames = (first & np.isin(buffers.part, bright)).astype(np.float32)
    if not flames.any():
        return buffers
    unit = min(buffers.shape) / 1000
    halo = np.zeros(buffers.shape, dtype=np.float32)
    for size, share in _HALO:
        spread = blur(flames, size * unit)
        # Of a flame of a few pixels nothing may be left where it is spread.
        halo += share * spread / max(float(spread.max()), 1e-6)
    behind = (buffers.object < 0) | (buffers.object >= COPIES * len(plan.actors))
    dim = np.where(buffers.object < 0, 1.0, _DUSK) * buffers.light + 0.8 * halo
    dim = dim + _POOL * _around_foot(buffers, first)
    glow = (0.55 * halo * behind)[..., None]
    warm = buffers.albedo + (np.array(_WARM, dtype=np.float32) - buffers.albedo) * glow
    light = np.where(behind, np.clip(dim, 0, 1), buffers.light)
    return replace(buffers, albedo=warm.astype(np.float32), light=light.astype(np.float32))


def _around_foot(buffers: Buffers, first: NDArray[np.bool_]) -> NDArray[np.float32]:
    """1 on level ground at the foot of the first actor, less farther off, (h, w)."""
    own = buffers.position[first]
    low, high = own.min(0), own.max(0)
    foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    away = np.linalg.norm(buffers.position - foot, axis=-1) / max(float(np.ptp(own[:, 1])), 1e-6)
    level = (buffers.object >= 0) & (buffers.normal[..., 1] > _LEVEL)
    return np.asarray(np.exp(-((away / _POOL_REACH) ** 2)) * level, dtype=np.float32)


def ribbons(plan: Plan, board: Board) -> list[Surface]:
    """Broad sweeps that cross the space behind the first actor, or fill it."""
    if plan.structure is None or plan.structure.kind != "gesture":
        return []
    rng = np.random.default_rng(plan.seed)
    near = viewing_distance(plan)
    reach = near * 2 * np.tan(np.radians(plan.camera.lens / 2))
    colours = [
        board.role(role) for role in ("second", "dark", "main", "accent", "ground", "second")
    ]
    found = []
    for index, colour in enumerate(colours):
        knots = rng.uniform(-0.75, 0.75, (5, 3)) * reach * np.array([1, 0.75, 0.12])
        knots[:, 0] = np.sort(knots[:, 0]) * (1 if index % 2 else -1)
        line = spline(knots, 80)
        line[:, 1] += reach * (0.42 if plan.actors else 0.5)
        line[:, 2] -= reach * (0.35 + 0.08 * index) if plan.actors else reach * 0.04 * index
        along = np.gradient(line, axis=0)
        across = np.stack([-along[:, 1], along[:, 0], np.zeros(len(line))], 1)
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
        width = reach * rng.uniform(0.04, 0.13) * np.sin(np.linspace(0.15, np.pi - 0.1, 80)) ** 0.5
        grid = np.stack([line - across * width[:, None], line + across * width[:, None]], 1)
        mesh = sheet(grid)
        grain = np.repeat(along, 2, axis=0)
        grain = grain[: mesh.size] if mesh.size == len(grain) else mesh.grain
        found.append(
            Surface(
                mesh.points,
                mesh.faces,
                mesh.normals,
                grain,
                mesh.points * 6 / reach,
                colour,
                board.other(colour),
                "grain",
                RIBBONS + index,
            )
        )
    return found
