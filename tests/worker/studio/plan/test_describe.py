import re

import pytest

from storage.archive.plan import Relation, Structure
from tests.worker.studio.studies import CONCEPTS, painter, plan
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Dictionary
from worker.studio.plan.describe import STRUCTURE_SENTENCES
from worker.studio.plan.draw import draw_plan
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import RELATIONS

STUDIES = range(len(CONCEPTS))
# Letters do not decide these.
SOUNDS = {"hour": "an", "hourglass": "an", "heir": "an", "one": "a", "unicorn": "a", "uniform": "a"}


def text(drawn) -> str:
    return " ".join(statement.text for statement in painter().describe(drawn))


def assert_well_written(said: str) -> None:
    for found, word in re.findall(r"\b([Aa]n?) [“]?(\w+)", said):
        expected = SOUNDS.get(word.lower()) or ("an" if word[0].lower() in "aeiou" else "a")
        assert found.lower() == expected, f"{found} {word}: {said}"
    assert "  " not in said
    assert "{" not in said
    assert not re.search(r"\b(a|an|the) (a|an|the)\b", said), said


@pytest.mark.parametrize("number", STUDIES)
def test_what_is_shown_is_named_letter_for_letter(number: int) -> None:
    drawn = plan(number)
    said = text(drawn)
    assert_well_written(said)
    structure = drawn.structure.concept if drawn.structure else None
    concepts = [actor.concept for actor in drawn.actors]
    concepts += [c for c in (drawn.setting.concept, drawn.light.concept, structure) if c]
    for concept in concepts:
        assert concept.lower() in said.lower()
    left = {other.concept for other in drawn.others if other.use == "left out"}
    assert not {word for word in left - set(concepts) if f"“{word}”" in said}


def test_ink_and_paper_are_named_as_they_are_printed() -> None:
    drawn = plan(0)
    colours = {"back": "#cfe2d2", "dark": "#14201c"}  # mint and a green: a white and a black
    palette = [
        pigment.model_copy(update={"colour": colours.get(pigment.role, "#808080")})
        for pigment in drawn.palette
    ]
    said = text(drawn.model_copy(update={"palette": tuple(palette), "technique": "engraving"}))
    assert said.endswith("The ink is green black and the paper zinc white.")


@pytest.mark.parametrize("number", STUDIES)
def test_sentences_are_sentences_with_checks(number: int) -> None:
    for statement in painter().describe(plan(number)):
        assert statement.text[0].isupper()
        assert statement.text.endswith(".")
        assert statement.kind
        assert statement.holds is None


@pytest.mark.parametrize("kind", STRUCTURE_SENTENCES)
@pytest.mark.parametrize("concept", ["fox", "sheep", "grief"])
def test_every_structure_is_written_well(kind: str, concept: str) -> None:
    drawn = plan(0)
    one = drawn.actors[0].model_copy(update={"concept": concept})
    drawn = drawn.model_copy(
        update={
            "actors": (one,), "relations": (), "accent": "",
            "structure": Structure(kind=kind, concept=concept),
        }
    )  # fmt: skip
    assert_well_written(text(drawn))


@pytest.mark.parametrize("kind", RELATIONS)
def test_every_relation_is_written_with_both_names(kind: str) -> None:
    drawn = plan(8)
    two = [
        drawn.actors[0].model_copy(update={"form": form, "concept": form, "pose": ""})
        for form in ("horse", "house")
    ]
    drawn = drawn.model_copy(update={"actors": tuple(two), "accent": ""})
    relation = Relation(kind=kind, subject=0, object=1)
    said = text(drawn.model_copy(update={"relations": (relation,), "structure": None}))
    assert_well_written(said)
    assert drawn.actors[0].concept in said
    assert drawn.actors[1].concept in said


def test_the_words_do_not_depend_on_the_hour_of_writing() -> None:
    assert text(plan(1)) == text(plan(1))


def test_a_plural_subject_has_a_plural_verb() -> None:
    said = text(painter().plan(["sunglasses"], seed=3))
    assert "The sunglasses are " in said
    assert "unglasses is " not in said
    assert "unglasses stands" not in said


def test_the_colour_of_a_small_part_is_not_said_of_the_whole() -> None:
    drawn = plan(3)
    palette = drawn.palette
    hand = drawn.actors[0].model_copy(
        update={"form": "hand", "concept": "hand", "pose": "", "colour": palette[0].name}
    )
    jug = hand.model_copy(update={"form": "jug", "concept": "jug"})
    for actor, said in ((hand, False), (jug, True)):
        one = drawn.model_copy(
            update={
                "actors": (actor,),
                "relations": (),
                "technique": "oil",
                "accent": "",
                "light": drawn.light.model_copy(update={"hour": "day", "key": "middle"}),
            }
        )
        assert ("is painted in" in text(one)) is said


@pytest.mark.parametrize(("concept", "giant"), [("ship", False), ("letter", True)])
def test_only_what_is_larger_than_in_life_is_called_a_giant(concept: str, giant: bool) -> None:
    drawn = (draw_plan(Demand((concept,), seed), Dictionary(None).read) for seed in range(20))
    hovering = next(one for one in drawn if [r.kind for r in one.relations] == ["hovers over"])
    hovering = hovering.model_copy(update={"technique": "oil"})
    life = FORMS[hovering.actors[0].form].height
    assert (hovering.actors[0].height > 1.3 * life) == giant
    assert (f"giant {concept}" in text(hovering)) == giant
