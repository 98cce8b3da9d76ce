"""The last step: rows in the outbox, as many as the artist's channels take."""

from __future__ import annotations

from collections.abc import Callable

from worker.engine.runner import run_step
from worker.worker_context import WorkerContext


def test_a_channel_with_a_limit_takes_no_more_works_than_that(
    open_worker_context: Callable[..., WorkerContext],
) -> None:
    context = open_worker_context()
    context.channels = lambda artist: ("few", "many")
    context.channel_limits = lambda: {"few": 1}
    for cycle in ("alien:1", "alien:2"):
        assert context.catalogue.cycles.open("alien", tuning_version=1, every=0)
        while run_step(context, cycle):
            pass
    rows = [(row.work, row.channel) for row in context.catalogue.outbox.due(limit=9)]
    assert rows == [("alien:1", "few"), ("alien:1", "many"), ("alien:2", "many")]
