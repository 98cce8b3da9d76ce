"""Pictures as cameras, scanners and drawing programs leave them, and files that are none."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from cas.data.image_files import MOST_RATIO, PictureError, open_picture, picture_formats

RAMP = np.tile(np.arange(256, dtype=np.uint8), (32, 1))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def noise(width: int = 48, height: int = 32, seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def shown(data: bytes) -> NDArray[np.uint8]:
    picture = open_picture(data)
    assert picture.mode == "RGB"
    return np.asarray(picture)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF"]),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 99),
)
def test_an_ordinary_picture_has_the_pixels_that_pillow_gives(
    kind: str, width: int, height: int, seed: int
) -> None:
    data = encoded(noise(width, height, seed), kind)
    with Image.open(io.BytesIO(data)) as plain:
        assert open_picture(data).tobytes() == plain.convert("RGB").tobytes()
        assert open_picture(data).format == kind


def test_real_paintings_have_the_pixels_that_pillow_gives(museum_data: Path) -> None:
    paths = sorted((museum_data / "paintings").glob("*.jpg"))[::25]
    assert paths
    for path in paths:
        with Image.open(path) as plain:
            assert open_picture(path).tobytes() == plain.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (1, lambda stored: stored),
        (2, np.fliplr),
        (3, lambda stored: np.rot90(stored, 2)),
        (4, np.flipud),
        (5, lambda stored: stored.transpose(1, 0, 2)),
        (6, lambda stored: np.rot90(stored, -1)),
        (7, lambda stored: np.rot90(stored, 2).transpose(1, 0, 2)),
        (8, np.rot90),
        (9, lambda stored: stored),
    ],
)
def test_a_picture_stands_upright(kind: str, orientation: int, turned) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(noise(), kind, exif=exif, **options)
    assert np.array_equal(shown(data), turned(np.asarray(noise())))


def test_damaged_exif_costs_no_picture() -> None:
    data = encoded(noise(), "PNG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert np.array_equal(shown(data), np.asarray(noise()))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("PNG", RAMP.astype(np.uint16) * 257),
        ("TIFF", RAMP.astype(np.uint16) * 257),
        ("TIFF", RAMP.astype(">u2") * 257),
        ("PPM", RAMP.astype(np.uint16) * 257),
        ("TIFF", RAMP.astype(np.int32)),
        ("TIFF", RAMP.astype(np.int32) * 257),
        ("TIFF", RAMP.astype(np.int32) * 2**20),
        ("TIFF", RAMP.astype(np.float32) / 255),
        ("TIFF", RAMP.astype(np.float32)),
    ],
)
def test_grey_of_more_than_eight_bits_is_scaled(kind: str, values: NDArray[np.generic]) -> None:
    for channel in np.moveaxis(shown(encoded(Image.fromarray(values), kind)), 2, 0):
        assert np.abs(channel.astype(int) - RAMP).max() <= 1


def test_numbers_that_are_none_are_black() -> None:
    values = RAMP.astype(np.float32)
    values[0] = np.nan
    values[1] = -1
    assert shown(encoded(Image.fromarray(values), "TIFF"))[:2].max() == 0


def test_black_ink_on_nothing_is_black_on_white() -> None:
    layer = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 16, 32))
    grey16 = Image.fromarray(
        np.where(np.arange(1024).reshape(32, 32) % 32 < 16, 7, 0).astype("<u2")
    )
    ways = {
        "RGBA": encoded(layer, "PNG"),
        "LA": encoded(layer.convert("LA"), "PNG"),
        "WebP": encoded(layer, "WEBP", lossless=True),
        "GIF": encoded(layer, "GIF"),
        "P": encoded(layer.convert("L").point(lambda _: 0), "PNG", transparency=0),
        "key": encoded(Image.new("RGB", (32, 32), "red"), "PNG", transparency=(255, 0, 0)),
        "16 bits": encoded(grey16, "PNG", transparency=0),
    }
    for way, data in ways.items():
        pixels = shown(data)
        assert (pixels[:, 16:] == 255).all(), way
        if way not in {"P", "key"}:
            assert (pixels[:, :16] == 0).all(), way


def test_of_several_pictures_the_first_is_shown() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert open_picture(data).getpixel((8, 8))[0] > 250
        assert open_picture(data).getpixel((8, 8))[2] < 5


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("P", "PNG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("YCbCr", "TIFF"),
    ],
)
def test_every_mode_shows_what_it_holds(mode: str, kind: str) -> None:
    for colour in ("white", "black"):
        data = encoded(Image.new("RGB", (24, 24), colour).convert(mode), kind)
        assert np.abs(shown(data).astype(int) - (255 if colour == "white" else 0)).max() <= 2


def test_every_suffix_that_pillow_reads_is_known() -> None:
    known = picture_formats()
    assert {".jpg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".avif", ".gif", ".tif", ".tiff",
            ".bmp", ".jp2", ".tga", ".ppm", ".psd"} <= set(known)  # fmt: skip
    assert not {".eps", ".ps", ".pdf", ".mpg", ".hdf", ".txt", ".csv", ""} & set(known)
    for suffix, kind in known.items():
        if kind in {"AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TGA", "TIFF", "WEBP"}:
            stream = io.BytesIO()
            noise().save(stream, kind)
            assert open_picture(stream.getvalue()).size == (48, 32), suffix


def test_a_program_is_no_picture(tmp_path: Path) -> None:
    """Pillow would let Ghostscript run it, whatever the file is called."""
    path = tmp_path / "drawing.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    with pytest.raises(PictureError, match=r"drawing\.png: it is no picture of a known format"):
        open_picture(path)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a kilobyte that declares a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*part) for part in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "0 bytes .*no picture"),
        (b"<html>502</html>", r"16 bytes that begin with b'<html>502</h': it is no picture"),
        (encoded(noise(), "PNG")[:-40], "truncated or damaged"),
        (encoded(noise(), "JPEG")[:600], "truncated"),
        (encoded(noise(), "BMP")[:-9], "truncated"),
        (encoded(noise(), "GIF")[:-90], "truncated"),
        (bomb(60_000, 60_000), "truncated or damaged: .*decompression bomb"),
        (encoded(Image.new("L", (16, 32_766)), "PNG"), "16 × 32,?766 pixels is too narrow"),
        (encoded(Image.new("L", (1, MOST_RATIO + 1)), "PNG"), "too narrow"),
    ],
)
def test_what_is_no_whole_picture_is_named(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(PictureError, match=told):
        open_picture(data)
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(PictureError, match=r"a\.png: it is|a\.png: \d"):
        open_picture(tmp_path / "a.png")


def test_a_scroll_is_a_picture_and_a_missing_file_is_none(tmp_path: Path) -> None:
    assert open_picture(encoded(Image.new("L", (MOST_RATIO, 1)), "PNG")).size == (MOST_RATIO, 1)
    with pytest.raises(PictureError, match=r"none\.png cannot be read: No such file"):
        open_picture(tmp_path / "none.png")
    with pytest.raises(PictureError, match="cannot be read: Is a directory"):
        open_picture(tmp_path)


def test_bounds_that_a_caller_sets_are_told() -> None:
    data = encoded(noise(48, 32), "PNG")
    for bounds, told in (
        ({"least_side": 33}, "48 × 32 pixels is too small; 33 is the least side"),
        ({"most_side": 47}, "too large; 47 is the most side"),
        ({"most_pixels": 1_535}, "too large; 1,535 is the most"),
        ({"formats": ("JPEG",)}, "no picture of a known format"),
    ):
        with pytest.raises(PictureError, match=told):
            open_picture(data, **bounds)
