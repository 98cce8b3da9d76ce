"""What texts name, word for word; works of small files of open data."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cas.data.corpus import Work
from cas.data.open_texts import NAME, Names, OpenText, named_works, open_texts, painted_candidates


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.of(painted_candidates())


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("A neon sign over two surfboards", ["neon", "surfboard"]),
        ("Three women with children", ["woman", "child"]),
        ("A car parked by a fire hydrant", ["car"]),
        ("woman in light colored dress under a light", ["woman", "dress", "light"]),
        ("An oil painting of a jellyfish", ["jellyfish"]),
        ("cell phones", ["mobile phone"]),
        ("", []),
        ("?!", []),
    ],
)
def test_the_longest_phrase_counts(names: Names, line: str, named: list[str]) -> None:
    assert list(names.within(line)) == named


def test_other_forms_and_phrases_without_meaning_can_be_given() -> None:
    names = Names(["sea", "sea lion"], forms={"ocean": "sea", "moon": "sky"}, unmeant=["sea legs"])
    assert list(names.within("Ocean; sea lions, sea legs and the moon")) == ["sea", "sea lion"]


def test_works_have_what_is_named_once_and_an_author() -> None:
    names = Names(["sea", "boat"], forms={})
    texts = [
        OpenText("tate:1", "Ada", "The sea", subjects=("sea", "boat")),
        OpenText("tate:2", None, "A boat"),
        OpenText("nga:3", "British 18th Century", "A boat"),
        OpenText("photo:4", None, captions=("a boat",)),
        OpenText("photo:5", None, captions=("a hat",)),
    ]
    assert list(named_works(texts, names)) == [
        Work("tate:1", "Ada", ("sea", "boat")),
        Work("tate:2", None, ("boat",)),
        Work("nga:3", None, ("boat",)),
        Work("photo:4", "photo:4", ("boat",)),
    ]


def test_open_data_is_read_once_each(tmp_path: Path) -> None:
    def written(name: str, text: str) -> None:
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))

    work = {"source": "tate", "artist": "Ada", "anon": False, "concepts": ["sea"]}
    records = [
        {**work, "id": "tate:1", "title": "Boat. Verso: Hat"},
        {**work, "id": "tate:2", "title": "Boat"},
        {**work, "id": "npg:3", "source": "npg", "title": "Rose Hill", "anon": True},
        {**work, "id": "tate:4", "title": "Untitled", "concepts": []},
    ]
    written("combined_concepts.jsonl.gz", "\n".join(map(json.dumps, records)))
    written("captions_open.tsv.gz", "source\timage\tcaption\nc\t1\tA hat\nc\t1\tA cap\nc\t1\tA hen")
    written("prompts.tsv.gz", "set\ta robot, neon, by Ada")
    assert list(open_texts(tmp_path, captions=2)) == [
        OpenText("tate:1", "Ada", "Boat", ("sea",)),
        OpenText("npg:3", None, "", ("sea",)),
        OpenText("c:1", captions=("A hat", "A cap")),
        OpenText("prompt:0", captions=("a robot,  neon",)),
    ]
    few = open_texts(tmp_path, shares={"Ada": 256})
    assert "Ada" not in {text.artist for text in few}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Cook John Brewer with a plate, in Mason's Hill Hotel", "Cook, with a plate, in ,"),
        ("Women from left: Joyce Ball and Ida Banner", "Women from left: Joyce, and ,"),
        ("Boy with French horn by a Christmas tree", "Boy with French horn by a Christmas tree"),
        ("Portrait of Ada Hill", "Portrait of ,"),
    ],
)
def test_names_are_taken_out_of_titles(title: str, said: str) -> None:
    assert NAME.sub(r"\1,", title) == said
