"""Find the JSON objects in a language model's answer.

Models without a working schema fence their JSON, write about it before and after, think aloud with
braces, or wrap the object in another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecoder, dumps

MOST_OBJECTS = 1000
"""Opening braces of an answer, from its end, that are tried."""

_END_OF_THOUGHT = re.compile(r"</think(?:ing)?>|\[/THINK\]|<\|channel\|>final", re.IGNORECASE)
# Line breaks within strings are common, and harmless.
_DECODER = JSONDecoder(strict=False)


def json_objects(text: str) -> Iterator[str]:
    """Yield each complete object of a text as strict JSON, the last one first.

    Objects within objects are among them. Those of a thought that comes before the answer are
    yielded only if there is none after it.
    """
    ends = [match.end() for match in _END_OF_THOUGHT.finditer(text)]
    answer = ends[-1] if ends else 0
    is_empty = True
    for found in _objects(text, answer, len(text)):
        is_empty = False
        yield found
    if is_empty:
        yield from _objects(text, 0, answer)


def _objects(text: str, start: int, end: int) -> Iterator[str]:
    for _ in range(MOST_OBJECTS):
        end = text.rfind("{", start, end)
        if end < 0:
            return
        try:
            yield dumps(_DECODER.raw_decode(text, end)[0])
        except (ValueError, RecursionError):
            continue
