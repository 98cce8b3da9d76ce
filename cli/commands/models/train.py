"""`artist train`: train a pair of models on a corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli.errors import UserError


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--preset",
    type=click.Choice(("quick", "shipped-size", "gpt2-small", "gpt2")),
    default="quick",
    show_default=True,
    help="Sizes and rates: a first pair; the shipped pair's sizes; GPT-2 small from nothing; GPT-2"
    " small from GPT-2's own weights.",
)
@click.option(
    "--sequences",
    type=click.IntRange(min=1),
    help="Sequences that each model reads at most.  [default: 400,000 with quick, else the paper's"
    " 7,000,000]",
)
@click.option(
    "--gpt2",
    metavar="DIR|NAME",
    help="Where the weights for --preset gpt2 lie.  [default: openai-community/gpt2, from the hub]",
)
@click.option("--fewest-works", type=click.IntRange(min=1), default=5, show_default=True)
@click.option(
    "--held-out",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    default=0.04,
    show_default=True,
    help="Share of artists, and of works, to stop and to test by; more for a small corpus.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def train(
    corpus: Path,
    folder: Path,
    *,
    preset: str,
    sequences: int | None,
    gpt2: str | None,
    fewest_works: int,
    held_out: float,
    seed: int,
) -> None:
    """Train both models on CORPUS (JSONL, Parquet or CSV) into FOLDER.

    Each work needs an artist and a list of concepts. Started again on the same folder, it goes on
    where it stopped. FOLDER gets a card with figures measured on works that were held out. Use the
    pair with models.sampler in artist.toml.
    """
    if gpt2 and preset != "gpt2":
        raise UserError("--gpt2 needs --preset gpt2, which begins with GPT-2's weights.")
    from cas.evaluation.model_card import write_card
    from cas.training.presets import TRAINING_PRESETS
    from cas.training.train import USER_RULES, TrainingProgress, TrainingSettings
    from cas.training.train import train as train_pair

    def own(settings: TrainingSettings) -> TrainingSettings:
        return replace(
            settings,
            sequences=sequences or settings.sequences,
            begin_from_gpt2=gpt2 or settings.begin_from_gpt2,
            held_out=held_out,
            seed=seed,
        )

    chosen = TRAINING_PRESETS[preset]

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def show(progress: TrainingProgress) -> None:
            if progress.kind not in tasks:
                tasks[progress.kind] = bar.add_task(progress.kind, total=None, figures="")
            bar.update(
                tasks[progress.kind],
                completed=progress.step,
                total=progress.steps,
                figures=(
                    f"loss {progress.loss:.3f}, {progress.sequences_per_second:.0f} sequences/s"
                ),
            )

        report = train_pair(
            corpus,
            folder,
            settings=own(chosen.coherence),
            context_settings=own(chosen.context),
            rules=replace(USER_RULES, fewest_works=fewest_works),
            progress=show,
        )
    for model in report.models:
        click.echo(
            f"{model.kind}: best at step {model.best_step} of {model.steps}; held-out NLL per token"
            f" {model.held_out_works:.3f} on works, {model.held_out_artists:.3f} on artists"
        )
    card = write_card(report)
    click.echo(f"The pair lies in {report.folder}, its figures in {card}.")
