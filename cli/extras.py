"""The extras that each command needs, and the error if one is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from typing import Final

from packaging.requirements import Requirement

from cli.errors import UserError

DISTRIBUTION: Final = "cultural-alien"

OWN: Final = ("cas", "storage", "worker", "scheduler", "gallery", "cli")

EXTRAS: Final = {
    "run": "run",
    "concepts": "worker",
    "sample": "sampler",
    "paint": "worker",
    "sheet": "worker",
    "vocabulary": "train",
    "annotate": "train",
    "train": "train",
    "grow": "train",
    "hub": "train",
    "experiment": "lab",
    "study": "lab",
    "create": "worker",
    "edit": "worker",
    "doctor": "worker",
    "verify": "worker",
    "reembed": "worker",
    "worker": "worker",
    "beat": "worker",
    "gallery": "gallery",
    "export": "gallery",
    "watermark": "gallery",
    "diary": "gallery",
    "moderate": "gallery",
    "publications": "gallery",
    "followers": "gallery",
    "password": "gallery",
    "token": "gallery",
}
"""The extra of each command; the other commands need only the base installation."""


def check_installed(command: str) -> None:
    """Check that all packages of a command's extra are installed.

    Raises:
        UserError: a package is missing; the message names the extra.
    """
    extra = EXTRAS.get(command)
    if extra is None:
        return
    missing = sorted(name for name in _required(extra) if not _is_installed(name))
    if missing:
        raise UserError(_sentence(command, missing, extra))


def is_own(error: ModuleNotFoundError) -> bool:
    """Whether the missing module is part of this program: a bug, not a missing extra."""
    return (error.name or "").partition(".")[0] in OWN


def missing_package(command: str, error: ModuleNotFoundError) -> UserError:
    """Return the error for an import that failed in a command."""
    module = (error.name or "").partition(".")[0]
    return UserError(_sentence(command, [module], EXTRAS.get(command, "run")))


def _sentence(command: str, missing: list[str], extra: str) -> str:
    shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if missing[3:] else "")
    are = "are" if missing[1:] else "is"
    return (
        f"`artist {command}` needs {shown}, which {are} not installed: "
        f"pip install '{DISTRIBUTION}[{extra}]'."
    )


def _required(extra: str) -> Iterator[str]:
    """Names of the distributions that an extra needs, with those of the extras that it includes."""
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # run from a source tree without metadata
        return
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or not requirement.marker.evaluate({"extra": extra}):
            continue
        if requirement.name != DISTRIBUTION:
            yield requirement.name
        for included in requirement.extras if requirement.name == DISTRIBUTION else ():
            yield from _required(included)


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
