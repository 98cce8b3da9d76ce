"""The choice of parts with reasons, and their creation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.archive.events import Parts
from storage.vectors.edge import EdgeMemory
from storage.vectors.server import ServerMemory
from worker.components import choose_components, components_loader, look_at
from worker.config.settings import Settings
from worker.errors import Misconfigured, ServiceUnavailable
from worker.model_servers import composer_server

OFFLINE = Parts(
    composer="grammar",
    painter="offline",
    text_encoder="all-MiniLM-L6-v2",
    image_encoder="efficientnet-lite0",
)


@pytest.fixture(autouse=True)
def no_key_and_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def settings(**sections: Any) -> Settings:
    return Settings(**{"parts": {"image_encoder": "packaged"}, **sections})


def test_without_key_and_network_every_part_is_local() -> None:
    chosen = choose_components(Settings())
    assert chosen.parts == OFFLINE
    encoder = next(c for c in chosen.choices if c.part == "image_encoder")
    assert "less precise than CLIP" in encoder.reason


def test_clip_is_required_if_the_settings_name_it() -> None:
    with pytest.raises(ServiceUnavailable, match="CLIP's weights"):
        choose_components(Settings(parts={"image_encoder": "clip"}))  # type: ignore[arg-type]


def test_a_valid_key_selects_both_paid_parts(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", api.key)
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    chosen = choose_components(settings())
    assert (chosen.parts.composer, chosen.parts.painter) == ("openai", "openai")


def test_an_invalid_key_selects_none_with_a_reason(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    monkeypatch.setattr("worker.openai_api.OPENAI_URL", api.url)
    chosen = choose_components(settings())
    assert (chosen.parts.composer, chosen.parts.painter) == ("grammar", "offline")
    assert "the API can't be used" in chosen.choices[0].reason
    assert "sk-wrong" not in chosen.choices[0].reason


def test_another_server_composes_but_paints_only_if_set(api: Any) -> None:
    own = settings(openai={"base_url": api.url}, openai_api_key=api.key)
    own = own.model_copy(update={"openai_api_key": type(own.openai_api_key)(api.key)})
    chosen = choose_components(own)
    assert (chosen.parts.composer, chosen.parts.painter) == ("openai", "offline")


def test_an_unavailable_api_is_a_fault() -> None:
    away = settings(openai={"base_url": "http://127.0.0.1:1/v1"})
    fault, warning = look_at(composer_server(away))
    assert fault and not warning


def test_parts_are_those_that_the_artist_was_created_with(tmp_path: Path) -> None:
    components = components_loader(settings, memory_folder=tmp_path)(OFFLINE)
    assert (components.composer.name, components.painter.name) == ("grammar", "offline")
    assert isinstance(components.memory, EdgeMemory)
    assert components.fallback is not None
    components.memory.close()


def test_artists_with_different_parts_share_common_ones(tmp_path: Path) -> None:
    load = components_loader(settings, memory_folder=tmp_path)
    first = load(OFFLINE)
    second = load(OFFLINE.model_copy(update={"painter": "diffusers"}))
    assert first.painter is not second.painter
    for part in ("composer", "text_encoder", "image_encoder", "memory"):
        assert getattr(first, part) is getattr(second, part)
    first.memory.close()


def test_the_memory_may_be_a_server(tmp_path: Path) -> None:
    served = settings(storage={"memory": ":memory:"}, parts={"fallback": "pause"})
    components = components_loader(lambda: served, memory_folder=tmp_path)(OFFLINE)
    assert isinstance(components.memory, ServerMemory)
    assert components.fallback is None
    components.memory.close()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"painter": "crayon"}, "no painter 'crayon'"),
        ({"text_encoder": "word2vec"}, "no text encoder 'word2vec'"),
        ({"image_encoder": "open_clip/ViT-L-14/openai"}, "vectors of different encoders"),
    ],
)
def test_a_missing_part_is_named(tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        components_loader(settings, memory_folder=tmp_path)(OFFLINE.model_copy(update=change))


@pytest.mark.parametrize(
    ("part", "name"), [("composer", "openai"), ("painter", "openai"), ("painter", "diffusers")]
)
def test_paid_and_local_parts_are_created_without_network(
    tmp_path: Path, part: str, name: str
) -> None:
    local = settings(models={"diffusers": "nowhere"})
    load = components_loader(lambda: local, memory_folder=tmp_path)
    components = load(OFFLINE.model_copy(update={part: name}))
    assert getattr(components, part).name == name
    components.memory.close()
