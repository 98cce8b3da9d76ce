"""Hostile answers to the composer: each is a composition, a repair or a named failure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from storage.archive.manifest import Composition
from tests.endpoints.hostile_words import hostile_reply
from tests.endpoints.words_server import composition
from tests.worker.conftest import ApiServer, Books, Reply
from worker.composers import ComposeRequest
from worker.composers.openai import REPAIRS, OpenAIComposer
from worker.errors import ComponentError
from worker.openai_api import Endpoint

HOSTILE = 60
REQUEST = ComposeRequest(
    artist="Cultural Alien",
    statement="",
    style="",
    pool=("sea", "fox", "winter"),
    required=("fox",),
    seed=1,
)
FIELDS = ["thought", "title", "concepts", "prompt"]
PLAN_FIELDS = [
    *("thought", "title", "concepts", "setting", "setting_for", "hour", "hour_for", "direction"),
    *("key", "viewpoint", "technique", "structure", "structure_for", "actors", "relation"),
]


class HostileServer(ApiServer):
    """Sends a hostile reply to every request until it is told to be good."""

    number: int | None = None
    lacks_responses = False
    answer: dict[str, Any]

    def next_reply(self, path: str, asked: dict[str, Any], authorization: str) -> Reply:
        self.requests.append((path, asked))
        if self.lacks_responses and path == "/v1/responses":
            return ApiServer.refusal(404, None)
        if self.number is not None:
            return hostile_reply(self.number, path, self.answer)
        return (self.written if path == "/v1/responses" else self.chatted)(self.answer)


@pytest.mark.parametrize("number", range(HOSTILE))
def test_a_hostile_answer_has_a_named_outcome_and_is_bought_once(number: int) -> None:
    server = HostileServer()
    try:
        server.number, server.lacks_responses = number, number % 2 == 1
        request = replace(REQUEST, paints_plan=number % 3 == 0)
        fields = PLAN_FIELDS if request.paints_plan else FIELDS
        server.answer = composition('Required concepts: ["fox"]', fields)
        composer = OpenAIComposer(Endpoint("sk-test", server.url, timeout=5), width=64, height=64)
        books = Books()
        try:
            made = composer.compose(request, books)
            assert isinstance(made, Composition)
            Composition.model_validate_json(made.model_dump_json())
        except ComponentError as error:
            assert str(error)
            json.dumps(str(error)).encode()
        assert len(server.requests) == len(books.entries)
        assert "reserved" not in books.states
        assert Counter(books.states)["settled"] + Counter(books.states)["unknown"] <= REPAIRS + 1
        assert len(books.entries) <= 12
        server.number = None  # and the artist goes on
        assert composer.compose(request, Books()).title == "Study with fox"
    finally:
        server.close()
