"""Settings of the gallery, and the secret that signs cookies."""

from __future__ import annotations

import os
import secrets
from functools import partial
from pathlib import Path
from typing import NoReturn

from fastapi import FastAPI

import gallery
from cli.errors import UserError
from cli.output import sanitize_output
from cli.runtime.deployment import Deployment
from gallery import SiteSettings
from gallery.accounts import Admins
from gallery.gallery import Preview
from gallery.images.c2pa import Credentials
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.images.thumbnails import Thumbnails
from gallery.site import Account
from gallery.stats.similar_works import MemoryOf
from gallery.study_answers import Study
from storage import atomic_files
from storage.catalogue import ArtistRow, VectorRow
from storage.vectors.store import Memory, VectorSpace
from worker.config.sections import PublishingSection
from worker.engine.app import create_app
from worker.engine.preview import ask

SECRET = "gallery.secret"
"""File in the data folder that holds what cookies are signed with."""

SHORTEST_SECRET = 32
"""Bytes that the secret must have: an empty or broken file is none."""

ADMINS = "admins.json"
"""File in the data folder that names the admins."""

LICENCES = {"CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"}
"""Addresses of licences by their SPDX name."""


def gallery_of(deployment: Deployment, *, preview: Preview, memory_of: MemoryOf | None) -> FastAPI:
    """The gallery over a deployment's catalogue and archive.

    Raises:
        UserError: the secret, the certificate or the admins' file can't be used.
    """
    return gallery.create_app(
        deployment.catalogue,
        deployment.archive,
        site=site_settings(deployment),
        secret=site_secret(deployment),
        admins=admins(deployment),
        preview=preview,
        memory_of=memory_of,
        credentials=site_credentials(deployment),
        study=site_study(deployment),
    )


def gallery_alone(deployment: Deployment) -> FastAPI:
    """The gallery of an artist that works elsewhere."""
    queues = create_app(deployment.settings.broker, _no_worker_context)
    return gallery_of(deployment, preview=partial(ask, queues), memory_of=server_memory(deployment))


def gallery_here() -> FastAPI:
    """The same in a process of its own; the environment's ARTIST_DATA names the folder."""
    sanitize_output()
    return gallery_alone(Deployment(Path(os.environ["ARTIST_DATA"])))


def site_study(deployment: Deployment) -> Study | None:
    """The study whose pages the gallery shows.

    Raises:
        UserError: the folder holds none.
    """
    folder = deployment.settings.gallery.study
    try:
        return Study(Path(folder).expanduser()) if folder else None
    except ValueError as error:
        raise UserError(f"gallery.study: {error}. `artist study make` makes one.") from error


def _no_worker_context() -> NoReturn:
    raise RuntimeError("the gallery sends tasks and does none")


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
        static_url=settings.gallery.static_url or None,
        accounts=accounts_of(settings.publishing),
    )


def accounts_of(publishing: PublishingSection) -> tuple[Account, ...]:
    """The accounts that people can follow; a webhook is nobody's business."""
    mastodon, bluesky = publishing.mastodon, publishing.bluesky
    accounts = []
    if mastodon.server and mastodon.account and mastodon.visibility != "private":
        name = mastodon.account.removeprefix("@")
        server = mastodon.server.rstrip("/")
        accounts.append(
            Account(
                name="Mastodon",
                account=f"@{name}@{server.partition('://')[2]}",
                url=f"{server}/@{name}",
                artists=mastodon.artists,
            )
        )
    if bluesky.handle:
        accounts.append(
            Account(
                name="Bluesky",
                account=f"@{bluesky.handle}",
                url=f"https://bsky.app/profile/{bluesky.handle}",
                artists=bluesky.artists,
            )
        )
    return tuple(accounts)


def site_credentials(deployment: Deployment) -> Credentials | None:
    """What files handed out are signed with; None where no certificate is named.

    Raises:
        UserError: certificate and key can't be read, or do not belong together.
    """
    settings = deployment.settings.gallery
    if not settings.certificate and not settings.certificate_key:
        return None
    if not settings.certificate or not settings.certificate_key:
        raise UserError("gallery.certificate and gallery.certificate_key go together: set both.")
    try:
        return Credentials.read(
            Path(settings.certificate).expanduser(), Path(settings.certificate_key).expanduser()
        )
    except ValueError as error:
        raise UserError(f"[gallery] certificate: {error}") from error


def thumbnails(deployment: Deployment) -> Thumbnails:
    """The copies of pictures, as the gallery makes them.

    Raises:
        UserError: certificate and key can't be read, or do not belong together.
    """
    image_metadata = ImageMetadata(
        deployment.catalogue,
        deployment.archive,
        site_settings(deployment),
        site_credentials(deployment),
    )
    return open_thumbnails(deployment.archive, image_metadata)


def site_secret(deployment: Deployment) -> bytes:
    """What the gallery signs cookies with: the same after a restart, and for no one else to read.

    Galleries of one deployment on several machines share ARTIST_GALLERY_SECRET instead.

    Raises:
        UserError: the file can't be read or made, or what is in it is too short to keep anything.
    """
    shared = deployment.settings.gallery_secret.get_secret_value()
    if shared:
        return _long_enough(shared.encode(), "ARTIST_GALLERY_SECRET")
    path = deployment.folder / SECRET
    try:
        if not path.exists():
            atomic_files.create(path, secrets.token_hex(32).encode(), mode=0o600)
        return _long_enough(path.read_bytes(), str(path))
    except OSError as error:
        raise UserError(f"{path} can't be used: {error.strerror}.") from error


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < SHORTEST_SECRET:
        raise UserError(
            f"{where} has {len(secret)} bytes, and a secret needs {SHORTEST_SECRET}. Put there what"
            " `openssl rand -hex 32` says, or remove it: then one is made."
        )
    return secret


def admins(deployment: Deployment) -> Admins:
    """Accounts of the admins."""
    return Admins(deployment.folder / ADMINS)


def server_memory(deployment: Deployment) -> MemoryOf | None:
    """The Qdrant server as a gallery asks it; None where the memory is a folder.

    A folder belongs to the process in which the artist works: a gallery beside it can't open it.
    """
    url = deployment.settings.storage.memory
    if not url:
        return None
    from storage.vectors.server import ServerMemory

    key = deployment.settings.qdrant_api_key.get_secret_value() or None
    opened: dict[str, Memory] = {}

    def memory_of(artist: ArtistRow, vectors: VectorRow) -> Memory:
        parts = artist.created.parts
        space = VectorSpace(
            text_encoder=parts.text_encoder,
            text_size=len(vectors.text),
            image_encoder=parts.image_encoder,
            image_size=len(vectors.image),
        )
        if space.name not in opened:
            opened[space.name] = ServerMemory(url, space, api_key=key)
        return opened[space.name]

    return memory_of
