"""The fifth step: the whole story of the work goes into the archive."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.archive import Archive
from storage.catalogue import CycleRow
from storage.errors import ObjectConflict
from storage.manifest import Manifest, Tuning


def keep(archive: Archive, cycle: CycleRow, *, tuning: Tuning, cost: float) -> Manifest:
    """Write the manifest of a judged cycle; if one is there already, that is the truth.

    Raises:
        ValueError: a step's record is missing.
    """
    if not (cycle.inspiration and cycle.composition and cycle.painting and cycle.judgement):
        raise ValueError(f"{cycle.id} can't be kept: one of its steps left no record")
    manifest = Manifest(
        artist=cycle.artist,
        number=cycle.number,
        tuning=tuning,
        tuning_version=cycle.tuning_version,
        inspiration=cycle.inspiration,
        composition=cycle.composition,
        painting=cycle.painting,
        judgement=cycle.judgement,
        started_at=datetime.fromtimestamp(cycle.started_at, UTC),
        finished_at=datetime.now(UTC),
        cost=cost,
    )
    try:
        archive.save_manifest(manifest)
    except ObjectConflict:
        return archive.read_manifest(cycle.artist, cycle.number)
    return manifest
