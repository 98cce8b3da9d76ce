"""What the gallery is told of the settings, and the secret that it signs with."""

from __future__ import annotations

import os
import secrets

from cli.deployment import Deployment
from cli.errors import UserError
from gallery import SiteSettings
from gallery.admin.admins import Admins

SECRET = "gallery.secret"
"""File in the data folder that holds what cookies are signed with."""

ADMINS = "admins.json"
"""File in the data folder that names the admins."""

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


def site_secret(deployment: Deployment) -> bytes:
    """What the gallery signs cookies with: the same after a restart, and for no one else to read.

    Galleries of one deployment on several machines share ARTIST_GALLERY_SECRET instead.

    Raises:
        UserError: the file can't be read or made.
    """
    shared = os.environ.get("ARTIST_GALLERY_SECRET", "")
    if shared:
        return shared.encode()
    path = deployment.folder / SECRET
    try:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            secret = secrets.token_hex(32).encode()
            file.write(secret)
            return secret
    except OSError as error:
        raise UserError(f"{path} can't be used: {error.strerror}.") from error


def admins(deployment: Deployment) -> Admins:
    """Those who may come to the desk."""
    return Admins(deployment.folder / ADMINS)
