"""TF-IDF of the words of a caption corpus, in one pass and with bounded memory."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
"""A word: letters, with hyphens or apostrophes inside."""
MOST_WORDS = 1_000_000
"""The table's default size."""
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}


def words_of(caption: str) -> list[str]:
    """Return what `WORD` finds in a caption, faster where plain splitting finds the same."""
    if caption.isascii() and "-" not in caption and "'" not in caption:
        return caption.translate(_NO_LETTERS).split()
    return WORD.findall(caption)


@dataclass
class WordCounts:
    """Counts of every word, and of phrases if asked.

    When the table is full, the rarest words leave it (lossy counting, Manku and Motwani 2002): a
    count is then too low by `lost` at most, which is nothing to a word of a vocabulary.

    Args:
        phrases: count two words in a row too.
        most_words: the size of the table.

    Attributes:
        captions: how many were counted.
        terms: how often each word occurs (TF).
        documents: in how many captions (DF).
        capitals: how often it is capitalised inside a caption, keyed as written.
        lost: the most that a count can be too low by.
    """

    phrases: bool = False
    most_words: int = MOST_WORDS
    captions: int = 0
    terms: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    capitals: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def add(self, captions: Iterable[str]) -> WordCounts:
        """Count captions, and return this."""
        terms, documents, capitals = self.terms, self.documents, self.capitals
        for caption in captions:
            lower = caption.lower()
            words = words_of(lower)
            if lower != caption:
                written = words_of(caption)[1:]
                capitals.update([word for word in written if word != word.lower()])
            if self.phrases:
                words += [f"{a} {b}" for a, b in pairwise(words)]
            terms.update(words)
            documents.update(set(words))
            self.captions += 1
            if not self.captions % 4096 and len(terms) > self.most_words:
                self._prune()
        return self

    def scores(self) -> dict[str, float]:
        """Return each word's TF-IDF summed over the captions.

        That is TF (ln((1 + D) / (1 + DF)) + 1) for D captions: the column sums of scikit-learn's
        `TfidfVectorizer(norm=None)`.
        """
        return {
            word: count * (math.log((1 + self.captions) / (1 + self.documents[word])) + 1)
            for word, count in self.terms.items()
        }

    def cohesion(self, phrase: str) -> float:
        """Return the normalised pointwise mutual information of a phrase's two words, up to 1."""
        first, second = phrase.split()
        total = sum(self.terms.values())
        together = self.terms[phrase] / total
        apart = self.terms[first] * self.terms[second] / total**2
        return math.log(together / apart) / -math.log(together)

    def capital_share(self) -> dict[str, float]:
        """Return the share of each word's occurrences that are capitalised inside a caption."""
        found: Counter[str] = Counter()
        for word, count in self.capitals.items():
            found[word.lower()] += count
        return {w: count / self.terms[w] for w, count in found.items() if w in self.terms}

    def _prune(self) -> None:
        while len(self.terms) > self.most_words // 2:
            self.lost += 1
            for word in [word for word, count in self.terms.items() if count <= self.lost]:
                del self.terms[word]
                self.documents.pop(word, None)
        self.capitals = Counter({w: n for w, n in self.capitals.items() if w.lower() in self.terms})
