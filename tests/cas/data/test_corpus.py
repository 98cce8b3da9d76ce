"""Reading works from files, packing them, and holding some out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from cas import CasError, Vocabulary
from cas.data.corpus import Corpus, Split, Work, count_concepts, read_works, write_works
from cas.errors import CorpusError

RECORDS = [
    {"id": "a", "artist": "Ann", "anon": False, "concepts": ["sea", "sky", "sea"]},
    {"id": "b", "artist": None, "concepts": ["tower"]},
    {"id": "c", "artist": "Ben", "anon": True, "concepts": ["sky", "tower"]},
    {"id": "d", "artist": "Ben", "concepts": []},
]
WORKS = [
    Work("a", "Ann", ("sea", "sky")),
    Work("b", None, ("tower",)),
    Work("c", None, ("sky", "tower")),
    Work("d", "Ben", ()),
]


@pytest.mark.parametrize("name", ["works.jsonl", "works.jsonl.gz"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    assert write_works(tmp_path / "new" / name, WORKS) == len(WORKS)
    assert list(read_works(tmp_path / "new" / name)) == WORKS


def test_a_corpus_breaks_off_without_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    write_works(path, WORKS)

    def broken() -> Iterator[Work]:
        yield WORKS[0]
        raise CasError("the source broke off")

    with pytest.raises(CasError, match="broke off"):
        write_works(path, broken())
    assert list(read_works(path)) == WORKS
    assert [file.name for file in tmp_path.iterdir()] == ["works.jsonl"]
    with pytest.raises(CasError, match=r"written as \.jsonl"):
        write_works(tmp_path / "works.parquet", WORKS)


def write(path: Path, records: list[dict[str, object]]) -> Path:
    name = path.name
    if name.endswith(".parquet"):
        parquet.write_table(pa.Table.from_pylist(records), path)
        return path
    if ".csv" in name:
        lines = ["id,artist,anon,concepts"]
        for record in records:
            concepts = "; ".join(record["concepts"])  # type: ignore[arg-type]
            anonymous = "true" if record.get("anon") else ""
            lines.append(f'{record["id"]},{record["artist"] or ""},{anonymous},"{concepts}"')
    else:
        lines = [json.dumps(record) for record in records]
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["w.jsonl", "w.jsonl.gz", "w.csv", "w.csv.gz", "w.parquet"])
def test_every_format_reads_the_same(tmp_path: Path, name: str) -> None:
    assert list(read_works(write(tmp_path / name, RECORDS))) == WORKS


def test_works_without_id_artist_or_concepts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text('{"concepts": ["sea"]}\n\n{"artist": "Ann"}\n')
    assert list(read_works(path)) == [Work("1", None, ("sea",)), Work("3", "Ann", ())]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"concepts": ["sea"]', r"line 2: not a JSON object \(.* at column"),
        ('["sea"]', "line 2: a work is a JSON object"),
        ('{"concepts": "sea"}', "line 2: `concepts` must be a list of strings, not 'sea'"),
        ('{"concepts": [1]}', "line 2: `concepts` must be a list"),
        ('{"concepts": ["sea"], "artist": 3}', "line 2: `artist` must be text, not 3"),
    ],
)
def test_broken_lines_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text('{"concepts": ["sea"]}\n' + line + "\n")
    with pytest.raises(CasError, match=message):
        list(read_works(path))


def test_unreadable_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(CasError, match="There is no corpus"):
        list(read_works(tmp_path / "none.jsonl"))
    (tmp_path / "w.txt").write_text("sea")
    with pytest.raises(CasError, match="a corpus is one of"):
        list(read_works(tmp_path / "w.txt"))
    (tmp_path / "w.csv").write_text("id,words\n1,sea\n")
    with pytest.raises(CasError, match="lacks the column concepts: it has id, words"):
        list(read_works(tmp_path / "w.csv"))
    (tmp_path / "w.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(CasError, match="not a readable Parquet file"):
        list(read_works(tmp_path / "w.parquet"))
    parquet.write_table(pa.table({"words": ["sea"]}), tmp_path / "other.parquet")
    with pytest.raises(CasError, match="no column `concepts`"):
        list(read_works(tmp_path / "other.parquet"))
    whole = gzip.compress(b'{"concepts": ["sea"]}\n' * 999)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-20])
    with pytest.raises(CasError, match="cannot be read to its end"):
        list(read_works(tmp_path / "cut.jsonl.gz"))


def test_packing_keeps_sets_and_artists(works: list[Work]) -> None:
    vocabulary = Vocabulary(sorted(count_concepts(works)))
    corpus = Corpus.pack(works, vocabulary)
    kept = {
        (corpus.artist_names[a], frozenset(vocabulary[t] for t in corpus.work(w)))
        for w, a in enumerate(corpus.artists)
    }
    assert kept == {(work.artist, frozenset(work.concepts)) for work in works}
    assert len(kept) == len(corpus)
    counts = count_concepts(work for work, _ in zip(works, range(0), strict=False))
    assert not counts
    for artist, union in corpus.artist_unions().items():
        name = corpus.artist_names[artist]
        expected = {c for work in works if work.artist == name for c in work.concepts}
        assert {vocabulary[token] for token in union} == expected


def test_duplicated_works_count_once() -> None:
    vocabulary = Vocabulary(["sea", "sky", "tower"])
    corpus = Corpus.pack(
        [
            Work("a", "Ann", ("sea", "sky")),
            Work("a", "Ben", ("tower",)),  # the same id
            Work("b", "Ann", ("sky", "sea")),  # the same artist and set
            Work("c", "Ben", ("sea", "sky")),
            Work("d", None, ("sea", "sky")),  # of unknown artists, each is its own work
            Work("e", None, ("sea", "sky")),
            Work("f", "Ann", ("else",)),  # nothing of the vocabulary
        ],
        vocabulary,
    )
    assert corpus.ids == ("a", "c", "d", "e")
    assert corpus.artists.tolist() == [0, 1, -1, -1]
    with pytest.raises(CasError, match="nothing to train on"):
        Corpus.pack([Work("f", "Ann", ("else",))], vocabulary)


def test_subset_keeps_each_works_tokens(works: list[Work]) -> None:
    corpus = Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))
    chosen = np.array([5, 0, 17])
    part = corpus.subset(chosen)
    for row, work in enumerate(chosen):
        assert part.work(row).tolist() == corpus.work(work).tolist()
        assert part.ids[row] == corpus.ids[work]
        assert part.artists[row] == corpus.artists[work]


def test_split_parts_are_apart_and_stay_when_works_are_added(works: list[Work]) -> None:
    vocabulary = Vocabulary(sorted(count_concepts(works)))
    corpus = Corpus.pack(works, vocabulary)
    split = Split.of(corpus, share=0.15, seed=1)
    parts = [
        split.train,
        split.validation_works,
        split.validation_artists,
        split.test_works,
        split.test_artists,
    ]
    ids = [set(part.ids) for part in parts]
    assert sorted(i for part in ids for i in part) == sorted(corpus.ids)
    assert all(ids)
    artists = [set(part.artists.tolist()) for part in parts]
    assert not artists[2] & (artists[0] | artists[1] | artists[3] | artists[4])
    assert not artists[4] & (artists[0] | artists[1] | artists[2] | artists[3])
    fewer = Split.of(Corpus.pack(works[::2], vocabulary), share=0.15, seed=1)
    assert set(fewer.test_works.ids) <= ids[3]
    assert set(fewer.test_artists.ids) <= ids[4]
    assert set(Split.of(corpus, share=0.15, seed=2).test_works.ids) != ids[3]


CSV = "concepts,id,artist\r\nsea;sky,w1,Ana Lindqvist\r\nsky;tree,w2,Ana Lindqvist\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["w.csv", "w.jsonl"])
def test_what_spreadsheets_and_scrapers_write_keeps_ids_and_artists(
    tmp_path: Path, name: str, encoding: str
) -> None:
    works = [
        Work("w1", "Ana Lindqvist", ("sea", "sky")),
        Work("w2", "Ana Lindqvist", ("sky", "tree")),
    ]
    text = "".join(json.dumps(asdict(work)) + "\n" for work in works)
    (tmp_path / name).write_bytes((CSV if name == "w.csv" else text).encode(encoding))
    assert list(read_works(tmp_path / name)) == works


@pytest.mark.parametrize("name", ["w.jsonl", "w.csv", "w.parquet"])
def test_zero_is_an_id_like_others(tmp_path: Path, name: str) -> None:
    records = [{"id": n, "artist": f"A{n}", "concepts": ["sea", "sky"]} for n in range(3)]
    path = write(tmp_path / name, records)  # type: ignore[arg-type]
    assert [work.id for work in read_works(path)] == ["0", "1", "2"]


@pytest.mark.parametrize("word", ["TRUE", "True", "true", "1", "yes", "YES", " yes "])
def test_an_anonymous_artist_is_nobody_however_a_spreadsheet_writes_it(
    tmp_path: Path, word: str
) -> None:
    path = tmp_path / "w.csv"
    path.write_text(
        f"id,artist,anon,concepts\na,Unknown,{word},sea\nb,Ana,FALSE,sea\nc,Ana,0,sea\n"
    )
    assert [work.artist for work in read_works(path)] == [None, "Ana", "Ana"]


@pytest.mark.parametrize("anon", [True, 1, 1.0, "true"])
def test_an_anonymous_artist_is_nobody_in_json_and_parquet(tmp_path: Path, anon: object) -> None:
    records: list[dict[str, object]] = [{"artist": "Unknown", "anon": anon, "concepts": ["sea"]}]
    for name in ("w.jsonl", "w.parquet"):
        assert [w.artist for w in read_works(write(tmp_path / name, records))] == [None]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"concepts": 0}', "line 1: `concepts` must be a list"),
        ('{"artist": 0}', "line 1: `artist` must be text, not 0"),
        ('{"anon": "perhaps"}', "line 1: `anon` is true or false, not 'perhaps'"),
        ('{"concepts": ["sky \\ud83d"]}', "line 1: .*half a surrogate pair"),
    ],
)
def test_falsy_and_broken_values_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(CorpusError, match=message):
        list(read_works(path))


def test_names_lose_the_spaces_around_and_the_lines_inside(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text('artist,concepts,id\n Ana ,"still\nlife; sea", w1\n  ,sky,  \n')
    first, second = read_works(path)
    assert first == Work("w1", "Ana", ("still life", "sea"))
    assert second == Work("4", None, ("sky",))


def test_what_no_file_can_hold_is_told_and_not_written(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"cannot be written: .*surrogates"):
        write_works(tmp_path / "w.jsonl", [Work("a", None, ("sky \ud83d",))])
    assert not list(tmp_path.iterdir())
