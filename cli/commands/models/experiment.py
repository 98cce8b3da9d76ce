"""`artist experiment`: compare policies over many generations, as tables and plots."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cli.errors import UserError
from cli.runtime.chat_client import chat_client

if TYPE_CHECKING:
    from cas.experiments.policies import Picker
    from cas.experiments.runs import ConceptVectors, Generation
    from cas.sampler import CulturalAlienSampler

POLICIES = ("Random", "CAS paper", "CAS default", "coherence only", "context only", "feedback")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--runs", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--generations", type=click.IntRange(min=3), default=200, show_default=True)
@click.option(
    "--policy",
    "chosen",
    multiple=True,
    type=click.Choice(POLICIES),
    help="One policy; may be given again. Random always runs.  [default: all]",
)
@click.option("--arm", multiple=True, hidden=True, deprecated="use --policy")
@click.option(
    "--llm",
    metavar="MODEL",
    help="Add two policies of a chat model: held to the vocabulary, and free.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="An OpenAI-compatible endpoint for --llm.  [default: OpenAI; key: OPENAI_API_KEY]",
)
@click.option(
    "--attempts",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="How often --llm is asked for one pick before that is an error.",
)
@click.option(
    "--small",
    is_flag=True,
    help="--llm is a small model: show it two answered questions first, and cut its answers.",
)
@click.option(
    "--lists",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Runs that people made: a generation a line, concepts with commas, blank line = new run.",
)
@click.option("--patience", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--model", metavar="DIR", help="A trained pair; the shipped one if not given.")
def experiment(
    folder: Path,
    *,
    runs: int,
    generations: int,
    chosen: Sequence[str],
    arm: Sequence[str],
    llm: str | None,
    base_url: str | None,
    attempts: int,
    small: bool,
    lists: Path | None,
    patience: int,
    seed: int,
    model: str | None,
) -> None:
    """Compare policies that pick concepts; write the results to FOLDER.

    Every pick is kept as it is made: started again, it goes on where it stopped. At the end FOLDER
    holds table.md, .csv, .tex and .json, and plots/ as SVG and PNG.
    """
    if base_url and not llm:
        raise UserError("--base-url needs --llm MODEL, the model to ask there.")
    import torch

    from cas import CulturalAlienSampler
    from cas.experiments.policies import LanguageModelPicker
    from cas.experiments.runs import ConceptVectors, RunSettings, read_lists, run_policies
    from cas.experiments.seeds import seed_pairs
    from worker.encoders.minilm import MiniLMEncoder

    # The models are too small for more threads to help; policies share the processors.
    torch.set_num_threads(1)
    sampler = CulturalAlienSampler.from_pretrained(*([model] if model else []))
    people = read_lists(lists) if lists else None
    vectors = ConceptVectors(MiniLMEncoder())
    settings = RunSettings(
        seed_pairs(sampler.vocabulary, runs, seed=seed),
        generations=generations,
        patience=patience,
        seed=seed,
    )
    vectors(list(sampler.vocabulary))  # in batches, not one by one as they are picked
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        pickers = _pickers(sampler, (*chosen, *arm))
        if llm:
            client = chat_client(base_url)
            asked = partial(LanguageModelPicker, client, llm, attempts=attempts, small=small)
            pickers["restricted LLM"] = asked(vocabulary=sampler.vocabulary)
            pickers["free LLM"] = asked()
        tasks = {name: bar.add_task(name, total=runs * generations) for name in pickers}
        found, failed = run_policies(
            pickers,
            settings,
            vectors,
            folder / "runs",
            progress=lambda name, picked, _: bar.update(tasks[name], completed=picked),
        )
    done: dict[str, Sequence[Sequence[Generation]]] = {
        name: [run.generations for run in policy] for name, policy in found.items()
    }
    if people:
        done["human"] = people
    _report(done, sampler, vectors, folder)
    if failed:
        raise failed[0]


def _pickers(sampler: CulturalAlienSampler, chosen: Sequence[str]) -> dict[str, Picker]:
    from cas.experiments.policies import feedback_policy, sampler_policies

    pickers = {**sampler_policies(sampler), "feedback": feedback_policy(sampler)}
    if chosen:
        pickers = {n: p for n, p in pickers.items() if n in chosen or n == "Random"}
    return pickers


def _report(
    done: dict[str, Sequence[Sequence[Generation]]],
    sampler: CulturalAlienSampler,
    vectors: ConceptVectors,
    folder: Path,
) -> None:
    from cas.experiments import plots
    from cas.experiments.results import compare

    comparison = compare(done, sampler, vectors)
    comparison.save(folder)
    plots.save_all(comparison, folder / "plots")
    click.echo(comparison.markdown())
    click.echo(f"Tables and plots lie in {folder}.")
