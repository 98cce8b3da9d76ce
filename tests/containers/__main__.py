"""`make containers`: the images are built and run as `docker-compose.yml` says, with podman.

Every service is killed and stopped while the artist works; with `--previous` the deployment begins
with the image of an earlier commit and is upgraded service by service. Needs root, and Debian's
podman, runc, debootstrap and iproute2.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.containers.compose import Deployment, read
from tests.containers.images import BASE, ROOT, Podman, make_artist, make_base, make_stores

IMAGE = "cultural-alien"
STORES = ("redis", "postgres", "qdrant", "s3")
OURS = ("beat", "think", "call", "keep", "show", "gallery")
ARTIST = "alien"
WORKS_WITHIN = 300.0
LASTING = ("id", "sequence", "created_at", "title", "prompt", "concepts", "image", "novelty")
ANSWER = """
import json, urllib.error, urllib.request
page = urllib.request.urlopen("http://gallery:8000/", timeout=30).read().decode()
assert "<img" in page, "the gallery shows no picture"
try:
    urllib.request.urlopen("http://gallery:8000/health", timeout=30)
except urllib.error.HTTPError as error:
    print(error.read().decode())
"""


def main() -> None:
    """Build what is missing, run the proofs, and leave nothing running."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "containers")
    parser.add_argument("--driver", default="overlay", help="podman's storage driver")
    parser.add_argument("--every", default="2s", help="cadence")
    parser.add_argument("--previous", help="commit whose image the deployment begins with")
    parser.add_argument("--keep-images", action="store_true", help="build only what is missing")
    options = parser.parse_args()
    missing = [tool for tool in ("podman", "runc", "debootstrap", "ip") if not shutil.which(tool)]
    if missing or os.geteuid():
        sys.exit(f"containers: needs root and {', '.join(missing) or 'nothing else'}")
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    podman = Podman(folder, options.driver)
    variables = _variables()
    deployment = Deployment(podman, read(ROOT / "docker-compose.yml", variables))
    proofs = Proofs(deployment, variables)
    _build(podman, proofs, options.previous, rebuild=not options.keep_images)
    try:
        proofs.run(options.every, options.previous)
    except RuntimeError as error:
        proofs.keep_logs()
        sys.exit(f"containers: {error}\nLogs: {folder / 'log'}")
    finally:
        proofs.deployment.remove()


def _variables() -> dict[str, str]:
    """The variables of `.env.example`, with passwords of this run."""
    variables = {}
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            changed = value.startswith("change-me")
            variables[name] = secrets.token_urlsafe(18) if changed else value
    return variables


def _build(podman: Podman, proofs: Proofs, previous: str | None, *, rebuild: bool) -> None:
    services = proofs.deployment.services
    if not podman.has(BASE):
        make_base(podman)
        proofs.say("base: Debian bookworm with Python 3.11")
    names = {name: services[name]["image"] for name in STORES}
    if rebuild or not all(podman.has(name) for name in names.values()):
        make_stores(podman, names)
        proofs.say("images of the stores built")
    if rebuild or not podman.has(IMAGE):
        make_artist(podman, ROOT, IMAGE)
    proofs.say(f"image {IMAGE}: {podman.megabytes(IMAGE):,.0f} MB")
    if previous:
        tree = _checkout(podman.folder, previous)
        if not podman.has(f"{IMAGE}:previous"):
            make_artist(podman, tree, f"{IMAGE}:previous")
        proofs.say(f"image of {previous}: {podman.megabytes(f'{IMAGE}:previous'):,.0f} MB")


def _checkout(folder: Path, commit: str) -> Path:
    """The files of a commit, in a folder of their own."""
    tree = folder / "previous"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    packed = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-xC", str(tree)], input=packed, check=True)
    return tree


@dataclass
class Proofs:
    """What is shown of a deployment; each method prints a line, or raises RuntimeError."""

    deployment: Deployment
    variables: Mapping[str, str]
    began: float = field(default_factory=time.monotonic)

    def run(self, every: str, previous: str | None) -> None:
        """All of it, one after the other."""
        if previous:
            self.upgrade(every)
        else:
            self.start(self.deployment, every, watched=(*STORES, *OURS))
            self.goes_on("first works")
        self.kills()
        self.verify()
        self.stops()
        self.verify()
        self.say(f"all held; {len(self.works())} works")

    def say(self, line: str) -> None:
        """Print a line of the transcript."""
        print(f"{time.monotonic() - self.began:6.0f} s  {line}", flush=True)

    def start(self, deployment: Deployment, every: str, *, watched: tuple[str, ...]) -> None:
        """Start everything, and let the artist work at this cadence."""
        deployment.remove()
        deployment.prepare()
        deployment.up(self.say)
        took = {name: deployment.wait_healthy(name) for name in watched}
        self.say("healthy: " + ", ".join(f"{name} {value:.0f} s" for name, value in took.items()))
        deployment.execute("beat", "artist", "tune", ARTIST, "--every", every)

    def upgrade(self, every: str) -> None:
        """Begin with the previous image; replace it service by service while works are made."""
        new = self.deployment
        content = read(new.podman.folder / "previous" / "docker-compose.yml", self.variables)
        # The stores stay as they are: what is upgraded here is the image of the artist.
        content["services"] |= {name: new.services[name] for name in STORES}
        old = Deployment(new.podman, content, images={IMAGE: f"{IMAGE}:previous"})
        # Its other health checks can't pass: they end with 1 where nothing is wrong.
        self.start(old, every, watched=(*STORES, "gallery"))
        self.goes_on("works of the previous image")
        new.run("first")
        if code := int(new.podman("wait", new.own("first")).stdout):
            raise RuntimeError(f"first, run again, ended with {code}:\n{new.log('first')}")
        self.say("first of the new image ran again over what was there")
        for name in OURS:
            code, took = old.stop(name)
            new.run(name)
            new.wait_healthy(name)
            self.goes_on(f"{name} upgraded (stopped with {code} after {took:.0f} s)", more=1)
        self.verify()

    def kills(self) -> None:
        """SIGKILL for each service in turn; its restart policy starts it again."""
        for name in (*STORES, *OURS):
            before, restarts = self.works(), self._restarts()
            self.deployment.kill(name)
            took = self.deployment.wait_healthy(name)
            self.goes_on(f"{name} killed, healthy again after {took:.0f} s", before)
            others = {
                other: number - restarts[other]
                for other, number in self._restarts().items()
                if other != name and number > restarts[other]
            }
            if others:
                self.say(f"{name} was killed, and ended, to be started again: {others}")

    def _restarts(self) -> dict[str, int]:
        return {name: self.deployment.restarts(name) for name in (*STORES, *OURS)}

    def stops(self) -> None:
        """A stop within the grace of each service; it ends with status 0."""
        before = self.works()
        for name in (*OURS, *STORES):
            code, took = self.deployment.stop(name)
            if code:
                raise RuntimeError(f"{name} stopped with {code} after {took:.0f} s")
            self.deployment.start(name)
            self.deployment.wait_healthy(name)
            self.say(f"{name} stopped with 0 after {took:.0f} s, and started again")
        self.goes_on("all stopped and started", before)

    def goes_on(
        self, what: str, before: list[dict[str, Any]] | None = None, *, more: int = 2
    ) -> None:
        """Wait for more works; those of before are as they were, and the gallery answers."""
        before = self.works() if before is None else before
        began = time.monotonic()
        while len(now := self.works()) < len(before) + more:
            if time.monotonic() - began > WORKS_WITHIN:
                raise RuntimeError(f"{what}: {len(now)} works, {len(before)} before")
            time.sleep(2)
        if now[: len(before)] != before:
            raise RuntimeError(f"{what}: works changed: {before} became {now}")
        self.deployment.execute("keep", "python", "-c", ANSWER)
        took = time.monotonic() - began
        self.say(f"{what}: {len(before)} → {len(now)} works in {took:.0f} s, the gallery answers")

    def works(self) -> list[dict[str, Any]]:
        """What never changes of every work, in the order of their making."""
        printed = self.deployment.output("beat", "artist", "works", "--json")
        return [{key: work[key] for key in LASTING} for work in json.loads(printed)]

    def verify(self) -> None:
        """`artist verify` finds nothing wrong in what the stores hold."""
        done = self.deployment.podman(
            "exec", self.deployment.own("keep"), "artist", "verify", check=False
        )
        if done.returncode:
            raise RuntimeError(f"artist verify: {done.stdout}{done.stderr}")
        self.say("artist verify: " + " ".join(done.stdout.split()))

    def keep_logs(self) -> None:
        """Write what every container printed to a file each."""
        folder = self.deployment.podman.folder / "log"
        folder.mkdir(exist_ok=True)
        for name in self.deployment.services:
            (folder / f"{name}.log").write_text(self.deployment.log(name, 5000))


if __name__ == "__main__":
    main()
