"""`artist redact`: find secrets in stored data, and remove them."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option
from cli.runtime.deployment import Deployment
from storage.redaction import SHORTEST, Redaction, conceal, is_specific
from storage.secret_search import Found, search_archive, search_catalogue


@click.command()
@data_option
@click.option("--apply", is_flag=True, help="Take out what is found; without it nothing changes.")
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="NAME",
    help="Look for this variable's value, too: a key that is no longer in use.",
)
@click.option("--stdin", is_flag=True, help="Look for what standard input holds, one on each line.")
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

    Looked for is what the settings name as secret, and every password in an address. With --apply
    the objects that held one are written again: the one thing that ever changes an event.
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
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _print(found, applied=apply)
    if found and not apply:
        context.exit(1)


def _known(deployment: Deployment) -> list[str]:
    """The secrets in use, those left out that are too short to be searched for."""
    secrets = [secret for secret in set(deployment.settings.secrets()) if secret.strip()]
    short = sum(not is_specific(secret) for secret in secrets)
    if short:
        click.echo(
            f"{short} of the settings' secrets are too short to be told from ordinary words, and"
            " are looked for in addresses alone.",
            err=True,
        )
    return secrets


def _given(variables: tuple[str, ...], stdin: bool) -> list[str]:
    """What the person gives besides, concealed from now on.

    Raises:
        UserError: one of them is empty, or too short.
    """
    given = {f"the variable {name}": os.environ.get(name, "") for name in variables}
    if stdin:
        lines = (line for line in sys.stdin.read().splitlines() if line.strip())
        given |= {f"line {number} of standard input": line for number, line in enumerate(lines, 1)}
    for what, secret in given.items():
        if not is_specific(secret):
            raise UserError(
                f"What {what} holds is too short to be told from ordinary words: it needs"
                f" {SHORTEST} characters, with other than letters among them."
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
            f"{len(found)} objects and rows were written anew. Copies may lie in backups, logs and"
            " a bucket's earlier versions: change the secret where it was given out."
        )
    else:
        console.print(f"{len(found)} objects and rows hold a secret. Take it out with --apply.")
