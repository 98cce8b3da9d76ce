import gzip
import json
import os
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.composers import ComposeRequest
from worker.composers.grammar import MOST_EXTRA, GrammarComposer
from worker.meter import PaidCall

SEEDS = ("sea", "sky")
WORDS = re.findall(
    r"[\w-]+",
    """
    tower cormorant kiln winter ukiyo-e mourning clouds quarryman harbour glass standing gothic
    women scissors lighthouse causeway dusk fog london memory horse umbrella portrait kitchen
    """,
)


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


def works(count: int) -> Iterator[tuple[ComposeRequest, object]]:
    """One artist's briefs and compositions, its pool changing as it goes."""
    drawn = random.Random(3)
    titles: list[str] = []
    for seed in range(count):
        pool = (*SEEDS, *drawn.sample(WORDS, 7))
        asked = request(seed, pool, (*SEEDS, pool[-1]), recent_titles=tuple(titles[-50:]))
        composition = GrammarComposer().compose(asked, NoMoney())
        titles.append(composition.title)
        yield asked, composition


concepts = st.lists(
    st.sampled_from(WORDS) | st.text(st.characters(categories=["L", "N", "P"]), min_size=1),
    min_size=1,
    max_size=12,
    unique=True,
).map(tuple)


@given(pool=concepts, needed=st.integers(1, 3), seed=st.integers(0, 2**63), style=st.text())
def test_every_concept_stands_in_the_prompt_letter_for_letter(
    pool: tuple[str, ...], needed: int, seed: int, style: str
) -> None:
    required = pool[-needed:]
    made = GrammarComposer().compose(request(seed, pool, required, style=style), NoMoney())
    assert all(concept in made.prompt for concept in made.concepts)
    assert set(required) <= set(made.concepts) <= set(pool)
    assert len(set(made.concepts)) == len(made.concepts) <= len(required) + MOST_EXTRA
    assert made.title.strip()
    assert made.composer == "grammar"


def test_the_same_brief_gives_the_same_words() -> None:
    asked = request(7, (*SEEDS, *WORDS), (*SEEDS, "kiln"))
    assert GrammarComposer().compose(asked, NoMoney()) == GrammarComposer().compose(
        asked, NoMoney()
    )


def test_another_seed_gives_other_words() -> None:
    prompts = {
        GrammarComposer().compose(request(seed, SEEDS, SEEDS), NoMoney()).prompt
        for seed in range(200)
    }
    assert len(prompts) == 200


def test_how_many_concepts_join_varies() -> None:
    extra = Counter(len(made.concepts) - 3 for _, made in works(200))  # type: ignore[attr-defined]
    assert set(extra) == {1, 2, 3, 4}


def test_a_refusal_is_answered_with_the_required_concepts_in_other_words() -> None:
    asked = request(7, (*SEEDS, *WORDS), (*SEEDS, "kiln"))
    again = request(7, (*SEEDS, *WORDS), (*SEEDS, "kiln"), refusal="moderation_blocked")
    first = GrammarComposer().compose(asked, NoMoney())
    second = GrammarComposer().compose(again, NoMoney())
    assert set(second.concepts) == {*SEEDS, "kiln"}
    assert second.prompt != first.prompt


def test_a_style_is_named_at_the_end() -> None:
    made = GrammarComposer().compose(
        request(1, SEEDS, SEEDS, style="linocut, two plates."), NoMoney()
    )
    assert made.prompt.endswith(" Style: linocut, two plates.")


def test_a_second_season_never_contradicts_the_first() -> None:
    pool = (*SEEDS, "winter", "summer", "spring", "autumn", "dawn", "night")
    for seed in range(100):
        made = GrammarComposer().compose(request(seed, pool, (*SEEDS, "winter")), NoMoney())
        assert not {"summer", "spring", "autumn", "dawn", "night"} & set(made.concepts)


def test_titles_vary_over_hundreds_of_works() -> None:
    titles = [made.title for _, made in works(600)]  # type: ignore[attr-defined]
    assert len(set(titles)) >= 0.75 * len(titles)  # of 24 concepts that come back again and again
    assert max(Counter(titles).values()) <= 6
    beginnings = Counter(" ".join(title.split()[:2]) for title in titles)
    assert beginnings.most_common(1)[0][1] <= 0.06 * len(titles)
    assert all(len(title) <= 90 for title in titles)


def test_a_title_is_not_hung_twice_while_it_is_remembered() -> None:
    titles: list[str] = []
    for seed in range(150):
        asked = request(seed, ("kiln",), ("kiln",), recent_titles=tuple(titles))
        titles.append(GrammarComposer().compose(asked, NoMoney()).title)
    assert len(set(titles)) == len(titles)


def test_notes_name_colours_places_and_light() -> None:
    notes = tomllib.loads(Path("worker/composers/notes.toml").read_text("utf-8"))
    palettes = [palette["colours"] for palette in notes["palettes"]]
    for _, made in works(100):
        prompt = made.prompt.lower()  # type: ignore[attr-defined]
        named = max(sum(colour.lower() in prompt for colour in colours) for colours in palettes)
        assert named >= 2
        assert re.search(r"light|lamp|hour|it is|burn|shaft", prompt)
        assert re.search(r"left|right|above|behind|beyond|between|far|upper|lower|near", prompt)
        assert 40 <= len(prompt.split()) <= 200


def test_notes_name_no_mood() -> None:
    moods = (
        "mood|melanchol|seren|haunt|dream|beautiful|myster|eerie|sad|happy|joy|gloom|peaceful|"
        "evocative|ethereal|whimsical|dramatic|majestic|nostalg|emotion|atmospher"
    )
    text = Path("worker/composers/notes.toml").read_text("utf-8").lower()
    assert re.findall(rf"\b(?:{moods})\w*", text) == []


def test_articles_agree_with_what_follows() -> None:
    for _, made in works(300):
        prompt = made.prompt  # type: ignore[attr-defined]
        assert re.findall(r"\b[Aa] (?=[aeio])(?!one)\w+", prompt) == []
        assert re.findall(r"\b[Aa]n (?![aeiouAEIOU]|hour)\w+", prompt) == []
        assert "{" not in prompt
        assert re.findall(r"\b(?:a|an|the) (?:a|an|the)\b", prompt) == []


@pytest.mark.skipif(
    "CULTURAL_ALIEN_DATA" not in os.environ, reason="needs the real concepts: CULTURAL_ALIEN_DATA"
)
def test_real_museum_concepts_make_notes() -> None:
    source = Path(os.environ["CULTURAL_ALIEN_DATA"]) / "combined_concepts.jsonl.gz"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        counts = Counter(word for line in lines for word in json.loads(line)["concepts"])
    common = [word for word, count in counts.items() if count >= 25]
    drawn = random.Random(5)
    titles = set()
    for seed in range(400):
        pool = (*SEEDS, *drawn.sample(common, 7))
        made = GrammarComposer().compose(request(seed, pool, (*SEEDS, pool[-1])), NoMoney())
        assert all(concept in made.prompt for concept in made.concepts)
        titles.add(made.title)
    assert len(titles) >= 390


def test_importing_the_grammar_loads_no_model_library() -> None:
    code = (
        "import worker.composers.grammar, worker.painters, sys;"
        "assert not {'torch', 'openai', 'diffusers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_when_every_title_hangs_already_it_is_numbered() -> None:
    class Hung:
        def __contains__(self, title: object) -> bool:
            return not str(title).endswith("(3)")

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def __len__(self) -> int:
            return 1

    asked = request(1, ("kiln",), ("kiln",), recent_titles=Hung())
    title = GrammarComposer().compose(asked, NoMoney()).title
    assert re.search("kiln", title, re.IGNORECASE) or "Study" in title
    assert title.endswith(" (3)")
