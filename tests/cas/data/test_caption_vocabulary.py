"""From captions to concepts: counts against scikit-learn, every filter, every format, bad input."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from sklearn.feature_extraction.text import TfidfVectorizer

from cas.data.caption_vocabulary import CaptionRules, build, read_words
from cas.data.captions import CaptionSource
from cas.data.llm_review import LanguageModelReview, ReviewError
from cas.data.tfidf import WORD, WordCounts, words_of
from cas.data.word_forms import ADJECTIVE, GERUND, NAME, NOUN, OTHER, base_form, kind_of
from cas.errors import CorpusError, VocabularyError
from cas.vocabulary import Vocabulary
from tests.cas.chat import chat_server

CAPTIONS = [
    "A dog runs on the beach with two dogs",
    "the sea and the sky, a dog asleep",
    "Portrait of Mrs Harris standing near a tower in Pittsburgh",
    "Visit of Harris to the tower near the sea",
    "photo of a gothic tower, mourning women",
    "a woman in mourning by the ocean",
] * 3


@pytest.fixture
def counts() -> WordCounts:
    return WordCounts().add(CAPTIONS)


def reasons(counts: WordCounts, **rules: object) -> dict[str, str]:
    report = build(counts, CaptionRules(fewest_captions=1, **rules))  # type: ignore[arg-type]
    return {dropped.word: dropped.reason for dropped in report.dropped}


def test_scores_are_the_column_sums_of_scikit_learn(counts: WordCounts) -> None:
    vectorizer = TfidfVectorizer(norm=None, token_pattern=WORD.pattern)
    sums = np.asarray(vectorizer.fit_transform(CAPTIONS).sum(axis=0))[0]
    expected = dict(zip(vectorizer.get_feature_names_out(), sums, strict=True))
    assert counts.scores() == pytest.approx(expected)


@given(
    st.text(alphabet=[*"abzAZ -'’_.,;09\n\t\x00\x1f\x7f", "é", "İ", "ß", "字", "²"], max_size=30)
)
def test_words_are_what_the_pattern_finds(caption: str) -> None:
    assert words_of(caption) == WORD.findall(caption)


def test_capitals_are_counted_inside_captions_only_where_letters_have_case() -> None:
    counts = WordCounts().add(["Harbour of Rye", "rye and 字 by Rye"])
    assert counts.capitals == {"Rye": 2}
    assert counts.capital_share() == {"rye": 2 / 3}


def test_a_full_table_forgets_only_what_is_rare() -> None:
    generator = np.random.default_rng(0)
    words = [f"common{'abcdefghij'[n]}" for n in range(10)]
    captions = [
        f"{words[generator.integers(10)]} {''.join(generator.choice(list('klmnop'), 9))}"
        for _ in range(30_000)
    ]
    exact = Counter(word for caption in captions for word in caption.split())
    counts = WordCounts(most_words=2_000).add(captions)
    assert len(counts.terms) < 2_000 + 2 * 4096
    assert counts.lost > 0
    for word in words:
        assert exact[word] - counts.lost <= counts.terms[word] <= exact[word]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("dog", NOUN), ("dogs", NOUN), ("mourning", GERUND), ("gothic", ADJECTIVE), ("paris", NAME),
     ("skateboarder", NOUN), ("xqzzt", OTHER), ("the", "function word"), ("ran", "verb")],
)  # fmt: skip
def test_kinds_of_words(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_base_forms() -> None:
    assert [base_form(w) for w in ("dogs", "women", "running")] == ["dog", "woman", "run"]


def test_each_filter_gives_its_reason(counts: WordCounts) -> None:
    found = reasons(counts, drop=frozenset({"sky"}))
    assert found["sky"] == "in the drop file"
    assert found["harris"].startswith("name")
    assert found["the"] == "stop word"
    assert found["photo"] == "format word"
    assert found["gothic"] == "part of speech: adjective"
    assert found["dogs"] == found["women"] == "inflection"
    assert found["on"] == "too short"
    assert "mourning" not in found


def test_the_keep_file_overrules_every_filter(counts: WordCounts) -> None:
    keep = frozenset({"photo", "gothic", "dogs", "harris"})
    report = build(counts, CaptionRules(concepts=3, keep=keep, fewest_captions=1))
    assert keep <= set(report.concepts)


def test_merged_forms_count_for_the_concept(counts: WordCounts) -> None:
    report = build(counts, CaptionRules(fewest_captions=1))
    assert report.captions_of["dog"] == counts.documents["dog"] + counts.documents["dogs"]


def test_words_of_like_vectors_become_the_more_prominent_one(counts: WordCounts) -> None:
    def encode(words: Sequence[str]) -> np.ndarray:
        rows = np.eye(len(words) + 1, dtype=np.float32)[: len(words)]
        rows[list(words).index("ocean")] = rows[list(words).index("sea")]
        return rows

    found = build(counts, CaptionRules(fewest_captions=1), encode=encode)
    merged = next(dropped for dropped in found.dropped if dropped.word == "ocean")
    assert (merged.reason, merged.detail) == ("near-synonyms", "sea")
    assert "CLIP" in next(iter(found.skipped))
    clip = build(counts, CaptionRules(fewest_captions=1), clip=encode)
    assert [d.word for d in clip.dropped if "CLIP" in d.reason] == ["ocean"]


def test_phrases_must_hold_together() -> None:
    captions = [
        "a birthday cake in snow", "birthday cake by a house", "snow on a house",
        "the cake", "a house cake", "house snow", "dog by a house", "the snow dog",
    ] * 5  # fmt: skip
    report = build(WordCounts(phrases=True).add(captions), CaptionRules())
    assert "birthday cake" in report.concepts
    assert "house snow" not in report.concepts


def test_the_report_tells_every_word(counts: WordCounts, tmp_path: Path) -> None:
    report = build(counts, CaptionRules(fewest_captions=1), mended=2)
    report.save(tmp_path)
    assert Vocabulary.load(tmp_path / "vocabulary.txt") == Vocabulary(report.concepts)
    rows = (tmp_path / "dropped.tsv").read_text().splitlines()[1:]
    assert len(rows) + len(report.concepts) == report.looked_at == report.found
    text = (tmp_path / "report.md").read_text()
    assert "18 captions (2 not in UTF-8)" in text
    assert "Not run: language-model review" in text
    assert set(report.to_pandas().word) == set(counts.terms)


def test_a_chat_model_reviews(counts: WordCounts) -> None:
    with chat_server(lambda _: "- dog\nTower") as (client, asked):
        review = LanguageModelReview(client, "local", batch=100)
        report = build(counts, CaptionRules(fewest_captions=1), review=review)
    assert {d.word for d in report.dropped if "review" in d.reason} == {"dog", "tower"}
    assert len(asked) == 1
    with chat_server(lambda _: "NONE") as (client, _):
        assert LanguageModelReview(client, "local")(["dog"]) == set()
    for nonsense in ("I like paintings", "", 500):
        with (
            chat_server(lambda _, answer=nonsense: answer) as (client, _),
            pytest.raises(ReviewError, match="local"),
        ):
            LanguageModelReview(client, "local")(["dog"])


def write_all_formats(folder: Path) -> dict[str, Path]:
    """The same three captions in every format."""
    captions = ["A “dog”, asleep", 'the "sea"', "naïve café"]
    paths = {name: folder / f"captions.{name}" for name in ("txt", "tsv", "csv", "parquet")}
    paths["txt"].write_text("\n".join([*captions, "", "  "]))
    rows = [f"source\t{number}\t{caption}" for number, caption in enumerate(captions)]
    paths["tsv"].write_text("\n".join(["source\timage\tcaption", *rows]) + "\n")
    quoted = ['"' + caption.replace('"', '""') + '",x' for caption in captions]
    paths["csv"].write_text("\n".join(["Caption,other", *quoted]) + "\n")
    # PD12M's published layout
    table = pa.table({"id": ["a", "b", "c", "d"], "url": ["u"] * 4, "caption": [*captions, None],
                      "width": [1] * 4, "height": [1] * 4})  # fmt: skip
    parquet.write_table(table, paths["parquet"])
    paths["tsv.gz"] = folder / "captions.tsv.gz"
    paths["tsv.gz"].write_bytes(gzip.compress(paths["tsv"].read_bytes()))
    return paths


def test_every_format_gives_the_same_captions(tmp_path: Path) -> None:
    expected = ["A “dog”, asleep", 'the "sea"', "naïve café"]
    for path in write_all_formats(tmp_path).values():
        source = CaptionSource((str(path),))
        assert list(source) == list(source) == expected
        assert source.read == 3


def test_urls_with_patterns_are_read(tmp_path: Path) -> None:
    write_all_formats(tmp_path)
    assert len(list(CaptionSource((f"file://{tmp_path}/*.parquet",)))) == 3
    with pytest.raises(CorpusError, match="no captions at file"):
        list(CaptionSource((f"file://{tmp_path}/none/*.parquet",)))


def test_without_a_heading_the_caption_stands_last(tmp_path: Path) -> None:
    path = tmp_path / "bare.tsv"
    path.write_text("source\t1\ta dog\nsource\t2\tthe sea\n")
    assert list(CaptionSource((str(path),))) == ["a dog", "the sea"]


def test_mixed_encodings_are_read_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "mixed.txt"
    path.write_bytes("café\n".encode() + "naïve\n".encode("cp1252") + b"\xef\xbb\xbfsea\n")
    source = CaptionSource((str(path),))
    assert list(source) == ["café", "naïve", "sea"]
    assert source.mended == 1


def test_captions_are_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "captions.csv"
    path.write_bytes(b'image,caption\r\n1,"a red\r\nboat on water"\r\n2,"plain"\r\n3\r\n,,\r\n')
    source = CaptionSource((str(path),))
    assert list(source) == ["a red\nboat on water", "plain"]
    assert source.short == 1
    path.write_text('image,caption\n1,"a red boat\n2,plain\n')
    with pytest.raises(CorpusError, match=r"captions\.csv, line 2: not a whole record"):
        list(source)


@pytest.mark.parametrize("suffix", ["txt", "csv", "tsv"])
def test_a_spreadsheets_utf_16_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"unicode.{suffix}"
    path.write_bytes("a boat\r\na tree\r\n".encode("utf-16"))
    source = CaptionSource((str(path),))
    assert (list(source), source.mended) == (["a boat", "a tree"], 0)
    path.write_bytes("a boat\r\na tree\r\n".encode("utf-16-le"))
    with pytest.raises(CorpusError, match="line 1 holds NUL"):
        list(source)


def test_a_column_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "captions.csv"
    path.write_text('Title , "Caption",other\nDawn,a boat,x\n')
    assert list(CaptionSource((str(path),), column="title")) == ["Dawn"]
    assert list(CaptionSource((str(path),), column="Caption")) == ["a boat"]
    with pytest.raises(CorpusError, match=r"no column 'text' among .*--column"):
        list(CaptionSource((str(path),), column="text"))


def test_captions_that_are_no_text_are_named(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"caption": [7]}), tmp_path / "numbers.parquet")
    with pytest.raises(CorpusError, match=r"numbers\.parquet holds 7 for a caption"):
        list(CaptionSource((str(tmp_path / "numbers.parquet"),)))
    for address in ("nothing://here.txt", f"file://{tmp_path}/none.txt"):
        with pytest.raises(CorpusError, match="cannot be read"):
            list(CaptionSource((address,)))


def test_files_that_are_no_captions(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really")
    torn = tmp_path / "torn.txt.gz"
    torn.write_bytes(gzip.compress(b"a dog\n" * 1000)[:-20])
    columns = tmp_path / "columns.parquet"
    parquet.write_table(pa.table({"text": ["a"]}), columns)
    for path, message in (
        (broken, "not a readable Parquet"),
        (torn, "read to its end"),
        (columns, "no column 'caption' among text.*--column"),
        (tmp_path / "none.txt", "no captions at"),
        (tmp_path / "columns.doc", "no captions at|Cannot read"),
    ):
        with pytest.raises(CorpusError, match=message):
            list(CaptionSource((str(path),)))


@pytest.mark.parametrize("captions", [[], ["the of and"], ["dog"]])
def test_too_small_a_corpus_says_what_was_dropped(captions: list[str]) -> None:
    with pytest.raises(VocabularyError, match="give more captions"):
        build(WordCounts().add(captions), CaptionRules())


def test_word_lists_may_hold_remarks(tmp_path: Path) -> None:
    path = tmp_path / "keep.txt"
    path.write_text("# reviewed\nDog  # the animal\n\nsea\n")
    assert read_words(path) == {"dog", "sea"}
    with pytest.raises(VocabularyError, match="nowhere"):
        read_words(tmp_path / "nowhere")


def test_the_open_captions_give_a_vocabulary(museum_data: Path) -> None:
    source = CaptionSource((str(museum_data / "captions_open.tsv.gz"),))
    some = (caption for number, caption in enumerate(source) if number % 20 == 0)
    report = build(WordCounts().add(some), CaptionRules())
    assert report.captions == 4994
    assert {"woman", "table", "piano", "dog", "street"} <= set(report.concepts)
    assert not {"the", "pittsburgh", "harris", "photo", "women"} & set(report.concepts)
