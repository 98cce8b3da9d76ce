"""What annotation asks of works and of encoders: CLIP for pictures, a text encoder for texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from cas.data.clip import Vectors


class Item(Protocol):
    """What is encoded: a `Picture`, or a `Line` of a work's text."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def artist(self) -> str | None:
        """Its artist, if known."""

    def open(self) -> Any:
        """Return what the encoder prepares.

        Raises:
            OSError, ValueError: it cannot be had; the work is left out.
        """


class Encoder(Protocol):
    """Turns works and concepts into vectors of one space: a `Clip`, or a `TextEncoder`."""

    @property
    def name(self) -> str:
        """Of the model and its weights."""

    @property
    def trained(self) -> bool:
        """Whether its vectors mean anything."""

    def load(self) -> None:
        """Have the model ready, or fail before anything is written."""

    def prepare(self, content: Any, /) -> NDArray[Any]:
        """Return what `Item.open` gave as an array; arrays of one batch are stacked."""

    def vectors(self, prepared: NDArray[Any], /) -> Vectors:
        """Return [B, d] unit vectors of a batch."""

    def concepts(self, concepts: Sequence[str], /) -> Vectors:
        """Return [V, d] unit vectors of concepts."""
