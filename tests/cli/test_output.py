"""Output to another encoding, a pipe without a reader, a full disk; secrets in output."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.output import _SafeStream

ARTIST = [sys.executable, "-c", "from cli.main import main; main()"]
SECRET = "sk-canary-0123456789"


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*ARTIST, *map(str, arguments)],
        env={**os.environ, "PYTHONUTF8": "0", **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8"])
def test_a_character_that_the_terminal_lacks_is_no_error(lived: Path, encoding: str) -> None:
    for command in ("works", "status", "tune"):
        result = run(command, "--data", lived, PYTHONIOENCODING=encoding)
        assert (result.returncode, result.stderr) == (0, b"")
        assert b"concept 3" in result.stdout or command == "tune"


def test_a_pipe_without_a_reader_is_no_error(lived: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [*ARTIST, "works", "--data", lived], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_neither_output_nor_a_traceback_holds_a_secret(lived: Path) -> None:
    """Not even a secret in an unexpected error of a library."""
    code = (
        "import sys\n"
        "from cli.commands.works import works\n"
        "from cli.main import main\n"
        "def broken(deployment):\n"
        f"    print('asked with {SECRET[:6]}' + '{SECRET[6:]}')\n"
        f"    raise RuntimeError('Bearer ' + {SECRET[:6]!r} + {SECRET[6:]!r})\n"
        "works.deployment_of = broken\n"
        "from worker.config.settings import Settings\n"
        "Settings()\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "works", "--data", lived],
        env={**os.environ, "OPENAI_API_KEY": SECRET},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    assert b"asked with [redacted]" in ended.stdout
    assert b"RuntimeError: Bearer [redacted]" in ended.stderr
    assert SECRET.encode() not in ended.stdout + ended.stderr


def test_control_characters_are_not_printed() -> None:
    into = io.BytesIO()
    stream = _SafeStream(into, encoding="utf-8", write_through=True)
    stream.write(
        "\x1b[1m№ 7\x1b[0m \x1b]52;c;Zm9v\x07\x1b[2J\x1b[31;1H\x9b2J"
        "owned\u202e\r\n\tnext\x1b[2K\x1b[1A\x1b"
    )
    assert into.getvalue().decode() == (
        "\x1b[1m№ 7\x1b[0m ]52;c;Zm9v[2J[31;1H2Jowned\r\n\tnext\x1b[2K\x1b[1A"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_full_disk_under_the_output_is_reported_at_the_end(lived: Path, stream: str) -> None:
    code = (
        "import sys, logging\n"
        "from cli.commands.works import works\n"
        "from cli.main import main\n"
        "from pathlib import Path\n"
        "def broken(context):\n"
        "    for _ in range(3):\n"
        "        print('told ' * 10000, flush=True)\n"
        "        print('told ' * 10000, file=sys.stderr, flush=True)\n"
        "        logging.getLogger().error('x' * 100000)\n"
        f"    Path({str(lived.parent / stream)!r}).write_text('went on')\n"
        "    sys.exit(0)\n"
        "works.deployment_of = broken\n"
        "from worker.ops.log import configure_log\n"
        "from cli.output import sanitize_output\n"
        "sanitize_output()\n"
        "configure_log('text')\n"
        "main()\n"
    )
    with Path("/dev/full").open("wb") as full:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: full}
        ended = subprocess.run(
            [sys.executable, "-c", code, "works", "--data", lived], **streams, check=False
        )
    assert (lived.parent / stream).read_text() == "went on"
    assert ended.returncode == 1
