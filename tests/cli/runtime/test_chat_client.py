"""Commands that ask a language model leave out what its endpoint refuses by name."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from cli.runtime.chat_client import chat_client
from tests.endpoints.words import Gemini
from tests.endpoints.words_server import Reply, serving

QUESTION = {"model": Gemini.model, "messages": [{"role": "user", "content": "One concept?"}]}


class Strict(Gemini):
    """It also refuses a temperature, as reasoning models do."""

    def refuses(self, path: str, asked: dict[str, Any]) -> Reply | None:
        if "temperature" in asked:
            return self.error(400, "'temperature' does not support 0.0 with this model.")
        return super().refuses(path, asked)

    def composed(self, path: str, asked: dict[str, Any]) -> str:
        return "tower"


def test_refused_parameters_are_left_out_from_then_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", Strict.key)
    with serving(Strict()) as server:
        create = chat_client(server.url).chat.completions.create
        for _ in range(2):
            reply = create(**QUESTION, temperature=0.0, seed=1)
            assert reply.choices[0].message.content == "tower"
        assert [{"temperature", "seed"} & set(sent.body) for sent in server.sent] == [
            {"temperature", "seed"},
            {"seed"},
            set(),
            set(),
        ]
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in told] == [
        f"{Gemini.model} is asked without temperature",
        f"{Gemini.model} is asked without seed",
    ]


def test_other_errors_are_told_in_the_servers_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with serving(Strict()) as server:
        create = chat_client(server.url).chat.completions.create
        with pytest.raises(openai.BadRequestError, match="answered 400: API key not valid"):
            create(**QUESTION, seed=1)
