"""An archive with damaged objects: the rest is entered, the damage listed, nothing hidden shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistCreated,
    Ballot,
    CycleFailed,
    PartsChanged,
    PictureReceived,
    Published,
    Spending,
    TuningChanged,
    VotesCast,
    WorkModerated,
)
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest, Tuning
from storage.archive.objects import canonical_json
from storage.catalogue import Catalogue
from storage.errors import StorageUnavailable
from storage.rebuild import Rebuilt, rebuild, unknown_artists
from tests.databases import new_database
from tests.manifests import MOMENT, a_manifest

HIDDEN = 3
"""The work that a person hid."""


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(new_database(request, tmp_path, request.param))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(folder: Path, created: ArtistCreated, tuned: TuningChanged) -> Archive:
    """Six works by two tunings, the third one hidden, the fourth one a failure."""
    archive = Archive(FolderStore(folder, create=True))
    archive.append(created)
    archive.append(tuned)
    archive.append(tuned.model_copy(update={"version": 2, "tuning": Tuning(beta=0.5)}))
    for number in (1, 2, 3, 5, 6):
        manifest = work(number)
        archive.append(received(manifest))
        archive.save_manifest(manifest)
    archive.append(failed(4))
    for second, visibility in enumerate(("shown", "hidden")):
        archive.append(decision(HIDDEN, visibility, second))
    archive.append(vote())
    for state in ("reserved", "settled"):
        archive.append(spending(state))
    for state in ("sending", "sent"):
        archive.append(
            Published.model_validate(
                {
                    "artist": "alien",
                    "at": MOMENT,
                    "number": 5,
                    "channel": "webhook",
                    "attempt": 1,
                    "state": state,
                }
            )
        )
    return archive


def work(number: int) -> Manifest:
    manifest = a_manifest(number)
    if number < 5:
        return manifest
    return manifest.model_copy(update={"tuning_version": 2, "tuning": Tuning(beta=0.5)})


def received(manifest: Manifest) -> PictureReceived:
    names = "artist", "number", "started_at", "tuning_version"
    names += "inspiration", "composition", "painting"  # type: ignore[assignment]
    values = {name: getattr(manifest, name) for name in names}
    return PictureReceived(at=manifest.finished_at, **values)


def failed(number: int) -> CycleFailed:
    return CycleFailed(
        artist="alien",
        at=MOMENT,
        number=number,
        started_at=MOMENT,
        tuning_version=1,
        step="paint",
        reason="no paint",
    )


def decision(number: int, visibility: str, second: int) -> WorkModerated:
    return WorkModerated.model_validate(
        {
            "artist": "alien",
            "at": MOMENT + timedelta(hours=1, seconds=second),
            "number": number,
            "showing": visibility,
            "reason": "asked for by the sitter",
            "who": "ann",
        }
    )


def vote() -> VotesCast:
    pair = {"question": "original", "first": "alien:1", "second": "alien:2"}
    ballot = Ballot.model_validate({"id": "b", "at": MOMENT, "visitor": "v", "outcome": 1, **pair})
    return VotesCast(artist="alien", at=MOMENT, batch="1", ballots=(ballot,))


def spending(state: str) -> Spending:
    return Spending.model_validate(
        {
            "artist": "alien",
            "at": MOMENT,
            "entry": "alien:5:paint:1",
            "number": 5,
            "purpose": "paint",
            "attempt": 1,
            "provider": "openai",
            "model": "m",
            "state": state,
            "ceiling": 100,
            "cost": 70,
            "reserved_at": MOMENT,
        }
    )


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def no_json(file: Path) -> None:
    file.write_bytes(b"\xff\xfe{{")


def of_another(file: Path) -> None:
    file.write_bytes(canonical_json(a_manifest(1)))


def remove(file: Path) -> None:
    file.unlink()


damages = pytest.mark.parametrize("damage", [truncate, empty, no_json, of_another, remove])
Damage = Callable[[Path], None]


def shown(catalogue: Catalogue) -> list[int]:
    return sorted(row.number for row in catalogue.works.newest())


def keys(found: Rebuilt) -> list[str]:
    return [loss.key for loss in found.lost]


@damages
def test_of_a_work_without_its_manifest_the_number_and_its_traces_stay(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    key = "manifests/alien/00000002.json"
    damage(folder / key)
    found = rebuild(archive, catalogue)
    assert keys(found) == [key] and (found.works, found.failures) == (4, 1)
    assert "“Work 2”" in found.lost[0].says and a_manifest(2).painting.image in found.lost[0].says
    cycle = catalogue.cycles.get("alien:2")
    assert cycle is not None and cycle.state == "failed" and "Work 2" in cycle.last_error
    assert shown(catalogue) == [1, 5, 6]
    assert catalogue.cycles.last_number("alien") == 6
    assert found.votes == 0, "one of its two works is gone"


def test_a_work_of_which_nothing_is_left_is_told_of_by_its_number(
    archive: Archive, folder: Path, catalogue: Catalogue
) -> None:
    for kind in ("manifests/alien", "events/alien/picture"):
        (folder / kind / "00000005.json").unlink()
    found = rebuild(archive, catalogue)
    assert keys(found) == ["manifests/alien/00000005.json"]
    assert "nothing tells of it" in found.lost[0].says
    cycle = catalogue.cycles.get("alien:5")
    assert cycle is not None and cycle.state == "failed"


def test_the_newest_work_without_its_manifest_goes_on_at_judge(
    archive: Archive, folder: Path, catalogue: Catalogue
) -> None:
    (folder / "manifests/alien/00000006.json").unlink()
    found = rebuild(archive, catalogue)
    assert found.lost == () and found.open_cycles == 1


def test_the_newest_work_with_a_damaged_manifest_is_lost_as_its_place_is_taken(
    archive: Archive, folder: Path, catalogue: Catalogue
) -> None:
    empty(folder / "manifests/alien/00000006.json")
    found = rebuild(archive, catalogue)
    assert keys(found) == ["manifests/alien/00000006.json"] and found.open_cycles == 0
    assert catalogue.cycles.last_number("alien") == 6


@damages
def test_a_decision_is_known_from_its_copy(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    for file in (folder / "events/alien/moderation").iterdir():
        damage(file)
    found = rebuild(archive, catalogue)
    assert found.lost == () and shown(catalogue) == [1, 2, 5, 6]
    row = catalogue.works.get(f"alien:{HIDDEN}")
    assert row is not None and row.visibility == "hidden"


@damages
def test_a_copy_that_is_damaged_changes_nothing(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    for file in (folder / "copies/events/alien").rglob("*.json"):
        damage(file)
    assert rebuild(archive, catalogue).lost == () and shown(catalogue) == [1, 2, 5, 6]


@pytest.mark.parametrize("damage", [truncate, empty, no_json])
def test_a_work_is_held_whose_moderation_nobody_can_read(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    name = f"events/alien/moderation/{decision(HIDDEN, 'hidden', 1).id}.json"
    damage(folder / name)
    (folder / "copies" / name).unlink()
    found = rebuild(archive, catalogue)
    assert keys(found) == [name] and "is held until a person decides" in found.lost[0].says
    row = catalogue.works.get(f"alien:{HIDDEN}")
    assert row is not None and row.visibility == "held"

    archive.append(decision(HIDDEN, "blurred", 2))
    other = Catalogue(f"sqlite:///{folder.parent / 'again.sqlite3'}")
    rebuild(archive, other)
    row = other.works.get(f"alien:{HIDDEN}")
    other.close()
    assert row is not None and row.visibility == "blurred", "a person has decided since"


def test_no_hidden_work_is_shown_while_an_artist_is_entered(
    archive: Archive, catalogue: Catalogue
) -> None:
    """Other connections see nothing before all is there."""
    seen: list[int] = []
    rebuild(archive, catalogue, progress=lambda _: seen.append(catalogue.works.count()))
    assert seen == [0] * 5 and shown(catalogue) == [1, 2, 5, 6]


class GoesAway(FolderStore):
    """A folder whose disk is gone when one object is read."""

    def __init__(self, path: Path, part: str) -> None:
        super().__init__(path)
        self.part = part

    def get(self, key: str) -> bytes:
        if self.part in key:
            raise StorageUnavailable("the disk is gone")
        return super().get(key)


def test_what_breaks_off_leaves_nothing_half_filled_and_goes_on_the_next_time(
    archive: Archive, folder: Path, catalogue: Catalogue, created: ArtistCreated
) -> None:
    archive.append(created.model_copy(update={"artist": "zoe", "scope": "zoe"}))
    archive.save_manifest(a_manifest(1, "zoe"))
    both = {"question": "original", "first": "alien:1", "second": "zoe:1", "outcome": 0}
    ballot = Ballot.model_validate({"id": "c", "at": MOMENT, "visitor": "w", **both})
    archive.append(VotesCast(artist="alien", at=MOMENT, batch="2", ballots=(ballot,)))
    for part, whole in (("alien/00000006", []), ("manifests/zoe", ["alien"])):
        with pytest.raises(StorageUnavailable):
            rebuild(Archive(GoesAway(folder, part)), catalogue)
        assert [artist.name for artist in catalogue.artists.all()] == whole
        assert catalogue.works.count() == (5 if whole else 0)
    assert unknown_artists(archive, catalogue) == ("zoe",)
    assert rebuild(archive, catalogue).artists == 1
    assert catalogue.works.count() == 6 and catalogue.votes.count() == 2


@damages
def test_the_artist_is_known_from_the_copy_of_its_creation(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage, created: ArtistCreated
) -> None:
    damage(folder / "events/alien/artist/created.json")
    assert rebuild(archive, catalogue).lost == ()
    artist = catalogue.artists.get("alien")
    assert artist is not None and artist.created == created


@damages
def test_an_artist_whose_creation_is_lost_is_told_by_its_works(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    (folder / "copies/events/alien/artist/created.json").unlink()
    damage(folder / "events/alien/artist/created.json")
    found = rebuild(archive, catalogue)
    assert keys(found) == ["events/alien/artist/created.json"] and found.works == 5
    artist = catalogue.artists.get("alien")
    assert artist is not None and artist.created.seeds == ("sea", "sky")
    assert artist.created.parts.image_encoder == a_manifest(1).judgement.image_encoder
    assert shown(catalogue) == [1, 2, 5, 6]


@damages
def test_a_tuning_whose_event_is_lost_is_told_by_the_works_made_with_it(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    damage(folder / "events/alien/tuning/00000002.json")
    assert keys(rebuild(archive, catalogue)) == ["events/alien/tuning/00000002.json"]
    assert catalogue.artists.tuning_version("alien", 2).tuning.beta == 0.5
    assert catalogue.artists.next_tuning_version("alien") == 3


@damages
def test_a_cycle_whose_failure_is_lost_keeps_its_number(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage
) -> None:
    damage(folder / "events/alien/failure/00000004.json")
    found = rebuild(archive, catalogue)
    assert len(found.lost) == 1 and "alien:4" in found.lost[0].says
    cycle = catalogue.cycles.get("alien:4")
    assert cycle is not None and cycle.state == "failed"


@pytest.mark.parametrize("damage", [truncate, empty, no_json, of_another])
@pytest.mark.parametrize(
    "name",
    [
        "picture/00000001.json",
        "votes/1.json",
        "spending/00000005-paint-1-settled.json",
        "publication/00000005-webhook-1-sent.json",
    ],
)
def test_any_other_damaged_event_is_listed_and_stops_nothing(
    archive: Archive, folder: Path, catalogue: Catalogue, damage: Damage, name: str
) -> None:
    damage(folder / "events/alien" / name)
    found = rebuild(archive, catalogue)
    assert keys(found) == [f"events/alien/{name}"] and found.works == 5
    assert catalogue.ledger.of_cycle("alien", 5)[0].charged >= 70
    assert catalogue.outbox.due(limit=9) == [], "nothing is published for a second time"


def test_where_a_change_of_parts_is_lost_the_newest_work_tells_the_encoders(
    archive: Archive, folder: Path, catalogue: Catalogue, created: ArtistCreated
) -> None:
    parts = created.parts.model_copy(update={"image_encoder": "clip"})
    archive.append(PartsChanged(artist="alien", at=MOMENT, version=1, parts=parts, who="ann"))
    judged = work(7).judgement.model_copy(update={"image_encoder": "clip"})
    archive.save_manifest(work(7).model_copy(update={"judgement": judged}))
    empty(folder / "events/alien/parts/00000001.json")
    found = rebuild(archive, catalogue)
    artist = catalogue.artists.get("alien")
    assert artist is not None and artist.created.parts.image_encoder == "clip"
    assert [row.work for row in catalogue.works.vectors()] == ["alien:7"]
    assert found.works == 6 and any("artist reembed" in loss.says for loss in found.lost)
