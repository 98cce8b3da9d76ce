"""`artist init`: create a data folder with a settings file."""

from __future__ import annotations

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of


@click.command()
@data_option
@click.option(
    "--preset",
    type=click.Choice(["default", "paper"]),
    default="default",
    show_default=True,
    help="Our own tuning, or exactly the paper's.",
)
@click.pass_context
def init(context: click.Context, /, *, preset: str) -> None:
    """Write artist.toml, with comments for all settings."""
    deployment = deployment_of(context)
    if not deployment.create(preset):
        raise UserError(f"{deployment.settings_path} exists already; it was not changed.")
    start = deployment.command("run")
    click.echo(f"Wrote {deployment.settings_path}. Read it, then start with `{start}`.")
