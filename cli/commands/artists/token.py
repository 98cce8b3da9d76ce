"""`artist token`: tokens of programs that control artists through the gallery's API."""

from __future__ import annotations

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, person


@click.command()
@data_option
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--revoke", is_flag=True, help="Make the token of NAME invalid.")
@click.pass_context
def token(context: click.Context, /, *, name: str | None, revoke: bool) -> None:
    """Create a token for the program NAME, or list the names; see /api at the gallery.

    The token is shown once. A program with it may pause, resume and tune artists, start cycles,
    hide works and decide on publications. A new token of the same name replaces the earlier one.
    """
    from cli.runtime.gallery_settings import api_tokens

    tokens = api_tokens(deployment_of(context).must_exist())
    if name is None:
        if revoke:
            raise UserError("Name the token to revoke.")
        click.echo("\n".join(tokens.names()) or "There is no token.")
    elif revoke:
        if not tokens.revoke(name, by=person()):
            raise UserError(f"There is no token {name!r}: {', '.join(tokens.names()) or 'none'}.")
        click.echo(f"The token {name} is not valid any more.")
    else:
        click.echo(tokens.create(name, by=person()))
