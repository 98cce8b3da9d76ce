"""Measure watermarks on real pictures: found after what, at which cost to the eye, and how fast.

    python -m benchmarks.gallery.watermark FOLDER... [--method NAME] [--largest 100]

Methods are those of `gallery.watermark`, and for comparison, where they are installed, those of the
packages invisible-watermark ("rivagan", "dwtdctsvd") and blind-watermark ("blind").
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import statistics
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from gallery.images.thumbnails import KINDS
from gallery.images.watermark import SpectrumWatermark, TrustMarkWatermark


class Method(Protocol):
    """What is measured of a watermark."""

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The picture with the identifier in it."""

    def find(self, picture: Image.Image) -> str | None:
        """What is read of the picture; None for nothing."""


class Invisible:
    """invisible-watermark carries 32 bits without a checksum: it always reads something."""

    def __init__(self, name: str) -> None:
        package = import_module("imwatermark")
        self._name, self._encoder = name, package.WatermarkEncoder()
        self._decoder = package.WatermarkDecoder("bits", 32)
        if name == "rivaGan":
            package.WatermarkEncoder.loadModel()

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The picture with the first 32 bits of the identifier in it."""
        bits = [int(bit) for bit in f"{int(identifier[:8], 16):032b}"]
        self._encoder.set_watermark("bits", bits)
        return Image.fromarray(self._encoder.encode(np.asarray(picture), self._name))

    def find(self, picture: Image.Image) -> str | None:
        """The 32 bits that are read; None for a picture that is too small."""
        try:
            bits = self._decoder.decode(np.asarray(picture), self._name)
        except RuntimeError:  # pictures below 256 pixels
            return None
        return f"{int(''.join(str(int(bit)) for bit in bits), 2):08x}"


class Blind:
    """blind-watermark, 32 bits; it is told the length, and reads something of any picture."""

    def __init__(self) -> None:
        self._package = import_module("blind_watermark")
        self._package.bw_notes.close()

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The picture with the first 32 bits of the identifier in it."""
        marker = self._package.WaterMark(password_wm=1, password_img=1)
        marker.read_img(img=np.asarray(picture))
        marker.read_wm([bit == "1" for bit in f"{int(identifier[:8], 16):032b}"], mode="bit")
        return Image.fromarray(np.clip(np.rint(marker.embed()), 0, 255).astype(np.uint8))

    def find(self, picture: Image.Image) -> str | None:
        """The 32 bits that are read; None for a picture that is too small."""
        marker: Any = self._package.WaterMark(password_wm=1, password_img=1)
        try:
            bits = marker.extract(embed_img=np.asarray(picture), wm_shape=32, mode="bit")
        except (AssertionError, IndexError):  # too small
            return None
        return f"{int(''.join(str(int(bit)) for bit in bits), 2):08x}"


METHODS: dict[str, Callable[[], Method]] = {
    "spectrum": SpectrumWatermark,
    "trustmark": TrustMarkWatermark,
    "rivagan": lambda: Invisible("rivaGan"),
    "dwtdctsvd": lambda: Invisible("dwtDctSvd"),
    "blind": Blind,
}


def changed(marked: Image.Image, at: random.Random) -> Iterator[tuple[str, Image.Image]]:
    """The marked picture after each of the changes that are measured."""
    half, cropped = _half(marked), _cropped(marked, at)
    yield "unchanged", marked
    yield "JPEG 70", _jpeg(marked)
    yield "half size", half
    yield "half size, JPEG 70", _jpeg(half)
    yield "cropped to 90 %", cropped
    yield "cropped, JPEG 70", _jpeg(cropped)
    yield "cropped, half size, JPEG 70", _jpeg(_half(cropped))
    for name in ("480.avif", "share.jpg"):
        yield f"the gallery's {name}", _copy(marked, name)


def _jpeg(picture: Image.Image) -> Image.Image:
    return _written(picture, "JPEG", 70)


def _half(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def _cropped(picture: Image.Image, at: random.Random) -> Image.Image:
    """The picture without a tenth of its width and height, anywhere."""
    width, height = round(picture.width * 0.9), round(picture.height * 0.9)
    left, top = at.randint(0, picture.width - width), at.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def _copy(picture: Image.Image, name: str) -> Image.Image:
    kind = KINDS[name]
    scaled = picture.copy()
    scaled.thumbnail((kind.width, 10 * kind.width), Image.Resampling.LANCZOS)
    return _written(scaled, kind.format, kind.quality)


def _written(picture: Image.Image, form: str, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, form, quality=quality)
    return Image.open(file).convert("RGB")


def psnr(one: Image.Image, other: Image.Image) -> float:
    difference = np.asarray(one, np.float64) - np.asarray(other, np.float64)
    return float(10 * np.log10(255**2 / max(np.mean(difference**2), 1e-9)))


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Structural similarity of the grey pictures, with Gaussian windows (Wang 2004)."""
    from scipy.ndimage import gaussian_filter

    a, b = (np.asarray(picture.convert("L"), np.float64) for picture in (one, other))

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(gaussian_filter(values, 1.5, truncate=3.5))

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
    one_, two = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * ma * mb + one_) * (2 * cov + two)
    return float(np.mean(top / ((ma**2 + mb**2 + one_) * (va + vb + two))))


def measure(method: Method, files: list[Path]) -> None:
    at = random.Random(1)
    found: dict[str, int] = {}
    quality, likeness, embedding, finding, wrong = [], [], [], [], 0
    for file in files:
        picture = Image.open(file).convert("RGB")
        identifier = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        start = time.perf_counter()
        marked = method.embed(picture, identifier)
        embedding.append(time.perf_counter() - start)
        quality.append(psnr(picture, marked))
        likeness.append(ssim(picture, marked))
        for name, after in changed(marked, at):
            start = time.perf_counter()
            read = method.find(after)
            finding.append(time.perf_counter() - start)
            found[name] = found.get(name, 0) + (read is not None and identifier.startswith(read))
        wrong += method.find(picture) is not None
    for name, count in found.items():
        print(f"  {name:32} {count / len(files):7.1%}")
    print(f"  {'found in unmarked ones':32} {wrong / len(files):7.1%}")
    print(f"  PSNR {statistics.mean(quality):.1f} dB, least {min(quality):.1f};", end=" ")
    print(f"SSIM {statistics.mean(likeness):.4f}, least {min(likeness):.4f}")
    print(f"  embedding {statistics.median(embedding):.2f} s;", end=" ")
    print(f"finding {statistics.median(finding):.2f} s, most {max(finding):.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--method", action="append", choices=METHODS)
    parser.add_argument("--largest", type=int, default=100, help="most pictures of each folder")
    given = parser.parse_args()
    for folder in given.folders:
        files = sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg"))
        files = files[:: max(1, len(files) // given.largest)][: given.largest]
        for name in given.method or ["spectrum"]:
            print(f"{name}, {len(files)} pictures of {folder.name}", flush=True)
            measure(METHODS[name](), files)


if __name__ == "__main__":
    main()
