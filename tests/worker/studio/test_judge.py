from dataclasses import replace

import numpy as np
import pytest

from tests.worker.studio.studies import measured, painter
from worker.studio.check import Rendered
from worker.studio.judge import composition
from worker.studio.marks import TECHNIQUES
from worker.studio.painter import _CANDIDATES
from worker.studio.plan.choices import NO_CHOICES, Demand
from worker.studio.plan.depiction import Dictionary
from worker.studio.plan.draw import draw_plan


def changed(picture: Rendered, colour: np.ndarray, objects: np.ndarray) -> Rendered:
    buffers = replace(picture.target.buffers, object=objects)
    return replace(picture, target=replace(picture.target, colour=colour, buffers=buffers))


def disc(x: float, y: float, radius: float, *, dark: float = 0.1, light: float = 0.8) -> Rendered:
    """A study whose one actor is a disc, its place and radius as shares of the picture."""
    study = measured(3)
    rows, columns = np.mgrid[0:256, 0:256] / 256
    inside = np.hypot(rows - y, columns - x) < radius
    fall = 0.12 * (rows - 0.5)[..., None]
    colour = np.where(inside[..., None], dark, light + fall) * np.ones(3)
    objects = np.where(inside, 0, -1).astype(np.int32)
    one = study.plan.model_copy(
        update={"actors": study.plan.actors[:1], "relations": (), "structure": None}
    )
    return replace(changed(study, colour.astype(np.float32), objects), plan=one)


def test_a_large_subject_is_better_than_a_small_one() -> None:
    assert composition(disc(0.5, 0.5, 0.36)) > composition(disc(0.5, 0.5, 0.12)) + 1


def test_an_outline_that_stands_out_is_better_than_one_that_does_not() -> None:
    clear, faint = disc(0.5, 0.5, 0.36), disc(0.5, 0.5, 0.36, dark=0.7)
    assert composition(clear) > composition(faint) + 0.5


def test_an_actor_with_light_and_shade_is_better_than_one_of_one_tone() -> None:
    flat = disc(0.5, 0.5, 0.36)
    colour = flat.target.colour.copy()
    colour[:, :128][colour[:, :128] == np.float32(0.1)] = 0.02
    shaded = replace(flat, target=replace(flat.target, colour=colour))
    assert composition(shaded) > composition(flat) + 0.3


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.3), (0.3, 0.5), (0.7, 0.5)])
def test_what_the_frame_cuts_is_worse(x: float, y: float) -> None:
    assert composition(disc(x, y, 0.36)) < composition(disc(0.5, 0.5, 0.36)) - 0.4


def test_nothing_is_worst() -> None:
    assert composition(disc(0.5, 0.5, 0.0)) < composition(disc(0.5, 0.5, 0.12))


def test_the_plan_that_is_kept_is_the_best_of_those_drawn() -> None:
    # With this seed one of the first plans is fair, so that no others are drawn.
    made = painter()
    techniques = [(name, technique.words) for name, technique in TECHNIQUES.items()]
    demands = [Demand(["fox"], 6, attempt=n, techniques=techniques) for n in range(_CANDIDATES)]
    scores = [made._score(draw_plan(demand, Dictionary().read), NO_CHOICES) for demand in demands]
    assert made._score(made.plan(["fox"], seed=6), NO_CHOICES) == max(scores) > min(scores)


def test_pale_on_pale_is_refused() -> None:
    assert composition(disc(0.5, 0.5, 0.36, dark=0.74)) < composition(disc(0.5, 0.5, 0.36)) - 3


def test_a_picture_that_is_nearly_all_pale_is_worse_than_one_with_three_values() -> None:
    pale = disc(0.5, 0.5, 0.3, dark=0.45, light=0.85)
    colour = pale.target.colour.copy()
    colour[190:][pale.target.buffers.object[190:] < 0] = 0.1
    grounded = replace(pale, target=replace(pale.target, colour=colour))
    assert composition(grounded) > composition(pale) + 1
