"""What lies where in the archive, and that it is noticed when it is not what it should be."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive.archive import SUFFIXES, Archive, ObjectStore, open_store
from storage.archive.events import ArtistCreated, CycleFailed, Event, Parts, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Composition, Manifest, Tuning
from storage.archive.objects import canonical_json
from storage.archive.s3 import S3Store
from storage.errors import ObjectConflict, ObjectDamaged, ObjectMissing
from tests.manifests import a_manifest, a_spending
from tests.storage.s3_server import Fault, FaultyS3

NOON = datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)


def created(artist: str) -> ArtistCreated:
    parts = Parts(
        composer="grammar", painter="offline", text_encoder="minilm", image_encoder="lite0"
    )
    return ArtistCreated(
        artist=artist,
        at=NOON,
        title=artist.title(),
        statement="",
        style="",
        seeds=("sea", "sky"),
        seed=1,
        scope=artist,
        parts=parts,
    )


def failed(artist: str, number: int) -> CycleFailed:
    return CycleFailed(
        artist=artist,
        at=NOON,
        number=number,
        started_at=NOON,
        tuning_version=1,
        step="paint",
        reason="the picture was no picture",
    )


@pytest.fixture
def archive(store: ObjectStore) -> Archive:
    return Archive(store)


def test_a_picture_is_named_by_its_content(archive: Archive) -> None:
    expected = []
    for media_type, suffix in SUFFIXES.items():
        data = f"a picture of {media_type}".encode()
        sha256 = archive.save_image(data, media_type)
        assert sha256 == hashlib.sha256(data).hexdigest()
        assert archive.save_image(data, media_type) == sha256
        assert archive.read_image(sha256) == (data, media_type)
        expected.append(f"images/{sha256[:2]}/{sha256}.{suffix}")
    assert list(archive.store.keys()) == sorted(expected)


def test_a_file_that_is_no_picture_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="text/html"):
        archive.save_image(b"<html>", "text/html")


@pytest.mark.parametrize("sha256", ["0" * 64, "absent"])
def test_a_missing_picture_is_named(folder_store: FolderStore, sha256: str) -> None:
    archive = Archive(folder_store)
    with pytest.raises(ObjectMissing, match=sha256):
        archive.read_image(sha256)


def test_a_damaged_picture_is_neither_shown_nor_written_over(folder_store: FolderStore) -> None:
    archive = Archive(folder_store)
    sha256 = archive.save_image(b"picture", "image/png")
    file = next((folder_store.path / "images").rglob("*.png"))
    file.write_bytes(b"Picture")
    with pytest.raises(ObjectDamaged, match=sha256):
        archive.read_image(sha256)
    with pytest.raises(ObjectConflict, match=sha256):
        archive.save_image(b"picture", "image/png")
    assert file.read_bytes() == b"Picture"


def test_a_manifest_comes_back_equal_and_its_bytes_are_stable(archive: Archive) -> None:
    manifest = a_manifest(3, "ann")
    assert archive.save_manifest(manifest) is True
    assert archive.save_manifest(manifest) is False
    found = archive.read_manifest("ann", 3)
    assert canonical_json(found) == canonical_json(manifest)
    assert np.array_equal(found.judgement.text_vector, manifest.judgement.text_vector)
    assert found.judgement.image_vector.dtype == np.float32
    assert archive.store.get("manifests/ann/00000003.json") == canonical_json(manifest)


def test_another_story_of_the_same_work_is_refused(archive: Archive) -> None:
    archive.save_manifest(a_manifest(1, "ann"))
    with pytest.raises(ObjectConflict, match=r"manifests/ann/00000001\.json"):
        archive.save_manifest(a_manifest(1, "ann").model_copy(update={"cost": 0.04}))
    assert archive.read_manifest("ann", 1).cost == 0


@given(
    vector=st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=40
    ),
    title=st.text(st.characters()),
    cost=st.floats(0, 1e6),
)
def test_any_manifest_survives_its_bytes(vector: list[float], title: str, cost: float) -> None:
    made = a_manifest()
    judgement = made.judgement.model_copy(
        update={"text_vector": np.array(vector, dtype=np.float32)}
    )
    composition = Composition.model_validate({**dict(made.composition), "title": title})
    manifest = made.model_copy(
        update={"judgement": judgement, "composition": composition, "cost": cost}
    )
    data = canonical_json(manifest)
    again = Manifest.model_validate_json(data)
    assert canonical_json(again) == data
    assert again.composition.title == manifest.composition.title
    assert again.cost == cost
    assert again.judgement.text_vector.tobytes() == manifest.judgement.text_vector.tobytes()


def test_a_number_that_is_none_never_reaches_the_archive(archive: Archive) -> None:
    judgement = a_manifest(1, "ann").judgement.model_copy(update={"novelty": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        archive.save_manifest(a_manifest(1, "ann").model_copy(update={"judgement": judgement}))
    assert list(archive.store.keys()) == []


def test_manifests_come_in_the_order_of_numbers_artist_by_artist(archive: Archive) -> None:
    for artist, number in [("bob", 2), ("ann", 100), ("ann", 9), ("bob", 1), ("ann", 10)]:
        archive.save_manifest(a_manifest(number, artist))
    assert [found.work for found in archive.manifests()] == [
        "ann:9",
        "ann:10",
        "ann:100",
        "bob:1",
        "bob:2",
    ]
    assert [found.work for found in archive.manifests("bob")] == ["bob:1", "bob:2"]
    assert list(archive.manifests("cid")) == []
    assert archive.artists() == ("ann", "bob")


def test_one_artist_is_not_another_whose_name_begins_alike(archive: Archive) -> None:
    archive.save_manifest(a_manifest(1, "ann"))
    archive.save_manifest(a_manifest(1, "anna"))
    assert [found.work for found in archive.manifests("ann")] == ["ann:1"]


def test_more_manifests_than_are_read_ahead_at_once(folder_store: FolderStore) -> None:
    archive = Archive(folder_store)
    for number in range(1, 151):
        archive.save_manifest(a_manifest(number, "ann"))
    assert [found.number for found in archive.manifests()] == list(range(1, 151))


def test_a_reader_that_stops_half_way_leaves_no_threads(folder_store: FolderStore) -> None:
    archive = Archive(folder_store)
    for number in range(1, 4):
        archive.save_manifest(a_manifest(number, "ann"))
    half_read = archive.manifests()
    assert next(half_read).number == 1
    assert not [t.name for t in threading.enumerate() if t.name.startswith("archive")]


def test_events_are_kept_once_and_come_by_artist_kind_and_id(archive: Archive) -> None:
    tuning = TuningChanged(artist="bob", at=NOON, version=2, tuning=Tuning(beta=0.9), who="admin")
    spending = a_spending(artist="bob", at=NOON, state="reserved", reserved_at=NOON)
    events: list[Event] = [spending, tuning, created("bob"), failed("ann", 2), created("ann")]
    assert [archive.append(event) for event in events] == [True] * 5
    assert [archive.append(event) for event in events] == [False] * 5
    by_key = [created("ann"), failed("ann", 2), created("bob"), spending, tuning]
    assert list(archive.events()) == by_key
    assert list(archive.events("bob", "tuning")) == [tuning]
    assert list(archive.events(kind="artist")) == [created("ann"), created("bob")]
    assert list(archive.events("cid")) == []
    assert archive.artists() == ("ann", "bob")
    assert archive.store.exists("events/bob/spending/00000001-paint-1-reserved.json")


def test_an_event_is_never_changed(archive: Archive) -> None:
    archive.append(failed("ann", 1))
    with pytest.raises(ObjectConflict, match=r"events/ann/failure/00000001\.json"):
        archive.append(failed("ann", 1).model_copy(update={"reason": "another"}))


def test_who_comes_again_with_an_event_finds_the_first_one(archive: Archive) -> None:
    first = failed("ann", 1)
    assert archive.append_once(first) == first
    again = first.model_copy(update={"reason": "said otherwise after a restart"})
    assert archive.append_once(again) == first
    assert archive.append_once(first) == first
    assert list(archive.events()) == [first]


class _Absentminded:
    """A store out of which an object is taken as soon as it was said to be there."""

    def __init__(self, store: ObjectStore, *, times: int) -> None:
        self._store = store
        self.times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def put(self, key: str, data: bytes, *, media_type: str) -> bool:
        if self.times:
            self.times -= 1
            raise ObjectConflict(f"other bytes lay under {key} a moment ago")
        return self._store.put(key, data, media_type=media_type)


def test_an_event_that_made_room_again_is_no_reason_to_forget_the_next(
    store: ObjectStore,
) -> None:
    archive = Archive(_Absentminded(store, times=1))  # type: ignore[arg-type]
    returned = archive.append_once(failed("ann", 7))
    assert list(archive.events()) == [returned]


def test_an_event_that_can_neither_be_written_nor_read_is_not_returned(
    store: ObjectStore,
) -> None:
    archive = Archive(_Absentminded(store, times=99))  # type: ignore[arg-type]
    with pytest.raises(ObjectConflict, match="00000007"):
        archive.append_once(failed("ann", 7))
    assert list(archive.events()) == []


def test_an_event_that_a_lagging_server_does_not_show_yet_is_returned_nevertheless(
    s3_store: S3Store, s3_server: FaultyS3
) -> None:
    archive = Archive(s3_store)
    first = failed("ann", 7)
    archive.append(first)
    s3_server.faults.append(Fault("GET", "404 Not Found", "NoSuchKey", part="events/"))
    assert archive.append_once(first.model_copy(update={"reason": "said otherwise"})) == first
    assert s3_server.faults == []
    assert list(archive.events()) == [first]


def test_of_many_who_say_it_at_once_all_get_what_was_written(store_url: str) -> None:
    archives = [Archive(open_store(store_url)) for _ in range(8)]
    said = [failed("ann", 7).model_copy(update={"reason": f"by {n}"}) for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        returned = set(threads.map(Archive.append_once, archives, said))
    assert list(archives[0].events()) == list(returned)


def test_one_event_by_its_id(archive: Archive) -> None:
    archive.append(failed("ann", 7))
    assert archive.read_event("ann", "failure", "00000007") == failed("ann", 7)
    assert archive.read_event("ann", "failure", "00000008") is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text[:100], r"manifests/ann/00000001\.json can't be read: the whole"),
        (lambda text: text.replace('"novelty":1.0', '"novelty":"high"'), "judgement.novelty"),
        (lambda text: text.replace('"cost"', '"price"'), "price: Extra inputs"),
        (lambda text: text.replace('"version":1', '"version":99'), "version"),
        (lambda text: json.dumps({}), r"and \d+ more"),
        (lambda text: text.replace('"number":1', '"number":2'), "belongs under manifests/ann/"),
    ],
)
def test_a_broken_manifest_is_named_with_what_is_wrong(
    folder_store: FolderStore, change: object, complaint: str
) -> None:
    assert callable(change)
    archive = Archive(folder_store)
    archive.save_manifest(a_manifest(1, "ann"))
    file = folder_store.path / "manifests/ann/00000001.json"
    file.write_text(change(file.read_text()))
    with pytest.raises(ObjectDamaged, match=complaint):
        archive.read_manifest("ann", 1)
    with pytest.raises(ObjectDamaged, match=complaint):
        list(archive.manifests())


def test_a_broken_event_is_named_with_what_is_wrong(folder_store: FolderStore) -> None:
    archive = Archive(folder_store)
    archive.append(failed("ann", 1))
    file = folder_store.path / "events/ann/failure/00000001.json"
    file.write_text(file.read_text().replace('"failure"', '"catastrophe"'))
    with pytest.raises(ObjectDamaged, match=r"events/ann/failure/00000001\.json.*catastrophe"):
        list(archive.events())


@pytest.mark.parametrize("artist", ["", "..", ".ann", "ann/bob", "a\\b", "a\nb"])
def test_an_artist_is_one_part_of_a_key(folder_store: FolderStore, artist: str) -> None:
    archive = Archive(folder_store)
    with pytest.raises(ValueError, match="can't name anything"):
        archive.save_manifest(a_manifest(1, artist))
    with pytest.raises(ValueError, match="can't name anything"):
        archive.append(failed(artist, 1))
    with pytest.raises(ValueError, match="can't name anything"):
        list(archive.manifests(artist))


def test_what_is_derived_may_change(archive: Archive) -> None:
    archive.save_derived("thumbnails/x.webp", b"one", media_type="image/webp")
    archive.save_derived("thumbnails/x.webp", b"two", media_type="image/webp")
    assert archive.read_derived("thumbnails/x.webp") == b"two"
    with pytest.raises(ObjectMissing):
        archive.read_derived("thumbnails/y.webp")


def test_the_archive_passes_on_what_its_store_says(archive: Archive) -> None:
    assert archive.probe() == ()
    free = archive.free_bytes()
    assert (free is None) == isinstance(archive.store, S3Store)


def test_addresses_of_folders(tmp_path: Path) -> None:
    folder = tmp_path / "an archive"
    for url in (str(folder), f"file://{tmp_path}/an%20archive"):
        store = open_store(url, create=True)
        assert isinstance(store, FolderStore)
        assert store.path == folder


def test_an_address_of_a_bucket(s3_server: object) -> None:
    store = open_store("s3://art/a%20b/c/?endpoint=http://localhost:9&region=eu-west-1")
    assert isinstance(store, S3Store)
    assert (store.bucket, store.prefix) == ("art", "a b/c/")
    assert store._client.meta.endpoint_url == "http://localhost:9"
    assert store._client.meta.region_name == "eu-west-1"


@pytest.mark.parametrize(
    "url", ["", "gs://bucket/x", "file://host/x", "s3://", "s3://bucket?endpiont=http://x"]
)
def test_an_address_that_is_none_is_explained(url: str) -> None:
    with pytest.raises(ValueError, match="no address of an archive"):
        open_store(url)
