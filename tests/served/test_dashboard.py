"""The Grafana dashboard asks for metrics that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

from prometheus_client import REGISTRY

from scheduler.metrics import DeploymentCollector
from storage.catalogue import Catalogue
from worker.ops import metrics

DASHBOARD = Path(__file__).parents[2] / "docs/grafana/cultural-alien.json"


def test_every_metric_that_it_draws_is_told_by_somebody(tmp_path: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    told = {metric.name for metric in DeploymentCollector(catalogue, dict).collect()}
    catalogue.close()
    assert metrics.STEPS and metrics.CALLS
    told |= {metric.name for metric in REGISTRY.collect()}
    panels = json.loads(DASHBOARD.read_text())["panels"]
    drawn = {
        re.sub(r"_(count|bucket|total)$", "", name)
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"\bartist_\w+", target["expr"])
    }
    assert len(panels) >= 12 and drawn <= told, drawn - told
