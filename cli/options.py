"""Options that several subcommands share: `--data`, `--json`, `--seed`."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.runtime.deployment import DEFAULT_FOLDER, Deployment

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


name_argument = click.argument("name", required=False, metavar="[NAME]")
"""The artist; optional if there is only one."""


def seed_option(says: str = "Of the random numbers.") -> Callable[[Command], Command]:
    """Return the option `--seed`, 0 by default, with this help text."""
    return click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help=says
    )


def person() -> str:
    """The name of the user who calls the command, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def data_option(command: Command) -> Command:
    """Add the option `--data DIR` to a command or group."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="ARTIST_DATA",
        help=f"The artist's folder.  [default: ./{DEFAULT_FOLDER}]",
        metavar="DIR",
        expose_value=False,
        callback=_upsert,
    )(command)


def deployment_of(context: click.Context) -> Deployment:
    """The deployment in the folder given by `--data`, before or after the subcommand."""
    deployment = Deployment(context.meta.get("data") or DEFAULT_FOLDER)
    context.call_on_close(deployment.close)
    return deployment


def _upsert(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta["data"] = value
