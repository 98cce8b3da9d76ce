"""Numbers: novelty and pool over an artist's life, how long concepts lived; all as CSV, too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gallery.conditional import unchanged
from gallery.dates import iso
from gallery.gallery import Gallery, Here
from gallery.lives import stays
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.series import Series, draw_series
from gallery.stretches import NUMBERS, Stretch, stretch_until
from storage.catalogue import ChapterRow
from storage.manifest import Tuning

router = APIRouter()

_FRESH = 60
_PORTION = 2**16

Until = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the last work to show")]


@router.api_route("/artists/{artist}/numbers", **READ)
def numbers(request: Request, gallery: Here, artist: Name, until: Until = None) -> Response:
    """Up to five hundred works as curves."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    shown = stretch_until(until, newest=newest, length=NUMBERS, fixed=gallery.site.static)
    last = shown.last
    chapters = list(gallery.catalogue.works.chapters(artist, first=shown.first, last=last))
    lives = [stay for stay in stays(chapters) if not stay.seed]
    changes = _changes(gallery, artist, chapters)
    plots = (
        []
        if not chapters
        else [
            draw_series("Novelty", [(c.number, c.novelty) for c in chapters], changes=changes),
            *_journey(gallery, artist, shown, changes),
            draw_series(
                "Concepts in the pool",
                [(c.number, float(len(c.pool.entries))) for c in chapters],
                changes=changes,
            ),
        ]
    )
    return gallery.page(
        request,
        "numbers.html",
        fresh=_FRESH,
        artist=row,
        plots=plots,
        chapters={chapter.number: chapter for chapter in chapters},
        longest=sorted(lives, key=lambda stay: -stay.length(last))[:12],
        departed=[stay.length(last) for stay in lives if stay.left is not None],
        last=last,
        earlier=shown.earlier,
    )


@router.api_route("/artists/{artist}/works.csv", **READ)
def works_csv(request: Request, gallery: Here, artist: Name) -> Response:
    """One line a work."""
    known_artist(gallery, artist)
    header = ("number", "made_at", "title", "new_concept", "novelty", "pool", "tuning_version")
    lines = (
        (
            chapter.number,
            iso(chapter.created_at),
            chapter.title,
            chapter.concept,
            repr(chapter.novelty),
            len(chapter.pool.entries),
            chapter.tuning_version,
        )
        for chapter in gallery.catalogue.works.chapters(artist)
    )
    newest = gallery.catalogue.works.newest_number(artist)
    return _csv(request, f"{artist}-works", newest, header, lines)


@router.api_route("/artists/{artist}/concepts.csv", **READ)
def concepts_csv(request: Request, gallery: Here, artist: Name) -> Response:
    """One line for each stay of a concept in the pool."""
    known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    header = ("concept", "seed", "entered", "left", "works")
    lines = (
        (stay.concept, stay.seed, stay.entered, stay.left or "", stay.length(newest))
        for stay in stays(gallery.catalogue.works.chapters(artist))
    )
    return _csv(request, f"{artist}-concepts", newest, header, lines)


def _journey(
    gallery: Gallery, artist: str, shown: Stretch, changes: Sequence[tuple[int, str]]
) -> list[Series]:
    """How far each work's prompt is from the first one's: Euclidean, between unit vectors.

    The highest point of an artist's whole life is its exploration radius.
    """
    works = gallery.catalogue.works
    begin = works.prompt_vectors(artist, first=1, limit=1)
    path = works.prompt_vectors(artist, first=shown.first, last=shown.last)
    if not begin or not path:
        return []
    (first,) = begin.values()
    units = {number: vector / np.linalg.norm(vector) for number, vector in path.items()}
    away = [
        (number, float(np.linalg.norm(unit - first / np.linalg.norm(first))))
        for number, unit in units.items()
        if unit.shape == first.shape
    ]
    return [draw_series("Distance from the first work", away, changes=changes)] if away else []


def _changes(
    gallery: Gallery, artist: str, chapters: Sequence[ChapterRow]
) -> list[tuple[int, str]]:
    """Where a work was made with another tuning than the one before it, and what differs."""
    tunings = {row.version: row.tuning for row in gallery.catalogue.artists.tunings(artist)}
    changes = []
    for before, after in pairwise(chapters):
        old, new = tunings.get(before.tuning_version), tunings.get(after.tuning_version)
        if old is not None and new is not None and (text := _difference(old, new)):
            changes.append((after.number, text))
    return changes


def _difference(old: Tuning, new: Tuning) -> str:
    names = (("beta", "β"), ("patience", "patience"), ("temperature", "t"), ("candidates", "N"))
    return ", ".join(
        f"{shown} {getattr(old, name):g} → {getattr(new, name):g}"
        for name, shown in names
        if getattr(old, name) != getattr(new, name)
    )


def _csv(
    request: Request,
    name: str,
    newest: int,
    header: Sequence[str],
    lines: Iterable[Sequence[object]],
) -> Response:
    """A file that grows with the artist's newest work, sent line by line however long it is."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    headers = {
        "ETag": f'W/"{newest}"',
        "Cache-Control": f"public, max-age={_FRESH}",
        "Content-Disposition": f'attachment; filename="{safe}.csv"',
    }
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return StreamingResponse(_written(header, lines), media_type="text/csv", headers=headers)


def _written(header: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    for line in lines:
        writer.writerow([_inert(value) for value in line])
        if file.tell() > _PORTION:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _inert(value: object) -> object:
    """Text that a spreadsheet would run as a formula, made plain text by a leading quote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r")) else value
