"""Options that all subcommands share: `--data` and `--json`."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.runtime.deployment import Deployment

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_FOLDER = Path("artist-data")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


name_argument = click.argument("name", required=False, metavar="[NAME]")
"""Which artist is meant; it may be left out where there is one."""


def person() -> str:
    """Who calls the command, for the record of who changed what."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def data_option(command: Command) -> Command:
    """Let a command, or the group before it, take `--data DIR`."""
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
    """The deployment in the folder that was named, before or after the subcommand."""
    deployment = Deployment(context.meta.get("data") or DEFAULT_FOLDER)
    context.call_on_close(deployment.close)
    return deployment


def _upsert(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta["data"] = value
