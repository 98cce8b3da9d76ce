"""Wiring: what a worker says of its stores when it begins."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from cli.deployment import Deployment
from cli.wiring import wire
from tests.storage.s3_server import make_bucket, running_s3
from worker.app import ADVANCE


def test_a_worker_names_what_its_archive_can_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDARTIST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    deployment = Deployment(tmp_path)
    deployment.create()
    with running_s3() as server, caplog.at_level(logging.WARNING):
        make_bucket(server.endpoint, "archive")
        server.ignores_conditions = True
        deployment.override(
            {"storage.archive": f"s3://archive?endpoint={server.endpoint}&region=us-east-1"}
        )
        wiring = wire(deployment, "memory://", tick_seconds=1, quiet_seconds=1)
        assert "conditional" not in caplog.text

        wiring.app.tasks[ADVANCE].apply(args=("nobody:1",), throw=True)

    assert "no conditional writes" in caplog.text
