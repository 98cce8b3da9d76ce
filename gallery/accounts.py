"""Accounts of admins: names with Argon2 hashes of their passwords."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from storage import atomic_files
from storage.errors import UserFacingError

SHORTEST: Final = 10

_HASHER: Final = PasswordHasher()
_FILE: Final = TypeAdapter(dict[str, str])
# Checked where the name is unknown, so that an answer takes as long as for a known one.
_NOBODY: Final = _HASHER.hash("nobody")


class AdminsError(UserFacingError):
    """The file of admins can't be read, so that nobody can sign in; says why, and what to do."""


class Admins:
    """The admins of one deployment, as its file names them now; no file, no admins.

    Every method raises `AdminsError` where the file is no such thing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def any(self) -> bool:
        """Whether there is somebody who could sign in."""
        return bool(self._read())

    def check(self, who: str, password: str) -> str | None:
        """The stored hash of that admin's password, if this is the password."""
        known = self.hash_of(who)
        try:
            _HASHER.verify(known or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return known

    def hash_of(self, who: str) -> str | None:
        """The stored hash of an admin's password; None for somebody who is none."""
        return self._read().get(who)

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
            atomic_files.replace(self._file, admins.encode(), mode=0o600)

    def _read(self) -> Mapping[str, str]:
        try:
            return _FILE.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            fault = error.strerror or str(error)
        except ValidationError as error:
            fault = error.errors(include_input=False)[0]["msg"]
        raise AdminsError(
            f"{self._file} names no admins any more ({fault}), so nobody can sign in. Put a copy of"
            " it back, or remove it and set each admin's password again with `artist password`."
        )
