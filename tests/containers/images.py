"""Podman, and the images that the deployment needs, all made on this machine without a registry."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
BASE = "docker.io/library/python:3.11-slim"
TORCH = "https://download.pytorch.org/whl/cpu"
PYPI = "https://pypi.org/simple"


@dataclass(frozen=True)
class Podman:
    """Podman with its images and containers in `folder`, run as root without systemd."""

    folder: Path
    driver: str = "overlay"

    def __call__(
        self, *arguments: str, check: bool = True, timeout: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; its output is captured.

        Raises:
            RuntimeError: it failed and `check` is set; the message ends with its output.
            subprocess.TimeoutExpired: it took longer than `timeout` seconds.
        """
        done = subprocess.run(
            [*self._command, *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if check and done.returncode:
            output = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
            command = f"podman {' '.join(arguments)}"
            raise RuntimeError(f"{command} ended with {done.returncode}:\n{output}")
        return done

    def build(self, *arguments: str, log: Path) -> None:
        """Build an image; the output goes to the file `log`.

        Raises:
            RuntimeError: the build failed.
        """
        command = [*self._command, "build", "--isolation=chroot", "--pull=never", *arguments]
        with log.open("w") as output:
            done = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT)
        if done.returncode:
            last = "\n".join(log.read_text().splitlines()[-20:])
            raise RuntimeError(f"the build of {arguments[-1]} failed, see {log}:\n{last}")

    @property
    def _command(self) -> Sequence[str]:
        return (
            "podman",
            f"--root={self.folder / 'storage'}",
            f"--runroot={self.folder / 'run'}",
            f"--storage-driver={self.driver}",
            "--cgroup-manager=cgroupfs",
            "--events-backend=file",
            f"--runtime={shutil.which('runc') or 'runc'}",
            "--log-level=error",
        )

    def has(self, image: str) -> bool:
        """Whether this image was made already."""
        return self("image", "exists", image, check=False).returncode == 0

    def megabytes(self, image: str) -> float:
        """The image's size in 10^6 bytes, its base included."""
        return int(self("image", "inspect", "--format={{.Size}}", image).stdout) / 1e6


def limits() -> list[str]:
    """Limits in place of podman's own, which are refused where this machine's are lower."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return [f"--ulimit=nofile={files}:{files}", "--ulimit=nproc=4096:4096"]


def make_base(podman: Podman) -> None:
    """Debian bookworm with Python 3.11, under the name of the base that the Dockerfile asks for."""
    with tempfile.TemporaryDirectory(dir=podman.folder) as name:
        tree = Path(name) / "tree"
        packages = "--include=ca-certificates,python3,python3-venv"
        subprocess.run(
            ["debootstrap", "--variant=minbase", packages, "bookworm", str(tree)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (tree / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        for deb in (tree / "var/cache/apt/archives").glob("*.deb"):
            deb.unlink()
        packed = Path(name) / "base.tar"
        subprocess.run(["tar", "-C", str(tree), "-cf", str(packed), "."], check=True)
        podman("import", "--quiet", str(packed), BASE)


def make_stores(podman: Podman, names: dict[str, str]) -> None:
    """Images of the stores, under the names by service that `docker-compose.yml` asks for."""
    for service in ("redis", "postgres"):
        file = HERE / "images" / f"{service}.Dockerfile"
        arguments = [f"--file={file}", *_tags(names[service]), str(HERE / "images")]
        podman.build(*arguments, log=podman.folder / f"build-{service}.log")
    with pip_settings(podman.folder) as mounts:
        for service in ("qdrant", "s3"):
            file = HERE / "images" / "doubles.Dockerfile"
            arguments = [f"--file={file}", f"--target={service}", *_tags(names[service]), *mounts]
            # Its own file of exclusions, for the project's leaves the tests out.
            ignore = f"--ignorefile={HERE / 'images' / 'doubles.dockerignore'}"
            log = podman.folder / f"build-{service}.log"
            podman.build(*arguments, ignore, str(ROOT), log=log)


def make_artist(podman: Podman, tree: Path, image: str) -> None:
    """Build the Dockerfile of a checkout of the project."""
    with pip_settings(podman.folder) as mounts:
        log = podman.folder / f"build-{image.replace(':', '-')}.log"
        argument = f"--build-arg=TORCH={torch_index()}"
        podman.build(*_tags(image), argument, *mounts, str(tree), log=log)


def _tags(image: str) -> list[str]:
    return [f"--tag={image}"]


def torch_index() -> str:
    """Where torch comes from: its own index, or the general one where that can't be reached."""
    try:
        with urlopen(f"{TORCH}/torch/", timeout=10):
            return TORCH
    except OSError:
        return PYPI


@contextmanager
def pip_settings(folder: Path) -> Iterator[list[str]]:
    """Arguments that give a build this machine's settings of pip, and the folders they name.

    They are mounted for the build alone: nothing of them is in an image.
    """
    listed = subprocess.run(
        ["pip", "config", "list"],
        check=True,
        capture_output=True,
        text=True,
        env=_environment_without_pip(),
    ).stdout
    lines, paths = ["[global]"], set()
    for line in listed.splitlines():
        key, _, quoted = line.partition("=")
        value = quoted.strip("'\"").replace("\\n", " ")
        if key.startswith("global."):
            lines.append(f"{key.removeprefix('global.')} = {value}")
        for word in value.split():
            path = Path(word.removeprefix("file://"))
            if path.is_absolute() and path.exists():
                # The files of an index lie beside its pages.
                paths.add(path.parent if word.startswith("file://") else path)
    settings = folder / "pip.conf"
    settings.write_text("\n".join(lines) + "\n")
    try:
        yield [
            f"--volume={settings}:/etc/pip.conf:ro",
            *(f"--volume={path}:{path}:ro" for path in sorted(paths)),
        ]
    finally:
        settings.unlink()


def _environment_without_pip() -> dict[str, str]:
    """Without PIP_…: those repeat what the files say, or speak of this process alone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
