import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.archive.manifest import Composition
from worker.composers import ComposeRequest
from worker.composers.grammar import FEWEST, MOST, GrammarComposer, choose
from worker.composers.titles import TitleWords, write_title
from worker.meter import PaidCall
from worker.nouns import classify

SEEDS = ("sea", "sky")
WORDS = re.findall(
    r"[\w-]+",
    """
    tower cormorant kiln winter ukiyo-e mourning clouds quarryman harbour glass standing gothic
    women scissors lighthouse causeway dusk fog london memory horse umbrella portrait kitchen
    """,
)
COLOURS = ("raw umber", "naples yellow", "indigo", "madder")


class NoMoney:
    """A meter that no call may be asked of."""

    @contextmanager
    def paid(
        self, purpose: str, *, provider: str, model: str, ceiling: float
    ) -> Iterator[PaidCall]:
        raise AssertionError(f"the grammar asked for {ceiling} dollars to {purpose}")
        yield


def request(
    seed: int, pool: tuple[str, ...], required: tuple[str, ...], **more: object
) -> ComposeRequest:
    values: dict[str, object] = {"artist": "a", "statement": "", "style": "", **more}
    return ComposeRequest(pool=pool, required=required, seed=seed, **values)  # type: ignore[arg-type]


def compose(asked: ComposeRequest) -> Composition:
    return GrammarComposer(width=256, height=192).compose(asked, NoMoney())


@pytest.fixture(scope="module")
def works() -> list[tuple[ComposeRequest, Composition]]:
    """Some briefs and compositions of one artist, its pool changing as it goes."""
    drawn = random.Random(3)
    made = []
    for seed in range(16):
        pool = (*SEEDS, *drawn.sample(WORDS, 7))
        asked = request(seed, pool, (pool[-1],), style="quiet." if seed % 2 else "")
        made.append((asked, compose(asked)))
    return made


concepts = st.lists(
    st.sampled_from(WORDS) | st.text(st.characters(categories=["L", "N", "P"]), min_size=1),
    min_size=1,
    max_size=12,
    unique=True,
).map(tuple)


@given(pool=concepts, needed=st.integers(1, 3), seed=st.integers(0, 2**63))
def test_the_required_concepts_are_chosen_the_newest_first(
    pool: tuple[str, ...], needed: int, seed: int
) -> None:
    required = pool[-needed:]
    chosen = choose(request(seed, pool, required), random.Random(seed))
    assert chosen[0] == required[-1]
    assert set(required) <= set(chosen) <= set(pool)
    assert len(set(chosen)) == len(chosen) <= max(MOST, len(required))
    assert len(chosen) >= min(FEWEST, len(pool))


@settings(max_examples=8, deadline=None)
@given(pool=concepts, seed=st.integers(0, 2**63), style=st.text())
def test_any_words_make_a_work_that_shows_the_newest(
    pool: tuple[str, ...], seed: int, style: str
) -> None:
    made = compose(request(seed, pool, pool[-1:], style=style))
    assert pool[-1] in made.concepts
    assert set(made.concepts) <= set(pool)
    assert made.title.strip()
    assert made.plan is not None
    assert made.statements


def test_concepts_that_were_not_shown_lately_come_first() -> None:
    pool = tuple("abcdefgh")
    asked = request(1, pool, ("h",), recent_concepts=("a", "b", "c", "d", "e"))
    for seed in range(30):
        others = choose(asked, random.Random(seed))[1:]
        assert set(others[:2]) <= {"f", "g"}
        assert others[2:] in (["e", "d"], ["e", "d", "c"])  # those shown longest ago


def test_how_many_concepts_a_work_has_varies() -> None:
    counts = Counter(
        len(choose(request(seed, tuple(WORDS), ("kiln",)), random.Random(seed)))
        for seed in range(100)
    )
    assert set(counts) == set(range(FEWEST, MOST + 1))


def test_the_same_brief_gives_the_same_words_and_another_seed_others() -> None:
    first, again, other = (compose(request(seed, SEEDS, SEEDS)) for seed in (7, 7, 8))
    assert first == again
    assert first.prompt != other.prompt


def test_the_prompt_is_the_plan_in_words(works) -> None:
    for asked, made in works:
        prompt = " ".join(statement.text for statement in made.statements)
        style = f" Style: {asked.style.rstrip('.')}." if asked.style else ""
        assert made.prompt == prompt + style
        assert made.composer == "grammar"
        assert asked.required[0] in made.concepts


def test_a_prompt_has_six_sentences_and_every_concept_that_is_shown(works) -> None:
    lengths = [len(made.statements) for _, made in works]
    assert sum(lengths) / len(lengths) >= 6
    for _, made in works:
        assert made.plan is not None
        for actor in made.plan.actors:
            assert actor.concept in made.prompt


def test_articles_agree_with_what_follows(works) -> None:
    for _, made in works:
        assert re.findall(r"\b[Aa] (?=[aeio])(?!one)\w+", made.prompt) == []
        assert re.findall(r"\b[Aa]n (?![aeiouAEIOU]|hour)\w+", made.prompt) == []
        assert "{" not in made.prompt
        assert re.findall(r"\b(?:a|an|the) (?:a|an|the)\b", made.prompt) == []


def test_a_prompt_names_no_mood(works) -> None:
    moods = r"\b(?:mood|melanchol|seren|haunt|beautiful|myster|eerie|whimsical|majestic|nostalg)"
    for _, made in works:
        told = made.prompt
        for concept in made.concepts:
            told = told.replace(concept, "")
        assert re.findall(moods, told) == []


def test_a_refusal_is_answered_with_the_required_concepts_in_other_words() -> None:
    asked = request(7, (*SEEDS, *WORDS), (*SEEDS, "kiln"))
    again = request(7, (*SEEDS, *WORDS), (*SEEDS, "kiln"), refusal="moderation_blocked")
    first, second = compose(asked), compose(again)
    assert set(second.concepts) <= {*SEEDS, "kiln"}
    assert "kiln" in second.concepts
    assert second.prompt != first.prompt


def test_a_painter_of_plans_needs_no_style_in_words() -> None:
    asked = request(1, SEEDS, SEEDS, style="linocut", paints_plan=True)
    made = compose(asked)
    assert "Style:" not in made.prompt
    assert made.plan is not None
    assert made.plan.technique == "linocut"


def titles(count: int, *, remembered: int = 50) -> list[str]:
    """Titles of one artist's works, its pool changing as it goes."""
    drawn, found = random.Random(3), list[str]()
    for seed in range(count):
        nouns = tuple(classify(word) for word in drawn.sample((*SEEDS, *WORDS), 3))
        words = TitleWords(nouns, nouns[0], COLOURS)
        found.append(write_title(words, random.Random(seed), avoid=found[-remembered:]))
    return found


def test_titles_vary_over_hundreds_of_works() -> None:
    found = titles(600)
    assert len(set(found)) >= 0.75 * len(found)  # of 24 concepts that come back again and again
    assert max(Counter(found).values()) <= 6
    beginnings = Counter(" ".join(title.split()[:2]) for title in found)
    assert beginnings.most_common(1)[0][1] <= 0.06 * len(found)
    assert all(len(title) <= 90 for title in found)


def test_a_title_is_not_hung_twice_while_it_is_remembered() -> None:
    kiln, found = classify("kiln"), list[str]()
    for seed in range(150):
        words = TitleWords((kiln,), kiln, COLOURS)
        found.append(write_title(words, random.Random(seed), avoid=found))
    assert len(set(found)) == len(found)


def test_when_every_title_hangs_already_it_is_numbered() -> None:
    class Hung:
        def __contains__(self, title: object) -> bool:
            return not str(title).endswith("(3)")

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def __len__(self) -> int:
            return 1

    kiln = classify("kiln")
    title = write_title(TitleWords((kiln,), kiln, COLOURS), random.Random(1), avoid=Hung())
    assert re.search("kiln", title, re.IGNORECASE) or "Study" in title
    assert title.endswith(" (3)")


def test_importing_the_grammar_loads_no_model_library_and_no_studio() -> None:
    code = (
        "import worker.composers.grammar, worker.composers.openai, worker.painters, sys;"
        "assert not {'torch', 'openai', 'diffusers', 'transformers', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
