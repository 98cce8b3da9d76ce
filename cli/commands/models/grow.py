"""`artist grow`: add concepts to a trained pair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.errors import UserError
from cli.options import seed_option
from cli.runtime.progress import progress_bar
from cli.runtime.silence_logs import silence_logs

if TYPE_CHECKING:
    from cas.training.growth_report import GrowthReport
    from cas.training.pair_growth import GrowthProgress


@click.command()
@click.argument("pair")
@click.argument("concepts", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--works",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CORPUS",
    help="Works (JSONL, CSV or Parquet, as for `artist train`) with the new concepts. 20 for each"
    " are enough to help; without works, only text vectors are used.",
)
@seed_option()
def grow(pair: str, concepts: Path, out: Path, *, works: Path | None, seed: int) -> None:
    """Add new CONCEPTS to a trained PAIR, and write the grown pair to OUT.

    PAIR is a folder that `artist train` or `artist grow` wrote, or `museums`, the shipped pair; it
    is not changed. CONCEPTS is a text file with one new concept a line, in lower case; a # starts a
    comment. OUT is a new folder. The relative order of PAIR's concepts stays the same.

    \b
    For example:
      printf 'drone\\nneon\\n' > new.txt
      artist grow museums new.txt grown/
      artist sample --model grown/ --pool drone,sky

    A running artist loads the grown pair when models.sampler in its artist.toml is set.
    """
    silence_logs()
    from cas.data.corpus import read_works
    from cas.training.pair_growth import grow_pair
    from worker.encoders.minilm import MiniLMEncoder

    wanted = read_concepts(concepts)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        tasks: dict[str, TaskID] = {}
        reading = bar.add_task("reading", total=None)

        def show(progress: GrowthProgress) -> None:
            bar.update(reading, visible=False)
            if progress.kind not in tasks:
                tasks[progress.kind] = bar.add_task(progress.kind)
            bar.update(tasks[progress.kind], completed=progress.step, total=progress.steps)

        report = grow_pair(
            pair,
            out,
            concepts=wanted,
            text_vectors=MiniLMEncoder().encode,
            works=None if works is None else read_works(works),
            seed=seed,
            progress=show,
        )
    _tell(report, taught=works is not None)


def read_concepts(file: Path) -> list[str]:
    """Read the concepts of a text file, one a line, without comments and empty lines.

    Raises:
        UserError: the file can't be read, or has none.
    """
    from cas.text_files import read_words

    concepts = read_words(file, error=UserError)
    if not concepts:
        raise UserError(f"{file} has no concept: write one a line.")
    return concepts


def _tell(report: GrowthReport, *, taught: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("new concept", "works", "artists", "most like", "median rank"):
        words = column in ("new concept", "most like")
        table.add_column(column, justify="left" if words else "right")
    for each in report.concepts:
        table.add_row(
            escape(each.concept),
            f"{each.works}",
            f"{each.artists}",
            escape(", ".join(each.nearest)),
            f"{each.median_rank:,.0f}",
        )
    console.print(table)
    known = report.old_concepts + len(report.concepts)
    console.print(
        f"[dim]median rank: among {known:,} concepts, the most coherent first, for {report.pools}"
        f" pools ({report.pools_are})[/dim]"
    )
    for shift in report.shifts:
        console.print(
            f"{shift.kind}: old concepts moved {shift.among_old:.4f} ranks among old concepts,"
            f" {shift.among_all:.2f} among all, on average"
        )
    untaught = [each.concept for each in report.concepts if not each.works]
    if taught and untaught:
        console.print(f"[yellow]No work has {escape(', '.join(untaught))}.[/yellow]")
    folder = report.folder.absolute()
    console.print(f"The grown pair is in {escape(str(folder))}. For an artist, in artist.toml:")
    click.echo(f'\n[models]\nsampler = "{folder}"')
