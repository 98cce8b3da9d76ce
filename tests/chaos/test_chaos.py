"""The short form of `make chaos`: some faults of each kind, once each, on real processes."""

from __future__ import annotations

import shutil

import pytest

from storage.catalogue import Step
from tests.chaos.embedded import killed_five_times
from tests.chaos.faults import FAULTS
from tests.chaos.hostile import hostile_minutes
from tests.chaos.rounds import go_through, settle
from tests.chaos.world import running_world
from tests.served.postgresql import is_installed

SHORT = (
    "kill -9 in the middle of paint",
    "kill -9 after keep",
    "kill -9 of beat",
    "Redis killed and wiped",
    "API: dropped after billing",
    "S3: 412 after a lost answer",
    "Qdrant's collection lost",
)


@pytest.mark.skipif(
    not is_installed() or not shutil.which("redis-server"),
    reason="needs PostgreSQL and Redis servers (Debian: postgresql, redis-server)",
)
def test_nothing_is_lost_through_faults_of_every_kind() -> None:
    chosen = [fault for fault in FAULTS if fault.name in SHORT]
    assert len(chosen) == len(SHORT)
    with running_world(seed=7) as world:
        results = go_through(world, chosen)
        violations, _ = settle(world)
    assert {name: r.violations for name, r in results.items() if r.violations} == {}
    assert violations == []


@pytest.mark.parametrize("step", [Step.PAINT, Step.KEEP])
def test_a_step_that_kills_artist_run_five_times_ends_and_the_artist_goes_on(step: Step) -> None:
    assert killed_five_times(step) == []


def test_among_hostile_peers_works_go_on_and_visitors_are_served() -> None:
    report = hostile_minutes(0.5)
    assert report.violations == []
    assert report.visits > 0
