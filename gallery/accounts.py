"""Accounts of admins and moderators: names, Argon2 hashes of their passwords, and roles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from storage import atomic_files
from storage.account_log import AccountLog
from storage.errors import UserFacingError

SHORTEST: Final = 10
LONGEST_NAME: Final = 64

Role = Literal["admin", "moderator"]
"""An admin may do everything; a moderator decides on works and publications only."""


class _Stored(BaseModel):
    """An account as stored; one that is only a hash is an admin's, as in earlier releases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    password: str
    role: Role = "admin"


_HASHER: Final = PasswordHasher()
_FILE: Final = TypeAdapter(dict[str, str | _Stored])
# Checked for an unknown name, so that the answer takes as long as for a known one.
_NOBODY: Final = _HASHER.hash("nobody")


class AdminsError(UserFacingError):
    """The file of admins can't be read, so no admin can sign in; says why, and what to do."""


class Admins:
    """The accounts of one deployment, read from the file at each call; no file, no accounts.

    Every method raises `AdminsError` if the file is invalid.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.log = AccountLog(file.parent)

    def any(self) -> bool:
        """Whether there is any account."""
        return bool(self._read())

    def roles(self) -> Mapping[str, Role]:
        """The role of each account, by name."""
        return {who: account.role for who, account in sorted(self._read().items())}

    def role_of(self, who: str) -> Role | None:
        """The role of an account; None if there is no such account."""
        account = self._read().get(who)
        return None if account is None else account.role

    def check(self, who: str, password: str) -> str | None:
        """The stored hash of that account's password if `password` matches it, else None."""
        known = self.hash_of(who)
        try:
            _HASHER.verify(known or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return known

    def hash_of(self, who: str) -> str | None:
        """The stored hash of an account's password; None if there is no such account."""
        account = self._read().get(who)
        return None if account is None else account.password

    def set_password(
        self,
        who: str,
        password: str,
        *,
        role: Role | None = None,
        by: str | None = None,
        exists: bool | None = None,
    ) -> None:
        """Add an account, or replace its password; without a `role` it keeps its own.

        A new account without one is an admin's. `by` is who does it; else the account itself. With
        `exists`, there must be such an account already, or there must be none.

        Raises:
            ValueError: the name is empty or too long, the password is too short, the last admin
                would become a moderator, or `exists` is not so.
        """
        if not 0 < len(who) <= LONGEST_NAME or not who.isprintable():
            raise ValueError(f"a name needs 1 to {LONGEST_NAME} characters; this has {len(who)}")
        if len(password) < SHORTEST:
            raise ValueError(
                f"a password needs {SHORTEST} characters or more; this has {len(password)}"
            )
        hashed = _HASHER.hash(password)
        with self._changing() as accounts:
            known = accounts.get(who)
            if exists is not None and exists != (known is not None):
                raise ValueError(
                    f"there is no account {who}"
                    if exists
                    else f"there is an account {who} already: choose another name, or give it a new"
                    " password above"
                )
            kept: Role = "admin" if known is None else known.role
            accounts[who] = _Stored(password=hashed, role=role or kept)
            if known is not None:
                _require_admin(accounts)
        if known is None:
            what = f"added {_with_role(who, role or kept)}"
        else:
            what = "changed the password" if by in (None, who) else f"gave {who} a new password"
            if role not in (None, known.role):
                what += f" and made it {_with_role('', role or kept)}"
        self.log.add(what, who=by or who)

    def set_role(self, who: str, role: Role, *, by: str) -> None:
        """Give an account another role; an unknown name changes nothing.

        Raises:
            ValueError: no admin would be left.
        """
        with self._changing() as accounts:
            known = accounts.get(who)
            if known is not None:
                accounts[who] = known.model_copy(update={"role": role})
                _require_admin(accounts)
        if known is not None and known.role != role:
            self.log.add(f"made {who} {_with_role('', role)}", who=by)

    def remove(self, who: str, *, by: str) -> None:
        """Remove an account; its sessions end at once.

        Raises:
            ValueError: no admin would be left.
        """
        with self._changing() as accounts:
            known = accounts.pop(who, None)
            if known is not None:
                _require_admin(accounts)
        if known is not None:
            self.log.add(f"removed the account {who}", who=by)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Stored]]:
        """The accounts, which are stored when the block ends."""
        with FileLock(f"{self._file}.lock"):
            accounts = self._read()
            yield accounts
            stored = {
                who: account.password if account.role == "admin" else account.model_dump()
                for who, account in accounts.items()
            }
            content = json.dumps(stored, indent=2, sort_keys=True)
            atomic_files.replace(self._file, content.encode(), mode=0o600)

    def _read(self) -> dict[str, _Stored]:
        try:
            found = _FILE.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            fault = error.strerror or str(error)
        except ValidationError as error:
            fault = error.errors(include_input=False)[0]["msg"]
        else:
            return {
                who: _Stored(password=account) if isinstance(account, str) else account
                for who, account in found.items()
            }
        raise AdminsError(
            f"{self._file} can't be read as a list of admins ({fault}), so no admin can sign in."
            " Restore it from a copy, or remove it and set each admin's password again with"
            " `artist password`."
        )


def _with_role(who: str, role: Role) -> str:
    named = "an admin" if role == "admin" else "a moderator"
    return f"the account {who}, {named}" if who else named


def _require_admin(accounts: Mapping[str, _Stored]) -> None:
    if not any(account.role == "admin" for account in accounts.values()):
        raise ValueError("at least one admin must be left")
