"""Statistics: novelty and pool over time, lifetimes of concepts; all also as CSV."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gallery.charts.line_chart import Curve, draw_curve
from gallery.csv_stream import stream_csv
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.dates import iso
from gallery.middleware.etag import unchanged
from gallery.number_ranges import NUMBERS, NumberRange, range_until
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.stats.concept_lifetimes import concept_lifetimes
from gallery.stats.trajectory_metrics import WINDOW, TrajectoryMetrics, walk
from gallery.threads import RECKONING, in_threads
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow, ChapterRow

router = APIRouter()

CSV_FILES: Final = ("works.csv", "concepts.csv", "distances.csv")
"""Names of the files, below an artist's address."""

_FRESH = 60
_BLOCK = 1000
"""Works whose distances are computed at a time."""

Until = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the last work to show")]


@router.api_route("/artists/{artist}/numbers", **READ)
@in_threads(RECKONING)
def numbers(
    request: Request, gallery: GalleryDependency, artist: Name, until: Until = None
) -> Response:
    """Curves over up to five hundred works, and the longest stays of concepts."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    shown = range_until(until, newest=newest, length=NUMBERS, fixed=gallery.site.static)
    chapters = list(gallery.catalogue.works.chapters(artist, first=shown.first, last=shown.last))
    lives = [stay for stay in concept_lifetimes(chapters) if not stay.seed]
    return gallery.page(
        request,
        "numbers.html",
        fresh=_FRESH,
        artist=row,
        curves=list(_curves(gallery, artist, newest, shown, chapters)) if chapters else [],
        titles={chapter.number: chapter.title for chapter in chapters},
        shared=gallery.repeated_picks.shared(artist),
        longest=sorted(lives, key=lambda stay: -stay.length(shown.last))[:12],
        departed=[stay.length(shown.last) for stay in lives if stay.left is not None],
        last=shown.last,
        earlier=shown.earlier,
    )


@router.api_route("/artists/{artist}/works.csv", **READ)
@in_threads(RECKONING)
def works_csv(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """One line per work."""
    row = known_artist(gallery, artist)
    header = (
        *("number", "made_at", "title", "new_concept", "novelty", "pool", "tuning_version"),
        "beta",
    )
    tunings = _tunings(gallery, artist)
    lines = (
        (
            chapter.number,
            iso(chapter.created_at),
            chapter.title,
            chapter.concept,
            repr(chapter.novelty),
            len(chapter.pool.entries),
            chapter.tuning_version,
            repr(beta) if (beta := _beta(chapter, tunings)) is not None else "",
        )
        for chapter in gallery.catalogue.works.chapters(artist)
    )
    return _csv(request, gallery, row, "works", header, lines)


@router.api_route("/artists/{artist}/concepts.csv", **READ)
@in_threads(RECKONING)
def concepts_csv(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """One line per stay of a concept in the pool."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    header = ("concept", "seed", "entered", "left", "works")
    lines = (
        (stay.concept, stay.seed, stay.entered, stay.left or "", stay.length(newest))
        for stay in concept_lifetimes(gallery.catalogue.works.chapters(artist))
    )
    return _csv(request, gallery, row, "concepts", header, lines)


@router.api_route("/artists/{artist}/distances.csv", **READ)
@in_threads(RECKONING)
def distances_csv(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """One line per work: distance of its prompt from the first and from the nearest earlier one."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    header = ("number", "from_first", "radius_so_far", "nearest_earlier")
    return _csv(request, gallery, row, "distances", header, _distances(gallery, artist, newest))


def _distances(gallery: Gallery, artist: str, newest: int) -> Iterator[Sequence[object]]:
    radius = 0.0
    for first in range(1, newest + 1, _BLOCK):
        metrics = _metrics(gallery, artist, first=first, last=first + _BLOCK - 1)
        if metrics is None:
            continue
        found = zip(metrics.numbers, metrics.from_first, metrics.nearest, strict=True)
        for number, away, nearest in found:
            radius = max(radius, float(away))
            yield (
                number,
                f"{away:.6f}",
                f"{radius:.6f}",
                f"{nearest:.6f}" if np.isfinite(nearest) else "",
            )


def _metrics(gallery: Gallery, artist: str, *, first: int, last: int) -> TrajectoryMetrics | None:
    """Metrics of the prompts of these works, computed with the `WINDOW` works before them."""
    history = gallery.catalogue.history
    begin = history.prompt_vectors(artist, first=1, limit=1)
    if not begin:
        return None
    path = history.prompt_vectors(artist, first=max(1, first - WINDOW), last=last)
    return walk(next(iter(begin.values())), path, begin=first)


def _curves(
    gallery: Gallery, artist: str, newest: int, shown: NumberRange, chapters: Sequence[ChapterRow]
) -> Iterator[Curve]:
    tunings = _tunings(gallery, artist)
    changes = _changes(tunings, chapters)
    draw = partial(draw_curve, changes=changes)
    yield draw("Novelty", [(c.number, c.novelty) for c in chapters], caption=_NOVELTY)
    metrics = _metrics(gallery, artist, first=shown.first, last=shown.last)
    if metrics is not None:
        away = list(zip(metrics.numbers, metrics.from_first.tolist(), strict=True))
        yield draw("Distance from the first work", away, caption=_DISTANCE)
        returns = metrics.returns_so_far
        if returns:
            caption = _RETURNS.format(threshold=metrics.threshold, window=WINDOW)
            yield draw("Return rate", returns, caption=caption)
    repeated = gallery.repeated_picks.of(artist, newest).between(shown.first, shown.last)
    yield draw("Repetition", repeated, caption=_REPETITION)
    pool = [(c.number, float(len(c.pool.entries))) for c in chapters]
    yield draw("Concepts in the pool", pool)
    if any(chapter.beta is not None for chapter in chapters):
        betas = [(c.number, beta) for c in chapters if (beta := _beta(c, tunings)) is not None]
        yield draw("β", betas, caption=_BETA)


_NOVELTY: Final = (
    "How different each work is from every earlier one, half by its prompt and half by its picture:"
    " 0 is a copy of an earlier work, 1 has nothing in common with any."
)
_DISTANCE: Final = (
    "Distance of each prompt from the first one, between 0 (equal) and 2; the greatest one is the"
    " exploration radius (reconstructed: the paper’s formula is not public)."
)
_RETURNS: Final = (
    "Share of works so far whose prompt is nearer than {threshold:.3f} to an earlier one, except"
    " the work just before and those more than {window} works ago. In random order the same works"
    " return at 0.48, as Random does in the paper; the paper’s sampler returns at 0.45"
    " (reconstructed: the paper’s formula is not public)."
)
_REPETITION: Final = "Share of its picks so far that repeat an earlier pick."
_BETA: Final = (
    "Weight of the unexpected against coherence in each pick; feedback changes it at each work."
)


def _tunings(gallery: Gallery, artist: str) -> dict[int, Tuning]:
    return {row.version: row.tuning for row in gallery.catalogue.artists.tunings(artist)}


def _beta(chapter: ChapterRow, tunings: Mapping[int, Tuning]) -> float | None:
    """The β of a work's pick; None if its tuning is unknown."""
    if chapter.beta is not None:
        return chapter.beta
    tuning = tunings.get(chapter.tuning_version)
    return None if tuning is None else tuning.beta


def _changes(
    tunings: Mapping[int, Tuning], chapters: Sequence[ChapterRow]
) -> list[tuple[int, str]]:
    """The works whose tuning differs from that of the work before, with the differences."""
    changes = []
    for before, after in pairwise(chapters):
        old, new = tunings.get(before.tuning_version), tunings.get(after.tuning_version)
        if old is None or new is None or old == new:
            continue
        walks = old.feedback != "off" and new.feedback != "off" and old.beta == new.beta
        betas = (_beta(before, tunings), _beta(after, tunings))
        if text := _difference(old, new, (None, None) if walks else betas):
            changes.append((after.number, text))
    return changes


def _difference(old: Tuning, new: Tuning, betas: tuple[float | None, float | None]) -> str:
    """What differs; `betas` are those of the picks."""
    pairs: tuple[tuple[str, object, object], ...] = (
        ("β", *betas),
        ("feedback", old.feedback, new.feedback),
        ("patience", old.patience, new.patience),
        ("t", old.temperature, new.temperature),
        ("N", old.candidates, new.candidates),
    )
    return ", ".join(
        f"{shown} {_short(before)} → {_short(after)}"
        for shown, before, after in pairs
        if before != after
    )


def _short(value: object) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _csv(
    request: Request,
    gallery: Gallery,
    artist: ArtistRow,
    name: str,
    header: Sequence[str],
    lines: Iterable[Sequence[object]],
) -> Response:
    """A CSV file, streamed; its ETag changes with the artist's works."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in artist.name)
    works, encoder = gallery.catalogue.works, artist.created.parts.text_encoder
    edition = (works.newest_number(artist.name), works.last_change(artist.name), encoder)
    headers = {
        "ETag": f'W/"{hashlib.sha256(repr(edition).encode()).hexdigest()[:24]}"',
        "Cache-Control": f"public, max-age={_FRESH}",
        "Content-Disposition": f'attachment; filename="{safe}-{name}.csv"',
    }
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return StreamingResponse(stream_csv(header, lines), media_type="text/csv", headers=headers)
