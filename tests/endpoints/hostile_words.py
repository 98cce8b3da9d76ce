"""Hostile answers of language models, made from real forms of both endpoints by seeded damage: to
the bytes, to the JSON of the response, to the text that the model wrote, and to the status.
"""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

from tests.worker.conftest import ApiServer, Reply

VALUES: list[Any] = [
    *(None, True, -1, 10**30, 1e308, float("nan"), "", "\0", "\ud83d", "x" * 60_000, [], {}),
    *([None], [[[]]], {"a": {}}, ["fox"] * 500, {"error": "no"}, "<think>{", "\u202e\u200b"),
]
TEXTS = [
    "",
    "   ",
    "null",
    "[]",
    "{}",
    "I can't help with that.",
    "<think>{",
    "<think>{}</think>",
    "```json\n```",
    "{" * 3000,
    '{"a":' * 3000,
    "}{" * 3000,
    '"' * 5000,
    "\0\x1b[2J\ud83d",
    "\\u0000" * 500,
    "{}" * 5000,
    f'{{"thought": {"9" * 5000}}}',
]
ERRORS = [400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504, 529]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    return [path, *(way for key, part in inner for way in places(part, (*path, key)))]


def damaged(value: Any, random_: Random) -> Any:
    """The value with one part of it replaced or left out."""
    way = random_.choice(places(value))
    if not way:
        return random_.choice(VALUES)
    value = json.loads(json.dumps(value))
    holder = value
    for key in way[:-1]:
        holder = holder[key]
    if random_.random() < 0.3:
        del holder[way[-1]]
    else:
        holder[way[-1]] = random_.choice(VALUES)
    return value


def hostile_text(answer: dict[str, Any], random_: Random) -> str:
    """What a hostile model writes."""
    if random_.random() < 0.4:
        return random_.choice(TEXTS)
    text = json.dumps(damaged(answer, random_))
    start = random_.randrange(len(text))
    return random_.choice([text, text[:start], text[start:], f"<think>{text}", text * 2])


def hostile_reply(number: int, path: str, answer: dict[str, Any]) -> Reply:
    """One reply, the same for the same number."""
    random_ = Random(number)
    written = ApiServer.written if path == "/v1/responses" else ApiServer.chatted
    whole = written(answer)
    match random_.randrange(5):
        case 0:
            return written(hostile_text(answer, random_))
        case 1:
            return replace(whole, body=damaged(whole.body, random_))
        case 2:
            body = damaged({"error": {"message": "no", "code": "x", "param": "seed"}}, random_)
            headers = {"retry-after": random_.choice(["", "-1", "9" * 99, "nan", "soon"])}
            return Reply(body, random_.choice(ERRORS), headers)
        case 3:
            text = json.dumps(whole.body)
            return replace(whole, body=text[: random_.randrange(len(text))])
        case _:
            return replace(whole, mishap=random_.choice(["drop", "cut"]))
