"""Faults of all kinds, in one cycle of fifty, each at a random step."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from benchmarks.year.world import NAME, World
from storage.catalogue import RECORDS, Step
from storage.catalogue.cycle_row import column_of
from storage.catalogue.db.tables import cycles
from storage.errors import StorageUnavailable
from worker.engine.runner import STEPS, run_step
from worker.errors import (
    AttemptsSpent,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)

REAL = dict(STEPS)


class Killed(BaseException):
    """The process ends here: no code handles it."""


def raised(error: Callable[[], Exception]) -> Callable[..., None]:
    """The step raises this error, several times in a row."""

    def strike(world: World, step: Step, chance: random.Random) -> None:
        def run(context: Any) -> Any:
            raise error()

        _patch(step, run, times=chance.choice([1, 1, 2, 6]))

    return strike


def killed(*, before: bool) -> Callable[..., None]:
    """The process dies in the step, up to six times in a row."""

    def strike(world: World, step: Step, chance: random.Random) -> None:
        def run(context: Any) -> Any:
            if not before:
                REAL[step].run(context)
            raise Killed

        _patch(step, run, times=chance.choice([1, 1, 2, 5, 6]))

    return strike


def killed_after_commit(world: World, step: Step, chance: random.Random) -> None:
    """The next step is not sent."""
    run_step(world.worker_context, world.queue.popleft()[0])
    world.restart()


def doubled(world: World, step: Step, chance: random.Random) -> None:
    """A task is delivered more than once."""
    world.queue.extend([world.queue[0]] * 3)


def frozen(world: World, step: Step, chance: random.Random) -> None:
    """A worker freezes for longer than its lease; another one runs the step meanwhile."""

    def run(context: Any) -> Any:
        records = REAL[step].run(context)
        world.clock.time += 2 * world.worker_context.lease_seconds
        with world.catalogue.database.write() as connection:
            connection.execute(update(cycles).values(leased_until=1.0))
        following = run_step(world.worker_context, context.cycle.id)
        if following is not None:
            world.queue.append((context.cycle.id, following))
        return records

    _patch(step, run, times=1)


def unreadable(world: World, step: Step, chance: random.Random) -> None:
    """The record of an earlier step can't be read."""
    committed = [kind for done, kind in RECORDS.items() if step.is_after(done)]
    if committed:
        column = column_of(chance.choice(committed))
        with world.catalogue.database.write() as connection:
            connection.execute(update(cycles).where(cycles.c.state == "open").values({column: "{"}))


def memory_lost(world: World, step: Step, chance: random.Random) -> None:
    """The memory has lost its vectors."""
    world.memory.clear()


def clock_set(world: World, step: Step, chance: random.Random) -> None:
    """The clock jumps backward or forward."""
    world.clock.time += chance.choice([-3600.0, -86400.0, 3600.0])
    world.schedule.tick()


def budget_spent(world: World, step: Step, chance: random.Random) -> None:
    """The budget is spent until a person raises it."""
    world.tune(daily_budget=0.0)
    world.work()
    world.clock.time += 3600.0
    world.tune(daily_budget=5.0)


FAULTS: dict[str, Callable[[World, Step, random.Random], None]] = {
    "fails permanently": raised(lambda: AttemptsSpent("no more attempts")),
    "refused": raised(lambda: ContentRejected("not this")),
    "invalid answers": raised(lambda: InvalidResponse("no JSON in it")),
    "a part is unavailable": raised(lambda: ServiceUnavailable("busy", retry_after=30.0)),
    "a part is broken": raised(lambda: Misconfigured("no key")),
    "outcome unknown": raised(lambda: OutcomeUnknown("dropped after sending")),
    "a store is unavailable": raised(lambda: StorageUnavailable("disk full")),
    "a bug": raised(lambda: ZeroDivisionError("a bug")),
    "killed in the step": killed(before=True),
    "killed before its commit": killed(before=False),
    "killed after its commit": killed_after_commit,
    "sent several times": doubled,
    "frozen past the lease": frozen,
    "a record of another release": unreadable,
    "memory lost": memory_lost,
    "clock set": clock_set,
    "budget spent": budget_spent,
}


def _patch(step: Step, run: Callable[[Any], Any], *, times: int) -> None:
    left = [times]

    def limited(context: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0:
            STEPS[step] = REAL[step]
        return run(context)

    STEPS[step] = replace(REAL[step], run=limited)


def reach(world: World, step: Step) -> bool:
    """Run the cycle that was just sent up to the step, which is not run."""
    while world.queue:
        identifier, following = world.queue[0]
        if following is step:
            return True
        world.queue.popleft()
        after = run_step(world.worker_context, identifier)
        if after is not None:
            world.queue.append((identifier, after))
    return False


def last_number(world: World) -> int:
    """Return the number of the newest cycle."""
    return world.catalogue.cycles.last_number(NAME)
