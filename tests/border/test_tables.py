"""Tables and lists from outside: each record comes out, or an error of ours names file and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from fastapi import HTTPException
from hypothesis import given
from hypothesis import strategies as st

from cas.data.captions import CaptionSource
from cas.data.corpus import Work, read_works
from cas.data.image_sources import pictures_of
from cas.data.museums import met_works, nga_works
from cas.data.vocabulary_rules import VocabularyRules
from cas.errors import CasError
from cas.experiments.people import read_lists
from cas.experiments.study import Item, plan
from cas.experiments.study_files import ANSWERS, Pair, read_answers
from cas.experiments.study_page import write_study
from cas.vocabulary import Vocabulary
from gallery.study_answers import Study
from tests.border.damage import TEXT, damaged, files_of

CORPUS = ("id", "artist", "anon", "concepts")
MET = ("Object ID", "Department", "Culture", "Artist Prefix", "Artist Display Name", "Tags")
USUAL = {
    "anon": ["", "TRUE", "false", "1", "0", "yes"],
    "choice": ["left", "right", "tie"],
    "concepts": ["", "sea", "sea;sky", " sky ;;sea", "a, b"],
    "id": ["", "0", "1", "w1"],
    "objectid": ["1", "2"],
    "page": ["1", "02"],
    "termtype": ["Keyword", "Theme", "Style"],
}
"""What cells of some columns mostly hold."""
PLACE = re.compile(r"line \d+|column|cannot be read|twice|at least|holds no|no answers|needs runs")


@st.composite
def tables(draw: st.DrawFn, columns: Sequence[str]) -> str:
    """A table as programs and people write them: rows may be short, long or empty."""
    heading = draw(st.permutations(columns))
    extra = draw(st.lists(st.sampled_from(["title", "year", ""]), max_size=1))
    heading = [*heading, *extra]
    dressed = [draw(st.sampled_from([c, c.upper(), f" {c} "])) for c in heading]
    cells = [st.sampled_from(USUAL[c]) if c in USUAL else TEXT for c in heading]
    rows = [list(row) for row in draw(st.lists(st.tuples(*cells), max_size=5))]
    for row in rows:
        mishap = draw(st.integers(0, 19))
        if mishap == 0:
            del row[draw(st.integers(0, len(row))) :]
        elif mishap == 1:
            row.append(draw(TEXT))
        elif mishap == 2:
            row[draw(st.integers(0, len(row) - 1))] = draw(TEXT)
    file = io.StringIO(newline="")
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    csv.writer(file, lineterminator=ends, quoting=quoting).writerows([dressed, *rows])
    text = file.getvalue()
    return text if draw(st.booleans()) else text.rstrip("\r\n")


@st.composite
def table_files(draw: st.DrawFn, columns: Sequence[str], *, packed: bool = False) -> bytes:
    return draw(files_of(draw(tables(columns)), packed=packed))


def read(path: Path, reader: Callable[[], Iterable[object]]) -> list[object] | None:
    """What a reader gives; None where it says what is wrong, and where."""
    try:
        return list(reader())
    except CasError as error:
        assert path.stem in str(error), error
        assert PLACE.search(str(error)), error
        return None


def records(data: bytes) -> int:
    """How many rows below the heading the csv module finds that are not empty."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = re.sub("(^|[\n\r])\ufeff", r"\1", data.decode(encoding, "replace"))
    table = csv.reader(io.StringIO(text, newline=None))
    rows = [row for row in table if any(cell.strip() for cell in row)]
    return max(len(rows) - 1, 0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("border")


@given(table_files(CORPUS))
def test_a_corpus_loses_no_work(path: Path, data: bytes) -> None:
    file = path / "corpus.csv"
    file.write_bytes(data)
    works = read(file, lambda: read_works(file))
    assert works is None or len(works) == records(data)


@given(table_files(CORPUS, packed=True))
def test_a_packed_corpus_is_read_or_refused(path: Path, data: bytes) -> None:
    file = path / "corpus.csv.gz"
    file.write_bytes(data)
    read(file, lambda: read_works(file))


@given(st.data(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_whole_corpus_is_read_as_it_was_written(
    path: Path, data: st.DataObject, encoding: str
) -> None:
    text = TEXT.map(lambda text: text.replace("\0", ""))
    concepts = st.lists(text.map(lambda text: text.replace(";", "")), max_size=3)
    written = data.draw(st.lists(st.tuples(text, concepts), max_size=5))
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["artist", "concepts", "id"])
    for number, (artist, concepts) in enumerate(written):
        writer.writerow([artist, ";".join(concepts), number])
    corpus = path / "whole.csv"
    corpus.write_bytes(file.getvalue().encode(encoding))
    expected = [
        Work(str(number), plain(artist).strip() or None, tuple(kept(concepts)))
        for number, (artist, concepts) in enumerate(written)
    ]
    assert list(read_works(corpus)) == expected


def plain(text: str) -> str:
    r"""Text after its way through a file: line ends are \n, marks at the beginning of lines go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n\ufeff", "\n")


def kept(concepts: Iterable[str]) -> Iterable[str]:
    spaced = (" ".join(concept.split()) for concept in plain(";".join(concepts)).split(";"))
    return dict.fromkeys(concept for concept in spaced if concept)


@given(table_files(MET))
def test_the_met_is_read_or_refused(path: Path, data: bytes) -> None:
    file = path / "MetObjects.csv"
    file.write_bytes(data)
    works = read(file, lambda: met_works(file))
    assert works is None or len(works) <= records(data)


@given(table_files(("objectid", "termtype", "term")), table_files(("objectid", "attribution")))
def test_the_nga_is_read_or_refused(path: Path, terms: bytes, objects: bytes) -> None:
    (path / "nga" / "data").mkdir(parents=True, exist_ok=True)
    (path / "nga" / "data" / "objects_terms.csv").write_bytes(terms)
    (path / "nga" / "data" / "objects.csv").write_bytes(objects)
    read(path / "nga" / "data" / "objects", lambda: nga_works(path / "nga"))


@given(table_files(("file", "id", "artist")))
def test_a_table_of_pictures_loses_no_picture(path: Path, data: bytes) -> None:
    folder = path / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / "table.csv").write_bytes(data)
    found = read(folder / "table.csv", lambda: pictures_of(str(folder)))
    assert not found or len(found) == records(data)


@given(table_files(("rater", "page", "question", "choice")))
def test_answers_are_read_or_refused(path: Path, data: bytes) -> None:
    file = path / "answers.csv"
    file.write_bytes(data)
    try:
        read_answers([file], {("1", "1"): Pair("1", 1, "a", "b", "A", "B")})
    except CasError as error:
        assert "answers" in str(error) and PLACE.search(str(error))


@given(table_files(("image", "caption")), st.sampled_from(["csv", "tsv", "txt", "csv.gz"]))
def test_captions_are_read_counted_or_refused(path: Path, data: bytes, suffix: str) -> None:
    file = path / f"captions.{suffix}"
    file.write_bytes(data)
    source = CaptionSource((str(file),))
    found = read(file, lambda: source)
    if found is not None and suffix == "csv" and not source.mended:
        assert len(found) + source.short <= records(data) + 1
    assert found is None or len(found) == source.read


@given(files_of("sea, sky\nsky, kiln # old\nkiln, sea\n\n#\nsea; sky\ntower -> house\n"))
def test_lists_of_words_are_read_or_refused(path: Path, data: bytes) -> None:
    (path / "rules").mkdir(exist_ok=True)
    for name in ("merge.txt", "keep.txt", "anonymous.txt"):
        (path / "rules" / name).write_bytes(data)
    for reader in (
        lambda: Vocabulary.load(path / "rules" / "keep.txt"),
        lambda: [VocabularyRules.load(path / "rules")],
        lambda: read_lists(path / "rules" / "keep.txt"),
    ):
        try:
            list(reader())
        except CasError as error:
            assert re.search(r"(keep|merge)\.txt|Concept \d", str(error)), error


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    items = [
        Item(f"{policy}-{n}", policy, f"{policy} {n}") for policy in ("CAS", "Ré") for n in range(2)
    ]
    write_study(folder, items, plan(items, raters=1, pages=2, shared=0, checks=0, seed=0))
    return Study(folder)


@given(data=st.data())
def test_answers_that_were_taken_can_be_read(study: Study, data: st.DataObject) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["rater", "page", "question", "choice"])
    choices = st.sampled_from(["left", "right", "tie", "tie", "", "both"])
    (token,) = {rater for rater, _ in study._pages}
    for rater, page in study._pages:
        for question in ("originality", "harmony"):
            writer.writerow([rater, page, question, data.draw(choices)])
    sent = file.getvalue()
    if data.draw(st.booleans()):
        sent = data.draw(damaged(sent.encode())).decode("utf-8", "replace")
    try:
        assert study.save(token, sent)
    except HTTPException as refused:
        assert refused.status_code == 400
        return
    (kept_file,) = (study.folder / ANSWERS).iterdir()
    assert len(read_answers([kept_file], study._pages)) == 2 * len(study._pages)
    kept_file.unlink()
