"""What an artist may not pick, over many cycles of the shipped pair."""

from __future__ import annotations

from cas import CulturalAlienSampler
from storage.archive.events import ArtistCreated
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow
from worker.steps.inspire import inspire

ABSTRACT_SEEDS = ("love", "time")


def test_an_artist_picks_no_abstract_concept_but_may_begin_with_some(
    sampler: CulturalAlienSampler, created: ArtistCreated
) -> None:
    created = created.model_copy(update={"seeds": ABSTRACT_SEEDS})
    artist = ArtistRow("alien", created, None, False, False, "", "", 0.0, 0, 0.0, 0.0)
    assert set(ABSTRACT_SEEDS) <= sampler.abstract
    tuning = Tuning(candidates=256, floor=1.0)
    for number in range(1, 6):
        found = inspire(sampler, artist, number=number, pool=None, tuning=tuning)
        compared = {one.concept for one in found.candidates}
        assert len(compared) == 256 and not compared & sampler.abstract


def test_where_nothing_else_is_left_an_abstract_concept_is_picked(
    sampler: CulturalAlienSampler, created: ArtistCreated
) -> None:
    all_of_them = CulturalAlienSampler(
        sampler.coherence, sampler.context, abstract=sampler.vocabulary
    )
    artist = ArtistRow("alien", created, None, False, False, "", "", 0.0, 0, 0.0, 0.0)
    found = inspire(all_of_them, artist, number=1, pool=None, tuning=Tuning())
    assert found.concept not in created.seeds
