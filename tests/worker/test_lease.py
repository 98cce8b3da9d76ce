"""A lease that is kept alive while its step runs."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from storage.errors import StorageUnavailable
from worker.lease import kept_alive

CLAIM: Any = SimpleNamespace(cycle=SimpleNamespace(id="alien:1"))


class Leases:
    """Answers renewals with what it was told to; tells when the last answer was given."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.all_given = threading.Event()

    def renew(self, claim: object, *, seconds: float) -> bool:
        answer = self.answers.pop(0)
        if not self.answers:
            self.all_given.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize("answers", [(True, True, False), (StorageUnavailable("away"), False)])
def test_it_is_renewed_until_it_is_lost_even_over_a_pause_of_the_catalogue(
    answers: tuple[bool | Exception, ...],
) -> None:
    leases: Any = Leases(*answers)
    with kept_alive(leases, CLAIM, seconds=0.03):
        assert leases.all_given.wait(30)
    assert leases.answers == []


def test_it_ends_with_its_step() -> None:
    leases: Any = Leases()
    before = threading.active_count()
    with kept_alive(leases, CLAIM, seconds=3600):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
