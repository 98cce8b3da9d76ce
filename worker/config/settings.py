"""Settings: `artist.toml`, which the environment overrides, and their tuning.

Every setting is described in `worker/artist.toml`, the file that `artist init` writes. A variable
in the environment is named after section and key: `ARTIST_TUNING__BETA=0.9`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as EnvironmentFault
from sqlalchemy import URL

from cas.checkpoint import file_signature
from cas.text_files import read_lines
from cas.tuning import PRESETS
from storage.archive.manifest import Tuning
from storage.errors import UserFacingError
from storage.redaction import conceal
from storage.urls import catalogue_url, secrets_in, with_password
from worker.config.publishing import FediverseSection, ListedWebhook, PublishingSection
from worker.config.sections import (
    AlarmsSection,
    ArtistSection,
    ComfyUISection,
    ComposerSection,
    GallerySection,
    ModelsSection,
    ModerationSection,
    OpenAISection,
    PainterSection,
    PartsSection,
    PictureSection,
    ScheduleSection,
    Section,
    StorageSection,
    TuningSection,
)
from worker.config.types import UNTOLD, Secret

FILE_NAME = "artist.toml"

SECRETS_OF_LIBRARIES = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "PGPASSWORD",
)
"""Secrets in variables that only libraries read."""


class SettingsError(UserFacingError):
    """The settings are invalid; the message names the key, the value and what to do."""


_NONE = SecretStr("")


class Settings(BaseSettings):
    """All settings of one deployment."""

    model_config = SettingsConfigDict(
        env_prefix="ARTIST_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    preset: Literal["default", "paper"] = Field(
        "default", description="default: our own tuning; paper: exactly that of arXiv 2510.20849"
    )
    artist: ArtistSection = ArtistSection()
    tuning: TuningSection = TuningSection()
    parts: PartsSection = PartsSection()
    models: ModelsSection = ModelsSection()
    picture: PictureSection = PictureSection()
    openai: OpenAISection = OpenAISection()
    composer: ComposerSection = ComposerSection()
    painter: PainterSection = PainterSection()
    comfyui: ComfyUISection = ComfyUISection()
    storage: StorageSection = StorageSection()
    schedule: ScheduleSection = ScheduleSection()
    alarms: AlarmsSection = AlarmsSection()
    gallery: GallerySection = GallerySection()
    moderation: ModerationSection = ModerationSection()
    publishing: PublishingSection = PublishingSection()
    fediverse: FediverseSection = FediverseSection()
    openai_api_key: Secret = Field(_NONE, validation_alias="OPENAI_API_KEY")
    composer_api_key: Secret = Field(_NONE, validation_alias="COMPOSER_API_KEY")
    painter_api_key: Secret = Field(_NONE, validation_alias="PAINTER_API_KEY")
    qdrant_api_key: Secret = Field(_NONE, validation_alias="QDRANT_API_KEY")
    moderation_api_key: Secret = Field(_NONE, validation_alias="MODERATION_API_KEY")
    webhook_secret: Secret = Field(_NONE, validation_alias="WEBHOOK_SECRET")
    mastodon_token: Secret = Field(_NONE, validation_alias="MASTODON_TOKEN")
    bluesky_password: Secret = Field(_NONE, validation_alias="BLUESKY_PASSWORD")
    smtp_password: Secret = Field(_NONE, validation_alias="ARTIST_SMTP_PASSWORD")
    alarm_secret: Secret = Field(_NONE, validation_alias="ARTIST_ALARM_SECRET")
    gallery_secret: Secret = Field(_NONE, validation_alias="ARTIST_GALLERY_SECRET")
    catalogue_password: Secret = Field(_NONE, validation_alias="ARTIST_CATALOGUE_PASSWORD")
    broker_password: Secret = Field(_NONE, validation_alias="ARTIST_BROKER_PASSWORD")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file, whose values are arguments."""
        return env_settings, init_settings

    def model_post_init(self, _: object) -> None:
        """Remove the secrets from all output of this process."""
        conceal(*self.secrets())

    def secrets(self) -> Iterator[str]:
        """Every secret value; some are empty."""
        for value in dict(self).values():
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
            elif isinstance(value, Section):
                for address in _addresses(value):
                    yield from secrets_in(address)
        listed = self.publishing.channels
        webhooks = (one.url for one in listed if isinstance(one, ListedWebhook))
        for webhook in (self.alarms.webhook, self.publishing.webhook.url, *webhooks):
            yield from secrets_in(webhook, whole=True)
        yield from (os.environ.get(channel.token_env, "") for channel in listed)
        yield from (os.environ.get(name, "") for name in SECRETS_OF_LIBRARIES)

    def catalogue_url(self, folder: Path) -> URL:
        """The catalogue's URL; by default a SQLite file in the folder."""
        address = self.storage.catalogue
        if not address:
            return URL.create("sqlite", database=str(folder / "catalogue.sqlite3"))
        return catalogue_url(address, password=self.catalogue_password.get_secret_value())

    @property
    def broker(self) -> str:
        """The broker's URL with its password."""
        password = self.broker_password.get_secret_value()
        return ";".join(with_password(one, password) for one in self.storage.broker.split(";"))


def secret_from_environment(name: str) -> str:
    """Read one secret, for commands that need no other setting; empty if it is not set.

    Raises:
        SettingsError: it is invalid.
    """
    try:
        value = TypeAdapter(Secret).validate_python(os.environ.get(name, "")).get_secret_value()
    except ValidationError as error:
        raise SettingsError(f"{name} {first_fault(error)}") from error
    conceal(value)
    return value


def load_settings(file: Path, overrides: Mapping[str, object] = MappingProxyType({})) -> Settings:
    """Read the file, if it exists; the environment overrides it, and `overrides` override both.

    `overrides` are values by dotted key: `{"tuning.every": "10s"}`.

    Raises:
        SettingsError: the file is not TOML, or a key or value is invalid.
    """
    try:
        text = "".join(read_lines(file, error=SettingsError)) if file.exists() else ""
        content = tomllib.loads(text)
        for key in content:
            if key.startswith("_"):  # an argument of pydantic-settings, not a setting
                raise SettingsError(f"{file}: there is no setting {key!r}")
        settings = Settings(**content)
        for key, value in overrides.items():
            settings = _overridden(settings, key, value)
        tuning_from_settings(settings)
    except (OSError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} can't be read: {error}") from error
    except EnvironmentFault as error:
        raise SettingsError(
            f'the environment: {error}. Write lists and tables there as JSON: \'["sea", "sky"]\''
        ) from error
    except ValidationError as error:
        raise SettingsError(f"{_source(error, file)}: {first_fault(error)}") from error
    return settings


def tuning_from_settings(settings: Settings) -> Tuning:
    """Return the preset's tuning, overridden by the settings.

    Raises:
        ValidationError: a value is out of range.
    """
    preset = asdict(PRESETS[settings.preset])
    wanted = settings.tuning.model_dump(exclude_none=True)
    return Tuning.model_validate({**preset, **wanted})


class SettingsFile:
    """A settings file; while it is invalid, the last valid values stay in use."""

    def __init__(
        self, file: Path, *, overrides: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        self.file = file
        self.overrides = overrides
        self._seen = file_signature(file)
        self.settings = load_settings(file, overrides)
        self.fault = ""
        self._had_content = _has_content(file)

    def refresh(self) -> Settings:
        """Read the file again, if it changed; if it is invalid, `fault` is the reason.

        A file that became empty or was deleted is invalid: an editor may be writing it.
        """
        found = file_signature(self.file)
        if found == self._seen and not self.fault:
            return self.settings
        self._seen = found
        try:
            if self._had_content and not _has_content(self.file):
                raise SettingsError(f"{self.file} is empty or missing; the last values stay in use")
            self.settings = load_settings(self.file, self.overrides)
            self.fault = ""
            self._had_content = _has_content(self.file)
        except SettingsError as error:
            self.fault = str(error)
        return self.settings


def _has_content(file: Path) -> bool:
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
        raise SettingsError(first_fault(error, within=f"{section}.")) from error
    return settings.model_copy(update={section: new})


def _source(error: ValidationError, file: Path) -> str:
    """The source of the invalid value: the environment overrides the file."""
    where = [str(part) for part in error.errors(include_url=False)[0]["loc"]]
    set_there = {name.upper() for name in os.environ}
    ways = ("__".join(where[:depth]).upper() for depth in range(1, len(where) + 1))
    names = {name for way in ways for name in (way, f"ARTIST_{way}")}
    return "the environment" if names & set_there else str(file)


def first_fault(error: ValidationError, *, within: str = "") -> str:
    """Return what is wrong with the first invalid value: `artist.seed = -1: input should be …`."""
    fault = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"there is no setting {where!r}{_suggestion(where)}"
    message = fault["msg"].removeprefix("Value error, ")
    if not where:
        return message
    where = within + where
    if fault["type"] == UNTOLD:
        return f"{where} {message}"
    # A table may hold an address with a token in it.
    value = "" if isinstance(fault["input"], Mapping) else f" = {fault['input']!r}"
    return f"{where}{value}: {message[0].lower()}{message[1:]}"


def _addresses(section: Section) -> Iterator[str]:
    for value in dict(section).values():
        if isinstance(value, Section):
            yield from _addresses(value)
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Section):
                    yield from _addresses(one)
        elif isinstance(value, str) and "://" in value:
            yield value


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
