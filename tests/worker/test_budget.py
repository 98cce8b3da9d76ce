"""The budget: reserved before the call; the result archived before the outcome."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, Spending, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Claim, LeaseLost
from tests.manifests import a_spending
from tests.worker.contexts import noise
from worker.budget import CycleBudget
from worker.errors import AttemptsSpent, BudgetSpent, ServiceUnavailable


@pytest.fixture
def catalogue(tmp_path: Path, created: ArtistCreated, tuned: TuningChanged) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    opened.artists.add(created)
    opened.artists.tune(tuned.model_copy(update={"tuning": Tuning(daily_budget=1.0)}))
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True))


@pytest.fixture
def claim(catalogue: Catalogue) -> Claim:
    opened = catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert opened is not None
    claimed = catalogue.cycles.claim(opened.id, holder="w", seconds=-1)
    assert claimed is not None
    return claimed


@pytest.fixture
def accounts(catalogue: Catalogue, archive: Archive, claim: Claim) -> CycleBudget:
    return CycleBudget(catalogue, archive, claim)


def states(catalogue: Catalogue) -> list[str]:
    return [entry.state for entry in catalogue.ledger.of_cycle("alien", 1)]


def events(archive: Archive) -> list[str]:
    return [e.state for e in archive.events("alien", "spending") if isinstance(e, Spending)]


def call(accounts: CycleBudget, *, ceiling: float = 0.25) -> None:
    with accounts.paid("paint", provider="openai", model="m", ceiling=ceiling) as paid:
        paid.settle(0.04, request_id="req", result=noise(1))


def test_a_call_is_recorded_before_it_is_made(
    catalogue: Catalogue, archive: Archive, accounts: CycleBudget
) -> None:
    with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
        assert states(catalogue) == events(archive) == ["reserved"]
        assert catalogue.ledger.spent("alien").today == 0.25
        paid.settle(0.04)
    assert states(catalogue) == ["settled"]
    assert accounts.cost == catalogue.ledger.spent("alien").today == 0.04


def test_a_picture_is_in_the_archive_before_its_call_is_settled(
    archive: Archive, accounts: CycleBudget
) -> None:
    call(accounts)
    receipt = accounts.receipt("paint")
    assert receipt is not None
    assert archive.read_image(receipt.result) == (noise(1), "image/png")


def test_the_url_of_a_picture_that_could_not_be_fetched_is_told_to_the_next_worker(
    catalogue: Catalogue,
    archive: Archive,
    accounts: CycleBudget,
    claim: Claim,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert accounts.unfetched("paint") == ""
    with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
        paid.settle(0.04, url="https://cdn.example/1.png")
    assert accounts.receipt("paint") is None
    another = CycleBudget(catalogue, archive, claim)
    assert another.unfetched("paint") == "https://cdn.example/1.png"
    assert another.unfetched("compose") == ""
    rebuilt = Catalogue("sqlite://")
    rebuilt.artists.add(ArtistCreated.model_validate(dict(catalogue.artists.all()[0].created)))
    for event in archive.events("alien", "spending"):
        assert isinstance(event, Spending)
        rebuilt.ledger.enter(event)
    assert CycleBudget(rebuilt, archive, claim).unfetched("paint") == "https://cdn.example/1.png"
    rebuilt.close()
    monkeypatch.setattr("worker.budget.UNFETCHED_SECONDS", 0.0)
    assert CycleBudget(catalogue, archive, claim).unfetched("paint") == ""


def test_bytes_that_are_not_a_picture_are_charged_without_a_receipt(
    catalogue: Catalogue, accounts: CycleBudget
) -> None:
    with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
        paid.settle(0.04, result=b"<html>sorry</html>")
    assert accounts.receipt("paint") is None
    assert states(catalogue) == ["settled"]


def test_a_decompression_bomb_is_charged_without_a_receipt(
    catalogue: Catalogue, accounts: CycleBudget
) -> None:
    bomb = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    for name, data in ((b"IHDR", header), (b"IDAT", bytes(99)), (b"IEND", b"")):
        bomb += struct.pack(">I", len(data)) + name + data
        bomb += struct.pack(">I", zlib.crc32(name + data))
    with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
        paid.settle(0.04, result=bomb)
    assert accounts.receipt("paint") is None
    assert states(catalogue) == ["settled"]


def test_a_call_that_ends_in_an_exception_is_unknown_and_charged_in_full(
    catalogue: Catalogue, archive: Archive, accounts: CycleBudget
) -> None:
    with (
        pytest.raises(TimeoutError),
        accounts.paid("paint", provider="openai", model="m", ceiling=0.25),
    ):
        raise TimeoutError("no answer")
    assert states(catalogue) == ["unknown"]
    assert sorted(events(archive)) == ["reserved", "unknown"]
    assert accounts.cost == 0.25


def test_two_calls_for_one_picture_are_the_most(accounts: CycleBudget) -> None:
    for _ in range(2):
        call(accounts)
    with pytest.raises(AttemptsSpent, match="2 paid calls were made for alien:1"):
        call(accounts)


def test_a_call_that_was_refused_does_not_count(
    catalogue: Catalogue, accounts: CycleBudget
) -> None:
    for _ in range(5):
        with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
            paid.refuse("429")
    assert states(catalogue) == ["refused"] * 5
    assert accounts.cost == 0


def test_a_spent_budget_stops_the_call_before_it_is_made(
    catalogue: Catalogue, accounts: CycleBudget
) -> None:
    with pytest.raises(BudgetSpent, match=r"daily budget of \$1.00"):
        call(accounts, ceiling=1.01)
    assert states(catalogue) == []


def test_an_open_call_of_a_dead_worker_is_unknown(
    catalogue: Catalogue, accounts: CycleBudget
) -> None:
    context = accounts.paid("paint", provider="openai", model="m", ceiling=0.25)
    context.__enter__()
    accounts.settle_abandoned()
    assert states(catalogue) == ["unknown"]
    context.__exit__(None, None, None)  # the dead worker continues: too late to change it
    assert states(catalogue) == ["unknown"]


def test_unless_the_archive_has_it_as_settled(
    catalogue: Catalogue, archive: Archive, accounts: CycleBudget
) -> None:
    """The worker died after the outcome was archived, and before the catalogue had it."""
    call(accounts)
    settled = catalogue.ledger.of_cycle("alien", 1)[0].spending
    catalogue.ledger.enter(settled.model_copy(update={"state": "reserved", "cost": 0}))
    assert states(catalogue) == ["reserved"]
    accounts.settle_abandoned()
    assert states(catalogue) == ["settled"]
    assert accounts.cost == 0.04
    receipt = accounts.receipt("paint")
    assert receipt is not None and receipt == settled


@pytest.mark.parametrize("state", ["refused", "unknown"])
def test_or_with_another_outcome(
    catalogue: Catalogue, archive: Archive, accounts: CycleBudget, state: str
) -> None:
    """The first outcome and its cost stay: no second one is written."""
    with accounts.paid("paint", provider="openai", model="m", ceiling=0.25) as paid:
        if state == "refused":
            paid.refuse("moderated")
    closed = catalogue.ledger.of_cycle("alien", 1)[0].spending
    catalogue.ledger.enter(closed.model_copy(update={"state": "reserved"}))
    accounts.settle_abandoned()
    assert catalogue.ledger.of_cycle("alien", 1)[0].spending == closed
    assert sorted(events(archive)) == sorted(["reserved", state])


def test_without_the_lease_no_call_is_reserved(
    catalogue: Catalogue, archive: Archive, accounts: CycleBudget, claim: Claim
) -> None:
    assert catalogue.cycles.claim(claim.cycle.id, holder="quicker", seconds=60)
    with pytest.raises(LeaseLost):
        call(accounts)
    assert states(catalogue) == events(archive) == []


def test_a_call_over_the_shared_rate_waits_and_is_not_recorded(
    catalogue: Catalogue, archive: Archive, claim: Claim
) -> None:
    hurried = CycleBudget(catalogue, archive, claim, per_minute=6.0)
    call(hurried)
    with pytest.raises(ServiceUnavailable, match="6 calls a minute") as waits:
        call(hurried)
    assert waits.value.retry_after is not None and 0 < waits.value.retry_after <= 10
    assert states(catalogue) == ["settled"] and events(archive) == ["reserved", "settled"]


@pytest.mark.parametrize("cost", [-4199.0, float("nan"), float("inf"), float("-inf")])
def test_an_invalid_cost_is_charged_in_full(
    accounts: CycleBudget, catalogue: Catalogue, cost: float
) -> None:
    with accounts.paid("paint", provider="other", model="m", ceiling=0.25) as paid:
        paid.settle(cost)
    assert catalogue.ledger.spent("alien").today == 0.25


def test_a_negative_cost_of_an_older_release_is_charged_in_full(catalogue: Catalogue) -> None:
    moment = datetime.now(UTC)
    catalogue.ledger.enter(
        a_spending(
            at=moment,
            provider="other",
            ceiling=250_000,
            cost=-4_199_000_000,
            reserved_at=moment,
        )
    )
    assert catalogue.ledger.spent("alien").today == 0.25
