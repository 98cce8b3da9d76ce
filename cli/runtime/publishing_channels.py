"""The publishing channels of the settings, and their publisher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import (
    federation_of,
    site_credentials,
    site_settings,
    site_watermark,
)
from gallery.fediverse import FediverseChannel
from gallery.publishing import Channel, ChannelRefused, Publisher, Rejected, RetryLater
from gallery.publishing.post import Wording
from gallery.publishing.websub import WebSub
from gallery.urls import Urls
from storage.catalogue import Catalogue
from storage.errors import UserFacingError
from worker.config.publishing import (
    FEDIVERSE,
    WEBSUB,
    ListedBluesky,
    ListedChannel,
    ListedMastodon,
    ListedWebhook,
    PublishingSection,
)
from worker.config.settings import Settings, secret_from_environment

_RETRY = "`artist publications --retry-all`"
_NO_ADDRESS = (
    "publishing needs the gallery's public address: set gallery.base_url, for example"
    ' "https://example.org", and start the artist again'
)


def channels_of(publishing: PublishingSection, artist: str) -> tuple[str, ...]:
    """Return the names of the channels on which an artist's works are published."""
    return tuple(channel.name for channel in publishing.channels_of(artist))


def all_channels_of(settings: Settings, artist: str) -> tuple[str, ...]:
    """Return the same, with the fediverse and the feeds' hub where they are switched on."""
    switched = ((FEDIVERSE, settings.fediverse.enabled), (WEBSUB, settings.publishing.websub))
    return (*channels_of(settings.publishing, artist), *(name for name, on in switched if on))


def limits_of(publishing: PublishingSection) -> Mapping[str, int]:
    """Return the most works in 24 hours of the channels that have a limit."""
    return {one.name: one.per_day for one in publishing.all_channels() if one.per_day}


def publisher(deployment: Deployment) -> Publisher:
    """Create the publisher of a deployment; a channel that can't be used is one of its faults."""
    settings, site = deployment.settings, site_settings(deployment)
    channels, faults = dict[str, Channel](), dict[str, str]()
    credentials, watermark, fault = None, None, "" if site.base_url else _NO_ADDRESS
    try:
        credentials, watermark = site_credentials(deployment), site_watermark(deployment)
    except UserFacingError as error:
        fault = fault or str(error)
    for channel in settings.publishing.all_channels():
        try:
            if fault:
                raise ValueError(fault)
            channels[channel.name] = _channel(settings, channel, deployment.catalogue)
        except (ValueError, UserFacingError) as error:
            faults[channel.name] = str(error)
    try:
        federation = federation_of(deployment)
        if federation is not None:
            channels[FEDIVERSE] = FediverseChannel(federation)
    except UserFacingError as error:
        faults[FEDIVERSE] = str(error)
    if settings.publishing.websub:
        if site.base_url is None:
            faults[WEBSUB] = _NO_ADDRESS
        else:
            channels[WEBSUB] = WebSub(settings.publishing.websub, Urls.public(site))
    return Publisher(
        deployment.catalogue,
        deployment.archive,
        site,
        channels,
        credentials=credentials,
        watermark=watermark,
        dry_run=settings.publishing.dry_run,
        faults=faults,
        per_day=limits_of(settings.publishing),
        warned=frozenset({FEDIVERSE, WEBSUB}),
    )


def check_channels(deployment: Deployment) -> Iterator[tuple[str, bool, str]]:
    """Check every channel without posting: its name, whether it can be used, and what was found."""
    publishing = publisher(deployment)
    held = {row.name: row.held for row in deployment.catalogue.channels.all() if row.held}
    for name, fault in publishing.faults.items():
        yield name, False, fault
    for name, channel in publishing.channels.items():
        try:
            well, says = True, channel.check()
        except (RetryLater, Rejected, ChannelRefused) as error:
            well, says = False, str(error)
        if name in held:
            well = False
            why = "" if held[name] == says else f" ({held[name]})"
            says += f". Its posts wait{why}: once that is mended, {_RETRY}"
        yield name, well, says
    publishing.close()


def _channel(settings: Settings, channel: ListedChannel, catalogue: Catalogue) -> Channel:
    """Create one channel.

    Raises:
        ValueError, UserFacingError: a secret or a package is missing, or a setting is unusable.
    """
    from gallery.publishing.bluesky import Bluesky
    from gallery.publishing.bluesky_account import CatalogueStore
    from gallery.publishing.mastodon import Mastodon
    from gallery.publishing.webhook import Webhook

    name, secret = channel.name, _secret(settings, channel.token_env)
    match channel:
        case ListedWebhook():
            return Webhook(
                channel.url, secret.encode(), allow_private=channel.allow_private, name=name
            )
        case ListedMastodon():
            _check_installed("mastodon", "Mastodon")
            return Mastodon(
                channel.server,
                secret,
                visibility=channel.visibility,
                name=name,
                wording=Wording(channel.template, channel.tags),
            )
        case ListedBluesky():
            _check_installed("atproto", "Bluesky")
            account = f"{channel.handle} {channel.service}"
            return Bluesky(
                channel.handle,
                secret,
                service=channel.service,
                name=name,
                wording=Wording(channel.template, channel.tags),
                store=CatalogueStore(catalogue.channels, name, account=account, password=secret),
            )


def _secret(settings: Settings, variable: str) -> str:
    """Return a channel's secret.

    Raises:
        ValueError: there is none.
        SettingsError: it is invalid.
    """
    own = {
        "WEBHOOK_SECRET": settings.webhook_secret,
        "MASTODON_TOKEN": settings.mastodon_token,
        "BLUESKY_PASSWORD": settings.bluesky_password,
    }
    if variable in own:
        secret = own[variable].get_secret_value()
    else:
        secret = secret_from_environment(variable)
    if not secret:
        raise ValueError(
            f"{variable} is not set in the environment: set it, and start the artist again"
        )
    return secret


def _check_installed(package: str, what: str) -> None:
    if find_spec(package) is None:
        raise ValueError(f"{what} needs {package}: pip install 'cultural-alien[publish]'")
