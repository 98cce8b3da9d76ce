"""A work's row, and how it is made from a manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic_core import from_json
from sqlalchemy import Row

from storage.archive.manifest import Float32, Manifest, Pool
from storage.catalogue.db.tables import works
from storage.redaction import redacted

Visibility = Literal["shown", "blurred", "held", "hidden", "removed"]
"""Whether visitors see a work: in full, blurred, after a review, or not at all.

The picture of a *removed* work is deleted, and it can't be shown again.
"""

VISIBLE = ("shown", "blurred")
"""The states in which lists name a work."""

WITHHELD = "(not shown)"
"""The title of a work that visitors may not see, in the story of its artist's life."""


class WorkRow(NamedTuple):
    """One work as lists need it, a field for each column; its manifest in the archive has the rest.

    `changed_at` is when it was made, or when it was last decided how it is shown; `fallback` is why
    the artist's fallback composed it, and not its composer. `technique` is None until it is
    looked up.
    """

    id: str
    artist: str
    number: int
    sequence: int
    created_at: float
    title: str
    prompt: str
    concept: str
    concepts: tuple[str, ...]
    image: str
    media_type: str
    width: int
    height: int
    novelty: float
    cost: float
    visibility: Visibility
    visibility_reason: str
    placeholder: str = ""
    beta: float | None = None
    changed_at: float = 0.0
    fallback: str = ""
    technique: str | None = None
    colours: tuple[str, ...] = ()

    @property
    def visible(self) -> bool:
        """Whether visitors may see it at all."""
        return self.visibility in VISIBLE


@dataclass(frozen=True)
class VectorRow:
    """Both vectors of one work, float32."""

    work: str
    artist: str
    scope: str
    sequence: int
    text: Float32
    image: Float32


@dataclass(frozen=True)
class JudgedRow:
    """The highest sequence given in a scope (0: none), and how many works have one and are kept."""

    watermark: int
    works: int


@dataclass(frozen=True)
class ConceptRow:
    """A concept, in how many works it is shown, and when in the newest of them."""

    concept: str
    works: int
    latest: float


@dataclass(frozen=True)
class ChapterRow:
    """One work as a point in its artist's life: what it brought in, and the pool it left."""

    number: int
    created_at: float
    title: str
    concept: str
    novelty: float
    beta: float | None
    tuning_version: int
    pool: Pool


class PoolRow(NamedTuple):
    """The pool after one work: the concept that the work brought, and all concepts, seeds apart."""

    number: int
    concept: str
    concepts: tuple[str, ...]
    seeds: frozenset[str]


_COLUMNS = tuple(works.c.keys())
_CONCEPTS, _COST, _COLOURS = map(_COLUMNS.index, ("concepts", "cost", "colours"))

_POOLS = 4096
"""Pools that are kept parsed: a page of chapters needs about fifty, the next page the same."""


def work_columns(manifest: Manifest) -> dict[str, object]:
    """The columns of a work's row, its visibility left out."""
    composition, painting = manifest.composition, manifest.painting
    return {
        "id": manifest.work,
        "artist": manifest.artist,
        "number": manifest.number,
        "sequence": manifest.judgement.sequence,
        "created_at": manifest.finished_at.timestamp(),
        "title": redacted(composition.title),
        "prompt": redacted(composition.prompt),
        "concept": manifest.inspiration.concept,
        "concepts": json.dumps(composition.concepts, ensure_ascii=False),
        "image": painting.image,
        "media_type": painting.media_type,
        "width": painting.width,
        "height": painting.height,
        "novelty": manifest.judgement.novelty,
        "beta": manifest.inspiration.beta,
        "cost": round(manifest.cost * 1_000_000),
        "fallback": composition.fallback_reason,
        "technique": painting.technique,
    }


def work_row(row: Row[Any]) -> WorkRow:
    """A work from its row, which may have other columns after the table's."""
    values = list(row[: len(_COLUMNS)])
    values[_CONCEPTS] = tuple(json.loads(values[_CONCEPTS]))
    values[_COST] /= 1_000_000
    values[_COLOURS] = tuple(values[_COLOURS].split())
    return WorkRow(*values)


def pool_row(number: int, concept: str, pool: str) -> PoolRow:
    """The pool after a work from its columns; no validation, which takes several times as long."""
    return PoolRow(number, concept, *_pool(pool))


@lru_cache(_POOLS)
def _pool(stored: str) -> tuple[tuple[str, ...], frozenset[str]]:
    entries = from_json(stored)["entries"]
    return (
        tuple([entry["concept"] for entry in entries]),
        frozenset([entry["concept"] for entry in entries if entry.get("seed")]),
    )


def vector_row(row: Row[Any]) -> VectorRow:
    """A work's vectors from their row."""
    return VectorRow(
        work=row.work,
        artist=row.artist,
        scope=row.scope,
        sequence=row.sequence,
        text=np.frombuffer(row.text, dtype="<f4"),
        image=np.frombuffer(row.image, dtype="<f4"),
    )
