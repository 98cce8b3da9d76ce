"""Versions that must fit: Qdrant's client and server, and the SDKs of OpenAI that we allow."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

OLDER_SDK = ("openai==2.47.0", "distro==1.9.0", "sniffio==1.3.1")
"""The oldest SDK that we allow, with those of its dependencies that the newest one has not."""

SDK_TESTS = (
    "worker/composers/test_openai.py",
    "worker/painters/test_openai.py",
    "worker/moderation/test_openai.py",
    "worker/test_openai_client.py",
    "worker/test_openai_errors.py",
    "worker/test_provider_models.py",
)


def required(extra: str, name: str) -> Requirement:
    (found,) = (each for each in map(Requirement, EXTRAS[extra]) if each.name == name)
    return found


def qdrant_server() -> Version:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return Version(services["qdrant"]["image"].rpartition(":")[2])


def test_the_client_of_qdrant_is_within_one_minor_version_of_the_server() -> None:
    server = qdrant_server()
    pinned = re.search(r"^qdrant-client==(\S+)", (ROOT / "constraints.txt").read_text(), re.M)
    assert pinned is not None
    for client in map(Version, (version("qdrant-client"), pinned[1])):
        assert client.major == server.major and abs(client.minor - server.minor) <= 1


def test_the_range_of_qdrants_client_ends_one_minor_version_from_the_server() -> None:
    server = qdrant_server()
    allowed = required("gallery", "qdrant-client").specifier
    minors = [minor for minor in range(200) if f"{server.major}.{minor}.0" in allowed]
    assert minors == [server.minor - 1, server.minor, server.minor + 1]


@pytest.fixture(scope="module")
def older_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the oldest SDK that we allow; without a package index the test is skipped."""
    folder = tmp_path_factory.mktemp("sdk")
    options = ("--quiet", "--no-deps", "--disable-pip-version-check", "--retries=0", "--timeout=10")
    command = [sys.executable, "-m", "pip", "install", *options, f"--target={folder}", *OLDER_SDK]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"openai 2 can't be installed here: {made.stderr.strip()[-200:]}")
    return folder


@pytest.mark.parametrize("extra", ["worker", "train"])
def test_the_oldest_sdk_that_is_allowed_is_the_one_that_is_tested(extra: str) -> None:
    (oldest,) = required(extra, "openai").specifier
    assert (oldest.operator, Version(oldest.version)) == (">=", Version(OLDER_SDK[0][8:]))


def test_paid_calls_work_with_the_older_sdk(older_sdk: Path) -> None:
    """The other tests run with the newest one, of `constraints.txt`."""
    path = os.pathsep.join((str(older_sdk), str(ROOT)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, *(str(ROOT / "tests" / name) for name in SDK_TESTS)],
        env={**os.environ, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
