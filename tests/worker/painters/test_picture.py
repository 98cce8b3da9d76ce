import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from worker.errors import BadPicture
from worker.painters.picture import MOST_PIXELS, inspect_picture, load_picture


def encode(image: Image.Image, format_: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_, **options)
    return stream.getvalue()


def noise(width: int = 64, height: int = 48, channels: int = 3) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return Image.fromarray(pixels)


PICTURES = {
    "png": encode(noise(), "PNG"),
    "jpeg": encode(noise(), "JPEG"),
    "progressive jpeg": encode(noise(), "JPEG", progressive=True),
    "webp": encode(noise(), "WEBP"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_whole_picture_tells_its_size_and_type(kind: str) -> None:
    facts = inspect_picture(PICTURES[kind])
    assert (facts.width, facts.height) == (64, 48)
    assert facts.media_type == f"image/{kind.rsplit(maxsplit=1)[-1]}"


@pytest.mark.parametrize("kind", PICTURES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_picture_cut_anywhere_is_no_picture(kind: str, data: st.DataObject) -> None:
    whole = PICTURES[kind]
    kept = data.draw(st.integers(0, len(whole) - 12))  # a PNG's last twelve bytes end it
    with pytest.raises(BadPicture):
        inspect_picture(whole[:kept])


@settings(max_examples=60)
@given(at=st.integers(40, len(PICTURES["png"]) - 20), bit=st.integers(0, 7))
def test_a_png_with_a_flipped_bit_is_no_picture(at: int, bit: int) -> None:
    damaged = bytearray(PICTURES["png"])
    damaged[at] ^= 1 << bit
    with pytest.raises(BadPicture):
        inspect_picture(bytes(damaged))


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_random_bytes_are_no_picture(data: bytes) -> None:
    with pytest.raises(BadPicture):
        inspect_picture(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>502</html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encode(noise(), "GIF"),
        encode(noise(), "TIFF"),
        encode(noise(), "BMP"),
    ],
)
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(BadPicture, match="no whole PNG, JPEG or WebP"):
        inspect_picture(data)


def test_an_error_names_the_first_bytes() -> None:
    with pytest.raises(BadPicture, match=r"16 bytes that begin with b'<html>502</h"):
        inspect_picture(b"<html>502</html>")
    with pytest.raises(BadPicture, match="0 bytes"):
        inspect_picture(b"")


def test_a_spacer_is_too_small() -> None:
    with pytest.raises(BadPicture, match="1 × 900 pixels is too small"):
        inspect_picture(encode(noise(1, 900), "PNG"))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that declares a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_001, 10_000, 20_000, 100_000])
def test_a_decompression_bomb_is_never_opened(side: int) -> None:
    assert side * side > MOST_PIXELS
    with pytest.raises(BadPicture):
        inspect_picture(bomb(side, side))


def test_transparency_stands_before_white() -> None:
    image = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 16, 32))
    flat = load_picture(encode(image, "PNG"))
    assert flat.mode == "RGB"
    assert flat.getpixel((20, 5)) == (255, 255, 255)
    assert flat.getpixel((5, 5)) == (0, 0, 255)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    image = Image.new("L", (32, 32), 200).convert(mode)
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    assert load_picture(encode(image, format_)).mode == "RGB"


def test_a_picture_is_told_as_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(noise(), "JPEG", exif=exif)
    facts = inspect_picture(data)
    assert (facts.width, facts.height, facts.media_type) == (48, 64, "image/jpeg")
    assert load_picture(data).size == (48, 64)


def test_sixteen_bits_are_scaled() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint16) * 257, (32, 1))
    assert np.asarray(load_picture(encode(Image.fromarray(ramp), "PNG"))).mean() == 127.5


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((16, 32_766), "16 × 32766 pixels is too large; 16,383 is the most side"),
        ((16, 16_000), "16 × 16000 pixels is too narrow; one side is at most 200 times the other"),
    ],
)
def test_a_strip_is_no_picture(size: tuple[int, int], told: str) -> None:
    with pytest.raises(BadPicture, match=told):
        inspect_picture(encode(Image.new("L", size), "PNG"))
