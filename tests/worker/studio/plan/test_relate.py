import numpy as np
import pytest

from storage.archive.plan import Plan
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Depiction, Dictionary
from worker.studio.plan.draw import draw_plan
from worker.studio.plan.relate import STAFFAGE, draw_surreal, relations_of
from worker.studio.scene.relations import COLOSSAL, SURREAL
from worker.studio.scene.settings import SETTINGS

CANDLE, MAN, BUTTERFLY, COIN = (
    Depiction(word, form=form, pose=pose)
    for word, form, pose in (
        ("candle", "candle", ""), ("man", "person", "standing"),
        ("butterfly", "butterfly", ""), ("leash", "rope", ""),
    )
)  # fmt: skip


def kinds(*rows: Depiction) -> set[str]:
    drawn = (draw_surreal(rows, np.random.default_rng(seed)) for seed in range(40))
    return {f"{one.subject.concept} {one.kind} {one.object.concept}" for one in drawn if one}


def test_a_thing_may_be_a_giant_over_a_man_or_his_head() -> None:
    either = {
        "candle towers over man", "candle hovers over man", "man lacks its head for candle",
    }  # fmt: skip
    assert kinds(CANDLE, MAN) == either
    assert kinds(MAN, CANDLE) == either


def test_what_is_flat_thin_or_flying_meets_nothing() -> None:
    assert not kinds(CANDLE, BUTTERFLY)
    assert not kinds(COIN, CANDLE)


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    read = Dictionary(None).read
    demands = (Demand((word,), seed) for word in ("candle", "guitar") for seed in range(6))
    return [draw_plan(demand, read) for demand in demands]


def test_where_the_pool_has_nothing_staffage_is_met_and_is_no_concept_of_the_work(
    plans: list[Plan],
) -> None:
    met = [plan for plan in plans if any(r.kind in SURREAL for r in plan.relations)]
    assert len(met) >= 3
    for plan in met:
        extra = [actor for actor in plan.actors if actor.staffage]
        assert len(extra) == 1
        assert extra[0].concept in STAFFAGE
        assert extra[0].concept not in plan.shown
    assert all({"candle", "guitar"} & plan.shown for plan in plans)


def test_a_giant_is_in_the_open(plans: list[Plan]) -> None:
    for plan in plans:
        if any(r.kind in COLOSSAL for r in plan.relations):
            assert SETTINGS[plan.setting.kind].is_open


def test_a_composer_may_choose_a_giant_where_there_is_room() -> None:
    assert relations_of("candle", "", "person", "desert") == {"towers over", "hovers over"}
    assert not relations_of("candle", "", "person", "room")
    assert "lacks its head for" in relations_of("person", "standing", "candle", "room")
