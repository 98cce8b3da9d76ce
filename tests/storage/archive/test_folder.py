"""The folder store against real file systems: kills, full and read-only disks, races."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.archive.folder import FolderStore
from storage.errors import ObjectConflict, ObjectMissing, StorageUnavailable

PNG = "image/png"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    point = tmp_path / "small"
    point.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(point)],
        capture_output=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip("mounting a small file system needs root")
    yield point
    subprocess.run(["umount", str(point)], check=True)


def test_a_missing_folder_is_not_begun_anew(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="missing"):
        FolderStore(tmp_path / "unmounted")
    assert not (tmp_path / "unmounted").exists()


def test_a_folder_that_goes_away_is_not_an_empty_archive(folder_store: FolderStore) -> None:
    folder_store.put("a/b", b"x", media_type=PNG)
    folder_store.path.rename(folder_store.path.with_name("elsewhere"))
    calls: list[Callable[[], object]] = [
        lambda: folder_store.get("a/b"),
        lambda: folder_store.exists("a/b"),
        lambda: list(folder_store.keys()),
        lambda: list(folder_store.folders()),
        lambda: folder_store.put("a/b", b"x", media_type=PNG),
        lambda: folder_store.replace("a/b", b"x", media_type=PNG),
        folder_store.probe,
        folder_store.free_bytes,
    ]
    for call in calls:
        with pytest.raises(StorageUnavailable, match="missing"):
            call()
    assert not folder_store.path.exists()


@pytest.mark.parametrize(
    "key",
    ["../outside", "a/../../outside", "/etc/passwd", "a//b", "", ".hidden", "a/.b", "a\\b", "a\0b"],
)
def test_keys_can_not_leave_the_folder(folder_store: FolderStore, key: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: folder_store.put(key, b"x", media_type=PNG),
        lambda: folder_store.replace(key, b"x", media_type=PNG),
        lambda: folder_store.get(key),
        lambda: folder_store.exists(key),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="no key"):
            call()
    assert list(folder_store.path.parent.rglob("*")) == [folder_store.path]


def test_a_full_disk_is_said_and_what_was_there_stays(small_disk: Path) -> None:
    store = FolderStore(small_disk)
    store.put("a", b"small", media_type=PNG)
    with pytest.raises(StorageUnavailable, match=r"full.*Free some space"):
        store.put("b", b"x" * 1_000_000, media_type=PNG)
    with pytest.raises(StorageUnavailable, match="full"):
        store.replace("a", b"x" * 1_000_000, media_type=PNG)
    assert store.get("a") == b"small"
    assert list(store.keys()) == ["a"]
    free = store.free_bytes()
    assert free is not None and 0 < free < 256 * 1024
    assert store.put("b", b"x" * 1000, media_type=PNG), "a failed write gives its space back"


def test_a_read_only_archive_can_be_read_and_says_why_it_is_not_written(small_disk: Path) -> None:
    FolderStore(small_disk).put("a", b"kept", media_type=PNG)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store = FolderStore(small_disk)
    assert store.get("a") == b"kept"
    assert list(store.keys()) == ["a"]
    for call in (lambda: store.put("b", b"x", media_type=PNG), store.probe):
        with pytest.raises(StorageUnavailable, match="can't be written"):
            call()
    with pytest.raises(StorageUnavailable, match="can't be written"):
        FolderStore(small_disk / "new", create=True)


def test_a_broken_disk_is_said(folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(StorageUnavailable, match="Input/output error"):
        folder_store.put("a", b"x", media_type=PNG)
    monkeypatch.undo()
    assert list(folder_store.keys()) == []


def test_a_killed_writer_leaves_whole_objects_only(folder_store: FolderStore) -> None:
    """Writers are killed with SIGKILL while they write without end."""
    script = (
        "import sys; from storage.archive.folder import FolderStore\n"
        "store = FolderStore(sys.argv[1]); start = int(sys.argv[2])\n"
        "for n in range(start, start + 100_000):\n"
        "    store.put(f'k/{n}', f'{n:08d}'.encode() * 50_000, media_type='image/png')\n"
        "    print(n, flush=True)\n"
    )
    acknowledged: list[int] = []
    for start in range(0, 300_000, 100_000):
        command = [sys.executable, "-c", script, str(folder_store.path), str(start)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged += [int(writer.stdout.readline()) for _ in range(5)]
            writer.send_signal(signal.SIGKILL)
    keys = list(folder_store.keys())
    assert {f"k/{number}" for number in acknowledged} <= set(keys)
    for key in keys:
        number = int(key.removeprefix("k/"))
        assert folder_store.get(key) == f"{number:08d}".encode() * 50_000


def test_leftovers_of_the_killed_are_hidden_and_cleared_when_old(folder_store: FolderStore) -> None:
    folder_store.put("a", b"x", media_type=PNG)
    incoming = folder_store.path / ".incoming"
    for name, age in (("old", 7200), ("fresh", 60)):
        (incoming / name).write_bytes(b"half a pict")
        then = (incoming / name).stat().st_mtime - age
        os.utime(incoming / name, (then, then))
    assert list(folder_store.keys()) == ["a"]
    FolderStore(folder_store.path)
    assert [entry.name for entry in incoming.iterdir()] == ["fresh"]


def test_processes_that_race_create_once(folder_store: FolderStore) -> None:
    script = (
        "import sys; from storage.archive.folder import FolderStore\n"
        "store = FolderStore(sys.argv[1]); sys.stdin.read(1)\n"
        "made = [store.put(f'r/{n}', b'same' * 1000, media_type='image/png') for n in range(50)]\n"
        "print(sum(made))\n"
    )
    command = [sys.executable, "-c", script, str(folder_store.path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    racers = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for racer in racers:
        racer.stdin.write(b"!")
        racer.stdin.close()
    created = []
    for racer in racers:
        created.append(int(racer.stdout.read()))
        racer.stdout.close()
        assert racer.wait() == 0
    assert sum(created) == 50
    assert len(list(folder_store.keys())) == 50


def test_a_disk_without_hard_links_keeps_the_same_promises(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    (lack,) = folder_store.probe()
    assert "hard links" in lack
    assert folder_store.put("a/b", b"first", media_type=PNG) is True
    assert folder_store.put("a/b", b"first", media_type=PNG) is False
    with pytest.raises(ObjectConflict):
        folder_store.put("a/b", b"second", media_type=PNG)
    assert folder_store.get("a/b") == b"first"


def test_a_probe_that_fails_otherwise_is_no_lack_but_an_error(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", fails)
    for call in (folder_store.probe, lambda: folder_store.put("a", b"x", media_type=PNG)):
        with pytest.raises(StorageUnavailable, match="Input/output"):
            call()


def test_a_folder_is_no_object(folder_store: FolderStore) -> None:
    folder_store.put("a/b", b"x", media_type=PNG)
    for key in ("a", "a/b/c"):
        with pytest.raises(ObjectMissing):
            folder_store.get(key)
        assert not folder_store.exists(key)


def test_free_bytes_are_the_disks(folder_store: FolderStore) -> None:
    free = folder_store.free_bytes()
    disk = os.statvfs(folder_store.path)
    assert free is not None
    assert abs(free - disk.f_bavail * disk.f_frsize) < 2**30
