"""Settings by the water: beach, river bank, sea, lake and harbour."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.mesh import Array, box
from worker.studio.scene.model import Part
from worker.studio.scene.settings.kinds import (
    Ground,
    Need,
    open_water,
    plane,
    ridge,
    setting,
    tessellated,
)


@setting(
    "beach",
    "a beach",
    "sand",
    scenery=("rowing boat", "boulders", "sailing boat", "lighthouse"),
    takes=("ground", "table", "air", "sky"),
)
def beach(need: Need) -> Ground:
    """Sand, then the sea to the horizon."""
    edge = -need.far * 0.55

    def height(x: Array, z: Array) -> Array:
        return np.asarray(np.clip((z - edge) / need.unit * 0.03, -1.0, 0.0) * need.unit)

    mesh = plane(need, rough=0.0)
    points = mesh.points.copy()
    points[:, 1] += height(points[:, 0], points[:, 2])
    sand = Part("sand", mesh.bent(lambda p: points), "sand", "mottle", repeat=2 / need.unit)
    return Ground([sand, open_water(need, level=-0.004 * need.unit)], height)


@setting(
    "riverbank",
    "the bank of a river",
    "grass",
    scenery=("willow", "tree", "cottage", "reeds", "bridge"),
)
def riverbank(need: Need) -> Ground:
    """Grass that slopes to still water; a wooded shore on the other side."""
    edge = -need.far * 0.4

    def height(x: Array, z: Array) -> Array:
        away = np.clip((edge - z) / need.unit, 0.0, None)
        return np.asarray(-np.minimum(away * 0.16, 1.2) * need.unit)

    mesh = plane(need, rough=0.0)
    points = mesh.points.copy()
    points[:, 1] += height(points[:, 0], points[:, 2])
    bank = Part("grass", mesh.bent(lambda p: points), "grass", "mottle", repeat=3 / need.unit)
    shore = ridge(need, need.far * 2.2, need.far * 0.3, "leaf", name="hills")
    return Ground([bank, open_water(need, level=-0.03 * need.unit), shore], height)


@setting(
    "sea",
    "the open sea",
    "water",
    scenery=("cliff", "island", "lighthouse", "sailing boat"),
    takes=("water", "air", "sky"),
)
def sea(need: Need) -> Ground:
    """Water to the horizon."""
    return Ground([open_water(need, rough=0.05)])


@setting(
    "lake",
    "a still lake",
    "water",
    scenery=("tree", "pine", "cottage", "boulders"),
    takes=("water", "air", "sky"),
)
def lake(need: Need) -> Ground:
    """Still water that mirrors a wooded shore."""
    shore = ridge(need, need.far * 1.6, need.far * 0.35, "leaf", name="shore")
    return Ground(
        [
            open_water(need),
            shore,
            ridge(need, need.far * 5, need.far * 1.4, "slate", name="hills", jag=1.3),
        ],
    )


@setting(
    "harbour",
    "a harbour",
    "quay",
    scenery=("sailing ship", "fishing boat", "lighthouse", "crane"),
    takes=("ground", "table", "air", "sky"),
)
def harbour(need: Need) -> Ground:
    """A stone quay before water."""
    width = need.far * 3
    back = -need.far * 0.45
    quay = box(width, 0.6 * need.unit, need.near + 3 * need.unit - back)
    quay = quay.moved(0, -0.6 * need.unit, (need.near + 3 * need.unit + back) / 2)
    stones = Part("quay", tessellated(quay, need), "stone", "tiles", repeat=1.6 / need.unit)
    return Ground([stones, open_water(need, level=-0.45 * need.unit)])
