"""Settings of the gallery, and the secret that signs cookies."""

from __future__ import annotations

import os
import secrets
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from fastapi import FastAPI

import gallery
from cli.errors import UserError
from cli.output import sanitize_output
from cli.runtime.deployment import ADMINS, SECRET, TOKENS, Deployment
from gallery import SiteSettings
from gallery.accounts import Admins
from gallery.api_tokens import ApiTokens
from gallery.artist_editing import ArtistEditing
from gallery.fediverse import Federation
from gallery.gallery import EncodeText, Preview
from gallery.images.certificate import CertificateFiles
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.images.thumbnails import Thumbnails
from gallery.images.watermark import Watermark, open_watermark
from gallery.licences import licence_address
from gallery.site import Account
from gallery.site_texts import read_site_texts
from gallery.stats.similar_works import MemoryOf
from gallery.study_answers import Study
from storage import atomic_files
from storage.catalogue import Alarm, ArtistRow, VectorRow
from storage.vectors.store import Memory, VectorSpace
from worker.config.publishing import ListedBluesky, ListedMastodon, PublishingSection
from worker.engine.app import create_app
from worker.engine.preview import ask, ask_encoded

SHORTEST_SECRET = 32
"""Fewest bytes of the secret; a shorter file is invalid."""

PAGES = "pages"
"""Folder in the data folder with the site's own pages."""


def gallery_of(
    deployment: Deployment, *, preview: Preview, encode: EncodeText, memory_of: MemoryOf | None
) -> FastAPI:
    """Create the gallery of a deployment's catalogue and archive.

    Raises:
        UserError: the secret, the certificate or the admins' file is invalid.
    """
    return gallery.create_app(
        deployment.catalogue,
        deployment.archive,
        site=site_settings(deployment),
        secret=site_secret(deployment),
        admins=admins(deployment),
        api_tokens=api_tokens(deployment),
        preview=preview,
        encode=encode,
        editing=ArtistEditing(
            deployment.catalogue,
            deployment.archive,
            settings=lambda: deployment.settings,
            vocabulary=deployment.vocabulary,
        ),
        memory_of=memory_of,
        credentials=site_credentials(deployment),
        watermark=site_watermark(deployment),
        study=site_study(deployment),
        federation=federation_of(deployment),
    )


def gallery_alone(deployment: Deployment) -> FastAPI:
    """Create the gallery of artists that run in other processes."""
    queues = create_app(deployment.settings.broker, _no_worker_context)
    return gallery_of(
        deployment,
        preview=partial(ask, queues),
        encode=partial(ask_encoded, queues),
        memory_of=server_memory(deployment),
    )


def gallery_here() -> FastAPI:
    """Create the same in a process of its own; ARTIST_DATA in the environment names the folder."""
    sanitize_output()
    return gallery_alone(Deployment(Path(os.environ["ARTIST_DATA"])))


def site_study(deployment: Deployment) -> Study | None:
    """Return the study that the gallery shows.

    Raises:
        UserError: the folder holds no study.
    """
    folder = deployment.settings.gallery.study
    try:
        return Study(Path(folder).expanduser()) if folder else None
    except ValueError as error:
        raise UserError(f"gallery.study: {error}. `artist study make` creates one.") from error


def _no_worker_context() -> NoReturn:
    raise RuntimeError("the gallery only sends tasks")


def site_settings(deployment: Deployment) -> SiteSettings:
    """Return the gallery's settings.

    Raises:
        UserError: a file of the site's own pages can't be used.
    """
    settings = deployment.settings
    section = settings.gallery
    pages = Path(section.pages).expanduser() if section.pages else deployment.folder / PAGES
    if section.pages and not pages.is_dir():
        raise UserError(f"gallery.pages = {section.pages!r}: there is no such folder.")
    try:
        texts = read_site_texts(pages)
    except ValueError as error:
        raise UserError(f"The site's own pages: {error}.") from error
    return SiteSettings(
        title=section.title or settings.artist.title,
        named_after="" if section.title else settings.artist.name,
        tagline=section.tagline,
        base_url=section.base_url or None,
        show_prompt=section.show_prompt,
        licence=section.licence,
        licence_url=section.licence_url or licence_address(section.licence),
        credit=section.credit,
        texts=texts,
        static_url=settings.gallery.static_url or None,
        accounts=accounts_of(settings.publishing),
        hub=settings.publishing.websub or None,
        fediverse=settings.fediverse.enabled,
    )


def federation_of(deployment: Deployment) -> Federation | None:
    """Return what talks with other servers; None unless the settings switch it on.

    Raises:
        UserError: the gallery has no public address, or the secret can't be used.
    """
    section, site = deployment.settings.fediverse, site_settings(deployment)
    if not section.enabled:
        return None
    parts = urlsplit(site.base_url or "")
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise UserError(
            f"fediverse.enabled needs the gallery's public address, by https: gallery.base_url ="
            f' {site.base_url or ""!r}. Set it, for example to "https://example.org", or set'
            " fediverse.enabled = false."
        )
    secret = site_secret(deployment)
    return Federation.of(deployment.catalogue, site, secret=secret, tags=section.tags)


def accounts_of(publishing: PublishingSection) -> tuple[Account, ...]:
    """Return the accounts that people can follow; a webhook is private."""
    accounts = []
    for channel in publishing.all_channels():
        if isinstance(channel, ListedMastodon):
            if channel.account and channel.visibility != "private":
                name, server = channel.account.removeprefix("@"), channel.server.rstrip("/")
                accounts.append(
                    Account(
                        name="Mastodon",
                        account=f"@{name}@{server.partition('://')[2]}",
                        url=f"{server}/@{name}",
                        artists=channel.artists,
                    )
                )
        elif isinstance(channel, ListedBluesky):
            accounts.append(
                Account(
                    name="Bluesky",
                    account=f"@{channel.handle}",
                    url=f"https://bsky.app/profile/{channel.handle}",
                    artists=channel.artists,
                )
            )
    return tuple(accounts)


def site_credentials(deployment: Deployment) -> CertificateFiles | None:
    """Return the certificate and key that sign published files; None without a certificate.

    They are read again when the files are replaced.

    Raises:
        UserError: certificate and key can't be read, or do not belong together.
    """
    settings = deployment.settings.gallery
    if not settings.certificate and not settings.certificate_key:
        return None
    if not settings.certificate or not settings.certificate_key:
        raise UserError("gallery.certificate and gallery.certificate_key go together: set both.")
    try:
        return CertificateFiles(
            Path(settings.certificate).expanduser(), Path(settings.certificate_key).expanduser()
        )
    except ValueError as error:
        raise UserError(f"[gallery] certificate: {error}") from error


def certificate_fault(deployment: Deployment) -> str:
    """Return why the signing certificate can't be used or must be renewed; empty for neither."""
    try:
        files = site_credentials(deployment)
    except UserError as error:
        return str(error)
    return "" if files is None else files.renewal()


def certificate_alarms(deployment: Deployment) -> list[Alarm]:
    """Return the alarm of a signing certificate that can't be used, ends soon or has ended."""
    fault = certificate_fault(deployment)
    return [Alarm("", "certificate", fault)] if fault else []


def site_watermark(deployment: Deployment) -> Watermark | None:
    """Return the watermark of all pictures that are handed out.

    Raises:
        UserError: its package is not installed.
    """
    name = deployment.settings.gallery.watermark
    if name == "trustmark" and find_spec("trustmark") is None:
        raise UserError(
            'gallery.watermark = "trustmark" needs trustmark, which is not installed:'
            " pip install 'cultural-alien[watermark]'."
        )
    return open_watermark(name)


def thumbnails(deployment: Deployment) -> Thumbnails:
    """Open the gallery's store of thumbnails and signed copies.

    Raises:
        UserError: certificate and key can't be read or do not belong together, or a package for the
            watermark is missing.
    """
    image_metadata = ImageMetadata(
        deployment.catalogue,
        deployment.archive,
        site_settings(deployment),
        site_credentials(deployment),
        site_watermark(deployment),
    )
    return open_thumbnails(deployment.archive, image_metadata)


def site_secret(deployment: Deployment) -> bytes:
    """Return the secret that signs cookies, from a file that is created once with mode 600.

    Galleries of one deployment on several machines share ARTIST_GALLERY_SECRET instead.

    Raises:
        UserError: the file can't be read or created, or the secret is too short.
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
            f"{where} has {len(secret)} bytes, and a secret needs {SHORTEST_SECRET}. Set it to the"
            " output of `openssl rand -hex 32`, or remove it: then one is created."
        )
    return secret


def admins(deployment: Deployment) -> Admins:
    """Return the accounts of the admins."""
    return Admins(deployment.folder / ADMINS)


def api_tokens(deployment: Deployment) -> ApiTokens:
    """Return the tokens of programs that control artists."""
    return ApiTokens(deployment.folder / TOKENS)


def server_memory(deployment: Deployment) -> MemoryOf | None:
    """Return the memory on a Qdrant server; None if the memory is a folder.

    Only the artist's own process can open a folder.
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
