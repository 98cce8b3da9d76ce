"""Wiring: what a worker logs about its stores, and which settings it reloads."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.model import ModelSize
from cli.runtime.deployment import Deployment
from cli.runtime.wiring import wire
from tests.storage.s3_server import make_bucket, running_s3
from worker.engine.app import RUN_STEP


def test_a_worker_logs_what_its_archive_can_not_do(
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
        wiring = wire(deployment, "memory://", tick_seconds=1, stall_timeout=1)
        assert "conditional" not in caplog.text

        wiring.app.tasks[RUN_STEP].apply(args=("nobody:1",), throw=True)

    assert "no conditional writes" in caplog.text


def test_a_running_worker_loads_the_pair_that_its_settings_name_now(tmp_path: Path) -> None:
    """Only the pair: beat stores tunings, and other settings are read at the start."""
    size = ModelSize(layers=1, width=16, heads=2)
    for name, words in (("first", ["sea", "sky"]), ("second", ["sea", "sky", "drone"])):
        models = [ConceptModel.new(Vocabulary(words), size) for _ in range(2)]
        CulturalAlienSampler(*models).save_pretrained(tmp_path / name)
    deployment = Deployment(tmp_path / "data")
    deployment.create()
    settings = deployment.settings_path
    plain = settings.read_text()

    def write(name: str) -> None:
        named = f'[models]\nsampler = "{tmp_path / name}"\n'
        settings.write_text(plain.replace("[models]\n", named))

    write("first")
    wiring = wire(deployment, "memory://", tick_seconds=1, stall_timeout=1)
    assert list(wiring.worker_context.sampler.vocabulary) == ["sea", "sky"]
    write("third")
    assert list(wiring.worker_context.sampler.vocabulary) == ["sea", "sky"]
    assert f"models.sampler = '{tmp_path / 'third'}'" in wiring.pair.fault
    write("second")
    assert list(wiring.worker_context.sampler.vocabulary) == ["sea", "sky", "drone"]
    assert wiring.pair.fault == ""
    assert deployment.settings.models.sampler == str(tmp_path / "first")
