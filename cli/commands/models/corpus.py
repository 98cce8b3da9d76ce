"""`artist corpus`: convert museums' data to a corpus, and mix corpora."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cli.errors import UserError
from cli.options import seed_option
from cli.runtime.progress import while_counted

OUT = click.Path(path_type=Path, dir_okay=False)
TOLD_EVERY = 1_000


@click.group()
def corpus() -> None:
    """Convert a museum's open data to a corpus for `artist train`, and mix corpora by weight."""


@corpus.command("read")
@click.argument("museum", type=click.Choice(("tate", "nga", "met")))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=OUT)
@click.option("--only", multiple=True, metavar="GROUP", help="Read only these groups (met only).")
@click.option("--drop", multiple=True, metavar="GROUP", help="Leave these groups out.")
def read_museum(
    museum: str, source: Path, out: Path, *, only: Sequence[str], drop: Sequence[str]
) -> None:
    """Convert SOURCE, in the museum's published layout, to OUT (.jsonl or .jsonl.gz).

    tate: a copy of github.com/tategallery/collection; a group is "top > group".
    nga: a copy of github.com/NationalGalleryOfArt/opendata; a group is a term or a theme.
    met: MetObjects.csv of github.com/metmuseum/openaccess; a group is "department > culture",
    such as "asian art > japan*". In all of them * matches any text.
    """
    from cas.data.corpus import write_works
    from cas.data.museums import met_works, nga_works, tate_works

    if only and museum != "met":
        raise UserError(f"--only is for met; leave groups of {museum} out with --drop.")
    works = {
        "tate": lambda: tate_works(source, drop_groups=drop),
        "nga": lambda: nga_works(source, drop_groups=drop),
        "met": lambda: met_works(source, only_groups=only, drop_groups=drop),
    }[museum]()
    number = while_counted(works, "works", partial(write_works, out), every=TOLD_EVERY)
    if not number:
        raise UserError(
            f"{out} holds no work: {source} has none after filtering by"
            f" {', '.join((*only, *drop)) or 'its subjects'}."
        )
    click.echo(f"{number:,} works are in {out}.")


@corpus.command()
@click.argument("out", type=OUT)
@click.argument("parts", nargs=-1, required=True, metavar="CORPUS[=WEIGHT]…")
@seed_option()
def mix(out: Path, parts: Sequence[str], *, seed: int) -> None:
    """Mix corpora into OUT (.jsonl or .jsonl.gz), each by its weight.

    All works of the corpus with the greatest weight are taken, half of the works of one with half
    that weight. A work's id decides, so that a greater share includes every smaller one.
    """
    from cas.data.corpus import read_works, write_works
    from cas.data.mixture import Part, mixture

    read = []
    for part in parts:
        path, weight = _weighed(part)
        if path == out:
            raise UserError(f"{out} is one of the corpora to mix: choose another output file.")
        read.append(Part(path.name, read_works(path), weight))
    number = while_counted(
        mixture(read, seed=seed), "works", partial(write_works, out), every=TOLD_EVERY
    )
    click.echo(f"{number:,} works are in {out}.")


def _weighed(part: str) -> tuple[Path, float]:
    path, equals, weight = part.rpartition("=")
    if not equals:
        return Path(part), 1.0
    try:
        return Path(path), float(weight)
    except ValueError as error:
        raise UserError(
            f"{weight!r} in {part!r} is not a number; write for example {path}=0.5."
        ) from error
