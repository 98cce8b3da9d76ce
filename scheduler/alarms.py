"""Find alarm conditions: faults that need a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from scheduler.cadence import longest_wait, quiet_until
from storage.archive.archive import Archive
from storage.archive.manifest import Tuning
from storage.catalogue import Alarm, ArtistRow, Catalogue, Spent
from storage.catalogue.ledger import MILLION, spent_period
from storage.catalogue.queries.attention import FailedCycleStep, HeldWorks
from worker.config.settings import SettingsFile
from worker.model_reload import pair_fault
from worker.steps.failures import BREAKER_FAILURES

GIB = 2**30
BUDGET_SHARE = 0.8
"""Share of a budget, spent or reserved, from which on it is an alarm."""

SHORTEST_SILENCE = 600.0
"""Seconds without a new work that are never an alarm, even with a short cadence."""

FALLBACKS = 3
"""Works in a row that were written by the fallback, from which on it is an alarm."""

Command = Callable[[str], str]
"""Writes a command as a person calls it: `resume alien` as `artist resume alien --data …`."""


def find_alarms(
    catalogue: Catalogue,
    archive: Archive,
    *,
    min_free_gib: float,
    free_bytes: Callable[[], int | None] | None = None,
    command: Command = lambda words: f"artist {words}",
) -> list[Alarm]:
    """Return the current alarms, in no particular order; each names what mends it.

    `free_bytes` returns the free space of the fullest store, by default the archive's; `command`
    writes a command as a person calls it.
    """
    free = (free_bytes or archive.free_bytes)()
    alarms = [*_disk(free, min_free_gib=min_free_gib), *_publishing(catalogue, command)]
    tunings = catalogue.artists.newest_tunings()
    latest = catalogue.works.latest()
    spent = catalogue.ledger.spent_by_all()
    held, waiting = catalogue.attention.held(), catalogue.attention.waiting()
    fallbacks = catalogue.attention.fallbacks()
    now = catalogue.clock.now()
    for artist in catalogue.artists.all():
        row = tunings.get(artist.name)
        if row is None:
            continue
        if artist.name in held:
            alarms += _review(artist, row.tuning, held[artist.name], now=now, command=command)
        if artist.retired and artist.name not in waiting:
            continue
        if artist.paused:
            alarms += _paused(artist, command)
            continue
        step = waiting.get(artist.name)
        held_by = "" if step is None else spent_period(step.reason)
        if step is not None and not held_by and now - step.started_at > _patience(row.tuning):
            alarms.append(_waiting(artist, step, command))
        elif not artist.retired and not held_by:
            last = latest.get(artist.name)
            alarms += _silent(artist, row.tuning, now=now, last=last, command=command)
        alarms += _breaker(artist, now=now, command=command)
        usage = spent.get(artist.name, Spent(0.0, 0.0))
        alarms += _budget(artist, row.tuning, spent=usage, held_by=held_by, command=command)
        if artist.name in fallbacks:
            alarms += _composer(catalogue, artist, command)
    return alarms


def settings_alarms(file: SettingsFile, *, command: Command) -> Iterator[Alarm]:
    """The alarms of a settings file that is invalid, and of a pair of models that is missing."""
    look = f"`{command('doctor')}` checks it"
    if file.fault:
        yield Alarm(
            "", "settings", f"{file.fault}. The last valid values stay in use until then; {look}"
        )
    fault = pair_fault(file.settings.models.sampler)
    if fault:
        yield Alarm("", "models", f"no other pair is used until this is mended: {fault} {look}")


def _patience(tuning: Tuning) -> float:
    """Seconds that something may wait for a person without an alarm."""
    return max(SHORTEST_SILENCE, longest_wait(tuning))


def _disk(free: int | None, *, min_free_gib: float) -> Iterator[Alarm]:
    if free is not None and free < min_free_gib * GIB:
        yield Alarm(
            "",
            "disk",
            f"{free / GIB:.1f} GiB are free on the fullest disk of the stores, less than"
            f" storage.min_free_gib = {min_free_gib:g}: nothing is painted until space is free, or"
            " that setting is lowered in artist.toml",
        )


def _publishing(catalogue: Catalogue, command: Command) -> Iterator[Alarm]:
    """Channels that send nothing until a person mends them, and posts that wait for a decision."""
    for row in catalogue.channels.all():
        if row.fault:
            says = f"nothing is posted on {row.name}: {row.fault}"
        elif row.held:
            says = (
                f"posts on {row.name} wait: {row.held.rstrip('.')}. Once that is mended:"
                f" `{command('publications --retry-all')}`"
            )
        else:
            continue
        yield Alarm("", f"channel {row.name}", says)
    unknown = catalogue.outbox.newest(states=("unknown",))
    if unknown:
        count = catalogue.outbox.count("unknown")
        first = f"publications {unknown[0].work} {unknown[0].channel}"
        yield Alarm(
            "",
            "publications",
            f"{count} {'post has' if count == 1 else 'posts have'} an unknown outcome, and"
            f" nothing is sent again: look there, then decide with `{command(first)} arrived`,"
            " or `again`, or `give_up`",
        )
    failed = catalogue.attention.failed_publications()
    if failed:
        count, (work, channel) = len(failed), failed[0]
        yield Alarm(
            "",
            "failed-publications",
            f"{count} {'post has' if count == 1 else 'posts have'} failed, and no more attempts are"
            f" made: `{command('publications')}` tells why, `{command('publications --retry-all')}`"
            f" sends again, `{command(f'publications {work} {channel} give_up')}` does not",
        )


def _paused(artist: ArtistRow, command: Command) -> Iterator[Alarm]:
    """A pause by a person is not an alarm."""
    if not artist.paused_by:
        says = f"paused after an error: {artist.pause_reason.rstrip('.')}. Once that is mended:"
        yield Alarm(artist.name, "paused", f"{says} `{command(f'resume {artist.name}')}`")


def _review(
    artist: ArtistRow, tuning: Tuning, works: HeldWorks, *, now: float, command: Command
) -> Iterator[Alarm]:
    if now - works.since > _patience(tuning):
        count = "1 work is" if works.count == 1 else f"{works.count} works are"
        decide = command(f"moderate {works.oldest} shown")
        yield Alarm(
            artist.name,
            "review",
            f"{count} held for review, the first since {_moment(works.since)}: look under Review on"
            f" the admin pages, or decide with `{decide}`, or `hidden`",
        )


def _waiting(artist: ArtistRow, step: FailedCycleStep, command: Command) -> Alarm:
    return Alarm(
        artist.name,
        "waiting",
        f"{step.cycle} waits at {step.step}, begun {_moment(step.started_at)}:"
        f" {step.reason.rstrip('.')}. It tries again by itself; once that is mended, at once with"
        f" `{command(f'resume {artist.name}')}`",
    )


def _composer(catalogue: Catalogue, artist: ArtistRow, command: Command) -> Iterator[Alarm]:
    """The fallback writes in place of the composer that the artist has."""
    if artist.next.parts.composer == "grammar":
        return
    newest = catalogue.works.newest(artist=artist.name, limit=FALLBACKS)
    if len(newest) == FALLBACKS and all(work.fallback for work in newest):
        yield Alarm(
            artist.name,
            "composer",
            f"the last {FALLBACKS} works or more were written by the fallback. The composer"
            f" failed, at last with {newest[0].fallback.rstrip('.')}. `{command('doctor')}` checks"
            " its server and model; to do without it:"
            f" `{command(f'edit {artist.name} --composer grammar')}`",
        )


def _silent(
    artist: ArtistRow, tuning: Tuning, *, now: float, last: float | None, command: Command
) -> Iterator[Alarm]:
    patience = max(SHORTEST_SILENCE, 2.0 * longest_wait(tuning))
    since = max(last or 0.0, artist.created.at.timestamp(), artist.resumed_at)
    if now - since <= patience or _was_quiet(tuning, now=now, seconds=patience):
        return
    silence = timedelta(seconds=round(now - since))
    yield Alarm(
        artist.name,
        "silent",
        f"no new work since {_moment(since)}:"
        f" more than {silence - silence % timedelta(minutes=10)}, with a cadence of"
        f" {timedelta(seconds=round(tuning.every))}. `{command('status')}` and"
        f" `{command('doctor')}` tell more",
    )


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _was_quiet(tuning: Tuning, *, now: float, seconds: float) -> bool:
    """Whether quiet hours overlap the last `seconds`, checked in steps of a quarter of an hour."""
    moments = [now - back for back in range(0, int(min(seconds, 86400.0)) + 900, 900)]
    return any(quiet_until(tuning, datetime.fromtimestamp(at, UTC)) for at in moments)


def _breaker(artist: ArtistRow, *, now: float, command: Command) -> Iterator[Alarm]:
    if artist.failures >= BREAKER_FAILURES and artist.rests_until > now:
        yield Alarm(
            artist.name,
            "breaker",
            f"no new cycle until {datetime.fromtimestamp(artist.rests_until, UTC):%H:%M} UTC:"
            f" {artist.pause_reason.rstrip('.')}. At once:"
            f" `{command(f'resume {artist.name}')}`",
        )


def _budget(
    artist: ArtistRow, tuning: Tuning, *, spent: Spent, held_by: str, command: Command
) -> Iterator[Alarm]:
    """A budget that is nearly spent, or that leaves too little for a call that waits for it."""
    for period, used, budget in (
        ("daily", spent.today, tuning.daily_budget),
        ("monthly", spent.month, tuning.monthly_budget),
    ):
        waits = held_by == period
        nearly = round(used * MILLION) >= round(BUDGET_SHARE * budget * MILLION)
        if waits or (budget > 0 and nearly):
            more = command(f"tune {artist.name} --{period}-budget {2 * budget or 1:g}")
            yield Alarm(
                artist.name,
                f"budget-{period}",
                f"${used:.2f} of the {period} budget of ${budget:.2f} are spent or reserved"
                f"{', and the next call may cost more than the rest' if waits else ''};"
                f" for more: `{more}`",
            )
