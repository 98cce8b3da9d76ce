"""`artist redact`: find secrets in stored data, and remove them."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option
from cli.output import print_json
from cli.runtime.deployment import Deployment
from storage.redaction import SHORTEST, Redaction, conceal, is_specific
from storage.secret_search import Found, search_archive, search_catalogue


@click.command()
@data_option
@click.option("--apply", is_flag=True, help="Remove the secrets found; without it nothing changes.")
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="NAME",
    help="Search for this environment variable's value too, such as a key that is no longer used.",
)
@click.option("--stdin", is_flag=True, help="Search for each line of standard input too.")
@json_option
@click.pass_context
def redact(
    context: click.Context,
    /,
    *,
    apply: bool,
    variables: tuple[str, ...],
    stdin: bool,
    as_json: bool,
) -> None:
    """Find secrets in events, manifests and the catalogue; exit code 1 if any remain.

    It searches for all secrets of the settings, and for every password in a URL. With --apply the
    objects that hold one are written again: no other command changes an event.
    """
    deployment = deployment_of(context).must_exist()
    secrets = Redaction([*_known(deployment), *_given(variables, stdin)])
    with ExitStack() as stack:
        if apply and not deployment.settings.storage.catalogue:
            stack.enter_context(deployment.owned())
        found = [
            *search_archive(deployment.archive, secrets, apply=apply),
            *search_catalogue(deployment.catalogue, secrets, apply=apply),
        ]
    if as_json:
        rows = [{"where": one.where, "fields": one.fields, "removed": apply} for one in found]
        print_json(rows)
    else:
        _print(found, applied=apply)
    if found and not apply:
        context.exit(1)


def _known(deployment: Deployment) -> list[str]:
    """Return the secrets of the settings."""
    secrets = [secret for secret in set(deployment.settings.secrets()) if secret.strip()]
    short = sum(not is_specific(secret) for secret in secrets)
    if short:
        click.echo(
            f"{short} of the settings' secrets are too short to differ from ordinary words: they"
            " are searched for only in URLs.",
            err=True,
        )
    return secrets


def _given(variables: tuple[str, ...], stdin: bool) -> list[str]:
    """Return the secrets given by variables and standard input; they are concealed from now on.

    Raises:
        UserError: a secret is empty or too short.
    """
    given = {f"the variable {name}": os.environ.get(name, "") for name in variables}
    if stdin:
        lines = (line for line in sys.stdin.read().splitlines() if line.strip())
        given |= {f"line {number} of standard input": line for number, line in enumerate(lines, 1)}
    for what, secret in given.items():
        if not is_specific(secret):
            raise UserError(
                f"The value of {what} is too short to differ from ordinary words: it needs"
                f" {SHORTEST} characters, not all of them letters."
            )
    conceal(*given.values())
    return list(given.values())


def _print(found: list[Found], *, applied: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        mark = "[green]removed[/green]" if applied else "[red]✗[/red]"
        console.print(f"{mark} {escape(one.where)}: {escape(', '.join(one.fields))}")
    if not found:
        console.print("No secret was found.")
    elif applied:
        console.print(
            f"{len(found)} objects and rows were rewritten. Backups, logs and a bucket's earlier"
            " versions may hold copies: revoke the secret at the service that issued it."
        )
    else:
        console.print(f"{len(found)} objects and rows hold a secret. Remove it with --apply.")
