"""The context of a step: claim, artist, components, and the output of earlier steps."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from storage.archive.manifest import Composition, Float32, Inspiration, Judgement, Painting, Tuning
from storage.catalogue import ArtistRow, Claim, CycleRow, LeaseLost
from worker.budget import CycleBudget
from worker.worker_context import Components, WorkerContext

Output = TypeVar("Output")


@dataclass(frozen=True)
class StepContext:
    """A claimed step. `tuning` is the version that its cycle started with."""

    worker_context: WorkerContext
    claim: Claim
    tuning: Tuning
    budget: CycleBudget
    lost: threading.Event
    """Set when another worker has claimed the step: this one's results are then discarded."""
    vectors: list[Float32] = field(default_factory=list)
    """Vectors of prompt and picture, once the step has computed them."""

    @property
    def cycle(self) -> CycleRow:
        """The cycle as it was when its step was claimed."""
        return self.claim.cycle

    @property
    def number(self) -> int:
        """The cycle's number."""
        return self.claim.cycle.number

    @cached_property
    def artist(self) -> ArtistRow:
        """The cycle's artist in its current state.

        Raises:
            KeyError: the catalogue lacks it.
        """
        found = self.worker_context.catalogue.artists.get(self.cycle.artist)
        if found is None:
            raise KeyError(f"{self.cycle.id} has no artist")
        return found

    @cached_property
    def components(self) -> Components:
        """The artist's parts.

        Raises:
            Misconfigured: a part is no longer available.
        """
        return self.worker_context.components(self.artist)

    @property
    def inspiration(self) -> Inspiration:
        """The committed output of *inspire*."""
        return self._committed(self.cycle.inspiration)

    @property
    def composition(self) -> Composition:
        """The committed output of *compose*."""
        return self._committed(self.cycle.composition)

    @property
    def painting(self) -> Painting:
        """The committed output of *paint*."""
        return self._committed(self.cycle.painting)

    @property
    def judgement(self) -> Judgement:
        """The committed output of *judge*."""
        return self._committed(self.cycle.judgement)

    def check_lease(self) -> None:
        """Stop early if another worker has claimed the step.

        Raises:
            LeaseLost: it has.
        """
        if self.lost.is_set():
            raise LeaseLost(f"{self.claim.step} of {self.cycle.id} belongs to another worker now")

    def _committed(self, record: Output | None) -> Output:
        if record is None:
            raise ValueError(
                f"{self.cycle.id} is at {self.claim.step}, but an earlier step has no record"
            )
        return record


def open_context(worker_context: WorkerContext, claim: Claim, lost: threading.Event) -> StepContext:
    """Create the context of the claimed step.

    Raises:
        KeyError: the catalogue lacks the tuning that its cycle started with.
    """
    cycle = claim.cycle
    tuning = worker_context.catalogue.artists.tuning_version(
        cycle.artist, cycle.tuning_version
    ).tuning
    budget = CycleBudget(
        worker_context.catalogue,
        worker_context.archive,
        claim,
        per_minute=worker_context.per_minute,
    )
    return StepContext(worker_context, claim, tuning, budget, lost)
