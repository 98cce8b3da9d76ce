"""Why a work's concept was picked, in one sentence, and which concepts it beat.

For the first screen. The work's page has the whole explanation (`gallery.pick_explanation`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Final

from gallery.pick_explanation import described
from gallery.threads import ARCHIVE, work_in
from storage.archive.archive import Archive
from storage.archive.manifest import Candidate, Manifest, work_id
from storage.errors import StorageError

RIVALS: Final = 3
"""Beaten concepts that are named, the best ones."""

SECONDS: Final = 0.5
"""How long a page waits for a reason."""

_KEPT: Final = 128
_MOST: Final = 0.5
_LENGTH: Final = 150
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """A candidate among the others, each value from 0 (the last) to 1 (the first).

    `both` is its score: rarity and fit by their weights.
    """

    concept: str
    rarity: float
    fit: float
    both: float


@dataclass(frozen=True)
class PickReason:
    """The pick, the best of the concepts that it beat, and the pool that it joined.

    `rarity_weight` is β. `text` is the beginning of what the picture shows.
    """

    pick: Standing
    rivals: tuple[Standing, ...]
    others: int
    pool: tuple[str, ...]
    rarity_weight: float
    text: str

    @property
    def verdict(self) -> str:
        """The kind of pick: unexpected, fitting, or both."""
        rare, fitting = (share >= _MOST for share in (self.pick.rarity, self.pick.fit))
        if rare and fitting:
            return "Unexpected, yet fitting"
        if rare:
            return "Unexpected more than fitting"
        return "Fitting more than unexpected" if fitting else "Neither unexpected nor fitting alone"


def reason_of_pick(manifest: Manifest) -> PickReason:
    """Compare the pick, and the best of the others, with all candidates."""
    candidates = manifest.inspiration.candidates
    best = [_standing(one, len(candidates), manifest.beta) for one in candidates[: RIVALS + 1]]
    return PickReason(
        pick=best[0],
        rivals=tuple(best[1:]),
        others=len(candidates) - 1,
        pool=manifest.inspiration.pool_before.concepts,
        rarity_weight=manifest.beta,
        text=_beginning(described(manifest.composition)),
    )


def share_in_words(share: float) -> str:
    """A share of the other concepts in words: `nearly all`, `most`, `half` or `few`."""
    bounds = ((1.0, "all"), (0.9, "nearly all"), (_MOST, "most"), (0.25, "some"), (0.0, "few"))
    return next(words for least, words in bounds if share >= least)


def _standing(one: Candidate, count: int, beta: float) -> Standing:
    others = max(count - 1, 1)
    return Standing(
        concept=one.concept,
        rarity=(one.context_rank - 1) / others,
        fit=(count - one.coherence_rank) / others,
        both=min(max(one.score / others + beta, 0.0), 1.0),
    )


def _beginning(text: str) -> str:
    """The first sentences of a text, as many as are short enough together."""
    sentences = _SENTENCE.split(text.strip())
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if len(" ".join([*kept, sentence])) > _LENGTH:
            break
        kept.append(sentence)
    shown = " ".join(kept)
    return shown if len(shown) <= 2 * _LENGTH else ""


class PickReasons:
    """Reasons by the manifests in an archive, the latest kept in memory; for one event loop.

    A page does not wait long for an archive that is slow: it is shown without the reason then.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[str, PickReason] = {}
        self._reading: dict[str, asyncio.Task[PickReason | None]] = {}

    async def of(
        self, artist: str, number: int, *, seconds: float | None = SECONDS
    ) -> PickReason | None:
        """The reason of a work's pick; None if it can't be read, or not within `seconds`."""
        work = work_id(artist, number)
        if work in self._known:
            return self._known[work]
        if work not in self._reading:
            self._reading[work] = asyncio.create_task(self._read(artist, number))
        task = self._reading[work]
        done, _ = await asyncio.wait([task], timeout=seconds)
        return task.result() if done else None

    async def _read(self, artist: str, number: int) -> PickReason | None:
        work = work_id(artist, number)
        try:
            manifest = await work_in(ARCHIVE, self._archive.read_manifest, artist, number)
        except StorageError as error:
            _LOG.warning("the pick of %s can't be explained: %s", work, error)
            return None
        finally:
            del self._reading[work]
        while len(self._known) >= _KEPT:
            del self._known[next(iter(self._known))]
        self._known[work] = reason_of_pick(manifest)
        return self._known[work]
