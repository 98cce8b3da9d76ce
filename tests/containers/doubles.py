"""The test servers for Qdrant and S3 as containers run them: `… -m tests.containers.doubles s3`.

moto keeps everything in memory. Here each write is on disk before it is answered, as with a real S3
server, and is made again at the next start: the archive must outlive a SIGKILL.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cheroot.wsgi import Server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from tests.storage.qdrant_server import QdrantServer
from tests.storage.s3_server import FaultyS3

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass
class Journal:
    """A WSGI application before another one: its successful writes, a JSON line each, in `path`."""

    server: Callable[[Environ, StartResponse], Iterable[bytes]]
    path: Path
    _file: IO[bytes] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if self.path.exists():
            for line in self.path.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):  # else the write was cut off, and never answered
                    self._repeat(json.loads(line))
        self._file = self.path.open("ab")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [("Content-Length", "0")])
            return []
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.server(environ, start_response)
        with self._lock:  # in the order in which they took effect
            return self._write(environ, start_response)

    def _write(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = b"".join(iter(lambda: environ["wsgi.input"].read(1 << 16), b""))
        kept = {
            key: value
            for key, value in environ.items()
            if isinstance(value, str) and (key.isupper() or key == "wsgi.url_scheme")
        }
        answered: list[Any] = []
        environ["wsgi.input"] = io.BytesIO(body)
        content = b"".join(self.server(environ, lambda *answer: answered.extend(answer)))
        if answered[0].startswith("2"):
            record = {"environ": kept, "body": base64.b64encode(body).decode()}
            self._file.write(json.dumps(record).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        start_response(*answered)
        return [content]

    def _repeat(self, record: dict[str, Any]) -> None:
        body = base64.b64decode(record["body"])
        environ = {
            **record["environ"],
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        b"".join(self.server(environ, lambda *_: None))


def main() -> None:
    """Be the server that the first argument names, until SIGTERM; the image's own are ignored."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if sys.argv[1] == "qdrant":
        key = os.environ["QDRANT__SERVICE__API_KEY"]
        Server(("0.0.0.0", 6333), QdrantServer(Path("/qdrant/storage"), api_key=key)).safe_start()
    else:
        moto = FaultyS3(DomainDispatcherApplication(create_backend_app), keeps_requests=False)
        journal = Journal(moto, Path("/data/journal"))
        Server(("0.0.0.0", 8333), journal, numthreads=32).safe_start()


if __name__ == "__main__":
    main()
