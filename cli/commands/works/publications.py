"""`artist publications`: list publications, and decide on failed ones."""

from __future__ import annotations

from dataclasses import asdict
from typing import get_args

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option, person
from cli.output import print_json
from cli.runtime.deployment import Deployment
from gallery.publishing.decisions import Decision


@click.command()
@data_option
@json_option
@click.argument("work", required=False, metavar="[ARTIST:NUMBER]")
@click.argument("channel", required=False)
@click.argument("decision", required=False, type=click.Choice(get_args(Decision)))
@click.option(
    "--retry-all",
    is_flag=True,
    help="Let held channels go on, and send all that failed again.",
)
@click.option("--on", metavar="CHANNEL", help="With --retry-all: on this channel alone.")
@click.pass_context
def publications(
    context: click.Context,
    /,
    *,
    work: str | None,
    channel: str | None,
    decision: Decision | None,
    retry_all: bool,
    on: str | None,
    as_json: bool,
) -> None:
    """List publications, or decide on one that failed or is unknown.

    `artist publications alien:7 mastodon arrived` records that the post exists; `again` sends it
    again, `give_up` does not. After a refused token or address is mended, `--retry-all` lets the
    channel go on.
    """
    from gallery.publishing.decisions import decide

    if (retry_all and work is not None) or (on is not None and not retry_all):
        raise UserError("--retry-all is for all publications, or with --on for one channel's.")
    deployment = deployment_of(context).must_exist()
    outbox = deployment.catalogue.outbox
    if retry_all:
        _retry(deployment, on, as_json=as_json)
        return
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
        rows = [one for one in outbox.of_work(row.work) if one.channel == row.channel]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    console = Console(highlight=False)
    for one in deployment.catalogue.channels.all() if work is None else ():
        if one.fault or one.held:
            why = escape(one.fault or one.held)
            console.print(f"[red]{escape(one.name)} sends nothing: {why}[/red]")
    for row in rows:
        console.print(
            f"{escape(row.work)} on {escape(row.channel)}: {row.state}, attempt {row.attempts}"
            f"  [dim]{escape(row.detail)}[/dim]"
        )
    if not rows:
        console.print("Nothing has been published yet.")


def _retry(deployment: Deployment, channel: str | None, *, as_json: bool) -> None:
    from gallery.publishing.decisions import retry_all

    catalogue = deployment.catalogue
    known = {one.name for one in deployment.settings.publishing.all_channels()}
    if channel is not None and channel not in known:
        names = ", ".join(sorted(known)) or "none"
        raise UserError(f"There is no channel {channel}. Those that are set: {names}.")
    done = retry_all(catalogue, deployment.archive, who=person(), channel=channel)
    if as_json:
        print_json(asdict(done))
        return
    channels = "1 channel goes" if done.channels == 1 else f"{done.channels} channels go"
    posts = (
        "1 post that had failed is"
        if done.publications == 1
        else (f"{done.publications} posts that had failed are")
    )
    Console(highlight=False).print(f"{channels} on; {posts} sent again.")
