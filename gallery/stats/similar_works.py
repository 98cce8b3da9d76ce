"""Works similar to a work, by picture or text, from the memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from storage.catalogue import ArtistRow, Catalogue, VectorRow, WorkRow
from storage.vectors.store import Memory

MemoryOf = Callable[[ArtistRow, VectorRow], Memory | None]
"""The memory that an artist's vectors are in; None where it can't be had here."""

Sense = Literal["picture", "words"]
"""What is compared: the pictures' vectors, or those of the prompts."""

SENSES: Final[tuple[Sense, ...]] = ("picture", "words")

_SPARE: Final = 16
"""Works that are asked for beyond the limit, for those among them that are not shown."""


@dataclass(frozen=True)
class SimilarWork:
    """A work that is like another, and the cosine of their vectors' angle."""

    work: WorkRow
    cosine: float


class SimilarWorksIndex:
    """Finds the nearest works, of every artist whose vectors come from the same encoders."""

    def __init__(self, catalogue: Catalogue, memory_of: MemoryOf) -> None:
        self._catalogue = catalogue
        self._memory_of = memory_of

    def nearest(self, work: WorkRow, sense: Sense, *, limit: int) -> Sequence[SimilarWork] | None:
        """Visible works by falling cosine; None where the memory can't be had.

        Raises:
            StorageUnavailable: the memory does not answer.
        """
        artist = self._catalogue.artists.get(work.artist)
        vectors = self._catalogue.works.vectors_of([work.id]).get(work.id)
        memory = self._memory_of(artist, vectors) if artist and vectors else None
        if memory is None or vectors is None:
            return None
        found = memory.similar(
            text=vectors.text if sense == "words" else None,
            image=vectors.image if sense == "picture" else None,
            limit=limit + _SPARE,
            exclude=[work.id],
        )
        rows = self._catalogue.works.some([near.work for near in found])
        alike = [SimilarWork(rows[near.work], near.cosine) for near in found if near.work in rows]
        return [near for near in alike if near.work.visible][:limit]
