"""`artist pause` and `artist resume`."""

from __future__ import annotations

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, name_argument, person
from scheduler import control


@click.command()
@data_option
@name_argument
@click.option(
    "--reason", default="paused by an admin", show_default=True, help="Shown in `status`."
)
@click.pass_context
def pause(context: click.Context, /, *, name: str | None, reason: str) -> None:
    """Pause an artist; the current cycle is finished first."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    control.pause(deployment.catalogue, deployment.archive, artist, reason, who=person())
    resume = deployment.command(f"resume {artist.name}")
    click.echo(f"{artist.name} is paused. Resume it with `{resume}`.")


@click.command()
@data_option
@name_argument
@click.pass_context
def resume(context: click.Context, /, *, name: str | None) -> None:
    """Resume an artist immediately, whatever the reason of its pause."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    if artist.retired:
        undo = deployment.command(f"retire {artist.name} --undo")
        raise UserError(f"{artist.name} is retired. `{undo}` lets it work again.")
    control.resume(deployment.catalogue, deployment.archive, artist, who=person())
    click.echo(f"{artist.name} is resumed.")
