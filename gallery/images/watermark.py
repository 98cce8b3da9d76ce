"""Imperceptible watermarks: an identifier in the pixels, for pictures that lose their metadata.

The identifier is the beginning of the SHA-256 of the archived picture, so that the catalogue finds
the work. Archived pictures have no watermark; every file that is handed out has it.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from threading import Lock
from typing import Any, Final, Protocol

from PIL import Image

from storage.errors import UserFacingError

DIGITS: Final = 12
"""Hexadecimal digits of the identifier, 48 bits."""

_BITS: Final = DIGITS * 4


class WatermarkError(UserFacingError):
    """The method can't be used: a package or its model files are missing."""


class Watermark(Protocol):
    """A method that writes an identifier into pixels and finds it again."""

    @property
    def algorithm(self) -> str:
        """Its name, with the version; C2PA's where `listed`."""

    @property
    def listed(self) -> bool:
        """Whether it is in C2PA's list of soft binding algorithms."""

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The RGB picture with an identifier of `DIGITS` hexadecimal digits in it."""

    def find(self, picture: Image.Image) -> str | None:
        """The identifier in an RGB picture; None if there is none."""

    def value(self, identifier: str) -> str:
        """The identifier as the method's soft binding states it."""


@dataclass(frozen=True)
class SpectrumWatermark:
    """The method of `gallery.images.spectrum`; it needs no model."""

    algorithm: str = "cultural-alien.spectrum.1"
    listed: bool = False

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The RGB picture with the identifier in it."""
        from gallery.images import spectrum

        return spectrum.embed(picture, int(identifier, 16))

    def find(self, picture: Image.Image) -> str | None:
        """The identifier in an RGB picture; None if there is none."""
        from gallery.images import spectrum

        found = spectrum.find(picture)
        return None if found is None else f"{found:0{DIGITS}x}"

    def value(self, identifier: str) -> str:
        """The identifier itself."""
        return identifier


@dataclass(frozen=True)
class TrustMarkWatermark:
    """Adobe's TrustMark, variant P; its model files are fetched at the first use."""

    algorithm: str = "com.adobe.trustmark.P"
    listed: bool = True
    _lock: Lock = field(default_factory=Lock, repr=False)

    def embed(self, picture: Image.Image, identifier: str) -> Image.Image:
        """The RGB picture with the identifier in it.

        Raises:
            WatermarkError: the package or its model files are missing.
        """
        with self._lock:
            marked: Image.Image = self._model.encode(
                picture, self._secret(identifier), MODE="binary"
            )
        return marked.convert("RGB")

    def find(self, picture: Image.Image) -> str | None:
        """The identifier in an RGB picture; None if there is none.

        Raises:
            WatermarkError: the package or its model files are missing.
        """
        with self._lock:
            secret, present, _ = self._model.decode(picture, MODE="binary")
        padded = "0" * (len(secret) - _BITS)
        # BCH_5 corrects five bits and has no further checksum: the padding must be as written.
        if not present or not secret.endswith(padded):
            return None
        return f"{int(secret[:_BITS], 2):0{DIGITS}x}"

    def value(self, identifier: str) -> str:
        """The number of the error correction, and the bits, as TrustMark's own example has them."""
        return f"{self._model.enctyp}*{self._secret(identifier)}"

    def _secret(self, identifier: str) -> str:
        bits = f"{int(identifier, 16):0{_BITS}b}"
        return bits.ljust(self._model.schemaCapacity(), "0")

    @cached_property
    def _model(self) -> Any:
        """The loaded model.

        Raises:
            WatermarkError: the package or its model files are missing.
        """
        try:
            package = import_module("trustmark")
        except ImportError as error:
            raise WatermarkError(
                f'gallery.watermark = "trustmark" needs the package {error.name}:'
                " pip install 'cultural-alien[watermark]'."
            ) from error
        # It prints its progress, and a failed download too.
        with contextlib.redirect_stdout(sys.stderr):
            model = package.TrustMark(
                verbose=False,
                model_type="P",
                encoding_type=package.TrustMark.Encoding.BCH_5,
                loadRemover=False,
            )
        if model.encoder is None or model.decoder is None:
            raise WatermarkError(
                "TrustMark's model files could not be fetched (cai-watermark.adobe.net): fetch them"
                " into the folder `models` of the package trustmark, or set"
                ' gallery.watermark = "spectrum".'
            )
        return model


def open_watermark(name: str) -> Watermark | None:
    """The method of this name in `gallery.watermark`; None for "off"."""
    if name == "off":
        return None
    return TrustMarkWatermark() if name == "trustmark" else SpectrumWatermark()


def identifier_of(sha256: str) -> str:
    """The identifier of an archived picture."""
    return sha256[:DIGITS]
