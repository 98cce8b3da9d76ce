"""Run the services of a `docker-compose.yml` with podman, as each says, in one network namespace.

The namespace has a loopback device alone. Every service has an address of its own on it and finds
the others by their names, so that no port is changed and no other server here is in the way.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.containers.images import Podman, limits

READ = {
    *("image", "read_only", "tmpfs", "volumes", "cap_drop", "security_opt", "stop_grace_period"),
    *("environment", "healthcheck", "depends_on", "command", "entrypoint", "shm_size", "restart"),
}
LEFT_OUT = {"build", "networks", "ports"}
"""The script builds and connects by itself."""
# What Docker mounts a tmpfs with, where nothing else is asked for.
TMPFS = "rw,noexec,nosuid,nodev"
HEALTHY_WITHIN = 300.0
STARTED_AGAIN_WITHIN = 60.0


def read(path: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """A compose file with its variables put in.

    Raises:
        ValueError: a variable that must be set is not.
    """
    content: dict[str, Any] = _interpolated(yaml.safe_load(path.read_text()), variables)
    return content


def _interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _interpolated(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_interpolated(item, variables) for item in value]
    if not isinstance(value, str):
        return value

    def found(match: re.Match[str]) -> str:
        name, operator, default = match[1], match[2], match[3]
        if not variables.get(name) and operator == ":?":
            raise ValueError(f"variable {name} is not set")
        return variables.get(name) or (default or "")

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", found, value).replace("$$", "$")


def seconds(duration: str | None) -> float:
    """Seconds of a duration such as `1m30s`; 10, as Docker waits, where there is none."""
    if duration is None:
        return 10.0
    units = {"h": 3600, "m": 60, "s": 1}
    return float(sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)([hms])", duration)))


@dataclass
class Deployment:
    """Containers of the services in `content`; every name on this machine begins with `prefix`."""

    podman: Podman
    content: dict[str, Any]
    prefix: str = "cultural-alien"
    images: dict[str, str] = field(default_factory=dict)
    """Images to take in place of those that the file names."""

    @property
    def services(self) -> dict[str, Any]:
        services: dict[str, Any] = self.content["services"]
        return services

    def prepare(self) -> None:
        """Make the network namespace."""
        subprocess.run(["ip", "netns", "add", self.prefix], check=True)
        subprocess.run(["ip", "-n", self.prefix, "link", "set", "lo", "up"], check=True)

    def remove(self) -> None:
        """Remove containers, volumes and the namespace, as far as they are there."""
        for name in self.services:
            self.podman("rm", "--force", "--time=0", self.own(name), check=False)
        for name in self.content["volumes"]:
            self.podman("volume", "rm", "--force", self.own(name), check=False)
        subprocess.run(["ip", "netns", "delete", self.prefix], check=False, capture_output=True)

    def up(self, report: Callable[[str], None]) -> None:
        """Start every service once what it depends on is in the state that it asks for."""
        done: set[str] = set()
        while waiting := [name for name in self.services if name not in done]:
            for name in waiting:
                conditions = self.services[name].get("depends_on", {})
                if not conditions.keys() <= done:
                    continue
                for other, depends in conditions.items():
                    self._await(other, depends["condition"])
                self.run(name)
                done.add(name)
        report(f"started in the order of their conditions: {', '.join(self.services)}")

    def _await(self, name: str, condition: str) -> None:
        if condition == "service_healthy":
            self.wait_healthy(name)
            return
        assert condition == "service_completed_successfully", condition
        code = int(self.podman("wait", self.own(name)).stdout)
        if code:
            raise RuntimeError(f"{name} ended with {code}:\n{self.log(name)}")

    def run(self, name: str) -> None:
        """Make and start the container of a service, in place of one that is there."""
        self.podman("rm", "--force", "--time=0", self.own(name), check=False)
        service = self.services[name]
        image = self.images.get(service["image"], service["image"])
        command = service.get("command", [])
        words = shlex.split(command) if isinstance(command, str) else command
        self.podman("run", "--detach", *self._arguments(name), image, *words)

    def _arguments(self, name: str) -> list[str]:
        service = self.services[name]
        if unknown := service.keys() - READ - LEFT_OUT:
            raise ValueError(f"{sorted(unknown)} of service {name} is not read here")
        found = [f"--name={self.own(name)}", f"--network=ns:/run/netns/{self.prefix}", *limits()]
        for number, other in enumerate(self.services, 1):
            found.append(f"--add-host={other}:127.87.0.{number}")
        if service.get("read_only"):
            found += ["--read-only", "--read-only-tmpfs=false"]
        found.append(f"--restart={service.get('restart', 'no')}")
        found += [f"--tmpfs={path}:{TMPFS}" for path in service.get("tmpfs", [])]
        found += [f"--volume={self.own(volume)}" for volume in service.get("volumes", [])]
        found += [f"--cap-drop={one}" for one in service.get("cap_drop", [])]
        found += [f"--security-opt={one}" for one in service.get("security_opt", [])]
        for key, value in service.get("environment", {}).items():
            found.append(f"--env={key}={value}")
        if "shm_size" in service:
            found.append(f"--shm-size={service['shm_size']}")
        if "entrypoint" in service:
            found.append(f"--entrypoint={json.dumps(service['entrypoint'])}")
        return found

    def is_healthy(self, name: str) -> bool:
        """Whether the health check of a service passes within its timeout, asked once."""
        check = self.services[name]["healthcheck"]
        kind, *words = check["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        try:
            return self.execute(name, *command, check=False, timeout=seconds(check["timeout"])) == 0
        except subprocess.TimeoutExpired:
            return False

    def wait_healthy(self, name: str, within: float = HEALTHY_WITHIN) -> float:
        """Seconds until a service is healthy.

        Raises:
            RuntimeError: it is not so in time.
        """
        began = time.monotonic()
        while not self.is_healthy(name):
            if time.monotonic() - began > within:
                raise RuntimeError(f"{name} is not healthy after {within:g} s:\n{self.log(name)}")
            time.sleep(1)
        return time.monotonic() - began

    def execute(
        self, name: str, *command: str, check: bool = True, timeout: float | None = None
    ) -> int:
        """The exit status of a command in a container."""
        done = self.podman("exec", self.own(name), *command, check=check, timeout=timeout)
        return done.returncode

    def output(self, name: str, *command: str, check: bool = True) -> str:
        """What a command in a container prints."""
        return self.podman("exec", self.own(name), *command, check=check).stdout

    def kill(self, name: str) -> None:
        """SIGKILL for everything in a container; returns when its restart policy has started it.

        Not `podman kill`: what a person stops so is not started again.

        Raises:
            RuntimeError: nothing has started it in time.
        """
        before = self._main_process(name)
        os.kill(before, signal.SIGKILL)
        deadline = time.monotonic() + STARTED_AGAIN_WITHIN
        while self._main_process(name) in (0, before):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} was killed, and is not started again")
            time.sleep(0.2)

    def _main_process(self, name: str) -> int:
        """The process id of a container's first process on this machine; 0 where none runs."""
        return int(self.podman("inspect", "--format={{.State.Pid}}", self.own(name)).stdout)

    def restarts(self, name: str) -> int:
        """How often the restart policy has started a service again."""
        return int(self.podman("inspect", "--format={{.RestartCount}}", self.own(name)).stdout)

    def start(self, name: str) -> None:
        """Start a container that was stopped."""
        self.podman("start", self.own(name))

    def stop(self, name: str) -> tuple[int, float]:
        """Stop a service within its grace; its exit status, and the seconds that it took."""
        grace = seconds(self.services[name].get("stop_grace_period"))
        began = time.monotonic()
        self.podman("stop", f"--time={grace:.0f}", self.own(name))
        took = time.monotonic() - began
        inspected = self.podman("inspect", "--format={{.State.ExitCode}}", self.own(name))
        return int(inspected.stdout), took

    def log(self, name: str, lines: int = 30) -> str:
        """The end of a container's output."""
        done = self.podman("logs", f"--tail={lines}", self.own(name), check=False)
        return done.stdout + done.stderr

    def own(self, name: str) -> str:
        """The name of a container or volume on this machine."""
        return f"{self.prefix}-{name}"
