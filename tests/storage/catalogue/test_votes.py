"""Votes: one a visitor, pair and question; and what the ranking is made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.archive.events import Ballot
from storage.archive.manifest import Manifest, Tally
from storage.catalogue import Catalogue

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def hung(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> Catalogue:
    for number in (1, 2, 3):
        alive.restore_work(make_manifest(number))
    return alive


def ballot(number: int, pair: str = "12", visitor: str = "v", outcome: float = 1) -> Ballot:
    return Ballot(
        id=f"{number:032x}",
        at=MOMENT + timedelta(seconds=number),
        visitor=visitor,
        question="original",
        first=f"alien:{pair[0]}",
        second=f"alien:{pair[1]}",
        outcome=outcome,
    )


def test_a_visitor_answers_a_question_on_a_pair_once(hung: Catalogue) -> None:
    assert hung.votes.cast(ballot(1))
    assert not hung.votes.cast(ballot(2, outcome=0))
    assert hung.votes.cast(ballot(3, visitor="w"))
    other = ballot(4).model_copy(update={"question": "harmonious"})
    assert hung.votes.cast(other)
    assert (hung.votes.count(), hung.votes.count("original")) == (3, 2)
    assert hung.votes.of_visitor("v", "original") == {("alien:1", "alien:2")}
    assert list(hung.votes.all()) == [ballot(1), ballot(3, visitor="w"), other]


def test_comparisons_know_artists_and_tunings(hung: Catalogue) -> None:
    hung.votes.cast(ballot(1, "13", outcome=0.5))
    (found,) = hung.votes.comparisons("original")
    assert (found.first, found.second, found.outcome) == ("alien:1", "alien:3", 0.5)
    assert (found.first_artist, found.second_tuning) == ("alien", 1)
    assert hung.votes.counts("original") == {"alien:1": 1, "alien:3": 1}


def test_a_tally_is_of_the_newest_works_against_all_others(hung: Catalogue) -> None:
    for number, (pair, outcome) in enumerate((("12", 0), ("13", 1), ("23", 0.5), ("12", 1))):
        cast = ballot(number, pair, visitor=f"{number}", outcome=outcome)
        hung.votes.cast(cast, archived=number != 3)
    tally = hung.votes.tally
    assert tally("alien", "original", since=3) == Tally(won=0.5, votes=2)
    assert tally("alien", "original", since=2) == Tally(won=1.0, votes=2)
    nothing = Tally(won=0.0, votes=0)
    assert tally("alien", "original", since=1) == tally("alien", "original", since=4) == nothing
    assert tally("alien", "harmonious", since=3) == tally("owl", "original", since=1) == nothing


def test_what_is_archived_does_not_wait_any_more(hung: Catalogue) -> None:
    for number, pair in enumerate(("12", "13", "23")):
        hung.votes.cast(ballot(number, pair))
    first = hung.votes.not_archived(limit=2)
    assert [b.second for b in first] == ["alien:2", "alien:3"]
    hung.votes.note_archived(first)
    assert [b.first for b in hung.votes.not_archived(limit=9)] == ["alien:2"]
