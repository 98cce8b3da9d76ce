"""Choose and create an artist's composer, painter and encoders from the settings (design §4).

`choose_components` decides once, when an artist is created, and says why; `components_loader` makes
what was decided, later and on any machine. Nothing is ever swapped silently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image

from storage.archive.events import Parts
from storage.text import message
from storage.vectors.edge import EdgeMemory
from storage.vectors.server import ServerMemory
from storage.vectors.store import Memory, VectorSpace
from worker.composers import Composer
from worker.composers.grammar import GrammarComposer
from worker.config.settings import Settings
from worker.encoders import ImageEncoder, TextEncoder
from worker.encoders.clip import ClipEncoder
from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder
from worker.errors import ComponentError, Misconfigured
from worker.moderation.local import LocalModerator
from worker.moderation.openai import Moderator, ServerModerator
from worker.openai_api import NONSENSE, Endpoint, Price
from worker.painters import Painter
from worker.painters.offline import OfflineStudio
from worker.worker_context import Components

API_SECONDS = 5.0


def _trial_picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (32, 32), "white").save(stream, "PNG")
    return stream.getvalue()


_TRIAL_PICTURE = _trial_picture()


@dataclass(frozen=True)
class Choice:
    """One part that was chosen, and why."""

    part: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.part.replace('_', ' ')}: {self.name} ({self.reason})"


@dataclass(frozen=True)
class ChosenComponents:
    """All parts of an artist, each with its reason."""

    choices: tuple[Choice, ...]

    @property
    def parts(self) -> Parts:
        """The names alone, as the artist keeps them."""
        return Parts.model_validate({choice.part: choice.name for choice in self.choices})


def choose_components(settings: Settings) -> ChosenComponents:
    """Decide on every part; `auto` becomes the best one that is configured and reachable.

    Raises:
        ComponentError: a part that the settings name can't be had.
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
    """What makes the parts that an artist was created with, for all artists of a process.

    Each part is made once, by the settings of that moment: artists share models, which are large,
    and the memory of their vector space, whose folder one object alone can own. What it gives is
    not to be called by two threads at once, and raises Misconfigured where a part is not installed
    or not configured any more.
    """
    composer = cache(lambda name: _composer(settings(), name))
    text_encoder = cache(_text_encoder)
    image_encoder = cache(lambda name: _image_encoder(settings(), name))
    painter = cache(lambda name, text: _painter(settings(), name, text_encoder(text)))
    memory = cache(
        lambda text, image: _memory(
            settings(), text_encoder(text), image_encoder(image), memory_folder
        )
    )

    def load(parts: Parts) -> Components:
        return Components(
            composer=composer(parts.composer),
            fallback=composer("grammar") if settings().parts.fallback == "grammar" else None,
            painter=painter(parts.painter, parts.text_encoder),
            text_encoder=text_encoder(parts.text_encoder),
            image_encoder=image_encoder(parts.image_encoder),
            memory=memory(parts.text_encoder, parts.image_encoder),
        )

    return load


def open_memory(settings: Settings, parts: Parts, *, folder: Path) -> Memory:
    """The memory alone of an artist with these parts.

    Raises:
        Misconfigured: the image encoder that its vectors come from is not the configured one.
    """
    return _memory(settings, MiniLMEncoder(), _image_encoder(settings, parts.image_encoder), folder)


def chosen_image_encoder(settings: Settings) -> ImageEncoder:
    """The image encoder that a new artist would get with these settings.

    Raises:
        ComponentError: the settings name one that can't be had.
    """
    return _image_encoder(settings, _choose_image_encoder(settings).name)


def _choose_composer(settings: Settings) -> Choice:
    wish = settings.parts.composer
    if wish != "auto":
        return Choice("composer", wish, "the settings say so")
    if not has_api(settings):
        return Choice("composer", "grammar", "no OPENAI_API_KEY and no openai.base_url is set")
    fault = api_fault(settings)
    if fault:
        return Choice("composer", "grammar", f"the API can't be used: {fault}")
    return Choice("composer", "openai", f"the API answers, and {settings.openai.text_model} writes")


def _choose_painter(settings: Settings) -> Choice:
    wish = settings.parts.painter
    if wish != "auto":
        return Choice("painter", wish, "the settings say so")
    # A server of one's own that speaks the API seldom paints: it must be asked for by name.
    if _has_key(settings) and not settings.openai.base_url and not api_fault(settings):
        return Choice(
            "painter", "openai", f"the API answers, and {settings.openai.image_model} paints"
        )
    if settings.models.diffusers and find_spec("diffusers"):
        return Choice("painter", "diffusers", f"models.diffusers is {settings.models.diffusers!r}")
    return Choice("painter", "offline", "no painter with a model is configured and reachable")


def _choose_image_encoder(settings: Settings) -> Choice:
    wish = settings.parts.image_encoder
    clip = _clip(settings)
    if wish == "packaged":
        return Choice("image_encoder", EfficientNetEncoder.name, "the settings say so")
    try:
        clip.encode([_TRIAL_PICTURE])
    except ComponentError as error:
        if wish == "clip":
            raise
        EfficientNetEncoder().encode([_TRIAL_PICTURE])
        return Choice(
            "image_encoder", EfficientNetEncoder.name, f"it sees less than CLIP would, but {error}"
        )
    return Choice("image_encoder", clip.name, "CLIP's weights are at hand")


def _composer(settings: Settings, name: str) -> Composer:
    if name == "grammar":
        return GrammarComposer()
    from worker.composers.openai import OpenAIComposer

    return OpenAIComposer(
        endpoint_of(settings),
        model=settings.openai.text_model,
        ceiling=settings.openai.text_ceiling,
    )


def _painter(settings: Settings, name: str, text_encoder: TextEncoder) -> Painter:
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
            from worker.painters.openai import OpenAIPainter

            return OpenAIPainter(
                endpoint_of(settings),
                model=settings.openai.image_model,
                size=settings.openai.image_size,
                quality=settings.openai.image_quality,
                ceiling=settings.openai.image_ceiling,
            )
        case "diffusers":
            from worker.painters.diffusers import DiffusersPainter

            return DiffusersPainter(settings.models.diffusers)
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
            f"the artist's image vectors come from {name}, but the settings ask for {clip.name}:"
            " vectors of different encoders never meet"
        )
    return clip


def _memory(settings: Settings, text: TextEncoder, image: ImageEncoder, folder: Path) -> Memory:
    """A Qdrant server where the settings name one, else Qdrant Edge in the data folder."""
    space = VectorSpace(
        text_encoder=text.name,
        text_size=text.size,
        image_encoder=image.name,
        image_size=image.size,
    )
    server = settings.storage.memory
    if server:
        return ServerMemory(
            server, space, api_key=settings.qdrant_api_key.get_secret_value() or None
        )
    return EdgeMemory(folder, space)


def _clip(settings: Settings) -> ClipEncoder:
    weights = Path(settings.models.clip_weights)
    if weights.suffix:
        return ClipEncoder(settings.models.clip, weights=weights)
    return ClipEncoder(settings.models.clip, settings.models.clip_weights)


def _has_key(settings: Settings) -> bool:
    return bool(settings.openai_api_key.get_secret_value())


def has_api(settings: Settings) -> bool:
    """Whether a key or a server of one's own is set."""
    return _has_key(settings) or bool(settings.openai.base_url)


def api_fault(settings: Settings) -> str:
    """Why the API can't be used with these settings; empty if it answers."""
    from openai import OpenAIError

    endpoint = endpoint_of(settings)
    try:
        endpoint.client.with_options(timeout=API_SECONDS).models.list()
    except (OpenAIError, ComponentError, *NONSENSE) as error:
        return message(str(error))
    return ""


def moderator_of(settings: Settings) -> Moderator | None:
    """What looks at works before they are shown, if the settings ask for it."""
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
    own = settings.moderation_api_key.get_secret_value()
    base_url = section.base_url or settings.openai.base_url
    # A key goes to the server that it was given for, and nowhere else.
    shared = endpoint_of(settings).api_key if base_url == settings.openai.base_url else ""
    return ServerModerator(
        Endpoint(own or shared, base_url, timeout=section.timeout), section.model
    )


def endpoint_of(settings: Settings) -> Endpoint:
    """The API that the settings name."""
    own = {
        model: Price(price.input, price.output) for model, price in settings.openai.prices.items()
    }
    return Endpoint(
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai.base_url,
        timeout=settings.openai.timeout,
        prices=own,
    )
