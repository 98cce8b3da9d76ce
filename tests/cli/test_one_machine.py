"""The manual for one machine: its units are valid, its commands and paths fit together."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from cli.main import artist
from tests.cli.conftest import Call

MANUAL = (Path(__file__).parents[2] / "docs/howto/one-machine.md").read_text(encoding="utf-8")
UNITS = dict(re.findall(r"`/etc/systemd/system/([\w.-]+)`:\n```ini\n(.*?)```", MANUAL, re.DOTALL))
COMMANDS = [
    shlex.split(line.partition("artist ")[2])
    for line in re.findall(r"(?:^|ExecStart=).*venv/bin/artist .*$", MANUAL, re.MULTILINE)
]


def test_the_manual_has_a_service_and_a_nightly_backup() -> None:
    assert sorted(UNITS) == ["alien-backup.service", "alien-backup.timer", "alien.service"]
    assert len(COMMANDS) == 8


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for name, text in UNITS.items():
        # The programs of the manual are not on this machine.
        here = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text)
        (tmp_path / name).write_text(re.sub(r"(User|Group)=alien", r"\1=root", here))
    found = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / name for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_a_stop_waits_for_the_current_step() -> None:
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.optionxform = str  # type: ignore[assignment,method-assign]
    service.read_string(UNITS["alien.service"])
    assert service.getint("Service", "TimeoutStopSec") > 240


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_of_the_manual_is_understood(command: list[str]) -> None:
    with artist.make_context("artist", list(command), resilient_parsing=False) as context:
        name, found, rest = artist.resolve_command(context, command)
        assert isinstance(found, click.Command)
        found.make_context(name, rest, parent=context).close()


def test_backup_and_restore_of_the_manual(call: Call, lived: Path, tmp_path: Path) -> None:
    places = {"/srv/alien/data": lived, "/backup/alien": tmp_path / "copy"}

    def run(*words: str, **instead: Path) -> str:
        named = {**places, **{f"/srv/alien/{key}": path for key, path in instead.items()}}
        result = call(*[str(named.get(word, word)) for word in words])
        assert result.code == 0, result.out
        return result.out

    (backup, *_) = [words for words in COMMANDS if words[0] == "backup"]
    run(*backup, "--data", str(lived))
    for words in COMMANDS:
        if words[0] in ("restore", "verify"):
            run(*words, data=tmp_path / "new")
    assert run("works", "--data", str(tmp_path / "new")) == run("works", "--data", str(lived))
