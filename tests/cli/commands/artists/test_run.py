"""`artist run` in a process of its own: killed, retuned, rebuilt, and visited."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from tests.cli.endurance import ARTIST, survive


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an artist that was killed twice before its fifth work."""
    folder = tmp_path_factory.mktemp("survivor") / "data"
    folder.mkdir()
    (folder / "artist.toml").write_text("[picture]\nwidth = 96\nheight = 96\n")
    survive(folder, cycles=5, kills=2, seed=1)
    return folder


def test_a_killed_artist_loses_and_duplicates_nothing(survivor: Path) -> None:
    listed = subprocess.run(
        [ARTIST, "works", "--data", survivor, "--json"], capture_output=True, check=True
    )
    assert [work["number"] for work in json.loads(listed.stdout)] == [1, 2, 3, 4, 5]


def test_a_rebuilt_artist_continues_and_a_running_one_is_retuned_and_stopped(
    survivor: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    subprocess.run(
        [ARTIST, "rebuild", "--data", new, "--archive", survivor / "archive"], check=True
    )
    settings = new / "artist.toml"
    plain = settings.read_text() + "\n"
    plain = plain.replace("# width = 1024", "width = 96").replace("# height = 1024", "height = 96")
    plain = plain.replace("# min_free_gib = 2.0", "min_free_gib = 0")
    settings.write_text(plain.replace("# beta = 0.85", "beta = 0.5"))
    with subprocess.Popen(
        [ARTIST, "run", "--data", new, "--every", "0s", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "300"},
    ) as process:
        assert process.stdout is not None
        made: list[int] = []
        address = ""
        for line in process.stdout:
            address = address or "".join(re.findall(r"Gallery: (\S+)", line))
            if "beta = 7" in line:
                break
            if not (printed := re.search(r"№ (\d+)", line)):
                continue
            made.append(int(printed[1]))
            if len(made) == 1:
                assert httpx.get(f"{address}works/alien/{made[0]}").status_code == 200
                assert "<entry>" in httpx.get(f"{address}feed.atom").text
                settings.write_text(plain.replace("# beta = 0.85", "beta = 0.25"))
            if len(made) == 3:  # the second may have started before the change
                settings.write_text(plain.replace("# beta = 0.85", "beta = 7"))
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(timeout=60) == 0
    manifests = list(Archive(FolderStore(survivor / "archive")).manifests())
    assert [m.number for m in manifests] == list(range(1, len(manifests) + 1))
    assert manifests[5].inspiration.pool_before == manifests[4].judgement.pool_after
    assert manifests[5].tuning.beta == 0.5
    assert manifests[-1].tuning.beta == 0.25, "the file is invalid: the last valid value stays"


def test_neither_pictures_nor_alarms_wait_for_publishing_or_thumbnails_that_hang(
    tmp_path: Path,
) -> None:
    script = Path(__file__).with_name("hung_publishing.py")
    subprocess.run(
        [sys.executable, script, tmp_path / "data"],
        check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        timeout=500,
    )
