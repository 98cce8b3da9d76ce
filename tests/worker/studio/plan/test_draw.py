from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from storage.archive.plan import Plan, Structure
from tests.worker.studio.studies import CONCEPTS, painter, plan
from worker.studio import PaintError
from worker.studio.marks import TECHNIQUES
from worker.studio.plan.choices import Choices, Demand
from worker.studio.plan.depiction import Depiction, Dictionary
from worker.studio.plan.describe import STRUCTURE_SENTENCES
from worker.studio.plan.draw import MOST_ACTORS, _held, draw_plan
from worker.studio.plan.suit import SUITS, choose_technique
from worker.studio.scene.arrange import arrange, make_actor
from worker.studio.scene.build import make_camera
from worker.studio.scene.layout import PORTRAITS, look
from worker.studio.scene.model import COPIES, FORMS, Placed
from worker.studio.scene.relations import RELATIONS
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.sky import DIRECTIONS, HOURS

STUDIES = range(len(CONCEPTS))
ALL_TECHNIQUES = [(name, technique.words) for name, technique in TECHNIQUES.items()]
HOSTILE = (
    "\N{GRINNING FACE}\N{ALIEN MONSTER}",
    "\u0645\u0631\u062d\u0628\u0627",
    "\u65e5\u672c\u306e\u6d77",
    "x" * 10_000,
    "{it}",
    "%s",
    "a;b",
    "<b>sea</b>",
    "\u201cquoted\u201d",
    "0 left",
    "\u202ebackwards",
    "sea\nsky",
    "'; DROP TABLE",
    "\u0301",
)


def shown(drawn: Plan) -> set[str]:
    """The concepts that something in the picture stands for."""
    structure = drawn.structure.concept if drawn.structure else None
    other = (drawn.setting.concept, drawn.light.concept, structure)
    actors = {actor.concept for actor in drawn.actors if not actor.staffage}
    return actors | {c for c in other if c}


def assert_paintable(drawn: Plan) -> None:
    """It names only what the studio has."""
    assert drawn.setting.kind in SETTINGS
    assert drawn.light.hour in HOURS
    assert drawn.light.direction in DIRECTIONS
    assert drawn.technique in TECHNIQUES
    assert drawn.structure is None or drawn.structure.kind in STRUCTURE_SENTENCES
    assert len(drawn.actors) <= MOST_ACTORS
    assert set(drawn.setting.features) <= set(FORMS)
    names = {pigment.name for pigment in drawn.palette}
    for actor in drawn.actors:
        assert actor.pose in FORMS[actor.form].poses
        assert not actor.colour or actor.colour in names
        assert not actor.colour or any(p.material == "main" for p in make_actor(actor).parts)
    for relation in drawn.relations:
        assert relation.kind in RELATIONS
        assert max(relation.subject, relation.object) < len(drawn.actors)
    assert Plan.model_validate_json(drawn.model_dump_json()) == drawn


@pytest.mark.parametrize("concept", ["haystack", "stump", "mushroom"])
def test_what_has_its_own_colours_is_given_none(concept: str) -> None:
    drawn = painter().plan([concept], seed=2)
    assert_paintable(drawn)
    assert [actor.colour for actor in drawn.actors if not actor.staffage] == [""]


@pytest.mark.parametrize("number", STUDIES)
def test_plans_can_be_painted_and_show_the_first_concept(number: int) -> None:
    drawn = plan(number)
    assert_paintable(drawn)
    assert CONCEPTS[number][0] in shown(drawn)
    told = shown(drawn) | {other.concept for other in drawn.others}
    assert told == set(CONCEPTS[number])


@pytest.mark.parametrize("number", STUDIES)
def test_the_first_actor_is_in_the_frame(number: int) -> None:
    drawn = plan(number)
    if not drawn.actors:
        pytest.skip("no actor")
    shape = (200, 200)
    first = [p for p in arrange(drawn) if p.object < COPIES and p.visible]
    camera = make_camera(drawn)

    def share_inside(placed: Placed) -> float:
        points = np.concatenate([part.mesh.points for part in placed.model.parts])
        columns, rows, depth = camera.project(points, shape)
        inside = (columns >= 0) & (columns < 200) & (rows >= 0) & (rows < 200) & (depth > 0)
        return float(inside.mean())

    if drawn.actors[0].form in PORTRAITS:
        pytest.skip("the lower edge cuts a portrait")
    # Of many copies the edge of the picture cuts some, never all.
    assert max(map(share_inside, first)) > 0.93


def test_the_same_demand_gives_the_same_plan_and_another_attempt_another() -> None:
    painter_ = painter()
    first = painter_.plan(CONCEPTS[0], seed=0)
    assert first == plan(0)
    assert painter_.plan(CONCEPTS[0], seed=0, attempt=1) != first
    assert painter_.plan(CONCEPTS[0], seed=99) != first


def test_a_style_asks_for_its_technique() -> None:
    for name, technique in TECHNIQUES.items():
        for word in (name, *technique.words):
            style = f"I make {word.capitalize()}s."
            demand = Demand(["jug"], 1, style, techniques=ALL_TECHNIQUES)
            others = {
                n
                for n, t in TECHNIQUES.items()
                if any(f" {known}" in f" {word}" for known in t.words)
            }
            asked = {word} if word in TECHNIQUES else {name} | others
            assert {
                choose_technique(plan(3), {}, demand, np.random.default_rng(s)) for s in range(8)
            } <= asked


@pytest.mark.parametrize("concept", HOSTILE)
def test_any_word_gives_a_plan_with_words(concept: str) -> None:
    drawn = painter().plan([concept], seed=1)
    assert_paintable(drawn)
    assert painter().describe(drawn)
    assert all(len(word) <= 80 for word in shown(drawn))


@pytest.mark.parametrize("concepts", [[], [""], ["  ", "\n"]])
def test_nothing_cannot_be_painted(concepts: list[str]) -> None:
    with pytest.raises(PaintError, match="no concept"):
        painter().plan(concepts, seed=1)


def test_one_text_is_not_a_list() -> None:
    with pytest.raises(PaintError, match="list of words"):
        painter().plan("fox", seed=1)


def test_a_hundred_concepts_are_a_few() -> None:
    drawn = painter().plan([f"thing {n}" for n in range(98)] + ["sea", "fox"], seed=1)
    assert_paintable(drawn)
    assert "thing 0" in shown(drawn)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.integers(0, 2**63))
@settings(max_examples=6)
def test_any_text_is_planned_or_refused(concepts: list[str], seed: int) -> None:
    try:
        drawn = painter().plan(concepts, seed=seed)
    except PaintError:
        return
    assert_paintable(drawn)
    painter().describe(drawn)


@pytest.mark.parametrize("size", [(256, 64), (64, 256), (200, 130)])
def test_plans_have_the_picture_s_format(size: tuple[int, int]) -> None:
    drawn = painter(*size).plan(["fox", "church"], seed=2)
    assert drawn.format == pytest.approx(size[0] / size[1])
    assert_paintable(drawn)


def draws(*concepts: str, count: int) -> list[Plan]:
    """Plans of the same concepts by different seeds."""
    read = Dictionary().read
    return [draw_plan(Demand(concepts, n, techniques=ALL_TECHNIQUES), read) for n in range(count)]


@pytest.mark.parametrize("concept", ["sky", "sea"])
def test_a_setting_in_which_nothing_stands_has_several_others_instead(concept: str) -> None:
    kinds = [drawn.setting.kind for drawn in draws("horse", concept, count=24)]
    assert len(set(kinds)) > 1
    assert max(kinds.count(kind) for kind in kinds) <= 18


def test_a_seed_does_not_set_every_scene() -> None:
    kinds = [drawn.setting.kind for drawn in draws("horse", "snow", count=24)]
    assert 2 <= kinds.count("snow") <= 18


def test_what_lies_is_seen_from_above() -> None:
    for drawn in draws("tray", count=4):
        if drawn.actors[0].form == "tray" and SETTINGS[drawn.setting.kind].scale == "table":
            assert drawn.camera.height > 0.3 * drawn.actors[0].distance


def test_what_was_painted_lately_comes_seldom() -> None:
    read = Dictionary().read
    before: list[Plan] = []
    for n in range(16):
        demand = Demand(["horse", "garden"], n, techniques=ALL_TECHNIQUES, recent=before)
        before.insert(0, draw_plan(demand, read))
    for kinds in ([p.technique for p in before], [p.setting.kind for p in before]):
        assert max(kinds.count(kind) for kind in kinds) <= 5
    # A concept that is not the newest rests after it was shown.
    assert sum("garden" in p.shown for p in before) <= 3


def test_a_thing_never_meets_a_technique_in_which_it_falls_apart() -> None:
    for drawn in draws("needle", "rope", count=10) + draws("bicycle", count=10):
        thick = look(drawn, side=120)[0].thickness
        assert thick >= SUITS[drawn.technique].least or drawn.technique == "engraving"


def test_every_technique_says_what_it_asks_of_its_subject() -> None:
    assert set(SUITS) == set(TECHNIQUES)


def test_of_two_things_without_a_relation_one_is_left_out() -> None:
    for drawn in draws("house", "apple", count=12):
        assert len(drawn.actors) == 1 or drawn.relations


def test_the_lower_edge_cuts_a_head_and_no_other_does() -> None:
    for drawn in draws("portrait", count=12):
        if drawn.actors[0].form in PORTRAITS and drawn.structure is None:
            seen = look(drawn, side=120)[0]
            assert seen.bottom == 1
            assert min(seen.left, seen.top, 1 - seen.right) > 0


PLAIN_SEEDS = (82, 93)
"""Seeds of works for which no surreal relation is wanted."""


@pytest.mark.parametrize(
    ("concept", "settings_of_it"),
    [
        ("sailing ship", {"sea", "lake"}),
        ("mask", {"room", "paper", "void"}),
        ("train", {"meadow", "hills", "mountains", "desert", "snow"}),
    ],
)
def test_a_thing_that_belongs_somewhere_is_never_elsewhere(
    concept: str, settings_of_it: set[str]
) -> None:
    read = Dictionary().read
    for chosen in ("", "street", "paper", "stage"):
        for n in PLAIN_SEEDS:
            demand = Demand([concept], n, techniques=ALL_TECHNIQUES)
            demand = replace(demand, choices=Choices(setting=chosen))
            drawn = draw_plan(demand, read)
            assert not drawn.relations
            assert drawn.setting.kind in settings_of_it
            main = drawn.actors[0]
            assert FORMS[main.form].where != "wall" or main.lift > 0.3 * main.height


@pytest.mark.parametrize("kind", ["mirror", "opposition"])
def test_people_are_not_set_against_their_copy(kind: str) -> None:
    structure = Structure(kind=kind, concept="battle")
    rider, tree = (Depiction("battle", form=form) for form in ("rider", "tree"))
    assert _held(structure, [rider], newest="battle") is None
    assert _held(structure, [tree], newest="battle") == structure
    # Nothing else would show the concept of the structure.
    other = Depiction("rider", form="rider")
    assert _held(structure, [other], newest="battle") == structure
