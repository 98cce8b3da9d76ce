"""The tables of `artist.toml`: keys, defaults and allowed values."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from storage.text import Concept, Line, Prose
from worker.config.types import (
    ArchiveAddress,
    BrokerAddress,
    CatalogueAddress,
    Dollars,
    Duration,
    ImageHost,
    ImagePath,
    MailServer,
    MemoryAddress,
    Network,
    OwnDollars,
    OwnTimeout,
    PublicAddress,
    Timeout,
    WebAddress,
)


class Section(BaseModel):
    """One table of the file; unknown keys are an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class ArtistSection(Section):
    """The artist's identity, read once, when the artist is created."""

    name: str = Field(
        "alien",
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="in URLs: lower-case letters, digits, hyphens",
    )
    title: Line = Field("Cultural Alien", description="shown to visitors")
    statement: Prose = Field(
        "It looks for what fits a picture, and what nobody expects there.",
        description="its aim, in a sentence or two",
    )
    style: Line = Field("", description="techniques that it uses, and its mood; empty: any")
    seeds: tuple[Concept, ...] = Field(
        ("sea", "sky"), description="its first concepts; they never leave the pool"
    )
    show_seeds: Literal["free", "always"] = Field(
        "free", description="free: each work shows some of the pool; always: all seeds in each work"
    )
    seed: int = Field(1, ge=0, le=2**63 - 1, description="of all its random numbers")
    memory: Literal["own", "all"] = Field(
        "own", description="novelty against its own works, or those of all artists"
    )

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
    """Values that an admin changes while the artist runs; the defaults are the preset's."""

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
    """The artist's parts; `auto` is decided once, when the artist is created."""

    composer: Literal["auto", "grammar", "openai"] = Field(
        "auto", description="what writes titles and prompts"
    )
    fallback: Literal["grammar", "pause"] = Field(
        "grammar",
        description="if the composer's answers are invalid: the grammar writes, or a pause",
    )
    painter: Literal[
        "auto", "offline", "openai", "diffusers", "comfyui", "bfl", "replicate", "fal"
    ] = Field("auto", description="what paints")
    image_encoder: Literal["auto", "clip", "packaged"] = Field(
        "auto", description="what novelty of pictures is measured with"
    )

    @classmethod
    def choices(cls, part: str) -> tuple[str, ...]:
        """The names that a part can be given, without `auto`."""
        names = get_args(cls.model_fields[part].annotation)
        return tuple(name for name in names if name != "auto")


class ModelsSection(Section):
    """The sampler's pair of models, and local weights."""

    sampler: str = Field(
        "", description="a shipped pair (museums, world) or a trained pair's folder; empty: museums"
    )
    clip: str = Field("ViT-B-32", description="open_clip's name of the architecture")
    clip_weights: str = Field("openai", description="open_clip's name of the weights, or a file")
    diffusers: str = Field("", description="hub id or folder of a text-to-image pipeline")


class PictureSection(Section):
    """The offline painter's pictures."""

    width: int = Field(1024, ge=64, le=4096, description="in pixels")
    height: int = Field(1024, ge=64, le=4096, description="in pixels")
    attempts: int = Field(
        8,
        ge=1,
        le=96,
        description="most pictures painted until one does not resemble the newest works",
    )


class PriceSection(Section):
    """A model's price, in US dollars for a million tokens."""

    input: Dollars = Field(description="US dollars for a million tokens that are sent")
    output: Dollars = Field(description="US dollars for a million tokens of the answer")


OWN_IMAGE_OPTIONS = {
    "model": "set openai.image_model",
    "prompt": "the composer writes it",
    "n": "one picture is painted at a time",
    "stream": "set openai.image_partials",
    "partial_images": "set openai.image_partials",
}
"""Options of the images API that `image_options` can't override, and what to do instead."""

KNOWN_IMAGE_OPTIONS = {
    # Other formats can't be kept: a work is a PNG, JPEG or WebP picture.
    "output_format": ("png", "jpeg", "webp"),
    "response_format": ("b64_json", "url"),
}


class OpenAISection(Section):
    """OpenAI, or any compatible server. The key is in OPENAI_API_KEY."""

    base_url: WebAddress = Field("", description="of the server's API; empty: OpenAI's")
    text_model: str = Field("gpt-6-luna", description="the model that writes")
    image_model: str = Field("gpt-image-2", description="the model that paints")
    image_size: str = Field("1024x1024", description="as the provider names it; empty: left out")
    image_quality: str = Field("medium", description="as the provider names it; empty: left out")
    image_options: dict[str, JsonValue] = Field({}, description="more of the images API's options")
    image_seed: bool = Field(False, description="whether a picture's seed is sent")
    image_partials: int = Field(
        0, ge=0, le=3, description="partial pictures of a streamed answer; 0: not streamed"
    )
    image_hosts: tuple[ImageHost, ...] = Field(
        (), description="other hosts from which a picture that is named by URL is fetched"
    )
    image_path: ImagePath = Field("/images/generations", description="below base_url")
    timeout: Timeout = Field(180.0, description="for one answer")
    image_timeout: Timeout = Field(600.0, description="for one picture")
    text_ceiling: Dollars = Field(0.05, description="most US dollars for one answer")
    image_ceiling: Dollars = Field(0.25, description="most US dollars for one picture")
    requests_per_minute: float = Field(
        60.0, ge=0, le=1e6, description="of all workers together; 0: no limit"
    )
    prices: dict[str, PriceSection] = Field(
        {}, description="prices of models, by name, that have no known one"
    )

    @field_validator("image_options")
    @classmethod
    def _options(cls, options: dict[str, JsonValue]) -> dict[str, JsonValue]:
        for name, setting in OWN_IMAGE_OPTIONS.items():
            if name in options:
                raise ValueError(f"can't hold {name!r}: {setting}")
        for name, known in KNOWN_IMAGE_OPTIONS.items():
            if options.get(name, known[0]) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}")
        return options

    @model_validator(mode="after")
    def _has_one_seed(self) -> Self:
        if self.image_seed and "seed" in self.image_options:
            raise ValueError("image_options.seed and image_seed exclude each other: remove one")
        return self


class ModelServerSection(Section):
    """The server of one part; what is empty is as in `[openai]`."""

    base_url: WebAddress = Field("", description="empty: openai.base_url")
    model: str = Field("", description="empty: that of [openai]")
    timeout: OwnTimeout = Field(None, description="for one call; empty: that of [openai]")
    ceiling: OwnDollars = Field(
        None, description="most US dollars for one call; empty: that of [openai]"
    )
    prices: dict[str, PriceSection] = Field({}, description="beside those of [openai]")


class ComposerSection(ModelServerSection):
    """Another server for the composer. Its key is in COMPOSER_API_KEY."""


class PainterSection(ModelServerSection):
    """Another server for the painter. Its key is in PAINTER_API_KEY."""


class ComfyUISection(Section):
    """A ComfyUI server, for `parts.painter = "comfyui"`."""

    url: WebAddress = Field("http://127.0.0.1:8188", description="the server's address")
    workflow: str = Field("", description="file with a workflow in API form")
    timeout: Timeout = Field(600.0, description="for one picture, waiting in the queue included")


class StorageSection(Section):
    """Addresses of the stores; empty: in the data folder."""

    catalogue: CatalogueAddress = Field(
        "", description="a SQLite file, or postgresql://user@host/database"
    )
    archive: ArchiveAddress = Field(
        "", description="a folder, or s3://bucket/prefix?endpoint=https://…&region=…"
    )
    memory: MemoryAddress = Field("", description="address of a Qdrant server; empty: Qdrant Edge")
    broker: BrokerAddress = Field(
        "redis://localhost:6379/0", description="only for `artist worker` and `artist beat`"
    )
    min_free_gib: float = Field(
        2.0, ge=0, le=1e9, description="with less free disk space, in GiB, the artist waits"
    )


class ScheduleSection(Section):
    """Limits for many artists."""

    most_open: int = Field(
        64, ge=1, le=100_000, description="open cycles at once, of all artists together"
    )


class AlarmsSection(Section):
    """Where alarms are sent. `artist status` and `/health` always show them."""

    webhook: WebAddress = Field("", description="URL that receives a POST with JSON; empty: none")
    email: str = Field("", description="recipient of a message; empty: none")
    sender: str = Field("artist@localhost", description="sender of the message")
    smtp: MailServer = Field(
        "smtp://localhost:25",
        description="smtp://user@host:587 (STARTTLS where offered) or smtps://user@host:465",
    )


class GallerySection(Section):
    """The gallery's address and contents."""

    host: str = Field("127.0.0.1", description="the address on which it listens")
    port: int = Field(8000, ge=0, le=65535, description="0: any free port")
    title: Line = Field("", description="empty: that of the artist under [artist]")
    base_url: PublicAddress = Field(
        "", description="the public URL; with https cookies are sent only over TLS"
    )
    trusted_proxies: tuple[Network, ...] = Field(
        (), description="proxies on other machines whose headers give the visitor's address"
    )
    show_prompt: bool = Field(True, description="whether a work's page shows its prompt")
    tagline: Line = Field(
        "Art by a machine that works day and night.", description="below the gallery's title"
    )
    licence: Line = Field("CC0-1.0", description="SPDX identifier, URL of the terms, or words")
    licence_url: WebAddress = Field("", description="empty: that of a Creative Commons licence")
    credit: Line = Field("", description="whom to name where a picture is shown elsewhere")
    pages: str = Field(
        "", description="folder of Markdown files, such as imprint.md; empty: pages in the folder"
    )
    certificate: str = Field("", description="PEM chain that signs Content Credentials (C2PA)")
    certificate_key: str = Field("", description="its private key, PEM, without a password")
    watermark: Literal["off", "spectrum", "trustmark"] = Field(
        "off", description="imperceptible mark in the pixels of all files that are handed out"
    )
    static_url: PublicAddress = Field("", description="public URL of an exported copy")
    study: str = Field("", description="folder of `artist study make`; its pages are at /study/")


class ModerationSection(Section):
    """An automatic check before a work is shown. Its own key is in MODERATION_API_KEY."""

    check: Literal["off", "openai", "local"] = Field(
        "off", description="openai: a moderation API; local: classifiers in a folder"
    )
    model: str = Field("omni-moderation-latest", description="openai: the model's name")
    base_url: WebAddress = Field("", description="empty: openai.base_url")
    timeout: Timeout = Field(30.0, description="for the check of one work")
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
