"""Copies made before the first request, and placeholders."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter

import numpy as np
import pytest
from celery import Celery
from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.images.placeholders import NONE, Placeholder
from gallery.images.prepare import PREPARE, add_preparation, prepare_waiting
from gallery.images.thumbnails import KINDS, Thumbnails, copies
from storage.archive.objects import manifest_key
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import works


@pytest.fixture
def life(tmp_path, sample):
    """A few works that nobody has looked at yet."""
    built = sample.build_exhibition(tmp_path, works=4)
    yield built
    built.catalogue.close()


def kept(archive) -> set[str]:
    return {key.rpartition("/")[2] for key in archive.store.keys("derived/")}


def test_a_placeholder_is_the_picture_in_a_few_bytes(life) -> None:
    for manifest in life.manifests:
        data, _ = life.archive.read_image(manifest.painting.image)
        with Image.open(io.BytesIO(data)) as opened:
            truth = np.asarray(opened.convert("RGB"), dtype=float).mean(axis=(0, 1))
            ratio = opened.width / opened.height
            placeholder = Placeholder.of(opened.convert("RGB"))
        mean = [int(placeholder.colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert mean == pytest.approx(list(truth), abs=2)
        tiny = base64.b64decode(placeholder.image)
        assert len(tiny) < 300
        with Image.open(io.BytesIO(tiny)) as small:
            assert small.width / small.height == pytest.approx(ratio, rel=0.03)
        assert Placeholder.read(placeholder.written()) == placeholder


@pytest.mark.parametrize("written", ["", NONE, '8fa6b4 "><script>', "8fa6b4", "8fa6zz UklGRg=="])
def test_invalid_placeholders_are_none(written: str) -> None:
    assert Placeholder.read(written) is None


def test_all_copies_are_made_before_the_first_request(life) -> None:
    thumbnails = Thumbnails(life.archive)
    assert prepare_waiting(life.catalogue, thumbnails, limit=3) == 3
    works = {work.number: work for work in life.catalogue.works.all("ada")}
    assert [number for number, work in works.items() if not work.placeholder] == [1]
    assert prepare_waiting(life.catalogue, thumbnails, limit=3) == 1
    assert prepare_waiting(life.catalogue, thumbnails, limit=3) == 0
    offered = {name for work in works.values() for name in copies(work)}
    assert kept(life.archive) == {*offered, "240.webp", "share.jpg"}
    assert offered < set(KINDS)


def test_a_work_is_read_once_for_all_its_copies(life, monkeypatch) -> None:
    image_metadata = ImageMetadata(life.catalogue, life.archive, SiteSettings(), None)
    read: Counter[str] = Counter()
    for name in ("read_image", "read_manifest"):
        monkeypatch.setattr(life.archive, name, _counted(getattr(life.archive, name), read, name))
    assert (
        prepare_waiting(life.catalogue, open_thumbnails(life.archive, image_metadata), limit=1) == 1
    )
    assert read == {"read_image": 1, "read_manifest": 1}
    assert kept(life.archive) >= {"240.webp", "share.jpg"}


def test_works_of_earlier_releases_get_their_technique_and_colours(life) -> None:
    thumbnails = Thumbnails(life.archive)
    assert prepare_waiting(life.catalogue, thumbnails) == 4
    before = list(life.catalogue.works.all("ada"))
    with life.catalogue.database.write() as connection:
        connection.execute(update(works).values(technique=None, colours=""))
    life.archive.store.delete(manifest_key("ada", 1))
    assert prepare_waiting(life.catalogue, thumbnails) == 0
    after = list(life.catalogue.works.all("ada"))
    assert [work.colours for work in after] == [work.colours for work in before]
    assert all(work.colours for work in after)
    assert [work.technique for work in after] == ["", *(work.technique for work in before[1:])]
    assert life.catalogue.works.unclassified(limit=9) == []


def _counted(function, read, name):
    def counted(*arguments):
        read[name] += 1
        return function(*arguments)

    return counted


def test_an_invalid_picture_is_tried_once(life) -> None:
    picture = next(iter((life.archive.store.path / "images").rglob("*.jpg")))
    picture.chmod(0o644)
    picture.write_bytes(b"no picture")
    assert prepare_waiting(life.catalogue, Thumbnails(life.archive)) == 4
    assert prepare_waiting(life.catalogue, Thumbnails(life.archive)) == 0
    assert sorted(w.placeholder == NONE for w in life.catalogue.works.all("ada")) == [
        *[False] * 3,
        True,
    ]


def test_hidden_works_wait_until_they_are_shown(life) -> None:
    life.catalogue.works.moderate("ada:2", "held", "a test")
    assert prepare_waiting(life.catalogue, Thumbnails(life.archive)) == 3
    life.catalogue.works.moderate("ada:2", "shown", "")
    assert prepare_waiting(life.catalogue, Thumbnails(life.archive)) == 1


def test_without_a_worker_copies_are_made_at_the_first_request(life) -> None:
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    before = client.get("/works/ada/3").text
    assert 'class="haze"' not in before.partition("<h2>Data</h2>")[0].partition("Nearest")[0]
    found = re.search(r'src="(/images/[^"]+)"', before)
    assert found and client.get(found.group(1)).status_code == 200
    haze = life.catalogue.works.get("ada:3").placeholder.partition(" ")[2]
    later = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    assert haze in later.get("/works/ada/3").text
    points = client.get("/artists/ada/map.json").json()["works"]
    colours = {point["number"]: point["colour"] for point in points}
    assert colours[3].startswith("#") and colours[1] is None


def test_the_task_is_scheduled_in_its_queue(life) -> None:
    app = Celery("test", broker="memory://")
    opened = 0

    def load() -> tuple[Catalogue, Thumbnails]:
        nonlocal opened
        opened += 1
        return life.catalogue, Thumbnails(life.archive)

    add_preparation(app, load, seconds=7)
    entry = app.conf.beat_schedule[PREPARE]
    assert (entry["schedule"], entry["options"]["queue"]) == (7, "show")
    app.tasks[PREPARE]()
    app.tasks[PREPARE]()
    assert opened == 1
    assert all(work.placeholder for work in life.catalogue.works.all("ada"))
