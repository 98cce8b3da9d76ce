"""Two who change one row at the same moment: neither's change is lost, none of them fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue

T = TypeVar("T")


def pad_batch(call: Callable[[int], T], *, count: int = 8) -> list[T]:
    barrier = Barrier(count)

    def one(number: int) -> T:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def test_of_many_who_enter_an_artist_one_does(catalogue: Catalogue, created: ArtistCreated) -> None:
    assert sorted(pad_batch(lambda _: catalogue.artists.add(created))) == 7 * [False] + [True]


def test_of_many_who_enter_a_tuning_one_does(
    catalogue: Catalogue, created: ArtistCreated, tuned: TuningChanged
) -> None:
    catalogue.artists.add(created)
    assert sorted(pad_batch(lambda _: catalogue.artists.tune(tuned))) == 7 * [False] + [True]


def test_a_work_that_many_hide_is_counted_out_once(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    alive.restore_work(manifest)
    word = manifest.composition.concepts[0]
    assert alive.works.count(concept=word) == 1
    pad_batch(lambda n: alive.works.moderate("alien:1", "hidden", f"says {n}"))
    assert alive.works.count(concept=word) == 0
    pad_batch(lambda n: alive.works.moderate("alien:1", "shown", f"says {n}"))
    assert alive.works.count(concept=word) == 1


def test_a_work_that_many_tell_anew_is_counted_once(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    alive.restore_work(manifest)
    pad_batch(lambda _: alive.works.replace(manifest))
    assert alive.works.count(concept=manifest.composition.concepts[0]) == 1
