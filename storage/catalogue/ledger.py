"""The ledger: each paid call is reserved before it is made, within budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, text, update

from storage.archive.events import Spending
from storage.catalogue.cycle_row import Claim, lock_in
from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import artists, ledger

MILLION = 1_000_000

_NO_ROOM = {period: f"the {period} budget of" for period in ("daily", "monthly")}
"""How the reason begins why a call was not reserved."""


@dataclass(frozen=True)
class LedgerEntry:
    """One paid call as it stands now."""

    id: str
    artist: str
    number: int
    purpose: str
    attempt: int
    state: str
    charged: int
    reserved_at: float
    spending: Spending


@dataclass(frozen=True)
class Spent:
    """US dollars charged or reserved today and this month (UTC)."""

    today: float
    month: float


@dataclass(frozen=True)
class DaySpent:
    """One artist's paid calls of one day (UTC), and the US dollars charged or reserved."""

    day: date
    artist: str
    calls: int
    dollars: float


class Ledger:
    """Spending of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(
        self, wanted: Spending, *, claim: Claim, daily: float, monthly: float
    ) -> Spending | str:
        """Reserve a call's ceiling; the entry, or the reason why the budget has no room for it.

        `wanted` names artist, number, purpose, provider, model and ceiling; the attempt and its
        time are given here. Budgets are US dollars. The rows of cycle and artist are locked
        meanwhile: whoever claims the step after us sees the entry, and two workers can't both take
        the last cent.

        Raises:
            LeaseLost: another worker has claimed the step since, and may have paid already.
        """
        with self._database.write() as connection:
            lock_in(connection, claim)
            connection.execute(
                select(artists.c.name).where(artists.c.name == wanted.artist).with_for_update()
            )
            moment = float(connection.scalar(select(now())) or 0.0)
            spent = _spent(connection, wanted.artist, moment)
            price = wanted.ceiling / MILLION
            for period, used, budget in (
                ("daily", spent.today, daily),
                ("monthly", spent.month, monthly),
            ):
                if round((used + price) * MILLION) > round(budget * MILLION):
                    return (
                        f"{_NO_ROOM[period]} ${budget:.2f} has ${max(0.0, budget - used):.4f}"
                        f" left, and this call may cost ${price:.4f}"
                    )
            entry = _numbered(connection, wanted, moment)
            connection.execute(insert(ledger).values(**_columns(entry)))
        return entry

    def close(self, spending: Spending) -> None:
        """Record the outcome of a reserved call; a call that is closed stays as it is."""
        with self._database.write() as connection:
            connection.execute(
                update(ledger)
                .where(ledger.c.id == spending.entry, ledger.c.state == "reserved")
                .values(**_columns(spending))
            )

    def enter(self, spending: Spending) -> None:
        """Enter a call from the archive's events, over what is known of it."""
        with self._database.write() as connection:
            self.enter_in(connection, spending)

    def enter_in(self, connection: Connection, spending: Spending) -> None:
        """`enter` as part of a transaction that changes more."""
        columns = _columns(spending)
        connection.execute(
            upsert(connection, ledger)
            .values(**columns)
            .on_conflict_do_update(index_elements=["id"], set_=columns)
        )

    def get(self, entry: str) -> LedgerEntry | None:
        """One paid call by its name."""
        with self._database.read() as connection:
            row = connection.execute(select(ledger).where(ledger.c.id == entry)).first()
        return None if row is None else _entry(row)

    def of_cycle(self, artist: str, number: int) -> Sequence[LedgerEntry]:
        """Every paid call of one cycle, in order."""
        query = (
            select(ledger)
            .where(ledger.c.artist == artist, ledger.c.number == number)
            .order_by(ledger.c.purpose, ledger.c.attempt)
        )
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def count_unknown(self, artist: str) -> int:
        """Number of calls with an unknown outcome; they are charged in full."""
        query = (
            select(func.count())
            .select_from(ledger)
            # Written out: with a parameter the partial index would not be used.
            .where(ledger.c.artist == artist, ledger.c.state == text("'unknown'"))
        )
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def spent(self, artist: str) -> Spent:
        """What the artist has spent today and this month, reservations included."""
        with self._database.read() as connection:
            return _spent(connection, artist, float(connection.scalar(select(now())) or 0.0))

    def by_day(self, *, days: int) -> Sequence[DaySpent]:
        """What each artist paid on each of the last days (UTC), the newest first.

        Days and artists without a call are left out.
        """
        with self._database.read() as connection:
            today, _ = _periods(float(connection.scalar(select(now())) or 0.0))
            starts = [today - 86400.0 * back for back in range(days)]
            day = case(*((ledger.c.reserved_at >= start, start) for start in starts), else_=0.0)
            query = (
                select(day.label("day"), ledger.c.artist, func.count(), func.sum(ledger.c.charged))
                .where(ledger.c.reserved_at >= starts[-1])
                .group_by("day", ledger.c.artist)
                .order_by(text("day DESC"), ledger.c.artist)
            )
            return [
                DaySpent(
                    day=datetime.fromtimestamp(float(row[0]), UTC).date(),
                    artist=row[1],
                    calls=int(row[2]),
                    dollars=float(row[3]) / MILLION,
                )
                for row in connection.execute(query)
            ]

    def spent_by_all(self) -> Mapping[str, Spent]:
        """What each artist that paid for something this month has spent."""
        with self._database.read() as connection:
            day, month = _periods(float(connection.scalar(select(now())) or 0.0))
            today = case((ledger.c.reserved_at >= day, ledger.c.charged), else_=0)
            query = (
                select(ledger.c.artist, func.sum(today), func.sum(ledger.c.charged))
                .where(ledger.c.reserved_at >= month)
                .group_by(ledger.c.artist)
            )
            return {
                row[0]: Spent(today=float(row[1]) / MILLION, month=float(row[2]) / MILLION)
                for row in connection.execute(query)
            }


def spent_period(reason: str) -> str:
    """The budget that had no room for a call, `daily` or `monthly`, by the reason; else ""."""
    return next((name for name, words in _NO_ROOM.items() if reason.startswith(words)), "")


def _numbered(connection: Connection, wanted: Spending, moment: float) -> Spending:
    last = connection.scalar(
        select(func.max(ledger.c.attempt)).where(
            ledger.c.artist == wanted.artist,
            ledger.c.number == wanted.number,
            ledger.c.purpose == wanted.purpose,
        )
    )
    attempt = (last or 0) + 1
    at = datetime.fromtimestamp(moment, UTC)
    return wanted.model_copy(
        update={
            "attempt": attempt,
            "entry": f"{wanted.artist}:{wanted.number}:{wanted.purpose}:{attempt}",
            "at": at,
            "reserved_at": at,
        }
    )


def _spent(connection: Connection, artist: str, moment: float) -> Spent:
    day, month = _periods(moment)

    def since(start: float) -> float:
        total = connection.scalar(
            select(func.sum(ledger.c.charged)).where(
                ledger.c.artist == artist, ledger.c.reserved_at >= start
            )
        )
        return float(total or 0) / MILLION

    return Spent(today=since(day), month=since(month))


def _periods(moment: float) -> tuple[float, float]:
    """When the day and the month of that moment began (UTC)."""
    day = datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.timestamp(), (day - timedelta(days=day.day - 1)).timestamp()


def _columns(spending: Spending) -> dict[str, object]:
    charged = {
        "reserved": spending.ceiling,
        "unknown": spending.ceiling,
        # An archive of an older release may hold what a lying server "paid back".
        "settled": spending.cost if spending.cost >= 0 else spending.ceiling,
        "refused": 0,
    }
    return {
        "id": spending.entry,
        "artist": spending.artist,
        "number": spending.number,
        "purpose": spending.purpose,
        "attempt": spending.attempt,
        "state": spending.state,
        "charged": charged[spending.state],
        "reserved_at": spending.reserved_at.timestamp(),
        "spending": spending.model_dump_json(),
    }


def _entry(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(
        id=row.id,
        artist=row.artist,
        number=row.number,
        purpose=row.purpose,
        attempt=row.attempt,
        state=row.state,
        charged=row.charged,
        reserved_at=row.reserved_at,
        spending=Spending.model_validate_json(row.spending),
    )
