"""Step 5: write the manifest to the archive and the work to the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from storage.archive.events import WorkModerated
from storage.archive.manifest import Manifest
from storage.errors import ObjectConflict
from worker.steps.context import StepContext
from worker.steps.failures import Failure, Restore


def run(context: StepContext) -> tuple[Manifest, WorkModerated | None] | Failure:
    """Write the manifest of a judged cycle; an existing one takes precedence.

    Raises:
        ValueError: a step's record is missing.
    """
    cycle, archive = context.cycle, context.worker_context.archive
    manifest = Manifest(
        artist=cycle.artist,
        number=cycle.number,
        tuning=context.tuning,
        tuning_version=cycle.tuning_version,
        inspiration=context.inspiration,
        composition=context.composition,
        painting=context.painting,
        judgement=context.judgement,
        started_at=datetime.fromtimestamp(cycle.started_at, UTC),
        finished_at=datetime.now(UTC),
        cost=context.budget.cost,
    )
    try:
        archive.save_manifest(manifest)
    except ObjectConflict:
        earlier = archive.read_manifest(cycle.artist, cycle.number)
        if not _is_same_work(manifest, earlier):
            return Restore(earlier)
        manifest = earlier
    return manifest, _moderated(context, manifest)


def on_commit(
    connection: Connection,
    context: StepContext,
    records: tuple[Manifest, WorkModerated | None],
) -> None:
    """Add the work to the catalogue, with the visibility that its moderation allows."""
    context.worker_context.catalogue.works.add_in(connection, *records)


def _is_same_work(manifest: Manifest, earlier: Manifest) -> bool:
    """Whether an earlier try of this cycle, which crashed before its commit, wrote the manifest."""
    parts = {"inspiration", "composition", "painting", "judgement"}
    return manifest.model_dump_json(include=parts) == earlier.model_dump_json(include=parts)


def _moderated(context: StepContext, manifest: Manifest) -> WorkModerated | None:
    """Return the work's first visibility; None without a moderator.

    A repeated step returns the first result, which is in the archive.
    """
    moderator, archive = context.worker_context.moderator, context.worker_context.archive
    if moderator is None:
        return None
    image = context.worker_context.picture(manifest.painting.image)
    words = f"{manifest.composition.title}\n{manifest.composition.prompt}"
    finding = moderator.check(words, image)
    return archive.append_once(
        WorkModerated(
            artist=manifest.artist,
            at=manifest.finished_at,
            number=manifest.number,
            visibility=finding.visibility,
            reason=finding.reason,
            detail=finding.detail,
            who=moderator.model,
        )
    )
