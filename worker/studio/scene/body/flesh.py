"""What is seen of the skin: head, neck, arms, hands, legs and feet."""

from __future__ import annotations

from functools import cache

import numpy as np

from worker.studio.scene.body.cloth import grain, hemmed
from worker.studio.scene.body.rig import Figure, split
from worker.studio.scene.body.shape import Index, atlas
from worker.studio.scene.mesh import Array, Mesh

_FINGERS = ("hand", "thumb", "index", "middle", "ring", "pinky")
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
    return {**found, "lips": found["head"][lips], "head": found["head"][~lips]}


def piece(figure: Figure, quads: Index) -> Mesh:
    """Some quads of the body as they are posed."""
    used, index = np.unique(quads, return_inverse=True)
    faces = split(index.reshape(-1, 4))
    return Mesh(figure.points[used], faces, figure.normals[used], grain(figure)[used])


def flesh(figure: Figure, *names: str, side: int | None = None) -> Mesh:
    """Parts of the body as one; `side` is 0 for the left one, 1 for the right one."""
    quads = np.concatenate([regions()[name] for name in names])
    if side is not None:
        quads = quads[(atlas().points[quads, 0].mean(1) > 0) == (side == 0)]
    return piece(figure, quads)


def hewn(figure: Figure, quads: Index) -> Mesh:
    """Some quads of the body, cut off evenly, as of stone."""
    return hemmed(figure.points, quads, grain(figure), figure.normals, 0.03, even=14)


def limbs(figure: Figure, region: str, start: float, end: float = 9.0, *, side: int | None = None
    ) -> Mesh | None:
    """The arms or legs from one share to another, which is 1 at elbow or knee; none if empty."""
    known = atlas()
    along = known.arm if region == "arm" else known.leg
    quads = regions()[region]
    middle = along[quads].mean(1)
    kept = (middle > start) & (middle < end)
    if side is not None:
        kept &= (known.points[quads, 0].mean(1) > 0) == (side == 0)
    quads = quads[kept]
    return piece(figure, quads) if len(quads) else None


def evened(normals: Array, weight: Array, front: Array) -> Array:
    """Normals drawn towards one, so that a form takes the light as nearly one plane."""
    mixed = normals * (1 - weight[:, None]) + weight[:, None] * front
    return np.asarray(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9))
