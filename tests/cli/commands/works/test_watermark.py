"""`artist watermark`: which work a picture shows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gallery.images.watermark import SpectrumWatermark
from storage.catalogue import Catalogue
from tests.cli.conftest import Call


@pytest.fixture
def picture() -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((512, 384), Image.Resampling.BICUBIC)


def test_a_resized_copy_names_its_work(
    call: Call, lived: Path, picture: Image.Image, tmp_path: Path
) -> None:
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    work = catalogue.works.get("alien:2")
    assert work is not None
    catalogue.close()
    copy = tmp_path / "seen.jpg"
    marked = SpectrumWatermark().embed(picture, work.image[:12])
    marked.resize((400, 300)).save(copy, quality=80)
    result = call("watermark", copy, "--data", lived)
    assert result.out.startswith(f"alien:2: {work.title!r}")
    said = json.loads(call("watermark", copy, "--data", lived, "--json").out)
    assert said["work"] == "alien:2" and said["image"] == work.image
    assert said["watermark"] == f"cultural-alien.spectrum.1/{work.image[:12]}"


def test_pictures_without_a_work_are_told_apart(
    call: Call, lived: Path, picture: Image.Image, tmp_path: Path
) -> None:
    picture.save(tmp_path / "plain.png")
    result = call("watermark", tmp_path / "plain.png", "--data", lived)
    assert result.code == 1 and "no watermark that can be found" in result.out
    SpectrumWatermark().embed(picture, "0" * 12).save(tmp_path / "other.png")
    result = call("watermark", tmp_path / "other.png", "--data", lived)
    assert result.code == 1 and "no work here has it" in result.out
    (tmp_path / "text.png").write_text("no picture")
    result = call("watermark", tmp_path / "text.png", "--data", lived)
    assert result.code == 1 and "no picture of a known format" in result.out
    assert "Traceback" not in result.out
