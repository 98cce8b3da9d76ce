"""Step 1: the Cultural Alien Sampler adds one concept to the pool."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cas import SamplerTuning
from storage.archive.archive import Archive
from storage.archive.events import CycleFailed, Event, PictureReceived
from storage.archive.manifest import Candidate, Inspiration, Pool, Tuning
from storage.catalogue import ArtistRow, Step
from storage.errors import ArchiveError, ObjectMissing
from storage.replay import lost_work
from worker.cpu_threads import torch_threads
from worker.steps.failures import Fail, Failure, Restore, Rewind
from worker.steps.feedback import UNANSWERED, Answer, answer
from worker.steps.pool import first_pool, reseeded
from worker.steps.seeds import step_seed

if TYPE_CHECKING:
    from cas import CulturalAlienSampler
    from worker.steps.context import StepContext
    from worker.worker_context import WorkerContext


def run(context: StepContext) -> tuple[Inspiration] | Failure:
    """Pick the cycle's concept, unless the archive has the cycle: then the catalogue is older.

    Raises:
        CasError: see `inspire`.
    """
    worker_context, name, number = context.worker_context, context.artist.name, context.number
    follows = worker_context.last_begun.get(name) == number - 1
    worker_context.last_begun[name] = number
    # A worker that ran the previous cycle knows that its catalogue is not older than the archive.
    known = None if follows else _known(worker_context.archive, name, number)
    return known or (
        next_inspiration(worker_context, context.artist, number=number, tuning=context.tuning),
    )


def _known(archive: Archive, artist: str, number: int) -> Failure | None:
    """Return the archive's record of a cycle that has just started in the catalogue, if any.

    An unreadable object also uses up the number: no other object may take its place.
    """
    damaged: list[ArchiveError] = []
    try:
        return Restore(archive.read_manifest(artist, number))
    except ObjectMissing:
        pass
    except ArchiveError as error:
        damaged.append(error)
    failure, received = (
        _event(archive, artist, kind, number, damaged) for kind in ("failure", "picture")
    )
    if isinstance(failure, CycleFailed):
        return Restore(failure)
    if damaged:
        if isinstance(received, PictureReceived):
            return Restore(lost_work(received))
        return Fail(f"the archive's record of the cycle can't be read: {damaged[0]}")
    if not isinstance(received, PictureReceived):
        return None
    known = (received.inspiration, received.composition, received.painting)
    return Rewind(Step.JUDGE, "its picture is in the archive", known)


def _event(
    archive: Archive, artist: str, kind: str, number: int, damaged: list[ArchiveError]
) -> Event | None:
    try:
        return archive.read_event(artist, kind, f"{number:08d}")
    except ArchiveError as error:
        damaged.append(error)
        return None


def next_inspiration(
    worker_context: WorkerContext, artist: ArtistRow, *, number: int, tuning: Tuning
) -> Inspiration:
    """Return the pick of cycle `number`, from the stored state of the artist.

    Raises:
        CasError: see `inspire`.
        ArchiveError: the pool after the last work can't be read.
    """
    catalogue, archive = worker_context.catalogue, worker_context.archive
    return inspire(
        worker_context.sampler,
        artist,
        number=number,
        pool=_pool_left(worker_context, artist.name),
        tuning=tuning,
        answered=answer(catalogue, archive, artist.name, number=number, tuning=tuning),
    )


def _pool_left(worker_context: WorkerContext, artist: str) -> Pool | None:
    """The pool after the artist's last work; None before the first one."""
    last = worker_context.catalogue.cycles.last_done(artist)
    if last is None:
        return None
    if last.pool is not None:
        return last.pool
    return worker_context.archive.read_manifest(artist, last.number).judgement.pool_after


def inspire(
    sampler: CulturalAlienSampler,
    artist: ArtistRow,
    *,
    number: int,
    pool: Pool | None,
    tuning: Tuning,
    answered: Answer = UNANSWERED,
) -> Inspiration:
    """Pick the concept that joins the pool in cycle `number`.

    `pool` is the pool after the artist's last work; None before the first one. `answered` is the β
    set by feedback, if it is on. What the sampler calls abstract is not picked. If that and the
    cooldown leave nothing outside of the pool, both are ignored.

    Raises:
        CasError: a pool concept is unknown to the sampler, or the pool fills the vocabulary.
    """
    seeds = artist.created.seeds
    pool = pool or artist.created.pool
    pool = first_pool(seeds) if pool is None else reseeded(pool, seeds)
    cooldown = sampler.abstract | {e.concept for e in pool.cooldown if e.until >= number}
    if len(cooldown | set(pool.concepts)) >= len(sampler.vocabulary):
        cooldown = frozenset()
    seed = step_seed(artist.created.seed, number, "inspire")
    weighed = sampler_tuning(tuning)
    if answered.beta is not None:
        weighed = replace(weighed, beta=answered.beta)
    with torch_threads(1):
        pick = sampler.sample(pool.concepts, tuning=weighed, cooldown=cooldown, seed=seed)
    return Inspiration(
        concept=pick.concept,
        pool_before=pool,
        candidates=tuple(Candidate(**candidate._asdict()) for candidate in pick.candidates),
        seed=seed,
        models=sampler.fingerprint,
        beta=answered.beta,
        counted_votes=answered.counted_votes,
    )


def sampler_tuning(tuning: Tuning) -> SamplerTuning:
    """Return the part of an artist's tuning that the sampler uses."""
    return SamplerTuning(
        candidates=tuning.candidates,
        temperature=tuning.temperature,
        beta=tuning.beta,
        permutations=tuning.permutations,
        calibration=tuning.calibration,
        floor=tuning.floor,
    )
