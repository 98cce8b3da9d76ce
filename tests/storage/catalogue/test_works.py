"""Lists of works: order, paging, concepts, neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, JudgedRow


@pytest.fixture
def hung(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> Catalogue:
    """A catalogue of ten works."""
    for number in range(1, 11):
        alive.restore_work(make_manifest(number))
    return alive


def test_pages_together_are_all_works_from_the_newest_down(hung: Catalogue) -> None:
    seen: list[int] = []
    before = None
    while page := hung.works.newest(before=before, limit=3):
        seen += [work.number for work in page]
        before = page[-1].id
    assert seen == list(range(10, 0, -1))
    assert hung.works.newest(before="alien:99") == []


def test_a_concept_has_a_first_visible_work_and_a_count(hung: Catalogue) -> None:
    hung.works.moderate("alien:1", "hidden", "")
    first, total = hung.works.first_with("sea")
    assert first == hung.works.get("alien:2") and total == 9
    assert hung.works.first_with("unheard of") == (None, 0)


def test_works_are_found_by_artist_and_concept(hung: Catalogue) -> None:
    assert hung.works.count() == hung.works.count(artist="alien", concept="sea") == 10
    assert [w.number for w in hung.works.newest(concept="concept 4")] == [4]
    assert hung.works.newest(artist="nobody") == []


def test_neighbours_are_the_works_before_and_after(hung: Catalogue) -> None:
    first, fifth = hung.works.get("alien:1"), hung.works.get("alien:5")
    assert first is not None and fifth is not None
    earlier, later = hung.works.neighbours(fifth)
    assert earlier is not None and later is not None
    assert (earlier.number, later.number) == (4, 6)
    assert hung.works.neighbours(first)[0] is None


def test_the_last_work_before_a_cycle(hung: Catalogue) -> None:
    last = hung.works.last("alien", before=7)
    assert last is not None and last.number == 6
    assert hung.works.last("alien", before=1) is None
    assert hung.works.titles("alien", limit=2) == ("Work 10", "Work 9")


def test_vectors_come_in_order_and_from_a_sequence_on(hung: Catalogue) -> None:
    assert [row.sequence for row in hung.works.vectors(scope="alien", after=7)] == [8, 9, 10]
    assert hung.works.judged("alien") == JudgedRow(watermark=10, works=10)
    assert hung.works.judged("elsewhere") == JudgedRow(watermark=0, works=0)


def test_a_work_is_what_its_manifest_says(
    hung: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(3)
    work = hung.works.get("alien:3")
    assert work is not None
    assert work.created_at == manifest.finished_at.timestamp()
    assert (work.title, work.prompt) == (manifest.composition.title, manifest.composition.prompt)
    assert (work.concept, work.image) == (manifest.inspiration.concept, manifest.painting.image)
    assert (work.novelty, work.cost) == (manifest.judgement.novelty, manifest.cost)


def test_hidden_works_leave_every_list(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifests = [make_manifest(number) for number in range(1, 6)]
    for manifest in manifests:
        alive.restore_work(manifest)
    before = alive.works.concepts()
    alive.works.moderate("alien:3", "hidden", "somebody asked for it")
    alive.works.moderate("alien:4", "blurred", "blood")
    assert [work.number for work in alive.works.newest()] == [5, 4, 2, 1]
    assert [work.number for work in alive.works.newest(concept="sea")] == [5, 4, 2, 1]
    assert [number for number, _ in alive.history.dates("alien", first=1, last=9)] == [1, 2, 4, 5]
    earlier, later = alive.works.neighbours(alive.works.get("alien:2"))
    assert (earlier.number, later.number) == (1, 4)
    assert alive.works.count(concept="concept 3") == 0
    assert alive.works.count(concept="concept 4") == 1
    assert {work.id: work.visibility_reason for work in alive.works.not_public()} == {
        "alien:3": "somebody asked for it",
        "alien:4": "blood",
    }
    assert [work.number for work in alive.works.held("", limit=5)] == []
    for number in (3, 4):
        alive.works.moderate(f"alien:{number}", "held", "nobody looked")
    assert [work.number for work in alive.works.held("nobody looked", limit=5)] == [3, 4]
    assert [work.number for work in alive.works.held("nobody looked", limit=1)] == [3]
    for number in (3, 4):
        alive.works.moderate(f"alien:{number}", "shown", "")
    assert alive.works.concepts() == before


def test_pages_of_equal_moments_lose_no_work(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    moment = make_manifest(1).finished_at
    for number in range(1, 8):
        alive.restore_work(make_manifest(number).model_copy(update={"finished_at": moment}))
    for concept in (None, "sea"):
        seen, before = [], None
        while page := alive.works.newest(concept=concept, before=before, limit=3):
            seen += [work.number for work in page]
            before = page[-1].id
        assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda works: works.without_placeholder(limit=6), "ix_works_waiting"),
        (lambda works: works.held("a reason", limit=6), "ix_works_held"),
    ],
)
def test_works_that_wait_are_found_by_an_index_of_their_own(
    catalogue: Catalogue, ask: Callable[[Any], object], index: str
) -> None:
    seen: list[tuple[str, object]] = []
    engine = catalogue.database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        seen.append((statement, parameters))

    ask(catalogue.works)
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = seen[-1]
    explain = "EXPLAIN QUERY PLAN" if catalogue.database.is_sqlite else "EXPLAIN"
    with catalogue.database.write() as connection:
        if not catalogue.database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the table is empty
        plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        assert index in str(plan.all())
