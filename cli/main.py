"""The command `artist`."""

from __future__ import annotations

import sys
from typing import Any

import click

from cli.errors import UserError
from cli.extras import DISTRIBUTION, EXTRAS, check_installed, is_own, missing_package
from cli.options import data_option
from cli.output import flush_terminal, output_was_lost, sanitize_output
from storage.redaction import without_control_characters

COMMANDS = {
    "init": "cli.commands.artists.init",
    "run": "cli.commands.artists.run",
    "status": "cli.commands.artists.status",
    "works": "cli.commands.works.works",
    "concepts": "cli.commands.models.concepts",
    "sample": "cli.commands.models.sample",
    "paint": "cli.commands.works.paint",
    "sheet": "cli.commands.works.sheet",
    "vocabulary": "cli.commands.models.vocabulary",
    "annotate": "cli.commands.models.annotate",
    "corpus": "cli.commands.models.corpus",
    "train": "cli.commands.models.train",
    "grow": "cli.commands.models.grow",
    "hub": "cli.commands.models.hub",
    "experiment": "cli.commands.models.experiment",
    "study": "cli.commands.models.study",
    "create": "cli.commands.artists.create",
    "list": "cli.commands.artists.list:list_artists",
    "edit": "cli.commands.artists.edit",
    "retire": "cli.commands.artists.edit",
    "tune": "cli.commands.artists.tune",
    "pause": "cli.commands.artists.pause",
    "resume": "cli.commands.artists.pause",
    "doctor": "cli.commands.artists.doctor",
    "rebuild": "cli.commands.archive.rebuild",
    "backup": "cli.commands.archive.backup",
    "restore": "cli.commands.archive.backup",
    "verify": "cli.commands.archive.verify",
    "reembed": "cli.commands.archive.reembed",
    "redact": "cli.commands.archive.redact",
    "worker": "cli.commands.artists.servers",
    "beat": "cli.commands.artists.servers",
    "gallery": "cli.commands.artists.servers",
    "export": "cli.commands.works.export",
    "diary": "cli.commands.works.diary",
    "dump": "cli.commands.works.dump",
    "watermark": "cli.commands.works.watermark",
    "moderate": "cli.commands.works.moderate",
    "publications": "cli.commands.works.publications",
    "followers": "cli.commands.works.fediverse",
    "block": "cli.commands.works.fediverse",
    "replies": "cli.commands.works.fediverse",
    "password": "cli.commands.artists.password",
    "token": "cli.commands.artists.token",
}
"""Module of each subcommand; it is imported when the command is called."""


class _Commands(click.Group):
    """The subcommands, in the order in which a new user needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        try:
            command: click.Command = getattr(import_module(module), attribute or cmd_name)
        except ModuleNotFoundError as error:
            if is_own(error):
                raise
            return _not_installed(cmd_name, missing_package(cmd_name, error))
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if is_own(error) or ctx.invoked_subcommand is None:
                raise
            raise missing_package(ctx.invoked_subcommand, error) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            raise click.UsageError(
                f"There is no command {args[0]!r}. Did you mean `artist {close[0]}`?", ctx
            ) from error
        if name is not None and not {"-h", "--help"} & set(rest):
            check_installed(name)
        return name, command, rest


def _not_installed(name: str, error: UserError) -> click.Command:
    """Return a command that names the missing extra in the list of commands and when called."""

    def refuse() -> None:
        raise error

    needs = f"Needs {DISTRIBUTION}[{EXTRAS.get(name, 'run')}]."
    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, context_settings=anything, callback=refuse, help=str(error), short_help=needs
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cultural-alien", prog_name="artist")
@data_option
def artist() -> None:
    """An autonomous artist that runs day and night.

    To start, call `artist run`: it creates a folder, starts the artist, and prints the URL of its
    gallery. No account, server or network is needed.
    """


def main() -> None:
    """Run the command; a user's mistake ends in one sentence and exit code 1."""
    sanitize_output()
    try:
        artist.main(prog_name="artist")
    except Exception as error:
        if not isinstance(error, expected_errors()):
            raise
        click.echo(f"Error: {without_control_characters(_told(error))}", err=True)
        sys.exit(1)
    except SystemExit:
        flush_terminal()
        if output_was_lost():
            click.echo("Error: the output could not be written. Is the disk full?", err=True)
            sys.exit(1)
        raise


def _told(error: Exception) -> str:
    from cas.errors import UnknownConceptError

    if isinstance(error, UnknownConceptError):
        return f"{error} `artist concepts WORD` lists concepts that are near in meaning."
    return str(error)


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors that are printed without a traceback."""
    from cas.errors import CasError
    from storage.errors import UserFacingError

    return (UserFacingError, CasError)
