"""How a thing rests that can't stand by itself: it leans on a wall, lies, or is stuck in earth.

Nothing is balanced on a point. What a form's base is, is measured in its mesh.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.mesh import Array
from worker.studio.scene.model import Form, Model

RESTS = {"wall": "leaning against a wall", "flat": "lying", "planted": "stuck in the ground"}
"""Each way to rest as words that follow a comma."""
SUNK, _SUNK_BESIDE = 0.1, 0.04
"""Share of its height that is in the ground, and where another actor is beside it."""
_LOOSE = (
    "tool", "weapon", "gear", "music", "game", "tableware", "garment", "linen", "time", "science",
    "light",
)  # fmt: skip
_LOOSE_FORMS = ("leaf", "feather", "branch")
"""Families and forms of what is put down, and does not grow or stand in its own foundation."""
_POSES = (
    "upright", "leaning", "standing", "closed", "oak", "laurel", "olive", "blossom",
    "drawn with arrow", "threaded",
)  # fmt: skip
"""Poses in which such a thing stands on its end."""
_BASE, _LEVEL = 0.11, 0.03
"""Breadth of a base over the height, up to which a thing falls over; how high a base reaches."""
_LOW, _BESIDE = 0.8, 0.1
"""Height over width up to which a thing is low, and does not fall; how far its mass may be beside
its base, in heights: it is only known from its surface.
"""
_BACK, _ASIDE = 13.0, 9.0
"""Degrees that what leans on a wall is tilted back, and aside."""


def stands(model: Model) -> bool:
    """Whether a model has a base: broad in every direction, and under the middle of its mass."""
    points = np.concatenate([part.mesh.points for part in model.parts])
    height, width = float(np.ptp(points[:, 1])), float(np.ptp(points[:, [0, 2]], axis=0).max())
    if height < _LOW * width:
        return True
    foot = points[points[:, 1] < points[:, 1].min() + _LEVEL * height][:, [0, 2]]
    ways = np.radians(np.arange(0, 180, 15))
    spans = foot @ np.stack([np.cos(ways), np.sin(ways)])
    middle = _mass(model)[[0, 2]] @ np.stack([np.cos(ways), np.sin(ways)])
    beside = _BESIDE * height
    inside = (middle > spans.min(0) - beside) & (middle < spans.max(0) + beside)
    return bool(np.ptp(spans, axis=0).min() > _BASE * height and inside.all())


def is_loose(form: Form, pose: str) -> bool:
    """Whether it is a thing that is put down somewhere, on its end in this pose."""
    posed = pose in _POSES or (form.family == "tool" and pose == "open")
    return posed and (form.family in _LOOSE or form.name in _LOOSE_FORMS)


def sunk(rest: str, *, beside: bool) -> float:
    """Share of its height that is in the ground."""
    return 0.0 if rest != "planted" else _SUNK_BESIDE if beside else SUNK


def rested(model: Model, rest: str, *, aside: float) -> Model:
    """An upright model as it rests; `aside` of -1 or 1 is the side that it is tilted to."""
    if rest == "flat":
        axes = _axes(model)
        return model.mapped(lambda mesh: mesh.mapped(axes))
    if rest == "wall":
        return model.mapped(lambda mesh: mesh.turned(z=_ASIDE * aside).turned(x=-_BACK))
    return model.mapped(lambda mesh: mesh.turned(z=0.8 * _ASIDE * aside)) if rest else model


def _axes(model: Model) -> Array:
    """The rotation that lays a model down: its long axis across, its thin one upright, face up."""
    meshes = [part.mesh for part in model.parts]
    middles = np.concatenate([mesh.points[mesh.faces].mean(1) for mesh in meshes])
    areas = np.concatenate([mesh.areas for mesh in meshes])
    _, ways = np.linalg.eigh(np.cov(middles.T, aweights=areas))
    up, along = ways[:, 0] * (-1 if ways[2, 0] < 0 else 1), ways[:, 2]
    return np.stack([along, up, np.cross(along, up)])


def _mass(model: Model) -> Array:
    """The middle of its surface."""
    meshes = [part.mesh for part in model.parts]
    middles = np.concatenate([mesh.points[mesh.faces].mean(1) for mesh in meshes])
    areas = np.concatenate([mesh.areas for mesh in meshes])
    return np.asarray((middles * areas[:, None]).sum(0) / max(float(areas.sum()), 1e-9))
