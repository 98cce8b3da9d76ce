"""Bodies hang together and stand on their feet, whatever their pose."""

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import label

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.scene.body.flesh import evened
from worker.studio.scene.mesh import Array, Mesh
from worker.studio.scene.model import FORMS, Model, Request, make

FAMILIES = ("people", "quadruped", "small animal", "bird", "body")
MANY = ("flock", "crowd", "group")
BODIES = [
    (name, pose)
    for name, form in FORMS.items()
    if form.family in FAMILIES and name not in MANY
    for pose in form.poses
]
GROUNDED = ("standing", "walking", "grazing", "sitting", "arched", "arms folded",
            "hands on hips", "pointing", "waving", "bowing", "reading")  # fmt: skip
UPRIGHT = (("rabbit", "standing"), ("mouse", "sitting"), ("puppet", "standing"),
           ("rider", "standing"), ("rider", "walking"))  # fmt: skip
"""Bodies not all of whose feet are on the ground."""
AIRY = {"birds", "crown", "debris", "foam", "leaves", "liquid", "smoke", "sparks", "text",
        "windows"}  # fmt: skip
"""Parts that fly, fall, float on air, or lie behind a wall or on a page."""
STANDING = [body for body in BODIES if body[1] in GROUNDED and body not in UPRIGHT]


@cache
def made(name: str, pose: str, *attributes: str) -> Model:
    return make(name, Request(np.random.default_rng(3), pose, frozenset(attributes)))


def cloud(mesh: Mesh, step: float) -> Array:
    """Points on the mesh, nowhere farther apart than `step`."""
    corners = mesh.points[mesh.faces]
    found = [mesh.points]
    while len(corners):
        sides = np.linalg.norm(corners - np.roll(corners, -1, 1), axis=2)
        long = sides.max(1) > step
        corners, sides = corners[long], sides[long]
        turn = (np.arange(3) + sides.argmax(1)[:, None]) % 3
        a, b, c = np.moveaxis(np.take_along_axis(corners, turn[..., None], 1), 1, 0)
        middle = (a + b) / 2
        found.append(middle)
        corners = np.concatenate([np.stack([a, middle, c], 1), np.stack([middle, b, c], 1)])
    return np.concatenate(found)


def loose(model: Model, share: float, *, grounded: bool) -> set[str]:
    """Names of parts with a piece that touches nothing else, nor the ground if `grounded`.

    Pieces are cells of a grid that touch, each `share` of the model's size wide.
    """
    low, high = model.bounds
    cell = share * float(np.linalg.norm(high - low))
    index = [np.floor((cloud(part.mesh, cell) - low) / cell).astype(int) for part in model.parts]
    grid = np.zeros(np.max([cells.max(0) for cells in index], 0) + 1, dtype=bool)
    for cells in index:
        grid[tuple(cells.T)] = True
    pieces, _ = label(grid, np.ones((3, 3, 3)))
    held = {int(np.bincount(pieces[grid]).argmax())}
    if grounded:
        held |= set(pieces[:, :2].ravel().tolist())
    return {part.name for part, cells in zip(model.parts, index, strict=True)
            if set(pieces[tuple(cells.T)].tolist()) - held}  # fmt: skip


def feet_of(model: Model) -> list[float]:
    """Heights of the undersides of the feet, as shares of the height of the whole."""
    tall = float(model.bounds[1][1])
    found = []
    for part in model.parts:
        if part.name == "shoe":
            found.append(float(part.mesh.points[:, 1].min()) / tall)
        elif part.name == "feet":
            quarters = np.array_split(part.mesh.points, 4)  # one foot after the other, all alike
            found += [float(points[:, 1].min()) / tall for points in quarters]
    return found


@pytest.mark.parametrize(("name", "pose"), BODIES)
def test_no_part_of_a_body_floats(name: str, pose: str) -> None:
    assert not loose(made(name, pose), 0.018, grounded=False)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.family != "sky"])
def test_what_touches_nothing_stands_on_the_ground(name: str) -> None:
    for pose in FORMS[name].poses:
        if (name, pose) not in BODIES:
            assert loose(made(name, pose), 0.014, grounded=True) <= AIRY, pose


@pytest.mark.parametrize(("name", "pose"), STANDING)
def test_whoever_stands_stands_on_the_feet(name: str, pose: str) -> None:
    feet = feet_of(made(name, pose))
    # A heel is lifted in walking, and a seat sinks in a little.
    limit = {"standing": 0.02, "sitting": 0.06}.get(pose, 0.04)
    assert all(0 <= foot < limit for foot in feet), feet


FOUR_LEGGED = [
    (name, pose)
    for name, pose in BODIES
    if FORMS[name].family == "quadruped"
    and pose in ("standing", "walking", "grazing", "arched")
    and (name, pose) not in (("rabbit", "standing"), ("monkey", "walking"))
]


@pytest.mark.parametrize(("name", "pose"), FOUR_LEGGED)
def test_four_legs_are_apart_above_the_feet(name: str, pose: str) -> None:
    model = made(name, pose)
    low, high = model.bounds
    cell = 0.02 * float(np.linalg.norm(high - low))
    points = np.concatenate([cloud(part.mesh, cell) for part in model.parts])
    share = points[:, 1] / high[1]
    cut = np.floor((points[(share > 0.05) & (share < 0.14)] - low) / cell).astype(int)[:, [0, 2]]
    grid = np.zeros(cut.max(0) + 1, dtype=bool)
    grid[tuple(cut.T)] = True
    assert label(grid, np.ones((3, 3)))[1] >= 4


@pytest.mark.parametrize("name", ["coat", "shirt", "trousers", "dress", "cloak"])
def test_clothes_are_no_wider_than_their_wearer_reaches(name: str) -> None:
    low, high = made(name, FORMS[name].poses[0]).bounds
    assert high[0] - low[0] < 1.7


def test_a_face_takes_the_light_as_one_plane() -> None:
    """Its light differs less between its halves, lit from the side, than the skull's own."""
    (head,) = (part for part in made("person", "standing", "man").parts if part.name == "head")
    assert head.open
    bare = head.mesh.normals
    even = evened(bare, np.full(len(bare), 0.45), np.array([0.0, 0.0, 1.0]))
    assert np.ptp(even[:, 0]) < np.ptp(bare[:, 0])
    assert (even[:, 2] > bare[:, 2] - 1e-9).all()
    assert np.allclose(np.linalg.norm(even, axis=1), 1)
