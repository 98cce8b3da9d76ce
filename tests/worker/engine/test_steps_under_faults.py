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
from tests.recompute import cosine, recompute
from tests.served.quick import SPACE, QuickImageEncoder, QuickSampler, QuickTextEncoder, quick_parts
from tests.worker.atelier import PaidPainter, manifests, settle_in
from worker.composers.grammar import GrammarComposer
from worker.engine.runner import STEPS, run_step
from worker.errors import AttemptsSpent
from worker.worker_context import Components, WorkerContext

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

    def open(self, *, memory: EdgeMemory | None = None) -> WorkerContext:
        components = Components(
            composer=GrammarComposer(),
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
        self.shop.close()

    @property
    def memory(self) -> EdgeMemory:
        artist = self.shop.catalogue.artists.get("alien")
        assert artist is not None
        memory = self.shop.components(artist).memory
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
            while run_step(self.shop, identifier, continues=lambda step: step is not Step.KEEP):
                pass
            self.shop.catalogue.cycles.retry_now("alien")
            if identifier not in self.shop.catalogue.cycles.stalled(timeout=-1):
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
        assert f"{step} broke off 5 times" in cycle.last_error
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


@pytest.mark.parametrize("step", list(Step)[1:])
def test_a_process_that_dies_as_it_goes_on(world: World, step: Step, patch_step: Any) -> None:
    """The commit of the step before has claimed this one: it is done again, and counted."""
    identifier = reach(world, list(Step)[list(Step).index(step) - 1])

    def die(context: Any) -> None:
        raise Killed

    patch_step(step, die)
    with pytest.raises(Killed):
        run_step(world.shop, identifier, continues=lambda _: True)
    other = world.shop.catalogue.cycles.claim(identifier, holder="another", seconds=60)
    assert other is None, "the step was left to others between its commit and its claim"
    world.die()
    patch_step(step, None)
    again = world.shop.catalogue.cycles.claim(identifier, holder="test", seconds=0)
    assert again is not None and (again.step, again.tries, again.crashes) == (step, 2, 1)
    world.shop.catalogue.cycles.expire_leases()
    world.finish(identifier)
    live_on(world)
    world.check(failed=set())


@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_is_sent_twice(world: World, step: Step) -> None:
    identifier = reach(world, step)
    together = threading.Barrier(2)
    second = world.open(memory=world.memory)

    def run(shop: WorkerContext) -> None:
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


@pytest.mark.parametrize("broken", [Step.INSPIRE, Step.COMPOSE, Step.PAINT, Step.JUDGE])
@pytest.mark.parametrize("later", [False, True], ids=["at the next step", "at keep"])
def test_a_record_of_another_release_is_made_again(world: World, broken: Step, later: bool) -> None:
    identifier = reach(world, Step.KEEP if later else list(Step)[list(Step).index(broken) + 1])
    column = column_of(RECORDS[broken])
    with world.shop.catalogue.database.write() as connection:
        connection.execute(
            update(cycles)
            .where(cycles.c.id == identifier)
            .values({column: '{"of": "another release"}'})
        )
    world.finish(identifier)
    live_on(world)
    world.check(failed=set())


def test_a_first_work_that_failed_after_it_was_judged_is_nobodys_baseline(
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
    first, second = manifests(world.shop)[:2]
    assert (first.judgement.sequence, first.judgement.novelty) == (2, 1.0)
    assert second.judgement.improved is None


@pytest.mark.parametrize("step", [None, *list(Step)[1:5]])
def test_a_catalogue_of_an_older_dump_takes_over_what_the_archive_has(
    world: World, step: Step | None
) -> None:
    """Nothing is lived, or paid for, a second time."""
    if world.shop.catalogue.database.is_sqlite is False:
        pytest.skip("a dump is a copied file here")
    database = world.folder / "catalogue.sqlite3"
    if step is None:
        world.finish(world.begin())
    else:
        reach(world, step)
    world.close()
    dump = database.read_bytes()
    world.shop = world.open()
    world.shop.catalogue.cycles.expire_leases()
    if step is not None:
        world.finish(f"alien:{FAULTY}")
    while world.shop.catalogue.cycles.last_number("alien") < CYCLES - 1:
        world.finish(world.begin())
    before = [m.model_dump_json() for m in manifests(world.shop)]
    painted = len(world.painter.commissions)
    world.close()
    for file in world.folder.glob("catalogue.sqlite3*"):
        file.unlink()
    database.write_bytes(dump)
    world.shop = world.open()
    world.shop.catalogue.cycles.expire_leases()
    if step is not None:
        world.finish(f"alien:{FAULTY}")
    while world.shop.catalogue.cycles.last_number("alien") < CYCLES:
        world.finish(world.begin())
    assert [m.model_dump_json() for m in manifests(world.shop)][:-1] == before
    assert len(world.painter.commissions) == painted + 1
    recompute(manifests(world.shop))
    assert [work.number for work in world.shop.catalogue.works.all()] == [1, 2, 3, 4, 5]


def test_a_raised_budget_wakes_the_cycle_that_waits_for_it(
    world: World, tuned: TuningChanged
) -> None:
    """And nothing else of the new tuning: the cycle keeps what it began with."""
    shop = world.shop
    poor = update_tuning(
        shop.catalogue, shop.archive, "alien", tuning=Tuning(daily_budget=0.1), who="admin"
    )
    cycle = shop.catalogue.cycles.open("alien", tuning_version=poor.version, every=0)
    assert cycle is not None
    while run_step(shop, cycle.id):
        pass
    waiting = shop.catalogue.cycles.get(cycle.id)
    assert waiting is not None and "the daily budget of $0.10" in waiting.last_error
    assert shop.catalogue.cycles.stalled(timeout=-1) == []
    richer = Tuning(daily_budget=5.0, beta=0.1)
    update_tuning(shop.catalogue, shop.archive, "alien", tuning=richer, who="admin")
    assert shop.catalogue.cycles.stalled(timeout=-1) == [cycle.id]
    world.finish(cycle.id)
    (manifest,) = manifests(shop)
    assert manifest.tuning.beta == tuned.tuning.beta


def test_a_work_that_fails_in_a_shared_scope_leaves_a_gap_that_can_be_followed(
    world: World, created: ArtistCreated, tuned: TuningChanged, patch_step: Any
) -> None:
    """Another artist's work was judged against it: the event of the failure tells its vectors."""
    catalogue = world.shop.catalogue
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
        settle_in(world.shop, artist, tuned.model_copy(update={"artist": name}))
    ann = catalogue.cycles.open("ann", tuning_version=1, every=0)
    assert ann is not None
    while world.step_of(ann.id) is not Step.KEEP:
        run_step(world.shop, ann.id)
    for _ in range(2):
        ben = catalogue.cycles.open("ben", tuning_version=1, every=0)
        assert ben is not None
        while run_step(world.shop, ben.id):
            pass

    def fail(context: object) -> None:
        raise AttemptsSpent("no more of this")

    patch_step(Step.KEEP, fail)
    assert run_step(world.shop, ann.id) is None
    patch_step(Step.KEEP, None)
    for name in ("ben", "ann", "ben"):
        cycle = catalogue.cycles.open(name, tuning_version=1, every=0)
        assert cycle is not None
        while run_step(world.shop, cycle.id):
            pass
    (failure,) = world.shop.archive.events("ann", "failure")
    assert isinstance(failure, CycleFailed) and failure.judgement is not None
    made = sorted(world.shop.archive.manifests(), key=lambda m: m.judgement.sequence)
    assert [m.judgement.sequence for m in made] == [2, 3, 4, 5, 6]
    for position, manifest in enumerate(made):
        earlier = [m.judgement for m in made[:position]]
        if manifest.judgement.sequence <= 3:  # judged before the failure
            earlier.append(failure.judgement)
        text = max(cosine(manifest.judgement.text_vector, j.text_vector) for j in earlier)
        image = max(cosine(manifest.judgement.image_vector, j.image_vector) for j in earlier)
        assert manifest.judgement.novelty == pytest.approx((1 - text) / 2 + (1 - image) / 2)


@pytest.mark.parametrize("damaged", ["events/alien/failure", "manifests/alien"])
def test_a_damaged_object_of_the_archive_ends_one_cycle_and_no_more(
    world: World, damaged: str
) -> None:
    identifier = reach(world, Step.KEEP)
    folder = world.folder / "archive" / damaged
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{FAULTY:08d}.json").write_bytes(b'{"kind": "fail')
    world.die()  # so that the archive is asked for what it knows of the open cycle
    world.finish(identifier)
    cycle = world.shop.catalogue.cycles.get(identifier)
    assert cycle is not None and cycle.state == "failed"
    live_on(world)
    works = [work.number for work in world.shop.catalogue.works.all()]
    assert works == [n for n in range(1, CYCLES + 1) if n != FAULTY]
