"""Stages of a picture, made again from its manifest."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from tests.manifests import a_manifest
from worker.stages import remake_stages, stage_name
from worker.studio import OfflinePainter, PaintError


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path, create=True))


def painted(**change: object) -> Manifest:
    manifest = a_manifest()
    plan = OfflinePainter(160, 128).plan(["fox"], seed=2, style="linocut")
    composition = manifest.composition.model_copy(update={"plan": plan.model_copy(update=change)})
    painting = manifest.painting.model_copy(update={"width": 160, "height": 128})
    return manifest.model_copy(update={"composition": composition, "painting": painting})


def test_stages_are_stored_and_the_same_when_made_again(archive: Archive) -> None:
    manifest = painted()
    count = remake_stages(archive, manifest)
    names = [stage_name(manifest.painting.image, number) for number in range(1, count + 1)]
    first = [archive.read_derived(name) for name in names]
    assert count >= 3
    assert len(set(first)) >= 3
    for data in first:
        with Image.open(io.BytesIO(data)) as stage:
            assert stage.format == "WEBP"
            assert max(stage.size) <= 640
    assert remake_stages(archive, manifest) == count
    assert [archive.read_derived(name) for name in names] == first


def test_a_work_without_a_plan_has_none(archive: Archive) -> None:
    assert remake_stages(archive, a_manifest()) == 0


def test_a_plan_that_can_not_be_painted_is_told(archive: Archive) -> None:
    with pytest.raises(PaintError, match="no technique 'airbrush'"):
        remake_stages(archive, painted(technique="airbrush"))
