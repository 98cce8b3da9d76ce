"""`artist train`: train a pair of models on a corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn

from cli.errors import UserError
from cli.options import seed_option
from cli.runtime.progress import progress_bar


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--preset",
    type=click.Choice(("quick", "shipped-size", "gpt2-small", "gpt2")),
    default="quick",
    show_default=True,
    help="Sizes and rates: a first pair; the shipped pair's sizes; GPT-2 small with random initial"
    " weights; GPT-2 small with GPT-2's weights.",
)
@click.option(
    "--sequences",
    type=click.IntRange(min=1),
    help="Most sequences per model.  [default: 400,000 with quick, else the paper's 7,000,000]",
)
@click.option(
    "--gpt2",
    metavar="DIR|NAME",
    help="The weights for --preset gpt2.  [default: openai-community/gpt2, from the hub]",
)
@click.option(
    "--fewest-works",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Artists with fewer works are left out.",
)
@click.option(
    "--held-out",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    default=0.04,
    show_default=True,
    help="Share of artists and works for early stopping and tests; more for a small corpus.",
)
@seed_option()
@click.option(
    "--grader",
    is_flag=True,
    help="Train a grader for `artist experiment` instead: other sizes and seeds, on half of the"
    " artists.",
)
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
    grader: bool,
) -> None:
    """Train both models on CORPUS (JSONL, Parquet or CSV) into FOLDER.

    Each work needs an artist and a list of concepts. Run again with the same folder, it continues
    where it stopped. FOLDER gets a model card with figures for held-out works. Set models.sampler
    in artist.toml to use the pair.
    """
    if gpt2 and preset != "gpt2":
        raise UserError("--gpt2 needs --preset gpt2.")
    from cas.evaluation.grader import train_grader
    from cas.evaluation.model_card import write_card
    from cas.training.presets import TRAINING_PRESETS
    from cas.training.train import USER_RULES, TrainingProgress, TrainingSettings, read_corpus
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
    with progress_bar(*columns) as bar:
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

        rules = replace(USER_RULES, fewest_works=fewest_works)
        if grader:
            works, _ = read_corpus(corpus, rules)
            train_grader(works, folder, held_out=held_out, sequences=sequences, progress=show)
            bar.stop()
            click.echo(f"The grader is in {folder}.")
            return
        report = train_pair(
            corpus,
            folder,
            settings=own(chosen.coherence),
            context_settings=own(chosen.context),
            rules=rules,
            progress=show,
        )
    for model in report.models:
        click.echo(
            f"{model.kind}: best at step {model.best_step} of {model.steps}; held-out NLL per token"
            f" {model.held_out_works:.3f} on works, {model.held_out_artists:.3f} on artists"
        )
    card = write_card(report)
    click.echo(f"The pair is in {report.folder}, its figures are in {card}.")
