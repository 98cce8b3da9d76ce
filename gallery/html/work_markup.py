"""Markup of a work in a list: picture, caption and frame.

Written here and not in a template because a page holds two dozen of them, and visitors wait.
Whatever comes from a work is escaped by hand: addresses from `Urls` are safe as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from gallery.html.dates import day, iso
from gallery.images.placeholders import Placeholder
from gallery.images.thumbnails import offered
from gallery.pick_explanation import listed
from gallery.urls import Urls
from storage.catalogue import WorkRow

_HUNG_AREA = 380.0**2
_HUNG_WIDTH = 416.0
_HUNG_HEIGHT = 520.0

_SIZES = "(min-width: 60rem) 26rem, (min-width: 40rem) 45vw, 92vw"


@dataclass(frozen=True)
class Size:
    """Width and height in CSS pixels."""

    width: int
    height: int


def display_size(work: WorkRow) -> Size:
    """The display size of a work in a list: all have about the same area."""
    ratio = max(work.width, 1) / max(work.height, 1)
    width = math.sqrt(_HUNG_AREA * ratio)
    width = min(width, _HUNG_WIDTH, _HUNG_HEIGHT * ratio)
    return Size(round(width), max(1, round(width / ratio)))


def picture(
    to: Urls,
    work: WorkRow,
    sizes: str,
    width: int,
    height: int,
    *,
    eager: bool = False,
    alt: str | None = None,
) -> Markup:
    """The picture as the reader's screen needs it, above its placeholder; `alt` tells what it is.

    Sources are named from the leanest kind down; `width` and `height` keep its place.
    """
    veiled = ' class="veiled"' if work.visibility == "blurred" else ""
    haste = 'fetchpriority="high"' if eager else 'loading="lazy"'
    shown = (
        f'<picture><source type="image/avif" srcset="{_sources(to, work, "avif")}"'
        f' sizes="{sizes}"><img{veiled} src="{to.picture(work.image, "960.webp")}"'
        f' srcset="{_sources(to, work, "webp")}" sizes="{sizes}" width="{width}"'
        f' height="{height}" {haste} decoding="async"'
        f' alt="{escape(alt or work.title + ": " + listed(work.concepts))}"></picture>'
    )
    haze = Placeholder.read(work.placeholder)
    if haze is None:
        return Markup(f'<span class="print">{shown}</span>')
    return Markup(
        f'<span class="print hazy"><img class="haze" src="data:image/webp;base64,{haze.image}"'
        f' alt="">{shown}</span>'
    )


def _sources(to: Urls, work: WorkRow, kind: str) -> str:
    return ", ".join(
        f"{to.picture(work.image, f'{asked}.{kind}')} {comes}w" for asked, comes in offered(work)
    )


def label(to: Urls, work: WorkRow, titles: Mapping[str, str]) -> Markup:
    """Title, date and concepts; the artist where `titles` names several."""
    artist = f"{escape(titles.get(work.artist, work.artist))}, " if len(titles) > 1 else ""
    concepts = ", ".join(
        f'<a{_NEW if concept == work.concept else ""} href="{to.concept(concept)}">'
        f"{escape(concept)}</a>"
        for concept in work.concepts
    )
    return Markup(
        f'<p class="label"><a class="title" href="{to.work(work.artist, work.number)}">'
        f"{escape(work.title)}</a>\n"
        f'<span class="line">{artist}<time datetime="{iso(work.created_at)}">'
        f"{day(work.created_at)}</time></span>\n"
        f'<span class="line">{concepts}</span></p>'
    )


_NEW = ' class="new"'


def work_grid(
    to: Urls, works: Sequence[WorkRow], titles: Mapping[str, str], *, eager: int = 0
) -> Markup:
    """Works side by side, as a list; the first `eager` pictures are fetched at once."""
    return Markup("\n".join(_framed(to, work, titles, i < eager) for i, work in enumerate(works)))


def _framed(to: Urls, work: WorkRow, titles: Mapping[str, str], eager: bool) -> str:
    size = display_size(work)
    shown = picture(to, work, _SIZES, size.width, size.height, eager=eager)
    return (
        f'<li><figure>\n<a class="frame" href="{to.work(work.artist, work.number)}" tabindex="-1"'
        f' aria-hidden="true">{shown}</a>\n'
        f"<figcaption>{label(to, work, titles)}</figcaption>\n</figure></li>"
    )
