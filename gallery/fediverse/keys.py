"""The key pair by which an artist signs: one RSA key of 2048 bits, the form that all servers know.

It is made once and kept in the catalogue, since galleries and workers on several machines share it
there. It is encrypted with a key derived from the gallery's secret, so that a copy of the catalogue
is of no use without it; a backup holds both.
"""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Final

from storage.catalogue.fediverse import Fediverse
from storage.errors import UserFacingError
from storage.redaction import conceal

if TYPE_CHECKING:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

BITS: Final = 2048


class KeyLocked(UserFacingError):  # noqa: N818 - reads as what it says
    """An artist's key was encrypted with another secret than this process has."""


class ActorKeys:
    """The keys of all artists; safe for threads. `secret` is the gallery's."""

    def __init__(self, stored: Fediverse, secret: bytes) -> None:
        self._stored = stored
        self._secret = secret
        self._opened: dict[str, tuple[str, RSAPrivateKey]] = {}
        self._lock = threading.Lock()

    def private(self, artist: str) -> RSAPrivateKey:
        """An artist's private key, made at first use.

        Raises:
            KeyLocked: it was encrypted with another secret.
        """
        kept = self._stored.key(artist)
        with self._lock:
            if kept is None:
                kept = self._stored.keep_key(artist, self._new())
            if artist not in self._opened or self._opened[artist][0] != kept:
                self._opened[artist] = kept, self._open(artist, kept)
            return self._opened[artist][1]

    def public_pem(self, artist: str) -> str:
        """An artist's public key in PEM form.

        Raises:
            KeyLocked: it was encrypted with another secret.
        """
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self.private(artist).public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def renew(self, artist: str) -> None:
        """Give an artist a new key; other servers read it when a signature fails."""
        self._stored.replace_key(artist, self._new())

    def _new(self) -> str:
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return self._cipher().encrypt(plain).decode("ascii")

    def _open(self, artist: str, kept: str) -> RSAPrivateKey:
        from cryptography.fernet import InvalidToken
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        try:
            plain = self._cipher().decrypt(kept.encode())
        except InvalidToken as error:
            raise KeyLocked(
                f"the fediverse key of {artist} was encrypted with another secret of the gallery:"
                " give all processes the same ARTIST_GALLERY_SECRET, or, where the old one is"
                f" lost, make a new key with `artist followers {artist} --new-key`"
            ) from error
        conceal(base64.b64encode(plain).decode())
        key = load_der_private_key(plain, password=None)
        assert isinstance(key, RSAPrivateKey)
        return key

    def _cipher(self) -> Fernet:
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), 32, salt=None, info=b"fediverse keys").derive(self._secret)
        return Fernet(base64.urlsafe_b64encode(derived))
