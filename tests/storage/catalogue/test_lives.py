"""An artist's life as the gallery tells it: chapters, concepts and their company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue


@pytest.fixture
def manifests(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> list[Manifest]:
    """Ten works in the catalogue, every third of them with one concept more."""
    made = []
    for number in range(1, 11):
        manifest = make_manifest(number)
        if number == 5:
            inspiration = manifest.inspiration.model_copy(update={"beta": 0.9})
            manifest = manifest.model_copy(update={"inspiration": inspiration})
        if number % 3 == 0:
            concepts = (*manifest.composition.concepts, "lantern")
            composition = manifest.composition.model_copy(update={"concepts": concepts})
            manifest = manifest.model_copy(update={"composition": composition})
        alive.restore_work(manifest)
        made.append(manifest)
    return made


def test_concepts_are_counted_over_works(alive: Catalogue, manifests: list[Manifest]) -> None:
    counted = Counter(c for manifest in manifests for c in set(manifest.composition.concepts))
    expected = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    found = alive.works.concepts()
    assert [(row.concept, row.works) for row in found] == expected
    latest = max(m.finished_at for m in manifests if "lantern" in m.composition.concepts)
    assert next(r.latest for r in found if r.concept == "lantern") == latest.timestamp()
    assert len(alive.works.concepts(limit=2)) == 2


def test_companions_share_works(alive: Catalogue, manifests: list[Manifest]) -> None:
    beside = Counter(
        concept
        for manifest in manifests
        if "lantern" in manifest.composition.concepts
        for concept in set(manifest.composition.concepts) - {"lantern"}
    )
    expected = sorted(beside.items(), key=lambda item: (-item[1], item[0]))
    assert alive.works.companions("lantern", limit=100) == expected
    assert alive.works.companions("unheard of") == []


def test_chapters_follow_the_numbers(alive: Catalogue, manifests: list[Manifest]) -> None:
    chapters = list(alive.works.chapters("alien", first=3, last=7))
    assert [chapter.number for chapter in chapters] == [3, 4, 5, 6, 7]
    for chapter, manifest in zip(chapters, manifests[2:7], strict=True):
        assert chapter.pool == manifest.judgement.pool_after
        assert chapter.novelty == manifest.judgement.novelty
        assert chapter.concept == manifest.inspiration.concept
        assert chapter.tuning_version == manifest.tuning_version
        assert chapter.beta == manifest.inspiration.beta == (0.9 if chapter.number == 5 else None)
    assert len(list(alive.works.chapters("alien"))) == 10
    assert list(alive.works.chapters("nobody")) == []


def test_numbers_and_dates(alive: Catalogue, manifests: list[Manifest]) -> None:
    assert alive.works.newest_number("alien") == 10
    assert alive.works.newest_number("nobody") == 0
    assert alive.works.newest_numbers(["alien", "nobody"]) == {"alien": 10}
    dates = alive.history.dates("alien", first=9, last=20)
    assert dates == [(m.number, m.finished_at.timestamp()) for m in manifests[8:]]
