"""`artist publications`: list publications, and decide on failed ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import get_args

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option, person
from gallery.publishing.decisions import Decision


@click.command()
@data_option
@json_option
@click.argument("work", required=False, metavar="[ARTIST:NUMBER]")
@click.argument("channel", required=False)
@click.argument("decision", required=False, type=click.Choice(get_args(Decision)))
@click.pass_context
def publications(
    context: click.Context,
    /,
    *,
    work: str | None,
    channel: str | None,
    decision: Decision | None,
    as_json: bool,
) -> None:
    """List publications, or decide on one that failed or is unknown.

    `artist publications alien:7 mastodon arrived` says that the post is there; `again` sends it
    once more, `give_up` leaves it.
    """
    from gallery.publishing.decisions import decide

    deployment = deployment_of(context).must_exist()
    outbox = deployment.catalogue.outbox
    if work is None:
        rows = outbox.newest(limit=60)
    else:
        rows = [row for row in outbox.of_work(work) if channel in (None, row.channel)]
        if not rows:
            raise UserError(f"{work} was never published{f' on {channel}' if channel else ''}.")
    if decision is not None:
        (row,) = rows
        done = decide(deployment.catalogue, deployment.archive, row, decision, who=person())
        if not done:
            raise UserError(f"{row.work} on {row.channel} is {row.state}: nothing to decide.")
        (row,) = [one for one in outbox.of_work(row.work) if one.channel == row.channel]
        rows = [row]
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    console = Console(highlight=False)
    for row in rows:
        console.print(
            f"{escape(row.work)} on {escape(row.channel)}: {row.state}, attempt {row.attempts}"
            f"  [dim]{escape(row.detail)}[/dim]"
        )
    if not rows:
        console.print("Nothing was published yet.")
