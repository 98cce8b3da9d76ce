"""The number of processors that this process may use; in containers, fewer than exist."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def usable_processors(root: Path = Path("/")) -> int:
    """Processors that this process's affinity and its control groups leave it, at least one.

    `root` is where `proc` and `sys` lie. A limit of two and a half processors counts as two: a
    third thread would be held up, and those that wait for it, too.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, int(min([float(allowed or 1), *_limits(root)])))


def _limits(root: Path) -> Iterator[float]:
    """The limit of each control group that this process is in, where it has one."""
    try:
        memberships = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for membership in memberships:
        _, controllers, path = membership.split(":", 2)
        if controllers == "":
            top = root / "sys/fs/cgroup"
        elif "cpu" in controllers.split(","):
            top = root / "sys/fs/cgroup/cpu"
        else:
            continue
        # A container may see the path outside of it: then its own group is at the top.
        group = top / path.lstrip("/")
        for folder in (group, *group.parents):
            yield from _limit(folder)
            if folder == top:
                break


def _limit(group: Path) -> Iterator[float]:
    """Processors that one group may use, by version 2 or 1; nothing where it may use all."""
    try:
        if (group / "cpu.max").exists():
            quota, period = (group / "cpu.max").read_text().split()
        else:
            quota = (group / "cpu.cfs_quota_us").read_text()
            period = (group / "cpu.cfs_period_us").read_text()
        if quota != "max" and int(quota) > 0:
            yield int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return
