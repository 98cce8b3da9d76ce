"""Training sequences and batches: permutations of artworks, random subsets of artists' concepts.

A batch is a few groups of sequences, each of one length, so nothing is padded and no attention mask
is needed. The lengths are drawn by systematic sampling: every batch has nearly the corpus's mix of
them, so the end of a sequence is not learnt from one length at a time. A batch is a function of its
generator alone: a run that was killed reads the same batches again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cas.data.corpus import Corpus
from cas.errors import CorpusError
from cas.validation import check_number

Kind = Literal["coherence", "context"]
"""Which of the two models."""
KINDS: tuple[Kind, Kind] = ("coherence", "context")
"""Both."""


@dataclass(frozen=True)
class SequenceRules:
    """Which sequences a corpus gives, and how often.

    Args:
        shortest: works with fewer concepts, and artists with fewer distinct ones, give none.
        longest: the longest sequence; a work with more concepts gives random subsets of this size.
        artist_power: an artist with n works is drawn with weight n ** artist_power. 1 lets one
            artist with 38,000 works drown the rest, 0 makes every artist equal.
        length_power: a sequence of length L is drawn with weight L ** length_power on top, for
            longer sets teach more.
        fewest_works: an artist with fewer works gives a context model none: a body of work of one
            picture says nothing beyond that picture.
        most_works: an artist with more works weighs as one with this many; None for no limit.
    """

    shortest: int = 2
    longest: int = 24
    artist_power: float = 0.6
    length_power: float = 0.0
    fewest_works: int = 1
    most_works: int | None = None

    def __post_init__(self) -> None:
        if self.fewest_works < 1 or (self.most_works or self.fewest_works) < self.fewest_works:
            raise CorpusError(
                f"1 ≤ fewest_works ≤ most_works must hold, but they are {self.fewest_works} and"
                f" {self.most_works}."
            )
        if not 2 <= self.shortest <= self.longest:
            raise CorpusError(
                f"2 ≤ shortest ≤ longest must hold, but shortest is {self.shortest} and longest"
                f" {self.longest}."
            )
        for name in ("artist_power", "length_power"):
            check_number(name, getattr(self, name), "that is finite", error=CorpusError)


class SequenceSource(ABC):
    """Draws batches of concept sequences, a group for each length that is drawn."""

    _length_cumulative: NDArray[np.float64]

    def batch(
        self, size: int, generator: np.random.Generator, *, groups: int
    ) -> list[NDArray[np.int64]]:
        """Return at most `groups` arrays [size / groups, L], each row of L distinct tokens."""
        drawn = _draw_systematic(self._length_cumulative, groups, generator)
        return [self._group(int(bucket), size // groups, generator) for bucket in drawn]

    @abstractmethod
    def _group(self, bucket: int, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """Return [size, L] tokens of the bucket's length."""


def sequence_source(kind: Kind, corpus: Corpus, rules: SequenceRules) -> SequenceSource:
    """Return the source of one model's sequences: artworks' (coherence) or artists' (context)."""
    return (
        ArtworkSequences(corpus, rules) if kind == "coherence" else ArtistSequences(corpus, rules)
    )


class ArtworkSequences(SequenceSource):
    """Random permutations of one artwork's set of concepts (paper, section 3.1).

    Raises:
        CorpusError: no work has `rules.shortest` concepts.
    """

    def __init__(self, corpus: Corpus, rules: SequenceRules) -> None:
        lengths = corpus.lengths
        usable = np.flatnonzero(lengths >= rules.shortest)
        if not len(usable):
            raise CorpusError(
                f"No work has {rules.shortest} concepts of the vocabulary or more: there is nothing"
                " for a coherence model to learn from."
            )
        weights = work_weights(corpus, rules.artist_power)[usable]
        weights *= lengths[usable] ** rules.length_power
        shown = np.minimum(lengths[usable], rules.longest)
        self._corpus = corpus
        self._lengths = np.unique(shown)
        self._works = [usable[shown == length] for length in self._lengths]
        self._cumulative = [np.cumsum(weights[shown == length]) for length in self._lengths]
        self._length_cumulative = np.cumsum([c[-1] for c in self._cumulative])

    def _group(self, bucket: int, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """Works of one length, each in an order of its own."""
        works = self._works[bucket][_draw(self._cumulative[bucket], size, generator)]
        length = int(self._lengths[bucket])
        lengths = self._corpus.lengths[works]
        # The first `length` places of a random order of each work's own places.
        places = np.arange(lengths.max())
        keys = generator.random((size, lengths.max()))
        keys[places >= lengths[:, None]] = 2.0
        order = np.argsort(keys, axis=1)[:, :length]
        places_drawn = self._corpus.offsets[works][:, None] + order
        return np.asarray(self._corpus.tokens[places_drawn], dtype=np.int64)


class ArtistSequences(SequenceSource):
    """Random subsets of the union of one artist's concepts, as long as artworks are (paper, 3.1).

    An artist with one work takes part if that work has `rules.shortest` concepts: its subsets are
    then parts of that work.

    Raises:
        CorpusError: no known artist has `rules.shortest` concepts in `rules.fewest_works` works.
    """

    def __init__(self, corpus: Corpus, rules: SequenceRules) -> None:
        works = np.bincount(corpus.artists[corpus.artists >= 0], minlength=1)
        unions = [
            (artist, union)
            for artist, union in corpus.artist_unions().items()
            if len(union) >= rules.shortest and works[artist] >= rules.fewest_works
        ]
        if not unions:
            raise CorpusError(
                f"No known artist has {rules.shortest} concepts of the vocabulary or more in"
                f" {rules.fewest_works} works or more: there is nothing for a context model to"
                " learn from. Does the corpus have an `artist`?"
            )
        sizes = np.array([len(union) for _, union in unions])
        counted = np.minimum(works, rules.most_works or works.max())
        weights = counted[[artist for artist, _ in unions]] ** rules.artist_power
        drawn = np.clip(corpus.lengths, rules.shortest, rules.longest)
        share = np.bincount(drawn, minlength=rules.longest + 1).astype(np.float64)
        share *= np.arange(rules.longest + 1) ** rules.length_power
        # An artist whose union is shorter than the length drawn gives the whole union.
        capped = np.minimum(np.arange(rules.longest + 1)[:, None], sizes[None, :])
        self._unions = [union for _, union in unions]
        self._sizes = sizes
        self._lengths, self._artists, self._cumulative = [], [], []
        for length in range(rules.shortest, rules.longest + 1):
            chance = weights * (share[:, None] * (capped == length)).sum(axis=0)
            artists = np.flatnonzero(chance)
            if len(artists):
                self._lengths.append(length)
                self._artists.append(artists)
                self._cumulative.append(np.cumsum(chance[artists]))
        self._length_cumulative = np.cumsum([c[-1] for c in self._cumulative])

    def _group(self, bucket: int, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """L concepts of each artist, in any order."""
        artists = self._artists[bucket][_draw(self._cumulative[bucket], size, generator)]
        length = self._lengths[bucket]
        return np.stack(
            [
                self._unions[artist][generator.choice(self._sizes[artist], length, replace=False)]
                for artist in artists
            ]
        ).astype(np.int64)


def batch_of_step(
    source: SequenceSource, step: int, *, size: int, groups: int, seed: int
) -> list[NDArray[np.int64]]:
    """Return what a training step reads: of the seed and the step's number alone.

    So seven million sequences need no more memory or disk than one batch, and a run that goes on
    at any step reads what it would have read.
    """
    return source.batch(size, np.random.default_rng([seed, step]), groups=groups)


def work_weights(corpus: Corpus, artist_power: float) -> NDArray[np.float64]:
    """Return [W]: an artist with n works weighs n ** artist_power, shared evenly by the works.

    A work whose artist is unknown has weight 1.
    """
    known = corpus.artists >= 0
    works = np.bincount(corpus.artists[known], minlength=1)
    weights: NDArray[np.float64] = np.ones(len(corpus))
    weights[known] = works[corpus.artists[known]] ** (artist_power - 1.0)
    return weights


def mean_length(batch: Iterable[NDArray[np.int64]]) -> float:
    """Return the mean number of concepts a sequence."""
    shapes = [group.shape for group in batch]
    return float(sum(r * length for r, length in shapes) / sum(r for r, _ in shapes))


def _draw(
    cumulative: NDArray[np.float64], size: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Draw `size` numbers with the chances whose running sums are given."""
    drawn = np.searchsorted(cumulative, generator.random(size) * cumulative[-1], side="right")
    drawn = np.minimum(drawn, len(cumulative) - 1)
    return np.asarray(drawn, dtype=np.int64)


def _draw_systematic(
    cumulative: NDArray[np.float64], size: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Draw `size` numbers as `_draw` does, but evenly spread over the running sums."""
    places = (np.arange(size) + generator.random()) / size
    drawn = np.searchsorted(cumulative, places * cumulative[-1], side="right")
    return np.asarray(np.minimum(drawn, len(cumulative) - 1), dtype=np.int64)
