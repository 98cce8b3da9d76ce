"""Verify: every way in which three stores can differ, found, and mended where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, update

from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistCreated,
    CycleFailed,
    Spending,
    TuningChanged,
    WorkModerated,
)
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import cycles, ledger, vectors, work_concepts, works
from storage.rebuild import rebuild
from storage.vectors.edge import EdgeMemory
from storage.vectors.embeddings import as_point
from storage.vectors.store import VectorSpace
from storage.verify import Finding, Verification

MakeManifest = Callable[[int], Manifest]


class House:
    """An artist with four works, a failed cycle and a paid call, whole in all three stores."""

    def __init__(self, folder: Path, created: ArtistCreated, tuned: TuningChanged) -> None:
        self.folder = folder
        self.archive = Archive(FolderStore(folder / "archive", create=True))
        self.catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
        self.archive.append(created)
        self.archive.append(tuned)
        self.catalogue.artists.add(created)
        self.catalogue.artists.tune(tuned)
        self.manifests: list[Manifest] = []
        self.memory: EdgeMemory | None = None

    def furnish(self, make_manifest: MakeManifest, at: object) -> None:
        for number in range(1, 5):
            manifest = make_manifest(number)
            image = self.archive.save_image(f"picture {number}".encode(), "image/png")
            painting = manifest.painting.model_copy(
                update={"image": image, "media_type": "image/png"}
            )
            manifest = manifest.model_copy(update={"painting": painting})
            self.archive.save_manifest(manifest)
            self.catalogue.restore_work(manifest)
            self.manifests.append(manifest)
        judgement = self.manifests[0].judgement
        space = VectorSpace(
            judgement.text_encoder,
            judgement.text_vector.size,
            judgement.image_encoder,
            judgement.image_vector.size,
        )
        self.memory = EdgeMemory(self.folder / "memory", space)
        self.memory.upsert(as_point(row) for row in self.catalogue.works.vectors())
        failed = CycleFailed.model_validate(
            {
                "artist": "alien",
                "at": at,
                "number": 5,
                "started_at": at,
                "tuning_version": 1,
                "step": "paint",
                "reason": "no paint",
            }
        )
        self.archive.append(failed)
        self.catalogue.restore_failure(failed)
        paid = Spending.model_validate(
            {
                "artist": "alien",
                "at": at,
                "entry": "alien:5:paint:1",
                "number": 5,
                "purpose": "paint",
                "attempt": 1,
                "provider": "openai",
                "model": "m",
                "state": "settled",
                "ceiling": 100,
                "cost": 70,
                "reserved_at": at,
            }
        )
        self.archive.append(paid)
        self.catalogue.ledger.enter(paid)

    def look(self, *, quick: bool = False) -> list[Finding]:
        assert self.memory is not None
        verification = Verification(
            self.archive, self.catalogue, {"alien": self.memory}, quick=quick
        )
        findings = list(verification.findings())
        assert verification.works <= 4
        return findings

    def kinds(self) -> list[str]:
        return [finding.kind for finding in self.look()]

    def mend(self) -> None:
        for finding in self.look():
            if finding.mend:
                finding.mend()

    def change(self, statement: object) -> None:
        with self.catalogue.database.write() as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @property
    def rows(self) -> list[object]:
        return list(self.catalogue.works.all())


@pytest.fixture
def house(
    tmp_path: Path, created: ArtistCreated, tuned: TuningChanged, make_manifest: MakeManifest
) -> Iterator[House]:
    house = House(tmp_path, created, tuned)
    judgement = make_manifest(1).judgement
    parts = created.parts.model_copy(
        update={
            "text_encoder": judgement.text_encoder,
            "image_encoder": judgement.image_encoder,
        }
    )
    house.catalogue.artists.set_parts("alien", parts)
    house.furnish(make_manifest, created.at)
    yield house
    if house.memory:
        house.memory.close()
    house.catalogue.close()


def test_a_house_in_order(house: House) -> None:
    assert house.look() == [] and house.look(quick=True) == []


def test_a_work_that_the_catalogue_lost_is_adopted(house: House) -> None:
    before = house.rows
    for table, column in (
        (work_concepts, "work"),
        (works, "id"),
        (vectors, "work"),
        (cycles, "id"),
    ):
        house.change(delete(table).where(table.c[column] == "alien:2"))
    assert house.kinds() == ["lost work", "false memory"]
    house.mend()
    house.mend()
    assert house.look() == [] and house.rows == before


def test_a_work_whose_cycle_is_said_to_have_failed_is_adopted(house: House) -> None:
    before = house.rows
    house.change(delete(work_concepts).where(work_concepts.c.work == "alien:4"))
    house.change(delete(works).where(works.c.id == "alien:4"))
    house.change(update(cycles).where(cycles.c.id == "alien:4").values(state="failed"))
    assert house.kinds() == ["lost work"]
    house.mend()
    assert house.look() == [] and house.rows == before
    cycle = house.catalogue.cycles.get("alien:4")
    assert cycle is not None and cycle.state == "done"


def test_a_hidden_work_stays_hidden_whatever_the_catalogue_lost(house: House) -> None:
    for visibility in ("blurred", "hidden"):
        house.archive.append(
            WorkModerated(
                artist="alien",
                at=datetime.now(UTC),
                number=2,
                visibility=visibility,  # type: ignore[arg-type]
                reason="asked for by the sitter",
                who="ada",
            )
        )
    assert house.kinds() == ["changed showing"]
    house.mend()
    assert house.look() == []
    hidden = house.catalogue.works.get("alien:2")
    assert hidden is not None and hidden.visibility == "hidden"

    for table, column in (
        (work_concepts, "work"),
        (works, "id"),
        (vectors, "work"),
        (cycles, "id"),
    ):
        house.change(delete(table).where(table.c[column] == "alien:2"))
    assert "lost work" in house.kinds()
    house.mend()
    house.mend()  # the memory was emptied, and is filled again
    assert house.look() == []
    assert house.catalogue.works.get("alien:2") == hidden


def test_a_row_that_tells_it_otherwise_is_told_anew(house: House) -> None:
    before = house.rows
    house.change(update(works).where(works.c.id == "alien:3").values(novelty=9.9, title="Wrong"))
    (finding,) = house.look()
    assert finding.kind == "changed work" and "title, novelty" in finding.says
    house.mend()
    assert house.look() == [] and house.rows == before


def test_vectors_are_put_back_in_catalogue_and_memory(house: House) -> None:
    assert house.memory is not None
    noise = np.ones(house.manifests[0].judgement.text_vector.size, dtype="<f4").tobytes()
    house.change(update(vectors).where(vectors.c.work == "alien:1").values(text=noise))
    house.memory.clear()
    house.memory.upsert(
        as_point(row) for row in house.catalogue.works.vectors() if row.work != "alien:2"
    )
    house.change(delete(vectors).where(vectors.c.work == "alien:3"))
    assert house.kinds() == ["changed vectors", "changed vectors", "lost memory"]
    house.mend()
    assert house.kinds() == ["changed memory"], "the memory had believed the wrong vectors"
    house.mend()
    assert house.look() == []


def test_a_memory_that_lacks_the_newest_works_gets_them_by_itself(house: House) -> None:
    assert house.memory is not None
    newest = [row.work for row in house.catalogue.works.vectors()][-2:]
    house.memory.forget(newest)
    assert house.kinds() == []
    house.memory.clear()
    assert house.kinds() == []


def test_a_memory_with_too_much_in_it_is_emptied(house: House) -> None:
    assert house.memory is not None
    row = next(iter(house.catalogue.works.vectors()))
    stranger = as_point(row)
    house.memory.upsert([type(stranger)(**{**vars(stranger), "work": "alien:99"})])
    assert house.kinds() == ["false memory"]
    house.mend()
    assert house.memory.count() == 0


def test_a_work_without_a_story_is_hidden_from_view(house: House) -> None:
    manifest = next((house.folder / "archive").glob("manifests/alien/*2.json"))
    manifest.unlink()
    kinds = house.kinds()
    assert sorted(kinds) == ["lost object", "orphan picture", "untold work"]
    house.mend()
    assert house.look() == []
    shown = [work.id for work in house.catalogue.works.newest()]
    assert shown == ["alien:4", "alien:3", "alien:1"]


def test_an_orphan_is_written_down_and_stays(house: House) -> None:
    sha256 = house.archive.save_image(b"nobody's", "image/png")
    (finding,) = house.look()
    assert (finding.kind, finding.what) == ("orphan picture", sha256)
    house.mend()
    assert house.look() == []
    assert house.archive.read_image(sha256)[0] == b"nobody's"


def test_pictures_that_are_damaged_or_gone_are_told_and_need_a_backup(house: House) -> None:
    first, second = (manifest.painting.image for manifest in house.manifests[:2])
    folder = house.folder / "archive" / "images"
    damaged = next(folder.glob(f"*/{first}*"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"x")
    next(folder.glob(f"*/{second}*")).unlink()
    found = house.look()
    assert [f.kind for f in found] == ["damaged picture", "lost picture"]
    assert all("backup" in f.says for f in found)
    assert [f.kind for f in house.look(quick=True)] == ["lost picture"]
    house.mend()
    assert house.look() == [], "it is written down, and nobody sees them"
    shown = [work.id for work in house.catalogue.works.newest()]
    assert shown == ["alien:4", "alien:3"]
    again = Catalogue(f"sqlite:///{house.folder / 'again.sqlite3'}")
    rebuild(house.archive, again)
    assert [work.id for work in again.works.newest()] == shown
    again.close()


def test_failures_and_spending_come_back_from_their_events(house: House) -> None:
    house.change(delete(cycles).where(cycles.c.id == "alien:5"))
    house.change(update(ledger).values(state="reserved"))
    assert house.kinds() == ["lost failure", "changed spending"]
    house.mend()
    assert house.look() == []
    entry = house.catalogue.ledger.get("alien:5:paint:1")
    assert entry is not None and (entry.state, entry.charged) == ("settled", 70)


def test_an_outcome_that_came_too_late_for_the_ledger_is_no_finding(house: House) -> None:
    settled = house.catalogue.ledger.get("alien:5:paint:1")
    assert settled is not None
    late = {"state": "unknown", "cost": 0, "at": settled.spending.at + timedelta(minutes=5)}
    house.archive.append(settled.spending.model_copy(update=late))
    assert house.look() == []


def damaged(house: House, key: str, data: bytes | None) -> None:
    file = house.folder / "archive" / key
    file.unlink()
    if data is not None:
        file.write_bytes(data)


def test_everything_that_is_damaged_is_told_in_one_run_and_known_in_the_next(
    house: House,
) -> None:
    keys = [
        "manifests/alien/00000001.json",
        "manifests/alien/00000003.json",
        "events/alien/failure/00000005.json",
        "events/alien/spending/00000005-paint-1-settled.json",
    ]
    for key, data in zip(keys, (b"", b"{", None, b"[]"), strict=True):
        damaged(house, key, data)
    damaged(house, "events/alien/artist/created.json", b"")
    told = {finding.what for finding in house.look() if "object" in finding.kind}
    assert told == {*keys[:2], keys[3]}, "of the newest number, a failure, nothing was left"
    assert "single copy" in house.kinds()
    house.mend()
    house.mend()
    assert house.look() == []
    assert [work.id for work in house.catalogue.works.newest()] == ["alien:4", "alien:2"]


def test_a_decision_is_put_back_from_its_copy(house: House) -> None:
    hidden = WorkModerated(
        artist="alien", at=datetime.now(UTC), number=2, visibility="hidden", reason="", who="ada"
    )
    house.archive.append(hidden)
    house.catalogue.works.moderate("alien:2", "hidden", "")
    key = f"events/alien/moderation/{hidden.id}.json"
    for lacking in (key, f"copies/{key}"):
        damaged(house, lacking, b"")
        assert [(f.kind, f.what) for f in house.look()] == [("single copy", lacking)]
        house.mend()
        assert house.look() == []


def test_an_artist_that_the_catalogue_does_not_know_is_entered(
    house: House, created: ArtistCreated, make_manifest: MakeManifest
) -> None:
    house.archive.append(created.model_copy(update={"artist": "zoe", "scope": "zoe"}))
    assert house.kinds() == ["lost artist"]
    house.mend()
    assert house.look() == [] and house.catalogue.artists.get("zoe") is not None
