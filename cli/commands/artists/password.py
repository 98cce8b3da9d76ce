"""`artist password`: set the passwords and roles of those who may use the admin pages."""

from __future__ import annotations

from typing import get_args

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, person
from gallery.accounts import Role


@click.command()
@data_option
@click.argument("name", required=False)
@click.option("--name", "named", hidden=True, help="The same as NAME.")
@click.option(
    "--role",
    type=click.Choice(get_args(Role)),
    help="admin: everything; moderator: works and publications only."
    "  [default: as it is; a new one is an admin]",
)
@click.password_option(help="The password; without it a prompt asks.")
@click.pass_context
def password(
    context: click.Context,
    /,
    *,
    name: str | None,
    named: str | None,
    role: Role | None,
    password: str,
) -> None:
    """Set the password, and the role, of NAME for the admin pages at /admin.

    Without NAME it is your user name on this machine.
    """
    from cli.runtime.gallery_settings import admins

    who = name or named or person()
    accounts = admins(deployment_of(context).must_exist())
    try:
        accounts.set_password(who, password, role=role, by=person())
    except ValueError as error:
        raise UserError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    given = accounts.role_of(who)
    click.echo(f"{who} may sign in at /admin{' as a moderator' if given == 'moderator' else ''}.")
