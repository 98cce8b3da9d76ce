"""A watermark without a model: patterns of random phase in a middle band of spatial frequencies.

The picture is scaled to `SIDE` pixels on its long side; the mark is made there and scaled back, so
that it is found at any size. Each byte of the payload has a pattern of its own and is coded as that
pattern's cyclic shift on a grid. One more pattern without a shift gives the place of a cropped
picture; its scale is searched for. The strength follows the texture around each pixel.

The patterns are public: the mark shows where a picture comes from, and does not prevent removal.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft
from scipy.ndimage import gaussian_filter, minimum_filter

Floats = NDArray[np.float32]
Complexes = NDArray[np.complex64]

SIDE: Final = 512
_ID_BYTES: Final = 6
_BYTES: Final = _ID_BYTES + 4
_GRID: Final = 16
"""Places of a shift in each direction: one byte in all."""

_SHIFT: Final = SIDE // _GRID
_BAND: Final = (0.05, 0.19)
"""Cycles per pixel of the scaled picture."""

_SEED: Final = 20261129
_SYNC_SHARES: Final = 2
_FLAT: Final = 0.55
"""Standard deviation of the mark, in grey levels of 255, where the picture is flat."""

_TEXTURE: Final = 0.12
"""What is added to it for each grey level by which the picture differs from its blurred form."""

_MOST: Final = 5.0
_SCALES: Final = np.exp(np.arange(0.0, 0.27, 0.004))
"""Long sides of the uncropped picture that are tried, as multiples of this one's."""

_CANDIDATES: Final = 6
_LISTED: Final = 4
"""Bytes, the least certain ones, of which the second most likely value is tried too."""

_LEAST: Final = 1e-9
"""Instead of zero as a divisor: a picture may be of one colour."""


def embed(picture: Image.Image, identifier: int) -> Image.Image:
    """The RGB picture with an identifier of 48 bits in it."""
    grey = _grey(picture)
    detail = grey - gaussian_filter(grey, 3.0)
    # The least in the neighbourhood: the mark does not reach from texture into flat areas.
    texture = minimum_filter(np.sqrt(gaussian_filter(detail * detail, 2.0)), 7)
    strength = np.minimum(_FLAT + _TEXTURE * texture, _MOST)
    mark = strength * _pattern(identifier)[: grey.shape[0], : grey.shape[1]]
    added = np.rint(_scaled(mark, *picture.size)).astype(np.int16)
    # One channel at a time: pictures may have 64 million pixels.
    channels = [np.clip(np.asarray(one) + added, 0, 255) for one in picture.split()]
    return Image.merge("RGB", [Image.fromarray(one.astype(np.uint8)) for one in channels])


def find(picture: Image.Image) -> int | None:
    """The identifier in an RGB picture that may be resized, compressed or cropped; None for none.

    Of unmarked pictures, fewer than one in a million has one: its checksum has 32 bits, and fewer
    than 130 readings are checked.
    """
    detail = _detail(_grey(picture))
    spectrum = _spectrum(detail)
    found = _read(spectrum, 0, 0)
    if found is not None:
        return found
    tries = sorted(_alignments(detail), key=lambda one: -one[0])[:_CANDIDATES]
    for _, down, right, scale in tries:
        found = _read(_spectrum(_shrunk(detail, scale)), down, right)
        if found is not None:
            return found
    return None


def _grey(picture: Image.Image) -> Floats:
    """The luminance, not rounded, with `SIDE` pixels on the long side."""
    factor = SIDE / max(picture.size)
    width, height = (max(1, round(side * factor)) for side in picture.size)
    grey = picture.convert("F").resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(grey, np.float32)


def _scaled(values: Floats, width: int, height: int) -> Floats:
    resized = Image.fromarray(values).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(resized, np.float32)


def _shrunk(detail: Floats, scale: float) -> Floats:
    height, width = (max(1, round(side / scale)) for side in detail.shape)
    return _scaled(detail, width, height)


def _detail(grey: Floats) -> Floats:
    """The picture without its low frequencies, of like contrast everywhere."""
    detail = grey - gaussian_filter(grey, 4.0)
    contrast = np.sqrt(gaussian_filter(detail * detail, 8.0)) + 1.0
    return np.asarray(np.clip(detail / contrast, -2.5, 2.5), np.float32)


def _spectrum(detail: Floats) -> Complexes:
    """The phases alone: no frequency of the picture itself counts more than another."""
    tile = np.zeros((SIDE, SIDE), np.float32)
    tile[: detail.shape[0], : detail.shape[1]] = detail
    spectrum = fft.rfft2(tile)
    return np.asarray(spectrum / (np.abs(spectrum) + _LEAST), np.complex64)


def _alignments(detail: Floats) -> Iterator[tuple[float, int, int, float]]:
    """For each scale: how well the pattern without a shift fits at best, where, and the scale."""
    for scale in _SCALES:
        fit = _correlation(_spectrum(_shrunk(detail, float(scale))), _BYTES)
        best = int(fit.argmax())
        yield float(fit.flat[best] / max(fit.std(), _LEAST)), *divmod(best, SIDE), float(scale)


def _correlation(spectrum: Complexes, pattern: int) -> Floats:
    return np.asarray(fft.irfft2(spectrum * np.conj(_patterns()[pattern]), s=(SIDE, SIDE)))


def _read(spectrum: Complexes, down: int, right: int) -> int | None:
    """The identifier of a picture whose upper left corner is there on the patterns' tile."""
    rows, columns = np.divmod(np.arange(_GRID**2), _GRID)
    places = (rows * _SHIFT + down) % SIDE, (columns * _SHIFT + right) % SIDE
    fits = np.stack([_correlation(spectrum, byte)[places] for byte in range(_BYTES)])
    order = np.argsort(fits, axis=1)
    best, second = order[:, -1], order[:, -2]
    lead = np.take_along_axis(fits, order[:, -1:], 1) - np.take_along_axis(fits, order[:, -2:-1], 1)
    doubtful = np.argsort(lead[:, 0])[:_LISTED]
    for chosen in product((False, True), repeat=_LISTED):
        payload = best.copy()
        swapped = doubtful[np.array(chosen)]
        payload[swapped] = second[swapped]
        data = bytes(payload.astype(np.uint8))
        if zlib.crc32(data[:_ID_BYTES]).to_bytes(4, "big") == data[_ID_BYTES:]:
            return int.from_bytes(data[:_ID_BYTES], "big")
    return None


def _pattern(identifier: int) -> Floats:
    """The mark of an identifier on its tile, with a standard deviation of 1."""
    data = identifier.to_bytes(_ID_BYTES, "big")
    patterns = _patterns()
    total = patterns[_BYTES].copy()
    rows, columns = fft.fftfreq(SIDE)[:, None], fft.rfftfreq(SIDE)[None]
    for byte, value in enumerate(data + zlib.crc32(data).to_bytes(4, "big")):
        down, right = divmod(value, _GRID)
        total += patterns[byte] * np.exp(-2j * np.pi * _SHIFT * (rows * down + columns * right))
    mark = fft.irfft2(total, s=(SIDE, SIDE))
    return np.asarray(mark / mark.std(), np.float32)


@cache
def _patterns() -> Complexes:
    """Spectra of one pattern for each byte and of that for the place; they share no frequency."""
    rows, columns = fft.fftfreq(SIDE)[:, None], fft.rfftfreq(SIDE)[None]
    radius = np.hypot(rows, columns)
    inside = (radius >= _BAND[0]) & (radius <= _BAND[1]) & (columns > 0)
    random = np.random.default_rng(_SEED)
    owner = np.minimum(random.integers(0, _BYTES + _SYNC_SHARES, inside.shape), _BYTES)
    phases = np.exp(2j * np.pi * random.random(inside.shape))
    return np.stack([np.where(inside & (owner == k), phases, 0) for k in range(_BYTES + 1)]).astype(
        np.complex64
    )
