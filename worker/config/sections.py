"""The tables of `artist.toml`: keys, defaults and allowed values."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from storage.text import Concept, Line, Prose
from worker.config.types import (
    ArchiveAddress,
    BrokerAddress,
    CatalogueAddress,
    Dollars,
    Duration,
    MailServer,
    MemoryAddress,
    Network,
    PublicAddress,
    ServerAddress,
    Timeout,
    WebAddress,
)


class Section(BaseModel):
    """One table of the file; unknown keys are an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class ArtistSection(Section):
    """Who the artist is. It is read once, when the artist is created."""

    name: str = Field("alien", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    title: Line = "Cultural Alien"
    statement: Prose = "Coherent, yet culturally rare: an artist that looks where nobody looks."
    style: Line = ""
    seeds: tuple[Concept, ...] = ("sea", "sky")
    seed: int = Field(1, ge=0, le=2**63 - 1)
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
        8, ge=1, le=96, description="pictures it paints until one resembles none of the newest"
    )


class PriceSection(Section):
    """What a model costs, in US dollars for a million tokens."""

    input: Dollars
    output: Dollars


class OpenAISection(Section):
    """OpenAI, or any server that speaks its API. The key stands in OPENAI_API_KEY."""

    base_url: WebAddress = ""
    text_model: str = "gpt-5.2"
    image_model: str = "gpt-image-2"
    image_size: str = "1024x1024"
    image_quality: str = "medium"
    timeout: Timeout = 180.0
    text_ceiling: Dollars = Field(0.05, description="US dollars that one answer may cost")
    image_ceiling: Dollars = Field(0.25, description="US dollars that one picture may cost")
    requests_per_minute: float = Field(
        60.0, ge=0, le=1e6, description="over all workers; 0: no limit"
    )
    prices: dict[str, PriceSection] = Field({}, description="of models that we have none for")


class StorageSection(Section):
    """Where things are kept; empty: in the data folder."""

    catalogue: CatalogueAddress = ""
    archive: ArchiveAddress = ""
    memory: MemoryAddress = Field("", description="address of a Qdrant server; empty: Qdrant Edge")
    broker: BrokerAddress = Field("redis://localhost:6379/0", description="served form only")
    min_free_gib: float = Field(2.0, ge=0, le=1e9)


class ScheduleSection(Section):
    """How the work of many artists is spread."""

    most_open: int = Field(
        64, ge=1, le=100_000, description="cycles under way at once, over all artists"
    )


class AlarmsSection(Section):
    """Where alarms are sent; empty: nowhere. They are always in `artist status` and `/health`."""

    webhook: WebAddress = Field("", description="gets a POST with JSON")
    email: str = Field("", description="address that gets a message")
    sender: str = Field("artist@localhost", description="address that sends it")
    smtp: MailServer = Field(
        "smtp://localhost:25",
        description="smtp://user@host:587 (STARTTLS where offered) or smtps://user@host:465",
    )


class GallerySection(Section):
    """The gallery's address and what it shows."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    title: Line = ""
    base_url: PublicAddress = ""
    trusted_proxies: tuple[Network, ...] = Field(
        (), description="proxies elsewhere that are believed where a visitor comes from"
    )
    show_prompt: bool = True
    licence: Line = "CC0-1.0"
    certificate: str = Field("", description="PEM chain that signs Content Credentials (C2PA)")
    certificate_key: str = Field("", description="its private key, PEM, without a password")
    static_url: PublicAddress = Field("", description="where an exported copy is found")
    study: str = Field("", description="folder of `artist study make`; its pages are at /study/")


class ModerationSection(Section):
    """A check by machine before a work is shown. A key of its own stands in MODERATION_API_KEY."""

    check: Literal["off", "openai", "local"] = "off"
    model: str = "omni-moderation-latest"
    base_url: WebAddress = Field("", description="empty: openai.base_url")
    timeout: Timeout = 30.0
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

    url: WebAddress = ""
    allow_private: bool = False
    artists: tuple[str, ...] = Field((), description="empty: all")


class MastodonSection(Section):
    """A Mastodon account. Its token stands in MASTODON_TOKEN."""

    server: ServerAddress = ""
    account: str = Field(
        "", pattern=r"^@?[\w.-]*$", description="its name, told on artists' pages; empty: not told"
    )
    visibility: Literal["public", "unlisted", "private"] = "unlisted"
    artists: tuple[str, ...] = Field((), description="empty: all")


class BlueskySection(Section):
    """A Bluesky account. Its app password stands in BLUESKY_PASSWORD."""

    handle: str = Field("", pattern=r"^[\w.:-]*$", description="as in alien.bsky.social")
    service: ServerAddress = "https://bsky.social"
    artists: tuple[str, ...] = Field((), description="empty: all")


class PublishingSection(Section):
    """Where finished works are posted."""

    dry_run: bool = False
    webhook: WebhookSection = WebhookSection()
    mastodon: MastodonSection = MastodonSection()
    bluesky: BlueskySection = BlueskySection()
