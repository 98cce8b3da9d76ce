"""Every step under every kind of fault, on both databases: the cycle ends as it must, and the next.

What is made is checked against a second telling of the rules that reads the archive alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.archive import Archive
from storage.catalogue import Catalogue, Step
from storage.catalogue.tables import cycles, scopes
from storage.edge import EdgeMemory
from storage.events import ArtistCreated, CycleFailed, TuningChanged
from storage.folder import FolderStore
from tests.databases import new_database
from tests.recompute import recompute
from tests.served.quick import SPACE, QuickImageEncoder, QuickSampler, QuickTextEncoder, quick_parts
from tests.worker.atelier import PaidPainter, manifests, settle_in
from worker.composers.grammar import GrammarComposer
from worker.cycle import STEPS, run_step
from worker.errors import AttemptsSpent
from worker.workshop import Tools, Workshop

CYCLES = 5
FAULTY = 2


class Killed(BaseException):
    """The process ends here: nothing of ours handles it."""


class World:
    """An artist with quick parts over real stores; `die` leaves them as a dead process does."""

    def __init__(
        self, folder: Path, url: str, created: ArtistCreated, tuned: TuningChanged
    ) -> None:
        self.folder, self.url = folder, url
        self.painter = PaidPainter()
        self.shop = self.open()
        settle_in(self.shop, created.model_copy(update={"parts": quick_parts("openai")}), tuned)

    def open(self, *, memory: EdgeMemory | None = None) -> Workshop:
        tools = Tools(
            composer=GrammarComposer(),
            fallback=None,
            painter=self.painter,
            text_encoder=QuickTextEncoder(),
            image_encoder=QuickImageEncoder(),
            memory=memory or EdgeMemory(self.folder / "memory", SPACE),
        )
        sampler: Any = QuickSampler()
        return Workshop(
            name="test",
            catalogue=Catalogue(self.url),
            archive=Archive(FolderStore(self.folder / "archive", create=True)),
            find_sampler=lambda: sampler,
            load_tools=lambda parts: tools,
        )

    def close(self) -> None:
        self.memory.close()
        self.shop.close()

    @property
    def memory(self) -> EdgeMemory:
        artist = self.shop.catalogue.artists.get("alien")
        assert artist is not None
        memory = self.shop.tools(artist).memory
        assert isinstance(memory, EdgeMemory)
        return memory

    def die(self) -> None:
        """End the process, and start it again."""
        self.close()
        self.shop = self.open()
        self.shop.catalogue.cycles.expire_leases()

    def begin(self) -> str:
        cycle = self.shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
        assert cycle is not None, "the last cycle has not ended, or the artist rests"
        return cycle.id

    def step_of(self, identifier: str) -> Step:
        cycle = self.shop.catalogue.cycles.get(identifier)
        assert cycle is not None and cycle.state == "open"
        return cycle.step

    def finish(self, identifier: str) -> None:
        """Go on until nothing is left to do, as beat does: what waits is sent again."""
        for _ in range(50):
            while run_step(self.shop, identifier):
                pass
            self.shop.catalogue.cycles.retry_now("alien")
            if identifier not in self.shop.catalogue.cycles.stalled(quiet=-1):
                break
        assert self.shop.catalogue.cycles.current("alien") is None, "it never ends"

    def check(self, *, failed: set[int]) -> None:
        """Every number has a work or a recorded failure; all follows from the archive alone."""
        catalogue, archive = self.shop.catalogue, self.shop.archive
        made = manifests(self.shop)
        events = list(archive.events("alien", "failure"))
        assert {event.number for event in events if isinstance(event, CycleFailed)} == failed
        assert [m.number for m in made] == [n for n in range(1, CYCLES + 1) if n not in failed]
        recompute(made)
        sequences = [m.judgement.sequence for m in made]
        assert sequences == sorted(set(sequences))
        rows = catalogue.works.vectors(scope="alien")
        assert [row.sequence for row in rows] == sequences, "a failed one holds no place"
        assert [(w.number, w.novelty) for w in catalogue.works.all()] == [
            (m.number, m.judgement.novelty) for m in made
        ]
        last = catalogue.cycles.last_done("alien")
        assert last is not None and last.pool == made[-1].judgement.pool_after
        with catalogue.database.read() as connection:
            given = connection.scalar(select(scopes.c.sequence).where(scopes.c.name == "alien"))
        assert given == sequences[-1]
        for number in range(1, CYCLES + 1):
            states = [entry.state for entry in catalogue.ledger.of_cycle("alien", number)]
            assert states in ([], ["settled"]), "nothing is bought twice"


@pytest.fixture(params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, created: ArtistCreated, tuned: TuningChanged
) -> Iterator[World]:
    world = World(tmp_path, new_database(request, tmp_path, request.param), created, tuned)
    yield world
    world.close()


@pytest.fixture
def patch_step(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts another function in the place of a step's `run`; None: the real one again."""
    real = dict(STEPS)

    def patch(step: Step, run: Callable[..., Any] | None) -> None:
        monkeypatch.setitem(STEPS, step, replace(real[step], run=run or real[step].run))

    return patch


def reach(world: World, step: Step) -> str:
    """Live up to the cycle that meets the fault, and bring it to the step."""
    for _ in range(FAULTY - 1):
        world.finish(world.begin())
    identifier = world.begin()
    while world.step_of(identifier) is not step:
        run_step(world.shop, identifier)
    return identifier


def live_on(world: World) -> None:
    for _ in range(CYCLES - FAULTY):
        world.finish(world.begin())


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_fails_for_good(world: World, step: Step, patch_step: Any) -> None:
    identifier = reach(world, step)

    def fail(context: object) -> None:
        raise AttemptsSpent("no more of this")

    patch_step(step, fail)
    assert run_step(world.shop, identifier) is None
    patch_step(step, None)
    cycle = world.shop.catalogue.cycles.get(identifier)
    assert cycle is not None
    # A work that hangs stays one, whatever becomes of its publication.
    assert cycle.state == ("done" if step is Step.PUBLISH else "failed")
    live_on(world)
    world.check(failed=set() if step is Step.PUBLISH else {FAULTY})


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_kills_its_process_each_time(world: World, step: Step, patch_step: Any) -> None:
    """It does all of its work and dies before its commit; the archive keeps what it left there."""
    identifier = reach(world, step)
    run = STEPS[step].run

    def die(context: Any) -> None:
        run(context)
        raise Killed

    patch_step(step, die)
    for _ in range(world.shop.most_tries):
        with pytest.raises(Killed):
            run_step(world.shop, identifier)
        world.die()
    assert run_step(world.shop, identifier) is None
    patch_step(step, None)
    # The manifest was written, or the work entered before: then it is a work, and no failure.
    is_work = step in (Step.KEEP, Step.PUBLISH)
    cycle = world.shop.catalogue.cycles.get(identifier)
    assert cycle is not None and cycle.state == ("done" if is_work else "failed")
    if not is_work:
        assert f"{step} broke off 5 times" in cycle.trouble
    live_on(world)
    world.check(failed=set() if is_work else {FAULTY})


@pytest.mark.parametrize("step", list(Step))
def test_a_process_that_dies_after_the_commit(world: World, step: Step) -> None:
    """Nobody sends the next step: the schedule finds the cycle."""
    identifier = reach(world, step)
    run_step(world.shop, identifier)
    world.die()
    world.finish(identifier)
    live_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_is_sent_twice(world: World, step: Step) -> None:
    identifier = reach(world, step)
    together = threading.Barrier(2)
    second = world.open(memory=world.memory)

    def run(shop: Workshop) -> None:
        together.wait()
        run_step(shop, identifier)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, [world.shop, second]))
    second.catalogue.close()
    world.finish(identifier)
    live_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step))
def test_a_worker_that_freezes_for_longer_than_its_lease(
    world: World, step: Step, patch_step: Any
) -> None:
    """It wakes when another one has done the step, and what it did by then is not committed."""
    identifier = reach(world, step)
    run = STEPS[step].run
    second = world.open(memory=world.memory)

    def freeze(context: Any) -> Any:
        patch_step(step, None)
        records = run(context)
        with second.catalogue.database.write() as connection:
            connection.execute(update(cycles).values(leased_until=1.0))
        run_step(second, identifier)
        return records

    patch_step(step, freeze)
    assert run_step(world.shop, identifier) is None
    second.catalogue.close()
    cycle = world.shop.catalogue.cycles.get(identifier)
    assert cycle is not None and (cycle.state, cycle.step) == (
        ("done", step) if step is Step.PUBLISH else ("open", step.next)
    )
    world.finish(identifier)
    live_on(world)
    world.check(failed=set())
