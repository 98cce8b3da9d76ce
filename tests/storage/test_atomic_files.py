"""Files that other processes read: never seen half-written, and of many makers one makes them."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from storage import atomic_files

LONG = b"x" * 200_000


@pytest.fixture(params=["links", "no links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a file system with hard links, and of one without."""
    if request.param == "no links":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(os, "link", refuse)
    return tmp_path


def test_of_many_makers_one_makes_it_and_all_others_leave_it(folder: Path) -> None:
    file, barrier = folder / "secret", Barrier(8)

    def make(number: int) -> tuple[bool, bytes]:
        barrier.wait()
        return atomic_files.create(file, b"%d" % number * 50_000), file.read_bytes()

    with ThreadPoolExecutor(8) as threads:
        made, seen = zip(*threads.map(make, range(8)), strict=True)
    assert sorted(made) == 7 * [False] + [True]
    assert set(seen) == {b"%d" % made.index(True) * 50_000}


@pytest.mark.parametrize("write", [atomic_files.create, atomic_files.replace])
def test_nobody_sees_it_before_it_is_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    assert callable(write)
    file = folder / "settings"
    seen: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(file.exists()))
    write(file, LONG)
    assert seen[0] is False
    assert file.read_bytes() == LONG


def test_what_is_replaced_is_there_all_the_time(folder: Path) -> None:
    file = folder / "settings"
    atomic_files.create(file, b"a" * len(LONG))
    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(lambda: [atomic_files.replace(file, LONG) for _ in range(20)])
        while not writing.done():
            assert file.read_bytes() in (b"a" * len(LONG), LONG)
    assert [found.name for found in folder.iterdir() if found.name != ".lock"] == ["settings"]


def test_a_failure_leaves_nothing_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "settings"
    file.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(os, "fsync", full)
    for write in (atomic_files.create, atomic_files.replace):
        with pytest.raises(OSError, match="full"):
            write(file, LONG)
    assert file.read_bytes() == b"old"
    assert [found.name for found in folder.iterdir()] == ["settings"]


def test_rights_are_those_asked_for_less_the_umask(folder: Path) -> None:
    atomic_files.create(folder / "secret", b"x", mode=0o600)
    atomic_files.create(folder / "settings", b"x")
    (folder / "plain").write_bytes(b"x")
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert rights["secret"] == 0o600
    assert rights["settings"] == rights["plain"]
    atomic_files.replace(folder / "secret", b"y", mode=0o600)
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600


def test_a_link_to_a_file_elsewhere_stays_one(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "settings").write_bytes(b"old")
    (folder / "settings").symlink_to(folder / "elsewhere" / "settings")
    assert atomic_files.create(folder / "settings", b"new") is False
    atomic_files.replace(folder / "settings", b"new")
    assert (folder / "settings").is_symlink()
    assert (folder / "elsewhere" / "settings").read_bytes() == b"new"
