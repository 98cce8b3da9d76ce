"""A cycle's budget: each paid call is reserved and recorded before it is made.

The order matters (design §3.4): reserve in the catalogue, append the event to the archive, call,
archive the result, append the outcome, close the entry. After a crash at any point the next worker
finds what was paid for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil, isfinite
from typing import Literal

from PIL import Image

from cas.data.image_files import PictureError, picture_format
from storage.archive import latest_events
from storage.archive.archive import Archive
from storage.archive.events import Spending
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Claim, LedgerEntry
from worker.errors import AttemptsSpent, BudgetSpent, OverRateLimit
from worker.ops.metrics import CALLS
from worker.painters.picture import FORMATS

logger = logging.getLogger(__name__)

MILLION = 1_000_000

UNFETCHED_SECONDS = 3600.0
"""How long a paid picture is looked for at its URL before another one may be bought."""

MOST_CALLS = {"compose": 6, "paint": 2}
"""Paid calls per cycle: two attempts; an attempt to compose includes two repairs."""


class CycleBudget:
    """The `Meter` of one cycle; all workers together make `per_minute` calls (0: no limit).

    `claim` is that of the paying step: a worker that has lost it can't reserve a call. Budgets are
    those of the artist's newest tuning, so that a raised budget lets a waiting cycle continue.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        archive: Archive,
        claim: Claim,
        *,
        per_minute: float = 0.0,
    ) -> None:
        self._catalogue = catalogue
        self._ledger = catalogue.ledger
        self._rates = catalogue.rates
        self._per_minute = per_minute
        self._archive = archive
        self._claim = claim
        self._known: Sequence[LedgerEntry] | None = None

    @property
    def _entries(self) -> Sequence[LedgerEntry]:
        """Every paid call of the cycle; only the holder of its step changes them."""
        if self._known is None:
            self._known = self._ledger.of_cycle(self._claim.cycle.artist, self._claim.cycle.number)
        return self._known

    def settle_abandoned(self) -> None:
        """Close the calls that an earlier holder of the step left open.

        Their outcome is that in the archive, else *unknown*, charged in full.

        Raises:
            LeaseLost: the open call may be the new holder's.
        """
        abandoned = [entry.spending for entry in self._entries if entry.state == "reserved"]
        if abandoned:
            self._catalogue.cycles.check(self._claim)
        for spending in abandoned:
            known = self._outcome(spending)
            if known is not None:
                self._ledger.close(known)
                self._known = None
            else:
                self._close(spending, "unknown", reason="the worker died during the call")

    def _outcome(self, reserved: Spending) -> Spending | None:
        """The archive's outcome of a call that is reserved in the ledger."""
        outcomes = (
            reserved.model_copy(update={"state": state})
            for state in ("settled", "refused", "unknown")
        )
        events = (self._archive.read_event(each.artist, each.kind, each.id) for each in outcomes)
        return latest_events.spending(event for event in events if event).get(reserved.entry)

    def receipt(self, purpose: str) -> Spending | None:
        """A settled call of this cycle whose picture is in the archive and not used yet."""
        for entry in self._entries:
            if entry.purpose == purpose and entry.state == "settled" and entry.spending.result:
                return entry.spending
        return None

    def unfetched(self, purpose: str) -> str:
        """See `worker.meter.Meter`; after `UNFETCHED_SECONDS` the result counts as lost."""
        oldest = datetime.now(UTC) - timedelta(seconds=UNFETCHED_SECONDS)
        for entry in reversed(self._entries):  # an earlier one was given up
            spending = entry.spending
            if entry.purpose == purpose and spending.url and spending.at > oldest:
                return spending.url
        return ""

    @property
    def cost(self) -> float:
        """US dollars charged to this cycle so far."""
        return sum(entry.charged for entry in self._entries) / MILLION

    @contextmanager
    def paid(self, purpose: str, *, provider: str, model: str, ceiling: float) -> Iterator[_Call]:
        """Reserve a call; see `worker.meter.Meter`."""
        self._known = None
        self._check_attempts(purpose)
        wait = self._rates.take(provider, per_minute=self._per_minute)
        if wait:
            raise OverRateLimit(
                f"{provider} gets at most {self._per_minute:g} calls a minute from all artists"
                " together",
                retry_after=wait,
            )
        newest = self._catalogue.artists.tuning(self._claim.cycle.artist)
        budgets = Tuning() if newest is None else newest.tuning
        wanted = Spending(
            artist=self._claim.cycle.artist,
            at=datetime.now(UTC),
            entry="",
            number=self._claim.cycle.number,
            purpose=purpose,
            attempt=0,
            provider=provider,
            model=model,
            state="reserved",
            ceiling=ceil(ceiling * MILLION),
            reserved_at=datetime.now(UTC),
        )
        reserved = self._ledger.reserve(
            wanted,
            claim=self._claim,
            daily=budgets.daily_budget,
            monthly=budgets.monthly_budget,
        )
        self._known = None
        if isinstance(reserved, str):
            raise BudgetSpent(reserved)
        self._archive.append(reserved)
        call = _Call(self, reserved)
        try:
            yield call
        except BaseException as error:
            if call.is_open:
                self._close(reserved, "unknown", reason=f"{type(error).__name__}: {error}")
            raise
        if call.is_open:
            self._close(reserved, "unknown", reason="no outcome was recorded")

    def settle(
        self,
        spending: Spending,
        *,
        cost: float,
        request_id: str,
        result: bytes | None,
        url: str,
    ) -> None:
        """Archive the result, then the outcome, then close the entry.

        An invalid cost is charged in full: spending never falls.
        """
        known = isfinite(cost) and cost >= 0
        charged = ceil(cost * MILLION) if known else spending.ceiling
        sha256 = "" if result is None else self._archive_result(result)
        self._close(
            spending, "settled", cost=charged, request_id=request_id, result=sha256, url=url
        )

    def refuse(self, spending: Spending, reason: str) -> None:
        """Close the entry as refused: it costs nothing."""
        self._close(spending, "refused", reason=reason)

    def _archive_result(self, result: bytes) -> str:
        try:
            media_type = Image.MIME[picture_format(result, FORMATS)]
        except PictureError:
            return ""  # the painter reports that it is not a picture
        return self._archive.save_image(result, media_type)

    def _close(
        self, spending: Spending, state: Literal["settled", "refused", "unknown"], **facts: object
    ) -> None:
        changes = {"state": state, "at": datetime.now(UTC), **facts}
        closed = Spending.model_validate({**dict(spending), **changes})
        self._ledger.close(self._archive.append_once(closed))
        self._known = None
        CALLS.labels(closed.provider, closed.purpose, state).inc()
        logger.info(
            "a paid call is %s",
            state,
            extra={
                "entry": closed.entry,
                "request": closed.request_id,
                "provider": closed.provider,
                "model": closed.model,
                "cost": closed.cost / MILLION,
                "reason": closed.reason,
            },
        )

    def _check_attempts(self, purpose: str) -> None:
        made = [e for e in self._entries if e.purpose == purpose and e.state != "refused"]
        if len(made) >= MOST_CALLS[purpose]:
            cycle, states = self._claim.cycle.id, ", ".join(entry.state for entry in made)
            raise AttemptsSpent(
                f"{purpose}: {len(made)} paid calls were made for {cycle} ({states}), and no more"
                " are allowed"
            )


class _Call:
    """One reserved call, see `worker.meter.PaidCall`."""

    def __init__(self, budget: CycleBudget, spending: Spending) -> None:
        self._budget = budget
        self._spending = spending
        self.is_open = True

    def settle(
        self, cost: float, *, request_id: str = "", result: bytes | None = None, url: str = ""
    ) -> None:
        self.is_open = False
        self._budget.settle(
            self._spending, cost=cost, request_id=request_id, result=result, url=url
        )

    def refuse(self, reason: str) -> None:
        self.is_open = False
        self._budget.refuse(self._spending, reason)
