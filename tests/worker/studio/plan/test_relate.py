from dataclasses import replace

import numpy as np
import pytest

from storage.archive.plan import Actor, Plan, Relation, Setting
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Depiction, Dictionary
from worker.studio.plan.draw import draw_plan
from worker.studio.plan.relate import _possible, relations_of, tied
from worker.studio.plan.suit import SUITS, choose_technique
from worker.studio.plan.surreal import HEADS, STAFFAGE, draw_surreal, takes_any_head
from worker.studio.scene.arrange import arrange, make_actor
from worker.studio.scene.layout import Seen, look
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL, SURREAL, size_of
from worker.studio.scene.settings import SETTINGS

CANDLE, MAN, BUTTERFLY, COIN, BARREL = (
    Depiction(word, form=form, pose=pose)
    for word, form, pose in (
        ("candle", "candle", ""), ("man", "person", "standing"),
        ("butterfly", "butterfly", ""), ("leash", "rope", ""), ("barrel", "barrel", "standing"),
    )
)  # fmt: skip


def kinds(*rows: Depiction) -> set[str]:
    drawn = (draw_surreal(rows, np.random.default_rng(seed)) for seed in range(40))
    return {f"{one.subject.concept} {one.kind} {one.object.concept}" for one in drawn if one}


def test_a_thing_may_be_a_giant_over_a_man_and_a_compact_one_his_head() -> None:
    either = {"barrel towers over man", "barrel hovers over man", "man lacks its head for barrel"}
    assert kinds(BARREL, MAN) == either
    assert kinds(MAN, BARREL) == either


@pytest.mark.parametrize(
    "form", ["candle", "flower", "parrot", "doll", "mushroom", "reeds", "scales", "monastery"]
)
def test_what_is_thin_or_open_or_has_many_parts_is_no_head(form: str) -> None:
    thing = Depiction(form, form=form, pose=FORMS[form].poses[0])
    assert f"man lacks its head for {form}" not in kinds(MAN, thing)


@pytest.mark.parametrize("form", ["horse", "teapot", "car", "hand", "clock"])
def test_a_thing_or_an_animal_may_be_a_statue_in_the_open(form: str) -> None:
    pose = FORMS[form].poses[0]
    assert "is the statue on" in relations_of(form, pose, "plinth", "meadow")
    assert "is the statue on" not in relations_of(form, pose, "plinth", "room")


@pytest.mark.parametrize(
    ("form", "pose"),
    [("person", "standing"), ("person", "lying"), ("castle", ""), ("bench", ""), ("needle", ""),
     ("bird", "flying")],
)  # fmt: skip
def test_no_person_building_long_thing_or_flying_bird_is_a_statue(form: str, pose: str) -> None:
    assert "is the statue on" not in relations_of(form, pose, "plinth", "meadow")


@pytest.mark.parametrize(
    ("form", "pose"),
    [("eye", ""), ("letter", ""), ("coat", ""), ("window", "open"), ("eagle", "flying"),
     ("sailing ship", ""), ("person", "dancing")],
)  # fmt: skip
def test_things_that_stand_swim_or_hang_on_walls_may_hover_in_the_open(
    form: str, pose: str
) -> None:
    pose = pose or FORMS[form].poses[0]
    assert "hovers over" in relations_of(form, pose, "dog", "meadow")
    assert "hovers over" not in relations_of(form, pose, "dog", "room")


@pytest.mark.parametrize(
    ("form", "pose"),
    [("bread", ""), ("train", ""), ("nose", ""), ("person", "standing"), ("castle", ""),
     ("tree", ""), ("eagle", "perched")],
)  # fmt: skip
def test_no_food_train_part_of_a_face_quiet_figure_building_or_tree_hovers(
    form: str, pose: str
) -> None:
    pose = pose or FORMS[form].poses[0]
    assert "hovers over" not in relations_of(form, pose, "dog", "meadow")


@pytest.mark.parametrize("concept", ["eye", "coat", "ship"])
def test_what_hovers_is_clear_of_the_ground_the_horizon_and_its_peg(concept: str) -> None:
    read = Dictionary(None).read
    drawn = (draw_plan(Demand((concept,), seed), read) for seed in range(20))
    plan = next(one for one in drawn if [r.kind for r in one.relations] == ["hovers over"])
    seen = look(plan, side=120)
    assert seen[0].bottom < plan.camera.horizon < seen[1].bottom
    giant = next(placed for placed in arrange(plan) if placed.actor == 0)
    assert giant.model.bounds[0][1] > 0.4 * max(size_of(giant.model))
    assert "peg" not in {part.name for part in giant.model.parts}


def test_nobody_raises_up_what_is_broken() -> None:
    jug = Depiction("water", form="jug")
    assert kinds(jug, MAN)
    assert not kinds(replace(jug, attributes=("broken",)), MAN)


def test_nobody_holds_a_second_thing_in_the_same_hand() -> None:
    free = Actor(concept="street", form="person", pose="walking")
    lamp = Actor(concept="lamp", form="lantern")
    meadow = SETTINGS["meadow"]
    assert "holds" in _possible(free, lamp, meadow)
    full = free.model_copy(update={"attributes": ("umbrella", "overcoat")})
    assert "holds" not in _possible(full, lamp, meadow)


@pytest.mark.parametrize("pose", ["running", "lying", "arms raised", "head in hands", "playing"])
def test_only_a_quiet_figure_is_without_its_head(pose: str) -> None:
    assert "lacks its head for" not in relations_of("person", pose, "barrel", "room")


def test_a_portrait_is_without_its_head_only_where_a_person_is_named() -> None:
    husband = Depiction("husband", True, "head")
    assert "husband lacks its head for barrel" in kinds(husband, BARREL)
    assert not kinds(Depiction("weeping", True, "head"), BARREL)


def test_any_thing_is_the_head_of_somebody_in_plain_clothes_and_of_no_saint_or_mourner() -> None:
    read = Dictionary(None).read
    for concept in ("doctor", "sailor", "gentleman"):
        assert any(takes_any_head(row) for row in read(concept))
    for concept in ("saint", "nun", "widow", "beggar", "child", "angel", "priest", "grief"):
        assert not any(takes_any_head(row) for row in read(concept))
    drawn = [draw_plan(Demand(("doctor",), seed), read) for seed in range(12)]
    headed = [plan for plan in drawn if "lacks its head for" in {r.kind for r in plan.relations}]
    assert headed
    for plan in headed:
        thing = plan.actors[plan.relations[0].object]
        assert thing.concept in HEADS and thing.staffage and thing.concept not in plan.shown


def test_small_beside_a_giant_is_only_what_can_be_told() -> None:
    for form in ("crowd", "baby", "flower", "paper boat"):
        assert not kinds(CANDLE, Depiction(form, form=form, pose=FORMS[form].poses[0]))
    for form in ("horse", "cathedral", "chair", "train", "astronaut"):
        assert kinds(CANDLE, Depiction(form, form=form, pose=FORMS[form].poses[0]))
    rearing = Depiction("horse", form="horse", pose="rearing")
    assert not kinds(rearing, MAN)
    assert not kinds(CANDLE, rearing)
    asleep = Depiction("sleep", form="person", pose="lying")
    assert not kinds(CANDLE, asleep)
    assert kinds(CANDLE, replace(asleep, names_form=True))


def test_who_or_what_is_no_giant_is_small_beside_a_thing_that_no_concept_asks_for() -> None:
    giant = replace(CANDLE, staffage=True)
    assert kinds(Depiction("castle", form="castle"), giant) == {
        "candle towers over castle", "candle hovers over castle"
    }  # fmt: skip
    assert not kinds(Depiction("armchair", form="armchair", pose="standing"), giant)


@pytest.mark.parametrize(
    ("form", "held"), [("egg", True), ("house", True), ("umbrella", False), ("horse", False)]
)
def test_a_cage_holds_what_is_compact(form: str, held: bool) -> None:
    found = relations_of("cage", "bird", form, "table", then=FORMS[form].poses[0])
    assert ("encloses" in found) is held


def test_what_a_cage_holds_stands_on_its_floor() -> None:
    cage, egg = Actor(concept="cage", form="cage", pose="bird"), Actor(concept="egg", form="egg")
    plan = Plan(
        setting=Setting(kind="table"),
        actors=(cage, egg),
        relations=(Relation(kind="encloses", subject=0, object=1),),
        technique="",
    )
    outside, inside = (placed.model for placed in arrange(plan))
    (low, high), (foot, top) = outside.bounds, inside.bounds
    assert (low < foot).all() and (top < high).all()
    assert foot[1] - low[1] < 0.15 * (high - low)[1]
    assert "perch" not in {part.name for part in outside.parts}


def test_beside_a_giant_staffage_walks_across_and_without_a_head_it_keeps_still() -> None:
    child = Actor(concept="child", form="person", pose="running", attributes=("child",), turn=20.0)
    thing = Actor(concept="barrel", form="barrel", turn=30.0)
    _, (giant, small) = tied("towers over", 0, 1, (thing, child))
    assert (giant.scale, small.pose) == ("giant", "running")
    walker = child.model_copy(update={"staffage": True})
    _, (_, small) = tied("towers over", 0, 1, (thing, walker))
    assert small.pose == "walking"
    wide, _, deep = size_of(make_actor(small))
    assert wide > deep
    hatted = child.model_copy(update={"attributes": ("child", "hat"), "turn": 160.0})
    _, (body, head) = tied("lacks its head for", 0, 1, (hatted, thing))
    assert body.pose == "standing"
    assert set(body.attributes) == {"child", "headless"}
    assert abs(body.turn) <= 35 and abs(head.turn) <= 20


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


def test_a_giant_is_in_the_open_and_large_and_what_is_small_can_be_seen(plans: list[Plan]) -> None:
    met = [plan for plan in plans if any(r.kind in COLOSSAL for r in plan.relations)]
    assert met
    for plan in met:
        assert SETTINGS[plan.setting.kind].is_open
        seen = look(plan, side=120)
        least = {"towers over": 0.6, "hovers over": 0.48}.get(plan.relations[0].kind, 0.4)
        assert max(seen[0].height, seen[0].right - seen[0].left) >= least
        assert max(seen[1].height, seen[1].right - seen[1].left) >= 0.16
        assert plan.light.direction in ("left", "right", "behind", "above")


def test_a_composer_may_choose_a_giant_where_there_is_room() -> None:
    assert relations_of("candle", "", "person", "desert") == {"towers over", "hovers over"}
    assert not relations_of("candle", "", "person", "room")
    assert not relations_of("candle", "", "person", "desert", then="lying")
    assert "lacks its head for" in relations_of("person", "standing", "barrel", "room")


def drawn_techniques(kind: str, height: float) -> set[str]:
    """Techniques drawn for a relation whose object takes this share of the picture's height."""
    actors = (
        Actor(concept="man", form="person"),
        Actor(concept="barrel", form="barrel"),
    )
    relations = (Relation(kind=kind, subject=0, object=1),)
    plan = Plan(setting=Setting(kind="meadow"), actors=actors, relations=relations, technique="")
    seen = {
        0: Seen(0.3, 0.0, 0.2, 0.1, 0.7, 0.9, 5.0, thickness=0.3),
        1: Seen(0.02, 0.0, 0.8, 0.8 - height, 0.9, 0.8, 5.0, thickness=0.02),
    }
    demand = Demand(("man",), 1, techniques=[(name, ()) for name in SUITS])
    rng = np.random.default_rng(2)
    return {choose_technique(plan, seen, demand, rng) for _ in range(120)}


def test_a_technique_shows_what_is_small_beside_a_giant() -> None:
    assert drawn_techniques("towers over", 0.16) <= {"engraving", "etching"}
    assert {"linocut", "gouache"} <= drawn_techniques("towers over", 0.25)


def test_only_some_techniques_have_a_thing_for_a_head() -> None:
    assert not drawn_techniques("lacks its head for", 0.25) & {"watercolour"}
