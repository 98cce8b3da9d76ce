"""A hub of models and data sets on this machine, with as much of its interface as files need."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SHA = "0123456789abcdef0123456789abcdef01234567"
"""Of every commit."""

Repositories = dict[str, dict[str, bytes]]
"""By `model owner/name` or `dataset owner/name`: each file's content by its path."""


class Hub(BaseHTTPRequestHandler):
    """Creates repositories, takes commits, lists and gives files."""

    protocol_version = "HTTP/1.1"
    stored: Repositories

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/repos/create":
            asked = json.loads(body)
            kind = asked.get("type") or "model"
            name = f"{asked['organization']}/{asked['name']}"
            self.stored.setdefault(f"{kind} {name}", {})
            prefix = "" if kind == "model" else f"{kind}s/"
            self._answer({"url": f"http://{self.headers['Host']}/{prefix}{name}", "id": name})
        elif self.path == "/api/validate-yaml":
            self._answer({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = [{**each, "uploadMode": "regular"} for each in json.loads(body)["files"]]
            self._answer({"files": [{**each, "shouldIgnore": False} for each in files]})
        else:
            self._commit([json.loads(line) for line in body.splitlines()])

    def _commit(self, lines: list[dict[str, Any]]) -> None:
        kind, name = re.match(r"/api/(\w+)s/([^/]+/[^/]+)/commit/", self.path).groups()  # type: ignore[union-attr]
        for line in lines:
            if line["key"] == "file":
                content = base64.b64decode(line["value"]["content"])
                self.stored[f"{kind} {name}"][line["value"]["path"]] = content
        url = f"http://{self.headers['Host']}/{name}/commit/{SHA}"
        self._answer({"commitUrl": url, "commitOid": SHA, "success": True})

    def do_GET(self) -> None:
        asked = re.match(r"/api/models/([^/]+/[^/?]+)/(revision|tree)/", self.path)
        given = re.match(r"/([^/]+/[^/]+)/resolve/[^/]+/([^?]+)", self.path)
        files = self.stored.get(f"model {(asked or given or [0, ''])[1]}")
        if files is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif asked and asked[2] == "tree":
            self._answer(
                [
                    {"type": "file", "path": path, "size": len(content), "oid": _oid(content)}
                    for path, content in files.items()
                ]
            )
        elif asked:
            siblings = [{"rfilename": path} for path in files]
            self._answer({"id": asked[1], "sha": SHA, "siblings": siblings})
        elif given:
            self._send(files[given[2]])

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, told: object) -> None:
        self._send(json.dumps(told).encode())

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", SHA)
        self.send_header("ETag", f'"{_oid(content)}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def _oid(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


@contextmanager
def hub_server() -> Iterator[tuple[str, Repositories]]:
    """A hub on this machine: its address, and what it stores."""
    stored: Repositories = {}
    handler = type("Handler", (Hub,), {"stored": stored})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", stored
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
