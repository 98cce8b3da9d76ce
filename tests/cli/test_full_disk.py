"""A full disk at the start: the artist reports it, waits, and starts when space is free."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cli.commands.artists import run
from cli.runtime.deployment import Deployment
from tests.cli.conftest import Call


def test_the_start_waits_for_space(
    call: Call, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [5 * 2**20, 5 * 2**20, 2**40]
    left = iter(room)
    monkeypatch.setattr(Deployment, "free_bytes_here", lambda _: next(left, 2**40))
    monkeypatch.setattr(run, "LOOK_SECONDS", 0.01)
    result = call("run", "--data", lived, "--cycles", 3, "--no-gallery")
    assert result.code == 0 and result.out.count("Only 5 MiB are free") == 1
    assert result.out.index("starts when") < result.out.index("Cycle 3 has ended")


def test_the_wait_for_space_can_be_stopped(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deployment, "free_bytes_here", lambda _: 0)
    news: run.News = run.SimpleQueue()
    threading.Timer(0.1, news.put, [True]).start()
    assert not run._has_room(Deployment(lived), news)


def test_the_data_folder_counts_if_catalogue_or_memory_is_in_it(
    lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deployment, "free_bytes_here", lambda _: 7)
    assert Deployment(lived).free_bytes() == 7
    settings = lived / "artist.toml"
    served = '[storage]\ncatalogue = "postgresql://a@b/c"\nmemory = "http://localhost:6333"\n'
    settings.write_text(settings.read_text() + served)
    free = Deployment(lived).free_bytes()
    assert free is not None and free > 7
