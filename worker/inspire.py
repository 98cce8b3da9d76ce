"""The first step: the Cultural Alien Sampler adds one concept to the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cas import SamplerTuning
from storage.catalogue import ArtistRow
from storage.manifest import Candidate, Inspiration, Pool, Tuning
from worker.pool import first_pool
from worker.seeds import step_seed

if TYPE_CHECKING:
    from cas import CulturalAlienSampler


def inspire(
    sampler: CulturalAlienSampler,
    artist: ArtistRow,
    *,
    number: int,
    pool: Pool | None,
    tuning: Tuning,
) -> Inspiration:
    """Pick the concept that joins the pool in cycle `number`.

    `pool` is what the artist's last work left; None before the first one. Where every concept
    that is not in the pool rests, the rest ends early: an artist is never without a next idea.

    Raises:
        CasError: a pool concept is unknown to the sampler, or the pool fills the vocabulary.
    """
    pool = pool or first_pool(artist.created.seeds)
    resting = {rest.concept for rest in pool.resting if rest.until >= number}
    if len(resting | set(pool.concepts)) >= len(sampler.vocabulary):
        resting = set()
    seed = step_seed(artist.created.seed, number, "inspire")
    pick = sampler.sample(pool.concepts, tuning=sampler_tuning(tuning), resting=resting, seed=seed)
    return Inspiration(
        concept=pick.concept,
        pool_before=pool,
        candidates=tuple(Candidate(**candidate._asdict()) for candidate in pick.candidates),
        seed=seed,
        models=sampler.fingerprint,
    )


def sampler_tuning(tuning: Tuning) -> SamplerTuning:
    """The part of an artist's tuning that the sampler takes."""
    return SamplerTuning(
        candidates=tuning.candidates,
        temperature=tuning.temperature,
        beta=tuning.beta,
        permutations=tuning.permutations,
        calibration=tuning.calibration,
        floor=tuning.floor,
    )
