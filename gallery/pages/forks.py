"""Lives that part at a work: what its artist made next, beside what its forks made first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gallery.gallery import Gallery
from storage.archive.manifest import work_id
from storage.catalogue import ArtistRow, WorkRow

_WORKS: Final = 4
_LOOKED_AT: Final = 12
"""Numbers among which the works are found; failed cycles and hidden works leave gaps."""


@dataclass(frozen=True)
class Life:
    """An artist, its β now, and its first works after a moment, the oldest first."""

    artist: ArtistRow
    beta: float | None
    works: Sequence[WorkRow]


def lives_from(gallery: Gallery, work: WorkRow, artists: Sequence[ArtistRow]) -> Sequence[Life]:
    """The work's own artist after it, and each of all `artists` that was begun from it; else none.

    A fork is shown from its first work on.
    """
    forks = [row for row in artists if row.created.forked_from == work.id]
    if not forks:
        return []
    return [
        *(_life(gallery, row, first=work.number + 1) for row in artists if row.name == work.artist),
        *(_life(gallery, fork, first=1) for fork in forks),
    ]


def _life(gallery: Gallery, artist: ArtistRow, *, first: int) -> Life:
    named = [work_id(artist.name, number) for number in range(first, first + _LOOKED_AT)]
    found = gallery.catalogue.works.some(named)
    works = [found[name] for name in named if name in found and found[name].visible]
    tuning = gallery.catalogue.artists.tuning(artist.name)
    return Life(artist, None if tuning is None else tuning.tuning.beta, works[:_WORKS])
