"""`artist study`: make and analyse a study in which people compare policies in pairs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from cli.errors import UserError
from cli.options import seed_option

if TYPE_CHECKING:
    from cas.experiments.study import Item

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def study() -> None:
    """Make or analyse a study: which policy's works are more original, which more harmonious?"""


@study.command()
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("folder", type=FOLDER)
@click.option(
    "--raters",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="People for whom pages are made.",
)
@click.option(
    "--pages",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Pages that one person sees.",
)
@click.option("--shared", type=click.IntRange(min=0), default=6, show_default=True,
              help="Pages that all raters see, to measure agreement.")  # fmt: skip
@click.option("--checks", type=click.IntRange(min=0), default=3, show_default=True,
              help="Pages that repeat another with the sides swapped.")  # fmt: skip
@click.option("--items", type=click.IntRange(min=1), default=40, show_default=True,
              help="Works of each policy, drawn at random.")  # fmt: skip
@seed_option()
def make(
    source: Path,
    folder: Path,
    *,
    raters: int,
    pages: int,
    shared: int,
    checks: int,
    items: int,
    seed: int,
) -> None:
    """Make the pages of a study from SOURCE into FOLDER.

    SOURCE is the folder of an `artist experiment` (raters compare its sets of concepts), or holds
    one folder of pictures for each policy. Any web server can serve FOLDER/public; each rater opens
    index.html with a line of FOLDER/raters.txt, and sends back a CSV.
    """
    from cas.experiments.study import plan
    from cas.experiments.study_files import PUBLIC, RATERS
    from cas.experiments.study_page import write_study

    of_concepts = (source / "runs").is_dir()
    found = _concept_sets(source) if of_concepts else _pictures(source)
    generator = np.random.default_rng(seed)
    chosen = [
        some[int(number)]
        for some in found.values()
        for number in sorted(generator.permutation(len(some))[:items])
    ]
    pairs = plan(chosen, raters=raters, pages=pages, shared=shared, checks=checks, seed=seed)
    if not of_concepts:
        chosen = _published(chosen, folder / PUBLIC)
    write_study(folder, chosen, pairs)
    click.echo(
        f"{len(pairs)} pages for {raters} raters are in {folder / PUBLIC}: serve only that folder,"
        f" and send each rater its URL with a line of {folder / RATERS}."
    )


@study.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("answers", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--resamples",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Resamples of the bootstrap intervals.",
)
@seed_option()
def analyse(folder: Path, answers: Sequence[Path], *, resamples: int, seed: int) -> None:
    """Analyse the CSV files that raters of the study in FOLDER sent back.

    The default of ANSWERS is the files of a gallery, in FOLDER/answers.
    """
    from cas.experiments.study import analyse as analyse_answers
    from cas.experiments.study_files import ANSWERS, PAIRS, read_answers, read_pairs

    pages = read_pairs(folder / PAIRS)
    found = read_answers(answers or sorted((folder / ANSWERS).glob("*.csv")), pages)
    click.echo(analyse_answers(found, resamples=resamples, seed=seed).markdown())


def _concept_sets(source: Path) -> dict[str, list[Item]]:
    """Read the sets of concepts of an experiment's generations, by policy."""
    from cas.experiments.runs import current_heading
    from cas.experiments.study import Item
    from cas.text_files import read_json_lines

    found: dict[str, list[Item]] = {}
    for path in sorted((source / "runs").glob("*.jsonl")):
        records = [record for _, record in read_json_lines(path, error=UserError)]
        try:
            seeds, policy = records[0]["settings"]["seeds"], current_heading(records[0])["policy"]
            found[policy] = [
                Item(
                    f"{policy} {line['run']}.{line['generation']}",
                    policy,
                    ", ".join([*seeds[line["run"]], line["pick"]]),
                )
                for line in records[1:]
            ]
        except (LookupError, TypeError) as error:
            raise UserError(f"{path} is not a file of an experiment's runs: {error!r}.") from error
    return found


def _pictures(source: Path) -> dict[str, list[Item]]:
    """List the pictures of each policy's folder."""
    from cas.data.image_files import picture_formats
    from cas.experiments.study import Item

    found: dict[str, list[Item]] = {}
    others = []
    for policy in sorted(path for path in source.iterdir() if path.is_dir()):
        for path in sorted(p for p in policy.iterdir() if p.is_file()):
            if path.suffix.lower() not in picture_formats():
                others.append(path.name)
                continue
            item = Item(f"{policy.name}/{path.name}", policy.name, str(path))
            found.setdefault(policy.name, []).append(item)
    if others:
        click.echo(f"Not pictures: {len(others)} files, first {others[0]}.", err=True)
    if len(found) < 2:
        raise UserError(f"{source} has neither an experiment's runs/ nor two folders of pictures.")
    return found


def _published(items: Sequence[Item], folder: Path) -> list[Item]:
    """Write each picture again as PNG, without metadata, under a random name.

    So no file reveals its policy.
    """
    from cas.data.image_files import open_picture

    folder.mkdir(parents=True, exist_ok=True)
    named = {secrets.token_hex(8): item for item in items}
    # In the order of names, so that the files' times do not reveal the policy either.
    for name in sorted(named):
        picture = open_picture(Path(named[name].shows))
        picture.info.clear()
        picture.save(folder / f"{name}.png")
    return [replace(item, shows=f"{name}.png") for name, item in named.items()]
