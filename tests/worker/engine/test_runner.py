"""A cycle from end to end on real stores, and what every kind of failure makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.archive.events import CycleFailed
from storage.catalogue import Catalogue, Step
from storage.errors import StorageUnavailable
from storage.rebuild import rebuild
from tests.recompute import recompute
from tests.worker.atelier import (
    MishapComposer,
    NoisePainter,
    PaidPainter,
    manifests,
    noise,
    open_workshop,
    settle_in,
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
from worker.worker_context import WorkerContext

Open = Callable[..., WorkerContext]


def begin(shop: WorkerContext) -> str:
    cycle = shop.catalogue.cycles.open("alien", tuning_version=1, every=0)
    assert cycle is not None
    return cycle.id


def live(shop: WorkerContext, *, cycles: int = 1) -> None:
    """Let whole cycles pass, with nothing in their way."""
    for _ in range(cycles):
        identifier = begin(shop)
        for step in Step:
            expected = None if step is Step.PUBLISH else step.next
            assert run_step(shop, identifier) is expected
        assert run_step(shop, identifier) is None


def until(shop: WorkerContext, identifier: str, step: Step) -> None:
    """Advance to the step, without doing it."""
    while True:
        cycle = shop.catalogue.cycles.get(identifier)
        assert cycle is not None
        if cycle.step is step:
            return
        run_step(shop, identifier)


def at(shop: WorkerContext, identifier: str) -> tuple[str, Step, str]:
    cycle = shop.catalogue.cycles.get(identifier)
    assert cycle is not None
    return cycle.state, cycle.step, cycle.last_error


def test_cycles_make_works_whose_numbers_follow_from_their_manifests(
    open_worker_context: Open,
) -> None:
    shop = open_worker_context()
    live(shop, cycles=8)
    made = manifests(shop)
    assert [m.number for m in made] == list(range(1, 9))
    recompute(made)
    assert any(m.judgement.departed for m in made)
    assert len({m.painting.image for m in made}) == 8
    for manifest in made:
        data, media_type = shop.archive.read_image(manifest.painting.image)
        assert (data, media_type) == (noise(manifest.painting.seed or 0), "image/png")
        best = manifest.inspiration.candidates[0]
        assert manifest.inspiration.concept == best.concept
        assert best.score == max(c.score for c in manifest.inspiration.candidates)


def test_a_painter_may_look_at_the_earlier_works(open_worker_context: Open) -> None:
    painter = NoisePainter()
    shop = open_worker_context(painter)
    live(shop, cycles=3)
    first, second, third = manifests(shop)
    similarity = painter.commissions[-1].similarity
    assert similarity is not None

    for manifest in (first, third):
        picture, _ = shop.archive.read_image(manifest.painting.image)
        assert similarity.nearest(picture) == pytest.approx(1.0, abs=1e-5)
    other = noise(12345)
    encoder = shop.load_tools(shop.catalogue.artists.all()[0].created.parts).image_encoder
    vector = encoder.encode([other])[0]
    nearest = max(float(vector @ m.judgement.image_vector) for m in (first, second, third))
    assert similarity.nearest(other) == pytest.approx(nearest, abs=1e-5)


def test_a_painter_looks_at_the_newest_works_alone(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it looks at does not grow with the artist's age."""
    monkeypatch.setattr("worker.steps.paint.COMPARED_WORKS", 2)
    painter = NoisePainter()
    shop = open_worker_context(painter)
    live(shop, cycles=4)
    similarity = painter.commissions[-1].similarity
    assert similarity is not None
    for manifest, is_seen in zip(manifests(shop), (False, False, True, True), strict=True):
        picture, _ = shop.archive.read_image(manifest.painting.image)
        assert (similarity.nearest(picture) == pytest.approx(1.0, abs=1e-5)) == is_seen


def test_before_the_first_work_the_wall_is_bare(open_worker_context: Open) -> None:
    painter = NoisePainter()
    shop = open_worker_context(painter)
    until(shop, begin(shop), Step.JUDGE)
    similarity = painter.commissions[0].similarity
    assert similarity is not None
    assert similarity.nearest(noise(1)) == -1.0


def test_the_same_seed_lives_the_same_life(
    open_worker_context: Open,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    first = open_worker_context()
    live(first, cycles=3)
    lives = [(m.inspiration, m.composition, m.painting) for m in manifests(first)]
    again = open_workshop(
        tmp_path_factory.mktemp("again"),
        request.getfixturevalue("sampler"),
        request.getfixturevalue("encoders"),
        painter=NoisePainter(),
    )
    settle_in(again, request.getfixturevalue("created"), request.getfixturevalue("tuned"))
    live(again, cycles=3)
    assert [(m.inspiration, m.composition, m.painting) for m in manifests(again)] == lives
    again.close()


@pytest.mark.parametrize("step", list(Step))
def test_a_worker_that_dies_before_its_commit_costs_nothing(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    """The step does all of its work and dies at the very commit; the next process goes on."""
    shop = open_worker_context(PaidPainter())
    live(shop)
    identifier = begin(shop)
    until(shop, identifier, step)
    with monkeypatch.context() as patch:
        patch.setattr(shop.catalogue.cycles, "advance_in", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(shop, identifier)
    shop = open_worker_context(PaidPainter())
    shop.catalogue.cycles.expire_leases()
    while run_step(shop, identifier):
        pass
    made = manifests(shop)
    assert [m.number for m in made] == [1, 2]
    recompute(made)
    assert [e.state for e in shop.catalogue.ledger.of_cycle("alien", 2)] == ["settled"]
    assert [work.number for work in shop.catalogue.works.all()] == [1, 2]


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_picture_that_was_paid_for_is_used_and_not_bought_again(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Died between the settled call and everything after it."""
    shop = open_worker_context(PaidPainter())
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    with monkeypatch.context() as patch:
        patch.setattr("worker.steps.paint.Painting", _die)
        with pytest.raises(KeyboardInterrupt):
            run_step(shop, identifier)
    painter = PaidPainter()
    shop = open_worker_context(painter)
    shop.catalogue.cycles.expire_leases()
    while run_step(shop, identifier):
        pass
    assert painter.commissions == []
    assert len(manifests(shop)) == 1
    assert manifests(shop)[0].cost == 0.04


def test_a_call_in_which_the_worker_died_is_unknown_and_made_anew(
    open_worker_context: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_worker_context(PaidPainter())
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    with monkeypatch.context() as patch:
        patch.setattr("tests.worker.atelier.noise", _die)
        patch.setattr("worker.budget.CycleBudget._close", _die)  # a dead one writes nothing
        with pytest.raises(KeyboardInterrupt):
            run_step(shop, identifier)
    shop = open_worker_context(PaidPainter())
    shop.catalogue.cycles.expire_leases()
    while run_step(shop, identifier):
        pass
    assert [e.state for e in shop.catalogue.ledger.of_cycle("alien", 1)] == ["unknown", "settled"]
    assert manifests(shop)[0].cost == pytest.approx(0.29)


def test_after_two_unknown_calls_the_cycle_fails_and_the_artist_goes_on(
    open_worker_context: Open,
) -> None:
    lost = OutcomeUnknown("dropped after sending")
    shop = open_worker_context(PaidPainter(lost, lost))
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    for _ in range(3):
        assert run_step(shop, identifier) is None
    state, step, reason = at(shop, identifier)
    assert (state, step) == ("failed", Step.PAINT)
    assert "unknown, unknown" in reason
    assert [type(e) for e in shop.archive.events("alien", "failure")] == [CycleFailed]
    assert shop.catalogue.ledger.spent("alien").today == 0.5
    live(shop)
    assert [m.number for m in manifests(shop)] == [2]


def test_a_part_that_is_away_is_asked_again_later(open_worker_context: Open) -> None:
    shop = open_worker_context(
        NoisePainter(ServiceUnavailable("busy", retry_after=42.0), ServiceUnavailable("still busy"))
    )
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    for last_error in ("busy", "still busy"):
        assert run_step(shop, identifier) is None
        assert at(shop, identifier) == ("open", Step.PAINT, last_error)
        assert run_step(shop, identifier) is None, "it waits for its time"
        shop.catalogue.cycles.retry_now("alien")
    assert run_step(shop, identifier) is Step.JUDGE


@pytest.mark.parametrize(
    "mishap", [Misconfigured("no key"), StorageUnavailable("disk full"), BadPicture("half of one")]
)
def test_what_a_person_must_mend_is_told_and_waits(
    open_worker_context: Open, mishap: Exception
) -> None:
    shop = open_worker_context(NoisePainter(mishap))
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    assert run_step(shop, identifier) is None
    state, step, last_error = at(shop, identifier)
    assert (state, step) == ("open", Step.PAINT)
    assert str(mishap) in last_error
    shop.catalogue.cycles.retry_now("alien")
    assert run_step(shop, identifier) is Step.JUDGE


def test_a_refused_prompt_is_written_anew_once(open_worker_context: Open) -> None:
    composer = MishapComposer()
    painter = NoisePainter(ContentRejected("not this"), None)
    shop = open_worker_context(painter, composer=composer)
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    assert run_step(shop, identifier) is Step.COMPOSE
    while run_step(shop, identifier):
        pass
    assert [brief.refusal for brief in composer.briefs] == ["", "not this"]
    assert manifests(shop)[0].composition.refusal == "not this"


def test_a_prompt_refused_twice_fails_the_cycle(open_worker_context: Open) -> None:
    shop = open_worker_context(
        NoisePainter(ContentRejected("not this"), ContentRejected("nor this"))
    )
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    while run_step(shop, identifier):
        pass
    assert at(shop, identifier) == ("failed", Step.PAINT, "nor this")


@pytest.mark.parametrize(
    "mishap", [InvalidResponse("nonsense"), AttemptsSpent("six were paid for")]
)
def test_a_composer_without_a_usable_answer_is_replaced_where_the_settings_say_so(
    open_worker_context: Open, mishap: Exception
) -> None:
    shop = open_worker_context(composer=MishapComposer(mishap), fallback=GrammarComposer())
    live(shop)
    assert manifests(shop)[0].composition.composer == "grammar"


def test_or_it_pauses_the_artist(open_worker_context: Open) -> None:
    shop = open_worker_context(composer=MishapComposer(InvalidResponse("nonsense")))
    identifier = begin(shop)
    until(shop, identifier, Step.COMPOSE)
    assert run_step(shop, identifier) is None
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None and artist.paused and artist.pause_reason == "nonsense"


def test_a_step_that_keeps_breaking_off_is_set_aside_for_good(open_worker_context: Open) -> None:
    shop = open_worker_context(NoisePainter(*[ZeroDivisionError("a bug")] * 9))
    identifier = begin(shop)
    until(shop, identifier, Step.PAINT)
    for _ in range(shop.most_tries):
        assert run_step(shop, identifier) is None
        assert at(shop, identifier)[0] == "open"
        shop.catalogue.cycles.retry_now("alien")
    assert run_step(shop, identifier) is None
    state, _, reason = at(shop, identifier)
    assert state == "failed"
    assert "ZeroDivisionError: a bug" in reason


def test_after_three_failures_in_a_row_the_artist_rests_and_says_why(
    open_worker_context: Open,
) -> None:
    shop = open_worker_context(NoisePainter(*[ContentRejected("no")] * 6))
    for _ in range(3):
        identifier = begin(shop)
        while run_step(shop, identifier):
            pass
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None
    assert "3 cycles failed in a row" in artist.pause_reason
    assert shop.catalogue.cycles.open("alien", tuning_version=1, every=0) is None


def test_a_memory_that_was_lost_is_filled_again_before_it_is_asked(
    open_worker_context: Open,
) -> None:
    shop = open_worker_context()
    live(shop, cycles=3)
    artist = shop.catalogue.artists.get("alien")
    assert artist is not None
    shop.components(artist).memory.clear()
    live(shop, cycles=2)
    recompute(manifests(shop))
    assert shop.components(artist).memory.count("alien") == 4, (
        "the newest one comes with its successor"
    )


def test_a_rebuilt_catalogue_holds_the_same_works_and_goes_on_from_the_same_pool(
    open_worker_context: Open, tmp_path: Path
) -> None:
    shop = open_worker_context()
    live(shop, cycles=4)
    works = list(shop.catalogue.works.all())
    rebuilt = Catalogue(f"sqlite:///{tmp_path / 'rebuilt.sqlite3'}")
    rebuild(shop.archive, rebuilt)
    assert list(rebuilt.works.all()) == works
    shop.catalogue.close()
    shop.catalogue = rebuilt
    live(shop, cycles=2)
    made = manifests(shop)
    assert [m.number for m in made] == [1, 2, 3, 4, 5, 6]
    recompute(made)


@pytest.mark.parametrize("key", ["manifests/alien/00000003.json", "events/alien/picture/00000003"])
def test_an_older_catalogue_paints_nothing_in_the_place_of_what_is_damaged(
    open_worker_context: Open, tmp_path: Path, key: str
) -> None:
    painter = NoisePainter()
    shop = open_worker_context(painter)
    live(shop, cycles=2)
    older = Catalogue(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    rebuild(shop.archive, older)
    live(shop, cycles=1)
    store = shop.archive.store
    for each in [found for found in store.keys("") if "00000003" in found]:
        if key in each:
            store.replace(each, b"", media_type="application/json")
    shop.catalogue.close()
    shop.catalogue = older
    shop.last_begun.clear()
    run_step(shop, begin(shop))
    cycle = older.cycles.get("alien:3")
    expected = ("failed", "is lost") if key.startswith("manifests") else ("done", "")
    assert cycle is not None and cycle.state == expected[0] and expected[1] in cycle.last_error
    assert len(painter.commissions) == 3, "nothing is painted for a second time"
    live(shop, cycles=1)
    assert older.works.get("alien:4") is not None
