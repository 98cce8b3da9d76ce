"""Encoders: text and pictures as unit vectors, for novelty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from storage.archive.manifest import Float32


class TextEncoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Model and version; vectors of different names are never compared."""

    @property
    def size(self) -> int:
        """Length of the vectors."""

    def encode(self, texts: Sequence[str]) -> Float32:
        """Return unit vectors, shape (len(texts), size), float32."""


class ImageEncoder(Protocol):
    """Turns pictures into unit vectors."""

    @property
    def name(self) -> str:
        """Model and version; vectors of different names are never compared."""

    @property
    def size(self) -> int:
        """Length of the vectors."""

    @property
    def alike(self) -> float | None:
        """Cosine from which on two works look similar; None if it is not measured."""

    def encode(self, images: Sequence[bytes]) -> Float32:
        """Return unit vectors, shape (len(images), size), float32.

        Raises:
            BadPicture: one of them can't be decoded.
        """


__all__ = ["ImageEncoder", "TextEncoder"]
