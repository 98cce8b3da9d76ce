"""The β of a cycle where feedback is on, from the last work and the votes."""

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
"""Votes on works from longer ago than so many cycles are not heard any more."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """The β of a pick, and the votes that it answers; without `beta` the tuning's stands."""

    beta: float | None = None
    counted_votes: CountedVotes | None = None


UNANSWERED: Final = Answer()


def answer(
    catalogue: Catalogue, archive: Archive, artist: str, *, number: int, tuning: Tuning
) -> Answer:
    """The β of cycle `number`, by the rule of `cas.feedback`; what is stored decides it alone.

    It goes on from the β of the artist's last work. It starts again at `tuning.beta` where there is
    no such work, or that was made at another `tuning.beta`, or with feedback off: so an admin who
    changes the one, or switches the other on, is obeyed at once.
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
    """The story of the artist's last work; None where there is none that can be read."""
    last = catalogue.cycles.last_done(artist)
    if last is None:
        return None
    try:
        return archive.read_manifest(artist, last.number)
    except (ObjectMissing, ObjectDamaged) as error:
        # One story that is lost must not keep an artist from working.
        logger.warning("β begins anew: %s", error)
        return None


def _rose(judgement: Judgement) -> bool | None:
    """Whether novelty rose; the first work counts as improved, yet there was no baseline."""
    return None if judgement.previous_novelty is None else judgement.improved


def _since(last: Manifest, number: int) -> int:
    """The first work whose votes are heard now: those that have spoken once do not speak again."""
    counted_votes = last.inspiration.counted_votes
    if counted_votes is None:
        return number
    begin = last.number if _call(counted_votes) else counted_votes.since
    return max(begin, number - MEMORY)


def _silence(number: int) -> CountedVotes:
    """Nothing heard yet, and from that work on it will be."""
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
