"""The ledger: budgets that are never passed, and what became of each call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from storage.archive.events import Spending
from storage.catalogue import Catalogue, Claim, LeaseLost


def wanted(number: int, *, ceiling: int = 250_000, purpose: str = "paint") -> Spending:
    return Spending(
        artist="alien",
        at=datetime.now(UTC),
        entry="",
        number=number,
        purpose=purpose,
        attempt=0,
        provider="openai",
        model="gpt-image-2",
        state="reserved",
        ceiling=ceiling,
        reserved_at=datetime.now(UTC),
    )


@pytest.fixture
def claim(alive: Catalogue) -> Claim:
    cycle = alive.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    return taken(alive, cycle.id, seconds=60)


def taken(catalogue: Catalogue, cycle: str, *, seconds: float) -> Claim:
    claim = catalogue.cycles.claim(cycle, holder="w", seconds=seconds)
    assert claim is not None
    return claim


def test_who_has_lost_the_step_can_not_buy(alive: Catalogue) -> None:
    cycle = alive.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    frozen = taken(alive, cycle.id, seconds=-1)
    quicker = taken(alive, cycle.id, seconds=60)
    assert isinstance(alive.ledger.reserve(wanted(1), claim=quicker, daily=5, monthly=5), Spending)
    with pytest.raises(LeaseLost, match="belongs to another worker"):
        alive.ledger.reserve(wanted(1), claim=frozen, daily=5, monthly=5)
    assert len(alive.ledger.of_cycle("alien", 1)) == 1


def test_attempts_are_numbered_for_each_cycle_and_purpose(alive: Catalogue, claim: Claim) -> None:
    entries = [
        alive.ledger.reserve(request, claim=claim, daily=5, monthly=5)
        for request in (wanted(1), wanted(1), wanted(1, purpose="compose"), wanted(2))
    ]
    assert [e if isinstance(e, str) else e.entry for e in entries] == [
        "alien:1:paint:1",
        "alien:1:paint:2",
        "alien:1:compose:1",
        "alien:2:paint:1",
    ]


def test_many_workers_never_pass_the_budget(alive: Catalogue, claim: Claim) -> None:
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(alive.ledger.reserve, wanted(n), claim=claim, daily=1.0, monthly=9.0)
            for n in range(16)
        ]
    refused = [f.result() for f in futures if isinstance(f.result(), str)]
    assert len(refused) == 12
    assert alive.ledger.spent("alien").today == 1.0
    assert "daily budget of $1.00 has $0.0000 left" in str(refused[0])


def test_the_monthly_budget_holds_too(alive: Catalogue, claim: Claim) -> None:
    assert not isinstance(alive.ledger.reserve(wanted(1), claim=claim, daily=9, monthly=0.3), str)
    assert "monthly" in str(alive.ledger.reserve(wanted(2), claim=claim, daily=9, monthly=0.3))


@pytest.mark.parametrize(
    ("state", "charged"), [("settled", 0.04), ("refused", 0.0), ("unknown", 0.25)]
)
def test_an_outcome_replaces_the_reservation(
    alive: Catalogue, claim: Claim, state: str, charged: float
) -> None:
    entry = alive.ledger.reserve(wanted(1), claim=claim, daily=5, monthly=5)
    assert isinstance(entry, Spending)
    alive.ledger.close(entry.model_copy(update={"state": state, "cost": 40_000}))
    assert alive.ledger.spent("alien").today == charged
    assert [e.state for e in alive.ledger.of_cycle("alien", 1)] == [state]
    assert alive.ledger.count_unknown("alien") == (state == "unknown")


def test_a_closed_call_stays_as_it_is(alive: Catalogue, claim: Claim) -> None:
    entry = alive.ledger.reserve(wanted(1), claim=claim, daily=5, monthly=5)
    assert isinstance(entry, Spending)
    alive.ledger.close(entry.model_copy(update={"state": "unknown"}))
    alive.ledger.close(entry.model_copy(update={"state": "settled", "cost": 1}))
    assert alive.ledger.spent("alien").today == 0.25


def test_yesterdays_spending_is_not_todays(alive: Catalogue) -> None:
    old = wanted(1).model_copy(
        update={
            "entry": "alien:1:paint:1",
            "attempt": 1,
            "reserved_at": datetime(2020, 1, 1, tzinfo=UTC),
        }
    )
    alive.ledger.enter(old)
    alive.ledger.enter(old.model_copy(update={"state": "settled", "cost": 7}))
    assert alive.ledger.spent("alien").month == 0
    assert [e.charged for e in alive.ledger.of_cycle("alien", 1)] == [7]
