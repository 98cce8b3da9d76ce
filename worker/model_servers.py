"""The servers of composer and painter: `[composer]`, `[painter]`, and `[openai]` for both.

A key is sent only to the server that it is for: OPENAI_API_KEY to that of `openai.base_url`,
COMPOSER_API_KEY to the composer's, PAINTER_API_KEY to the painter's.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from worker import openai_api
from worker.config.sections import ModelServerSection
from worker.config.settings import Settings
from worker.openai_api import Endpoint, SettingNames
from worker.prices import Price


@dataclass(frozen=True)
class ModelServer:
    """A server and the model that is asked there; `ceiling` is in US dollars a call.

    `has_own_address`: its base URL is not that of `[openai]`.
    """

    endpoint: Endpoint
    model: str
    ceiling: float
    has_own_address: bool

    @property
    def is_set(self) -> bool:
        """Whether a key or a base URL is set."""
        return bool(self.endpoint.api_key or self.endpoint.base_url)


@dataclass(frozen=True)
class _Shared:
    """What `[openai]` sets for one of both, with the settings' names."""

    model: tuple[str, str]
    timeout: tuple[str, float]
    ceiling: tuple[str, float]


def composer_server(settings: Settings) -> ModelServer:
    """Return the server of the composer `openai`."""
    section = settings.openai
    shared = _Shared(
        model=("text_model", section.text_model),
        timeout=("timeout", section.timeout),
        ceiling=("text_ceiling", section.text_ceiling),
    )
    return _server(settings, "composer", settings.composer, settings.composer_api_key, shared)


def painter_server(settings: Settings) -> ModelServer:
    """Return the server of the painter `openai`."""
    section = settings.openai
    shared = _Shared(
        model=("image_model", section.image_model),
        timeout=("image_timeout", section.image_timeout),
        ceiling=("image_ceiling", section.image_ceiling),
    )
    return _server(settings, "painter", settings.painter, settings.painter_api_key, shared)


def moderation_endpoint(settings: Settings) -> Endpoint:
    """Return the server that checks works."""
    section = settings.moderation
    base_url = section.base_url or settings.openai.base_url
    key, key_name = _key(settings, "moderation", settings.moderation_api_key, base_url)
    own = "moderation" if section.base_url else "openai"
    names = SettingNames(base_url=f"{own}.base_url", timeout="moderation.timeout")
    return Endpoint(key, base_url, timeout=section.timeout, key_name=key_name, names=names)


def _server(
    settings: Settings, table: str, own: ModelServerSection, key: SecretStr, shared: _Shared
) -> ModelServer:
    base_url = own.base_url or settings.openai.base_url
    api_key, key_name = _key(settings, table, key, base_url)
    timeout = own.timeout if own.timeout is not None else shared.timeout[1]
    ceiling = own.ceiling if own.ceiling is not None else shared.ceiling[1]

    def named(setting: str, value: object, of_both: str) -> str:
        return f"{table}.{setting}" if value not in ("", None) else f"openai.{of_both}"

    endpoint = Endpoint(
        api_key=api_key,
        base_url=base_url,
        timeout=timeout,
        prices={
            model: Price(price.input, price.output)
            for model, price in {**settings.openai.prices, **own.prices}.items()
        },
        key_name=key_name,
        names=SettingNames(
            base_url=named("base_url", own.base_url, "base_url"),
            timeout=named("timeout", own.timeout, shared.timeout[0]),
            model=named("model", own.model, shared.model[0]),
            ceiling=named("ceiling", own.ceiling, shared.ceiling[0]),
            prices=named("prices", own.base_url, "prices"),
        ),
    )
    return ModelServer(endpoint, own.model or shared.model[1], ceiling, bool(own.base_url))


def _key(settings: Settings, table: str, own: SecretStr, base_url: str) -> tuple[str, str]:
    """The key for a server, and the variable that holds it or should."""
    if not own.get_secret_value() and _origin(base_url) == _origin(settings.openai.base_url):
        return settings.openai_api_key.get_secret_value(), "OPENAI_API_KEY"
    return own.get_secret_value(), f"{table.upper()}_API_KEY"


def _origin(base_url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(base_url or openai_api.OPENAI_URL)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
