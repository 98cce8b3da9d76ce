"""Composer and painter against aimock, an independent mock of OpenAI's API.

aimock is an npm package: `npm install --no-save --prefix tests @copilotkit/aimock@1.43.0`.
"""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.errors import ContentRejected, Misconfigured, OutcomeUnknown, ServiceUnavailable
from worker.openai_api import PRICES, Endpoint
from worker.painters import PaintRequest
from worker.painters.openai import OpenAIPainter

HERE = Path(__file__).parents[1] / "node_modules" / ".bin" / "llmock"
AIMOCK = str(HERE) if HERE.exists() else shutil.which("llmock")
pytestmark = pytest.mark.skipif(
    AIMOCK is None or shutil.which("node") is None,
    reason="needs node and aimock: npm install --no-save --prefix tests @copilotkit/aimock@1.43.0",
)

REQUEST = ComposeRequest(
    artist="Cultural Alien",
    statement="",
    style="",
    pool=("sea", "sky", "kiln"),
    required=("sea", "kiln"),
    seed=1,
)
ANSWER = {
    "thought": "Fire beside water.",
    "title": "Kiln, Low Water",
    "concepts": ["sea", "kiln"],
    "prompt": "A kiln in raw umber, left of the sea; light from the right.",
}
PICTURE = PaintRequest(prompt="a kiln", title="", concepts=("kiln",), style="", seed=1)

Start = Callable[..., str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start aimock with fixtures, and options of its command line; returns its base URL."""
    with ExitStack() as running:

        def run(*fixtures: dict[str, object], options: tuple[str, ...] = ()) -> str:
            file = tmp_path / "fixtures.json"
            file.write_text(json.dumps({"fixtures": fixtures}))
            command = [str(AIMOCK), "--port", "0", "--fixtures", str(file), "--strict", *options]
            process = running.enter_context(
                subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            )
            running.callback(process.terminate)
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                    return f"{found[0].decode()}/v1"
            raise AssertionError("aimock ended before it listened")

        yield run


def says(content: object, *, after: str = "Artist:") -> dict[str, object]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"match": {"userMessage": after}, "response": {"content": text}}


def fails(status: int, code: str) -> dict[str, object]:
    error = {"message": "because", "type": "invalid_request_error", "code": code}
    return {
        "match": {"userMessage": "Artist:"},
        "response": {"error": error, "status": status},
    }


def test_composes(start: Start, books) -> None:
    url = start(says(ANSWER))
    endpoint = Endpoint("key", url, prices={"gpt-5.2": PRICES["gpt-5.2"]})
    made = OpenAIComposer(endpoint).compose(REQUEST, books)
    assert (made.title, made.concepts, made.repairs) == ("Kiln, Low Water", ("sea", "kiln"), 0)
    assert books.states == ["settled"]
    assert books.entries[0].cost < 0.05, "its usage was read"


def test_sends_a_wrong_answer_back(start: Start, books) -> None:
    wrong = {**ANSWER, "concepts": ["sea", "cyberpunk"]}
    url = start(says(ANSWER, after="not in the pool: cyberpunk"), says(wrong))
    assert OpenAIComposer(Endpoint("key", url)).compose(REQUEST, books).repairs == 1
    assert books.states == ["settled", "settled"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "insufficient_quota", Misconfigured),
        (429, "rate_limit_exceeded", ServiceUnavailable),
        (401, "invalid_api_key", Misconfigured),
        (400, "invalid_prompt", ContentRejected),
        (500, "server_error", ServiceUnavailable),
    ],
)
def test_understands_errors(start: Start, books, status, code, error) -> None:
    url = start(fails(status, code))
    with pytest.raises(error, match="because"):
        OpenAIComposer(Endpoint("key", url)).compose(REQUEST, books)
    assert books.states == ["refused"]


def test_paints(start: Start, books, png: bytes) -> None:
    image = {"b64Json": base64.b64encode(png).decode()}
    url = start({"match": {"userMessage": "kiln"}, "response": {"image": image}})
    result = OpenAIPainter(Endpoint("key", url)).paint(PICTURE, books)
    assert result.data == png
    assert books.entries[0].result == png


@pytest.mark.parametrize(
    ("chaos", "error"),
    [
        ("--chaos-ratelimit", ServiceUnavailable),
        ("--chaos-drop", ServiceUnavailable),
        ("--chaos-disconnect", OutcomeUnknown),
    ],
)
def test_survives_chaos(start: Start, books, chaos: str, error) -> None:
    url = start(says(ANSWER), options=(chaos, "1"))
    with pytest.raises(error):
        OpenAIComposer(Endpoint("key", url)).compose(REQUEST, books)
    with pytest.raises(error):
        OpenAIPainter(Endpoint("key", url)).paint(PICTURE, books)
