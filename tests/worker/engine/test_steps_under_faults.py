"""Every step under every kind of fault, on both databases: its cycle and the next end correctly.

The results are checked with a second implementation of the rules that reads only the archive.
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

from scheduler.tuning_updates import update_tuning
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, CycleFailed, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import RECORDS, Catalogue, Step
from storage.catalogue.cycle_row import column_of
from storage.catalogue.db.tables import cycles, scopes
from storage.vectors.edge import EdgeMemory
from tests.databases import new_database
from tests.plain_composer import PlainComposer
from tests.recompute import cosine, recompute
from tests.served.quick import SPACE, QuickImageEncoder, QuickSampler, QuickTextEncoder, quick_parts
from tests.worker.contexts import PaidPainter, add_artist, manifests
from worker.engine.runner import STEPS, run_step
from worker.errors import AttemptsSpent
from worker.worker_context import Components, WorkerContext

CYCLES = 5
FAULTY = 2


class Killed(BaseException):
    """The process ends here: no code handles it."""


class World:
    """An artist with fast parts and real stores; `die` leaves them as a killed process does."""

    def __init__(
        self, folder: Path, url: str, created: ArtistCreated, tuned: TuningChanged
    ) -> None:
        self.folder, self.url = folder, url
        self.painter = PaidPainter()
        self.context = self.open()
        add_artist(self.context, created.model_copy(update={"parts": quick_parts("openai")}), tuned)

    def open(self, *, memory: EdgeMemory | None = None) -> WorkerContext:
        components = Components(
            composer=PlainComposer(),
            fallback=None,
            painter=self.painter,
            text_encoder=QuickTextEncoder(),
            image_encoder=QuickImageEncoder(),
            memory=memory or EdgeMemory(self.folder / "memory", SPACE),
        )
        sampler: Any = QuickSampler()
        return WorkerContext(
            name="test",
            catalogue=Catalogue(self.url),
            archive=Archive(FolderStore(self.folder / "archive", create=True)),
            find_sampler=lambda: sampler,
            load_tools=lambda parts: components,
        )

    def close(self) -> None:
        self.memory.close()
        self.context.close()

    @property
    def memory(self) -> EdgeMemory:
        artist = self.context.catalogue.artists.get("alien")
        assert artist is not None
        memory = self.context.components(artist).memory
        assert isinstance(memory, EdgeMemory)
        return memory

    def die(self) -> None:
        """End the process, and start it again."""
        self.close()
        self.context = self.open()
        self.context.catalogue.cycles.expire_leases()

    def begin(self) -> str:
        cycle = self.context.catalogue.cycles.open("alien", tuning_version=1, every=0)
        assert cycle is not None, "the last cycle has not ended, or the artist waits"
        return cycle.id

    def step_of(self, identifier: str) -> Step:
        cycle = self.context.catalogue.cycles.get(identifier)
        assert cycle is not None and cycle.state == "open"
        return cycle.step

    def finish(self, identifier: str) -> None:
        """Run until nothing is left to do; send waiting steps again, as beat does."""
        for _ in range(50):
            while run_step(self.context, identifier, continues=lambda step: step is not Step.KEEP):
                pass
            self.context.catalogue.cycles.retry_now("alien")
            if identifier not in self.context.catalogue.cycles.stalled(timeout=-1):
                break
        assert self.context.catalogue.cycles.current("alien") is None, "it never ends"

    def check(self, *, failed: set[int]) -> None:
        """Check that every number has a work or a recorded failure, and check all values."""
        catalogue, archive = self.context.catalogue, self.context.archive
        made = manifests(self.context)
        events = list(archive.events("alien", "failure"))
        assert {event.number for event in events if isinstance(event, CycleFailed)} == failed
        assert [m.number for m in made] == [n for n in range(1, CYCLES + 1) if n not in failed]
        recompute(made)
        sequences = [m.judgement.sequence for m in made]
        assert sequences == sorted(set(sequences))
        rows = catalogue.works.vectors(scope="alien")
        assert [row.sequence for row in rows] == sequences, "a failed one has no sequence"
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
    """Replace a step's `run`; None: restore the real one."""
    real = dict(STEPS)

    def patch(step: Step, run: Callable[..., Any] | None) -> None:
        monkeypatch.setitem(STEPS, step, replace(real[step], run=run or real[step].run))

    return patch


def reach(world: World, step: Step) -> str:
    """Run up to the cycle with the fault, and to its step."""
    for _ in range(FAULTY - 1):
        world.finish(world.begin())
    identifier = world.begin()
    while world.step_of(identifier) is not step:
        run_step(world.context, identifier)
    return identifier


def run_on(world: World) -> None:
    for _ in range(CYCLES - FAULTY):
        world.finish(world.begin())


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_fails_permanently(world: World, step: Step, patch_step: Any) -> None:
    identifier = reach(world, step)

    def fail(context: object) -> None:
        raise AttemptsSpent("no more of this")

    patch_step(step, fail)
    assert run_step(world.context, identifier) is None
    patch_step(step, None)
    cycle = world.context.catalogue.cycles.get(identifier)
    assert cycle is not None
    # A work that is shown stays one, even if its publication fails.
    assert cycle.state == ("done" if step is Step.PUBLISH else "failed")
    run_on(world)
    world.check(failed=set() if step is Step.PUBLISH else {FAULTY})


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_kills_its_process_each_time(world: World, step: Step, patch_step: Any) -> None:
    """It runs completely and dies before its commit; its objects stay in the archive."""
    identifier = reach(world, step)
    run = STEPS[step].run

    def die(context: Any) -> None:
        run(context)
        raise Killed

    patch_step(step, die)
    for _ in range(world.context.most_tries):
        with pytest.raises(Killed):
            run_step(world.context, identifier)
        world.die()
    assert run_step(world.context, identifier) is None
    patch_step(step, None)
    # The manifest or the work's row was written: then it is a work, not a failure.
    is_work = step in (Step.KEEP, Step.PUBLISH)
    cycle = world.context.catalogue.cycles.get(identifier)
    assert cycle is not None and cycle.state == ("done" if is_work else "failed")
    if not is_work:
        assert f"{step} failed 5 times" in cycle.last_error
    run_on(world)
    world.check(failed=set() if is_work else {FAULTY})


@pytest.mark.parametrize("step", list(Step))
def test_a_process_that_dies_after_the_commit(world: World, step: Step) -> None:
    """The next step is not sent: the schedule finds the cycle."""
    identifier = reach(world, step)
    run_step(world.context, identifier)
    world.die()
    world.finish(identifier)
    run_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step)[1:])
def test_a_process_that_dies_as_it_continues(world: World, step: Step, patch_step: Any) -> None:
    """The previous step's commit has claimed this one: it is repeated, and counted."""
    identifier = reach(world, list(Step)[list(Step).index(step) - 1])

    def die(context: Any) -> None:
        raise Killed

    patch_step(step, die)
    with pytest.raises(Killed):
        run_step(world.context, identifier, continues=lambda _: True)
    other = world.context.catalogue.cycles.claim(identifier, holder="another", seconds=60)
    assert other is None, "the step was left to others between its commit and its claim"
    world.die()
    patch_step(step, None)
    again = world.context.catalogue.cycles.claim(identifier, holder="test", seconds=0)
    assert again is not None and (again.step, again.tries, again.crashes) == (step, 2, 1)
    world.context.catalogue.cycles.expire_leases()
    world.finish(identifier)
    run_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_is_sent_twice(world: World, step: Step) -> None:
    identifier = reach(world, step)
    together = threading.Barrier(2)
    second = world.open(memory=world.memory)

    def run(context: WorkerContext) -> None:
        together.wait()
        run_step(context, identifier)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, [world.context, second]))
    second.catalogue.close()
    world.finish(identifier)
    run_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step))
def test_a_worker_that_freezes_for_longer_than_its_lease(
    world: World, step: Step, patch_step: Any
) -> None:
    """It continues after another one has run the step; its own results are not committed."""
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
    assert run_step(world.context, identifier) is None
    second.catalogue.close()
    cycle = world.context.catalogue.cycles.get(identifier)
    assert cycle is not None and (cycle.state, cycle.step) == (
        ("done", step) if step is Step.PUBLISH else ("open", step.next)
    )
    world.finish(identifier)
    run_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("broken", [Step.INSPIRE, Step.COMPOSE, Step.PAINT, Step.JUDGE])
@pytest.mark.parametrize("later", [False, True], ids=["at the next step", "at keep"])
def test_the_step_of_an_unreadable_record_is_repeated(
    world: World, broken: Step, later: bool
) -> None:
    identifier = reach(world, Step.KEEP if later else list(Step)[list(Step).index(broken) + 1])
    column = column_of(RECORDS[broken])
    with world.context.catalogue.database.write() as connection:
        connection.execute(
            update(cycles)
            .where(cycles.c.id == identifier)
            .values({column: '{"of": "another release"}'})
        )
    world.finish(identifier)
    run_on(world)
    world.check(failed=set())


def test_a_first_work_that_failed_after_it_was_judged_is_no_baseline(
    world: World, patch_step: Any
) -> None:
    def fail(context: object) -> None:
        raise AttemptsSpent("no more of this")

    patch_step(Step.KEEP, fail)
    world.finish(world.begin())
    patch_step(Step.KEEP, None)
    for _ in range(CYCLES - 1):
        world.finish(world.begin())
    world.check(failed={1})
    first, second = manifests(world.context)[:2]
    assert (first.judgement.sequence, first.judgement.novelty) == (2, 1.0)
    assert second.judgement.improved is None


@pytest.mark.parametrize("step", [None, *list(Step)[1:5]])
def test_a_catalogue_of_an_older_dump_is_restored_from_the_archive(
    world: World, step: Step | None
) -> None:
    """No cycle is run or paid for twice."""
    if world.context.catalogue.database.is_sqlite is False:
        pytest.skip("a dump is a copied file here")
    database = world.folder / "catalogue.sqlite3"
    if step is None:
        world.finish(world.begin())
    else:
        reach(world, step)
    world.close()
    dump = database.read_bytes()
    world.context = world.open()
    world.context.catalogue.cycles.expire_leases()
    if step is not None:
        world.finish(f"alien:{FAULTY}")
    while world.context.catalogue.cycles.last_number("alien") < CYCLES - 1:
        world.finish(world.begin())
    before = [m.model_dump_json() for m in manifests(world.context)]
    painted = len(world.painter.requests)
    world.close()
    for file in world.folder.glob("catalogue.sqlite3*"):
        file.unlink()
    database.write_bytes(dump)
    world.context = world.open()
    world.context.catalogue.cycles.expire_leases()
    if step is not None:
        world.finish(f"alien:{FAULTY}")
    while world.context.catalogue.cycles.last_number("alien") < CYCLES:
        world.finish(world.begin())
    assert [m.model_dump_json() for m in manifests(world.context)][:-1] == before
    assert len(world.painter.requests) == painted + 1
    recompute(manifests(world.context))
    assert [work.number for work in world.context.catalogue.works.all()] == [1, 2, 3, 4, 5]


def test_a_raised_budget_wakes_the_cycle_that_waits_for_it(
    world: World, tuned: TuningChanged
) -> None:
    """The cycle keeps all other values of the tuning that it started with."""
    context = world.context
    poor = update_tuning(
        context.catalogue, context.archive, "alien", tuning=Tuning(daily_budget=0.1), who="admin"
    )
    cycle = context.catalogue.cycles.open("alien", tuning_version=poor.version, every=0)
    assert cycle is not None
    while run_step(context, cycle.id):
        pass
    waiting = context.catalogue.cycles.get(cycle.id)
    assert waiting is not None and "the daily budget of $0.10" in waiting.last_error
    assert context.catalogue.cycles.stalled(timeout=-1) == []
    richer = Tuning(daily_budget=5.0, beta=0.1)
    update_tuning(context.catalogue, context.archive, "alien", tuning=richer, who="admin")
    assert context.catalogue.cycles.stalled(timeout=-1) == [cycle.id]
    world.finish(cycle.id)
    (manifest,) = manifests(context)
    assert manifest.tuning.beta == tuned.tuning.beta


def test_a_work_that_fails_in_a_shared_scope_leaves_a_documented_gap(
    world: World, created: ArtistCreated, tuned: TuningChanged, patch_step: Any
) -> None:
    """Another artist's work was judged against it: the failure's event has its vectors."""
    catalogue = world.context.catalogue
    for name in ("ann", "ben"):
        parts = quick_parts("openai")
        artist = created.model_copy(
            update={
                "artist": name,
                "scope": "all",
                "parts": parts,
                "seed": len(name) + ord(name[0]),
            }
        )
        add_artist(world.context, artist, tuned.model_copy(update={"artist": name}))
    ann = catalogue.cycles.open("ann", tuning_version=1, every=0)
    assert ann is not None
    while world.step_of(ann.id) is not Step.KEEP:
        run_step(world.context, ann.id)
    for _ in range(2):
        ben = catalogue.cycles.open("ben", tuning_version=1, every=0)
        assert ben is not None
        while run_step(world.context, ben.id):
            pass

    def fail(context: object) -> None:
        raise AttemptsSpent("no more of this")

    patch_step(Step.KEEP, fail)
    assert run_step(world.context, ann.id) is None
    patch_step(Step.KEEP, None)
    for name in ("ben", "ann", "ben"):
        cycle = catalogue.cycles.open(name, tuning_version=1, every=0)
        assert cycle is not None
        while run_step(world.context, cycle.id):
            pass
    (failure,) = world.context.archive.events("ann", "failure")
    assert isinstance(failure, CycleFailed) and failure.judgement is not None
    made = sorted(world.context.archive.manifests(), key=lambda m: m.judgement.sequence)
    assert [m.judgement.sequence for m in made] == [2, 3, 4, 5, 6]
    for position, manifest in enumerate(made):
        earlier = [m.judgement for m in made[:position]]
        if manifest.judgement.sequence <= 3:  # judged before the failure
            earlier.append(failure.judgement)
        text = max(cosine(manifest.judgement.text_vector, j.text_vector) for j in earlier)
        image = max(cosine(manifest.judgement.image_vector, j.image_vector) for j in earlier)
        assert manifest.judgement.novelty == pytest.approx((1 - text) / 2 + (1 - image) / 2)


@pytest.mark.parametrize("damaged", ["events/alien/failure", "manifests/alien"])
def test_a_damaged_object_of_the_archive_ends_only_one_cycle(world: World, damaged: str) -> None:
    identifier = reach(world, Step.KEEP)
    folder = world.folder / "archive" / damaged
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{FAULTY:08d}.json").write_bytes(b'{"kind": "fail')
    world.die()  # so that the archive is searched for the open cycle
    world.finish(identifier)
    cycle = world.context.catalogue.cycles.get(identifier)
    assert cycle is not None and cycle.state == "failed"
    run_on(world)
    works = [work.number for work in world.context.catalogue.works.all()]
    assert works == [n for n in range(1, CYCLES + 1) if n != FAULTY]
