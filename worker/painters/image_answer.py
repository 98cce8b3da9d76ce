"""Read the answers of image endpoints: base64 in every common form, or a URL."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from worker.openai_api import NONSENSE, Tokens, token_counts

_PARTIALS = 3
"""Partial pictures that are kept; no more can be asked for."""


@dataclass(frozen=True)
class ImageAnswer:
    """An answer's picture, in base64 or by its URL; both are empty where it has none.

    `partials` are the pictures, in base64, that a stream held before the last one.
    """

    encoded: str = ""
    url: str = ""
    tokens: Tokens | None = None
    request_id: str = ""
    partials: tuple[str, ...] = ()


def read_answer(answer: object, *, request_id: str = "") -> ImageAnswer:
    """Read an answer of the images API."""
    tokens = _tokens(getattr(answer, "usage", None))
    for item in _items(getattr(answer, "data", None)):
        encoded, url = (_text(item, name) for name in ("b64_json", "url"))
        if encoded or url:
            return ImageAnswer(encoded, url, tokens, request_id)
    return ImageAnswer(tokens=tokens, request_id=request_id)


def read_events(events: Iterable[object], *, request_id: str = "") -> ImageAnswer | None:
    """Read a stream of events up to the completed picture; None if the stream ends before it."""
    partials: list[str] = []
    for event in events:
        if getattr(event, "type", None) == "image_generation.partial_image":
            partials += filter(None, [_text(event, "b64_json")])
        if getattr(event, "type", None) == "image_generation.completed":
            tokens = _tokens(getattr(event, "usage", None))
            encoded, url = (_text(event, name) for name in ("b64_json", "url"))
            return ImageAnswer(encoded, url, tokens, request_id, tuple(partials[:_PARTIALS]))
    return None


def decode_base64(text: str) -> bytes:
    """Decode base64 with or without padding, line breaks, URL-safe letters or a `data:` prefix.

    Raises:
        ValueError: it is no base64.
    """
    if text[:5].lower() == "data:":
        return decode_data_url(text)
    return _decoded("".join(text.split()))


def decode_data_url(url: str) -> bytes:
    """Decode a `data:` URL.

    Raises:
        ValueError: it is none.
    """
    head, comma, body = url.partition(",")
    if not comma:
        raise ValueError("the data: URL has no comma")
    if head.strip().lower().endswith(";base64"):
        return _decoded(b"".join(unquote_to_bytes(body).split()).decode("ascii"))
    return unquote_to_bytes(body)


def _decoded(text: str) -> bytes:
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def _items(data: object) -> list[object]:
    try:
        return list(data) if data and not isinstance(data, str) else []  # type: ignore[call-overload]
    except NONSENSE:
        return []


def _text(item: object, name: str) -> str:
    value: object = getattr(item, name, None)
    return value.strip() if isinstance(value, str) else ""


def _tokens(usage: object) -> Tokens | None:
    """The tokens in and out, under the names of the images API or of chat completions."""
    return token_counts(usage, "input_tokens", "output_tokens") or token_counts(
        usage, "prompt_tokens", "completion_tokens"
    )
