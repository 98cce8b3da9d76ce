"""A PostgreSQL server of one's own in a folder, from Debian's package."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.served.ports import free_port


def is_installed() -> bool:
    """Whether this machine has a PostgreSQL server."""
    return _tools() is not None


def program(name: str) -> Path:
    """One of the newest version's programs.

    Raises:
        FileNotFoundError: no PostgreSQL server is installed.
    """
    home = _tools()
    if home is None:
        raise FileNotFoundError("no PostgreSQL server is installed (Debian: postgresql)")
    return home / name


def _tools() -> Path | None:
    """The folder of the newest version's programs."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return homes[-1].parent if homes else None


@dataclass
class PostgreSQL:
    """A cluster in `folder`, which must be empty, with a superuser `artist` and no password.

    `durable` lets it wait for the disk, as it does in earnest. `environment` is its own.
    """

    folder: Path
    durable: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Its address for SQLAlchemy; the database `postgres` is there, and none is named."""
        return f"postgresql+psycopg://artist@127.0.0.1:{self.port}"

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def start(self) -> None:
        """Make the cluster where there is none, and start the server."""
        if not self._cluster.exists():
            if os.geteuid() == 0:
                owner = pwd.getpwnam("postgres")
                os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._call(
                *("initdb", "--pgdata", str(self._cluster), "--auth=trust", "--username=artist"),
                *("--encoding=UTF8", "--no-sync"),
                environment={},
            )
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        if not self.durable:
            options += " -c fsync=off"
        log = str(self.folder / "log")
        self._call(
            *("pg_ctl", "-D", str(self._cluster), "-o", options, "-l", log, "-w", "start"),
            environment=self.environment,
        )

    def stop(self) -> None:
        """Stop it at once, as a power cut would; nothing that was committed is lost."""
        self._call("pg_ctl", "-D", str(self._cluster), "-m", "immediate", "stop", environment={})

    def restart(self) -> None:
        """Stop it at once, whatever goes on in it, and start it again."""
        self.stop()
        self.start()

    def _call(self, tool: str, *arguments: str, environment: Mapping[str, str]) -> None:
        # A clock that is faked must be so for its own user alone, hence not for `setpriv`.
        with_environment = ["env", *(f"{name}={value}" for name, value in environment.items())]
        if os.geteuid() == 0:  # initdb refuses to run as root
            owner = pwd.getpwnam("postgres")
            as_owner = (f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups")
            with_environment = ["setpriv", *as_owner, *with_environment]
        subprocess.run(
            [*with_environment, str(program(tool)), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
