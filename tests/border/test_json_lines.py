"""JSON from outside: each line comes out as it was, or an error of ours names file and line."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cas.data.corpus import read_works, write_works
from cas.data.image_sources import pictures_of
from cas.data.museums import tate_works
from cas.errors import CasError
from cas.text_files import read_json_lines
from cli.main import artist, expected_errors
from tests.border.damage import TEXT, damaged, files_of

SURROGATES = st.text(st.characters(categories=["Cs", "L"]), max_size=4)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXT,
    SURROGATES,
    st.sampled_from(["", "0", 0, "TRUE", "yes", 1e308]),
    st.just(4000).map(lambda digits: 10**digits),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DEEP = st.builds("{}{}".format, st.sampled_from(["[" * 5000, '{"a":' * 5000]), TEXT)


@st.composite
def lines(draw: st.DrawFn, *names: str) -> str:
    """Lines of JSON, mostly objects with some of these names."""
    usual = {"concepts": st.lists(TEXT, max_size=3), "anon": st.booleans()}
    objects = st.fixed_dictionaries({}, optional={n: usual.get(n, TEXT) for n in names})
    odd = [DEEP, TEXT, st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES)), VALUES]
    rows = []
    for kind in draw(st.lists(st.integers(0, 39), max_size=5)):
        value = draw(odd[kind] if kind < len(odd) else objects)
        rows.append(value if kind < 2 else json.dumps(value, ensure_ascii=draw(st.booleans())))
    return draw(st.sampled_from(["\n", "\r\n", "\n\n"])).join(rows)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("border")


def named(error: Exception, name: str) -> bool:
    told = str(error)
    return name in told and bool(
        re.search(r"line \d+|cannot be read|layout|holds no|not a file of", told)
    )


def filled(data: bytes) -> int:
    """How many lines are not blank."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = re.sub("(^|[\n\r])\ufeff", r"\1", data.decode(encoding, "replace"))
    return sum(bool(line.strip()) for line in re.split("\r\n|\r|\n", text))


@given(st.lists(VALUES, max_size=5), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_what_json_can_hold_is_read_as_it_was_written(
    path: Path, values: list[object], escaped: bool, encoding: str
) -> None:
    text = "".join(json.dumps(value, ensure_ascii=escaped) + "\n" for value in values)
    file = path / "values.jsonl"
    file.write_bytes(text.encode(encoding, "surrogatepass"))
    try:
        found = [value for _, value in read_json_lines(file, error=CasError)]
    except CasError as error:
        assert named(error, "values.jsonl")
        assert re.search("[\0\ud800-\udfff]", "".join(map(_letters, values)))
    else:
        assert list(map(repr, found)) == list(map(repr, values))


def _letters(value: object) -> str:
    if isinstance(value, dict):
        return "".join(map(_letters, [*value, *value.values()]))
    if isinstance(value, list):
        return "".join(map(_letters, value))
    return value if isinstance(value, str) else ""


@given(lines("id", "artist", "anon", "concepts").flatmap(files_of))
def test_a_corpus_loses_no_work(path: Path, data: bytes) -> None:
    file = path / "corpus.jsonl"
    file.write_bytes(data)
    try:
        works = list(read_works(file))
    except CasError as error:
        assert named(error, "corpus.jsonl"), error
        return
    assert len(works) == filled(data)
    write_works(path / "again.jsonl", works)
    assert list(read_works(path / "again.jsonl")) == works


@given(lines("id", "artist", "concepts").flatmap(lambda text: files_of(text, packed=True)))
def test_a_packed_corpus_is_read_or_refused(path: Path, data: bytes) -> None:
    file = path / "corpus.jsonl.gz"
    file.write_bytes(data)
    try:
        works = list(read_works(file))
    except CasError as error:
        assert named(error, "corpus.jsonl.gz"), error
    else:
        assert len(works) == filled(gzip.decompress(data))


@given(lines("file", "id", "artist").flatmap(files_of))
def test_a_table_of_pictures_loses_no_picture(path: Path, data: bytes) -> None:
    folder = path / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / "table.jsonl").write_bytes(data)
    try:
        found = list(pictures_of(str(folder)))
    except CasError as error:
        assert named(error, "table.jsonl"), error
    else:
        assert not found or len(found) == filled(data)


@given(st.data())
def test_the_tate_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    odd = data.draw(st.integers(0, 9))  # which part of the layout is of another kind
    name, role = (VALUES if odd == n else TEXT for n in range(2))
    leaf = st.fixed_dictionaries({"name": name})
    for level in range(2, 4):
        inner = VALUES if odd == level else st.lists(leaf, max_size=3)
        leaf = st.fixed_dictionaries({"name": TEXT, "children": inner})
    who = st.fixed_dictionaries({"fc": role}, optional={"role": st.just("artist")})
    tree = st.fixed_dictionaries({"children": st.lists(leaf, max_size=3)})
    record = {
        "acno": "A1",
        "subjects": data.draw(VALUES if odd == 4 else tree),
        "contributors": data.draw(VALUES if odd == 5 else st.lists(who, max_size=2)),
    }
    whole = json.dumps(record).encode()
    (path / "tate" / "artworks").mkdir(parents=True, exist_ok=True)
    file = path / "tate" / "artworks" / "a.json"
    file.write_bytes(data.draw(damaged(whole)) if odd > 8 else whole)
    try:
        works = list(tate_works(path / "tate"))
        write_works(path / "tate.jsonl", works)
        assert list(read_works(path / "tate.jsonl")) == works
    except CasError as error:
        assert named(error, "a.json"), error


@given(lines("run", "generation", "pick", "policy", "settings").flatmap(files_of))
def test_an_experiment_is_read_or_refused(path: Path, data: bytes) -> None:
    (path / "e" / "runs").mkdir(parents=True, exist_ok=True)
    (path / "e" / "runs" / "policy.jsonl").write_bytes(data)
    result = CliRunner().invoke(artist, ["study", "make", str(path / "e"), str(path / "study")])
    assert isinstance(result.exception, expected_errors()), result.exception
    assert named(result.exception, "policy.jsonl"), result.exception
