"""The gallery as a process, or several that answer side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import urllib3

from tests.served.ports import free_port, wait_for_port


def test_gallery_processes_answer_side_by_side_and_end_together(lived: Path) -> None:
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


def _galleries(parent: int) -> list[psutil.Process]:
    """The processes that answer, without the one that multiprocessing starts for its own ends."""
    children = psutil.Process(parent).children()
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
