"""Pictures from outside: each is shown whole, or an error of ours names the file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cas.data.annotation import encode_shard, read_shard
from cas.data.clip import Clip, make_untrained
from cas.data.image_files import PictureError, open_picture, picture_formats
from cas.data.image_sources import pictures_of
from gallery.images.thumbnails import KINDS, Thumbnails
from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.errors import ObjectMissing
from tests.border.damage import damaged
from worker.errors import BadPicture
from worker.painters.picture import inspect_picture, load_picture

# Pillow warns of damage that it gets over; people see the warnings, and what it makes of the bytes.
pytestmark = pytest.mark.filterwarnings("ignore")

MODES = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
    "JPEG": ["L", "RGB", "CMYK"],
    "WEBP": ["RGB", "RGBA"],
    "GIF": ["L", "P", "RGB", "RGBA"],
    "TIFF": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F", "LAB", "YCbCr"],
    "BMP": ["1", "L", "P", "RGB"],
    "PPM": ["1", "L", "RGB", "I"],
    "TGA": ["L", "LA", "P", "RGB", "RGBA"],
    "AVIF": ["RGB", "RGBA"],
    "JPEG2000": ["L", "RGB", "RGBA", "I;16"],
    "ICO": ["RGBA"],
    "PCX": ["1", "L", "P", "RGB"],
    "SGI": ["L", "RGB", "RGBA"],
    "DDS": ["RGB", "RGBA"],
    "QOI": ["RGB", "RGBA"],
}
"""What each format can hold, of what programs write."""


def pixels(width: int, height: int, mode: str, seed: int) -> Image.Image:
    dice = np.random.default_rng(seed)
    if mode in ("I;16", "I", "F"):
        values = dice.integers(0, 65536, (height, width))
        kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        return Image.fromarray(values.astype(kind))
    if mode == "LAB":
        return Image.frombytes("LAB", (width, height), dice.bytes(3 * width * height))
    colours = dice.integers(0, 256, (height, width, 4), dtype=np.uint8)
    return Image.fromarray(colours).convert("RGBA" if mode == "LA" else "RGB").convert(mode)


@st.composite
def pictures(draw: st.DrawFn, *formats: str) -> tuple[bytes, tuple[int, int] | None]:
    """A picture's bytes, and its size upright; None for the size where mishaps befell it."""
    kind = draw(st.sampled_from(formats or sorted(MODES)))
    mode = draw(st.sampled_from(MODES[kind]))
    sides = st.just(16) if kind == "ICO" else st.integers(1, 40)
    width, height = draw(sides), draw(sides)
    picture = pixels(width, height, mode, draw(st.integers(0, 9)))
    options: dict[str, object] = {}
    orientation = draw(st.integers(0, 9))
    if kind in {"PNG", "JPEG", "WEBP", "TIFF"} and orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    if kind in {"GIF", "PNG", "TIFF", "WEBP"} and draw(st.integers(0, 4)) == 0:
        options |= {"save_all": True, "append_images": [picture.rotate(180)]}
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    turned = 5 <= orientation <= 8 and "exif" in options
    if draw(st.integers(0, 2)):
        return draw(damaged(stream.getvalue())), None
    return stream.getvalue(), (height, width) if turned else (width, height)


@st.composite
def nonsense(draw: st.DrawFn) -> bytes:
    """Bytes behind the head of some format."""
    heads = [
        *[
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"RIFF\x99\0\0\0WEBPVP8 ",
            b"GIF89a",
            b"II*\0",
        ],
        *[b"MM\0*", b"BM", b"P6 9 9 ", b"8BPS", b"\0\0\1\0", b"\0\0\0\x0cjP  ", b"qoif", b"%!PS"],
        *[b"DDS ", b"\xff\x4f\xff\x51", b"\0\0\0 ftypavif", b"FLIM", b"icns", b"\x01\xda", b"\n\5"],
    ]
    return draw(st.sampled_from(heads)) + draw(st.binary(max_size=200))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("border")


@given(pictures())
def test_a_picture_is_shown_whole_or_named(
    path: Path, made: tuple[bytes, tuple[int, int] | None]
) -> None:
    data, size = made
    file = path / "a.png"
    file.write_bytes(data)
    try:
        picture = open_picture(file)
    except PictureError as error:
        assert "a.png" in str(error)
        with Image.open(io.BytesIO(data)) if size else io.BytesIO() as whole:
            assert not size or whole.mode == "LAB", error
        return
    assert picture.mode == "RGB"
    assert size in (None, picture.size)
    assert len(picture.tobytes()) == 3 * picture.width * picture.height
    assert picture.format in picture_formats().values()


@given(nonsense())
def test_nonsense_is_named(path: Path, data: bytes) -> None:
    (path / "b.png").write_bytes(data)
    try:
        assert open_picture(path / "b.png").mode == "RGB"
    except PictureError as error:
        assert "b.png" in str(error)


@given(pictures("PNG", "JPEG", "WEBP", "GIF"))
def test_a_painters_picture_is_kept_or_refused(made: tuple[bytes, tuple[int, int] | None]) -> None:
    data, size = made
    try:
        facts = inspect_picture(data)
    except BadPicture as error:
        assert str(error).startswith("no whole PNG, JPEG or WebP picture: ")
        assert not size or min(size) < 16 or data.startswith(b"GIF")
        return
    assert facts.media_type in {"image/png", "image/jpeg", "image/webp"}
    assert size in (None, (facts.width, facts.height))
    assert load_picture(data).size == (facts.width, facts.height)


@pytest.fixture(scope="module")
def archive(path: Path) -> Archive:
    return Archive(FolderStore(path / "archive", create=True))


@given(pictures("PNG", "JPEG", "WEBP"), st.sampled_from(sorted(KINDS)))
def test_the_gallery_shows_it_or_says_that_it_is_damaged(
    archive: Archive, made: tuple[bytes, tuple[int, int] | None], name: str
) -> None:
    data, size = made
    sha256 = archive.save_image(data, "image/png")
    try:
        shown = Thumbnails(archive).read(sha256, name)
        Thumbnails(archive).prepare(sha256, (name,))
    except ObjectMissing as error:
        assert not size and sha256 in str(error)
        return
    with Image.open(io.BytesIO(shown)) as copy:
        assert size in (None, copy.size)


@pytest.fixture(scope="module")
def clip(path: Path) -> Clip:
    return make_untrained(path / "clip")


@given(st.lists(st.one_of(pictures().map(lambda made: made[0]), nonsense()), max_size=3))
def test_annotation_counts_every_picture(path: Path, clip: Clip, files: list[bytes]) -> None:
    folder = path / "folder"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, data in enumerate(files):
        (folder / f"{number}.jpg").write_bytes(data)
    shards = path / "shards"
    (shards / "shard-00000.npz").unlink(missing_ok=True)
    encode_shard(0, list(pictures_of(str(folder))), clip, shards)
    shard, faults = read_shard(shards / "shard-00000.npz")
    names = {f"{number}.jpg" for number in range(len(files))}
    assert {*shard.ids, *(fault.id for fault in faults)} == names
    assert all(fault.id in fault.reason for fault in faults)
    assert np.isfinite(shard.vectors).all()
