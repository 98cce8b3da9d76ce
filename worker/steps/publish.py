"""Step 6: add outbox rows for the channels; the cycle is done."""

from __future__ import annotations

from sqlalchemy import Connection

from worker.steps.context import StepContext


def run(context: StepContext) -> tuple[()]:
    """Nothing is decided here: the gallery's tasks send what waits in the outbox."""
    return ()


def on_commit(connection: Connection, context: StepContext, _: tuple[()]) -> None:
    """Ask for the work's publication on every channel of its artist."""
    channels = context.worker_context.channels(context.cycle.artist)
    context.worker_context.catalogue.outbox.add_in(connection, context.cycle.id, channels)
