"""Prometheus metrics of a worker: outcomes and durations of steps.

A pool has many processes. They share their counts through files (see
`worker.ops.metrics_folder`), and the main process serves the sum.
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
    "Time that a step took, by how it ended.",
    ["step", "outcome"],
    buckets=SECONDS,
)
CALLS = Counter(
    "artist_paid_calls", "Paid calls, by how they were closed.", ["provider", "purpose", "state"]
)


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Measure a step; one that another worker took over, or that broke, is counted apart."""
    began, outcome = time.perf_counter(), "broken"
    try:
        yield
        outcome = "ended"
    finally:
        STEPS.labels(step, outcome).observe(time.perf_counter() - began)


def serve_counts(port: int) -> None:
    """Serve the counts of all processes of this worker at `/metrics`, from a thread."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(port, registry=registry)
