"""Alarms: each is told once when it begins, and once when it is over."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.catalogue import Alarm, Catalogue
from storage.catalogue.db.tables import alarms

SILENT = Alarm("alien", "silent", "no new work")
DISK = Alarm("", "disk", "0.1 GiB free")


def rings(catalogue: Catalogue) -> list[Alarm]:
    return [row.alarm for row in catalogue.alarms.active()]


def tell(catalogue: Catalogue) -> list[tuple[Alarm, bool]]:
    rows = catalogue.alarms.to_notify()
    for row in rows:
        catalogue.alarms.told(row)
    return [(row.alarm, row.over) for row in rows]


def test_an_alarm_is_told_once_and_so_is_its_end(catalogue: Catalogue) -> None:
    catalogue.alarms.update([SILENT])
    catalogue.alarms.update([SILENT, DISK])
    assert sorted(rings(catalogue), key=lambda a: a.kind) == [DISK, SILENT]
    assert sorted(tell(catalogue), key=lambda t: t[0].kind) == [(DISK, False), (SILENT, False)]
    catalogue.alarms.update([DISK])
    assert rings(catalogue) == [DISK]
    assert tell(catalogue) == [(SILENT, True)]
    catalogue.alarms.update([DISK])
    assert tell(catalogue) == []


def test_an_alarm_that_nobody_heard_ends_unheard(catalogue: Catalogue) -> None:
    catalogue.alarms.update([SILENT])
    catalogue.alarms.update([])
    assert rings(catalogue) == [] and tell(catalogue) == []


def test_one_that_comes_back_before_its_end_was_told_rings_on(catalogue: Catalogue) -> None:
    catalogue.alarms.update([SILENT])
    tell(catalogue)
    catalogue.alarms.update([])
    catalogue.alarms.update([SILENT])
    assert rings(catalogue) == [SILENT]
    assert tell(catalogue) == [], "people believe that it rings, and are right"
    catalogue.alarms.update([])
    assert tell(catalogue) == [(SILENT, True)]


def test_an_alarm_is_given_to_one_messenger_and_again_when_that_one_failed(
    catalogue: Catalogue,
) -> None:
    catalogue.alarms.update([DISK])
    assert len(catalogue.alarms.to_notify()) == 1
    assert catalogue.alarms.to_notify() == []
    with catalogue.database.write() as connection:
        connection.execute(update(alarms).values(next_at=0.0))
    assert len(catalogue.alarms.to_notify()) == 1


def test_new_words_do_not_ring_anew(catalogue: Catalogue) -> None:
    catalogue.alarms.update([DISK])
    tell(catalogue)
    worse = Alarm("", "disk", "0.05 GiB free")
    catalogue.alarms.update([worse])
    assert rings(catalogue) == [worse] and tell(catalogue) == []


@pytest.mark.parametrize("count", [1, 3])
def test_two_look_outs_at_once_raise_one_alarm(catalogue: Catalogue, count: int) -> None:
    for _ in range(count):
        catalogue.alarms._raise(DISK)
    assert rings(catalogue) == [DISK]
