"""How it picks: the newest pick as a plot in which β is moved, and models for own words."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.charts.candidate_plot import plot_candidates
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from gallery.picks_by_beta import pick_at, picks_by_beta
from gallery.threads import ARCHIVE, in_threads
from storage.archive.manifest import Manifest

router = APIRouter()

PAIR = "museums.gz"
"""The static file with the two models (`cas.browser_weights`)."""


@router.api_route("/how", **READ)
@in_threads(ARCHIVE)
def how(request: Request, gallery: GalleryDependency) -> Response:
    """The page; before the first work it has no plot."""
    work = next(iter(gallery.catalogue.works.newest(limit=1)), None)
    if work is None:
        return gallery.page(request, "how.html", work=None)
    manifest = gallery.archive.read_manifest(work.artist, work.number)
    artist = gallery.catalogue.artists.get(work.artist)
    winners = picks_by_beta(manifest.inspiration)
    return gallery.page(
        request,
        "how.html",
        work=work,
        artist_title=work.artist if artist is None else artist.created.title,
        manifest=manifest,
        plot=plot_candidates(manifest.inspiration, beta=manifest.beta),
        winners=winners,
        why=pick_at(winners, manifest.beta).why,
        pick=_for_the_script(manifest),
        pair=PAIR,
    )


def _for_the_script(manifest: Manifest) -> dict[str, object]:
    """The pick as the page's script reads it."""
    inspiration, tuning = manifest.inspiration, manifest.tuning
    return {
        "pool": inspiration.pool_before.concepts,
        "models": inspiration.models,
        "tuning": {
            name: getattr(tuning, name)
            for name in ("candidates", "temperature", "permutations", "calibration", "floor")
        }
        | {"beta": manifest.beta},
        "candidates": [
            {
                "concept": one.concept,
                "fit": one.coherence_rank,
                "usual": one.context_rank,
                "nll": one.coherence_nll,
                "place": place,
            }
            for place, one in enumerate(sorted(inspiration.candidates, key=lambda c: c.concept))
        ],
    }
