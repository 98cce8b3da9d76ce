"""Site settings: name, URL, licence, accounts."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gallery.site_texts import SiteText
from storage.catalogue import Catalogue


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{value!r} is no web address; write https://example.org or …/gallery")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An absolute http(s) address without query, stored without its last slash."""


class Account(BaseModel):
    """An account on another service where works are posted and people can follow an artist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    account: str
    url: WebAddress
    artists: tuple[str, ...] = Field((), description="artists whose works go there; empty: all")


class SiteSettings(BaseModel):
    """The gallery's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Cultural Alien"
    named_after: str = Field(
        "", description="artist whose title the site bears, if there is none of its own"
    )
    tagline: str = "Art by a machine that works day and night."
    base_url: WebAddress | None = Field(
        None, description="public address for feeds and shared links; else the request's own"
    )
    show_prompt: bool = Field(True, description="whether visitors may read the prompts")
    licence: str = Field("", description="terms of use of the pictures")
    licence_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="address of these terms"
    )
    credit: str = Field("", description="name to credit when a picture is shown elsewhere")
    static: bool = Field(False, description="whether it is exported as static files")
    static_url: WebAddress | None = Field(None, description="address of an exported copy")
    accounts: tuple[Account, ...] = ()
    hub: str | None = Field(None, description="address of the feeds' WebSub hub")
    fediverse: bool = Field(False, description="whether artists can be followed from other servers")
    texts: tuple[SiteText, ...] = Field((), description="the operator's own pages")
    per_page: int = Field(24, ge=1, le=100, description="works on one page of the stream")

    def text(self, name: str) -> SiteText | None:
        """One of the operator's pages."""
        return next((text for text in self.texts if text.name == name), None)

    def accounts_of(self, artist: str) -> tuple[Account, ...]:
        """The accounts where an artist's works are posted."""
        posted = tuple(
            outlet for outlet in self.accounts if not outlet.artists or artist in outlet.artists
        )
        if not self.fediverse or self.static or self.base_url is None:
            return posted
        handle = f"@{artist}@{urlsplit(self.base_url).netloc}"
        here = f"{self.base_url}/artists/{artist}"
        return (Account(name="Mastodon, Pixelfed and the like", account=handle, url=here), *posted)


def titled(site: SiteSettings, catalogue: Catalogue) -> SiteSettings:
    """The settings with the title that the site bears now, since an artist's title can be edited.

    An only artist gives its title even if the site is named after another one.
    """
    if not site.named_after:
        return site
    artists = catalogue.artists.all()
    named = [row for row in artists if len(artists) == 1 or row.name == site.named_after]
    return site.model_copy(update={"title": named[0].created.title}) if named else site
