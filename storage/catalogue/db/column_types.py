"""Column types that clean text from outside."""

from __future__ import annotations

import zlib
from typing import Any, Final

from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator

from storage.redaction import redacted

LONGEST_CONCEPT: Final = 128


class CleanText(TypeDecorator[str]):
    """Text that reports to people what happened: secrets are removed from it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is stored."""
        return None if value is None else redacted(value)


class Name(TypeDecorator[str]):
    """A name from outside that rows are found by.

    One that is too long is cut and gets a checksum, in the same way on every database.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """What is stored, and what is looked for."""
        return None if value is None else kept_name(value, length=self.length)


def kept_name(name: str, *, length: int = LONGEST_CONCEPT) -> str:
    """A name, a concept's if nothing else is said, as it is stored and as rows are found by it."""
    if len(name) <= length:
        return name
    checksum = f"…{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
    return name[: length - len(checksum)] + checksum
