"""Tokens of programs that may control artists through the API, stored as hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from storage import atomic_files
from storage.account_log import AccountLog
from storage.errors import UserFacingError

PREFIX: Final = "alien_"
_FILE: Final = TypeAdapter(dict[str, str])


class TokensError(UserFacingError):
    """The file of tokens can't be read, so no token is valid; says why, and what to do."""


class ApiTokens:
    """The tokens of one deployment, read from the file at each call; no file, no tokens.

    Every method raises `TokensError` if the file is invalid.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._log = AccountLog(file.parent)

    def create(self, name: str, *, by: str) -> str:
        """Create a token and return it; nobody can read it again. An earlier one of the name ends.

        `by` is who does it. A token has 256 random bits, so that a plain hash of it is enough.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        with FileLock(f"{self._file}.lock"):
            self._write({**self._read(), name: _hash(token)})
        self._log.add(f"created a token for {name}", who=by)
        return token

    def revoke(self, name: str, *, by: str) -> bool:
        """Make a token invalid; False if there is none of that name."""
        with FileLock(f"{self._file}.lock"):
            tokens = dict(self._read())
            found = tokens.pop(name, None) is not None
            if found:
                self._write(tokens)
        if found:
            self._log.add(f"revoked the token of {name}", who=by)
        return found

    def names(self) -> list[str]:
        """The names of all tokens."""
        return sorted(self._read())

    def holder(self, token: str) -> str | None:
        """The name that a token was created with; None if it is not valid."""
        given, found = _hash(token), None
        for name, known in self._read().items():
            if hmac.compare_digest(given, known):
                found = name
        return found

    def _write(self, tokens: Mapping[str, str]) -> None:
        data = json.dumps(tokens, indent=2, sort_keys=True).encode()
        atomic_files.replace(self._file, data, mode=0o600)

    def _read(self) -> Mapping[str, str]:
        try:
            return _FILE.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            fault = error.strerror or str(error)
        except ValidationError as error:
            fault = error.errors(include_input=False)[0]["msg"]
        raise TokensError(
            f"{self._file} can't be read as a list of tokens ({fault}), so none is valid. Restore"
            " it from a copy, or remove it and create each token again with `artist token`."
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
