"""Site settings: name, URL, licence, accounts."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{value!r} is no web address; write https://example.org or …/gallery")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An absolute http(s) address without query, kept without its last slash."""


class Account(BaseModel):
    """A place elsewhere where works are posted, and where people can follow an artist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    account: str
    url: WebAddress
    artists: tuple[str, ...] = Field((), description="whose works go there; empty: all")


class SiteSettings(BaseModel):
    """The gallery's own settings; everything else comes from catalogue and archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Cultural Alien"
    tagline: str = "Art by a machine that works day and night."
    base_url: WebAddress | None = Field(
        None, description="public address for feeds and shared links; else the request's own"
    )
    show_prompt: bool = Field(True, description="whether visitors may read the prompts")
    licence: str = Field("", description="under which terms the pictures are offered")
    licence_url: WebAddress | None = None
    credit: str = Field("", description="whom to name when showing a picture elsewhere")
    static: bool = Field(False, description="whether it is written down for a plain file server")
    static_url: WebAddress | None = Field(None, description="where an exported copy is found")
    accounts: tuple[Account, ...] = ()
    per_page: int = Field(24, ge=1, le=100, description="works on one page of the stream")

    def accounts_of(self, artist: str) -> tuple[Account, ...]:
        """Where an artist's works are posted."""
        return tuple(
            outlet for outlet in self.accounts if not outlet.artists or artist in outlet.artists
        )
