"""Annotation by text: the vectors and the concepts of works, against sums made by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from pyarrow import parquet

from cas.data.annotation import encode_all, read_shards
from cas.data.assignment import AssignmentRules, WorkLines, assign
from cas.data.work_texts import TextEncoder, WorkText, line_items, read_work_texts, work_lines
from cas.errors import CorpusError

CONCEPTS = ("sea", "ship", "moss", "neon", "kiln")
ROWS = [
    {"id": "a", "artist": "X", "title": "A  ship\nat sea", "concepts": ["ship"]},
    {"id": "b", "artist": "", "title": None, "concepts": [], "caption": "moss on a kiln\nneon"},
    {"id": "a", "title": "moss"},
    {"id": "c", "artist": "Y", "anon": True, "concepts": ["neon"], "title": "moss"},
    {"id": "empty", "title": " "},
]


def word_vector(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(list(word.encode())).normal(size=16)


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """The sum of a text's words, so that a text is near the words in it."""
    rows = np.array([sum(word_vector(word) for word in text.split()) for text in texts])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "works.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_the_lines_are_title_subjects_and_caption(table: Path) -> None:
    left_out: list[str] = []
    assert list(read_work_texts(table, left_out=left_out.append)) == [
        WorkText("a", "X", ("A ship at sea", "ship")),
        WorkText("b", None, ("moss on a kiln", "neon")),
        WorkText("c", None, ("moss", "neon")),
    ]
    assert left_out == ["an id that came before", "no title, concepts or caption"]


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,artist,title,caption\na,X,A ship,two  masts\nb,,,moss\n")
    wanted = [WorkText("a", "X", ("A ship", "two masts")), WorkText("b", None, ("moss",))]
    assert list(read_work_texts(tmp_path / "t.csv")) == wanted
    columns = {"id": ["a", "b"], "artist": ["X", None], "title": ["A ship", None]}
    table = pa.table({**columns, "caption": ["two masts", "moss"]})
    parquet.write_table(table, tmp_path / "t.parquet")
    assert list(read_work_texts(tmp_path / "t.parquet")) == wanted


def test_text_of_another_kind_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "w.jsonl").write_text('{"title": "sea"}\n{"title": ["sea"]}\n')
    with pytest.raises(CorpusError, match=r"line 2: `title` must be text"):
        list(read_work_texts(tmp_path / "w.jsonl"))


@pytest.mark.parametrize("centre", [False, True])
def test_concepts_are_those_nearest_to_any_line(table: Path, tmp_path: Path, centre: bool) -> None:
    works = list(read_work_texts(table))
    encoder = TextEncoder("sums", encode)
    encode_all(line_items(works), encoder, tmp_path / "shards", size=2, batch=1)
    lines = work_lines(works, read_shards(tmp_path / "shards")[0])
    found = assign(lines, encoder.concepts(CONCEPTS), AssignmentRules(3, centre=centre))
    rows = {line: encode([line])[0] for work in works for line in work.lines}
    names = {concept: encode([concept])[0] for concept in CONCEPTS}
    for vectors in (rows, names):
        middle = sum(vectors.values()) / len(vectors) if centre else 0.0
        for each, vector in vectors.items():
            vectors[each] = (vector - middle) / np.linalg.norm(vector - middle)
    for work, row in zip(works, found.tolist(), strict=True):
        near = {c: max(rows[line] @ names[c] for line in work.lines) for c in CONCEPTS}
        assert len(set(row)) == 3
        greatest = sorted(near.values(), reverse=True)[:3]
        assert [near[CONCEPTS[n]] for n in row] == pytest.approx(greatest, abs=1e-6)


def test_the_cap_counts_works_and_cosines_are_of_the_nearest_line() -> None:
    generator = np.random.default_rng(0)
    vectors, concepts = (rows / np.linalg.norm(rows, axis=1, keepdims=True)
                         for rows in generator.normal(size=(2, 30, 6)))  # fmt: skip
    works = WorkLines(vectors, [generator.choice(30, 3, replace=False) for _ in range(40)])
    assigned = assign(works, concepts, AssignmentRules(4, cap=0.2))
    assert np.bincount(assigned.ravel()).max() <= 8
    assert all(len(set(row)) == 4 for row in assigned.tolist())
    for lines, row, near in zip(
        works.works, assigned, works.cosines(concepts, assigned), strict=True
    ):
        for concept, cosine in zip(row, near, strict=True):
            assert cosine == pytest.approx(max(vectors[n] @ concepts[concept] for n in lines))


def test_a_line_that_many_works_share_is_encoded_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def noted(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return encode(texts)

    works = [WorkText(str(n), None, ("moss", f"work{n}")) for n in range(6)]
    encode_all(line_items(works), TextEncoder("sums", noted), tmp_path, size=2, batch=2)
    assert sorted(set(asked) - {"sea"}) == sorted(each for each in asked if each != "sea")
