"""Stages of pictures: made once for the newest works, and shown only where the picture is."""

from __future__ import annotations

import io

import pytest
from celery import Celery
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.stages import MAKE, StageMaker, Stages, add_stages
from worker.stages import StageList, as_stage, stage_name, store_stages, stored_stages
from worker.studio import OfflinePainter


@pytest.fixture
def life(tmp_path, sample):
    """Two works; the first one has a plan that can be painted."""
    built = sample.build_exhibition(tmp_path, works=0)
    plan = OfflinePainter(160, 128).plan(["fox"], seed=2, style="linocut")
    artist = sample.Life("bo")
    built.catalogue.artists.add(artist.created)
    for number in (1, 2):
        manifest = artist.cycle(built.archive)
        if number == 1:
            composition = manifest.composition.model_copy(update={"plan": plan})
            painting = manifest.painting.model_copy(update={"width": 160, "height": 128})
            manifest = manifest.model_copy(
                update={"composition": composition, "painting": painting}
            )
        built.archive.save_manifest(manifest)
        built.catalogue.restore_work(manifest)
    yield built
    built.catalogue.close()


def webp() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "WEBP")
    return file.getvalue()


def test_stages_are_made_once_and_only_where_there_is_a_plan(life) -> None:
    maker = StageMaker(life.catalogue, life.archive)
    image = life.archive.read_manifest("bo", 1).painting.image
    assert maker.make_next() == "bo:1"
    found = stored_stages(life.archive, image)
    assert found is not None and found.count >= 3 and found.source == "plan"
    assert maker.make_next() is None
    assert StageMaker(life.catalogue, life.archive).make_next() is None


def test_pages_offer_the_stages_that_are_stored_and_no_request_makes_any(life) -> None:
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    image = life.archive.read_manifest("bo", 1).painting.image
    assert "Watch it being painted" not in client.get("/works/bo/1").text
    assert client.get(f"/images/{image}/stages/1.webp").status_code == 404
    assert not list(life.archive.store.keys("derived/stages/"))
    store_stages(life.archive, image, [webp(), webp()], "painter")
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    page = client.get("/works/bo/1").text
    assert "in 2 stages" in page and "sent while it worked" in page
    answer = client.get(f"/images/{image}/stages/2.webp")
    assert answer.headers["content-type"] == "image/webp" and answer.content == webp()
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"/images/{image}/stages/3.webp").status_code == 404
    assert client.get(f"/images/{image}/stages/0.webp").status_code in (404, 422)


@pytest.mark.parametrize(("visibility", "status"), [("blurred", 404), ("hidden", 410)])
def test_stages_of_a_picture_that_is_not_shown_are_not_either(life, visibility, status) -> None:
    image = life.archive.read_manifest("bo", 1).painting.image
    store_stages(life.archive, image, [webp()], "plan")
    life.catalogue.works.moderate("bo:1", visibility, "a test")
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    assert client.get(f"/images/{image}/stages/1.webp").status_code == status
    if visibility == "blurred":
        assert "Watch it being painted" not in client.get("/works/bo/1").text


def test_a_takedown_deletes_the_stages(life) -> None:
    image = life.archive.read_manifest("bo", 1).painting.image
    store_stages(life.archive, image, [webp()], "plan")
    assert f"derived/{stage_name(image, 1)}" in life.archive.traces_of(image)


def test_a_partial_picture_becomes_a_small_stage() -> None:
    file = io.BytesIO()
    Image.new("RGB", (1536, 1024), "teal").save(file, "PNG")
    stage = as_stage(file.getvalue())
    assert stage is not None
    with Image.open(io.BytesIO(stage)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (640, 427))
    assert as_stage(b"no picture") is None


def test_the_list_is_cached_and_the_task_is_scheduled(life) -> None:
    image = life.archive.read_manifest("bo", 1).painting.image
    stages = Stages(life.archive)
    store_stages(life.archive, image, [webp()], "plan")
    assert stages.of(image) == stages.of(image) == StageList(count=1, source="plan")
    app = Celery("test", broker="memory://")
    add_stages(app, lambda: (life.catalogue, life.archive), seconds=9)
    entry = app.conf.beat_schedule[MAKE]
    assert (entry["schedule"], entry["options"]["queue"]) == (9, "show")
