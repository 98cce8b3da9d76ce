"""Copies of pictures of many modes, orientations and sizes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gallery.images.thumbnails import KINDS, Thumbnails
from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.errors import ObjectMissing


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True))


def kept(archive: Archive, picture: Image.Image, **options: object) -> str:
    """Archive a picture as PNG."""
    stream = io.BytesIO()
    picture.save(stream, "PNG", **options)
    return archive.save_image(stream.getvalue(), "image/png")


def copy(archive: Archive, sha256: str, name: str) -> Image.Image:
    with Image.open(io.BytesIO(Thumbnails(archive).read(sha256, name))) as opened:
        return opened.convert("RGB")


@pytest.mark.parametrize("name", KINDS)
def test_every_copy_is_upright_on_white_and_scaled(archive: Archive, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = kept(archive, Image.new("RGB", (60, 40), "red"), exif=exif)
    assert copy(archive, turned, name).size == ((40, 40) if KINDS[name].square else (40, 60))
    ink = Image.new("RGBA", (64, 64))
    ink.paste((0, 0, 0, 255), (0, 0, 32, 64))
    clear = copy(archive, kept(archive, ink), name)
    assert clear.getpixel((60, 9)) >= (250,) * 3
    assert clear.getpixel((4, 9)) <= (5,) * 3
    ramp = np.tile(np.arange(64, dtype=np.uint16) * 1023, (64, 1))
    grey = copy(archive, kept(archive, Image.fromarray(ramp)), name)
    assert np.asarray(grey).mean() == pytest.approx(ramp.mean() / 257, abs=2)


@pytest.mark.parametrize("size", [(16, 32_766), (4_000, 16)])
def test_an_extreme_ratio_is_reported_and_not_shown(
    archive: Archive, size: tuple[int, int]
) -> None:
    strip = kept(archive, Image.new("L", size))
    with pytest.raises(ObjectMissing, match=rf"{strip} is no picture: .* too (large|narrow)"):
        Thumbnails(archive).prepare(strip, ("480.webp",))
