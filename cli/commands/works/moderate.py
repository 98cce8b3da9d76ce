"""`artist moderate`: show, blur, hold or hide a work."""

from __future__ import annotations

from typing import get_args

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, person
from storage.catalogue import Visibility


@click.command()
@data_option
@click.argument("work", metavar="ARTIST:NUMBER")
@click.argument("visibility", type=click.Choice(get_args(Visibility)))
@click.option("--reason", default="", help="The reason that visitors of the work see.")
@click.pass_context
def moderate(context: click.Context, /, *, work: str, visibility: Visibility, reason: str) -> None:
    """Set the visibility of a work; nothing is deleted."""
    from gallery.moderation.decisions import moderate as decide

    deployment = deployment_of(context).must_exist()
    row = deployment.catalogue.works.get(work)
    if row is None:
        raise UserError(f"There is no work {work!r}. `artist works` lists them.")
    decide(
        deployment.catalogue,
        deployment.archive,
        row.artist,
        row.number,
        visibility,
        reason,
        who=person(),
    )
    click.echo(f"{row.title!r} is {visibility} from now on.")
