"""`artist experiment`: compare policies over many generations, as tables and plots."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

from cli.errors import UserError
from cli.options import seed_option
from cli.runtime.chat_client import chat_client
from cli.runtime.progress import progress_bar

if TYPE_CHECKING:
    from cas.evaluation.grader import Grader
    from cas.experiments.policies import Picker
    from cas.experiments.runs import ConceptVectors, Generation, Run
    from cas.sampler import CulturalAlienSampler

POLICIES = ("Random", "CAS paper", "CAS default", "coherence only", "context only", "feedback")
BASELINES = (
    "matched Random",
    "PMI",
    "naive Bayes",
    "MMR",
    "k-DPP",
    "novelty search",
    "pyribs archive",
)
READINGS = (
    "share of V", "with replacement", "top-k 50", "whole-sequence NLL", "z-scores",
    "whole sequences",
)  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--runs", type=click.IntRange(min=1), default=20, show_default=True, help="Runs of each policy."
)
@click.option(
    "--generations",
    type=click.IntRange(min=3),
    default=200,
    show_default=True,
    help="Picks of one run.",
)
@click.option(
    "--policy",
    "chosen",
    multiple=True,
    type=click.Choice((*POLICIES, *BASELINES, *READINGS)),
    help="One policy; may be given again. Random always runs.  [default: the first six]",
)
@click.option("--baselines", is_flag=True, help="Add seven baselines from other fields.")
@click.option(
    "--readings", is_flag=True, help="Add the published formula under each reading of the paper."
)
@click.option(
    "--costs",
    is_flag=True,
    help="Measure what a pick costs where FOLDER does not tell it.",
)
@click.option("--arm", multiple=True, hidden=True, deprecated="use --policy")
@click.option(
    "--llm",
    metavar="MODEL",
    help="Add two policies of a chat model: restricted to the vocabulary, and free.",
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
    help="Calls of --llm for one pick before the policy fails.",
)
@click.option(
    "--small",
    is_flag=True,
    help="--llm is a small model: give it two examples, and shorten its answers.",
)
@click.option(
    "--lists",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Runs made by people: a generation a line, commas between concepts, blank line = new run.",
)
@click.option(
    "--patience",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Picks without improvement before a concept leaves.",
)
@seed_option()
@click.option("--model", metavar="DIR", help="A trained pair.  [default: the shipped one]")
@click.option(
    "--grader",
    "grader_folder",
    metavar="DIR",
    help="What grades the picks: a folder of `artist train --grader`.  [default: the shipped one]",
)
def experiment(
    folder: Path,
    *,
    runs: int,
    generations: int,
    chosen: Sequence[str],
    arm: Sequence[str],
    baselines: bool,
    readings: bool,
    costs: bool,
    llm: str | None,
    base_url: str | None,
    attempts: int,
    small: bool,
    lists: Path | None,
    patience: int,
    seed: int,
    model: str | None,
    grader_folder: str | None,
) -> None:
    """Compare policies that pick concepts; write the results to FOLDER.

    Every pick is saved at once: run again, it continues where it stopped. At the end FOLDER holds
    table.md, .csv, .tex and .json, tests.csv, and plots/ as SVG and PNG. Picks are graded by models
    and counts that choose nothing.
    """
    if base_url and not llm:
        raise UserError("--base-url needs --llm MODEL.")
    import torch

    from cas import CulturalAlienSampler
    from cas.evaluation.grader import Grader
    from cas.experiments.people import read_lists
    from cas.experiments.policies import LanguageModelPicker
    from cas.experiments.runs import ConceptVectors, RunSettings, run_policies
    from cas.experiments.seeds import seed_pairs
    from worker.encoders.minilm import MiniLMEncoder

    # More threads do not speed up such small models, and policies run in parallel.
    torch.set_num_threads(1)
    sampler = CulturalAlienSampler.from_pretrained(*([model] if model else []))
    grader = Grader.load(*([grader_folder] if grader_folder else []))
    people = read_lists(lists) if lists else None
    vectors = ConceptVectors(MiniLMEncoder())
    settings = RunSettings(
        seed_pairs(sampler.vocabulary, runs, seed=seed),
        generations=generations,
        patience=patience,
        seed=seed,
    )
    vectors(list(sampler.vocabulary))  # in batches, which is faster than one by one
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        names = {*(chosen or arm or POLICIES), *arm, "Random"}
        names |= {*(BASELINES if baselines else ()), *(READINGS if readings else ())}
        pickers = _pickers(sampler, vectors, names, grader_folder)
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
    told = _costs(found, pickers, folder, measure=costs)
    done: dict[str, Sequence[Sequence[Generation]]] = {
        name: [run.generations for run in policy] for name, policy in found.items()
    }
    if people:
        done["human"] = people
    _report(done, sampler, vectors, folder, grader=grader, costs=told)
    if failed:
        raise failed[0]


def _pickers(
    sampler: CulturalAlienSampler,
    vectors: ConceptVectors,
    names: Collection[str],
    grader_folder: str | None,
) -> dict[str, Picker]:
    from cas.evaluation.grader import Grader
    from cas.experiments.baseline_policies import baseline_policies
    from cas.experiments.policies import feedback_policy, sampler_policies
    from cas.experiments.reading_policies import reading_policies

    known, *counts = Grader.choosing_counts(*([grader_folder] if grader_folder else []))
    counted = (counts[0], counts[1]) if known == sampler.vocabulary else None
    if not counted and {"PMI", "naive Bayes"} & set(names):
        raise UserError(
            "The counted baselines need a grader of the pair's own vocabulary, and this one has"
            f" {len(known)} other concepts: make one of the pair's corpus with `artist train CORPUS"
            " DIR --grader`, and give it by --grader DIR."
        )
    pickers = {
        **sampler_policies(sampler),
        "feedback": feedback_policy(sampler),
        **baseline_policies(sampler, vectors, counted),
        **reading_policies(sampler),
    }
    return {name: picker for name, picker in pickers.items() if name in names}


def _costs(
    found: Mapping[str, Sequence[Run]],
    pickers: Mapping[str, Picker],
    folder: Path,
    *,
    measure: bool,
) -> dict[str, float]:
    """Return each policy's milliseconds a pick, of which costs.json keeps those known before.

    A chat model's are spent by its server, and are left out.
    """
    from cas.atomic_files import appearing
    from cas.experiments.costs import measured_cost, pick_cost
    from cas.experiments.policies import LanguageModelPicker

    file = folder / "costs.json"
    kept: dict[str, float] = json.loads(file.read_text()) if file.is_file() else {}
    for name, runs in found.items():
        if isinstance(pickers[name], LanguageModelPicker):
            continue
        cost = pick_cost(runs)
        if isnan(cost) and measure and name not in kept:
            cost = measured_cost(pickers[name], runs)
        if not isnan(cost):
            kept[name] = round(cost, 3)
            with appearing(file) as part:
                part.write_text(json.dumps(kept, indent=1) + "\n")
    return kept


def _report(
    done: dict[str, Sequence[Sequence[Generation]]],
    sampler: CulturalAlienSampler,
    vectors: ConceptVectors,
    folder: Path,
    *,
    grader: Grader,
    costs: Mapping[str, float],
) -> None:
    from cas.experiments import plots
    from cas.experiments.results import compare

    comparison = compare(done, sampler, vectors, grader=grader, costs=costs)
    comparison.save(folder)
    plots.save_all(comparison, folder / "plots")
    click.echo(comparison.markdown())
    click.echo(f"Tables and plots are in {folder}.")
