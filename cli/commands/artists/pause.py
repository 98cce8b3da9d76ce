"""`artist pause` and `artist resume`."""

from __future__ import annotations

import click

from cli.options import data_option, deployment_of, name_argument, person


@click.command()
@data_option
@name_argument
@click.option("--reason", default="paused by hand", show_default=True, help="Shown in `status`.")
@click.pass_context
def pause(context: click.Context, /, *, name: str | None, reason: str) -> None:
    """Pause an artist; the current cycle is finished first."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    deployment.catalogue.artists.pause(artist.name, reason, who=person())
    click.echo(f"{artist.name} is paused. Let it go on with `artist resume {artist.name}`.")


@click.command()
@data_option
@name_argument
@click.pass_context
def resume(context: click.Context, /, *, name: str | None) -> None:
    """Resume an artist immediately, whatever it waits for."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    deployment.catalogue.resume(artist.name)
    click.echo(f"{artist.name} goes on.")
