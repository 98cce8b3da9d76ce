"""Content Credentials (C2PA): a signed statement in a file that a machine made it.

They go into copies alone, after everything else: a byte that changes later breaks the signature.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
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
_SETTINGS: Final = {"builder": {"thumbnail": {"enabled": False}}}
"""A picture within the picture would be heavier than many a copy."""

_CURVES: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Credentials:
    """A certificate chain, the signer's own first, with its private key; both PEM."""

    chain: bytes
    key: bytes

    @classmethod
    def read(cls, certificate: Path, key: Path) -> Self:
        """The credentials in two files, looked at before the first picture is signed.

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
                f"{certificate} and {key} must be PEM: a chain that begins with the signer's own"
                f" certificate, and its key without a password ({error})."
            ) from error
        if private.public_key() != leaf.public_key():
            raise ValueError(f"{key} is not the key of the first certificate in {certificate}.")
        _ = credentials.algorithm
        return credentials

    @cached_property
    def algorithm(self) -> str:
        """The signing algorithm (C2PA specification, 13.2.1) that goes with the key.

        Raises:
            ValueError: C2PA knows none for a key of this kind.
        """
        key = load_pem_private_key(self.key, password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
            return _CURVES[key.curve.name]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return "ed25519"
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
            return "ps256"
        raise ValueError(
            "the key can't sign Content Credentials: take P-256, P-384, P-521, Ed25519, or RSA"
            " with 2048 bits or more."
        )

    @property
    def fingerprint(self) -> str:
        """A short name that changes with the certificate."""
        return hashlib.sha256(self.chain).hexdigest()[:16]

    def sign(
        self, data: bytes, media_type: str, manifest: Manifest, *, copied: bool = False
    ) -> bytes:
        """The file with signed credentials; a format that can't hold them stays as it is.

        `copied` says that it was made smaller after it was painted.
        """
        if media_type not in _SIGNED:
            return data
        # The native library is loaded only where there is something to sign.
        import c2pa

        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(self.algorithm, self.chain, self.key, None)
        )
        written = io.BytesIO()
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Builder(_claim(manifest, copied=copied), context=context) as builder,
            signer,
        ):
            builder.sign(signer, media_type, io.BytesIO(data), written)
        return written.getvalue()


def _claim(manifest: Manifest, *, copied: bool) -> dict[str, object]:
    painting = manifest.painting
    actions: list[dict[str, object]] = [
        {
            "action": "c2pa.created",
            "when": manifest.finished_at.isoformat(timespec="seconds"),
            "softwareAgent": {"name": f"{painting.painter} {painting.model}".strip()},
            "digitalSourceType": painting.digital_source_type,
        }
    ]
    if copied:
        actions.append({"action": "c2pa.resized"})
    return {
        "title": manifest.composition.title,
        "claim_generator_info": [{"name": "Cultural Alien", "version": _version()}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }


def _version() -> str:
    try:
        return version("cultural-alien")
    except PackageNotFoundError:
        return "0"
