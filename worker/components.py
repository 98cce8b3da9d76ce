"""Choose and create an artist's composer, painter and encoders from the settings (design §4).

`choose_components` decides once, when an artist is created, with reasons; `components_loader`
creates the chosen parts later, on any machine. No part is replaced silently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image

from storage.archive.events import Parts
from storage.text import message
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import Memory, VectorSpace
from worker.composers import Composer
from worker.composers.grammar import GrammarComposer
from worker.config.settings import Settings
from worker.encoders import ImageEncoder, TextEncoder
from worker.encoders.clip import ClipEncoder
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder
from worker.errors import ComponentError, Misconfigured
from worker.model_servers import (
    ModelServer,
    composer_server,
    moderation_endpoint,
    painter_server,
)
from worker.moderation.local import LocalModerator
from worker.moderation.openai import Moderator, ServerModerator
from worker.painters import Painter
from worker.painters.comfyui import comfyui_fault, comfyui_painter
from worker.painters.jobs import DIALECTS, JobPainter, job_server
from worker.painters.offline import OfflineStudio
from worker.painters.openai import ImageSettings, OpenAIPainter
from worker.provider_models import offered_models, unlisted
from worker.worker_context import Components


def _trial_picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (32, 32), "white").save(stream, "PNG")
    return stream.getvalue()


_TRIAL_PICTURE = _trial_picture()


@dataclass(frozen=True)
class Choice:
    """A chosen part, and the reason; `warning` is what a person should look at."""

    part: str
    name: str
    reason: str
    warning: str = ""

    def __str__(self) -> str:
        return f"{self.part.replace('_', ' ')}: {self.name} ({self.reason})"


@dataclass(frozen=True)
class ChosenComponents:
    """All parts of an artist, each with its reason."""

    choices: tuple[Choice, ...]

    @property
    def parts(self) -> Parts:
        """The parts' names, which are stored with the artist."""
        return Parts.model_validate({choice.part: choice.name for choice in self.choices})


def choose_components(settings: Settings) -> ChosenComponents:
    """Choose every part; `auto` becomes the best one that is configured and reachable.

    Raises:
        ComponentError: a part that the settings name is unavailable.
    """
    return ChosenComponents(
        (
            _choose_composer(settings),
            _choose_painter(settings),
            Choice("text_encoder", MiniLMEncoder.name, "it comes with the installation"),
            _choose_image_encoder(settings),
        )
    )


def components_loader(
    settings: Callable[[], Settings], *, memory_folder: Path
) -> Callable[[Parts], Components]:
    """Return a function that creates an artist's parts, for all artists of a process.

    Each part is created once, with the settings of that moment: artists share the models, which are
    large, and the memory of their vector space, whose folder only one object can open. The function
    is not thread-safe, and raises Misconfigured if a part is not installed or no longer configured.
    """
    composer = cache(lambda name, text: _composer(settings(), name, text_encoder(text)))
    text_encoder = cache(_text_encoder)
    image_encoder = cache(lambda name: _image_encoder(settings(), name))
    painter = cache(lambda name, text: painter_of(settings(), name, text_encoder(text)))
    memory = cache(
        lambda text, image: _memory(
            settings(), text_encoder(text), image_encoder(image), memory_folder
        )
    )

    def load(parts: Parts) -> Components:
        return Components(
            composer=composer(parts.composer, parts.text_encoder),
            fallback=composer("grammar", parts.text_encoder)
            if settings().parts.fallback == "grammar"
            else None,
            painter=painter(parts.painter, parts.text_encoder),
            text_encoder=text_encoder(parts.text_encoder),
            image_encoder=image_encoder(parts.image_encoder),
            memory=memory(parts.text_encoder, parts.image_encoder),
        )

    return load


def open_memory(settings: Settings, parts: Parts, *, folder: Path) -> Memory:
    """Open only the memory of an artist with these parts.

    Raises:
        Misconfigured: the settings name another image encoder.
    """
    return _memory(settings, MiniLMEncoder(), _image_encoder(settings, parts.image_encoder), folder)


def chosen_image_encoder(settings: Settings) -> ImageEncoder:
    """Create the image encoder that a new artist would get with these settings.

    Raises:
        ComponentError: the settings name one that is unavailable.
    """
    return _image_encoder(settings, _choose_image_encoder(settings).name)


def image_encoder_name(settings: Settings, wish: Literal["clip", "packaged"]) -> str:
    """Return the full name of an image encoder, under which artists and memories know it."""
    return EfficientNetEncoder.name if wish == "packaged" else _clip(settings).name


def _choose_composer(settings: Settings) -> Choice:
    wish, server = settings.parts.composer, composer_server(settings)
    if wish != "auto":
        return _wished("composer", wish, server)
    if not server.is_set:
        return Choice("composer", "grammar", "no OPENAI_API_KEY and no openai.base_url is set")
    fault, warning = look_at(server)
    if fault:
        return Choice("composer", "grammar", f"the API can't be used: {fault}")
    return Choice("composer", "openai", _answers(server), warning)


def _choose_painter(settings: Settings) -> Choice:
    wish, server = settings.parts.painter, painter_server(settings)
    if wish != "auto":
        return _wished("painter", wish, server)
    # Few compatible servers make images: one that is not the painter's own must be set explicitly.
    if server.is_set and (server.has_own_address or server.endpoint.is_openai):
        fault, warning = look_at(server)
        if not fault:
            return Choice("painter", "openai", _answers(server), warning)
    if settings.comfyui.workflow and not comfyui_fault(settings):
        return Choice("painter", "comfyui", f"ComfyUI answers at {settings.comfyui.url}")
    if settings.models.diffusers and find_spec("diffusers"):
        return Choice("painter", "diffusers", f"models.diffusers is {settings.models.diffusers!r}")
    return Choice("painter", "offline", "no painter with a model is configured and reachable")


def _wished(part: str, name: str, server: ModelServer) -> Choice:
    fault, warning = look_at(server) if name == "openai" else ("", "")
    unusable = f"it can't be used now: {fault}" if fault else ""
    return Choice(part, name, "set in the settings", unusable or warning)


def _answers(server: ModelServer) -> str:
    where = "" if server.endpoint.is_openai else f" at {server.endpoint.provider}"
    return f"the API answers{where}; the model is {server.model}"


def look_at(server: ModelServer) -> tuple[str, str]:
    """Return why a server can't be used, and a warning of its model; both may be empty."""
    try:
        missing = unlisted(server.model, offered_models(server.endpoint))
    except ComponentError as error:
        return message(str(error)), ""
    name = server.endpoint.names.model
    return "", f"{server.model}: {missing}. Set {name} in artist.toml" if missing else ""


def _choose_image_encoder(settings: Settings) -> Choice:
    wish = settings.parts.image_encoder
    clip = _clip(settings)
    if wish == "packaged":
        return Choice("image_encoder", EfficientNetEncoder.name, "set in the settings")
    try:
        clip.encode([_TRIAL_PICTURE])
    except ComponentError as error:
        if wish == "clip":
            raise
        EfficientNetEncoder().encode([_TRIAL_PICTURE])
        return Choice(
            "image_encoder", EfficientNetEncoder.name, f"less precise than CLIP, but {error}"
        )
    return Choice("image_encoder", clip.name, "CLIP's weights are available")


def _composer(settings: Settings, name: str, text_encoder: TextEncoder) -> Composer:
    size = settings.picture
    if name == "grammar":
        return GrammarComposer(width=size.width, height=size.height, encode=text_encoder.encode)
    from worker.composers.openai import OpenAIComposer

    server = composer_server(settings)
    return OpenAIComposer(
        server.endpoint,
        model=server.model,
        ceiling=server.ceiling,
        width=size.width,
        height=size.height,
        encode=text_encoder.encode,
    )


def painter_of(settings: Settings, name: str, text_encoder: TextEncoder) -> Painter:
    """Create a painter by its name.

    Raises:
        Misconfigured: there is none of that name, or its settings are incomplete.
    """
    match name:
        case "offline":
            size = settings.picture
            return OfflineStudio(
                width=size.width,
                height=size.height,
                attempts=size.attempts,
                encode=text_encoder.encode,
            )
        case "openai":
            server = painter_server(settings)
            return OpenAIPainter(
                server.endpoint,
                model=server.model,
                images=image_settings_of(settings),
                ceiling=server.ceiling,
            )
        case "diffusers":
            from worker.painters.diffusers import DiffusersPainter

            return DiffusersPainter(settings.models.diffusers)
        case "comfyui":
            return comfyui_painter(settings)
        case name if name in DIALECTS:
            return JobPainter(name, job_server(settings, name), image_settings_of(settings))
    raise Misconfigured(f"there is no painter {name!r}")


def _text_encoder(name: str) -> TextEncoder:
    if name != MiniLMEncoder.name:
        raise Misconfigured(f"there is no text encoder {name!r}")
    return MiniLMEncoder()


def _image_encoder(settings: Settings, name: str) -> ImageEncoder:
    if name == EfficientNetEncoder.name:
        return EfficientNetEncoder()
    clip = _clip(settings)
    if clip.name != name:
        raise Misconfigured(
            f"the artist's image vectors come from {name}, but the settings name {clip.name}:"
            " vectors of different encoders can't be compared. Set models.clip as it was, or change"
            " the vectors with `artist reembed`"
        )
    return clip


def _memory(settings: Settings, text: TextEncoder, image: ImageEncoder, folder: Path) -> Memory:
    """Open the Qdrant server of the settings, else Qdrant Edge in the data folder."""
    space = VectorSpace(
        text_encoder=text.name,
        text_size=text.size,
        image_encoder=image.name,
        image_size=image.size,
    )
    server = settings.storage.memory
    if server:
        # The client of the server takes a second to import.
        from storage.vectors.server import ServerMemory

        return ServerMemory(
            server, space, api_key=settings.qdrant_api_key.get_secret_value() or None
        )
    return EdgeMemory(folder, space)


def _clip(settings: Settings) -> ClipEncoder:
    weights = Path(settings.models.clip_weights)
    if weights.suffix:
        return ClipEncoder(settings.models.clip, weights=weights)
    return ClipEncoder(settings.models.clip, settings.models.clip_weights)


def check_usable(settings: Settings, part: str, name: str) -> str:
    """See that the settings have what a part of this name needs: a composer, for example.

    Returns:
        A warning of its model, or an empty string.

    Raises:
        ComponentError: they have not; the message names what to set.
    """
    if part == "image_encoder":
        _image_encoder(settings, name).encode([_TRIAL_PICTURE])
    if part == "text_encoder":
        _text_encoder(name)
    if name == "openai":
        server = composer_server(settings) if part == "composer" else painter_server(settings)
        if not server.is_set:
            raise Misconfigured(
                f"openai needs {server.endpoint.key_name}, or {part}.base_url in artist.toml"
            )
        fault, warning = look_at(server)
        if fault:
            raise Misconfigured(f"openai can't be used: {fault}")
        return warning
    if name in DIALECTS:
        job_server(settings, name)
    if name == "comfyui" and (fault := comfyui_fault(settings)):
        raise Misconfigured(f"comfyui can't be used: {fault}")
    if name == "diffusers" and not (settings.models.diffusers and find_spec("diffusers")):
        raise Misconfigured(
            "diffusers needs a model: set models.diffusers in artist.toml, and install"
            " `cultural-alien[diffusers]`"
        )
    return ""


def moderator_of(settings: Settings) -> Moderator | None:
    """Create the moderator that checks works before they are shown; None if it is off."""
    section = settings.moderation
    if section.check == "off":
        return None
    if section.check == "local":
        image_model, text_model = (
            Path(folder).expanduser() if folder else None
            for folder in (section.image_model, section.text_model)
        )
        marked = frozenset(mark.casefold() for mark in section.marks)
        return LocalModerator(image_model, text_model, marked, section.threshold)
    return ServerModerator(moderation_endpoint(settings), section.model)


def image_settings_of(settings: Settings) -> ImageSettings:
    """Return what is asked of the images API with these settings."""
    section = settings.openai
    return ImageSettings(
        size=section.image_size,
        quality=section.image_quality,
        options=section.image_options,
        seed=section.image_seed,
        partials=section.image_partials,
        hosts=section.image_hosts,
        path=section.image_path,
    )
