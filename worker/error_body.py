"""The words in the body of an API's error response, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from storage.text import message, shortened

if TYPE_CHECKING:
    import openai

LONGEST_WORDS = 1000
_DEEPEST = 6
# Codes, links, and what validators repeat of the request: parameters are named there by chance.
_SKIPPED = frozenset({"input", "ctx", "url", "type", "@type", "status", "code", "object"})


def error_words(error: openai.APIStatusError) -> str:
    """Return what the server says of a failed request, without what it repeats of the request.

    OpenAI's SDK reads only `error.message`. Other servers send a list (Gemini), an `error` that is
    text (xAI), FastAPI's `detail` (Mistral), or no JSON.
    """
    told: list[str] = []
    for text in _texts(error.body, depth=0):
        if not any(text in earlier for earlier in told):
            told.append(text)
    words = re.sub(r",? input_value=[^\]\n]*", "", "; ".join(told))
    return shortened(message(words), LONGEST_WORDS)


def named_in(words: str, parameters: Collection[str]) -> frozenset[str]:
    """Return the parameters that an error names."""
    return frozenset(name for name in parameters if re.search(rf"(?<!\w){name}(?!\w)", words))


def _texts(body: object, *, depth: int) -> Iterator[str]:
    match body:
        case str() if body.strip() not in ("", "None"):
            yield body.strip().rstrip(".")
        case dict() if depth < _DEEPEST:
            place = body.get("loc")
            if isinstance(place, list):
                yield ".".join(map(str, place))
            # The message first, the parameter's name after it.
            for name in sorted(body, key=lambda name: name not in ("message", "msg", "error")):
                if name not in _SKIPPED and name != "loc":
                    yield from _texts(body[name], depth=depth + 1)
        case list() if depth < _DEEPEST:
            for part in body:
                yield from _texts(part, depth=depth + 1)
