"""`artist diary`: the days of an artist in its own words."""

from __future__ import annotations

from datetime import datetime

import click
from rich.console import Console
from rich.markup import escape

from cli.options import data_option, deployment_of, json_option
from cli.output import print_json


@click.command()
@data_option
@json_option
@click.argument("name", required=False)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=3,
    show_default=True,
    help="How many days with works.",
)
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only days before this one, in UTC.",
)
@click.pass_context
def diary(
    context: click.Context,
    /,
    *,
    name: str | None,
    days: int,
    before: datetime | None,
    as_json: bool,
) -> None:
    """Tell the last days of an artist, the newest first.

    Each sentence is made by rules from what is recorded: works, picks, what left the pool, novelty,
    votes. Days are in UTC.
    """
    from gallery.diary.entries import last_entries
    from gallery.html.dates import day
    from gallery.routes.api import diary_day

    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    until = None if before is None else before.date()
    entries = last_entries(deployment.catalogue, artist.created, limit=days, until=until)
    if as_json:
        print_json([diary_day(entry).model_dump(mode="json") for entry in entries])
        return
    console = Console(highlight=False)
    for entry in entries:
        so_far = "" if entry.is_over else ", so far"
        console.print(f"[bold]{day(entry.day)}[/bold]{so_far}")
        console.print(f"{escape(entry.text)}\n")
    if not entries:
        console.print(f"{escape(artist.name)} has made no works" + (" then." if until else " yet."))
