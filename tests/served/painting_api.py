"""A server that paints by OpenAI's Images API, fails as it is told to, and keeps its own books.

It answers `/v1/images/generations` with seeded noise. Mishaps are set for the next requests by a
PUT to `/mishaps`; a GET of `/calls` tells what was asked, what was answered, and what was billed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import urllib3
from PIL import Image

from tests.worker.outgoing import hostile

USAGE: dict[str, Any] = {
    "input_tokens": 100,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 100},
    "output_tokens": 1056,
    "total_tokens": 1156,
}
PRICE = (100 * 5 + 1056 * 30) / 1_000_000
"""US dollars that gpt-image-2 takes for that usage."""

RAW: dict[str, hostile.Behaviour] = {
    "drip": hostile.DRIPPING_BODY,
    "huge": hostile.huge,
    "bomb": hostile.bomb,
    "redirect": hostile.redirect("http://169.254.169.254/"),
}
"""Answers past what `http.server` writes."""

MISHAPS = (
    "busy",
    "busy for a second",
    "error",
    "hang",
    "drop",
    "base64",
    "truncated",
    "moderation",
    "quota",
    "lies",
    *RAW,
)


@dataclass(frozen=True)
class Call:
    """One picture that was asked for; `billed` whether a real provider would charge it."""

    prompt: str
    mishap: str
    billed: bool
    sha256: str


class _Books:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.mishaps: list[str] = []
        self.calls: list[Call] = []
        self.lock = threading.Lock()


def serve(port: int, seconds: float = 0.0) -> None:
    """Be the server until the process ends; each picture takes so many seconds."""
    books = _Books(seconds)

    class Handler(_Handler):
        pass

    Handler.books = books
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


class _Handler(BaseHTTPRequestHandler):
    books: _Books
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/calls":
            with self.books.lock:
                self._answer([asdict(call) for call in self.books.calls])
        else:
            self._answer({"object": "list", "data": []})

    def do_PUT(self) -> None:
        with self.books.lock:
            self.books.mishaps = self._body()
        self._answer({})

    def do_POST(self) -> None:
        prompt = self._body()["prompt"]
        with self.books.lock:
            mishap = self.books.mishaps.pop(0) if self.books.mishaps else ""
        time.sleep(self.books.seconds)
        data = picture(prompt)
        billed = mishap not in ("busy", "busy for a second", "error", "moderation", "quota")
        with self.books.lock:
            sha256 = hashlib.sha256(data).hexdigest()
            self.books.calls.append(Call(prompt, mishap, billed, sha256))
        self._mishap(mishap, data)

    def _mishap(self, mishap: str, data: bytes) -> None:
        encoded = base64.b64encode(data).decode()
        match mishap:
            case "busy":
                self._refuse(429, "rate_limit_exceeded")
            case "busy for a second":
                self._refuse(429, "rate_limit_exceeded", {"Retry-After": "1"})
            case "error":
                self._refuse(500, "server_error")
            case "moderation":
                self._refuse(400, "moderation_blocked")
            case "quota":
                self._refuse(429, "insufficient_quota")
            case "hang":
                time.sleep(60)
            case "drop":
                self.close_connection = True
                self.connection.close()
            case "base64":
                self._picture(f"%{encoded[1:]}")
            case "truncated":
                self._picture(base64.b64encode(data[: len(data) // 2]).decode())
            case "lies":
                self._picture(encoded, {**USAGE, "input_tokens": -(10**12), "output_tokens": "x"})
            case _ if mishap in RAW:
                self.close_connection = True
                with suppress(OSError):
                    RAW[mishap](threading.Event(), self.connection)
                    self.connection.shutdown(socket.SHUT_RDWR)
            case _:
                self._picture(encoded)

    def _picture(self, encoded: str, usage: dict[str, Any] = USAGE) -> None:
        self._answer(
            {
                "created": 1764000000,
                "data": [{"b64_json": encoded}],
                "output_format": "png",
                "quality": "medium",
                "size": "1024x1024",
                "usage": usage,
            }
        )

    def _refuse(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        error = {"message": "injected", "type": "error", "param": None, "code": code}
        self._answer({"error": error}, status, headers)

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def _answer(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("x-request-id", f"req_{len(self.books.calls)}")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def picture(prompt: str) -> bytes:
    """A PNG of noise, 48 × 32, another one for each prompt."""
    seed = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8])
    pixels = np.random.default_rng(seed).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def set_mishaps(port: int, mishaps: list[str]) -> None:
    """Let the next requests end so, in that order; the ones after them end well."""
    urllib3.request("PUT", f"http://127.0.0.1:{port}/mishaps", json=mishaps)


def calls(port: int) -> list[Call]:
    """Every picture that was asked for so far."""
    answer = urllib3.request("GET", f"http://127.0.0.1:{port}/calls")
    return [Call(**call) for call in answer.json()]
