"""Search by words: the same works on both databases, against a plain look through all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, question_of
from storage.catalogue.queries.search import terms

TOLD = (
    ("What the Lighthouse Kept", ("sea", "lighthouse"), "One lighthouse, umber, before a flat sea"),
    ("Two Lighthouses and a Crème", ("sky", "lobster pot"), "A pale sky over two towers"),
    ("Berries of the Kiln", ("kiln", "berry"), "Nothing else; light from the left"),
    ("It’s Nobody’s “Oar”", ("oar", "sea"), 'A broad oar; \' OR 1=1 -- NEAR("sea")'),
    ("雪と海", ("snow", "sea"), "Neige et été, вода"),
)


@pytest.fixture
def hung(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> Catalogue:
    """Five works whose words we know."""
    for number, (title, concepts, prompt) in enumerate(TOLD, start=1):
        manifest = make_manifest(number)
        said = {"title": title, "concepts": concepts, "prompt": prompt}
        composition = manifest.composition.model_copy(update=said)
        alive.restore_work(manifest.model_copy(update={"composition": composition}))
    return alive


def found(hung: Catalogue, asked: str, **options: bool) -> list[int]:
    return [work.number for work in hung.search.works(question_of(asked, **options))]


@pytest.mark.parametrize(
    "asked",
    [
        "sea", "SEA", "lighthouse", "lighthouses", "Two lighthouses", "berry", "berries", "the sea",
        "creme", "CRÈME", "lobster pot", "pot lobster", "oar's", "“oar”", "été", "ete", "вода",
        "light", "umber sky", "1=1", "雪と海", "sea OR kiln", "-sea", "sea*", "(", '"', "NEAR",
        "", "!!!", "nothing like it", "the", "s" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("prompts", [True, False])
def test_works_show_every_word(hung: Catalogue, asked: str, prompts: bool) -> None:
    words = question_of(asked).words
    expected = []
    for number, (title, concepts, prompt) in enumerate(TOLD, start=1):
        told = terms(f"{title} {' '.join(concepts)} {prompt if prompts else ''}")
        if words and set(words) <= set(told):
            expected.insert(0, number)
    assert found(hung, asked, prompts=prompts) == expected


def test_words_are_folded_as_people_mean_them(hung: Catalogue) -> None:
    assert found(hung, "lighthouses") == [2, 1]
    assert found(hung, "creme") == [2]
    assert found(hung, "umber") == [1]
    assert found(hung, "umber", prompts=False) == []
    assert question_of("the sea").words == ("sea",)
    assert question_of("the").words == ("the",)
    assert len(question_of(" ".join(f"word{n}" for n in range(500))).words) == 16


def test_beginnings_of_words_are_found_when_asked_for(hung: Catalogue) -> None:
    assert found(hung, "light") == [3]
    assert found(hung, "light", beginnings=True) == [3, 2, 1]
    assert found(hung, "lig se", beginnings=True) == [1]


def test_pages_together_are_all_that_was_found(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    for number in range(1, 11):
        alive.restore_work(make_manifest(number))
    seen: list[int] = []
    before = None
    while page := alive.search.works(question_of("sea"), before=before, limit=3):
        seen += [work.number for work in page]
        before = (page[-1].created_at, page[-1].id)
    assert seen == list(range(10, 0, -1))


def test_what_is_not_shown_is_not_found(hung: Catalogue) -> None:
    hung.works.moderate("alien:3", "hidden", "somebody asked")
    assert found(hung, "kiln") == []
    assert hung.search.concepts(question_of("kiln")) == []
    hung.works.moderate("alien:3", "blurred", "veiled")
    assert found(hung, "kiln") == [3]


def test_a_work_that_is_told_anew_is_found_by_its_new_words(
    hung: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    hung.works.replace(make_manifest(3))
    assert found(hung, "kiln") == []
    assert found(hung, "work") == [3]
    assert found(hung, "sea") == [5, 4, 3, 1]


def test_concepts_are_found_by_the_beginnings_of_their_words(hung: Catalogue) -> None:
    def named(asked: str) -> list[str]:
        return [row.concept for row in hung.search.concepts(question_of(asked))]

    assert named("sea") == ["sea"]
    assert named("pots") == ["lobster pot"]
    assert named("s") == ["sea", "sky", "snow"]
    assert named("berries") == ["berry"]
    assert named("house") == []


def test_works_are_narrowed_by_technique_and_colour_with_and_without_words(
    hung: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    for number, technique in ((6, "etching"), (7, "oil")):
        manifest = make_manifest(number)
        painting = manifest.painting.model_copy(update={"technique": technique})
        hung.restore_work(manifest.model_copy(update={"painting": painting}))
    hung.works.set_placeholder("alien:2", "aabbcc AA==", ("blue", "grey"))
    hung.works.set_placeholder("alien:7", "aabbcc AA==", ("blue",))

    def numbers(asked: str = "", **filters: str) -> list[int]:
        question = replace(question_of(asked), **filters)
        works = list(hung.search.works(question))
        assert all(question.covers(work) for work in works)
        return [work.number for work in works]

    assert numbers(technique="etching") == [6]
    assert numbers(colour="blue") == [7, 2]
    assert numbers("lighthouse", colour="blue") == [2]
    assert numbers("lighthouse", colour="grey", technique="oil") == []
    assert numbers(colour="lue") == [] and numbers(colour="%") == []
    assert [w.number for w in hung.search.works(replace(question_of(""), colour="blue"), limit=1)]
    moment = hung.works.get("alien:7")
    assert moment is not None
    page = hung.search.works(
        replace(question_of(""), colour="blue"), before=(moment.created_at, moment.id)
    )
    assert [work.number for work in page] == [2]
    found = list(hung.works.techniques())
    assert found == sorted({work.technique for work in hung.works.all() if work.technique})
    assert {"etching", "oil"} <= set(found)
    hung.works.moderate("alien:2", "removed", "a court")
    assert numbers(colour="blue") == [7]
    removed = hung.works.get("alien:2")
    assert removed is not None and removed.colours == ()
