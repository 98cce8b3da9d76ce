"""The served artist on this machine: every part of `docker-compose.yml` as a process of its own.

Used by `make served` (the true parts), and by chaos tests and benchmarks (quick ones, forked from
a process that has imported everything, so that one can be killed and be back at once).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import redis as redis_client

from storage.archive.archive import Archive, open_store
from storage.catalogue import Catalogue
from tests.served import painting_api
from tests.served.ports import free_port, wait_for_port
from tests.served.postgresql import PostgreSQL
from tests.served.processes import Process, Restarts, execute, fork, preload
from tests.served.quick import API_TIMEOUT, LEASE_SECONDS, QuickSampler, quick_artist, quick_parts
from tests.storage import qdrant_server, s3_server
from worker.config.sections import ArtistSection
from worker.create_artist import create_artist

PRELOADED = (
    "celery.apps.worker",
    "celery.bin.worker",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "cli.main",
    "cli.commands.artists.servers",
    "cli.runtime.wiring",
    "kombu.transport.redis",
    "openai.resources.images",
    "psycopg",
    "storage.archive.s3",
    "tests.served.quick",
    "tests.served.topology",
)

ONE_WORKER_EACH = {"think": 1, "call": 1, "keep": 1, "show": 1}
"""Workers by the queue that they serve."""

SETTINGS = """\
[tuning]
every = "{every}"
daily_budget = {budget}
monthly_budget = 100000.0

[openai]
requests_per_minute = 0
image_ceiling = 0.25
timeout = "{timeout}"

[storage]
min_free_gib = {min_free_gib}
"""


@dataclass
class Topology:
    """All processes of one deployment in `folder`.

    `workers` says how many serve each queue; a key may name several: `"think,keep"`. `quick` takes
    the parts of `tests.served.quick`. `archive` is an S3 bucket, or the folder that it names.
    """

    folder: Path
    workers: Mapping[str, int] = field(default_factory=lambda: dict(ONE_WORKER_EACH))
    concurrency: int = 1
    quick: bool = True
    durable: bool = False
    archive_folder: Path | None = None
    every: str = "0s"
    budget: float = 1000.0
    min_free_gib: float = 0.0
    api_seconds: float = 0.0
    lease_seconds: float = LEASE_SECONDS
    gallery: bool = False
    database_options: str = ""
    database_environment: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict, init=False)
    _starts: dict[str, Callable[[], Process]] = field(default_factory=dict, init=False)
    _kept_up: set[str] = field(default_factory=set, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __post_init__(self) -> None:
        for name in ("log", "redis", "postgresql", "qdrant", "data", "traps"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)  # PostgreSQL's own user must find its folder below
        names = ("redis", "s3", "qdrant", "api", "gallery")
        self.ports = {name: free_port() for name in names}
        self.postgresql = PostgreSQL(
            self.folder / "postgresql",
            durable=self.durable,
            environment=self.database_environment,
        )
        self.write_settings()

    @contextmanager
    def running(self) -> Iterator[Topology]:
        """Start everything; at the end nothing of it is left running."""
        preload(*PRELOADED)
        restarts = Restarts(self._start_again)
        try:
            self.start_stores()
            with self._environment_of_stores():
                self.catalogue, self.archive = self._open()
                self.start_artist()
                restarts.start()
                try:
                    yield self
                finally:
                    self.catalogue.close()
        finally:
            restarts.stop()
            self.stop()

    # --- what runs

    def start_stores(self) -> None:
        """Start Redis, PostgreSQL, S3, Qdrant and the painting API, and wait for them."""
        redis = [
            *("redis-server", "--port", str(self.ports["redis"]), "--bind", "127.0.0.1"),
            *("--dir", str(self.folder / "redis"), "--appendonly", "yes", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ]
        self._starts["redis"] = lambda: execute(redis, log=self._log("redis"))
        self._serve("s3", s3_server.serve)
        self._serve("qdrant", qdrant_server.serve, self.folder / "qdrant")
        self._serve("api", painting_api.serve, self.api_seconds)
        for name in ("redis", "s3", "qdrant", "api"):
            self.start(name)
        self.postgresql.start()
        for name in ("redis", "s3", "qdrant", "api"):
            wait_for_port(self.ports[name])
        if self.archive_folder is None:
            s3_server.make_bucket(self.s3_url, "archive")

    def start_artist(self) -> None:
        """Start beat, workers and, where it is wanted, the gallery."""
        self.add_artist_process("beat", "beat")
        for queues, count in self.workers.items():
            for number in range(1, count + 1):
                self.add_worker(f"{queues}-{number}", queues)
        if self.gallery:
            self.add_artist_process("gallery", "gallery", "--port", str(self.ports["gallery"]))

    def add_worker(self, name: str, queues: str) -> None:
        """Start one more worker for these queues."""
        self.add_artist_process(
            name, "worker", "--queues", queues, "--concurrency", str(self.concurrency)
        )

    def add_artist_process(self, name: str, *arguments: str) -> None:
        """Start an `artist` command, and keep it up from now on."""
        command = (*arguments, "--data", str(self.folder / "data"))
        environment, log = self.artist_environment, self._log(name)
        if self.quick:
            self._starts[name] = lambda: fork(
                quick_artist, command, environment=environment, log=log
            )
        else:
            artist = str(Path(sys.executable).parent / "artist")
            self._starts[name] = lambda: execute(
                [artist, *command], environment=environment, log=log
            )
        self.start(name)
        self._kept_up.add(name)

    def start(self, name: str) -> None:
        """Start a part that does not run."""
        with self._lock:
            if name not in self.processes or not self.processes[name].is_running:
                self.processes[name] = self._starts[name]()

    def kill(self, name: str) -> None:
        """SIGKILL for a part; one of the artist's is started again by itself."""
        self.processes[name].kill()

    def remove(self, name: str) -> None:
        """Kill a part for good."""
        with self._lock:
            self._kept_up.discard(name)
            process = self.processes.pop(name, None)
        if process:
            process.kill()

    def restart_redis(self, *, wiped: bool = False) -> None:
        """Kill Redis, lose what it held if `wiped`, and start it again."""
        self.kill("redis")
        if wiped:
            shutil.rmtree(self.folder / "redis")
            (self.folder / "redis").mkdir()
        self.start("redis")
        wait_for_port(self.ports["redis"])

    def restart_qdrant(self) -> None:
        """Start the Qdrant server with nothing in it."""
        self.kill("qdrant")
        self.start("qdrant")
        wait_for_port(self.ports["qdrant"])

    def worker_names(self) -> list[str]:
        """Names of the workers that are kept up."""
        return sorted(self._kept_up - {"beat", "gallery"})

    def stop(self) -> None:
        """End every process: the artist's politely, the stores at once."""
        with self._lock:
            own = [self.processes[name] for name in self._kept_up]
            self._kept_up.clear()
            self._starts.clear()
        for process in own:
            process.tell(signal.SIGTERM)
        for process in own:
            with contextlib.suppress(TimeoutError):
                process.wait(10 if self.quick else 60)
        for process in self.processes.values():
            process.send(signal.SIGCONT)
            process.kill()
        with contextlib.suppress(Exception):
            self.postgresql.stop()

    # --- where things are

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.ports['redis']}/0"

    @property
    def s3_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3']}"

    @property
    def archive_url(self) -> str:
        if self.archive_folder is not None:
            return str(self.archive_folder)
        return f"s3://archive/artists?endpoint={self.s3_url}&region=us-east-1"

    @property
    def catalogue_url(self) -> str:
        return f"{self.postgresql.url}/postgres{self.database_options}"

    @property
    def traps(self) -> Path:
        return self.folder / "traps"

    @property
    def redis(self) -> redis_client.Redis:
        """A connection to the broker."""
        return redis_client.Redis(port=self.ports["redis"])

    @property
    def store_environment(self) -> dict[str, str]:
        """What the S3 client needs."""
        return {
            "AWS_ACCESS_KEY_ID": "AKIDARTIST",
            "AWS_SECRET_ACCESS_KEY": "very-secret",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        }

    @property
    def artist_environment(self) -> dict[str, str]:
        """The environment of every `artist` command."""
        quick_only = {
            "QUICK_TRAPS": str(self.traps),
            "QUICK_LEASE_SECONDS": str(self.lease_seconds),
            "OPENAI_API_KEY": "sk-test",
            "ARTIST_OPENAI__BASE_URL": f"http://127.0.0.1:{self.ports['api']}/v1",
        }
        return {
            **self.store_environment,
            "ARTIST_STORAGE__BROKER": self.redis_url,
            "ARTIST_STORAGE__CATALOGUE": self.catalogue_url,
            "ARTIST_STORAGE__ARCHIVE": self.archive_url,
            "ARTIST_STORAGE__MEMORY": f"http://127.0.0.1:{self.ports['qdrant']}",
            "OMP_NUM_THREADS": "1",
            **(quick_only if self.quick else {}),
            **self.environment,
        }

    def write_settings(self, text: str | None = None) -> None:
        """Write `artist.toml`, all at once; without a text as it should be."""
        good = SETTINGS.format(
            every=self.every,
            budget=self.budget,
            timeout=f"{API_TIMEOUT}s" if self.api_seconds == 0 else "60s",
            min_free_gib=self.min_free_gib,
        )
        new = self.folder / "artist.toml.new"
        new.write_text(good if text is None else text)
        new.rename(self.folder / "data" / "artist.toml")

    # --- who works

    def create_artist(self, name: str, *, painter: str = "openai", seed: int = 1) -> None:
        """Create an artist with quick parts."""
        vocabulary = QuickSampler().vocabulary
        create_artist(
            self.catalogue,
            self.archive,
            ArtistSection(name=name, seed=seed),
            parts=lambda: quick_parts(painter),
            vocabulary=vocabulary,
        )

    def _open(self) -> tuple[Catalogue, Archive]:
        if self.archive_folder is not None:
            self.archive_folder.mkdir(parents=True, exist_ok=True)
        return Catalogue(self.catalogue_url), Archive(open_store(self.archive_url))

    @contextmanager
    def _environment_of_stores(self) -> Iterator[None]:
        before = dict(os.environ)
        os.environ.update(self.store_environment)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _serve(self, name: str, serve: Callable[..., None], *arguments: object) -> None:
        port, log = self.ports[name], self._log(name)
        self._starts[name] = lambda: fork(serve, port, *arguments, log=log)

    def _start_again(self) -> None:
        with self._lock:
            for name in self._kept_up:
                if not self.processes[name].is_running:
                    stamp = datetime.now(UTC).time()
                    with self._log("restarts").open("a") as log:
                        log.write(f"{stamp} {name}: {self.processes[name].exit_code}\n")
                    self.processes[name] = self._starts[name]()

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"
