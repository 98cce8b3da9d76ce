"""The secret that the gallery signs with: one for all processes of a data folder."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import SECRET, site_secret
from tests.cli.conftest import Call


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTIST_GALLERY_SECRET", raising=False)


def test_galleries_that_begin_at_once_sign_with_one_secret(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        barrier = Barrier(8)

        def begin(_: int, folder: Path = folder, barrier: Barrier = barrier) -> bytes:
            barrier.wait()
            return site_secret(Deployment(folder))

        with ThreadPoolExecutor(8) as threads:
            (secret,) = set(threads.map(begin, range(8)))
        assert len(secret) == 64
        assert site_secret(Deployment(folder)) == secret
        assert [file.name for file in folder.iterdir()] == [SECRET]
        assert stat.S_IMODE((folder / SECRET).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\n", b"5ca1ab1e"])
def test_an_empty_or_broken_secret_is_told_and_not_signed_with(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / SECRET).write_bytes(content)
    with pytest.raises(UserError, match=rf"{SECRET} has {len(content)} bytes"):
        site_secret(Deployment(tmp_path))
    assert (tmp_path / SECRET).read_bytes() == content


def test_a_secret_that_machines_share_must_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIST_GALLERY_SECRET", "0" * 64)
    assert site_secret(Deployment(tmp_path)) == b"0" * 64
    monkeypatch.setenv("ARTIST_GALLERY_SECRET", "guess me")
    with pytest.raises(UserError, match="ARTIST_GALLERY_SECRET has 8 bytes"):
        site_secret(Deployment(tmp_path))


def test_the_settings_of_processes_that_begin_at_once_are_whole(tmp_path: Path) -> None:
    """An empty settings file is a valid one: its reader would take all defaults for chosen."""
    barrier = Barrier(8)

    def begin(number: int) -> tuple[bool, str]:
        deployment = Deployment(tmp_path)
        barrier.wait()
        made = deployment.create("paper" if number % 2 else "default")
        return made, deployment.settings.preset

    with ThreadPoolExecutor(8) as threads:
        made, presets = zip(*threads.map(begin, range(8)), strict=True)
    assert sorted(made) == 7 * [False] + [True]
    assert set(presets) == {"paper" if made.index(True) % 2 else "default"}


def test_a_broken_file_of_admins_is_told_by_the_command(lived: Path, call: Call) -> None:
    password = ["--name", "ann", "--password", "correct horse battery"]
    assert call("password", "--data", lived, *password).code == 0
    (lived / "admins.json").write_text("{")
    said = call("password", "--data", lived, *password)
    assert said.code == 1
    assert str(lived / "admins.json") in said.out and "`artist password`" in said.out
    (lived / "admins.json").unlink()
    assert call("password", "--data", lived, *password).code == 0
