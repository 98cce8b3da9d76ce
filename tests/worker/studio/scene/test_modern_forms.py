import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.scene.model import Model, Request, make


def made(name: str, pose: str = "", seed: int = 1) -> Model:
    return make(name, Request(np.random.default_rng(seed), pose))


def top(model: Model, *parts: str) -> float:
    return max(float(p.mesh.bounds[1][1]) for p in model.parts if p.name in parts)


def test_one_lamp_of_a_traffic_light_is_lit() -> None:
    lit = set()
    for seed in range(8):
        shining = [p.name for p in made("traffic light", seed=seed).parts if p.glow]
        assert len(shining) == 1
        lit |= {*shining}
    assert lit == {"red", "green"}


@pytest.mark.parametrize("name", ["plastic bottle", "mobile phone", "surfboard"])
def test_what_lies_is_lower(name: str) -> None:
    standing, lying = (made(name, pose) for pose in ("upright", "lying"))
    assert lying.bounds[1][1] < 0.6 * standing.bounds[1][1]


@pytest.mark.parametrize("seed", range(3))
def test_the_label_stays_on_a_bottle_that_lies(seed: int) -> None:
    parts = {p.name: p.mesh.bounds for p in made("plastic bottle", "lying", seed).parts}
    for side, outwards in ((0, -1), (1, 1)):
        assert ((parts["body"][side] - parts["label"][side]) * outwards >= -0.001).all()


def test_minarets_rise_above_the_dome_of_a_mosque() -> None:
    mosque = made("mosque")
    assert top(mosque, "minarets") > top(mosque, "dome") > top(mosque, "walls")


def test_a_zebra_is_striped_in_black_and_white() -> None:
    body = next(p for p in made("zebra", "standing").parts if p.name == "body")
    assert (body.material, body.pattern, body.other) == ("white_fur", "zebra", "black")


def test_a_stop_sign_has_eight_sides_and_a_warning_three() -> None:
    for pose, corners in (("stop", 8), ("warning", 3)):
        plate = next(p.mesh.points for p in made("road sign", pose).parts if p.name == "plate")
        front = plate[np.isclose(plate[:, 2], plate[:, 2].max())]
        assert len(np.unique(front.round(6), axis=0)) == corners
