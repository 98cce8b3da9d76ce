"""Store a new version of an artist's tuning: in the archive first, then in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import ValidationError

from scheduler.cadence import longest_wait
from storage.archive.archive import Archive
from storage.archive.events import TuningChanged
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue
from worker.config.settings import SettingsError

BY_FILE = "artist.toml"
"""Who changed a tuning that came from the settings."""


def update_tuning(
    catalogue: Catalogue,
    archive: Archive,
    artist: str,
    *,
    tuning: Tuning,
    who: str,
    reset_by: str = "",
) -> TuningChanged:
    """Store a tuning as the artist's newest; its next cycle has it, on every machine.

    `who` is a person, or `BY_FILE`: then the settings file decides from now on, and `reset_by` is
    the person who gave it that right back.
    """
    while True:
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
        catalogue.cycles.retry_now(artist)  # a step may wait for the budget that was just raised
        # Where another change took the version first, or died before it entered it, ours is next.
        if written is wanted or who == BY_FILE:
            return written


def differences(before: Tuning, after: Tuning) -> list[str]:
    """What one tuning changes in another, as `beta 0.85 → 0.9`, in the order of the fields."""
    old, new = before.model_dump(), after.model_dump()
    return [f"{key} {old[key]} → {new[key]}" for key in new if old[key] != new[key]]


def changed(tuning: Tuning, values: Mapping[str, object]) -> Tuning:
    """The tuning with some values changed.

    Raises:
        SettingsError: a value is out of its range; the message names it.
    """
    try:
        return Tuning.model_validate({**tuning.model_dump(), **values})
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        # Values that do not go together belong to no field.
        said = f"{name} = {fault['input']!r}: {message}" if name else f"{message}."
        raise SettingsError(said) from error
