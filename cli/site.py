"""What the gallery is told of the settings."""

from __future__ import annotations

from cli.deployment import Deployment
from gallery import SiteSettings

LICENCES = {"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"}
"""Addresses of licences by their SPDX name."""


def site_settings(deployment: Deployment) -> SiteSettings:
    """The gallery's settings, as it takes them."""
    settings = deployment.settings
    licence = settings.gallery.licence
    return SiteSettings(
        title=settings.gallery.title or settings.artist.title,
        base_url=settings.gallery.base_url or None,
        show_prompt=settings.gallery.show_prompt,
        licence=licence,
        licence_url=LICENCES.get(licence),
    )
