"""The memory's interface: vectors of all works, and the nearest earlier ones.

It is filled from the catalogue and can always be made again from it. Searches are exact: every
vector in question is compared, never an approximate index.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from storage.archive.manifest import Float32, Nearest

BATCH = 256
"""Points that one request carries at most."""

_WORKS = uuid.UUID("5f0c9a52-5d0f-5a0e-9f4e-0c6f3a3c1d2b")


@dataclass(frozen=True)
class VectorSpace:
    """Which encoders made the vectors, and how many numbers each gives.

    Vectors of different encoders never meet: every space has a collection of its own.
    """

    text_encoder: str
    text_size: int
    image_encoder: str
    image_size: int

    @property
    def name(self) -> str:
        """Name of the collection: readable, and another one for every other space."""
        whole = f"{self.text_encoder}\n{self.text_size}\n{self.image_encoder}\n{self.image_size}"
        digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
        return f"works-{_slug(self.text_encoder)}-{_slug(self.image_encoder)}-{digest}"

    def text(self, vector: Float32) -> list[float]:
        """A text vector as a store takes it; raises ValueError where it is none of this space."""
        return _numbers(vector, self.text_size, encoder=self.text_encoder)

    def image(self, vector: Float32) -> list[float]:
        """An image vector as a store takes it; raises ValueError where it is none of this space."""
        return _numbers(vector, self.image_size, encoder=self.image_encoder)


@dataclass(frozen=True, eq=False)
class Point:
    """One work in the memory: float32 vectors of any length but zero, and where it belongs."""

    work: str
    artist: str
    scope: str
    sequence: int
    text: Float32
    image: Float32

    @property
    def id(self) -> str:
        """The work's UUID in the store: the same for the same work, everywhere."""
        return point_id(self.work)


@dataclass(frozen=True)
class Neighbours:
    """The nearest works by text and by image, each with the highest cosine first."""

    text: tuple[Nearest, ...]
    image: tuple[Nearest, ...]


class Memory(Protocol):
    """Keeps the points of one vector space. Safe for threads.

    Every method raises StorageUnavailable where the store is unavailable.
    """

    def upsert(self, points: Iterable[Point]) -> None:
        """Keep points, in the place of older ones of the same works; on return they are safe.

        Raises ValueError, and keeps nothing of that batch, where a vector is not of this space.
        """
        ...

    def nearest(
        self, text: Float32, image: Float32, *, scope: str, before: int, limit: int = 8
    ) -> Neighbours:
        """The works of the scope with a lower sequence that are nearest by cosine.

        Compare `count(scope, before=before)` with the catalogue first: a memory that lost points
        finds too few.
        """
        ...

    def similar(
        self,
        *,
        text: Float32 | None = None,
        image: Float32 | None = None,
        scope: str | None = None,
        limit: int = 8,
        exclude: Collection[str] = (),
    ) -> tuple[Nearest, ...]:
        """The works nearest to one vector, text or image, but those in `exclude`."""
        ...

    def count(self, scope: str | None = None, *, before: int | None = None) -> int:
        """How many works it holds; of the scope, with a lower sequence, where given."""
        ...

    def points(self, works: Sequence[str]) -> Mapping[str, Point]:
        """Those of the works that it holds, by name; their vectors may have been scaled to 1."""
        ...

    def forget(self, works: Sequence[str]) -> None:
        """Drop those of the works that it holds."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Let go of the store; may be called twice."""
        ...


def point_id(work: str) -> str:
    """The UUID (version 5) that stands for a work in every store."""
    return str(uuid.uuid5(_WORKS, work))


def cosine_similarity(first: Float32, second: Float32) -> float:
    """Cosine of the angle between two vectors, computed in double precision."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def as_stored_point(payload: Mapping[str, Any] | None, vectors: Any) -> Point:
    """A work as a store gives it back."""
    held = payload or {}
    return Point(
        work=str(held["work"]),
        artist=str(held["artist"]),
        scope=str(held["scope"]),
        sequence=int(held["sequence"]),
        text=np.asarray(vectors["text"], dtype=np.float32),
        image=np.asarray(vectors["image"], dtype=np.float32),
    )


def as_nearest(found: Iterable[tuple[str, float]]) -> tuple[Nearest, ...]:
    """Pairs of work and score as records: highest cosine first, equal ones by name."""
    clipped = ((work, min(1.0, max(-1.0, score))) for work, score in found)
    ordered = sorted(clipped, key=lambda pair: (-pair[1], pair[0]))
    return tuple(Nearest(work=work, cosine=cosine) for work, cosine in ordered)


def only_vector(
    space: VectorSpace, text: Float32 | None, image: Float32 | None
) -> tuple[str, list[float]]:
    """Name and numbers of the one vector that was given; raises ValueError for none or both."""
    if text is not None and image is None:
        return "text", space.text(text)
    if image is not None and text is None:
        return "image", space.image(image)
    raise ValueError("Search by a text vector or by an image vector: exactly one of them.")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:60]


def _numbers(vector: Float32, size: int, *, encoder: str) -> list[float]:
    if vector.shape != (size,):
        raise ValueError(f"{encoder} gives vectors of shape ({size},); this one has {vector.shape}")
    if not np.isfinite(vector).all() or not vector.any():
        raise ValueError(f"A vector of {encoder} is all zero or not finite: it has no direction.")
    numbers: list[float] = vector.tolist()
    return numbers
