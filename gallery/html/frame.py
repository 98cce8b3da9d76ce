"""The frame in which another site shows a work: its size, and the HTML for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from markupsafe import escape

from gallery.urls import Urls
from storage.catalogue import WorkRow

_WIDTH, _NARROWEST = 640, 240
_CAPTION: Final = 76
"""Pixels below the picture, as in embed.css."""


@dataclass(frozen=True)
class Frame:
    """The size of an embedded page in CSS pixels."""

    width: int
    height: int

    @classmethod
    def of(cls, work: WorkRow, maxwidth: int | None = None, maxheight: int | None = None) -> Self:
        """A frame that the picture fills, within these limits."""
        width = min(_WIDTH, maxwidth or _WIDTH)
        ratio = max(work.width, 1) / max(work.height, 1)
        if maxheight is not None:
            width = min(width, max(round((maxheight - _CAPTION) * ratio), _NARROWEST))
            width = min(width, maxwidth or width)
        height = round(width / ratio) + _CAPTION
        return cls(width, height if maxheight is None else min(height, maxheight))


def frame_code(to: Urls, work: WorkRow, artist_title: str, frame: Frame) -> str:
    """The HTML that shows a work in a page of another site."""
    return (
        f'<iframe src="{escape(to.absolute(to.work(work.artist, work.number, "embed")))}"'
        f' width="{frame.width}" height="{frame.height}" loading="lazy"'
        f' title="{escape(work.title)}, by {escape(artist_title)}"'
        f' style="border:0;width:{frame.width}px;max-width:100%;height:auto;'
        f'aspect-ratio:{frame.width}/{frame.height}"></iframe>'
    )
