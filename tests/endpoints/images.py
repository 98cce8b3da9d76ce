"""Local doubles of image servers: they check what they are sent, and answer as the real ones do.

Each refuses what the real one refuses, in its form; where a source is unclear, the double is the
stricter one. `presets` is the part of docs/howto/endpoints.md that names it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

KEY = "sk-double"
USAGE = {
    "input_tokens": 100,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 100},
    "output_tokens": 1056,
    "total_tokens": 1156,
}
SIZE = re.compile(r"[1-9]\d{1,3}x[1-9]\d{1,3}")


def picture(seed: object, *, size: str = "", kind: str = "PNG") -> bytes:
    """A small noisy picture that follows from its seed; its sides are a 16th of `size`."""
    width, height = (int(side) // 16 for side in (size or "1024x1024").split("x"))
    digest = hashlib.sha256(str(seed).encode()).digest()
    noise = np.random.default_rng(list(digest)).integers(0, 256, (height, width, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Answer:
    """A response of a double."""

    body: Any = b""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Request:
    """What a double was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class Double:
    """A server on a free port; `requests` are those that came, `painted` the pictures it made."""

    base_path = "/v1"
    path = "/images/generations"
    known: frozenset[str] | None = None
    """Parameters that the server accepts; None: it ignores others."""
    needs_key = True

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.painted: list[bytes] = []
        self.files: dict[str, bytes] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def base_url(self) -> str:
        return self.origin + self.base_path

    @property
    def asked(self) -> list[Request]:
        """The requests for a picture."""
        return [one for one in self.requests if one.method == "POST"]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Answer:
        if self.needs_key and not self.is_authorized(request.headers):
            return self.unauthorized()
        path = urlsplit(request.path).path
        if request.method == "GET" and path.endswith("/models"):
            return Answer({"object": "list", "data": []})
        if request.method == "GET" and path in self.files:
            return Answer(self.files[path], kind="image/png")
        if (request.method, path) != ("POST", self.base_path + self.path):
            return self.missing(path)
        unknown = sorted(set(request.body) - (self.known or set(request.body)))
        if unknown:
            return self.unknown(unknown[0])
        return self.paint(request.body)

    def is_authorized(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {KEY}"

    def unauthorized(self) -> Answer:
        return self.error(401, "Incorrect API key provided", code="invalid_api_key")

    def missing(self, path: str) -> Answer:
        return self.error(404, f"Invalid URL (POST {path})")

    def unknown(self, name: str) -> Answer:
        return self.error(
            400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter"
        )

    def error(self, status: int, message: str, **more: Any) -> Answer:
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
        return Answer({"error": {**error, **more}}, status)

    def paint(self, asked: dict[str, Any]) -> Answer:
        raise NotImplementedError

    def made(self, data: bytes) -> bytes:
        self.painted.append(data)
        return data

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply({})

            def do_POST(self) -> None:
                self.reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

            def reply(self, body: dict[str, Any]) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, body)
                double.requests.append(request)
                answer = double.answer(request)
                self.close_connection = True
                self.send_response(answer.status)
                self.send_header("content-type", answer.kind)
                self.send_header("content-length", str(len(answer.data)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class OpenAI(Double):
    """api.openai.com with a gpt-image model: base64 only, and no unknown parameter."""

    known = frozenset(
        [
            "model",
            "prompt",
            "n",
            "size",
            "quality",
            "background",
            "complexity",
            "moderation",
            "output_format",
            "output_compression",
            "stream",
            "partial_images",
            "user",
            "safety_identifier",
            "frame_count",
            "frame_duration_ms",
            "svg",
        ]
    )
    models: tuple[str, ...] = ("gpt-image-2", "gpt-image-2.6-flare", "gpt-image-2.6-sunburst")
    qualities = ("low", "medium", "high", "xhigh", "max", "auto")

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked["model"] not in self.models:
            return self.no_model(asked["model"])
        if asked.get("quality", "auto") not in self.qualities:
            return self.error(400, "Invalid value for 'quality'", code="invalid_value")
        size = asked.get("size", "1024x1024")
        if not SIZE.fullmatch(size) or any(int(side) % 16 for side in size.split("x")):
            return self.error(400, f"Invalid size {size}", param="size", code="invalid_value")
        if "FORBIDDEN" in asked["prompt"]:
            return self.error(400, "rejected by the safety system", code="moderation_blocked")
        kind = asked.get("output_format", "png")
        data = self.made(picture(len(self.painted), size=size, kind=kind.upper()))
        if asked.get("stream"):
            return self.stream(data, asked.get("partial_images", 0))
        body = {
            "created": 1764000000,
            "data": [{"b64_json": in_base64(data)}],
            "output_format": kind,
            "size": size,
            "usage": USAGE,
        }
        return Answer(body, headers={"x-request-id": "req_1"})

    def no_model(self, model: str) -> Answer:
        return self.error(
            404,
            f"The model `{model}` does not exist or you do not have access to it.",
            code="model_not_found",
        )

    def stream(self, data: bytes, partials: int) -> Answer:
        events: list[dict[str, Any]] = [
            {
                "type": "image_generation.partial_image",
                "partial_image_index": index,
                "b64_json": in_base64(picture(f"partial {index}")),
            }
            for index in range(partials)
        ]
        events.append(
            {"type": "image_generation.completed", "b64_json": in_base64(data), "usage": USAGE}
        )
        text = "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
        return Answer(
            text.encode(), kind="text/event-stream", headers={"x-request-id": "req_stream"}
        )


class Azure(OpenAI):
    """Azure's v1 API: the model is a deployment's name, here of a gpt-image model."""

    base_path = "/openai/v1"
    models = ("my-painter",)

    def is_authorized(self, headers: Mapping[str, str]) -> bool:
        return super().is_authorized(headers) or headers.get("api-key") == KEY

    def unauthorized(self) -> Answer:
        told = "Access denied due to invalid subscription key or wrong API endpoint."
        return Answer({"error": {"code": "401", "message": told}}, 401)

    def no_model(self, model: str) -> Answer:
        told = "The API deployment for this resource does not exist."
        return Answer({"error": {"code": "DeploymentNotFound", "message": told}}, 404)


class OpenRouter(Double):
    """openrouter.ai: a path, parameters and a usage of its own."""

    base_path = "/api/v1"
    path = "/images"
    known = frozenset(
        [
            "model",
            "prompt",
            "aspect_ratio",
            "background",
            "input_references",
            "n",
            "output_compression",
            "output_format",
            "provider",
            "quality",
            "resolution",
            "seed",
            "size",
            "stream",
            "user",
        ]
    )

    def error(self, status: int, message: str, **more: Any) -> Answer:
        return Answer({"error": {"message": message, "code": status}}, status)

    def unknown(self, name: str) -> Answer:
        return self.error(400, f"Unrecognized key: {name}")

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked["model"].count("/") != 1:
            return self.error(400, f"{asked['model']} is not a valid model ID")
        if "size" in asked and "aspect_ratio" in asked:
            return self.error(400, "size conflicts with aspect_ratio")
        data = self.made(picture(asked.get("seed"), size=_by_ratio(asked.get("aspect_ratio"))))
        usage = {"prompt_tokens": 0, "completion_tokens": 4175, "total_tokens": 4175, "cost": 0.04}
        body = {"created": 1, "data": [{"b64_json": in_base64(data)}], "usage": usage}
        return Answer(body)


def _by_ratio(ratio: str | None) -> str:
    return {"3:2": "1536x1024"}.get(ratio or "", "1024x1024")


class LiteLLM(Double):
    """LiteLLM's proxy before a self-hosted model: it refuses `response_format` by name."""

    known = frozenset(
        ["model", "prompt", "n", "size", "quality", "user", "background", "moderation"]
    )

    def error(self, status: int, message: str, **more: Any) -> Answer:
        error = {"message": message, "type": "None", "param": "None", "code": str(status)}
        return Answer({"error": error}, status)

    def unknown(self, name: str) -> Answer:
        return self.error(
            400,
            f"litellm.UnsupportedParamsError: Setting `{name}` is not supported by openai,"
            " sd3.5-large. To drop it from the call, set `litellm.drop_params = True`.. Received"
            " Model Group=sd3.5-large\nAvailable Model Group Fallbacks=None",
        )

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked["model"] != "sd3.5-large":
            return self.error(400, f"Invalid model name passed in model={asked['model']}")
        data = self.made(picture(len(self.painted), size=asked.get("size", "")))
        usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
        return Answer({"created": 1, "data": [{"b64_json": in_base64(data)}], "usage": usage})


class Gemini(Double):
    """Gemini's compatible API: errors in a list, base64 of a format that it chooses itself."""

    base_path = "/v1beta/openai"
    known = frozenset(["model", "prompt", "n", "size", "response_format", "user"])

    def error(self, status: int, message: str, **more: Any) -> Answer:
        kind = "NOT_FOUND" if status == 404 else "INVALID_ARGUMENT"
        return Answer([{"error": {"code": status, "message": message, "status": kind}}], status)

    def unknown(self, name: str) -> Answer:
        told = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
        return self.error(400, told)

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked.get("response_format") != "b64_json":
            return self.error(400, "response_format must be b64_json")
        if not asked["model"].startswith(("gemini-", "imagen-")):
            return self.error(404, f"models/{asked['model']} is not found for API version v1main")
        data = self.made(picture(len(self.painted), size=asked.get("size", ""), kind="JPEG"))
        return Answer({"created": 1, "data": [{"b64_json": in_base64(data)}]})


class VLLMOmni(Double):
    """vLLM-Omni: base64 only, and a seed that decides the picture."""

    needs_key = False

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked.get("response_format", "b64_json") not in ("b64_json", "file"):
            return self.error(400, "Only 'b64_json' or 'file' response format is supported")
        if "x" not in asked.get("size", "1x1"):
            return self.error(400, "size must be in format 'WIDTHxHEIGHT' (e.g., '1024x1024')")
        if asked.get("num_inference_steps", 1) > 200:
            return self.error(400, "num_inference_steps: less than or equal to 200")
        data = self.made(picture(asked.get("seed"), size=asked.get("size", "")))
        item = {"b64_json": in_base64(data), "url": None, "revised_prompt": None}
        return Answer({"created": 1, "data": [item], "output_format": "png"})


class SGLang(Double):
    """SGLang: base64 if it is asked for, else a URL relative to itself."""

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked.get("quality") not in (None, "auto"):
            return Answer({"detail": "quality is not supported by this model"}, 400)
        if not SIZE.fullmatch(asked.get("size", "1024x1024")):
            return Answer({"detail": f"Invalid size: {asked['size']}"}, 400)
        data = self.made(picture(asked.get("seed"), size=asked.get("size", "")))
        if asked.get("response_format") == "b64_json":
            item = {"b64_json": in_base64(data), "url": None}
        else:
            item = self.by_url(data)
        item = {**item, "revised_prompt": asked["prompt"], "file_path": "/tmp/outputs/1.png"}
        return Answer({"id": "1", "created": 1, "data": [item], "usage": None})

    def by_url(self, data: bytes) -> dict[str, str | None]:
        path = f"/v1/images/{len(self.painted)}/content"
        self.files[path] = data
        return {"b64_json": None, "url": path}


class OldSGLang(SGLang):
    """An older SGLang: without cloud storage it fails after it painted, unless asked for base64."""

    def paint(self, asked: dict[str, Any]) -> Answer:
        answer = super().paint(asked)
        if asked.get("response_format") == "b64_json" or answer.status != 200:
            return answer
        told = "response_format='url' requires cloud storage to be configured."
        return Answer({"detail": told}, 400)


class LocalAI(Double):
    """LocalAI: an absolute URL unless asked for base64; a "|" starts the negative prompt."""

    needs_key = False

    def __init__(self) -> None:
        super().__init__()
        self.negative: list[str] = []

    def paint(self, asked: dict[str, Any]) -> Answer:
        size = asked.get("size", "")
        if not SIZE.fullmatch(size or "512x512"):
            return self.error(500, "invalid value for 'size'")
        if asked["model"] == "nonsense":
            return self.error(500, "could not load model - all backends returned error")
        self.negative += asked["prompt"].split("|")[1:]
        data = self.made(picture(asked.get("seed", len(self.painted)), size=size or "512x512"))
        if asked.get("response_format") == "b64_json":
            item = {"b64_json": in_base64(data)}
        else:
            path = f"/generated-images/b64{len(self.painted)}.png"
            self.files[path] = data
            item = {"url": self.origin + path}
        return Answer({"created": 1, "id": "1", "data": [item], "usage": {}})

    def error(self, status: int, message: str, **more: Any) -> Answer:
        return Answer({"error": {"code": status, "message": message, "type": ""}}, status)


class Ollama(Double):
    """Ollama: base64 of models that paint; of another model an empty answer."""

    needs_key = False

    def paint(self, asked: dict[str, Any]) -> Answer:
        if asked["model"] == "nonsense":
            told = {"message": 'model "nonsense" not found', "type": "not_found_error"}
            return Answer({"error": told}, 404)
        if not asked["model"].startswith("x/"):
            return Answer(b"", kind="text/plain")
        data = self.made(picture(asked.get("seed", len(self.painted)), size=asked.get("size", "")))
        return Answer({"created": 1, "data": [{"b64_json": in_base64(data)}]})


class OldOllama(Double):
    """An Ollama of before it painted."""

    needs_key = False

    def answer(self, request: Request) -> Answer:
        return Answer(b"404 page not found", 404, "text/plain")


class LlamaCpp(Double):
    """llama.cpp's server: it makes no images."""

    needs_key = False

    def answer(self, request: Request) -> Answer:
        error = {"code": 404, "message": "File Not Found", "type": "not_found_error"}
        return Answer({"error": error}, 404)


@contextmanager
def running(kind: type[Double]) -> Iterator[Double]:
    """Run a double until the block ends."""
    double = kind()
    try:
        yield double
    finally:
        double.close()
