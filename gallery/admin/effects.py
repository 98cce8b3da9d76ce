"""What β and patience did to an artist's works, told from its newest ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from gallery.stats.concept_lifetimes import concept_lifetimes
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, WorkRow

NEWEST: Final = 2000
"""Works that are looked at for β."""

LIVED: Final = 500
"""Works whose pools are looked at for patience."""

SHOWN: Final = 5
STEP: Final = 0.05


@dataclass(frozen=True)
class BetaGroup:
    """The works of one step of β; `newest` are some with their pictures, the newest first."""

    beta: float
    count: int
    novelty: float
    newest: Sequence[WorkRow]


@dataclass(frozen=True)
class PatienceGroup:
    """Concepts that left while the patience was this: how many, and after how many works."""

    patience: int
    left: int
    stayed: float


def works_by_beta(catalogue: Catalogue, artist: str) -> list[BetaGroup]:
    """The artist's newest works by the β that each was picked with, from low to high."""
    tunings = _tunings(catalogue, artist)
    groups: defaultdict[float, list[WorkRow]] = defaultdict(list)
    for work, version in catalogue.work_list.with_tuning(artist, limit=NEWEST):
        beta = work.beta
        if beta is None and version in tunings:
            beta = tunings[version].beta
        if beta is not None:
            groups[round(round(beta / STEP) * STEP, 2)].append(work)
    return [
        BetaGroup(
            beta=beta,
            count=len(works),
            novelty=fmean(work.novelty for work in works),
            newest=[work for work in works if work.visibility != "removed"][:SHOWN],
        )
        for beta, works in sorted(groups.items())
    ]


def low_middle_high(groups: Sequence[BetaGroup]) -> Sequence[BetaGroup]:
    """The groups of the lowest and the highest β, and the one that is nearest to their middle."""
    if len(groups) <= 3:
        return groups
    middle = (groups[0].beta + groups[-1].beta) / 2
    between = min(groups[1:-1], key=lambda group: abs(group.beta - middle))
    return (groups[0], between, groups[-1])


def stays_by_patience(catalogue: Catalogue, artist: str) -> list[PatienceGroup]:
    """How long concepts stayed in the pool by the patience that let them go; seeds never go."""
    first = catalogue.works.newest_number(artist) - LIVED
    chapters = list(catalogue.works.chapters(artist, first=max(first, 1)))
    tunings = _tunings(catalogue, artist)
    versions = {chapter.number: chapter.tuning_version for chapter in chapters}
    stays: defaultdict[int, list[int]] = defaultdict(list)
    for stay in concept_lifetimes(chapters):
        tuning = None if stay.left is None else tunings.get(versions[stay.left])
        if tuning is not None and not stay.seed:
            stays[tuning.patience].append(stay.length(0))
    return [PatienceGroup(p, len(found), fmean(found)) for p, found in sorted(stays.items())]


def _tunings(catalogue: Catalogue, artist: str) -> dict[int, Tuning]:
    return {row.version: row.tuning for row in catalogue.artists.tunings(artist)}
