"""Step 6: add outbox rows for the channels; the cycle is done."""

from __future__ import annotations

from sqlalchemy import Connection

from worker.steps.context import StepContext


def run(context: StepContext) -> tuple[()]:
    """Return no records: the gallery's tasks send the rows of the outbox."""
    return ()


def on_commit(connection: Connection, context: StepContext, _: tuple[()]) -> None:
    """Add an outbox row for every channel of the artist that takes more works today."""
    worker_context = context.worker_context
    worker_context.catalogue.outbox.add_in(
        connection,
        context.cycle.id,
        worker_context.channels(context.cycle.artist),
        worker_context.channel_limits(),
    )
