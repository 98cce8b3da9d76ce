"""Who may sign in: names with Argon2 hashes of their passwords."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from storage import whole_file

FILE: Final = "admins.json"
SHORTEST: Final = 10

_HASHER: Final = PasswordHasher()
# Checked where the name is unknown, so that an answer takes as long as for a known one.
_NOBODY: Final = _HASHER.hash("nobody")


class Admins:
    """The admins of one deployment, as its file names them now; no file, no admins."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def any(self) -> bool:
        """Whether there is somebody who could sign in."""
        return bool(self._read())

    def check(self, who: str, password: str) -> bool:
        """Whether this is that admin's password."""
        known = self._read().get(who)
        try:
            _HASHER.verify(known or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return known is not None

    def set_password(self, who: str, password: str) -> None:
        """Let somebody in with a password from now on.

        Raises:
            ValueError: it is too short.
        """
        if len(password) < SHORTEST:
            raise ValueError(
                f"a password needs {SHORTEST} characters or more; this has {len(password)}"
            )
        hashed = _HASHER.hash(password)
        with FileLock(f"{self._file}.lock"):
            admins = json.dumps({**self._read(), who: hashed}, indent=2, sort_keys=True)
            whole_file.replace(self._file, admins.encode(), mode=0o600)

    def _read(self) -> Mapping[str, str]:
        try:
            admins: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return admins
