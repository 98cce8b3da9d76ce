"""The vocabulary, and the rules that make one."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from cas import CasError, CulturalAlienSampler, UnknownConceptError, Vocabulary
from cas.data.corpus import Work, read_works
from cas.data.vocabulary_rules import VocabularyRules


def test_is_a_sequence_of_concepts_with_their_tokens() -> None:
    vocabulary = Vocabulary(["sea", "sky", "tower"])
    assert list(vocabulary) == ["sea", "sky", "tower"]
    assert [vocabulary.index(concept) for concept in vocabulary] == [0, 1, 2]
    assert vocabulary[1:] == ("sky", "tower")
    assert "sky" in vocabulary
    assert "Sky" not in vocabulary
    assert vocabulary == Vocabulary(("sea", "sky", "tower"))
    assert hash(vocabulary) == hash(Vocabulary(("sea", "sky", "tower")))
    assert vocabulary.indices(["tower", "sea", "tower"]) == [2, 0]


@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        ([], "at least two concepts, but this one has 0"),
        (["sea"], "at least two concepts, but this one has 1"),
        (["sea", "sky", "sea"], "'sea' occurs twice"),
        (["sea", " "], "Concept 1 is ' '"),
    ],
)
def test_unusable_vocabularies_are_refused(concepts: list[str], message: str) -> None:
    with pytest.raises(CasError, match=message):
        Vocabulary(concepts)


def test_misspelt_concept_gets_its_nearest() -> None:
    vocabulary = Vocabulary(["tower", "flower", "sea"])
    assert vocabulary.suggest("towr")[0] == "tower"
    assert vocabulary.suggest("  TOWER ")[0] == "tower"
    assert vocabulary.suggest("qqqqqq") == []
    with pytest.raises(UnknownConceptError, match=r"'towr'\. Did you mean 'tower'"):
        vocabulary.index("towr")
    with pytest.raises(UnknownConceptError, match="Print the vocabulary"):
        vocabulary.index("qqqqqq")


def test_saved_vocabulary_is_the_same(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["ukiyo-e", "café", "sea"])
    vocabulary.save(tmp_path / "v.txt")
    loaded = Vocabulary.load(tmp_path / "v.txt")
    assert loaded == vocabulary
    assert loaded.fingerprint == vocabulary.fingerprint
    assert Vocabulary(["café", "ukiyo-e", "sea"]).fingerprint != vocabulary.fingerprint
    with pytest.raises(CasError, match=r"none\.txt cannot be read"):
        Vocabulary.load(tmp_path / "none.txt")


def test_only_a_line_end_parts_concepts(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["still\u2028life", "New\x85York", "sea\x0b", " sky"])
    vocabulary.save(tmp_path / "v.txt")
    assert Vocabulary.load(tmp_path / "v.txt") == vocabulary
    (tmp_path / "v.txt").write_bytes("\ufeffsea\r\nsky\r\n".encode())
    assert list(Vocabulary.load(tmp_path / "v.txt")) == ["sea", "sky"]
    for concept in ("sea\rsky", "sea\0", "sky \ud83d"):
        with pytest.raises(CasError, match="Concept 1 is"):
            Vocabulary(["sea", concept])


def works_of(*sets: str) -> list[Work]:
    return [Work(str(i), f"artist {i}", tuple(s.split(","))) for i, s in enumerate(sets)]


def test_each_rule_drops_and_merges_what_it_says() -> None:
    works = works_of(
        "tree,sea,bust facing left",
        "trees,sea,venice",
        "trees,glass",
        "glasses,sea,tree",
        "rare",
        "glass,glasses,kept",
        "sea,private,harbor",
        "private,harbour",
    )
    works[7] = Work("7", "artist 6", works[7].concepts)
    rules = VocabularyRules(
        merges={"glasses": "glasses", "harbor": "harbour"},
        drops={"jargon": ("bust *",), "names": ("venice",)},
        keep=frozenset({"kept"}),
        fewest_works=2,
        fewest_works_kept=1,
        fewest_artists=2,
    )
    vocabulary, spelling, report = rules.build(lambda: works)
    assert list(vocabulary) == ["sea", "tree", "glass", "glasses"]
    assert spelling == {
        "sea": "sea",
        "tree": "tree",
        "trees": "tree",
        "glass": "glass",
        "glasses": "glasses",
    }
    assert report.found == 12
    assert report.dropped == {
        "merged into another": 2,
        "jargon": 1,
        "names": 1,
        "too few works": 1,
        "too few artists": 3,
    }
    assert report.kept == 4


def test_applied_rules_leave_known_concepts_and_known_artists() -> None:
    rules = VocabularyRules(anonymous=("* [0-9]*th Century",))
    works = [
        Work("1", "American 19th Century", ("trees", "tree", "odd")),
        Work("2", "Ann Artist", ("odd",)),
    ]
    applied = list(rules.apply(works, {"trees": "tree", "tree": "tree"}))
    assert applied == [Work("1", None, ("tree",)), Work("2", "Ann Artist", ())]


def test_broken_word_lists_are_explained(tmp_path: Path) -> None:
    with pytest.raises(CasError, match=r"merge\.txt cannot be read"):
        VocabularyRules.load(tmp_path)
    (tmp_path / "merge.txt").write_text("a = b\n")
    with pytest.raises(CasError, match="variant -> concept"):
        VocabularyRules.load(tmp_path)


def test_shipped_vocabulary_is_what_its_rules_make(museum_data: Path) -> None:
    read = partial(read_works, museum_data / "combined_concepts.jsonl.gz")
    rules = VocabularyRules.load()
    vocabulary, spelling, report = rules.build(read)
    assert vocabulary == CulturalAlienSampler.from_pretrained().vocabulary
    assert report.kept == len(vocabulary) >= 1000
    counts: Counter[str] = Counter()
    for work in read():
        counts.update({spelling[concept] for concept in work.concepts if concept in spelling})
    fewest = {c: 15 if c in rules.keep else 25 for c in vocabulary}
    assert all(counts[concept] >= fewest[concept] for concept in vocabulary)


def test_shipped_vocabulary_holds_no_term_of_the_drop_lists() -> None:
    vocabulary = CulturalAlienSampler.from_pretrained().vocabulary
    for rule, patterns in VocabularyRules.load().drops.items():
        assert not [c for c in patterns if c in vocabulary], rule
    for concept in ("sea", "sky", "woman", "river", "tower", "mourning"):
        assert concept in vocabulary
