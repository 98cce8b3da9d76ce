"""The β of a cycle with feedback, from the last work and the votes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from cas.feedback import Feedback, call_of_novelty, call_of_votes
from storage.archive.archive import Archive
from storage.archive.manifest import CountedVotes, Judgement, Manifest, Tally, Tuning
from storage.catalogue import Catalogue
from storage.errors import ObjectDamaged, ObjectMissing

MEMORY: Final = 40
"""Age in cycles beyond which votes on works are ignored."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """The β of a pick, and the votes counted for it; without `beta` the tuning's is used."""

    beta: float | None = None
    counted_votes: CountedVotes | None = None


UNANSWERED: Final = Answer()


def answer(
    catalogue: Catalogue, archive: Archive, artist: str, *, number: int, tuning: Tuning
) -> Answer:
    """Compute the β of cycle `number` by the rule of `cas.feedback`, only from stored data.

    It continues from the β of the artist's last work. It starts at `tuning.beta` if there is no
    such work, or if that work had another `tuning.beta` or no feedback: so an admin's change has an
    immediate effect.
    """
    if tuning.feedback == "off":
        return UNANSWERED
    last = _last_work(catalogue, archive, artist)
    hears = tuning.feedback in ("votes", "both")
    if last is None or last.inspiration.beta is None or last.tuning.beta != tuning.beta:
        return Answer(tuning.beta, _silence(number) if hears else None)
    counted_votes = _count_votes(catalogue, artist, since=_since(last, number)) if hears else None
    calls = [_call(counted_votes)] if counted_votes is not None else []
    if tuning.feedback in ("novelty", "both"):
        calls.append(call_of_novelty(_rose(last.judgement)))
    rule = Feedback(tuning.lowest_beta, tuning.highest_beta, tuning.beta_step)
    return Answer(rule.next_beta(last.inspiration.beta, *calls), counted_votes)


def _last_work(catalogue: Catalogue, archive: Archive, artist: str) -> Manifest | None:
    """Read the manifest of the artist's last work; None if there is none, or it can't be read."""
    last = catalogue.cycles.last_done(artist)
    if last is None:
        return None
    try:
        return archive.read_manifest(artist, last.number)
    except (ObjectMissing, ObjectDamaged) as error:
        # A lost manifest must not stop an artist.
        logger.warning("β starts again at the tuning's: %s", error)
        return None


def _rose(judgement: Judgement) -> bool | None:
    """Whether novelty rose; None for the first work, which has no baseline."""
    return None if judgement.previous_novelty is None else judgement.improved


def _since(last: Manifest, number: int) -> int:
    """Return the first work whose votes count now: no vote changes β twice."""
    counted_votes = last.inspiration.counted_votes
    if counted_votes is None:
        return number
    begin = last.number if _call(counted_votes) else counted_votes.since
    return max(begin, number - MEMORY)


def _silence(number: int) -> CountedVotes:
    """Return an empty count that starts at that work."""
    none = Tally(won=0.0, votes=0)
    return CountedVotes(since=number, original=none, harmonious=none)


def _count_votes(catalogue: Catalogue, artist: str, *, since: int) -> CountedVotes:
    original, harmonious = (
        catalogue.votes.tally(artist, question, since=since)
        for question in ("original", "harmonious")
    )
    return CountedVotes(since=since, original=original, harmonious=harmonious)


def _call(counted_votes: CountedVotes) -> int:
    original, harmonious = counted_votes.original, counted_votes.harmonious
    return call_of_votes(
        original=(original.won, original.votes), harmonious=(harmonious.won, harmonious.votes)
    )
