"""`artist password`: set the passwords of the gallery's admins."""

from __future__ import annotations

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, person


@click.command()
@data_option
@click.option("--name", help="Whose password it is  [default: yours on this machine]")
@click.password_option(help="The password; a prompt asks for it if it is not given.")
@click.pass_context
def password(context: click.Context, /, *, name: str | None, password: str) -> None:
    """Set an admin's password for the admin pages at /admin."""
    from cli.runtime.gallery_settings import admins

    who = name or person()
    try:
        admins(deployment_of(context).must_exist()).set_password(who, password)
    except ValueError as error:
        raise UserError(f"{error}.") from error
    click.echo(f"{who} may sign in at /admin.")
