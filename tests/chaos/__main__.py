"""`make chaos`: every fault many times on real processes, and a table of what came of it.

python -m tests.chaos --rounds 6 --only redis
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from storage.catalogue import Step
from tests.chaos.embedded import killed_five_times
from tests.chaos.faults import CLOCK_BACK, DISK_FULL, FAULTS, Fault
from tests.chaos.hostile import hostile_minutes
from tests.chaos.rounds import Result, go_through, settle
from tests.chaos.world import FAKETIME, running_world

AMONG_PEERS = "hostile peers on every side, a minute a round"


def main() -> None:
    """Run it and print the table; ends with 1 where anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of every fault")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1e9, help="after which no fault begins")
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    parser.add_argument("--hostile", type=float, help="minutes among hostile peers, instead")
    options = parser.parse_args()
    if options.hostile is not None:
        report = hostile_minutes(options.hostile, seed=options.seed)
        print(report)
        sys.exit(bool(report.violations))
    started = time.monotonic()
    results: dict[str, Result] = {}
    wrong: list[str] = []
    for number, chosen in enumerate(_rounds(options)):
        seconds = options.seconds - (time.monotonic() - started)
        if seconds <= 0:
            break
        # Each audit reads everything that its world has made: a new round, a new world.
        on_small_disk = DISK_FULL in chosen
        with running_world(seed=options.seed + number, on_small_disk=on_small_disk) as world:
            for name, result in go_through(world, chosen, tell=_tell, seconds=seconds).items():
                results.setdefault(name, Result()).add(result)
            violations, mended = settle(world)
            wrong += violations
            works = world.topology.catalogue.works.count()
            failed = world.topology.catalogue.cycles.count("failed")
            print(f"{works} works, {failed} recorded failures; verify mended {mended or 'nothing'}")
    for step in list(Step) * options.rounds:
        name = f"artist run killed five times in {step}"
        if options.only in name and time.monotonic() - started < options.seconds:
            began = time.monotonic()
            violations = killed_five_times(step)
            seconds = time.monotonic() - began
            result = Result(not violations, violations, seconds)
            results.setdefault(name, Result()).add(result)
            _tell(f"{name}: {'; '.join(violations) or 'survived'}")
    if options.only in AMONG_PEERS and time.monotonic() - started < options.seconds:
        report = hostile_minutes(options.rounds, seed=options.seed)
        _tell(f"{AMONG_PEERS}: {report}")
        results[AMONG_PEERS] = Result(not report.violations, report.violations, 60 * report.minutes)
    _print(results, wrong)
    survived = sum(result.survived for result in results.values())
    print(f"{survived} faults survived in {time.monotonic() - started:.0f} s")
    sys.exit(bool(wrong or any(result.violations for result in results.values())))


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def _rounds(options: argparse.Namespace) -> list[list[Fault]]:
    """Every fault once in each round, in another order; then a disk that is filled each time."""
    generator = random.Random(options.seed)
    faults = [fault for fault in FAULTS if options.only in fault.name]
    if not FAKETIME.exists():
        _tell(f"{CLOCK_BACK.name}: not inflicted, it needs Debian's faketime")
        faults = [fault for fault in faults if fault is not CLOCK_BACK]
    rounds = [generator.sample(faults, len(faults)) for _ in range(options.rounds) if faults]
    if options.only in DISK_FULL.name:
        rounds.append([DISK_FULL] * options.rounds)
    return rounds


def _print(results: dict[str, Result], wrong: list[str]) -> None:
    print(f"{'fault':42}{'survived':>9}{'violations':>12}{'seconds':>9}")
    for name, result in sorted(results.items()):
        count = result.survived + bool(result.violations)
        mean = result.seconds / max(1, count)
        print(f"{name:42}{result.survived:9}{len(result.violations):12}{mean:9.1f}")
    for name, result in results.items():
        for violation in result.violations:
            print(f"! {name}: {violation}")
    for violation in wrong:
        print(f"! at the end: {violation}")


if __name__ == "__main__":
    main()
