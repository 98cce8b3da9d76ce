"""Find alarm conditions: what is wrong now and needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from scheduler.cadence import longest_wait, quiet_until
from storage.archive.archive import Archive
from storage.archive.manifest import Tuning
from storage.catalogue import Alarm, ArtistRow, Catalogue, Spent
from worker.steps.failures import BREAKER_FAILURES

GIB = 2**30
BUDGET_SHARE = 0.8
"""A budget of which so much is spent or reserved is an alarm."""

SHORTEST_SILENCE = 600.0
"""Seconds without a new work that are never an alarm, however short the cadence."""


def find_alarms(catalogue: Catalogue, archive: Archive, *, min_free_gib: float) -> list[Alarm]:
    """Everything that is wrong at this moment, in no special order."""
    alarms = list(_disk(archive, min_free_gib=min_free_gib))
    tunings = catalogue.artists.newest_tunings()
    latest = catalogue.works.latest()
    spent = catalogue.ledger.spent_by_all()
    now = catalogue.clock.now()
    for artist in catalogue.artists.all():
        row = tunings.get(artist.name)
        if row is None:
            continue
        if artist.paused:
            alarms += _paused(artist)
            continue
        alarms += _silent(artist, row.tuning, now=now, last=latest.get(artist.name))
        alarms += _breaker(artist, now=now)
        alarms += _budget(artist, row.tuning, spent=spent.get(artist.name, Spent(0.0, 0.0)))
    return alarms


def _disk(archive: Archive, *, min_free_gib: float) -> Iterator[Alarm]:
    free = archive.free_bytes()
    if free is not None and free < min_free_gib * GIB:
        yield Alarm(
            "",
            "disk",
            f"{free / GIB:.1f} GiB are free where the archive lies, less than"
            f" storage.min_free_gib = {min_free_gib:g}: nothing is painted until there is room",
        )


def _paused(artist: ArtistRow) -> Iterator[Alarm]:
    """A pause by a person is no alarm."""
    if not artist.paused_by:
        yield Alarm(artist.name, "paused", f"it had to stop: {artist.pause_reason}")


def _silent(
    artist: ArtistRow, tuning: Tuning, *, now: float, last: float | None
) -> Iterator[Alarm]:
    patience = max(SHORTEST_SILENCE, 2.0 * longest_wait(tuning))
    since = max(last or 0.0, artist.created.at.timestamp(), artist.resumed_at)
    if now - since <= patience or _was_quiet(tuning, now=now, seconds=patience):
        return
    silence = timedelta(seconds=round(now - since))
    yield Alarm(
        artist.name,
        "silent",
        f"no new work since {datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M} UTC:"
        f" more than {silence - silence % timedelta(minutes=10)}, where"
        f" {timedelta(seconds=round(tuning.every))} is its cadence",
    )


def _was_quiet(tuning: Tuning, *, now: float, seconds: float) -> bool:
    """Whether quiet hours touch the last `seconds`, looked at each quarter of an hour."""
    moments = [now - back for back in range(0, int(min(seconds, 86400.0)) + 900, 900)]
    return any(quiet_until(tuning, datetime.fromtimestamp(at, UTC)) for at in moments)


def _breaker(artist: ArtistRow, *, now: float) -> Iterator[Alarm]:
    if artist.failures >= BREAKER_FAILURES and artist.rests_until > now:
        yield Alarm(
            artist.name,
            "breaker",
            f"it rests until {datetime.fromtimestamp(artist.rests_until, UTC):%H:%M} UTC:"
            f" {artist.pause_reason}",
        )


def _budget(artist: ArtistRow, tuning: Tuning, *, spent: Spent) -> Iterator[Alarm]:
    for period, used, budget in (
        ("daily", spent.today, tuning.daily_budget),
        ("monthly", spent.month, tuning.monthly_budget),
    ):
        if budget > 0 and used >= BUDGET_SHARE * budget:
            yield Alarm(
                artist.name,
                f"budget-{period}",
                f"${used:.2f} of the {period} budget of ${budget:.2f} are spent or reserved",
            )
