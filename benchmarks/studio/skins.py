"""Make the animals' skins for `worker/studio/scene/forms/` from the dog and the rat of dm_control.

    pip download dm_control==1.0.50 --no-deps && pip install fast-simplification
    python -m benchmarks.studio.skins dm_control-1.0.50-py3-none-any.whl

The meshes are Apache-2.0, copyright The dm_control Authors. Their triangles are thinned out, their
bones are grouped into those that a pose moves, and the axes are the studio's: x is forwards, y up.
"""

from __future__ import annotations

import argparse
import struct
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from worker.studio.scene.mesh import Array, Faces

FOLDER = Path(__file__).parents[2] / "worker" / "studio" / "scene" / "forms"
SKINS = {
    "dog": ("dm_control/suite/dog_assets/dog_skin.skn", 12000),
    "rat": ("dm_control/locomotion/walkers/assets/rodent_walker_skin.skn", 5000),
}
LIMBS = {"upper_arm": "arm0", "lower_arm": "arm1", "hand": "arm2", "finger": "arm3",
    "upper_leg": "leg0", "lower_leg": "leg1", "foot": "leg2", "toe": "leg3"}  # fmt: skip
_NECK = ("C_7 C_6 C_5", "C_4 C_3", "C_2 C_1")
_RAT_NECK = ("cervical_5 cervical_4", "cervical_3 cervical_2", "cervical_1 axis atlant")
HEADS = {"dog": ((0.279, 0.695), (0.306, 0.686)), "rat": ((0.092, 0.092), (0.103, 0.078))}
"""Where skull and jaw turn: x and height."""


def group(name: str) -> str:
    """The bone of ours that a bone of theirs moves with."""
    for theirs, ours in LIMBS.items():
        if name[:-2] == theirs:
            return ours + name[-1]
    for rows in (_NECK, _RAT_NECK):
        for i, row in enumerate(rows):
            if name.removeprefix("vertebra_") in row.split():
                return f"neck{i}"
    for prefix in ("Ca_", "vertebra_C"):
        tail = name.removeprefix(prefix)
        if tail != name and tail.isdigit():
            return "tail"
    return name if name in ("skull", "jaw") else "trunk"


def bones(raw: bytes, at: int, count: int) -> Iterator[tuple[str, Array, Faces, Array]]:
    """Name, place, vertices and their weights of each bone of a MuJoCo skin."""
    for _ in range(count):
        name = raw[at : at + 40].split(b"\0")[0].decode()
        place = np.frombuffer(raw, "f4", 3, at + 40)
        (n,) = struct.unpack_from("i", raw, at + 68)
        yield (name, place, np.frombuffer(raw, "i4", n, at + 72),
            np.frombuffer(raw, "f4", n, at + 72 + 4 * n))  # fmt: skip
        at += 72 + 8 * n


def skin(raw: bytes, head: tuple[tuple[float, float], ...], triangles: int) -> dict[str, Array]:
    """Points, faces, joints and weights of a skin, thinned out."""
    vertices, texels, faces, count = struct.unpack_from("4i", raw)
    at = 16 + 12 * vertices + 8 * texels
    places = np.frombuffer(raw, "f4", 3 * vertices, 16).reshape(-1, 3)
    joints: dict[str, Array] = {}
    weights: dict[str, Array] = {}
    for name, place, index, weight in bones(raw, at + 12 * faces, count):
        ours = group(name)
        joints.setdefault(ours, place)
        np.add.at(weights.setdefault(ours, np.zeros(vertices)), index, weight)
    for name, (x, y) in zip(("skull", "jaw"), head, strict=True):
        joints[name] = np.array([x, 0, y])
    welded, number = np.unique(places.round(6), axis=0, return_inverse=True)
    corners = number.ravel()[np.frombuffer(raw, "i4", 3 * faces, at).reshape(-1, 3)]
    simplify = import_module("fast_simplification").simplify
    thin, kept = simplify(welded.astype("f4"), corners.astype("i4"), target_count=triangles, agg=3)
    names = sorted(weights)
    table = np.stack([weights[name] for name in names], 1)[cKDTree(places).query(thin)[1]]
    table /= table.sum(1, keepdims=True)
    return {
        "points": _turned(thin).astype(np.float16),
        "faces": kept.astype(np.uint16),
        "weights": np.rint(table * 255).astype(np.uint8),
        "names": np.array(names),
        "joints": _turned(np.stack([joints[name] for name in names])).astype(np.float32),
    }


def _turned(points: Array) -> Array:
    return np.stack([points[:, 0], points[:, 2], -points[:, 1]], 1)


def main() -> None:
    """Write the skins."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    with zipfile.ZipFile(parser.parse_args().wheel) as wheel:
        for name, (path, triangles) in SKINS.items():
            made = skin(wheel.read(path), HEADS[name], triangles)
            np.savez_compressed(FOLDER / f"{name}.npz", **made)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
