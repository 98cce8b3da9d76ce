"""Claims, and commits of steps without doing them, for tests of what lies around a cycle."""

from __future__ import annotations

from storage.archive.manifest import Judgement, Record
from storage.catalogue import Catalogue, Claim, Step


def claimed(catalogue: Catalogue, identifier: str, *, seconds: float = 60.0) -> Claim:
    """The claim on a cycle's next step."""
    claim = catalogue.cycles.claim(identifier, holder="me", seconds=seconds)
    assert claim is not None
    return claim


def commit(catalogue: Catalogue, claim: Claim, *records: Record) -> None:
    """Commit a step with these records, a judgement with its vectors."""
    with catalogue.cycles.holding(claim) as connection:
        for record in records:
            if isinstance(record, Judgement):
                catalogue.cycles.judge_in(connection, claim, record)
        catalogue.cycles.advance_in(connection, claim, *records)


def reschedule(
    catalogue: Catalogue, claim: Claim, *, seconds: float, reason: str, crashed: bool = False
) -> None:
    """Give a step back, to be tried again later."""
    with catalogue.cycles.holding(claim) as connection:
        catalogue.cycles.reschedule_in(
            connection, claim, seconds=seconds, reason=reason, crashed=crashed
        )


def rewind(catalogue: Catalogue, claim: Claim, step: Step, *records: Record) -> None:
    """Let an earlier step be done again."""
    with catalogue.cycles.holding(claim) as connection:
        catalogue.cycles.rewind_in(connection, claim, step, *records)


def fail(catalogue: Catalogue, claim: Claim, reason: str = "no more paint") -> int:
    """End a cycle without a work; returns how many failed in a row."""
    with catalogue.cycles.holding(claim) as connection:
        return catalogue.cycles.fail_in(connection, claim, reason)
