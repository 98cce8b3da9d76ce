"""Rounds of chaos: a fault, then proof that nothing was lost and that all go on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.chaos.faults import Fault
from tests.chaos.invariants import Auditor
from tests.chaos.world import StoodStill, World


@dataclass
class Result:
    """What came of one kind of fault."""

    survived: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Result) -> None:
        """Count another round of the same fault."""
        self.survived += other.survived
        self.violations += other.violations
        self.seconds += other.seconds


def go_through(
    world: World,
    faults: Sequence[Fault],
    *,
    tell: Callable[[str], None] = lambda _: None,
    seconds: float = math.inf,
) -> dict[str, Result]:
    """Inflict the faults one after another; after each, everything is checked and told.

    After so many seconds no other one begins.
    """
    results: dict[str, Result] = {}
    auditor = Auditor(world.topology)
    until = time.monotonic() + seconds
    for fault in faults:
        if time.monotonic() > until:
            break
        result = results.setdefault(fault.name, Result())
        started = time.monotonic()
        found = _round(world, fault, auditor)
        result.seconds += time.monotonic() - started
        result.violations += found
        result.survived += not found
        tell(f"{fault.name}: {'; '.join(found) or 'survived'}")
    return results


def _round(world: World, fault: Fault, auditor: Auditor) -> list[str]:
    try:
        fault.inflict(world)
        world.traps.clear()
        world.wait_for_progress()
    except StoodStill as error:
        world.report(str(error))
    found = [*world.reports, *auditor.violations()]
    world.reports.clear()
    return found


def settle(world: World) -> tuple[list[str], list[str]]:
    """Let the artists end; returns what is wrong then, and what `verify --repair` mended."""
    world.topology.remove("beat")
    deadline = time.monotonic() + 30
    catalogue = world.topology.catalogue
    while any(catalogue.cycles.current(a) for a in world.artists) and time.monotonic() < deadline:
        time.sleep(0.05)
    for name in world.topology.worker_names():
        world.topology.remove(name)
    auditor = Auditor(world.topology)
    found = auditor.last_violations()
    return found, [f"{f.kind}: {f.what}" for f in auditor.repaired]
