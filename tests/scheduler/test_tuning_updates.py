"""A new tuning holds at once for what waits: the next cycle's time follows its cadence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from scheduler.tuning_updates import update_tuning
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import artists, cycles


@pytest.fixture
def stores(tmp_path: Path, created: ArtistCreated) -> Iterator[tuple[Catalogue, Archive]]:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    archive = Archive(FolderStore(tmp_path / "archive", create=True))
    catalogue.artists.add(created)
    yield catalogue, archive
    catalogue.close()


def tune(stores: tuple[Catalogue, Archive], **values: float) -> None:
    tuning = Tuning(**{"jitter": 0, **values})  # type: ignore[arg-type]
    update_tuning(*stores, "alien", tuning=tuning, who="ann")


def seconds_after_the_last(catalogue: Catalogue) -> float:
    with catalogue.database.read() as connection:
        due = connection.scalar(select(artists.c.next_due))
        begun = connection.scalar(select(cycles.c.started_at))
    assert due is not None and begun is not None
    return due - begun


@pytest.mark.parametrize("every", [7200.0, 900.0])
def test_the_next_cycle_follows_a_longer_and_a_shorter_cadence(stores, every: float) -> None:
    tune(stores, every=3600)
    assert stores[0].cycles.open("alien", tuning_version=1, every=3600)
    tune(stores, every=every)
    assert seconds_after_the_last(stores[0]) == pytest.approx(every, abs=1e-3)
    tune(stores, every=every, beta=0.5)
    assert seconds_after_the_last(stores[0]) == pytest.approx(every, abs=1e-3)


def test_what_was_asked_for_at_once_is_not_put_off(stores) -> None:
    tune(stores, every=3600)
    assert stores[0].cycles.open("alien", tuning_version=1, every=3600)
    stores[0].artists.resume("alien")
    tune(stores, every=7200)
    assert stores[0].artists.get("alien").next_due == 0


def test_the_first_cycle_is_not_put_off(stores) -> None:
    tune(stores, every=3600)
    tune(stores, every=7200)
    assert stores[0].artists.get("alien").next_due == 0
