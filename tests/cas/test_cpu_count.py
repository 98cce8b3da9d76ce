"""Processors that a process may use, by the files that the kernel describes control groups in.

Source: docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max) and /scheduler/sched-bwc.html.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from cas.cpu_count import usable_processors

VERSION_1 = "4:memory:/box\n2:cpu,cpuacct:{}\n0::/\n"


def described(root: Path, memberships: str, groups: Mapping[str, str]) -> Path:
    for name, content in {"proc/self/cgroup": memberships, **groups}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.fixture(autouse=True)
def sixteen_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)


@pytest.mark.parametrize(
    ("memberships", "groups", "processors"),
    [
        ("0::/\n", {}, 16),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 16),
        ("0::/\n", {"cpu.max": "400000 100000\n"}, 4),
        ("0::/\n", {"cpu.max": "250000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "6400000 100000\n"}, 16),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000\n", "a/b/cpu.max": "max 100000\n"}, 3),
        ("0::/a/b\n", {"a/cpu.max": "900000 100000\n", "a/b/cpu.max": "200000 100000\n"}, 2),
        ("0::/outside/of/it\n", {"cpu.max": "200000 100000\n"}, 2),
        (VERSION_1.format("/"), {"cpu/cpu.cfs_quota_us": "-1\n"}, 16),
        (
            VERSION_1.format("/"),
            {"cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "50000\n"},
            3,
        ),
        (
            VERSION_1.format("/docker/1a"),
            {"cpu/cpu.cfs_quota_us": "200000\n", "cpu/cpu.cfs_period_us": "100000\n"},
            2,
        ),
        ("0::/\n", {"cpu.max": "what\n"}, 16),
    ],
)
def test_the_limit_of_every_control_group_holds(
    tmp_path: Path, memberships: str, groups: Mapping[str, str], processors: int
) -> None:
    named = {f"sys/fs/cgroup/{name}": content for name, content in groups.items()}
    assert usable_processors(described(tmp_path, memberships, named)) == processors


def test_affinity_holds_where_there_are_no_control_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 9})
    assert usable_processors(tmp_path) == 3
