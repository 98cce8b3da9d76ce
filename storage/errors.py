"""Errors of the stores; each message is for the operator."""

from pathlib import Path

from storage.text import message


class UserFacingError(Exception):
    """An error that a person reads: it is not too long, and has no secret in it."""

    def __str__(self) -> str:
        return message(super().__str__())


class StorageError(UserFacingError):
    """Any failure of archive, catalogue or memory."""


class ArchiveError(StorageError):
    """The archive could not do what was asked."""


class ObjectMissing(ArchiveError):  # noqa: N818 - reads as what it says
    """No object has that key."""


class ObjectConflict(ArchiveError):  # noqa: N818
    """Another object already has that key, with other bytes."""


class ObjectDamaged(ArchiveError):  # noqa: N818
    """The stored bytes do not have the SHA-256 that names them."""


class StorageUnavailable(StorageError):  # noqa: N818
    """A store can't be reached, is full or is read-only; the work goes on when it is back."""


class MemoryDamaged(StorageUnavailable):
    """The memory in `folder` can't be opened; nothing in it is the only copy."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder


class ValueRefused(StorageError):  # noqa: N818
    """A number or a text that no column of the catalogue can hold."""


class MemoryLocked(StorageError):  # noqa: N818
    """Another process owns the memory's folder."""
