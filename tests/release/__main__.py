"""`make release`: build sdist and wheel, and use each set of extras in a fresh environment.

The environments lie in build/release/, and each is removed when its trial has passed: PyTorch with
CUDA takes some 5 GB. `--only gallery,s3` tries these alone, `--keep` removes none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.served.ports import free_port

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "release"
DATA = BUILD / "data"
PATIENCE = 300.0
"""Seconds that a server may take to answer for the first time."""

HEAVY = ("torch", "transformers", "open_clip", "skia", "onnxruntime")


class Environment:
    """A fresh virtual environment with the wheel and a set of extras."""

    def __init__(self, extras: str, wheel: Path) -> None:
        self.folder = BUILD / (extras or "base")
        self.python = self.folder / "bin" / "python"
        shutil.rmtree(self.folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", self.folder)
        self.pip("install", "--upgrade", "pip>=26.2")
        wanted = f"cultural-alien[{extras}] @ {wheel.as_uri()}" if extras else str(wheel)
        self.pip("install", "--constraint", ROOT / "constraints.txt", wanted)
        self.pip("check")

    def pip(self, *arguments: str | Path) -> None:
        """Run pip there."""
        run(self.python, "-m", "pip", "--quiet", *arguments)

    def artist(self, *arguments: str) -> str:
        """Run the command there, and return what it prints."""
        return run(self.folder / "bin" / "artist", *arguments)

    def imports(self, *modules: str) -> None:
        """Import modules there."""
        run(self.python, "-c", "import " + ", ".join(modules))

    @contextmanager
    def serving(self, *arguments: str, port: int) -> Iterator[subprocess.Popen[str]]:
        """Run the command there while the block runs, once its gallery answers."""
        command = [self.folder / "bin" / "artist", *arguments, "--port", str(port)]
        server = subprocess.Popen(list(map(str, command)), cwd=BUILD, env=clean(), text=True)
        try:
            wait_until_served(port, server)
            yield server
        finally:
            server.terminate()
            server.wait(timeout=60)

    def size(self) -> str:
        """Its packages: how many, and their size."""
        found = next(self.folder.glob("lib/python*/site-packages"))
        total = sum(file.stat().st_size for file in found.rglob("*") if file.is_file())
        return f"{len(list(found.glob('*.dist-info')))} packages, {total / 1e6:.0f} MB"


def main() -> None:
    """Build, then try each set of extras."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="A,B", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--keep", action="store_true", help="remove no environment")
    options = parser.parse_args()
    wheel = build()
    for name in options.only.split(",") if options.only else TRIALS:
        print(f"{name}: installing…", flush=True)
        extras, trial = TRIALS[name]
        environment = Environment(extras, wheel)
        trial(environment)
        print(f"{name}: passed; {environment.size()}", flush=True)
        if not options.keep:
            shutil.rmtree(environment.folder)


def build() -> Path:
    """Build sdist and wheel into dist/ and return the wheel, made from the sdist."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    run(sys.executable, "-m", "build", "--outdir", ROOT / "dist", ROOT)
    [wheel] = (ROOT / "dist").glob("*.whl")
    return wheel


def base(tried: Environment) -> None:
    """The command answers, and says what the sampler needs."""
    assert "Needs cultural-alien[gallery]." in tried.artist("--help")
    assert tried.artist("init", "--data", str(BUILD / "init"))
    refused = subprocess.run(
        [tried.folder / "bin" / "artist", "sample", "--pool", "sea"],
        capture_output=True, text=True, check=False, cwd=BUILD, env=clean(),
    )  # fmt: skip
    assert refused.returncode == 1
    assert "pip install 'cultural-alien[sampler]'" in refused.stderr


def sampler(tried: Environment) -> None:
    """A concept is picked."""
    assert '"concept"' in tried.artist("sample", "--pool", "sea,sky", "--seed", "7", "--json")


def run_cycle(tried: Environment) -> None:
    """One cycle with the offline painter, and its page while the artist is at work."""
    shutil.rmtree(DATA, ignore_errors=True)
    port = free_port()
    with tried.serving("run", "--data", str(DATA), "--every", "1h", port=port) as artist:
        wait_for_work(tried, artist)
        assert "<html" in page(port)
    assert '"title"' in tried.artist("works", "--data", str(DATA), "--json")


def gallery(tried: Environment) -> None:
    """A page of the folder that the run left (or an empty one), without PyTorch."""
    for module in HEAVY:
        probe = f"import importlib.util as u; raise SystemExit(bool(u.find_spec({module!r})))"
        run(tried.python, "-c", probe)
    if not DATA.exists():
        tried.artist("init", "--data", str(DATA))
    port = free_port()
    with tried.serving("gallery", "--data", str(DATA), port=port):
        assert "<html" in page(port)


def worker(tried: Environment) -> None:
    """The parts are chosen as for a new artist, and a picture is painted."""
    tried.imports("cli.runtime.wiring", "open_clip", "psycopg")
    tried.artist("worker", "--help")
    tried.artist("paint", "fox,church,winter", "--seed", "3", "--out", str(BUILD / "fox.png"))
    assert (BUILD / "fox.png").stat().st_size > 10_000


def train(tried: Environment) -> None:
    """What training imports is there, and its command answers."""
    tried.imports("cas.training.train", "cas.training.pair_growth", "cas.data.annotation")
    for command in ("vocabulary", "annotate", "corpus", "train", "grow"):
        assert "not installed" not in tried.artist(command, "--help")


def s3(tried: Environment) -> None:
    """The store of buckets can be made."""
    tried.imports("storage.archive.s3")


def publish(tried: Environment) -> None:
    """The clients of Mastodon and Bluesky, with our way out, are there."""
    tried.imports("gallery.publishing.clients", "mastodon", "atproto")


TRIALS = {
    "base": ("", base),
    "s3": ("s3", s3),
    "run": ("run", run_cycle),
    "gallery": ("gallery", gallery),
    "publish": ("gallery,publish", publish),
    "sampler": ("sampler", sampler),
    "worker": ("worker", worker),
    "train": ("train", train),
}
"""By name: the extras, and what is tried with them. The gallery shows what the run has painted."""


def clean() -> dict[str, str]:
    """The environment without what could lead to the source tree or to a key."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "OPENAI", "ARTIST_"))
    }


def run(*command: str | Path) -> str:
    """Run a command outside of the source tree; what it printed is shown where it fails."""
    ran = subprocess.run(
        list(map(str, command)), cwd=BUILD, env=clean(), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def page(port: int) -> str:
    """The gallery's first page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def wait_until_served(port: int, server: subprocess.Popen[str]) -> None:
    """Return when the gallery answers."""
    _wait(server, lambda: bool(page(port)))


def wait_for_work(tried: Environment, artist: subprocess.Popen[str]) -> None:
    """Return when the first work is done."""
    _wait(artist, lambda: '"title"' in tried.artist("works", "--data", str(DATA), "--json"))


def _wait(server: subprocess.Popen[str], is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, "it ended by itself"
        try:
            if is_there():
                return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit(f"nothing after {PATIENCE:.0f} seconds")


if __name__ == "__main__":
    main()
