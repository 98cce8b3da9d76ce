"""One step of a cycle: claim it, do it, commit it, and say what comes next.

This is the only place that decides what a failure means. A step returns its record or raises;
whatever happens, the cycle is afterwards one step further, set aside for a while, or failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

from structlog.contextvars import bound_contextvars

from cas import CasError
from storage.catalogue import ArtistRow, Claim, CycleRow, LeaseLost, SequenceTaken, Showing, Step
from storage.errors import StorageUnavailable
from storage.events import CycleFailed, WorkModerated
from storage.manifest import Composition, Inspiration, Manifest, Painting, Tuning
from storage.memory import Point
from worker.accounts import CycleAccounts
from worker.compose import compose
from worker.errors import (
    AttemptsSpent,
    BadAnswer,
    BudgetSpent,
    OutcomeUnknown,
    PartAway,
    PartBroken,
    PartRefused,
)
from worker.inspire import next_inspiration
from worker.judge import catch_up, judge
from worker.keep import keep
from worker.lease import kept_alive
from worker.metrics import timed
from worker.paint import paint
from worker.painters import Wall
from worker.workshop import Tools, Workshop

Output = TypeVar("Output")

logger = logging.getLogger(__name__)

FIRST_DELAY = 2.0
LONGEST_DELAY = 900.0
"""Seconds that a step waits after its first failure, doubled with each, and at most."""

BREAKER_FAILURES = 3
FIRST_REST = 60.0
LONGEST_REST = 6 * 3600.0
"""After so many failed cycles in a row the artist rests, longer each time, in seconds."""


@dataclass(frozen=True)
class Assignment:
    """A claimed step, with what is true for its whole cycle."""

    claim: Claim
    artist: ArtistRow
    tuning: Tuning
    accounts: CycleAccounts
    keeps: Callable[[Step], bool]
    """Whether this worker goes on with that step by itself."""
    picture: bytes | None = None
    """The picture, where this very worker has just painted it."""

    @property
    def cycle(self) -> CycleRow:
        """The cycle as it was when its step was claimed."""
        return self.claim.cycle

    @property
    def inspiration(self) -> Inspiration:
        """The committed output of *inspire*."""
        return _committed(self.cycle.inspiration, self.cycle)

    @property
    def composition(self) -> Composition:
        """The committed output of *compose*."""
        return _committed(self.cycle.composition, self.cycle)

    @property
    def painting(self) -> Painting:
        """The committed output of *paint*."""
        return _committed(self.cycle.painting, self.cycle)


def advance(
    workshop: Workshop, cycle_id: str, *, keeps: Callable[[Step], bool] = lambda step: False
) -> Step | None:
    """Do the cycle's next step, and those after it that this worker `keeps` for itself.

    Returns:
        The step that comes then, to be sent now. None: there was nothing to do, the cycle has
        ended, or it waits for its time.

    Raises:
        StorageUnavailable: the catalogue is away; recovery tries again when it is back.
    """
    claim = workshop.catalogue.cycles.claim(
        cycle_id, holder=workshop.name, seconds=workshop.lease_seconds
    )
    if claim is None:
        return None
    assignment = _assign(workshop, claim, keeps)
    with kept_alive(workshop.catalogue.cycles, claim, seconds=workshop.lease_seconds) as lease:
        while isinstance(following := _do(workshop, assignment), Assignment):
            assignment = following
            lease.claim = assignment.accounts.claim = assignment.claim
    return following


def _do(workshop: Workshop, assignment: Assignment) -> Assignment | Step | None:
    """Do the claimed step; returns the one after it, with its assignment where it is kept."""
    claim, cycle = assignment.claim, assignment.cycle
    with bound_contextvars(artist=cycle.artist, cycle=cycle.number, step=claim.step.value):
        try:
            with timed(claim.step):
                following = _attempt(workshop, assignment)
        except LeaseLost as lost:
            logger.warning("%s", lost)
            return None
        if following is not None or claim.step is Step.PUBLISH:
            logger.info("%s ended", claim.step, extra={"tries": claim.tries})
        return following


def _assign(workshop: Workshop, claim: Claim, keeps: Callable[[Step], bool]) -> Assignment:
    cycle = claim.cycle
    artist = workshop.catalogue.artists.get(cycle.artist)
    if artist is None:
        raise KeyError(f"{cycle.id} belongs to no artist")
    tuning = workshop.catalogue.artists.tuning_version(cycle.artist, cycle.tuning_version).tuning
    accounts = CycleAccounts(
        workshop.catalogue, workshop.archive, claim, tuning, per_minute=workshop.per_minute
    )
    return Assignment(claim, artist, tuning, accounts, keeps)


def _attempt(workshop: Workshop, assignment: Assignment) -> Assignment | Step | None:
    claim = assignment.claim
    if claim.crashes >= workshop.most_tries:
        trouble = claim.cycle.trouble or "the worker died each time"
        _fail(workshop, assignment, f"{claim.step} broke off {claim.crashes} times: {trouble}")
        return None
    try:
        assignment.accounts.close_abandoned()
        kept = _STEPS[claim.step](workshop, assignment)
    except LeaseLost:
        raise
    except Exception as error:
        return _after_failure(workshop, assignment, error)
    if claim.step is Step.PUBLISH:
        return None
    return kept or claim.step.next


def _after_failure(workshop: Workshop, assignment: Assignment, error: Exception) -> Step | None:
    """Decide what a failure means; a step comes back where the cycle can go on at once."""
    claim = assignment.claim
    match error:
        case PartRefused() if _can_rewrite(assignment):
            refused = assignment.composition.model_copy(update={"refusal": str(error)})
            workshop.catalogue.cycles.send_back(claim, refused)
            return Step.COMPOSE
        case BadAnswer():
            workshop.catalogue.artists.pause(assignment.artist.name, str(error))
            _set_aside(workshop, claim, error, seconds=LONGEST_DELAY)
        case PartRefused() | AttemptsSpent():
            _fail(workshop, assignment, str(error))
        case OutcomeUnknown():
            _set_aside(workshop, claim, error, seconds=0.0)
        case PartBroken() | BudgetSpent() | CasError():
            _set_aside(workshop, claim, error, seconds=LONGEST_DELAY)
        case PartAway(retry_after=float(seconds)):
            _set_aside(workshop, claim, error, seconds=seconds)
        case PartAway() | StorageUnavailable():
            _set_aside(workshop, claim, error, seconds=_delay(claim))
        case _:
            logger.error("%s of %s broke off", claim.step, claim.cycle.id, exc_info=error)
            _set_aside(workshop, claim, error, seconds=_delay(claim), crashed=True)
    return None


def _can_rewrite(assignment: Assignment) -> bool:
    """A prompt that the painter refused is written anew once."""
    return assignment.claim.step is Step.PAINT and not assignment.composition.refusal


def _inspire(workshop: Workshop, assignment: Assignment) -> Assignment | None:
    artist, number = assignment.artist, assignment.cycle.number
    output = next_inspiration(workshop, artist, number=number, tuning=assignment.tuning)
    return _commit(workshop, assignment, output)


def _compose(workshop: Workshop, assignment: Assignment) -> Assignment | None:
    artist, cycle = assignment.artist, assignment.cycle
    tools = workshop.tools(artist)
    output = compose(
        tools.composer,
        artist,
        number=cycle.number,
        inspiration=assignment.inspiration,
        recent_titles=workshop.catalogue.works.titles(artist.name),
        meter=assignment.accounts,
        fallback=tools.fallback,
        refusal="" if cycle.composition is None else cycle.composition.refusal,
    )
    return _commit(workshop, assignment, output)


def _paint(workshop: Workshop, assignment: Assignment) -> Assignment | None:
    tools = workshop.tools(assignment.artist)
    output, picture = paint(
        workshop.archive,
        tools.painter,
        assignment.artist,
        cycle=assignment.cycle,
        inspiration=assignment.inspiration,
        composition=assignment.composition,
        accounts=assignment.accounts,
        is_first=assignment.claim.tries == 1,
        wall=_wall(workshop, tools, assignment.artist.created.scope),
    )
    return _commit(workshop, replace(assignment, picture=picture), output)


def _wall(workshop: Workshop, tools: Tools, scope: str) -> Wall | None:
    """The scope's earlier works; nothing is looked up before the painter asks."""
    if tools.image_encoder.alike is None:
        return None

    fill = cache(lambda: catch_up(workshop.catalogue, tools.memory, scope))

    def nearest(picture: bytes) -> float:
        fill()
        vector = tools.image_encoder.encode([picture])[0]
        found = tools.memory.similar(image=vector, scope=scope, limit=1)
        return found[0].cosine if found else -1.0

    return Wall(nearest, tools.image_encoder.alike)


def _judge(workshop: Workshop, assignment: Assignment) -> Assignment | None:
    tools = workshop.tools(assignment.artist)
    image = assignment.picture
    if image is None:
        image, _ = workshop.archive.read_image(assignment.painting.image)
    text_vector = tools.text_encoder.encode([assignment.composition.prompt])[0]
    image_vector = tools.image_encoder.encode([image])[0]
    while True:
        output = judge(
            workshop.catalogue,
            tools.memory,
            assignment.artist,
            number=assignment.cycle.number,
            inspiration=assignment.inspiration,
            composition=assignment.composition,
            text_vector=text_vector,
            image_vector=image_vector,
            encoders=(tools.text_encoder, tools.image_encoder),
            tuning=assignment.tuning,
        )
        hold = _hold(workshop, assignment)
        with suppress(SequenceTaken):
            claim = workshop.catalogue.cycles.commit_judgement(assignment.claim, output, hold=hold)
            break
    tools.memory.remember(
        [
            Point(
                work=assignment.cycle.id,
                artist=assignment.artist.name,
                scope=output.scope,
                sequence=output.sequence,
                text=text_vector,
                image=image_vector,
            )
        ]
    )
    return _kept(assignment, claim)


def _keep(workshop: Workshop, assignment: Assignment) -> Assignment | None:
    manifest = keep(
        workshop.archive,
        assignment.cycle,
        tuning=assignment.tuning,
        cost=assignment.accounts.cost,
    )
    showing, reason = _shown_as(workshop, manifest)
    hold = _hold(workshop, assignment)
    claim = workshop.catalogue.keep(
        assignment.claim, manifest, showing=showing, reason=reason, hold=hold
    )
    return _kept(assignment, claim)


def _shown_as(workshop: Workshop, manifest: Manifest) -> tuple[Showing, str]:
    """How openly visitors see the work from the first moment, and why.

    What a check says, it says once: a step that comes again finds the first answer.
    """
    if workshop.moderator is None:
        return "shown", ""
    image, _ = workshop.archive.read_image(manifest.painting.image)
    words = f"{manifest.composition.title}\n{manifest.composition.prompt}"
    finding = workshop.moderator.check(words, image)
    decided = workshop.archive.append_once(
        WorkModerated(
            artist=manifest.artist,
            at=manifest.finished_at,
            number=manifest.number,
            showing=finding.showing,
            reason=finding.reason,
            who=workshop.moderator.model,
        )
    )
    return decided.showing, decided.reason


def _publish(workshop: Workshop, assignment: Assignment) -> None:
    channels = workshop.channels(assignment.artist.name)
    workshop.catalogue.publish(assignment.claim, channels)


def _commit(
    workshop: Workshop, assignment: Assignment, output: Inspiration | Composition | Painting
) -> Assignment | None:
    hold = _hold(workshop, assignment)
    claim = workshop.catalogue.cycles.commit(assignment.claim, output=output, hold=hold)
    return _kept(assignment, claim)


def _kept(assignment: Assignment, claim: Claim | None) -> Assignment | None:
    """The assignment for the next step, where its claim came with the commit of this one."""
    return None if claim is None else replace(assignment, claim=claim)


def _hold(workshop: Workshop, assignment: Assignment) -> float:
    """Seconds for which this worker keeps the next step; 0: it gives the cycle back."""
    return workshop.lease_seconds if assignment.keeps(assignment.claim.step.next) else 0.0


_STEPS: dict[Step, Callable[[Workshop, Assignment], Assignment | None]] = {
    Step.INSPIRE: _inspire,
    Step.COMPOSE: _compose,
    Step.PAINT: _paint,
    Step.JUDGE: _judge,
    Step.KEEP: _keep,
    Step.PUBLISH: _publish,
}


def _set_aside(
    workshop: Workshop, claim: Claim, error: Exception, *, seconds: float, crashed: bool = False
) -> None:
    trouble = f"{type(error).__name__}: {error}" if crashed else str(error)
    logger.warning("%s of %s waits %.0f s: %s", claim.step, claim.cycle.id, seconds, trouble)
    workshop.catalogue.cycles.set_aside(claim, seconds=seconds, trouble=trouble, crashed=crashed)


def _fail(workshop: Workshop, assignment: Assignment, reason: str) -> None:
    cycle = assignment.cycle
    failure = workshop.archive.append_once(
        CycleFailed(
            artist=cycle.artist,
            at=datetime.now(UTC),
            number=cycle.number,
            started_at=datetime.fromtimestamp(cycle.started_at, UTC),
            tuning_version=cycle.tuning_version,
            step=assignment.claim.step,
            reason=reason,
        )
    )
    in_a_row = workshop.catalogue.cycles.fail(assignment.claim, failure)
    logger.error("%s failed at %s: %s", cycle.id, failure.step, failure.reason)
    if in_a_row >= BREAKER_FAILURES:
        rest = min(LONGEST_REST, FIRST_REST * 2.0 ** (in_a_row - BREAKER_FAILURES))
        workshop.catalogue.artists.rest(
            cycle.artist,
            seconds=rest,
            reason=f"{in_a_row} cycles failed in a row, the last one because: {failure.reason}",
        )


def _delay(claim: Claim) -> float:
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(claim.tries - 1, 16)))


def _committed(record: Output | None, cycle: CycleRow) -> Output:
    if record is None:
        raise ValueError(f"{cycle.id} is at {cycle.step}, but an earlier step left no record")
    return record
