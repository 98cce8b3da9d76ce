"""Content Credentials (C2PA): a signed statement in a file that a machine made it.

Files are signed last: any later change of a byte invalidates the signature. Archived originals are
never changed. If an archived picture has a manifest of its provider, it becomes the parent of
ours.
"""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates

from storage.archive.manifest import Manifest

_SIGNED: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/avif"})
_SETTINGS: Final = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
"""No embedded thumbnail: it would be larger than many of the copies. No address that a provider's
file names is fetched."""

_PARENT: Final = "parent"
_LOG: Final = logging.getLogger(__name__)

_CURVES: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Mark:
    """A watermark in a file: C2PA's name of the method or our own, and the identifier."""

    algorithm: str
    value: str
    listed: bool


@dataclass(frozen=True)
class Changes:
    """What was done to a painting before the file was signed."""

    resized: bool = False
    composed: bool = False
    watermark: Mark | None = None


@dataclass(frozen=True)
class Parent:
    """An archived file with a manifest of its own."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class Credentials:
    """A certificate chain, the signer's certificate first, and its private key; both PEM."""

    chain: bytes
    key: bytes

    @classmethod
    def read(cls, certificate: Path, key: Path) -> Self:
        """The credentials in two files, checked before the first picture is signed.

        Raises:
            ValueError: a file can't be read, or the key is not the certificate's.
        """
        try:
            credentials = cls(certificate.read_bytes(), key.read_bytes())
        except OSError as error:
            raise ValueError(f"{error.filename} can't be read: {error.strerror}.") from error
        try:
            leaf = load_pem_x509_certificates(credentials.chain)[0]
            private = load_pem_private_key(credentials.key, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(
                f"{certificate} and {key} must be PEM: a chain that begins with the signer's"
                f" certificate, and its key without a password ({error})."
            ) from error
        if private.public_key() != leaf.public_key():
            raise ValueError(f"{key} is not the key of the first certificate in {certificate}.")
        _ = credentials.algorithm
        return credentials

    @cached_property
    def algorithm(self) -> str:
        """The signing algorithm (C2PA specification, 13.2.1) for the key.

        Raises:
            ValueError: C2PA has none for a key of this kind.
        """
        key = load_pem_private_key(self.key, password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
            return _CURVES[key.curve.name]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return "ed25519"
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
            return "ps256"
        raise ValueError(
            "the key can't sign Content Credentials: use P-256, P-384, P-521, Ed25519, or RSA"
            " with 2048 bits or more."
        )

    @property
    def fingerprint(self) -> str:
        """A short hash of the certificate chain."""
        return hashlib.sha256(self.chain).hexdigest()[:16]

    @cached_property
    def ends(self) -> datetime:
        """When the first certificate of the chain ends, all of which must be valid to sign."""
        return min(one.not_valid_after_utc for one in load_pem_x509_certificates(self.chain))

    def current(self) -> Self | None:
        """These credentials; None once their certificate has ended: readers would refuse it."""
        return self if datetime.now(UTC) < self.ends else None

    def sign(
        self,
        data: bytes,
        media_type: str,
        manifest: Manifest,
        *,
        changes: Changes | None = None,
        parent: Parent | None = None,
    ) -> bytes:
        """The file with signed credentials; unchanged if the format has no place for them.

        `changes` are those between the painting and this file; `parent` is the archived file, if it
        has a manifest of its own.
        """
        changes = Changes() if changes is None else changes
        if media_type not in _SIGNED:
            return data
        # The native library is loaded only if there is something to sign.
        import c2pa

        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(self.algorithm, self.chain, self.key, None)
        )
        written = io.BytesIO()
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Builder(_claim(manifest, changes, parent), context=context) as builder,
            signer,
        ):
            if parent is not None:
                ingredient = {
                    "title": manifest.composition.title,
                    "relationship": "parentOf",
                    "label": _PARENT,
                }
                builder.add_ingredient(ingredient, parent.media_type, io.BytesIO(parent.data))
            builder.sign(signer, media_type, io.BytesIO(data), written)
        return written.getvalue()


def parent_of(data: bytes, media_type: str) -> Parent | None:
    """The archived file as a parent, if it has a manifest that can be read; else None."""
    if not has_manifest(data):
        return None
    import c2pa

    try:
        with c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context:
            reader = c2pa.Reader.try_create(media_type, io.BytesIO(data), context=context)
            if reader is not None:
                reader.close()
                return Parent(data, media_type)
    except c2pa.C2paError as error:
        _LOG.warning("the Content Credentials of a painting can't be read: %s", error)
    return None


def has_manifest(data: bytes) -> bool:
    """Whether a file has a manifest store: its JUMBF box has this type."""
    return b"jumdc2pa" in data


def _claim(manifest: Manifest, changes: Changes, parent: Parent | None) -> dict[str, object]:
    """The claim: opened and edited, if there is a parent; else created."""
    painting = manifest.painting
    actions: list[dict[str, object]] = [
        {
            "action": "c2pa.created",
            "when": manifest.finished_at.isoformat(timespec="seconds"),
            "softwareAgent": {"name": f"{painting.painter} {painting.model}".strip()},
            "digitalSourceType": painting.digital_source_type,
        }
    ]
    if parent is not None:
        actions = [
            {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}},
            {"action": "c2pa.edited.metadata"},
        ]
    assertions: list[dict[str, object]] = [
        {"label": "c2pa.actions.v2", "data": {"actions": actions}}
    ]
    mark = changes.watermark
    if mark is not None and mark.listed:
        actions.append({"action": "c2pa.watermarked.bound"})
        block = {"scope": {}, "value": mark.value}
        binding = {"alg": mark.algorithm, "blocks": [block]}
        assertions.append({"label": "c2pa.soft-binding", "data": binding})
    elif mark is not None:
        # A soft binding names an algorithm of C2PA's list only.
        told = {"watermark": f"{mark.algorithm}/{mark.value}"}
        actions.append({"action": "c2pa.watermarked.unbound", "parameters": told})
    if changes.resized:
        actions.append({"action": "c2pa.resized"})
    if changes.composed:
        told = {"description": "placed on a card beside its title"}
        actions.append({"action": "c2pa.edited", "parameters": told})
    return {
        "title": manifest.composition.title,
        "claim_generator_info": [{"name": "Cultural Alien", "version": _version()}],
        "assertions": assertions,
    }


def _version() -> str:
    try:
        return version("cultural-alien")
    except PackageNotFoundError:
        return "0"
