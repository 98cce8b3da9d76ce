"""An operator's day: its transcript holds commands that exist, and it can be lived again."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import click
import pytest

from cli.main import artist
from tests.release.operators_day import PAGE, Day, live
from tests.release.transcript import Transcript

TEXT = PAGE.read_text(encoding="utf-8")
TYPED = re.findall(r"^\$ (.*)$", TEXT, re.MULTILINE)
COMMANDS = [
    shlex.split(re.split(r"[|;>&]", typed)[0])[1:] for typed in TYPED if typed.startswith("artist ")
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_of_the_transcript_exists(command: list[str]) -> None:
    with artist.make_context("artist", list(command), resilient_parsing=False) as context:
        name, found, rest = artist.resolve_command(context, command)
        assert isinstance(found, click.Command)
        if "--help" not in rest:
            found.make_context(name, rest, parent=context).close()


def test_the_transcript_tells_the_whole_day() -> None:
    used = {command[0] for command in COMMANDS}
    assert used >= {"init", "doctor", "run", "create", "tune", "edit", "retire", "token", "dump"}
    assert used >= {"publications", "moderate", "backup", "restore", "verify", "password"}


def test_the_transcript_shows_nothing_of_the_machine_or_the_moment() -> None:
    assert not re.search(r"/tmp/|\b20\d\d-\d\d-\d\d\b|\b[0-9a-f]{64}\b|Traceback", TEXT)
    assert "Bearer ey" not in TEXT and "/home/" not in TEXT and "/root" not in TEXT


def test_output_is_masked_and_kept_with_its_command(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    shell = Transcript(folder)
    shell.hidden["secret"] = "…"
    shell.run("pwd; echo secret 2026-11-29 10:11:12")
    shell.run("echo more")
    assert shell.text() == (
        "```console\n$ pwd; echo … DATE TIME\n/srv/day\n… DATE TIME\n$ echo more\nmore\n```\n"
    )


@pytest.mark.skipif("OPERATORS_DAY" not in os.environ, reason="minutes long: set OPERATORS_DAY=1")
def test_a_day_can_be_lived(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    day = Day(folder)
    live(day)
    assert day.shell.commands
