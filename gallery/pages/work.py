"""A work's page: the picture, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.charts.candidate_plot import plot_candidates
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.pool_changes import compare
from gallery.pages import READ, Name, Number
from gallery.pick_explanation import explain
from gallery.threads import ARCHIVE, in_threads
from storage.archive.manifest import Judgement, Nearest
from storage.catalogue import WorkRow

router = APIRouter()


@dataclass(frozen=True)
class Neighbour:
    """An earlier work that this one was measured against, and what is alike in them."""

    work: WorkRow
    cosines: tuple[tuple[str, float], ...]


@router.api_route("/works/{artist}/{number}", **READ)
@in_threads(ARCHIVE)
def work(request: Request, gallery: GalleryDependency, artist: Name, number: Number) -> Response:
    """The page of one work."""
    shown = gallery.shown(artist, number)
    row = gallery.catalogue.artists.get(artist)
    manifest = gallery.archive.read_manifest(artist, number)
    earlier, later = gallery.catalogue.works.neighbours(shown)
    return gallery.page(
        request,
        "work.html",
        work=shown,
        manifest=manifest,
        artist_title=row.created.title if row else artist,
        neighbours=_nearest(gallery, manifest.judgement),
        pool=compare(manifest),
        plot=plot_candidates(manifest.inspiration, beta=manifest.beta),
        explanation=explain(manifest),
        earlier=earlier,
        later=later,
        like=gallery.similar_works is not None and not gallery.site.static,
    )


def _nearest(gallery: Gallery, judgement: Judgement) -> Sequence[Neighbour]:
    """The nearest works by words and by picture; one that is both comes once."""
    cosines: dict[str, list[tuple[str, float]]] = {}
    found: tuple[tuple[str, Nearest | None], ...] = (
        ("in words", judgement.nearest_text),
        ("as a picture", judgement.nearest_image),
    )
    for how, nearest in found:
        if nearest is not None:
            cosines.setdefault(nearest.work, []).append((how, nearest.cosine))
    works = gallery.catalogue.works.some(list(cosines))
    near = ((works.get(name), alike) for name, alike in cosines.items())
    return [Neighbour(row, tuple(alike)) for row, alike in near if row is not None and row.visible]
