"""Renewal of a lease while a worker runs a step."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from storage.errors import StorageUnavailable
from worker.lease import Leases as Keeper

CLAIM: Any = SimpleNamespace(cycle=SimpleNamespace(id="alien:1"), step="paint")


class Renewals:
    """Answers renewals with the given results; sets an event at the last one."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.claims: list[object] = []
        self.all_given = threading.Event()

    def renew(self, claim: object, *, seconds: float) -> bool:
        if not self.answers:
            return False
        self.claims.append(claim)
        answer = self.answers.pop(0)
        if not self.answers:
            self.all_given.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_it_is_renewed_after_errors() -> None:
    cycles: Any = Renewals(True, StorageUnavailable("away"), ValueError("the pool is broken"), True)
    with Keeper(seconds=0.03).renewed_lease(cycles, CLAIM) as lost:
        assert cycles.all_given.wait(30)
        assert not lost.is_set()
    assert cycles.claims[:4] == [CLAIM] * 4


def test_a_lost_lease_is_reported() -> None:
    cycles: Any = Renewals(True, False)
    with Keeper(seconds=0.03).renewed_lease(cycles, CLAIM) as lost:
        assert lost.wait(30)


def test_one_thread_renews_all_and_ends_with_them() -> None:
    keeper, before = Keeper(seconds=0.03), set(threading.enumerate())
    first: Any = Renewals(*[True] * 2)
    second: Any = Renewals(*[True] * 2)
    with keeper.renewed_lease(first, CLAIM), keeper.renewed_lease(second, CLAIM):
        (renewer,) = set(threading.enumerate()) - before
        assert first.all_given.wait(30) and second.all_given.wait(30)
    renewer.join(30)
    assert not renewer.is_alive()
    third: Any = Renewals(True)
    with keeper.renewed_lease(third, CLAIM):
        assert third.all_given.wait(30), "and another thread for later leases"
