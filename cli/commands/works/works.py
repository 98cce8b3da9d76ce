"""`artist works`: list all works, as a table or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.options import data_option, deployment_of, json_option


@click.command()
@data_option
@json_option
@click.pass_context
def works(context: click.Context, /, *, as_json: bool) -> None:
    """List all works, the oldest first."""
    deployment = deployment_of(context).must_exist()
    if as_json:
        rows = [asdict(work) for work in deployment.catalogue.works.all()]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("№", "title", "novelty", "new concept", "made (UTC)"):
        table.add_column(column)
    for work in deployment.catalogue.works.all():
        made = datetime.fromtimestamp(work.created_at, UTC)
        table.add_row(
            str(work.number),
            escape(work.title),
            f"{work.novelty:.3f}",
            escape(work.concept),
            f"{made:%Y-%m-%d %H:%M}",
        )
    Console(highlight=False).print(table)
