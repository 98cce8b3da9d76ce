"""Animals are built as animals are: legs, wings, heads and waists where they belong."""

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import label

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from tests.worker.studio.solids import scattered
from worker.studio.scene.forms.pelts import RESTS, template
from worker.studio.scene.mesh import Array, merge
from worker.studio.scene.model import FORMS, Model, Request, make

FOUR_LEGGED = [
    name for name, form in FORMS.items() if form.family == "quadruped" and "standing" in form.poses
]
ON_FOUR_FEET = [name for name in FOUR_LEGGED if name not in ("rabbit", "mouse")]
"""The others rest on more than their toes, or rear."""
HEADED = [(name, pose) for name in FOUR_LEGGED for pose in FORMS[name].poses]
WINGED = ("bird", "eagle", "heron", "parrot")


@cache
def made(name: str, pose: str, *attributes: str) -> Model:
    return make(name, Request(np.random.default_rng(3), pose, frozenset(attributes)))


def every_point(model: Model) -> Array:
    return np.concatenate([part.mesh.points for part in model.parts])


def part(model: Model, name: str) -> Array:
    (found,) = (part.mesh.points for part in model.parts if part.name == name)
    return found


@pytest.mark.parametrize("name", ON_FOUR_FEET)
def test_four_feet_are_on_the_ground(name: str) -> None:
    points = scattered(merge(part.mesh for part in made(name, "standing").parts), 40_000)
    tall = float(points[:, 1].max())
    sole = points[points[:, 1] < 0.03 * tall][:, [0, 2]]
    cell = 0.025 * tall
    index = np.floor((sole - sole.min(0)) / cell).astype(int)
    seen = np.zeros(index.max(0) + 1, dtype=bool)
    seen[tuple(index.T)] = True
    assert label(seen, np.ones((3, 3)))[1] == 4


@pytest.mark.parametrize(("name", "pose"), HEADED)
def test_the_head_is_at_the_front(name: str, pose: str) -> None:
    model = made(name, pose)
    points = every_point(model)
    eyes = part(model, "eyes")
    assert (points[:, 0] < eyes[:, 0].mean()).mean() > 0.6, "most of it is behind its eyes"


@pytest.mark.parametrize("pose", ["sitting", "walking", "arched"])
def test_a_cat_turns_its_face_away_and_shows_both_ears(pose: str) -> None:
    """A small face is blots in two tones; ears and back are a cat from any side."""
    model = made("cat", pose)
    eyes, head = part(model, "eyes"), part(model, "head")
    assert eyes[:, 2].mean() < head[:, 2].mean()
    one, other = np.array_split(part(model, "ears"), 2)
    assert min(one[:, 1].max(), other[:, 1].max()) > head[:, 1].max()
    assert abs(one[:, 0].mean() - other[:, 0].mean()) > 0.2 * np.ptp(head[:, 0])


@pytest.mark.parametrize("kind", ["hound", "wolf"])
def test_the_chest_is_deeper_than_the_waist(kind: str) -> None:
    model = made("dog", "standing", kind)
    body = next(one.mesh for one in model.parts if one.name == "body").turned(y=10)
    skin = scattered(body, 9000)
    tall = float(skin[:, 1].max())
    hind, fore = np.percentile(skin[skin[:, 1] < 0.3 * tall, 0], (2, 98))
    middle = skin[np.abs(skin[:, 2] - np.median(skin[:, 2])) < 0.05 * tall]

    def depth(share: float) -> float:
        away = np.abs(middle[:, 0] - hind - share * (fore - hind))
        return float(np.ptp(middle[away < 0.03 * (fore - hind), 1]))

    assert depth(0.78) > 1.1 * depth(0.52)


@pytest.mark.parametrize("name", WINGED)
def test_both_wings_reach_as_far_from_head_and_tail(name: str) -> None:
    model = made(name, "flying")
    wings = part(model, "wings")
    one, other = np.array_split(wings, 2)
    for end in (part(model, "eyes").mean(0), part(model, "tail").mean(0)):
        reach = [float(np.linalg.norm(wing - end, axis=1).max()) for wing in (one, other)]
        assert reach[0] == pytest.approx(reach[1], rel=0.01)
    span = np.linalg.norm(one[:, None][::40] - other[None, ::40], axis=2).max()
    length = np.linalg.norm(part(model, "bill").mean(0) - part(model, "tail").mean(0))
    assert span > 1.1 * length


@pytest.mark.parametrize("name", RESTS)
def test_a_skin_at_rest_is_the_animal_that_was_modelled(name: str) -> None:
    skin = template(RESTS[name])
    ways = dict.fromkeys(skin.weights, np.array([1.0, 0.0, 0.0]))
    same = skin.moved(dict.fromkeys(skin.weights, skin.points), ways)
    assert np.allclose(same.points, skin.points)
    assert np.allclose(np.sum(list(skin.weights.values()), 0), 1)
