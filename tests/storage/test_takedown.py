"""A legal takedown: the picture and its copies go, the record of it stays, also after a crash."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.backup import StoreTarget, TarTarget, back_up
from storage.catalogue import Catalogue
from storage.errors import ObjectMissing, StorageUnavailable
from storage.rebuild import rebuild
from storage.takedown import TakedownError, take_down
from storage.verify import Verification

WEBP = "image/webp"


@pytest.fixture
def archive(
    tmp_path: Path,
    created: ArtistCreated,
    tuned: TuningChanged,
    make_manifest: Callable[[int], Manifest],
) -> Archive:
    """Three works; the first and the third have the very same picture."""
    archive = Archive(FolderStore(tmp_path / "archive", create=True))
    archive.append(created)
    archive.append(tuned)
    for number in (1, 2, 3):
        image = archive.save_image(f"picture {number % 2}".encode(), "image/png")
        manifest = make_manifest(number)
        painting = manifest.painting.model_copy(update={"image": image, "media_type": "image/png"})
        archive.save_manifest(manifest.model_copy(update={"painting": painting}))
        for edition in ("thumbnails", "thumbnails-1a2b3c4d"):
            archive.save_derived(f"{edition}/{image}/480.webp", b"small", media_type=WEBP)
    return archive


@pytest.fixture
def catalogue(tmp_path: Path, archive: Archive) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    rebuild(archive, opened)
    opened.works.set_placeholder("alien:1", "#aabbcc,tiny")
    yield opened
    opened.close()


def kinds(archive: Archive, catalogue: Catalogue, *, quick: bool = False) -> list[str]:
    return [found.kind for found in Verification(archive, catalogue, quick=quick).findings()]


def remove(archive: Archive, catalogue: Catalogue) -> str:
    work = catalogue.works.get("alien:1")
    assert work is not None
    taken = take_down(catalogue, archive, work, "a court ordered it", who="ann")
    assert [one.id for one in taken] == ["alien:1", "alien:3"]
    return work.image


def test_picture_and_copies_are_gone_and_the_record_stays(
    archive: Archive, catalogue: Catalogue
) -> None:
    assert kinds(archive, catalogue) == []
    before = list(archive.store.keys("manifests/"))
    image = remove(archive, catalogue)
    with pytest.raises(ObjectMissing):
        archive.read_image(image)
    assert not [key for key in archive.store.keys("") if image in key]
    assert len(list(archive.store.keys("derived/"))) == 2, "the other work's copies stay"
    assert list(archive.store.keys("manifests/")) == before
    events = list(archive.events(kind="moderation"))
    assert [(e.number, e.visibility, e.who) for e in events] == [
        (1, "removed", "ann"),
        (3, "removed", "ann"),
    ]
    row = catalogue.works.get("alien:1")
    assert (row.visibility, row.visibility_reason) == ("removed", "a court ordered it")
    assert row.placeholder == "", "a placeholder shows what the picture was"
    assert not row.visible
    for quick in (False, True):
        assert kinds(archive, catalogue, quick=quick) == []


def test_a_removed_work_never_comes_back(
    archive: Archive, catalogue: Catalogue, tmp_path: Path
) -> None:
    remove(archive, catalogue)
    catalogue.works.moderate("alien:1", "shown", "by mistake")
    assert catalogue.works.get("alien:1").visibility == "removed"
    (event, _) = archive.events(kind="moderation")
    archive.append(
        event.model_copy(update={"visibility": "shown", "at": event.at.replace(year=2100)})
    )
    again = Catalogue(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    assert rebuild(archive, again).lost == ()
    assert [row.visibility for row in again.works.all()] == ["removed", "shown", "removed"]
    assert kinds(archive, again) == []
    again.close()


def test_a_takedown_that_broke_off_is_found_and_finished(
    archive: Archive, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageUnavailable("the disk is read-only")

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "delete", fail)
        with pytest.raises(StorageUnavailable):
            remove(archive, catalogue)
    assert catalogue.works.get("alien:1").visibility == "removed", "hidden before all else"
    assert set(kinds(archive, catalogue)) == {"undeleted picture"}
    image = remove(archive, catalogue)
    assert not archive.traces_of(image)
    archive.save_image(b"picture 1", "image/png")  # as a restored copy of the archive has it
    for finding in Verification(archive, catalogue).findings():
        assert finding.mend is not None
        finding.mend()
    assert kinds(archive, catalogue) == []
    assert len(list(archive.events(kind="moderation"))) == 2, "told once"


def test_a_takedown_needs_a_reason(archive: Archive, catalogue: Catalogue) -> None:
    work = catalogue.works.get("alien:1")
    with pytest.raises(TakedownError, match="reason"):
        take_down(catalogue, archive, work, "  ", who="ann")
    assert catalogue.works.get("alien:1").visible


def test_later_backups_lack_the_picture(
    archive: Archive, catalogue: Catalogue, tmp_path: Path
) -> None:
    copy = FolderStore(tmp_path / "copy", create=True)
    nowhere = URL.create("sqlite")

    def back_up_to_folder() -> list[str]:
        back_up(archive.store, StoreTarget(copy), catalogue=nowhere, files={})
        return list(copy.keys("archive/images/"))

    assert len(back_up_to_folder()) == 2
    image = remove(archive, catalogue)
    left = back_up_to_folder()
    assert len(left) == 1 and image not in left[0]
    with tarfile.open(tmp_path / "copy.tar", "w") as file:
        back_up(archive.store, TarTarget(file), catalogue=nowhere, files={})
        assert not [name for name in file.getnames() if image in name]
