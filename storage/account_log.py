"""Who changed accounts and tokens, and when: a file beside theirs, one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

NAME: Final = "accounts.log"


class AccountChange(BaseModel):
    """One change: `who` did `what`."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    who: str
    what: str


class AccountLog:
    """The changes of the accounts and tokens of one folder; they are only ever added to."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    def add(self, what: str, *, who: str) -> None:
        """Add a change.

        Raises:
            OSError: it can't be written.
        """
        line = AccountChange(at=datetime.now(UTC), who=who, what=what).model_dump_json() + "\n"
        file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def all(self) -> Sequence[AccountChange]:
        """Every change, the oldest first; lines that can't be read are left out."""
        found = []
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return ()
        for line in lines:
            try:
                found.append(AccountChange.model_validate_json(line))
            except ValidationError:
                continue
        return found
