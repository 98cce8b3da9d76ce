"""The example of two servers in docs/howto/endpoints.md: one writes, the other paints."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints import images
from tests.endpoints.images import KEY, running
from tests.endpoints.words import Ollama
from tests.endpoints.words_server import serving
from tests.worker.conftest import Books
from worker.components import painter_of
from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.config.settings import Settings
from worker.encoders.minilm import MiniLMEncoder
from worker.model_servers import composer_server, painter_server
from worker.painters import PaintRequest

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "endpoints.md"
ASKED = ComposeRequest("alien", "", "", pool=("sea", "kiln"), required=("kiln",), seed=1)


def example() -> dict[str, Any]:
    section = PAGE.read_text(encoding="utf-8").partition("## Servers apart\n")[2]
    return tomllib.loads(section.partition("```toml\n")[2].partition("```")[0])


def test_the_key_of_the_painters_server_does_not_reach_the_composers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    content, writer, books = example(), Ollama(), Books()
    authorizations = []
    answer = writer.reply

    def noted(path: str, asked: dict[str, Any], authorization: str) -> Any:
        authorizations.append(authorization)
        return answer(path, asked, authorization)

    monkeypatch.setattr(writer, "reply", noted)
    with serving(writer), running(images.OpenAI) as studio:
        monkeypatch.setattr("worker.openai_api.OPENAI_URL", studio.base_url)
        monkeypatch.setattr("worker.painters.openai.OPENAI_URL", studio.base_url)
        content["composer"]["base_url"] = writer.url
        settings = Settings(**content)
        server = composer_server(settings)
        composed = OpenAIComposer(server.endpoint, model=server.model).compose(ASKED, books)
        painter = painter_of(settings, "openai", MiniLMEncoder())
        request = PaintRequest(composed.prompt, composed.title, composed.concepts, "", seed=1)
        assert painter.paint(request, books).data == studio.painted[0]
    assert set(authorizations) == {"Bearer none"}
    assert painter_server(settings).endpoint.api_key == KEY
    settled = [entry for entry in books.entries if entry.state == "settled"]
    assert {entry.provider for entry in settled} == {server.endpoint.provider, "openai"}
    assert sum(entry.cost for entry in settled if entry.purpose == "compose") == 0
