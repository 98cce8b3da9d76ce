"""What is seen of the skin: head, neck, arms, hands, legs and feet."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from worker.studio.scene.body.cloth import hemmed
from worker.studio.scene.body.rig import Figure, split
from worker.studio.scene.body.shape import Index, atlas
from worker.studio.scene.mesh import Array, Faces, Mesh

_FINGERS = ("hand", "thumb", "index", "middle", "ring", "pinky")
_MOUTH = np.array([0.0, 6.6, 1.0])
"""The middle of its hollow on the mesh, in decimetres."""
LIP = 0.42
"""How much of what makes lips full a vertex of a lip has."""


@cache
def regions() -> dict[str, Index]:
    """The quads of the skin by part of the body."""
    known = atlas()
    quads = known.quads["skin"]
    high = known.points[:, 1] > 4.2
    trunk = known.share("spine", "clavicle", "pelvis", "upperarm_half", "thigh_half")
    shares = {
        "head": known.share("head"),
        "neck": known.share("neck_01") + trunk * high,
        "hand": known.share(*_FINGERS),
        "arm": known.share("upperarm_l", "upperarm_r", "lowerarm"),
        "leg": known.share("thigh_l", "thigh_r", "calf"),
        "foot": known.share("foot", "ball"),
        "trunk": trunk * ~high,
    }
    most = np.stack([share[quads].mean(1) for share in shares.values()]).argmax(0)
    found = {name: quads[most == k] for k, name in enumerate(shares)}
    lips = known.lips[found["head"]].mean(1) > LIP
    corners = known.points[found["head"]]
    middle = corners.mean(1)
    out = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    near = np.abs(middle - _MOUTH) < (0.27, 0.4, 0.55)
    inner = near.all(1) & (((middle - _MOUTH) * out).sum(1) < 0) & ~lips
    head = found["head"]
    return {**found, "lips": head[lips], "throat": head[inner], "head": head[~lips & ~inner]}


@lru_cache(maxsize=128)
def _chosen(
    names: tuple[str, ...], side: int | None, start: float, end: float
) -> tuple[Index, Faces]:
    """The vertices and faces of some regions, on one side, along a limb."""
    known = atlas()
    quads = np.concatenate([regions()[name] for name in names])
    kept = np.ones(len(quads), bool)
    if side is not None:
        kept &= (known.points[quads, 0].mean(1) > 0) == (side == 0)
    if names[0] in ("arm", "leg"):
        along = (known.arm if names[0] == "arm" else known.leg)[quads].mean(1)
        kept &= (along > start) & (along < end)
    used, index = np.unique(quads[kept], return_inverse=True)
    return used, split(index.reshape(-1, 4))


def flesh(
    figure: Figure,
    *names: str,
    side: int | None = None,
    start: float = -1.0,
    end: float = 9.0,
) -> Mesh | None:
    """Regions of the skin as one mesh, none if it is empty.

    `side` is 0 for the left one, 1 for the right one. Of an arm or a leg it is what lies between
    two shares of it, 1 being the elbow or knee.
    """
    used, faces = _chosen(names, side, start, end)
    if not len(faces):
        return None
    return Mesh(figure.points[used], faces, figure.normals[used], figure.grain[used])


def hewn(figure: Figure, quads: Index) -> Mesh:
    """Some quads of the body, cut off evenly, as of stone."""
    return hemmed(figure.points, quads, figure.grain, figure.normals, 0.03, even=14)


def evened(normals: Array, weight: Array, front: Array) -> Array:
    """Normals drawn towards one, so that a form takes the light as nearly one plane."""
    mixed = normals * (1 - weight[:, None]) + weight[:, None] * front
    return np.asarray(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9))
