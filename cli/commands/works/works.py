"""`artist works`: list all works, as a table or as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.options import data_option, deployment_of, json_option
from cli.output import print_json


@click.command()
@data_option
@json_option
@click.argument("name", required=False, metavar="[ARTIST]")
@click.pass_context
def works(context: click.Context, /, *, name: str | None, as_json: bool) -> None:
    """List all works, or those of ARTIST, the oldest first."""
    deployment = deployment_of(context).must_exist()
    artist = None if name is None else deployment.artist(name).name
    found = [work for work in deployment.catalogue.works.all() if artist in (None, work.artist)]
    if as_json:
        print_json([work._asdict() for work in found])
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("work", "title", "novelty", "new concept", "made (UTC)"):
        table.add_column(column)
    for work in found:
        made = datetime.fromtimestamp(work.created_at, UTC)
        table.add_row(
            escape(work.id),
            escape(work.title),
            f"{work.novelty:.3f}",
            escape(work.concept),
            f"{made:%Y-%m-%d %H:%M}",
        )
    Console(highlight=False).print(table)
