"""Store a new version of an artist's tuning: in the archive first, then in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import ValidationError

from scheduler.cadence import longest_wait, seconds_to_next
from storage.archive.archive import Archive
from storage.archive.events import TuningChanged
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue
from worker.config.settings import SettingsError

BY_FILE = "artist.toml"
"""`who` of a tuning that comes from the settings file."""


def update_tuning(
    catalogue: Catalogue,
    archive: Archive,
    artist: str,
    *,
    tuning: Tuning,
    who: str,
    reset_by: str = "",
) -> TuningChanged:
    """Store a tuning as the artist's newest; its next cycle uses it, on every machine.

    `who` is a person, or `BY_FILE`: then the settings file decides from now on, and `reset_by` is
    the person who reset the tuning.
    """
    while True:
        before = catalogue.artists.tuning(artist)
        wanted = TuningChanged(
            artist=artist,
            at=datetime.now(UTC),
            version=catalogue.artists.next_tuning_version(artist),
            tuning=tuning,
            who=who,
            reset_by=reset_by,
        )
        written = archive.append_once(wanted)
        catalogue.artists.tune(written)
        catalogue.artists.due_within(artist, longest_wait(written.tuning))
        if before is not None and _cadence(before.tuning) != _cadence(written.tuning):
            _follow_cadence(catalogue, artist, written.tuning)
        catalogue.cycles.retry_now(artist)  # a step may wait for the budget that was just raised
        # If another change took this version, take the next one.
        if written is wanted or who == BY_FILE:
            return written


def _cadence(tuning: Tuning) -> tuple[float, float, int]:
    return tuning.every, tuning.jitter, tuning.burst


def _follow_cadence(catalogue: Catalogue, artist: str, tuning: Tuning) -> None:
    """Let the next cycle be due as if the last one had begun with this tuning."""
    row, last = catalogue.artists.get(artist), catalogue.cycles.newest(artist)
    if row is not None and last is not None:
        wait = seconds_to_next(tuning, seed=row.created.seed, number=last.number)
        catalogue.artists.postpone_to(artist, last.started_at + wait)


def differences(before: Tuning, after: Tuning) -> list[str]:
    """Return the fields that differ, as `beta 0.85 → 0.9`, in the order of the record."""
    old, new = before.model_dump(), after.model_dump()
    return [f"{key} {old[key]} → {new[key]}" for key in new if old[key] != new[key]]


def changed(tuning: Tuning, values: Mapping[str, object]) -> Tuning:
    """Return the tuning with some values changed.

    Raises:
        SettingsError: a value is out of range; the message names it.
    """
    try:
        return Tuning.model_validate({**tuning.model_dump(), **values})
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        # A conflict between values has no field.
        text = f"{name} = {fault['input']!r}: {message}" if name else f"{message}."
        raise SettingsError(text) from error
