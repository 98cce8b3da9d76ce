"""A server of OpenAI's API, and a ledger that records a part's charges."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image

from cas import CulturalAlienSampler
from storage.archive.events import ArtistCreated, TuningChanged
from tests.worker.contexts import NoisePainter, add_artist, create_context
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder
from worker.worker_context import WorkerContext

KEY = "sk-test"


@dataclass(frozen=True)
class Reply:
    """The server's response to one request."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    mishap: Literal["", "hang", "drop", "cut"] = ""

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def refusal(status: int, code: str | None, message: str = "no", **more: Any) -> Reply:
    """An error in the API's format."""
    headers = more.pop("headers", {})
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply({"error": error | more}, status, headers)


def written(answer: object, **more: Any) -> Reply:
    """An answer of `/responses`; a string is used as its text."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    content = {"type": "output_text", "text": text, "annotations": []}
    return response([content], **more)


def response(contents: list[dict[str, Any]], **more: Any) -> Reply:
    usage = {
        "input_tokens": 700,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 200,
        "output_tokens_details": {"reasoning_tokens": 64},
        "total_tokens": 900,
    }
    message = {
        "type": "message",
        "id": "msg_1",
        "status": "completed",
        "role": "assistant",
        "content": contents,
    }
    body = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1764000000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "gpt-5.2-2025-12-11",
        "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, message],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage,
    }
    return Reply(body | more, headers={"x-request-id": "req_text"})


def chatted(answer: object, *, finish_reason: str = "stop", **more: Any) -> Reply:
    """An answer of `/chat/completions`."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1764000000,
        "model": "llama3.2",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": finish_reason,
            }
        ],
        "usage": {"prompt_tokens": 500, "completion_tokens": 150, "total_tokens": 650},
    }
    return Reply(body | more)


def pictured(picture: bytes | str, **more: Any) -> Reply:
    """An answer of `/images/generations`; a string is used as its base64."""
    encoded = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
    body = {
        "created": 1764000000,
        "data": [{"b64_json": encoded}],
        "output_format": "png",
        "quality": "medium",
        "size": "1024x1024",
        "usage": {
            "input_tokens": 100,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": 100},
            "output_tokens": 1056,
            "total_tokens": 1156,
        },
    }
    return Reply(body | more, headers={"x-request-id": "req_image"})


def moderated(**categories: bool) -> Reply:
    """An answer of `/moderations`."""
    result = {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": {name: 0.9 if hit else 0.01 for name, hit in categories.items()},
        "category_applied_input_types": {name: ["image"] for name in categories},
    }
    return Reply({"id": "modr-1", "model": "omni-moderation-latest", "results": [result]})


class ApiServer:
    """Answers requests with the given replies, in order, and stores the requests.

    Like the real server it checks the key, and refuses parameters that the models don't accept.
    """

    reply = staticmethod(Reply)
    refusal = staticmethod(refusal)
    written = staticmethod(written)
    response = staticmethod(response)
    chatted = staticmethod(chatted)
    pictured = staticmethod(pictured)
    moderated = staticmethod(moderated)
    key = KEY

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.models: tuple[str, ...] = ()
        self.shutdown_dates: dict[str, object] = {}
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def next_reply(self, path: str, asked: dict[str, Any], authorization: str) -> Reply:
        self.requests.append((path, asked))
        if authorization != f"Bearer {KEY}":
            return refusal(401, "invalid_api_key", "Incorrect API key provided")
        if path == "/v1/models":
            data = [
                {
                    "id": model,
                    "object": "model",
                    "created": 0,
                    "owned_by": "us",
                    "shutdown_date": self.shutdown_dates.get(model),
                }
                for model in self.models
            ]
            return Reply({"object": "list", "data": data})
        return self._check(path, asked) or self.replies.pop(0)

    @staticmethod
    def _check(path: str, asked: dict[str, Any]) -> Reply | None:
        match path:
            case "/v1/responses":
                shape = asked.get("text", {}).get("format", {})
                known = shape.get("type") == "json_schema" and shape.get("name")
            case "/v1/chat/completions":
                known = asked.get("response_format", {}).get("json_schema", {}).get("schema")
            case "/v1/images/generations":
                known = asked.get("prompt") and asked.get("model")
                known = known and not ("gpt-image" in known and "response_format" in asked)
            case "/v1/moderations":
                kinds = [part["type"] for part in asked["input"]]
                known = asked.get("model") and kinds == ["text", "image_url"]
            case _:
                return refusal(404, None, f"Invalid URL (POST {path})")
        return None if known else refusal(400, "unknown_parameter", f"not for {path}: {asked}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer({})

            def do_POST(self) -> None:
                self.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

            def answer(self, asked: dict[str, Any]) -> None:
                reply = server.next_reply(self.path, asked, self.headers["authorization"])
                self.close_connection = True
                if reply.mishap == "hang":
                    server.closing.wait()
                if reply.mishap in ("hang", "drop"):
                    return
                data = reply.data
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if reply.mishap == "cut" else data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@dataclass
class Entry:
    """One paid call."""

    purpose: str
    provider: str
    model: str
    ceiling: float
    state: str = "reserved"
    cost: float = 0.0
    request_id: str = ""
    result: bytes | None = None
    url: str = ""
    reason: str = ""

    def settle(
        self, cost: float, *, request_id: str = "", result: bytes | None = None, url: str = ""
    ) -> None:
        assert self.state == "reserved"
        self.state, self.cost = "settled", cost
        self.request_id, self.result, self.url = request_id, result, url

    def refuse(self, reason: str) -> None:
        assert self.state == "reserved"
        self.state, self.reason = "refused", reason


class Books:
    """A meter that keeps its entries in a list."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    @property
    def states(self) -> list[str]:
        return [entry.state for entry in self.entries]

    @contextmanager
    def paid(self, purpose: str, *, provider: str, model: str, ceiling: float) -> Iterator[Entry]:
        entry = Entry(purpose, provider, model, ceiling)
        self.entries.append(entry)
        try:
            yield entry
        finally:
            if entry.state == "reserved":
                entry.state, entry.cost = "unknown", ceiling

    def unfetched(self, purpose: str) -> str:
        return next((e.url for e in self.entries[::-1] if e.purpose == purpose and e.url), "")


@pytest.fixture
def api() -> Iterator[ApiServer]:
    server = ApiServer()
    yield server
    server.close()


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A noisy picture, 64 × 48."""
    pixels = np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="session")
def sampler() -> CulturalAlienSampler:
    return CulturalAlienSampler.from_pretrained()


@pytest.fixture(scope="session")
def encoders() -> tuple[MiniLMEncoder, EfficientNetEncoder]:
    return MiniLMEncoder(), EfficientNetEncoder()


@pytest.fixture
def open_worker_context(
    tmp_path: Path,
    sampler: CulturalAlienSampler,
    encoders: tuple[MiniLMEncoder, EfficientNetEncoder],
    created: ArtistCreated,
    tuned: TuningChanged,
) -> Iterator[Callable[..., WorkerContext]]:
    """Open a worker context over one folder; the earlier one is closed, as after a crash."""
    opened: list[WorkerContext] = []

    def open_(painter: object = None, **parts: object) -> WorkerContext:
        while opened:
            opened.pop().close()
        context = create_context(
            tmp_path, sampler, encoders, painter=painter or NoisePainter(), **parts
        )
        add_artist(context, created, tuned)
        # Let the context know the memory, so that `close` releases the folder.
        artist = context.catalogue.artists.get("alien")
        assert artist is not None
        context.components(artist)
        opened.append(context)
        return context

    yield open_
    while opened:
        opened.pop().close()
