"""The body's shape: a mesh that targets move to an age, a build and a face.

`figure.npz` is MakeHuman's base mesh, rig and targets (CC0), packed by
`benchmarks/studio/figure.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from worker.studio.scene.mesh import Array

_FILE = Path(__file__).with_name("figure.npz")
BABY, CHILD, ADULT, OLD = 0.0, 1.0, 2.0, 3.0
_AGES = ("baby", "child", "young", "old")
Index = NDArray[np.intp]
_HEAD = 0.08
"""How much larger heads are than on the mesh: an adult is eight of them tall, not nine."""


@dataclass(frozen=True)
class Build:
    """A body: `height` in metres, and what else is known of it.

    `age` runs from BABY to OLD. `girth` 1 is usual. `features` are targets of `figure.npz`, such as
    "smile" or "nose long", each with its share.
    """

    height: float = 1.75
    girth: float = 1.0
    woman: bool = False
    age: float = ADULT
    features: tuple[tuple[str, float], ...] = ()

    @property
    def scale(self) -> float:
        """Against the adult that poses and clothes are drawn for."""
        return self.height / 1.75


@dataclass(frozen=True, eq=False)
class Atlas:
    """The mesh before any target, in decimetres, and what is known of its vertices.

    The last rows of `points` are the joints. `arm` and `leg` say how far down the limb a vertex is:
    0 at its root, 1 at the elbow or knee, 2 at the wrist or ankle, -1 elsewhere.
    """

    points: Array
    moves: dict[str, NDArray[np.float32]]
    quads: dict[str, Index]
    bones: tuple[str, ...]
    parents: tuple[int, ...]
    joints: dict[str, int]
    weights: NDArray[np.float32]
    lips: Array
    arm: Array
    leg: Array

    @cached_property
    def skin(self) -> Index:
        """The vertices of the skin."""
        return np.unique(self.quads["skin"])

    @cached_property
    def tights(self) -> Index:
        """The vertices that cloth is cut from."""
        return np.unique(self.quads["tights"])

    def share(self, *bones: str) -> Array:
        """How much of each vertex's weight is on bones whose names begin so."""
        chosen = [name.startswith(bones) for name in self.bones]
        return np.asarray(self.weights[:, chosen].sum(1), dtype=np.float64)

    @cached_property
    def head(self) -> Index:
        """The vertices of the skin that turn with the head."""
        return self.skin[self.share("head")[self.skin] > 0.5]


def _undone(differences: NDArray[np.int16]) -> NDArray[np.float32]:
    whole = np.cumsum(differences, axis=-2, dtype=np.int32)
    return (whole / 1000).astype(np.float32)


@cache
def atlas() -> Atlas:
    """The mesh as it is stored."""
    with np.load(_FILE) as file:
        points = _undone(file["points"]).astype(np.float64)
        half, twin = file["half"].astype(int), file["twin"].astype(int)
        moves = {}
        for name, move in zip(file["names"].tolist(), _undone(file["moves"]), strict=True):
            whole = np.zeros(points.shape, np.float32)
            whole[twin[half]] = move * np.array((-1, 1, 1), np.float32)
            whole[half] = move
            moves[name] = whole
        quads = {key[6:]: file[key].astype(int) for key in file.files if key.startswith("quads_")}
        bones, parents = file["bones"].tolist(), file["parents"].tolist()
        count = len(file["top"])
        joints = {name: count + k for k, name in enumerate(file["joints"].tolist())}
        weights = np.zeros((len(points), len(bones)), np.float32)
        # Shares are whole numbers: their sums are made equal, else a hand held high is torn.
        share = file["share"] / np.maximum(file["share"].sum(1, keepdims=True, dtype=float), 1)
        np.put_along_axis(weights[:count], file["top"].astype(int), share, 1)
        for name in ("l-eye", "r-eye", "jaw"):
            weights[joints[name], bones.index("head")] = 1
        lips = np.zeros(len(points))
        lips[:count] = file["lips"] / file["lips"].max()
    arm, leg = (
        _along(points, joints, weights, bones, limb)
        for limb in (("upperarm", "lowerarm", "hand"), ("thigh", "calf", "foot"))
    )
    weights, more = _twisting(weights, bones, arm, leg)
    after = [bones.index(name) if name else -1 for name in parents]
    return Atlas(
        points, moves, quads, (*bones, *more), tuple(after), joints, weights, lips, arm, leg
    )


def _along(
    points: Array,
    joints: dict[str, int],
    weights: NDArray[np.float32],
    bones: Sequence[str],
    limb: Sequence[str],
) -> Array:
    """How far along a limb of two bones each vertex is."""
    found = np.full(len(points), -1.0)
    for side in ("l", "r"):
        a, b, c = (points[joints[f"{name}_{side}"]] for name in limb)
        owned = [name.endswith(f"_{side}") and name[:-2] not in _TRUNK for name in bones]
        mine = weights[:, owned].sum(1) > 0.5
        mine &= weights[:, [bones.index(f"{name}_{side}") for name in limb]].sum(1) > 0.3
        upper, lower = (
            ((points - p) @ (q - p)) / float((q - p) @ (q - p)) for p, q in ((a, b), (b, c))
        )
        value = np.where(lower > 0, 1 + lower, np.minimum(upper, 1.0))
        found[mine] = np.maximum(value[mine], 0.0)
        beyond = [bones.index(f"{name}_{side}") for name in (limb[2], "ball")]
        end = weights[:, beyond if limb[2] == "foot" else beyond[:1]].sum(1) > 0.5
        found[end] = np.maximum(found[end], 2.05)
    return found


_TRUNK = ("clavicle",)
TWISTED = ("upperarm", "thigh", "lowerarm")


def _twisting(
    weights: NDArray[np.float32], bones: Sequence[str], arm: Array, leg: Array
) -> tuple[NDArray[np.float32], list[str]]:
    """Halves of the limbs' bones, so that a turn about the bone spreads along it.

    The first half of an upper arm or thigh stays with the trunk, the last half of a forearm with
    the hand.
    """
    more, columns = [], []
    for name in TWISTED:
        along = np.clip(leg if name == "thigh" else arm - (name == "lowerarm"), 0, 1)
        share = along if name == "lowerarm" else 1 - along
        for side in ("l", "r"):
            column = bones.index(f"{name}_{side}")
            part = weights[:, column] * share
            weights[:, column] -= part
            columns.append(part)
            more.append(f"{name}_half_{side}")
    return np.column_stack([weights, *columns]).astype(np.float32), more


def _shares(build: Build) -> dict[str, float]:
    """The targets that make a build."""
    word = "woman" if build.woman else "man"
    low = min(int(build.age), 2)
    shares: dict[str, float] = {}
    for age, share in ((low, 1 - (build.age - low)), (low + 1, build.age - low)):
        name = "baby" if age == 0 else f"{_AGES[age]} {word}"
        if share > 0:
            shares[name] = shares.get(name, 0.0) + share
    grown = min(build.age / 2, 1.0)
    stout = np.clip((build.girth - 1) * 3, -1, 1)
    shares["lean" if stout < 0 else f"stout {word}"] = grown * abs(float(stout))
    for feature, share in build.features:
        shares[feature] = shares.get(feature, 0.0) + share
    return shares


@lru_cache(maxsize=32)
def rest(build: Build) -> Array:
    """Vertices and joints in metres, the soles on y = 0."""
    known = atlas()
    points = known.points.copy()
    for name, share in _shares(build).items():
        if share:
            points += share * known.moves[name]
    points += _HEAD * known.share("head")[:, None] * (points - points[known.joints["head"]])
    low, high = points[known.skin, 1].min(), points[known.skin, 1].max()
    return np.asarray((points - (0, low, 0)) * (build.height / (high - low)))


@dataclass(frozen=True)
class Space:
    """Where a head is on the body at rest, in metres, and how wide and deep it is in its units."""

    middle: Array
    size: float
    wide: float
    deep: float

    def inside(self, points: Array) -> Array:
        """Points of the body at rest in units of the head."""
        return np.asarray((points - self.middle) / self.size)


@lru_cache(maxsize=32)
def space(build: Build) -> Space:
    """The head of a body."""
    known, at = atlas(), rest(build)
    chin, crown = at[known.joints["jaw"], 1], at[known.skin, 1].max()
    size = float(crown - chin)
    points = at[known.head]
    brow = points[np.abs(points[:, 1] - (chin + 0.66 * size)) < 0.06 * size]
    low, high = brow.min(0), brow.max(0)
    deep = float(high[2] - low[2]) / size
    middle = np.array([0.0, chin + size / 2, (low[2] + high[2]) / 2 + 0.07 * size])
    return Space(middle, size, float(high[0] - low[0]) / size / 0.66, deep / 0.83)


class Pins:
    """Places on a surface, given where it is at `points`, which move with any shape and pose."""

    def __init__(self, points: Array, at: Array, *, flat: bool = False, near: int = 5) -> None:
        """`flat` seeks in x and y only."""
        reach = 2 if flat else 3
        distance, self.index = cKDTree(points[:, :reach]).query(at[:, :reach], near)
        weight = 1 / (distance**2 + 1e-4)
        self.weight = weight / weight.sum(1, keepdims=True)

    def on(self, values: Array) -> Array:
        """The values of the surface's points, such as their new places, at the pins."""
        return np.asarray(np.einsum("nk,nkd->nd", self.weight, values[self.index]))
