"""Prometheus metrics of the whole deployment, read from its stores at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.catalogue import Catalogue
from storage.catalogue.queries.deployment_stats import DeploymentStats
from storage.errors import StorageUnavailable


class DeploymentCollector(Collector):
    """Cycles, queues, novelty, spending, failures and alarms.

    `waiting` returns the number of tasks in each queue. While the catalogue is unavailable, only
    these numbers and `artist_catalogue_up` 0 are reported.
    """

    def __init__(self, catalogue: Catalogue, waiting: Callable[[], Mapping[str, int]]) -> None:
        self._catalogue = catalogue
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        """Read all metrics once."""
        yield _gauge("artist_queue_tasks", "Waiting tasks.", "queue", self._waiting())
        try:
            found = list(self._of_catalogue())
        except StorageUnavailable:
            found, up = [], 0
        else:
            up = 1
        yield GaugeMetricFamily("artist_catalogue_up", "Whether it answers.", value=up)
        yield from found

    def _of_catalogue(self) -> Iterator[Metric]:
        figures = DeploymentStats(self._catalogue.database)
        cycles = GaugeMetricFamily(
            "artist_cycles", "Cycles by artist and state.", labels=["artist", "state"]
        )
        for (artist, state), count in figures.cycles().items():
            cycles.add_metric([artist, state], count)
        yield cycles
        yield _gauge("artist_open_cycles", "Open cycles by step.", "step", figures.open_by_step())
        yield _gauge("artist_artists", "Artists by state.", "state", figures.artists())
        newest = figures.newest()
        novelty = {artist: work.novelty for artist, work in newest.items()}
        ages = {artist: work.age for artist, work in newest.items()}
        yield _gauge("artist_novelty", "Novelty of the newest work.", "artist", novelty)
        yield _gauge("artist_last_work_age_seconds", "Age of the newest work.", "artist", ages)
        spent = self._catalogue.ledger.spent_by_all()
        for period, words in (("today", "today"), ("month", "this month")):
            dollars = {artist: getattr(row, period) for artist, row in spent.items()}
            name = f"artist_spent_{period}_dollars"
            yield _gauge(name, f"Spent or reserved {words}.", "artist", dollars)
        yield _gauge("artist_ledger_calls", "Paid calls by state.", "state", figures.calls())
        active: dict[str, int] = {}
        for row in self._catalogue.alarms.active():
            active[row.alarm.kind] = active.get(row.alarm.kind, 0) + 1
        yield _gauge("artist_alarms", "Active alarms.", "kind", active)


def serve_metrics(
    port: int, catalogue: Catalogue, waiting: Callable[[], Mapping[str, int]]
) -> None:
    """Serve the metrics at `/metrics`, from a thread."""
    registry = CollectorRegistry()
    registry.register(DeploymentCollector(catalogue, waiting))
    start_http_server(port, registry=registry)


def _gauge(name: str, help_: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family
