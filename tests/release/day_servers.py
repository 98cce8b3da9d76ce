"""Servers of others that an operator's day needs, as local doubles, and the proxy of the manual."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.endpoints import images, words
from tests.gallery.publishing.remotes import Remotes
from tests.served.ports import free_port, wait_for_port

MANUAL = Path(__file__).parents[2] / "docs" / "operations.md"


class LocalModels(images.Ollama):
    """One local server with a model that writes and one that paints."""

    painter = "x/z-image-turbo"

    def __init__(self) -> None:
        self.words = words.Ollama()
        super().__init__()

    def answer(self, request: images.Request) -> images.Answer:
        if request.method == "GET" and request.path.endswith("/models"):
            offered = [{"id": name, "object": "model"} for name in (self.words.model, self.painter)]
            return images.Answer({"object": "list", "data": offered})
        if request.path.endswith(self.path):
            return super().answer(request)
        reply = self.words.reply(request.path, request.body, "")
        return images.Answer(reply.body, reply.status)


class Accounts(Remotes):
    """A Mastodon server that knows its tokens, and a listener for webhooks."""

    def __init__(self, *tokens: str) -> None:
        super().__init__()
        self.tokens = tokens

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens:
            return None
        return JSONResponse({"error": "The access token is invalid"}, status_code=401)

    async def account(self, request: Request) -> Response:
        return self._refusal(request) or await super().account(request)

    async def take_media(self, request: Request) -> Response:
        return self._refusal(request) or await super().take_media(request)

    async def take_status(self, request: Request) -> Response:
        return self._refusal(request) or await super().take_status(request)


@contextmanager
def serving(remotes: Remotes) -> Iterator[int]:
    """Serve a double while the block runs; gives its port."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(remotes.app(), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for_port(port)
        yield port
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def proxy(folder: Path, *, gallery: int) -> Iterator[int]:
    """The manual's example for nginx, with a certificate of its own; gives the port with TLS."""
    port = free_port()
    folder.mkdir()
    certificate, key = folder / "art.example.pem", folder / "art.example.key"
    name = ["-subj", "/CN=art.example", "-addext", "subjectAltName=DNS:art.example"]
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out"]
    subprocess.run(["openssl", "req", *made, certificate, *name], check=True, capture_output=True)
    (example,) = re.findall(r"```nginx\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    site = (
        str(example)
        .replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        .replace("/etc/ssl", str(folder))
        .replace("127.0.0.1:8000", f"127.0.0.1:{gallery}")
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{site}\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)
