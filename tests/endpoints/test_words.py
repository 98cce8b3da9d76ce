"""Every endpoint with a language model: it composes, or its error is told in full."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.endpoints.words import (
    ALL,
    PRESETS,
    LlamaCpp,
    LMStudio,
    Ollama,
    Reasoning,
    TextOnly,
)
from tests.endpoints.words_server import CHAT, RESPONSES, WordsServer, serving
from tests.worker.conftest import Books
from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.config.settings import Settings
from worker.errors import ComponentError, Misconfigured
from worker.openai_api import Endpoint

pytestmark = pytest.mark.usefixtures("plans_drawn_once")

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "endpoints.md"

REQUEST = ComposeRequest(
    artist="Cultural Alien",
    statement="Looks where nobody looks.",
    style="linocut",
    pool=("sea", "sky", "kiln"),
    required=("sea", "kiln"),
    seed=2**40 + 5,
)
PLANNED = replace(REQUEST, pool=("sea", "fox", "winter"), required=("fox",), paints_plan=True)
DOUBLES = pytest.mark.parametrize("double", ALL, ids=lambda double: double.name)


def composer_of(double: WordsServer, *, key: str = "", model: str = "") -> OpenAIComposer:
    return OpenAIComposer(
        Endpoint(key or double.key, double.url, timeout=10),
        model=model or double.model,
        width=64,
        height=64,
    )


def outcome(double: WordsServer, **changes: str) -> str:
    """A composition's repairs, or the error in full."""
    with serving(double):
        try:
            composer_of(double, **changes).compose(REQUEST, Books())
        except ComponentError as error:
            return str(error).replace("127.0.0.1", "HOST")
    return "it answers to any name"


def row(kind: type[WordsServer]) -> str:
    """What a double did, as a row of the documentation's table."""
    double, books = kind(), Books()
    with serving(double):
        made = [composer_of(double).compose(asked, books) for asked in (REQUEST, PLANNED)]
    last = double.sent[-1].body
    seed = "sent" if "seed" in last else "none in this API" if "input" in last else "left out"
    cells = [
        double.name,
        form_of(last),
        str(books.states.count("refused") // 2),
        " / ".join(f"{each.repairs}" for each in made),
        seed,
        outcome(kind(), key="sk-wrong") if double.key else "it needs no key",
        outcome(kind(), model="no-such-model"),
    ]
    return f"| {' | '.join(cells)} |"


def form_of(asked: dict[str, Any]) -> str:
    """How a server was asked in the end."""
    if "input" in asked:
        return f"Responses, {asked['max_output_tokens']} tokens"
    kind = asked.get("response_format", {"type": "text"})["type"]
    limit = next(name for name in asked if "tokens" in name)
    return f"chat, `{kind}`, `{limit}`"


@DOUBLES
@pytest.mark.parametrize("request_", [REQUEST, PLANNED], ids=["prompt", "plan"])
def test_it_composes_and_remembers_how_to_ask(
    double: type[WordsServer], request_: ComposeRequest
) -> None:
    with serving(double()) as server:
        composer, books = composer_of(server), Books()
        made = composer.compose(request_, books)
        refused = len(server.sent) - len(server.answered)
        assert made.title == f"Study with {request_.required[0]}"
        assert made.concepts == request_.required
        assert (made.plan is not None) == request_.paints_plan
        assert made.repairs == (request_.paints_plan and not server.enforces_schema)
        assert books.states == ["refused"] * refused + ["settled"] * (1 + made.repairs)
        assert composer.compose(request_, books).title == made.title
        assert books.states.count("refused") == refused, "found out once"
        assert server.problems == []


def test_the_seed_is_sent_where_it_is_taken() -> None:
    with serving(LlamaCpp()) as server:
        composer_of(server).compose(REQUEST, Books())
        assert [sent.path for sent in server.sent] == [RESPONSES, CHAT]
        assert server.sent[-1].body["seed"] == REQUEST.seed % 2**31


def test_a_server_without_formats_is_told_the_schema_in_words() -> None:
    with serving(TextOnly()) as server:
        composer_of(server).compose(REQUEST, Books())
        asked = server.sent[-1].body
        assert [turn["role"] for turn in asked["messages"]] == ["user"]
        assert "Its JSON schema: {" in asked["messages"][0]["content"]
        assert "response_format" not in asked


def test_a_model_that_ignores_the_schema_reads_it_in_the_repair() -> None:
    with serving(Ollama()) as server:
        made = composer_of(server).compose(PLANNED, Books())
        first, second = (sent.body for sent in server.sent)
        assert made.repairs == 1
        assert "Its JSON schema:" not in first["instructions"]
        assert "Its JSON schema:" in second["instructions"]


def test_tokens_are_limited_by_the_name_that_the_model_knows() -> None:
    with serving(Reasoning()) as server:
        composer_of(server).compose(REQUEST, Books())
        asked = server.sent[-1].body
        assert (asked["max_completion_tokens"], "max_tokens" in asked) == (8192, False)


def test_a_mended_server_is_asked_anew() -> None:
    double = LMStudio()
    with serving(double) as server:
        composer = composer_of(server, model="other")
        double.unknown_model = lambda model: double.error(400, "no such model")  # type: ignore[method-assign]
        with pytest.raises(Misconfigured, match="no such model"):
            composer.compose(REQUEST, Books())
        double.has_responses = True
        double.unknown_model = lambda model: None  # type: ignore[method-assign]
        double.wraps = lambda answer: {"content": answer}  # type: ignore[method-assign]
        composer.compose(REQUEST, Books())
        assert server.paths() == [RESPONSES, CHAT, RESPONSES]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda double: double.name)
def test_the_documented_settings_are_valid_and_ask_the_right_paths(
    preset: type[WordsServer],
) -> None:
    section = PAGE.read_text().partition("\n## Words\n")[2]
    block = re.search(
        rf"^### {re.escape(preset.name)}\n.*?```toml\n(.*?)```", section, re.DOTALL | re.MULTILINE
    )
    assert block is not None
    written = tomllib.loads(block[1])
    settings = Settings(**written)
    path = urlsplit(settings.openai.base_url or "https://api.openai.com/v1").path
    assert path.rstrip("/") == preset.prefix
    assert settings.openai.text_model


def test_the_documented_table_is_what_happens() -> None:
    table = "\n".join(row(double) for double in ALL)
    assert table in PAGE.read_text(), f"the table of docs/howto/endpoints.md should be\n{table}"
