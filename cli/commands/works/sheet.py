"""`artist sheet`: paint a contact sheet with the offline painter."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from cli.commands.works.paint import (
    encode,
    size_of,
    style_option,
    words_of,
    write_bytes,
)
from cli.options import seed_option

MOST = 240


@click.command()
@click.argument("concepts", required=False)
@click.option(
    "--count",
    type=click.IntRange(1, MOST),
    default=24,
    show_default=True,
    help="Works on the sheet.",
)
@click.option(
    "--columns",
    type=click.IntRange(1, 24),
    default=6,
    show_default=True,
    help="Columns of the sheet.",
)
@seed_option("Of the random numbers; equal seeds give equal pictures.")
@style_option
@click.option("--size", default="512x512", show_default=True, metavar="WxH", help="Of one work.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sheet.png"),
    show_default=True,
    help="The PNG to write; an existing file is replaced.",
)
def sheet(
    *,
    concepts: str | None,
    count: int,
    columns: int,
    seed: int,
    style: str,
    size: str,
    out: Path,
) -> None:
    """Paint a sheet of works, each with another seed.

    All show CONCEPTS if given, else each three concepts that have a depiction, by the seed.
    """
    from worker.studio import OfflinePainter, contact_sheet
    from worker.studio.plan.depiction import depictions

    width, height = size_of(size)
    painter = OfflinePainter(width, height, encode=encode)
    known, rng = sorted(depictions()), np.random.default_rng(seed)
    pictures = []
    with click.progressbar(range(count), label="Painting") as numbers:
        for number in numbers:
            drawn = [str(word) for word in rng.choice(known, 3, replace=False)]
            work = words_of(concepts) if concepts is not None else drawn
            pictures.append(painter.paint_concepts(work, seed=seed + number, style=style))
    write_bytes(out, contact_sheet(pictures, columns=columns, cell=300))
    click.echo(f"{out}: {count} works")
