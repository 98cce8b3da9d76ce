"""Lists of works: order, paging, concepts, neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.catalogue import Catalogue
from storage.manifest import Manifest


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
        before = (page[-1].created_at, page[-1].id)
    assert seen == list(range(10, 0, -1))


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
    assert hung.works.watermark("alien") == 10
    assert hung.works.watermark("elsewhere") == 0


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
