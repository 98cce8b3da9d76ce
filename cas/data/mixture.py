"""Corpora of several museums, regions or traditions, mixed by weight."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from cas.data.corpus import Work
from cas.errors import CorpusError


@dataclass(frozen=True)
class Part:
    """One tradition's works, and the weight that each of them has; 0 leaves them out."""

    name: str
    works: Iterable[Work]
    weight: float = 1.0


def mixture(parts: Sequence[Part], *, seed: int = 0) -> Iterator[Work]:
    """Stream a mixture: of each part, the share weight / greatest weight of its works.

    The hash of a work's id decides, so that one mixture's works are among those of a heavier one.

    Raises:
        CorpusError: there is no part with a weight above 0.
    """
    greatest = max((part.weight for part in parts), default=0.0)
    if not greatest > 0 or not all(0 <= part.weight < inf for part in parts):
        weights = ", ".join(f"{part.name} {part.weight:g}" for part in parts) or "none"
        raise CorpusError(f"A mixture needs weights of at least 0, one above it, not {weights}.")
    for part in parts:
        for work in part.works:
            if _draw(f"{seed} {work.id}") < part.weight / greatest:
                yield work


def _draw(name: str) -> float:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
