"""The servers of composer and painter: whose address, model, limits and key each one has."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer
from worker.components import check_usable, choose_components, moderator_of, painter_of
from worker.composers import ComposeRequest
from worker.composers.openai import OpenAIComposer
from worker.config.settings import Settings
from worker.encoders.minilm import MiniLMEncoder
from worker.errors import ComponentError, Misconfigured
from worker.model_servers import composer_server, painter_server
from worker.moderation.openai import ServerModerator
from worker.openai_api import Endpoint
from worker.prices import Price

REQUEST = ComposeRequest("alien", "", "", pool=("sea",), required=("sea",), seed=1)
LOCAL = "http://localhost:11434/v1"
FREE = {"input": 0, "output": 0}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMPOSER_API_KEY", "PAINTER_API_KEY", "MODERATION_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def settings(**sections: Any) -> Settings:
    return Settings(**{"parts": {"image_encoder": "packaged"}, **sections})


def test_without_tables_of_their_own_both_are_at_the_shared_server() -> None:
    shared = settings(
        openai={"base_url": LOCAL, "timeout": "10s", "image_timeout": "20s", "image_ceiling": 0.5}
    )
    composer, painter = composer_server(shared), painter_server(shared)
    assert composer.endpoint.base_url == painter.endpoint.base_url == LOCAL
    assert composer.endpoint.api_key == painter.endpoint.api_key == "sk-openai"
    assert (composer.model, painter.model) == ("gpt-6-luna", "gpt-image-2")
    assert (composer.endpoint.timeout, painter.endpoint.timeout) == (10.0, 20.0)
    assert (composer.ceiling, painter.ceiling) == (0.05, 0.5)
    assert painter.endpoint.names.timeout == "openai.image_timeout"


def test_a_table_of_its_own_overrides_the_shared_one() -> None:
    apart = settings(
        openai={"prices": {"shared": {"input": 1, "output": 2}}},
        composer={
            "base_url": LOCAL,
            "model": "llama3.2",
            "timeout": "9m",
            "ceiling": 0,
            "prices": {"llama3.2": FREE},
        },
    )
    composer, painter = composer_server(apart), painter_server(apart)
    assert (composer.model, composer.ceiling) == ("llama3.2", 0.0)
    assert (composer.endpoint.base_url, composer.endpoint.timeout) == (LOCAL, 540.0)
    assert composer.endpoint.price("llama3.2") == Price(0, 0)
    assert composer.endpoint.price("shared") == Price(1, 2)
    assert (painter.endpoint.base_url, painter.model) == ("", "gpt-image-2")
    assert painter.endpoint.price("llama3.2") is None


def test_a_key_is_sent_only_to_the_server_that_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = {"composer": {"base_url": LOCAL}, "painter": {"base_url": "https://api.openai.com/v1"}}
    assert composer_server(settings(**apart)).endpoint.api_key == ""
    assert painter_server(settings(**apart)).endpoint.api_key == "sk-openai", "the same server"
    monkeypatch.setenv("COMPOSER_API_KEY", "sk-composer")
    assert composer_server(settings(**apart)).endpoint.api_key == "sk-composer"
    assert painter_server(settings(**apart)).endpoint.api_key == "sk-openai"
    shared_is_local = settings(openai={"base_url": LOCAL}, painter=apart["painter"])
    assert painter_server(shared_is_local).endpoint.api_key == ""
    with pytest.raises(Misconfigured, match="set PAINTER_API_KEY"):
        _ = painter_server(shared_is_local).endpoint.client
    monkeypatch.delenv("COMPOSER_API_KEY")
    other_port = settings(composer={"base_url": "https://api.openai.com:8443/v1"})
    assert composer_server(other_port).endpoint.api_key == "", "another server of that host"


def test_moderation_keeps_to_the_shared_server() -> None:
    apart = settings(moderation={"check": "openai"}, composer={"base_url": LOCAL})
    moderator = moderator_of(apart)
    assert isinstance(moderator, ServerModerator) and moderator.endpoint.is_openai
    assert moderator.endpoint.api_key == "sk-openai"


@pytest.mark.parametrize(("key", "value"), [("timeout", "2d"), ("ceiling", -1), ("model", 5)])
def test_a_wrong_value_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(composer={key: value})
    assert caught.value.errors()[0]["loc"] == ("composer", key)


def test_an_error_names_the_settings_of_the_server_that_was_asked(api: Any, books: Any) -> None:
    server = composer_server(settings(composer={"base_url": f"{api.url}/elsewhere"}))
    with pytest.raises(Misconfigured, match="Check COMPOSER_API_KEY"):
        OpenAIComposer(server.endpoint, model=server.model).compose(REQUEST, books)
    assert server.endpoint.names.base_url == "composer.base_url"
    assert server.endpoint.names.model == "openai.text_model", "it is still set there"


def test_what_the_sdk_reads_from_the_environment_goes_to_openai_alone(
    books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-canary")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-canary")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-canary")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: canary\nauthorization: Bearer canary")
    with peer(hostile.answer(b"{}")) as server:
        for endpoint in (Endpoint("sk-own", f"{server.url}v1"), Endpoint("", f"{server.url}v1")):
            with pytest.raises(ComponentError):
                OpenAIComposer(endpoint).compose(REQUEST, books)
            endpoint.client.with_options(timeout=5).models.list()
        assert server.requests
        told = "\n".join(map(str, server.requests)).lower()
        assert "canary" not in told and "bearer sk-own" in told and "bearer none" in told
    sent = Endpoint("sk-own").client.default_headers
    assert (sent["OpenAI-Organization"], sent["OpenAI-Project"]) == ("org-canary", "proj-canary")
    assert sent["X-Team"] == "canary"


def test_auto_chooses_a_server_for_each(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAINTER_API_KEY", api.key)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    api.models = ("gpt-image-2",)
    chosen = choose_components(settings(painter={"base_url": api.url}))
    assert (chosen.parts.composer, chosen.parts.painter) == ("grammar", "openai")
    monkeypatch.setenv("COMPOSER_API_KEY", api.key)
    api.models = ("llama3.2:latest", "gpt-image-2")
    both = choose_components(
        settings(composer={"base_url": api.url, "model": "llama3.2"}, painter={"base_url": api.url})
    )
    assert (both.parts.composer, both.parts.painter) == ("openai", "openai")
    assert not any(choice.warning for choice in both.choices)


@pytest.mark.parametrize("wish", ["auto", "openai"])
def test_a_model_that_the_server_does_not_list_is_warned_of(
    api: Any, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    monkeypatch.setenv("COMPOSER_API_KEY", api.key)
    api.models = ("llama3.2", "llama3.1", "qwen3", "phi4", "gemma3")
    own = {"base_url": api.url, "model": "lama3"}
    parts = {"image_encoder": "packaged", "composer": wish, "painter": "offline"}
    composer = choose_components(settings(parts=parts, composer=own)).choices[0]
    assert composer.name == "openai"
    assert "does not offer it; it has llama3" in composer.warning
    assert "Set composer.model" in composer.warning
    nothing_near = choose_components(settings(parts=parts, composer=own | {"model": "gpt-5.2"}))
    assert "it has gemma3, llama3.1, llama3.2 and 2 others" in nothing_near.choices[0].warning


def test_a_part_is_usable_only_where_its_own_server_is(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPOSER_API_KEY", api.key)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    api.models = ("llama3.2",)
    apart = settings(composer={"base_url": api.url, "model": "llama3.2"})
    assert check_usable(apart, "composer", "openai") == ""
    with pytest.raises(Misconfigured, match=r"OPENAI_API_KEY, or painter\.base_url"):
        check_usable(apart, "painter", "openai")
    assert "it has llama3.2" in check_usable(
        settings(composer={"base_url": api.url}), "composer", "openai"
    )


def test_comfyui_is_usable_where_its_server_answers() -> None:
    with pytest.raises(Misconfigured, match=r"set comfyui\.workflow"):
        check_usable(settings(), "painter", "comfyui")


def test_the_painter_is_at_the_painters_server() -> None:
    apart = settings(painter={"base_url": LOCAL, "model": "x/z-image", "ceiling": 0.125})
    painter: Any = painter_of(apart, "openai", MiniLMEncoder())
    assert (painter._endpoint.base_url, painter._model, painter._ceiling) == (
        LOCAL,
        "x/z-image",
        0.125,
    )
