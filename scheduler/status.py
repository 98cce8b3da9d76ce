"""An artist's status as one record, for the command line, the gallery and monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise, takewhile

from pydantic import BaseModel, Field

from scheduler.tuning_updates import BY_FILE
from storage.archive.archive import Archive
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow, Catalogue, CycleRow, WorkRow

SAMPLE = 8
"""Number of newest works from which sizes and cadence are measured."""


class ArtistStatus(BaseModel):
    """One artist at one moment; money in US dollars, times in UTC."""

    artist: str
    state: str
    reason: str
    works: int
    failed_cycles: int
    cycle: int | None
    step: str | None
    pool: list[str]
    last_work: str | None
    last_work_at: datetime | None
    next_cycle_at: datetime | None
    tuning_version: int
    tuning: Tuning
    last_beta: float | None = Field(
        description="β of the newest pick, where feedback decided it; else null"
    )
    overrides_settings: bool
    spent_today: float
    spent_this_month: float
    calls_with_unknown_outcome: int
    fallback_works: int = Field(
        description="works that the fallback wrote, since the artist's composer failed"
    )
    fallbacks_in_a_row: int = Field(description="of them the newest works, without a break")
    fallback_reason: str = Field(description="why, for the newest work; empty: it was not so")
    free_gib: float | None
    days_left_on_disk: float | None


def artist_status(catalogue: Catalogue, archive: Archive, artist: ArtistRow) -> ArtistStatus:
    """Read an artist's current status."""
    open_cycle = catalogue.cycles.current(artist.name)
    done = catalogue.cycles.last_done(artist.name)
    newest = catalogue.works.newest(artist=artist.name, limit=SAMPLE)
    tuning = catalogue.artists.tuning(artist.name)
    spent = catalogue.ledger.spent(artist.name)
    state, reason = _state(artist, None if open_cycle is None else open_cycle.last_error)
    free = archive.free_bytes()
    current = Tuning() if tuning is None else tuning.tuning
    return ArtistStatus(
        artist=artist.name,
        state=state,
        reason=reason,
        works=catalogue.works.count(artist=artist.name),
        failed_cycles=catalogue.cycles.count("failed", artist=artist.name),
        cycle=None if open_cycle is None else open_cycle.number,
        step=None if open_cycle is None else open_cycle.step.value,
        pool=list(_pool(artist, done)),
        last_work=newest[0].title if newest else None,
        last_work_at=datetime.fromtimestamp(newest[0].created_at, UTC) if newest else None,
        next_cycle_at=datetime.fromtimestamp(artist.next_due, UTC)
        if artist.next_due and not artist.retired
        else None,
        tuning_version=0 if tuning is None else tuning.version,
        tuning=current,
        last_beta=_last_beta(catalogue, artist.name, open_cycle),
        overrides_settings=tuning is not None and tuning.who != BY_FILE,
        spent_today=spent.today,
        spent_this_month=spent.month,
        calls_with_unknown_outcome=catalogue.ledger.count_unknown(artist.name),
        fallback_works=catalogue.attention.fallback_count(artist.name),
        fallbacks_in_a_row=len(list(takewhile(lambda work: work.fallback, newest))),
        fallback_reason=newest[0].fallback if newest else "",
        free_gib=None if free is None else round(free / 2**30, 2),
        days_left_on_disk=_days_left(archive, newest, free=free, every=current.every),
    )


def _pool(artist: ArtistRow, done: CycleRow | None) -> tuple[str, ...]:
    if done is not None and done.pool is not None:
        return done.pool.concepts
    return artist.created.seeds if artist.created.pool is None else artist.created.pool.concepts


def _last_beta(catalogue: Catalogue, artist: str, cycle: CycleRow | None) -> float | None:
    """The β that feedback set for the open cycle; before its pick, the one of the last work."""
    if cycle is not None and cycle.inspiration is not None:
        return cycle.inspiration.beta
    last = catalogue.works.last(artist)
    return None if last is None else last.beta


def _state(artist: ArtistRow, last_error: str | None) -> tuple[str, str]:
    if artist.retired and last_error is None:
        return "retired", ""
    if artist.paused:
        return "paused", artist.pause_reason
    if last_error:
        return "waiting", last_error
    if artist.rests_until > datetime.now(UTC).timestamp():
        return "resting", artist.pause_reason
    return ("working", "") if last_error is not None else ("between cycles", "")


def _days_left(
    archive: Archive, newest: Sequence[WorkRow], *, free: int | None, every: float
) -> float | None:
    """Estimate the days until the disk is full, from the newest works' sizes and the cadence."""
    if free is None or not newest:
        return None
    sizes = [
        archive.work_size(work.artist, work.number, image=work.image, media_type=work.media_type)
        for work in newest
    ]
    gaps = [later.created_at - earlier.created_at for later, earlier in pairwise(newest)]
    seconds = max(every, sum(gaps) / len(gaps) if gaps and every == 0 else 0.0, 1.0)
    return round(free / max(1.0, sum(sizes) / len(sizes)) * seconds / 86400, 1)
