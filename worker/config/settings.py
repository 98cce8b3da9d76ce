"""Settings: `artist.toml`, with the environment over it, and the tuning that they ask for.

Every knob is described in `worker/artist.toml`, the file that `artist init` writes. In the
environment a knob is called by its section and name: `ARTIST_TUNING__BETA=0.9`.
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
from worker.config.sections import (
    AlarmsSection,
    ArtistSection,
    GallerySection,
    ModelsSection,
    ModerationSection,
    OpenAISection,
    PartsSection,
    PictureSection,
    PublishingSection,
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
"""Variables that libraries read by themselves."""


class SettingsError(UserFacingError):
    """The settings can't be used; the message names the key, the value seen and the remedy."""


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
    openai_api_key: Secret = Field(_NONE, validation_alias="OPENAI_API_KEY")
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
        """The environment stands over the file, which arrives as arguments."""
        return env_settings, init_settings

    def model_post_init(self, _: object) -> None:
        """Let nothing that this process tells from now on hold a secret."""
        conceal(*self.secrets())

    def secrets(self) -> Iterator[str]:
        """Every value that nobody may read, some of them empty."""
        for value in dict(self).values():
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
            elif isinstance(value, Section):
                for address in _addresses(value):
                    yield from secrets_in(address)
        for webhook in (self.alarms.webhook, self.publishing.webhook.url):
            yield from secrets_in(webhook, whole=True)
        yield from (os.environ.get(name, "") for name in SECRETS_OF_LIBRARIES)

    def catalogue_url(self, folder: Path) -> URL:
        """Where the catalogue is; a file in the folder where nothing else is set."""
        address = self.storage.catalogue
        if not address:
            return URL.create("sqlite", database=str(folder / "catalogue.sqlite3"))
        return catalogue_url(address, password=self.catalogue_password.get_secret_value())

    @property
    def broker(self) -> str:
        """The broker's address with its password."""
        password = self.broker_password.get_secret_value()
        return ";".join(with_password(one, password) for one in self.storage.broker.split(";"))


def secret_from_environment(name: str) -> str:
    """One secret alone, for commands that need no other setting; empty where it is not set.

    Raises:
        SettingsError: it can't be used.
    """
    try:
        value = TypeAdapter(Secret).validate_python(os.environ.get(name, "")).get_secret_value()
    except ValidationError as error:
        raise SettingsError(f"{name} {_first_fault(error)}") from error
    conceal(value)
    return value


def load_settings(file: Path, overrides: Mapping[str, object] = MappingProxyType({})) -> Settings:
    """Read the file, if it is there, with the environment over it and `overrides` over both.

    `overrides` are values by dotted key: `{"tuning.every": "10s"}`.

    Raises:
        SettingsError: it is no TOML, or a key or value in it makes no sense.
    """
    try:
        text = "".join(read_lines(file, error=SettingsError)) if file.exists() else ""
        content = tomllib.loads(text)
        for key in content:
            if key.startswith("_"):  # an argument of the library's, and no setting
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
        raise SettingsError(f"{_source(error, file)}: {_first_fault(error)}") from error
    return settings


def tuning_from_settings(settings: Settings) -> Tuning:
    """The tuning that the settings ask for: the preset, with what the file sets over it.

    Raises:
        ValidationError: a value is out of its range.
    """
    preset = asdict(PRESETS[settings.preset])
    wished = settings.tuning.model_dump(exclude_none=True)
    return Tuning.model_validate({**preset, **wished})


class SettingsFile:
    """A settings file that is watched: when it breaks, the last good values stay current."""

    def __init__(
        self, file: Path, *, overrides: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        self.file = file
        self.overrides = overrides
        self._seen = file_signature(file)
        self.settings = load_settings(file, overrides)
        self.fault = ""
        self._said_something = _says_something(file)

    def refresh(self) -> Settings:
        """Read the file again, if it changed; `fault` says why it can't be used, if so.

        A file that is empty or gone since is none: an editor writes it, or it is on its way.
        """
        found = file_signature(self.file)
        if found == self._seen and not self.fault:
            return self.settings
        self._seen = found
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
        raise SettingsError(_first_fault(error, within=f"{section}.")) from error
    return settings.model_copy(update={section: new})


def _source(error: ValidationError, file: Path) -> str:
    """Where the value comes from that is wrong: the environment stands over the file."""
    where = [str(part) for part in error.errors(include_url=False)[0]["loc"]]
    set_there = {name.upper() for name in os.environ}
    ways = ("__".join(where[:depth]).upper() for depth in range(1, len(where) + 1))
    names = {name for way in ways for name in (way, f"ARTIST_{way}")}
    return "the environment" if names & set_there else str(file)


def _first_fault(error: ValidationError, *, within: str = "") -> str:
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
    return f"{where} = {fault['input']!r}: {message[0].lower()}{message[1:]}"


def _addresses(section: Section) -> Iterator[str]:
    for value in dict(section).values():
        if isinstance(value, Section):
            yield from _addresses(value)
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
