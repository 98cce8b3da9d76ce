"""The files of the signing certificate: read again when replaced, and checked for its end."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from gallery.images.c2pa import Credentials

AHEAD: Final = timedelta(days=30)
"""How long before its end a certificate is to be renewed."""

_LOG: Final = logging.getLogger(__name__)


class CertificateFiles:
    """Certificate and key in two files; safe for threads.

    Raises:
        ValueError: a file can't be read, or the key is not the certificate's.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._paths = certificate, key
        self._version = self._versions()
        self._newest = Credentials.read(certificate, key)
        self._lock = Lock()

    def current(self) -> Credentials | None:
        """The newest usable credentials; None once they have ended.

        While replaced files can't be used, for example because only one of them is there yet, the
        earlier ones stay.
        """
        with self._lock:
            version = self._versions()
            if version != self._version:
                self._version = version
                try:
                    self._newest = Credentials.read(*self._paths)
                except ValueError as error:
                    _LOG.warning("the earlier certificate is used: %s", error)
        return self._newest.current()

    def renewal(self, now: datetime | None = None) -> str:
        """What is to be done about a certificate that ends soon or has ended; empty for nothing."""
        self.current()
        ends = self._newest.ends
        left = ends - (datetime.now(UTC) if now is None else now)
        if left > AHEAD:
            return ""
        when = (
            f"ended on {ends:%Y-%m-%d}, and pictures are no longer signed"
            if left <= timedelta(0)
            else f"ends on {ends:%Y-%m-%d}, and pictures will no longer be signed"
        )
        return (
            f"the certificate in {self._paths[0]} {when}: get a new one from its issuer, and"
            " replace the files of gallery.certificate and gallery.certificate_key. They are read"
            " again without a restart"
        )

    @property
    def ends(self) -> datetime:
        """When the certificate ends."""
        return self._newest.ends

    def _versions(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_version(path) for path in self._paths)


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
