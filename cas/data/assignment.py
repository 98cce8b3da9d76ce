"""Assignment: vectors of works become concepts, the nearest of each work.

Two remedies for an encoder's bias are off by default: centring, and a cap on how often a concept
may be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cas.data.clip import Vectors
from cas.errors import CasError
from cas.vocabulary import Vocabulary

CONSIDERED = 100
"""With a cap, this many concepts of each work compete, the nearest first."""


class AssignmentError(CasError):
    """Rules that no assignment can follow."""


@dataclass(frozen=True)
class AssignmentRules:
    """How vectors become concepts.

    Args:
        nearest: concepts a work.
        centre: take the mean work off works and the mean concept off concepts first.
        cap: the greatest share of works that may show one concept; 1 is no cap.
    """

    nearest: int = 10
    centre: bool = False
    cap: float = 1.0

    def __post_init__(self) -> None:
        if self.nearest < 1 or not 0 < self.cap <= 1:
            raise AssignmentError(
                f"nearest is at least 1 and cap above 0, up to 1, not {self.nearest} and"
                f" {self.cap}."
            )


@dataclass(frozen=True)
class WorkLines:
    """Works of several lines of text each: a concept is as near as to the nearest line.

    Attributes:
        vectors: [L, d] unit vectors of the distinct lines.
        works: the numbers of each work's lines.
    """

    vectors: Vectors
    works: Sequence[Sequence[int] | NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.works)

    def centred(self) -> WorkLines:
        """Return the works with the mean line taken off the lines."""
        return replace(self, vectors=_centred(self.vectors))

    def nearest(self, concepts: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
        """Return [n, count] concept numbers of each work, the nearest first, and their cosines."""
        orders, similarities = _nearest(self.vectors, concepts, count)
        order = np.empty((len(self), count), dtype=np.int64)
        similarity = np.empty((len(self), count), dtype=np.float32)
        for number, lines in enumerate(self.works):
            found, near = orders[lines].ravel(), similarities[lines].ravel()
            sort = np.argsort(-near, kind="stable")
            _, first = np.unique(found[sort], return_index=True)
            kept = sort[np.sort(first)[:count]]
            order[number], similarity[number] = found[kept], near[kept]
        return order, similarity

    def cosines(self, concepts: Vectors, assigned: NDArray[np.int64]) -> Vectors:
        """Return [n, k] cosines of each work's concepts with its nearest line."""
        pairs = zip(self.works, assigned, strict=True)
        return np.stack([(self.vectors[w] @ concepts[c].T).max(axis=0) for w, c in pairs])


@dataclass(frozen=True)
class Spread:
    """How evenly an assignment uses the vocabulary: what centring and the cap are judged by.

    Attributes:
        used: concepts given to any work.
        effective: exp of the entropy of the concepts' shares: the number if evenly used.
        top: the share of works with the most frequent concept.
        top_concept: which that is.
        cosine: mean cosine of a work and its concepts, uncentred: what evenness costs.
    """

    used: int
    effective: float
    top: float
    top_concept: str
    cosine: float


def assign(
    works: Vectors | WorkLines, concepts: Vectors, rules: AssignmentRules
) -> NDArray[np.int64]:
    """Return [n, nearest] concept numbers of each work, the nearest first.

    With a cap, pairs of work and concept are taken from the nearest down, a full concept
    skipped; a work whose nearest `CONSIDERED` are all full takes the nearest of them anyway.

    Args:
        works: [n, d] unit vectors, or works of several lines.
        concepts: [V, d] unit vectors.
        rules: of the assignment.
    """
    if rules.centre:
        concepts = _centred(concepts)
        works = works.centred() if isinstance(works, WorkLines) else _centred(works)
    count = min(rules.nearest, len(concepts))
    considered = min(max(CONSIDERED, count), len(concepts)) if rules.cap < 1 else count
    nearest = works.nearest if isinstance(works, WorkLines) else partial(_nearest, works)
    order, similarity = nearest(concepts, considered)
    if rules.cap >= 1:
        return order
    room = np.full(len(concepts), max(1, int(rules.cap * len(works))))
    chosen = np.full((len(works), count), -1, dtype=np.int64)
    filled = np.zeros(len(works), dtype=np.int64)
    for flat in np.argsort(-similarity, axis=None, kind="stable"):
        row, column = divmod(int(flat), considered)
        concept = order[row, column]
        if filled[row] < count and room[concept]:
            chosen[row, filled[row]] = concept
            filled[row] += 1
            room[concept] -= 1
    for short in np.flatnonzero(filled < count):
        spare = [concept for concept in order[short] if concept not in chosen[short]]
        chosen[short, filled[short] :] = spare[: count - filled[short]]
    return chosen


def spread(
    assigned: NDArray[np.int64],
    works: Vectors | WorkLines,
    concepts: Vectors,
    vocabulary: Vocabulary,
) -> Spread:
    """Measure an assignment."""
    counts = np.bincount(assigned.ravel(), minlength=len(concepts))
    shares = counts[counts > 0] / counts.sum()
    cosine = (
        works.cosines(concepts, assigned)
        if isinstance(works, WorkLines)
        else np.einsum("nd,nkd->nk", works, concepts[assigned])
    ).mean()
    return Spread(
        used=int((counts > 0).sum()),
        effective=float(np.exp(-(shares * np.log(shares)).sum())),
        top=float(counts.max() / len(assigned)),
        top_concept=vocabulary[int(counts.argmax())],
        cosine=float(cosine),
    )


def _centred(vectors: Vectors) -> Vectors:
    moved = vectors - vectors.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(min=1e-12))


def _nearest(works: Vectors, concepts: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
    orders, similarities = [], []
    for start in range(0, len(works), 4096):
        similarity = works[start : start + 4096] @ concepts.T
        some = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(similarity, some, axis=1)
        sort = np.argsort(-values, axis=1, kind="stable")
        orders.append(np.take_along_axis(some, sort, axis=1))
        similarities.append(np.take_along_axis(values, sort, axis=1))
    return np.concatenate(orders), np.concatenate(similarities)
