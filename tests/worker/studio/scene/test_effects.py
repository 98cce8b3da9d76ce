import numpy as np

from storage.archive.plan import Structure
from tests.worker.studio.studies import painter, plan
from worker.studio.scene.build import build
from worker.studio.scene.model import RIBBONS


def test_a_gesture_is_seen_in_the_picture() -> None:
    drawn = plan(3).model_copy(update={"structure": Structure(kind="gesture")})
    seen = build(drawn).render((96, 96)).object
    assert np.mean(seen >= RIBBONS) > 0.01
    without = build(plan(3).model_copy(update={"structure": None})).render((96, 96)).object
    assert not (without >= RIBBONS).any()


def test_a_sentence_about_a_gesture_is_measured() -> None:
    drawn = plan(3).model_copy(update={"structure": Structure(kind="gesture")})
    sheet = painter().prepare(drawn)
    said = next(s for s in sheet.statements if s.kind.startswith("structure"))
    assert said.holds and "sweeps" in said.measured
