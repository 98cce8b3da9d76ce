"""A work's page: the picture, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.became import became
from gallery.charts.candidate_plot import plot_candidates
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.frame import Frame, frame_code
from gallery.html.pool_changes import compare
from gallery.html.structured_data import structured_data
from gallery.pages import READ, Name, Number
from gallery.pages.forks import lives_from
from gallery.pick_explanation import described, explain
from gallery.threads import ARCHIVE, in_threads
from storage.archive.manifest import Judgement, Nearest
from storage.catalogue import WorkRow

router = APIRouter()


@dataclass(frozen=True)
class Neighbour:
    """A nearest earlier work, and the cosines by which it is the nearest."""

    work: WorkRow
    cosines: tuple[tuple[str, float], ...]


@router.api_route("/works/{artist}/{number}", **READ)
@in_threads(ARCHIVE)
def work(request: Request, gallery: GalleryDependency, artist: Name, number: Number) -> Response:
    """The page of one work."""
    shown = gallery.shown(artist, number)
    artists = gallery.catalogue.artists.all()
    manifest = gallery.archive.read_manifest(artist, number)
    earlier, later = gallery.catalogue.works.neighbours(shown)
    title = next((row.created.title for row in artists if row.name == artist), artist)
    reactions = gallery.catalogue.fediverse.reactions
    elsewhere = reactions.counts(shown.id) if gallery.site.fediverse else None
    return gallery.page(
        request,
        "work.html",
        work=shown,
        manifest=manifest,
        text=described(manifest.composition),
        checked=manifest.composition.checked,
        artist_title=title,
        structured=structured_data(
            gallery.site, gallery.urls(request), shown, title, manifest=manifest
        ),
        neighbours=_nearest(gallery, manifest.judgement),
        became=became(manifest),
        lives=lives_from(gallery, shown, artists),
        pool=compare(manifest),
        plot=plot_candidates(manifest.inspiration, beta=manifest.beta),
        explanation=explain(manifest),
        stages=None if shown.visibility == "blurred" else gallery.stages.of(shown.image),
        earlier=earlier,
        later=later,
        elsewhere=elsewhere if elsewhere and any(astuple(elsewhere)) else None,
        replies=reactions.allowed(shown.id) if elsewhere and elsewhere.replies else (),
        embed_code=frame_code(gallery.urls(request), shown, title, Frame.of(shown)),
        like=gallery.similar_works is not None and not gallery.site.static,
    )


def _nearest(gallery: Gallery, judgement: Judgement) -> Sequence[Neighbour]:
    """The nearest works by prompt and by picture; one that is both is listed once."""
    cosines: dict[str, list[tuple[str, float]]] = {}
    found: tuple[tuple[str, Nearest | None], ...] = (
        ("by prompt", judgement.nearest_text),
        ("by picture", judgement.nearest_image),
    )
    for how, nearest in found:
        if nearest is not None:
            cosines.setdefault(nearest.work, []).append((how, nearest.cosine))
    works = gallery.catalogue.works.some(list(cosines))
    near = ((works.get(name), pairs) for name, pairs in cosines.items())
    return [Neighbour(row, tuple(pairs)) for row, pairs in near if row is not None and row.visible]
