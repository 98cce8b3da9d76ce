"""`artist list`: list the artists of a deployment."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.options import data_option, deployment_of, json_option
from cli.output import print_json
from scheduler.status import artist_status


@click.command(name="list")
@data_option
@json_option
@click.pass_context
def list_artists(context: click.Context, /, *, as_json: bool) -> None:
    """List the artists: state, works, spending, next cycle."""
    deployment = deployment_of(context).must_exist()
    rows = [
        artist_status(deployment.catalogue, deployment.archive, row)
        for row in deployment.catalogue.artists.all()
    ]
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("artist", "state", "works", "this month", "next cycle (UTC)"):
        table.add_column(column)
    for row in rows:
        table.add_row(
            f"[bold]{escape(row.artist)}[/bold]",
            escape(row.state + (f": {row.reason}" if row.reason else "")),
            str(row.works),
            f"${row.spent_this_month:.2f} of ${row.tuning.monthly_budget:.2f}",
            "" if row.next_cycle_at is None else f"{row.next_cycle_at:%Y-%m-%d %H:%M}",
        )
    Console(highlight=False).print(table)
