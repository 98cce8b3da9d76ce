"""Prometheus metrics of a worker: outcomes and durations of steps.

The processes of a pool share their counts through files (see `worker.ops.metrics_folder`), and the
main process serves the sums.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600)

STEPS = Histogram(
    "artist_step_seconds",
    "Duration of a step, by its outcome.",
    ["step", "outcome"],
    buckets=SECONDS,
)
CALLS = Counter(
    "artist_paid_calls", "Paid calls, by their final state.", ["provider", "purpose", "state"]
)
FALLBACKS = Counter(
    "artist_fallback_compositions",
    "Works that the fallback composed, since the artist's composer failed.",
    ["composer", "error"],
)


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Measure a step; one that raised an error, or lost its lease, has the outcome `broken`."""
    started, outcome = time.perf_counter(), "broken"
    try:
        yield
        outcome = "ended"
    finally:
        STEPS.labels(step, outcome).observe(time.perf_counter() - started)


def serve_counts(port: int) -> None:
    """Serve the counts of all processes of this worker at `/metrics`, from a thread."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(port, registry=registry)
