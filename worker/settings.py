"""Settings: `artist.toml`, with the environment over it, and the tuning that they ask for.

Every knob is described in `worker/artist.toml`, the file that `artist init` writes. In the
environment a knob is called by its section and name: `ARTIST_TUNING__BETA=0.9`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from cas.tuning import PRESETS
from storage.manifest import Tuning

FILE_NAME = "artist.toml"
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class SettingsError(Exception):
    """The settings can't be used; the message names the key, the value seen and the remedy."""


def parse_duration(value: Any) -> Any:
    """Seconds of a duration such as `10s`, `15m`, `1.5h` or `2d`; plain numbers are seconds."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", value)
    if match is None:
        raise ValueError("is no duration; write for example 10s, 15m, 1.5h or 2d")
    return float(match[1]) * UNITS[match[2] or "s"]


Duration = Annotated[float, BeforeValidator(parse_duration)]


class Section(BaseModel):
    """One table of the file; unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArtistSection(Section):
    """Who the artist is. It is read once, when the artist is created."""

    name: str = Field("alien", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    title: str = "Cultural Alien"
    statement: str = "Coherent, yet culturally rare: an artist that looks where nobody looks."
    style: str = ""
    seeds: tuple[str, ...] = ("sea", "sky")
    seed: int = Field(1, ge=0)
    memory: Literal["own", "all"] = "own"

    @field_validator("seeds")
    @classmethod
    def _seeds(cls, seeds: tuple[str, ...]) -> tuple[str, ...]:
        cleaned = tuple(seed.strip().lower() for seed in seeds)
        if not cleaned or not all(cleaned):
            raise ValueError('needs at least one concept, for example ["sea", "sky"]')
        if len(set(cleaned)) < len(cleaned):
            raise ValueError("names a concept twice")
        return cleaned


class TuningSection(Section):
    """What an admin changes while the artist runs; what is left out comes from the preset."""

    beta: float | None = None
    feedback: Literal["off", "novelty", "votes", "both"] | None = None
    lowest_beta: float | None = None
    highest_beta: float | None = None
    beta_step: float | None = None
    patience: int | None = None
    temperature: float | None = None
    candidates: int | None = None
    permutations: int | None = None
    calibration: float | None = None
    floor: float | None = None
    rest: int | None = None
    pool_size: int | None = None
    every: Duration | None = None
    jitter: float | None = None
    burst: int | None = None
    quiet: str | None = None
    timezone: str | None = None
    daily_budget: float | None = None
    monthly_budget: float | None = None


class PartsSection(Section):
    """Which parts the artist works with; `auto` is decided once, when it is created."""

    composer: Literal["auto", "grammar", "openai"] = "auto"
    fallback: Literal["grammar", "pause"] = "grammar"
    painter: Literal["auto", "offline", "openai", "diffusers"] = "auto"
    image_encoder: Literal["auto", "clip", "packaged"] = "auto"


class ModelsSection(Section):
    """The sampler's pair of models, and local weights."""

    sampler: str = Field("", description="folder of a trained pair; empty: the shipped one")
    clip: str = Field("ViT-B-32", description="open_clip's name of the architecture")
    clip_weights: str = Field("openai", description="open_clip's name of the weights, or a file")
    diffusers: str = Field("", description="hub id or folder of a text-to-image pipeline")


class PictureSection(Section):
    """The offline painter's pictures."""

    width: int = Field(1024, ge=64, le=4096)
    height: int = Field(1024, ge=64, le=4096)
    attempts: int = Field(
        48, ge=1, le=96, description="pictures it paints until one resembles no earlier work"
    )


class PriceSection(Section):
    """What a model costs, in US dollars for a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class OpenAISection(Section):
    """OpenAI, or any server that speaks its API. The key stands in OPENAI_API_KEY."""

    base_url: str = ""
    text_model: str = "gpt-5.2"
    image_model: str = "gpt-image-2"
    image_size: str = "1024x1024"
    image_quality: str = "medium"
    timeout: Duration = 180.0
    text_ceiling: float = Field(0.05, ge=0, description="US dollars that one answer may cost")
    image_ceiling: float = Field(0.25, ge=0, description="US dollars that one picture may cost")
    requests_per_minute: float = Field(60.0, ge=0, description="over all workers; 0: no limit")
    prices: dict[str, PriceSection] = Field({}, description="of models that we have none for")


class StorageSection(Section):
    """Where things are kept; empty: in the data folder."""

    catalogue: str = ""
    archive: str = ""
    memory: str = Field("", description="address of a Qdrant server; empty: Qdrant Edge")
    broker: str = Field("redis://localhost:6379/0", description="served form only")
    min_free_gib: float = Field(2.0, ge=0)


class ScheduleSection(Section):
    """How the work of many artists is spread."""

    most_open: int = Field(64, ge=1, description="cycles under way at once, over all artists")


class AlarmsSection(Section):
    """Where alarms are sent; empty: nowhere. They are always in `artist status` and `/health`."""

    webhook: str = Field("", pattern=r"^$|^https?://", description="gets a POST with JSON")
    email: str = Field("", description="address that gets a message")
    sender: str = Field("artist@localhost", description="address that sends it")
    smtp: str = Field(
        "smtp://localhost:25",
        pattern=r"^smtps?://",
        description="smtp://user@host:587 (STARTTLS where offered) or smtps://user@host:465",
    )


class GallerySection(Section):
    """The gallery's address and what it shows."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    title: str = ""
    base_url: str = ""
    show_prompt: bool = True
    licence: str = "CC0-1.0"
    certificate: str = Field("", description="PEM chain that signs Content Credentials (C2PA)")
    certificate_key: str = Field("", description="its private key, PEM, without a password")
    static_url: str = Field(
        "", pattern=r"^$|^https?://", description="where an exported copy is found"
    )
    study: str = Field("", description="folder of `artist study make`; its pages are at /study/")


class ModerationSection(Section):
    """A check by machine before a work is shown. A key of its own stands in MODERATION_API_KEY."""

    check: Literal["off", "openai", "local"] = "off"
    model: str = "omni-moderation-latest"
    base_url: str = Field("", description="empty: openai.base_url")
    timeout: Duration = 30.0
    image_model: str = Field("", description="local: folder of a picture classifier")
    text_model: str = Field("", description="local: folder of a text classifier")
    marks: tuple[str, ...] = Field(("nsfw",), description="local: labels that hold a work")
    threshold: float = Field(0.5, gt=0, le=1, description="local: from this probability on")

    @model_validator(mode="after")
    def _has_a_model(self) -> Self:
        if self.check == "local" and not (self.image_model or self.text_model):
            raise ValueError(
                'check = "local" needs the folder of a model: set image_model or text_model'
            )
        return self


class WebhookSection(Section):
    """A signed webhook. Its secret stands in WEBHOOK_SECRET."""

    url: str = ""
    allow_private: bool = False
    artists: tuple[str, ...] = Field((), description="empty: all")


class MastodonSection(Section):
    """A Mastodon account. Its token stands in MASTODON_TOKEN."""

    server: str = ""
    account: str = Field(
        "", pattern=r"^@?[\w.-]*$", description="its name, told on artists' pages; empty: not told"
    )
    visibility: Literal["public", "unlisted", "private"] = "unlisted"
    artists: tuple[str, ...] = Field((), description="empty: all")


class BlueskySection(Section):
    """A Bluesky account. Its app password stands in BLUESKY_PASSWORD."""

    handle: str = ""
    service: str = "https://bsky.social"
    artists: tuple[str, ...] = Field((), description="empty: all")


class PublishingSection(Section):
    """Where finished works are posted."""

    dry_run: bool = False
    webhook: WebhookSection = WebhookSection()
    mastodon: MastodonSection = MastodonSection()
    bluesky: BlueskySection = BlueskySection()


class Settings(BaseSettings):
    """All settings of one deployment."""

    model_config = SettingsConfigDict(
        env_prefix="ARTIST_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    preset: Literal["default", "paper"] = "default"
    artist: ArtistSection = ArtistSection()
    tuning: TuningSection = TuningSection()
    parts: PartsSection = PartsSection()
    models: ModelsSection = ModelsSection()
    picture: PictureSection = PictureSection()
    openai: OpenAISection = OpenAISection()
    storage: StorageSection = StorageSection()
    schedule: ScheduleSection = ScheduleSection()
    alarms: AlarmsSection = AlarmsSection()
    gallery: GallerySection = GallerySection()
    moderation: ModerationSection = ModerationSection()
    publishing: PublishingSection = PublishingSection()
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias="OPENAI_API_KEY")
    qdrant_api_key: SecretStr = Field(SecretStr(""), validation_alias="QDRANT_API_KEY")
    moderation_api_key: SecretStr = Field(SecretStr(""), validation_alias="MODERATION_API_KEY")
    webhook_secret: SecretStr = Field(SecretStr(""), validation_alias="WEBHOOK_SECRET")
    mastodon_token: SecretStr = Field(SecretStr(""), validation_alias="MASTODON_TOKEN")
    bluesky_password: SecretStr = Field(SecretStr(""), validation_alias="BLUESKY_PASSWORD")
    smtp_password: SecretStr = Field(SecretStr(""), validation_alias="ARTIST_SMTP_PASSWORD")
    alarm_secret: SecretStr = Field(SecretStr(""), validation_alias="ARTIST_ALARM_SECRET")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands over the file, which arrives as arguments."""
        return env_settings, init_settings


def load_settings(file: Path, overrides: Mapping[str, object] = MappingProxyType({})) -> Settings:
    """Read the file, if it is there, with the environment over it and `overrides` over both.

    `overrides` are values by dotted key: `{"tuning.every": "10s"}`.

    Raises:
        SettingsError: it is no TOML, or a key or value in it makes no sense.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        settings = Settings(**content)
        for key, value in overrides.items():
            settings = _overridden(settings, key, value)
        wished_tuning(settings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} can't be read: {error}") from error
    except ValidationError as error:
        raise SettingsError(f"{file}: {_first_fault(error)}") from error
    return settings


def wished_tuning(settings: Settings) -> Tuning:
    """The tuning that the settings ask for: the preset, with what the file sets over it.

    Raises:
        ValidationError: a value is out of its range.
    """
    preset = asdict(PRESETS[settings.preset])
    wished = settings.tuning.model_dump(exclude_none=True)
    return Tuning.model_validate({**preset, **wished})


class SettingsFile:
    """A settings file that is watched: when it breaks, the last good values stay in force."""

    def __init__(
        self, file: Path, *, overrides: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        self.file = file
        self.overrides = overrides
        self.settings = load_settings(file, overrides)
        self.fault = ""
        self._said_something = _says_something(file)

    def refresh(self) -> Settings:
        """Read the file again; `fault` says why it can't be used, if so.

        A file that is empty or gone since is none: an editor writes it, or it is on its way.
        """
        try:
            if self._said_something and not _says_something(self.file):
                raise SettingsError(f"{self.file} is empty or gone; the last values stay in force")
            self.settings = load_settings(self.file, self.overrides)
            self.fault = ""
            self._said_something = _says_something(self.file)
        except SettingsError as error:
            self.fault = str(error)
        return self.settings


def _says_something(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def _overridden(settings: Settings, key: str, value: object) -> Settings:
    section, _, name = key.partition(".")
    old: Section = getattr(settings, section)
    try:
        new = type(old).model_validate({**old.model_dump(), name: value})
    except ValidationError as error:
        raise SettingsError(_first_fault(error)) from error
    return settings.model_copy(update={section: new})


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"there is no setting {where!r}{_suggestion(where)}"
    message = fault["msg"].removeprefix("Value error, ")
    if not where:
        return message
    return f"{where} = {fault['input']!r}: {message[0].lower()}{message[1:]}"


def _suggestion(key: str) -> str:
    known = list(_keys(Settings))
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6) or [
        full for full in known if full.rpartition(".")[2] == key.rpartition(".")[2]
    ]
    return f"; did you mean {close[0]!r}?" if close else ""


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name
