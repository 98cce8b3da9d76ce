"""The gallery in one process, or in several."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import urllib3

from tests.served.ports import free_port, wait_for_port


def test_gallery_processes_serve_in_parallel_and_end_together(lived: Path) -> None:
    port = free_port()
    artist = [str(Path(sys.executable).parent / "artist"), "gallery", "--data", str(lived)]
    server = subprocess.Popen([*artist, "--port", str(port), "--processes", "2"])
    try:
        wait_for_port(port, seconds=60)
        address = f"http://127.0.0.1:{port}/works/alien/3"
        ask = urllib3.PoolManager(retries=urllib3.Retry(total=60, backoff_factor=0.1))
        assert b"Work 3" in ask.request("GET", address).data

        first, second = _galleries(server.pid)
        os.kill(first.pid, signal.SIGKILL)
        assert b"Work 3" in ask.request("GET", address, headers={"Connection": "close"}).data
        assert second.is_running()

        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        assert not second.is_running()
    finally:
        server.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_gallery_that_was_asked_to_stop_ends_with_status_0(
    lived: Path, number: signal.Signals
) -> None:
    port = free_port()
    artist = [str(Path(sys.executable).parent / "artist"), "gallery", "--data", str(lived)]
    server = subprocess.Popen([*artist, "--port", str(port)])
    try:
        ask = urllib3.PoolManager(retries=urllib3.Retry(total=60, backoff_factor=0.1))
        assert ask.request("GET", f"http://127.0.0.1:{port}/health/live").status == 200
        server.send_signal(number)
        assert server.wait(60) == 0
    finally:
        server.kill()


def _galleries(parent: int) -> list[psutil.Process]:
    """The serving processes, without the resource tracker of multiprocessing."""
    children = psutil.Process(parent).children()
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
