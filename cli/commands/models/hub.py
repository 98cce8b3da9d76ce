"""`artist hub`: a pair or a corpus as a folder for the Hugging Face hub."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from cli.errors import UserError
from cli.options import seed_option

FOLDER = click.Path(path_type=Path, file_okay=False)
licence_option = click.option(
    "--licence", metavar="ID", default="", help="As the hub names it: apache-2.0, cc0-1.0, …"
)
push_option = click.option(
    "--push", metavar="OWNER/NAME", help="Upload the folder to the hub, too, as one commit."
)


@click.group()
def hub() -> None:
    """Write a pair or a corpus as a folder with a card for the Hugging Face hub, and upload it.

    To upload, log in with `hf auth login` or set HF_TOKEN.
    """


@hub.command("pair")
@click.argument("folder", type=FOLDER)
@click.option(
    "--model", metavar="DIR", default="museums", help="A pair.  [default: the shipped one]"
)
@licence_option
@push_option
def write_pair(folder: Path, *, model: str, licence: str, push: str | None) -> None:
    """Write a pair to FOLDER: both models, vocabulary, config.json, and its card as README.md.

    `CulturalAlienSampler.from_pretrained` and --model read FOLDER, or OWNER/NAME after --push.
    """
    from cas.checkpoint import MODEL_CARD, pair_folder
    from cas.hub import CARD
    from cas.pair import Pair

    pair = Pair.from_pretrained(model)
    cards = [pair_folder(model) / name for name in (MODEL_CARD, CARD)]
    card = next((file.read_text(encoding="utf-8") for file in cards if file.is_file()), "")
    pair.save_pretrained(folder, card=card, licence=licence)
    click.echo(f"The pair is in {folder}.")
    _push(folder, push, "model")


@hub.command("corpus")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("folder", type=FOLDER)
@click.option("--name", required=True, help="Of the dataset, for its card.")
@click.option("--version", required=True, metavar="X.Y.Z", help="Of the dataset.")
@click.option(
    "--sources",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A text of where the data is from, for its card.",
)
@click.option(
    "--rules",
    type=click.Choice(("own", "museums")),
    default="own",
    show_default=True,
    help="Of the vocabulary: those of `artist train`, or the reviewed ones of the shipped pair.",
)
@click.option(
    "--fewest-works",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Concepts of fewer works are left out by own rules.",
)
@click.option(
    "--held-out",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    default=0.04,
    show_default=True,
    help="Share of artists and works in each part held out.",
)
@seed_option()
@licence_option
@push_option
def write_corpus(
    source: Path,
    folder: Path,
    *,
    name: str,
    version: str,
    sources: Path | None,
    rules: str,
    fewest_works: int,
    held_out: float,
    seed: int,
    licence: str,
    push: str | None,
) -> None:
    """Write corpus SOURCE to FOLDER: five splits as JSONL, vocabulary, card, version.

    The splits are those of `artist train` with the same --held-out and --seed.
    """
    from cas.data.dataset_folder import write_dataset
    from cas.data.vocabulary_rules import VocabularyRules
    from cas.training.train import USER_RULES, read_corpus

    chosen = (
        VocabularyRules.load()
        if rules == "museums"
        else replace(USER_RULES, fewest_works=fewest_works)
    )
    works, _ = read_corpus(source, chosen)
    facts = write_dataset(
        works,
        folder,
        name=name,
        version=version,
        licence=licence,
        sources=sources.read_text(encoding="utf-8") if sources else "",
        held_out=held_out,
        seed=seed,
    )
    number = sum(part["works"] for part in facts["splits"].values())
    click.echo(f"{number:,} works of {facts['concepts']:,} concepts are in {folder}.")
    _push(folder, push, "dataset")


def _push(folder: Path, name: str | None, kind: Literal["model", "dataset"]) -> None:
    if not name:
        return
    from cas.hub import push_folder

    try:
        address = push_folder(folder, name, kind=kind, message=f"Upload {folder.name}")
    except (OSError, ValueError) as error:  # of which the hub's own errors are
        reason = " ".join(str(error).split())
        raise UserError(
            f"{folder} is written, but could not be uploaded to {name}: {reason:.300}"
        ) from error
    click.echo(f"It is on the hub: {address}")
