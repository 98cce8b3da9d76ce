"""A lease that is kept alive while a worker does a step."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from storage.errors import StorageUnavailable
from worker.lease import kept_alive

CLAIM: Any = SimpleNamespace(cycle=SimpleNamespace(id="alien:1"), step="paint")


class Leases:
    """Answers renewals with what it was told to; tells when the last answer was given."""

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


def test_it_is_renewed_whatever_went_wrong_before() -> None:
    leases: Any = Leases(True, StorageUnavailable("away"), ValueError("the pool is broken"), True)
    with kept_alive(leases, CLAIM, seconds=0.03) as lost:
        assert leases.all_given.wait(30)
        assert not lost.is_set()
    assert leases.claims == [CLAIM] * 4


def test_who_lost_it_is_told() -> None:
    leases: Any = Leases(True, False)
    with kept_alive(leases, CLAIM, seconds=0.03) as lost:
        assert lost.wait(30)
    assert leases.claims == [CLAIM] * 2


def test_it_ends_with_its_work() -> None:
    leases: Any = Leases()
    before = threading.active_count()
    with kept_alive(leases, CLAIM, seconds=3600):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
