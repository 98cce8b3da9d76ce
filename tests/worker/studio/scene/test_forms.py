import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.field.patterns import PATTERNS
from worker.studio.scene.colours import NATURAL
from worker.studio.scene.materials import MATERIALS
from worker.studio.scene.model import FORMS, Model, Request, make

ROLES = ("main", "second", "accent", "back", "ground", "dark")
WHERE = {"ground", "water", "air", "table", "wall", "sky", "rails"}


def made(name: str, pose: str, *attributes: str, seed: int = 1) -> Model:
    return make(name, Request(np.random.default_rng(seed), pose, frozenset(attributes)))


def assert_sound(model: Model) -> None:
    triangles = 0
    for part in model.parts:
        mesh = part.mesh
        assert np.isfinite(mesh.points).all(), part.name
        assert len(mesh.faces), part.name
        assert mesh.faces.min() >= 0, part.name
        assert mesh.faces.max() < mesh.size, part.name
        assert mesh.normals.shape == mesh.grain.shape == mesh.points.shape, part.name
        # A point that only triangles without an area have has no normal, and is never seen.
        length = np.linalg.norm(mesh.normals[np.unique(mesh.faces)], axis=1)
        assert np.allclose(length, 1, atol=1e-3), part.name
        assert np.isfinite(mesh.grain).all(), part.name
        assert part.material in MATERIALS or part.material in ROLES, part.material
        assert not part.other or part.other in MATERIALS or part.other in ROLES, part.other
        assert part.pattern in PATTERNS, part.pattern
        triangles += len(mesh.faces)
    assert triangles <= 140_000
    for name, point in model.anchors.items():
        assert np.isfinite(point).all(), name


@pytest.mark.parametrize("name", FORMS)
def test_every_form_can_be_made_in_every_pose(name: str) -> None:
    form = FORMS[name]
    assert form.poses
    assert form.where in WHERE
    for pose in form.poses:
        model = made(name, pose)
        assert_sound(model)
        low, high = model.bounds
        assert low[1] == pytest.approx(0, abs=1e-9)
        assert np.allclose((low + high)[[0, 2]], 0, atol=1e-9)
        if pose == form.poses[0]:
            assert form.height / 3 < high[1] < 3.3 * form.height, (pose, high[1])
    if form.attributes:
        assert_sound(made(name, form.poses[0], *form.attributes))


@pytest.mark.parametrize("name", ["person", "lion", "sheep", "bird", "tree", "jug", "church"])
def test_the_seed_decides_a_form(name: str) -> None:
    pose = FORMS[name].poses[0]
    first, again = made(name, pose), made(name, pose)
    assert all(np.array_equal(a.mesh.points, b.mesh.points)
               for a, b in zip(first.parts, again.parts, strict=True))  # fmt: skip


def test_natural_colours_are_materials_of_families_that_exist() -> None:
    families = {form.family for form in FORMS.values()}
    assert set(NATURAL) <= families
    assert all(set(names) <= set(MATERIALS) for names in NATURAL.values())


def test_unknown_forms_are_refused() -> None:
    with pytest.raises(KeyError):
        make("no such thing", Request(np.random.default_rng(1)))


@pytest.mark.parametrize(
    ("name", "pose"),
    [("dead tree", "stump"), ("dead tree", "standing"), ("haystack", "domed"),
     ("wheat", "sheaf"), ("iceberg", "peaked"), ("root", "spreading"), ("mushroom", "group")],
)  # fmt: skip
def test_what_has_one_colour_in_life_does_not_take_that_of_leaves_or_stone(
    name: str, pose: str
) -> None:
    assert "main" not in {part.material for part in made(name, pose).parts}


def test_a_frame_holds_a_picture_of_several_colours() -> None:
    model = made("picture frame", "standing")
    frame = {"frame", "corners", "picture"}
    painted = [part for part in model.parts if part.name not in frame]
    assert len({part.material for part in painted}) >= 4
    low, high = next(p.mesh.bounds for p in model.parts if p.name == "picture")
    for part in painted:
        inside = (part.mesh.points >= low - 0.02) & (part.mesh.points <= high + 0.02)
        assert inside[:, :2].all(), part.name


SITTERS = [f.name for f in FORMS.values() if f.family == "people" and "sitting" in f.poses]


@pytest.mark.parametrize("name", SITTERS)
def test_nobody_sits_on_air(name: str) -> None:
    held = {"seat", "rock", "strings"} & {part.name for part in made(name, "sitting").parts}
    assert held or name == "baby"
