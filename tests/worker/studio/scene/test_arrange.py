from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial import cKDTree

from storage.archive.plan import Actor, Pigment, Plan, Relation, Setting, Structure
from tests.worker.studio.solids import scattered
from worker.studio.plan.describe import STRUCTURE_SENTENCES
from worker.studio.plan.relate import tied as related
from worker.studio.scene.arrange import GIANT, arrange, make_actor, natural_height
from worker.studio.scene.build import build
from worker.studio.scene.layout import Wish, lay_out
from worker.studio.scene.mesh import merge
from worker.studio.scene.model import COPIES, FORMS, Placed
from worker.studio.scene.relations import RELATIONS
from worker.studio.scene.structures import COUNTS, STRUCTURES

PALETTE = tuple(
    Pigment(name=role, colour=colour, share=0.1, role=role)
    for role, colour in (
        ("back", "#e0e0d8"), ("ground", "#a09070"), ("main", "#a04030"), ("second", "#406080"),
        ("dark", "#202020"), ("accent", "#d0b030"),
    )
)  # fmt: skip


def actor(form: str, **more: object) -> Actor:
    height = FORMS[form].height
    return Actor(concept=form, form=form, height=height, pose=FORMS[form].poses[0], **more)


def plan(*actors: Actor, **more: object) -> Plan:
    return Plan(
        setting=Setting(kind="paper"), actors=actors, technique="oil", palette=PALETTE, **more
    )


def tied(kind: str, subject: str, other: str) -> tuple[Placed, Placed]:
    """The subject and the object of a relation, placed."""
    both = plan(actor(subject), actor(other), relations=(Relation(kind=kind, subject=0, object=1),))
    first, second = sorted(arrange(both), key=lambda p: p.actor)
    assert (first.actor, second.actor) == (0, 1)
    return first, second


def points(placed: Placed) -> np.ndarray:
    return np.concatenate([part.mesh.points for part in placed.model.parts])


def gap(one: Placed, other: Placed) -> float:
    """The least way between two, as a share of the smaller's size."""
    skins = [
        scattered(merge([part.mesh for part in placed.model.parts]), 6000)
        for placed in (one, other)
    ]
    way = cKDTree(skins[0]).query(skins[1])[0].min()
    sizes = [float(np.ptp(points(p), axis=0).max()) for p in (one, other)]
    return float(way) / min(sizes)


@pytest.mark.parametrize("thing", ["jug", "book", "lantern", "fish", "key"])
def test_what_is_held_touches_a_hand(thing: str) -> None:
    holder, held = tied("holds", "person", thing)
    hand = np.array(holder.model.anchors.get("hand") or holder.model.anchors["other_hand"])
    low, high = held.model.bounds
    assert np.allclose((low + high) / 2, hand, atol=1e-6)
    assert gap(holder, held) < 0.15


@pytest.mark.parametrize("beast", ["horse", "donkey", "elephant", "camel"])
def test_what_is_carried_lies_on_the_back(beast: str) -> None:
    holder, load = tied("carries", beast, "house")
    assert load.model.bounds[0][1] > 0.3 * holder.model.bounds[1][1]
    assert gap(holder, load) < 0.1


@pytest.mark.parametrize("base", ["table", "chair", "rock", "column"])
def test_what_is_borne_stands_on_top(base: str) -> None:
    below, above = tied("bears", base, "jug")
    assert above.model.bounds[0][1] > 0.3 * below.model.bounds[1][1]
    assert above.model.bounds[0][1] <= 1.01 * below.model.bounds[1][1]
    assert gap(below, above) < 0.2


@pytest.mark.parametrize("frame", ["arch", "gate", "door", "triumphal arch"])
def test_what_is_framed_stands_within(frame: str) -> None:
    around, within = tied("frames", frame, "person")
    (low, high), (inner_low, inner_high) = around.model.bounds, within.model.bounds
    middle = (inner_low + inner_high) / 2
    assert low[0] < middle[0] < high[0]
    assert inner_low[1] == pytest.approx(low[1], abs=1e-6)
    assert inner_high[1] < high[1]


@pytest.mark.parametrize("shell", ["cage", "jar", "bottle", "tent"])
def test_what_is_enclosed_fits_inside(shell: str) -> None:
    around, within = tied("encloses", shell, "bird")
    (low, high), (inner_low, inner_high) = around.model.bounds, within.model.bounds
    slack = 0.03 * (high - low).max()
    assert (inner_low >= low - slack).all()
    assert (inner_high <= high + slack).all()


def test_what_leans_stands_on_the_ground_and_is_near() -> None:
    support, ladder = tied("supports", "house", "ladder")
    assert ladder.model.bounds[0][1] == pytest.approx(support.model.bounds[0][1], abs=1e-6)
    assert gap(support, ladder) < 0.1


@pytest.mark.parametrize(
    ("kind", "main", "thing", "least", "most"),
    [
        ("bears", "table", "candle", 0.25, 0.7),
        ("holds", "person", "axe", 0.3, 0.5),
        ("supports", "house", "ladder", 0.3, 0.5),
    ],
)
def test_what_is_tied_has_its_size_in_life(
    kind: str, main: str, thing: str, least: float, most: float
) -> None:
    first, second = tied(kind, main, thing)
    extents = [np.ptp(points(placed), axis=0).max() for placed in (second, first)]
    assert least <= extents[0] / np.ptp(points(first)[:, 1]) <= most


@pytest.mark.parametrize("giant", ["candle", "apple", "guitar"])
@pytest.mark.parametrize("thing", ["person", "house", "dog"])
def test_what_is_towered_over_stands_small_at_the_foot(giant: str, thing: str) -> None:
    large, small = tied("towers over", giant, thing)
    extents = [np.ptp(points(placed), axis=0).max() for placed in (large, small)]
    assert extents[0] > 3 * extents[1]
    assert at(small)[1] == pytest.approx(at(large)[1], abs=1e-6)
    spans = [placed.model.bounds for placed in (large, small)]
    assert spans[1][0][0] >= spans[0][1][0] or spans[1][1][0] <= spans[0][0][0]


@pytest.mark.parametrize("thing", ["person", "sailing boat"])
def test_what_hovers_is_clear_above_what_is_under_it(thing: str) -> None:
    large, small = tied("hovers over", "piano", thing)
    assert large.model.bounds[0][1] > small.model.bounds[1][1]
    assert small.model.bounds[0][1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("thing", ["horse", "apple", "key", "car"])
def test_a_statue_stands_on_a_plinth_that_is_broader_than_its_foot(thing: str) -> None:
    statue, plinth = tied("is the statue on", thing, "plinth")
    (left, foot, front), (right, top, back) = statue.model.bounds
    low, high = plinth.model.bounds
    assert low[1] == pytest.approx(0, abs=1e-6)
    assert high[1] == pytest.approx(foot, abs=1e-6)
    soles = points(statue)[points(statue)[:, 1] < foot + 0.02 * (top - foot)]
    assert (soles.min(0)[[0, 2]] > low[[0, 2]]).all()
    assert (soles.max(0)[[0, 2]] < high[[0, 2]]).all()
    assert 0.2 < high[1] / max(right - left, top - foot, back - front) < 0.5


@pytest.mark.parametrize("form", ["bird", "heron", "rooster"])
@pytest.mark.parametrize("turn", [-38, -8, 8, 38])
def test_both_legs_of_a_bird_are_seen_from_its_side(form: str, turn: float) -> None:
    bird = make_actor(actor(form).model_copy(update={"turn": float(turn)}))
    legs = next(part.mesh.points for part in bird.parts if part.name == "legs")
    one, other = np.split(legs, 2)
    feet = [leg[leg[:, 1] < 0.05, 0].mean() for leg in (one, other)]
    assert abs(feet[1] - feet[0]) > 0.04


HEADS = ("head", "eyeballs", "hair", "lips", "throat", "mouth", "brows", "lashes")


@pytest.mark.parametrize("thing", ["apple", "barrel", "tub", "house"])
@pytest.mark.parametrize(
    ("body", "pose"), [("person", "standing"), ("person", "sitting"), ("head", "standing")]
)
def test_a_thing_in_place_of_a_head_is_larger_than_it_and_rests_on_the_shoulders(
    body: str, pose: str, thing: str
) -> None:
    whole = actor(body).model_copy(update={"pose": pose, "attributes": ("man", "suit"), "seed": 4})
    relation = Relation(kind="lacks its head for", subject=0, object=1)
    relations, actors = related(relation.kind, 0, 1, (whole, actor(thing)))
    rest, put = sorted(arrange(plan(*actors, relations=relations)), key=lambda p: p.actor)
    names = {part.name for part in rest.model.parts}
    assert "neck" in names
    assert not names & {*HEADS}
    head, neck = (np.array(rest.model.anchors[name]) for name in ("head", "neck"))
    (left, foot, _), (right, top, _) = put.model.bounds
    # From the foot of the neck to the middle of a head it is 0.9 of a head's height.
    size = np.sqrt((right - left) * (top - foot)) * 0.9 / np.linalg.norm(head - neck)
    assert 1.2 <= size <= 1.65
    assert left < neck[0] < right
    assert foot <= neck[1] < head[1] < top
    stump = next(part.mesh for part in rest.model.parts if part.name == "neck")
    assert stump.points[:, 1].max() < top


@pytest.mark.parametrize("body", ["person", "head"])
@pytest.mark.parametrize("thing", ["apple", "barrel"])
def test_no_neck_and_no_air_is_seen_under_what_takes_the_place_of_a_head(
    body: str, thing: str
) -> None:
    whole = actor(body).model_copy(update={"attributes": ("man", "coat"), "seed": 5})
    relations, actors = related("lacks its head for", 0, 1, (whole, actor(thing)))
    laid = lay_out(plan(*actors, relations=relations), Wish(["large", "small"], ["centre", ""]))
    buffers = build(laid).render((200, 200))
    put = buffers.object == COPIES
    columns = np.flatnonzero(put.any(0))
    middle = columns[len(columns) // 4 : -(len(columns) // 4)]
    lowest = len(put) - 1 - np.argmax(put[::-1, middle], axis=0)
    rest = arrange(laid)[0].model.parts
    neck = next(index for index, part in enumerate(rest) if part.name == "neck")
    below = buffers.object[lowest + 1, middle] == 0
    stump = below & (buffers.part[lowest + 1, middle] == neck)
    assert below.mean() > 0.8
    assert stump.mean() < 0.35


def test_a_giant_makes_what_is_beside_it_life_size() -> None:
    both = plan(actor("apple"), actor("house"), relations=(
        Relation(kind="towers over", subject=0, object=1),))  # fmt: skip
    laid = lay_out(both, Wish(["large", "small"], ["", ""]))
    small = next(p for p in arrange(laid) if p.actor == 1)
    assert np.ptp(points(small)[:, 1]) == pytest.approx(natural_height(both.actors[1]), rel=0.01)
    assert laid.actors[1].height == pytest.approx(np.ptp(points(small)[:, 1]), rel=0.05)


@pytest.mark.parametrize(("technique", "parts"), [("screen print", 2), ("engraving", 8)])
def test_a_small_figure_is_a_silhouette_where_no_line_draws_its_face(
    technique: str, parts: int
) -> None:
    both = plan(actor("barrel"), actor("person"),
        relations=(Relation(kind="towers over", subject=0, object=1),))  # fmt: skip
    scene = build(both.model_copy(update={"technique": technique}))
    drawn = [surface for surface in scene.surfaces if surface.object == COPIES]
    assert len(drawn) == parts if parts == 2 else len(drawn) >= parts


def test_a_shadow_of_another_is_thrown_by_what_is_not_seen() -> None:
    found = tied("casts the shadow of", "person", "bird")
    assert [(p.casts, p.visible) for p in found] == [(False, True), (True, False)]


def test_every_relation_has_words_and_does_something() -> None:
    for kind, clause in RELATIONS.items():
        assert {"{a}", "{b}"} <= {word.strip(".,") for word in clause.split()}
        assert len(arrange(plan(actor("person"), actor("box"), relations=(
            Relation(kind=kind, subject=0, object=1),)))) == 2  # fmt: skip


@pytest.mark.parametrize("kind", COUNTS)
@pytest.mark.parametrize("form", ["person", "jug"])
def test_structures_show_as_many_as_they_say(kind: str, form: str) -> None:
    found = arrange(plan(actor(form), structure=Structure(kind=kind)))
    assert len({p.copy for p in found}) == len(found) == COUNTS[kind]
    assert len({p.object for p in found}) == COUNTS[kind]
    assert all(0 <= p.object < COPIES for p in found)
    assert all(np.isfinite(points(p)).all() for p in found)


def at(placed: Placed) -> np.ndarray:
    low, high = placed.model.bounds
    return np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])


def heights(kind: str) -> list[float]:
    found = arrange(plan(actor("jug"), structure=Structure(kind=kind)))
    found.sort(key=lambda p: at(p)[0])
    return [float(np.ptp(points(p)[:, 1])) for p in found]


def test_rows_grow_decline_and_alternate_from_left_to_right() -> None:
    assert heights("growth") == sorted(heights("growth"))
    assert heights("decline") == sorted(heights("decline"), reverse=True)
    steps = np.sign(np.diff(heights("rhythm")))
    assert (steps[1:] == -steps[:-1]).all()
    assert np.ptp(heights("procession")) < 1e-6


def test_rows_do_not_overlap() -> None:
    for kind in ("growth", "decline", "rhythm", "procession"):
        found = arrange(plan(actor("jug"), structure=Structure(kind=kind)))
        spans = sorted((p.model.bounds[0][0], p.model.bounds[1][0]) for p in found)
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans)), kind


def test_a_mirror_image_is_one() -> None:
    left, right = arrange(plan(actor("person", turn=20.0), structure=Structure(kind="mirror")))
    assert np.allclose(points(left) * (-1, 1, 1), points(right), atol=1e-9)


def test_a_ring_has_one_radius_and_faces_its_middle() -> None:
    found = arrange(plan(actor("column"), structure=Structure(kind="circle")))
    places = np.array([at(p)[[0, 2]] for p in found])
    radius = np.linalg.norm(places - places.mean(0), axis=1)
    assert np.ptp(radius) < 0.15 * radius.mean()


def test_a_stack_stands_on_itself() -> None:
    found = sorted(
        arrange(plan(actor("box"), structure=Structure(kind="stack"))), key=lambda p: at(p)[1]
    )
    sizes = [float(np.ptp(points(p)[:, 1])) for p in found]
    assert sizes == sorted(sizes, reverse=True)
    for below, above in pairwise(found):
        step = below.model.bounds[1][1] - above.model.bounds[0][1]
        assert 0 <= step < 0.1 * np.ptp(points(below)[:, 1])


def test_a_small_one_stands_beside_the_large_one() -> None:
    large, small = arrange(plan(actor("person"), structure=Structure(kind="scale")))
    assert np.ptp(points(large)[:, 1]) > 4 * np.ptp(points(small)[:, 1])
    assert at(small)[1] == pytest.approx(at(large)[1], abs=1e-6)


@pytest.mark.parametrize("kind", STRUCTURE_SENTENCES)
def test_every_structure_can_be_built(kind: str) -> None:
    assert build(plan(actor("fish"), structure=Structure(kind=kind))).surfaces


def test_structures_that_arrange_have_sentences() -> None:
    assert set(STRUCTURES) <= set(STRUCTURE_SENTENCES)
    assert set(COUNTS) <= set(STRUCTURES)


def test_a_copy_takes_along_what_is_tied_to_it() -> None:
    both = plan(
        actor("person"), actor("book"),
        relations=(Relation(kind="holds", subject=0, object=1),),
        structure=Structure(kind="procession"),
    )  # fmt: skip
    found = arrange(both)
    assert [sum(p.actor == a for p in found) for a in (0, 1)] == [COUNTS["procession"]] * 2


def test_the_unit_model_is_turned_and_scaled() -> None:
    found = arrange(plan(actor("person", x=1.0, distance=5.0), actor("person", distance=9.0)))
    assert at(found[0])[0] == pytest.approx(1.0, abs=0.3)
    assert at(found[1])[2] == pytest.approx(-4.0, abs=0.3)
    assert np.ptp(points(found[0])[:, 1]) == pytest.approx(FORMS["person"].height)


def test_a_pose_has_its_own_height() -> None:
    standing, lying = (
        natural_height(actor("person").model_copy(update={"pose": pose}))
        for pose in ("standing", "lying")
    )
    assert 1.5 < standing < 2.0
    assert lying < 0.45 * standing
    giant = natural_height(actor("person").model_copy(update={"scale": "giant"}))
    assert giant == pytest.approx(GIANT * standing)
