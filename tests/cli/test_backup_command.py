"""`artist backup` and `artist restore`: a copy that goes on where the artist was."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.backup import SUMMARY
from storage.catalogue import Catalogue
from tests.chaos.embedded import settle_in
from tests.cli.conftest import Call, make_work
from tests.recompute import recompute
from tests.served.processes import Process, fork, preload
from tests.served.quick import quick_artist, quick_parts
from tests.served.topology import PRELOADED


def objects(folder: Path) -> dict[str, bytes]:
    store = FolderStore(folder)
    return {key: store.get(key) for key in store.keys("") if not key.startswith("derived/")}


@pytest.fixture
def settled(lived: Path) -> Path:
    """The artist, paused by a person, with accounts, and with thumbnails that are not copied."""
    (lived / "admins.json").write_text("{}")
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    catalogue.artists.pause("alien", "holiday", who="ann")
    catalogue.close()
    FolderStore(lived / "archive").put("derived/x/1.webp", b"webp", media_type="image/webp")
    return lived


@pytest.mark.parametrize("target", ["copy", "copy.tar"])
def test_a_restored_artist_is_the_one_that_was_backed_up(
    call: Call, settled: Path, tmp_path: Path, target: str
) -> None:
    copy, new = tmp_path / target, tmp_path / "new place"
    works = call("works", "--data", settled, "--json").out
    assert call("backup", copy, "--data", settled).code == 0
    result = call("restore", copy, "--data", new)
    assert result.code == 0 and "Restored 3 works" in result.out
    assert call("works", "--data", new, "--json").out == works
    assert objects(new / "archive") == objects(settled / "archive")
    (row,) = json.loads(call("list", "--data", new, "--json").out)
    assert (row["state"], row["reason"]) == ("paused", "holiday")
    assert (new / "admins.json").read_text() == "{}"
    assert (new / "admins.json").stat().st_mode & 0o077 == 0
    assert call("verify", "--data", new).code == 0


def test_a_second_backup_copies_what_is_new(
    call: Call, settled: Path, tmp_path: Path, make_manifest: Callable[[int], Manifest]
) -> None:
    copy = tmp_path / "copy"
    call("backup", copy, "--data", settled)
    catalogue = Catalogue(f"sqlite:///{settled / 'catalogue.sqlite3'}")
    make_work(Archive(FolderStore(settled / "archive")), catalogue, make_manifest(4))
    catalogue.close()
    assert "Copied 2 objects" in call("backup", copy, "--data", settled).out
    assert "Copied 0 objects" in call("backup", copy, "--data", settled).out
    assert "Restored 4 works" in call("restore", copy, "--data", tmp_path / "new").out


def test_works_made_after_the_catalogue_was_copied_are_not_made_again(
    call: Call, settled: Path, tmp_path: Path, make_manifest: Callable[[int], Manifest]
) -> None:
    older = tmp_path / "older.sqlite3"
    shutil.copy(settled / "catalogue.sqlite3", older)
    catalogue = Catalogue(f"sqlite:///{settled / 'catalogue.sqlite3'}")
    make_work(Archive(FolderStore(settled / "archive")), catalogue, make_manifest(4))
    catalogue.close()
    copy, new = tmp_path / "copy", tmp_path / "new"
    call("backup", copy, "--data", settled)
    shutil.copy(older, copy / "catalogue.sqlite3")
    assert call("restore", copy, "--data", new).code == 0
    assert call("verify", "--repair", "--data", new).code == 0
    assert len(json.loads(call("works", "--data", new, "--json").out)) == 4


def test_an_artist_at_work_is_backed_up_and_its_copy_goes_on(call: Call, tmp_path: Path) -> None:
    preload(*PRELOADED, "cli.runtime.embedded")
    data, copy, new = tmp_path / "data", tmp_path / "copy", tmp_path / "new"
    settings = '[tuning]\nevery = "0s"\n\n[storage]\nmin_free_gib = 0\n'
    settle_in(data, settings, every=0.0, parts=quick_parts("quick"))

    def run(folder: Path, *, cycles: int) -> Process:
        options = ("run", "--data", str(folder), "--cycles", str(cycles), "--no-gallery")
        return fork(quick_artist, options, environment={"OMP_NUM_THREADS": "1"}, log=tmp_path / "l")

    artist = run(data, cycles=40)
    backups = 0
    while artist.is_running:
        if (data / "catalogue.sqlite3").exists():
            assert call("backup", copy, "--data", data).code == 0
            backups += 1
    assert artist.exit_code == 0 and backups > 1
    # The last copy may have been made at any moment, and the catalogue's part before the archive's.
    assert call("restore", copy, "--data", new).code == 0
    assert run(new, cycles=44).wait(120) == 0
    manifests = list(Archive(FolderStore(new / "archive")).manifests("alien"))
    assert [manifest.number for manifest in manifests] == list(range(1, 45))
    recompute(manifests)


def test_everything_is_restored_into_the_folder_wherever_the_artist_had_its_stores(
    call: Call, settled: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(settled / "archive", elsewhere)
    settings = settled / "artist.toml"
    settings.write_text(f'{settings.read_text()}\n[storage]\narchive = "{elsewhere}"\n')
    call("backup", tmp_path / "copy", "--data", settled)
    before = sorted(path.stat().st_mtime_ns for path in elsewhere.rglob("*"))
    assert call("restore", tmp_path / "copy", "--data", tmp_path / "new").code == 0
    assert objects(tmp_path / "new/archive") == objects(elsewhere)
    assert sorted(path.stat().st_mtime_ns for path in elsewhere.rglob("*")) == before


def test_a_catalogue_that_is_not_in_the_backup_is_rebuilt(
    call: Call, settled: Path, tmp_path: Path
) -> None:
    call("backup", tmp_path / "copy", "--data", settled)
    (tmp_path / "copy" / "catalogue.sqlite3").unlink()
    assert "Restored 3 works" in call("restore", tmp_path / "copy", "--data", tmp_path / "new").out


def test_what_is_no_complete_backup_is_refused(call: Call, settled: Path, tmp_path: Path) -> None:
    copy, tar, new = tmp_path / "copy", tmp_path / "copy.tar", tmp_path / "new"
    for target in (copy, tar):
        call("backup", target, "--data", settled)
    (copy / SUMMARY).unlink()
    result = call("restore", copy, "--data", new)
    assert result.code == 1 and SUMMARY in result.out and not new.exists()
    tar.write_bytes(tar.read_bytes()[:20_000])
    assert call("restore", tar, "--data", new).code == 1
    with tarfile.open(tmp_path / "other.tar", "w"):
        pass
    assert SUMMARY in call("restore", tmp_path / "other.tar", "--data", new).out
    assert "has an artist" in call("restore", copy, "--data", settled).out
    assert "exists already" in call("backup", tar, "--data", settled).out
