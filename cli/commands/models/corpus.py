"""`artist corpus`: read museums' data into a corpus, and mix corpora."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cli.errors import UserError
from cli.runtime.progress import while_counted

OUT = click.Path(path_type=Path, dir_okay=False)
TOLD_EVERY = 1_000


@click.group()
def corpus() -> None:
    """Read a museum's open data, and mix corpora by weight, for `artist train`."""


@corpus.command("read")
@click.argument("museum", type=click.Choice(("tate", "nga", "met")))
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=OUT)
@click.option("--only", multiple=True, metavar="GROUP", help="Take these alone (met only).")
@click.option("--drop", multiple=True, metavar="GROUP", help="Leave these out.")
def read_museum(
    museum: str, source: Path, out: Path, *, only: Sequence[str], drop: Sequence[str]
) -> None:
    """Read SOURCE in the museum's published layout into OUT (.jsonl or .jsonl.gz).

    tate: a copy of github.com/tategallery/collection; a group is "top > group".
    nga: a copy of github.com/NationalGalleryOfArt/opendata; a group is a term or a theme.
    met: MetObjects.csv of github.com/metmuseum/openaccess; a group is "department > culture",
    such as "asian art > japan*". In all of them * stands for anything.
    """
    from cas.data.corpus import write_works
    from cas.data.museums import met_works, nga_works, tate_works

    if only and museum != "met":
        raise UserError(f"--only is for met; from {museum} groups can be left out with --drop.")
    works = {
        "tate": lambda: tate_works(source, drop_groups=drop),
        "nga": lambda: nga_works(source, drop_groups=drop),
        "met": lambda: met_works(source, only_groups=only, drop_groups=drop),
    }[museum]()
    number = while_counted(works, "works", partial(write_works, out), every=TOLD_EVERY)
    if not number:
        raise UserError(
            f"{out} holds no work: in {source} nothing is left by"
            f" {', '.join((*only, *drop)) or 'its subjects'}."
        )
    click.echo(f"{number:,} works lie in {out}.")


@corpus.command()
@click.argument("out", type=OUT)
@click.argument("parts", nargs=-1, required=True, metavar="CORPUS[=WEIGHT]…")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def mix(out: Path, parts: Sequence[str], *, seed: int) -> None:
    """Mix corpora into OUT (.jsonl or .jsonl.gz), each work by its corpus's weight.

    Of the corpus with the greatest weight every work is taken, of one with half that weight half
    of them. A work's id decides which, so that a heavier share holds the lighter one.
    """
    from cas.data.corpus import read_works, write_works
    from cas.data.mixture import Part, mixture

    read = []
    for part in parts:
        path, weight = _weighed(part)
        if path == out:
            raise UserError(f"{out} is one of the corpora to mix: write the mixture elsewhere.")
        read.append(Part(path.name, read_works(path), weight))
    number = while_counted(
        mixture(read, seed=seed), "works", partial(write_works, out), every=TOLD_EVERY
    )
    click.echo(f"{number:,} works lie in {out}.")


def _weighed(part: str) -> tuple[Path, float]:
    path, equals, weight = part.rpartition("=")
    if not equals:
        return Path(part), 1.0
    try:
        return Path(path), float(weight)
    except ValueError as error:
        raise UserError(
            f"{weight!r} in {part!r} is no weight; write for example {path}=0.5."
        ) from error
