"""Works similar to a work, by picture or prompt, from the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from storage.archive.manifest import Float32, Nearest
from storage.catalogue import ArtistRow, Catalogue, VectorRow, WorkRow
from storage.vectors.store import Memory

MemoryOf = Callable[[ArtistRow, VectorRow], Memory | None]
"""The memory with an artist's vectors; None if this process has none."""

Sense = Literal["picture", "words"]
"""What is compared: the pictures' vectors, or those of the prompts."""

SENSES: Final[tuple[Sense, ...]] = ("picture", "words")

_NEAR: Final = 0.25
"""Least cosine of a text with a prompt that is about it (all-MiniLM-L6-v2).

Of 150 prompts none reached it for *tax law* or *quantum computer*, twenty for *ocean*.
"""

_LOOKED_AT: Final = 64

_SPARE: Final = 16
"""Works requested beyond the limit, to replace those that are not visible."""


@dataclass(frozen=True)
class SimilarWork:
    """A similar work, and the cosine of the angle between the vectors."""

    work: WorkRow
    cosine: float


class SimilarWorksIndex:
    """Finds the nearest works, of every artist whose vectors come from the same encoders."""

    def __init__(self, catalogue: Catalogue, memory_of: MemoryOf) -> None:
        self._catalogue = catalogue
        self._memory_of = memory_of

    def nearest(self, work: WorkRow, sense: Sense, *, limit: int) -> Sequence[SimilarWork] | None:
        """Visible works by falling cosine; None without a memory.

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
        return self._visible(found)[:limit]

    def near_text(self, vector: Float32) -> Sequence[SimilarWork]:
        """Visible works by the similarity of their prompts to a text, as far as they are similar.

        Empty without a memory, or if its texts are encoded otherwise.

        Raises:
            StorageUnavailable: the memory does not answer.
        """
        (newest, *_) = [*self._catalogue.works.newest(limit=1), None]
        artist = None if newest is None else self._catalogue.artists.get(newest.artist)
        vectors = None if newest is None else self._catalogue.works.vectors_of([newest.id])
        if artist is None or not vectors:
            return ()
        (held,) = vectors.values()
        memory = self._memory_of(artist, held)
        if memory is None or held.text.shape != vector.shape:
            return ()
        return self._visible(
            near for near in memory.similar(text=vector, limit=_LOOKED_AT) if near.cosine >= _NEAR
        )

    def _visible(self, found: Iterable[Nearest]) -> list[SimilarWork]:
        near = list(found)
        rows = self._catalogue.works.some([each.work for each in near])
        similar = [SimilarWork(rows[each.work], each.cosine) for each in near if each.work in rows]
        return [each for each in similar if each.work.visible]
