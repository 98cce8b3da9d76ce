"""A whole cycle on real stores, and every kind of failure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.archive.events import CycleFailed
from storage.catalogue import Catalogue, Step
from storage.errors import StorageUnavailable
from storage.rebuild import rebuild
from tests.plain_composer import PlainComposer
from tests.recompute import recompute
from tests.worker.contexts import (
    FailingComposer,
    NoisePainter,
    PaidPainter,
    add_artist,
    create_context,
    manifests,
    noise,
)
from worker.composers.grammar import GrammarComposer
from worker.engine.runner import run_step
from worker.errors import (
    AttemptsSpent,
    BadPicture,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.ops.metrics import FALLBACKS
from worker.worker_context import WorkerContext

Open = Callable[..., WorkerContext]


def begin(context: WorkerContext) -> str:
    cycle = context.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    return cycle.id


def run_cycles(context: WorkerContext, *, cycles: int = 1) -> None:
    """Run whole cycles without faults."""
    for _ in range(cycles):
        identifier = begin(context)
        for step in Step:
            expected = None if step is Step.PUBLISH else step.next
            assert run_step(context, identifier) is expected
        assert run_step(context, identifier) is None


def until(context: WorkerContext, identifier: str, step: Step) -> None:
    """Run up to the step, which is not run."""
    while True:
        cycle = context.catalogue.cycles.get(identifier)
        assert cycle is not None
        if cycle.step is step:
            return
        run_step(context, identifier)


def at(context: WorkerContext, identifier: str) -> tuple[str, Step, str]:
    cycle = context.catalogue.cycles.get(identifier)
    assert cycle is not None
    return cycle.state, cycle.step, cycle.last_error


def test_the_numbers_of_works_follow_from_their_manifests(
    open_worker_context: Open,
) -> None:
    context = open_worker_context()
    run_cycles(context, cycles=8)
    made = manifests(context)
    assert [m.number for m in made] == list(range(1, 9))
    recompute(made)
    assert any(m.judgement.departed for m in made)
    assert len({m.painting.image for m in made}) == 8
    for manifest in made:
        data, media_type = context.archive.read_image(manifest.painting.image)
        assert (data, media_type) == (noise(manifest.painting.seed or 0), "image/png")
        best = manifest.inspiration.candidates[0]
        assert manifest.inspiration.concept == best.concept
        assert best.score == max(c.score for c in manifest.inspiration.candidates)


def test_a_painter_can_compare_with_earlier_works(open_worker_context: Open) -> None:
    painter = NoisePainter()
    context = open_worker_context(painter)
    run_cycles(context, cycles=3)
    first, second, third = manifests(context)
    similarity = painter.requests[-1].similarity
    assert similarity is not None

    for manifest in (first, third):
        picture, _ = context.archive.read_image(manifest.painting.image)
        assert similarity.nearest(picture) == pytest.approx(1.0, abs=1e-5)
    other = noise(12345)
    encoder = context.load_tools(context.catalogue.artists.all()[0].created.parts).image_encoder
    vector = encoder.encode([other])[0]
    nearest = max(float(vector @ m.judgement.image_vector) for m in (first, second, third))
    assert similarity.nearest(other) == pytest.approx(nearest, abs=1e-5)


def test_a_painter_compares_only_with_the_newest_works(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their number does not grow with the artist's age."""
    monkeypatch.setattr("worker.steps.paint.COMPARED_WORKS", 2)
    painter = NoisePainter()
    context = open_worker_context(painter)
    run_cycles(context, cycles=4)
    similarity = painter.requests[-1].similarity
    assert similarity is not None
    for manifest, is_seen in zip(manifests(context), (False, False, True, True), strict=True):
        picture, _ = context.archive.read_image(manifest.painting.image)
        assert (similarity.nearest(picture) == pytest.approx(1.0, abs=1e-5)) == is_seen


def test_the_first_work_has_nothing_to_compare_with(open_worker_context: Open) -> None:
    painter = NoisePainter()
    context = open_worker_context(painter)
    until(context, begin(context), Step.JUDGE)
    similarity = painter.requests[0].similarity
    assert similarity is not None
    assert similarity.nearest(noise(1)) == -1.0


def test_the_same_seed_gives_the_same_works(
    open_worker_context: Open,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    first = open_worker_context(composer=GrammarComposer())
    run_cycles(first, cycles=3)
    lives = [(m.inspiration, m.composition, m.painting) for m in manifests(first)]
    again = create_context(
        tmp_path_factory.mktemp("again"),
        request.getfixturevalue("sampler"),
        request.getfixturevalue("encoders"),
        painter=NoisePainter(),
        composer=GrammarComposer(),
    )
    add_artist(again, request.getfixturevalue("created"), request.getfixturevalue("tuned"))
    run_cycles(again, cycles=3)
    assert [(m.inspiration, m.composition, m.painting) for m in manifests(again)] == lives
    again.close()


@pytest.mark.parametrize("step", list(Step))
def test_a_worker_that_dies_before_its_commit_costs_nothing(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    """The step runs completely and dies at the commit; the next process continues."""
    context = open_worker_context(PaidPainter())
    run_cycles(context)
    identifier = begin(context)
    until(context, identifier, step)
    with monkeypatch.context() as patch:
        patch.setattr(context.catalogue.cycles, "advance_in", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(context, identifier)
    context = open_worker_context(PaidPainter())
    context.catalogue.cycles.expire_leases()
    while run_step(context, identifier):
        pass
    made = manifests(context)
    assert [m.number for m in made] == [1, 2]
    recompute(made)
    assert [e.state for e in context.catalogue.ledger.of_cycle("alien", 2)] == ["settled"]
    assert [work.number for work in context.catalogue.works.all()] == [1, 2]


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_paid_picture_is_used_and_not_bought_again(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker died directly after the settled call."""
    context = open_worker_context(PaidPainter())
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    with monkeypatch.context() as patch:
        patch.setattr("worker.steps.paint.Painting", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(context, identifier)
    painter = PaidPainter()
    context = open_worker_context(painter)
    context.catalogue.cycles.expire_leases()
    while run_step(context, identifier):
        pass
    assert painter.requests == []
    assert len(manifests(context)) == 1
    assert manifests(context)[0].cost == 0.04


def test_a_call_in_which_the_worker_died_is_unknown_and_repeated(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = open_worker_context(PaidPainter())
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    with monkeypatch.context() as patch:
        patch.setattr("tests.worker.contexts.noise", _die)
        patch.setattr("worker.budget.CycleBudget._close", _die)  # a dead worker writes nothing
        with pytest.raises(KeyboardInterrupt):
            run_step(context, identifier)
    context = open_worker_context(PaidPainter())
    context.catalogue.cycles.expire_leases()
    while run_step(context, identifier):
        pass
    assert [e.state for e in context.catalogue.ledger.of_cycle("alien", 1)] == [
        "unknown",
        "settled",
    ]
    assert manifests(context)[0].cost == pytest.approx(0.29)


def test_after_two_unknown_calls_the_cycle_fails_and_the_artist_continues(
    open_worker_context: Open,
) -> None:
    lost = OutcomeUnknown("dropped after sending")
    context = open_worker_context(PaidPainter(lost, lost))
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    for _ in range(3):
        assert run_step(context, identifier) is None
    state, step, reason = at(context, identifier)
    assert (state, step) == ("failed", Step.PAINT)
    assert "unknown, unknown" in reason
    assert [type(e) for e in context.archive.events("alien", "failure")] == [CycleFailed]
    assert context.catalogue.ledger.spent("alien").today == 0.5
    run_cycles(context)
    assert [m.number for m in manifests(context)] == [2]


def test_an_unavailable_part_is_called_again_later(open_worker_context: Open) -> None:
    context = open_worker_context(
        NoisePainter(ServiceUnavailable("busy", retry_after=42.0), ServiceUnavailable("still busy"))
    )
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    for last_error in ("busy", "still busy"):
        assert run_step(context, identifier) is None
        assert at(context, identifier) == ("open", Step.PAINT, last_error)
        assert run_step(context, identifier) is None, "it waits for its delay"
        context.catalogue.cycles.retry_now("alien")
    assert run_step(context, identifier) is Step.JUDGE


@pytest.mark.parametrize(
    "mishap", [Misconfigured("no key"), StorageUnavailable("disk full"), BadPicture("half of one")]
)
def test_an_error_that_a_person_must_fix_is_reported_and_waits(
    open_worker_context: Open, mishap: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    context = open_worker_context(NoisePainter(mishap))
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    assert run_step(context, identifier) is None
    state, step, last_error = at(context, identifier)
    assert (state, step) == ("open", Step.PAINT)
    assert last_error == str(mishap)
    assert not any(record.exc_info for record in caplog.records), "it is told without a traceback"
    context.catalogue.cycles.retry_now("alien")
    assert run_step(context, identifier) is Step.JUDGE


def test_a_refused_prompt_is_rewritten_once(open_worker_context: Open) -> None:
    composer = FailingComposer(then=PlainComposer())
    painter = NoisePainter(ContentRejected("not this"), None)
    context = open_worker_context(painter, composer=composer)
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    assert run_step(context, identifier) is Step.COMPOSE
    while run_step(context, identifier):
        pass
    assert [brief.refusal for brief in composer.briefs] == ["", "not this"]
    assert manifests(context)[0].composition.refusal == "not this"


def test_a_prompt_refused_twice_fails_the_cycle(open_worker_context: Open) -> None:
    context = open_worker_context(
        NoisePainter(ContentRejected("not this"), ContentRejected("nor this"))
    )
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    while run_step(context, identifier):
        pass
    assert at(context, identifier) == ("failed", Step.PAINT, "nor this")


@pytest.mark.parametrize(
    "mishap", [InvalidResponse("nonsense"), AttemptsSpent("six were paid for")]
)
def test_a_composer_with_invalid_answers_is_replaced_by_the_fallback(
    open_worker_context: Open, mishap: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    counter = FALLBACKS.labels("grammar", type(mishap).__name__)
    before = counter._value.get()
    context = open_worker_context(composer=FailingComposer(mishap), fallback=PlainComposer())
    run_cycles(context)
    composition = manifests(context)[0].composition
    assert composition.composer == "grammar"
    assert composition.fallback_reason == f"grammar: {mishap}"
    work = context.catalogue.works.get("alien:1")
    assert work is not None and work.fallback == composition.fallback_reason
    assert context.catalogue.attention.fallbacks() == {"alien": 1}
    [told] = [r.getMessage() for r in caplog.records if r.name == "worker.steps.compose"]
    assert told == f"alien:1 is composed by the grammar, since the composer failed: {mishap}"
    assert counter._value.get() == before + 1


def test_without_a_fallback_it_pauses_the_artist(open_worker_context: Open) -> None:
    context = open_worker_context(composer=FailingComposer(InvalidResponse("nonsense")))
    identifier = begin(context)
    until(context, identifier, Step.COMPOSE)
    assert run_step(context, identifier) is None
    artist = context.catalogue.artists.get("alien")
    assert artist is not None and artist.paused and artist.pause_reason == "nonsense"


def test_a_step_that_keeps_crashing_fails_its_cycle(open_worker_context: Open) -> None:
    context = open_worker_context(NoisePainter(*[ZeroDivisionError("a bug")] * 9))
    identifier = begin(context)
    until(context, identifier, Step.PAINT)
    for _ in range(context.most_tries):
        assert run_step(context, identifier) is None
        assert at(context, identifier)[0] == "open"
        context.catalogue.cycles.retry_now("alien")
    assert run_step(context, identifier) is None
    state, _, reason = at(context, identifier)
    assert state == "failed"
    assert "ZeroDivisionError: a bug" in reason


def test_after_three_failures_in_a_row_the_artist_waits_with_a_reason(
    open_worker_context: Open,
) -> None:
    context = open_worker_context(NoisePainter(*[ContentRejected("no")] * 6))
    for _ in range(3):
        identifier = begin(context)
        while run_step(context, identifier):
            pass
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    assert "3 cycles failed in a row" in artist.pause_reason
    assert context.catalogue.cycles.open("alien", tuning_version=1, every=0) is None


def test_a_lost_memory_is_filled_before_it_is_queried(
    open_worker_context: Open,
) -> None:
    context = open_worker_context()
    run_cycles(context, cycles=3)
    artist = context.catalogue.artists.get("alien")
    assert artist is not None
    context.components(artist).memory.clear()
    run_cycles(context, cycles=2)
    recompute(manifests(context))
    assert context.components(artist).memory.count("alien") == 4, (
        "the newest one is added with its successor"
    )


def test_a_rebuilt_catalogue_has_the_same_works_and_the_same_pool(
    open_worker_context: Open, tmp_path: Path
) -> None:
    context = open_worker_context(composer=GrammarComposer())
    run_cycles(context, cycles=4)
    works = list(context.catalogue.works.all())
    rebuilt = Catalogue(f"sqlite:///{tmp_path / 'rebuilt.sqlite3'}")
    rebuild(context.archive, rebuilt)
    assert list(rebuilt.works.all()) == works
    context.catalogue.close()
    context.catalogue = rebuilt
    run_cycles(context, cycles=2)
    made = manifests(context)
    assert [m.number for m in made] == [1, 2, 3, 4, 5, 6]
    recompute(made)


@pytest.mark.parametrize("key", ["manifests/alien/00000003.json", "events/alien/picture/00000003"])
def test_an_older_catalogue_never_replaces_damaged_objects(
    open_worker_context: Open, tmp_path: Path, key: str
) -> None:
    painter = NoisePainter()
    context = open_worker_context(painter)
    run_cycles(context, cycles=2)
    older = Catalogue(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    rebuild(context.archive, older)
    run_cycles(context, cycles=1)
    store = context.archive.store
    for each in [found for found in store.keys("") if "00000003" in found]:
        if key in each:
            store.replace(each, b"", media_type="application/json")
    context.catalogue.close()
    context.catalogue = older
    context.last_begun.clear()
    run_step(context, begin(context))
    cycle = older.cycles.get("alien:3")
    expected = ("failed", "is lost") if key.startswith("manifests") else ("done", "")
    assert cycle is not None and cycle.state == expected[0] and expected[1] in cycle.last_error
    assert len(painter.requests) == 3, "nothing is painted twice"
    run_cycles(context, cycles=1)
    assert older.works.get("alien:4") is not None
