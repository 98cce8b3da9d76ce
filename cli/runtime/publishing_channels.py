"""The publishing channels of the settings, and the publisher that uses them."""

from __future__ import annotations

from importlib.util import find_spec

from cli.errors import UserError
from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import site_credentials, site_settings
from gallery.publishing import Channel, Publisher
from worker.config.sections import PublishingSection
from worker.config.settings import Settings


def channels_of(publishing: PublishingSection, artist: str) -> tuple[str, ...]:
    """Names of the channels that an artist's works go to."""
    switched_on = {
        "webhook": (publishing.webhook.url, publishing.webhook.artists),
        "mastodon": (publishing.mastodon.server, publishing.mastodon.artists),
        "bluesky": (publishing.bluesky.handle, publishing.bluesky.artists),
    }
    return tuple(
        name
        for name, (where, artists) in switched_on.items()
        if where and (not artists or artist in artists)
    )


def publisher(deployment: Deployment) -> Publisher:
    """The publisher of a deployment.

    Raises:
        UserError: a secret, the gallery's public address or a certificate is missing.
    """
    settings = deployment.settings
    try:
        return Publisher(
            deployment.catalogue,
            deployment.archive,
            site_settings(deployment),
            {channel.name: channel for channel in _channels(settings)},
            credentials=site_credentials(deployment),
            dry_run=settings.publishing.dry_run,
        )
    except ValueError as error:
        raise UserError(f"publishing: {error}") from error


def _channels(settings: Settings) -> list[Channel]:
    from gallery.publishing.bluesky import Bluesky
    from gallery.publishing.mastodon import Mastodon
    from gallery.publishing.webhook import Webhook

    publishing = settings.publishing
    channels: list[Channel] = []
    if publishing.webhook.url:
        secret = _needed(settings.webhook_secret.get_secret_value(), "WEBHOOK_SECRET")
        channels.append(
            Webhook(
                publishing.webhook.url,
                secret.encode(),
                allow_private=publishing.webhook.allow_private,
            )
        )
    if publishing.mastodon.server:
        _installed("mastodon", "publishing.mastodon")
        token = _needed(settings.mastodon_token.get_secret_value(), "MASTODON_TOKEN")
        channels.append(
            Mastodon(publishing.mastodon.server, token, visibility=publishing.mastodon.visibility)
        )
    if publishing.bluesky.handle:
        _installed("atproto", "publishing.bluesky")
        password = _needed(settings.bluesky_password.get_secret_value(), "BLUESKY_PASSWORD")
        channels.append(
            Bluesky(publishing.bluesky.handle, password, service=publishing.bluesky.service)
        )
    return channels


def _installed(package: str, section: str) -> None:
    if find_spec(package) is None:
        raise ValueError(f"{section} needs {package}: pip install 'cultural-alien[publish]'")


def _needed(secret: str, name: str) -> str:
    if not secret:
        raise ValueError(f"{name} is not set in the environment")
    return secret
