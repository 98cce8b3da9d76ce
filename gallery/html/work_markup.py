"""Markup of a work in a list: picture, caption and frame.

Built here and not in a template, which would be slower for the two dozen on a page. Text of a work
is escaped explicitly; addresses from `Urls` are safe without.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from gallery.html.justified_rows import Place
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


def display_size(work: WorkRow, box: int | None = None) -> Size:
    """The display size of a work in a list: all have about the same area, none exceeds `box`."""
    ratio = max(work.width, 1) / max(work.height, 1)
    width = math.sqrt(_HUNG_AREA * ratio)
    width = min(width, _HUNG_WIDTH, _HUNG_HEIGHT * ratio)
    size = Size(round(width), max(1, round(width / ratio)))
    share = 1.0 if box is None else min(box / max(size.width, size.height), 1.0)
    return Size(round(size.width * share), max(1, round(size.height * share)))


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
    """A responsive picture above its placeholder; `alt` replaces title and concepts.

    `sizes` is that of the HTML attribute; `width` and `height` reserve its place.
    """
    blurred = ' class="veiled"' if work.visibility == "blurred" else ""
    priority = 'fetchpriority="high"' if eager else 'loading="lazy"'
    copies = str.removesuffix(to.picture(work.image, "960.webp"), "/960.webp")
    shown = (
        f'<picture><source type="image/avif" srcset="{_sources(copies, work, "avif")}"'
        f' sizes="{sizes}"><img{blurred} src="{copies}/960.webp"'
        f' srcset="{_sources(copies, work, "webp")}" sizes="{sizes}" width="{width}"'
        f' height="{height}" {priority} decoding="async"'
        f' alt="{escape(alt or work.title + ": " + listed(work.concepts))}"></picture>'
    )
    haze = Placeholder.read(work.placeholder)
    if haze is None:
        return Markup(f'<span class="print">{shown}</span>')
    return Markup(
        f'<span class="print hazy"><img class="haze" src="data:image/webp;base64,{haze.image}"'
        f' alt="">{shown}</span>'
    )


def _sources(folder: str, work: WorkRow, kind: str) -> str:
    """The `srcset` of a work's copies of that kind, whose addresses begin with `folder`."""
    return ", ".join([f"{folder}/{asked}.{kind} {comes}w" for asked, comes in offered(work.width)])


def label(to: Urls, work: WorkRow, titles: Mapping[str, str], left: Sequence[str] = ()) -> Markup:
    """Title and the concept that is new in it; also the artist if `titles` has more than one.

    `left` are the concepts that left the pool after it.
    """
    gone = f'\n<span class="line">left the pool: {escape(listed(left))}</span>' if left else ""
    artist = f"{escape(titles.get(work.artist, work.artist))} · " if len(titles) > 1 else ""
    return Markup(
        f'<p class="label"><a class="title" href="{to.work(work.artist, work.number)}">'
        f"{escape(work.title)}</a>\n"
        f'<span class="line">{artist}new: <a class="new" href="{to.concept(work.concept)}">'
        f"{escape(work.concept)}</a></span>{gone}</p>"
    )


def heart(work: WorkRow, *, words: bool = False) -> Markup:
    """The button that adds a work to the visitor's favourites; its form is in every page.

    With `words` its name is visible beside it where there is room.
    """
    said = '<span class="said" aria-hidden="true">Favourite</span>' if words else ""
    return Markup(
        f'<button class="heart{" tool" if words else ""}" form="favour" name="work"'
        f' value="{escape(work.id)}" title="Add to favourites"><svg class="icon"'
        f' viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><use href="#heart"/></svg>'
        f'{said}<span class="unseen">Favourite: {escape(work.title)}</span></button>'
    )


def work_grid(
    to: Urls,
    works: Sequence[WorkRow],
    titles: Mapping[str, str],
    *,
    eager: int = 0,
    hearts: bool = True,
) -> Markup:
    """Works as list items; the first `eager` pictures are loaded at once.

    An exported gallery has no `hearts`: nothing there answers to them.
    """
    return Markup(
        "\n".join(_framed(to, work, titles, i < eager, hearts) for i, work in enumerate(works))
    )


def chapter_rows(
    to: Urls,
    places: Sequence[Place],
    titles: Mapping[str, str],
    left: Mapping[str, Sequence[str]],
    *,
    eager: int = 0,
    hearts: bool = True,
) -> Markup:
    """Works of a chapter as list items in rows that fill the width."""
    return Markup(
        "\n".join(
            _hung(to, place, titles, left.get(place.work.id, ()), i < eager, hearts)
            for i, place in enumerate(places)
        )
    )


def _hung(
    to: Urls,
    place: Place,
    titles: Mapping[str, str],
    left: Sequence[str],
    eager: bool,
    hearts: bool,
) -> str:
    work = place.work
    sizes = f"(min-width: 48rem) {place.span * 3.3:.0f}vw, {place.phone_span * 3.8:.0f}vw"
    shown = picture(to, work, sizes, work.width, work.height, eager=eager)
    kinds = [f"s{place.span}", f"p{place.phone_span}"]
    kinds += ["r"] * place.begins + ["q"] * place.phone_begins + ["grand"] * place.grand
    return (
        f'<li class="{" ".join(kinds)}"><figure>\n'
        f'<a class="frame" href="{to.work(work.artist, work.number)}" tabindex="-1"'
        f' aria-hidden="true">{shown}</a>\n'
        f"<figcaption>{label(to, work, titles, left)}{heart(work) if hearts else ''}</figcaption>\n"
        "</figure></li>"
    )


def _framed(to: Urls, work: WorkRow, titles: Mapping[str, str], eager: bool, hearts: bool) -> str:
    size = display_size(work)
    shown = picture(to, work, _SIZES, size.width, size.height, eager=eager)
    return (
        f'<li><figure>\n<a class="frame" href="{to.work(work.artist, work.number)}" tabindex="-1"'
        f' aria-hidden="true">{shown}</a>\n'
        f"<figcaption>{label(to, work, titles)}{heart(work) if hearts else ''}</figcaption>\n"
        "</figure></li>"
    )
