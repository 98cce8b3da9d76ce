"""The tables `[publishing]` of `artist.toml`: channels on which finished works are published."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from worker.config.sections import Section
from worker.config.types import (
    POST_FIELDS,
    POST_TEMPLATE,
    UNTOLD,
    Hashtag,
    PostTemplate,
    ServerAddress,
    WebAddress,
)

Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="publications are stored under it: never rename it",
    ),
]
"""The name of a channel; publications are stored under it."""

Variable = Annotated[
    str,
    Field(
        pattern=r"^[A-Z][A-Z0-9_]{0,127}$",
        description="the environment's variable with its token, password or secret",
    ),
]
"""The name of a variable of the environment."""


def _needed(value: str) -> str:
    if not value:
        raise ValueError("is empty: a listed channel needs it")
    return value


class _Channel(Section):
    artists: tuple[str, ...] = Field((), description="whose works are posted; empty: all artists'")
    per_day: int = Field(0, ge=0, le=10_000, description="most works in 24 hours; 0: no limit")


class _Account(_Channel):
    template: PostTemplate = Field(
        POST_TEMPLATE,
        description="words of a post; "
        + ", ".join(f"{{{field}}}" for field in POST_FIELDS)
        + " are filled in",
    )
    tags: tuple[Hashtag, ...] = Field((), max_length=30, description="hashtags, without #")


class WebhookSection(_Channel):
    """A signed webhook. Its secret is in WEBHOOK_SECRET."""

    url: WebAddress = Field("", description="receives a signed POST for each work; empty: none")
    allow_private: bool = Field(
        False, description="whether it may be in this network; redirects may not"
    )


class MastodonSection(_Account):
    """A Mastodon account. Its token is in MASTODON_TOKEN."""

    server: ServerAddress = Field("", description="the account's server; empty: none")
    account: str = Field(
        "", pattern=r"^@?[\w.-]*$", description="its name, shown on artists' pages; empty: hidden"
    )
    visibility: Literal["public", "unlisted", "private"] = Field(
        "unlisted", description="of the posts"
    )


class BlueskySection(_Account):
    """A Bluesky account. Its app password is in BLUESKY_PASSWORD."""

    handle: str = Field(
        "", pattern=r"^[\w.:-]*$", description="as in alien.bsky.social; empty: none"
    )
    service: ServerAddress = Field("https://bsky.social", description="where the account is")


class _Listed(Section):
    name: Name
    token_env: Variable


class ListedWebhook(_Listed, WebhookSection):
    """One of several webhooks; `token_env` is the variable with its secret."""

    kind: Literal["webhook"] = Field(description="what it is")
    url: Annotated[WebAddress, AfterValidator(_needed)] = Field(
        description="receives a signed POST for each work"
    )


class ListedMastodon(_Listed, MastodonSection):
    """One of several Mastodon accounts; `token_env` is the variable with its token."""

    kind: Literal["mastodon"] = Field(description="what it is")
    server: Annotated[ServerAddress, AfterValidator(_needed)] = Field(
        description="the account's server"
    )


class ListedBluesky(_Listed, BlueskySection):
    """One of several Bluesky accounts; `token_env` is the variable with its app password."""

    kind: Literal["bluesky"] = Field(description="what it is")
    handle: str = Field(pattern=r"^[\w.:-]+$", description="as in alien.bsky.social")


ListedChannel = ListedWebhook | ListedMastodon | ListedBluesky
"""One table of `[[publishing.channels]]`."""


FEDIVERSE = "fediverse"
"""The name of the channel of `[fediverse]`, under which publications are stored."""

WEBSUB = "websub"
"""The name of the channel of `publishing.websub`."""

_TAKEN = {FEDIVERSE: "the table [fediverse]", WEBSUB: "publishing.websub"}
"""Names that no listed channel may have, with what has them."""


class FediverseSection(Section):
    """Each artist as an actor that people on Mastodon, Pixelfed and the like follow."""

    enabled: bool = Field(False, description="needs gallery.base_url")
    tags: tuple[Hashtag, ...] = Field((), max_length=30, description="hashtags of all posts")


class PublishingSection(Section):
    """Channels on which finished works are published."""

    dry_run: bool = Field(False, description="only log what would be sent")
    websub: WebAddress = Field(
        "", description="a WebSub hub that is told of new works, and that feeds name; empty: none"
    )
    webhook: WebhookSection = WebhookSection()
    mastodon: MastodonSection = MastodonSection()
    bluesky: BlueskySection = BlueskySection()
    channels: tuple[Annotated[ListedChannel, Field(discriminator="kind")], ...] = Field(
        (), description="further accounts, a table each"
    )

    @model_validator(mode="after")
    def _has_different_names(self) -> Self:
        names = [channel.name for channel in self.all_channels()]
        for name in names:
            if name in _TAKEN:
                raise PydanticCustomError(
                    UNTOLD,
                    "has a channel with the name {name}, which is that of {taken}: give it another",
                    {"name": name, "taken": _TAKEN[name]},
                )
            if names.count(name) > 1:
                raise PydanticCustomError(
                    UNTOLD,
                    "has two channels with the name {name}: give each its own",
                    {"name": name},
                )
        return self

    def all_channels(self) -> tuple[ListedChannel, ...]:
        """Every channel that is set, those of the single tables under the names of their kinds."""
        single = (
            (self.webhook.url, self.webhook, ListedWebhook, "webhook", "WEBHOOK_SECRET"),
            (self.mastodon.server, self.mastodon, ListedMastodon, "mastodon", "MASTODON_TOKEN"),
            (self.bluesky.handle, self.bluesky, ListedBluesky, "bluesky", "BLUESKY_PASSWORD"),
        )
        return (
            *(
                listed(kind=kind, name=kind, token_env=variable, **dict(section))
                for where, section, listed, kind, variable in single
                if where
            ),
            *self.channels,
        )

    def channels_of(self, artist: str) -> tuple[ListedChannel, ...]:
        """The channels on which an artist's works are published."""
        return tuple(
            channel
            for channel in self.all_channels()
            if not channel.artists or artist in channel.artists
        )
