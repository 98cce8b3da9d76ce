"""`artist pause` and `artist resume`."""

from __future__ import annotations

import click

from cli.options import data_option, deployment_of


@click.command()
@data_option
@click.option("--reason", default="paused by hand", show_default=True, help="Shown in `status`.")
@click.pass_context
def pause(context: click.Context, /, *, reason: str) -> None:
    """Let no new picture begin; the one in hand is finished."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist()
    deployment.catalogue.artists.pause(artist.name, reason)
    click.echo(f"{artist.name} is paused. Let it go on with `artist resume`.")


@click.command()
@data_option
@click.pass_context
def resume(context: click.Context) -> None:
    """Let the artist go on at once, whatever it waits for."""
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist()
    deployment.catalogue.artists.resume(artist.name)
    deployment.catalogue.cycles.retry_now(artist.name)
    click.echo(f"{artist.name} goes on.")
