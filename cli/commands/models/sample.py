"""`artist sample`: show what the sampler would add to a pool, and why."""

from __future__ import annotations

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import UserError
from cli.options import json_option, seed_option
from cli.output import print_json

SHOWN = 10


@click.command()
@click.option("--pool", required=True, metavar="A,B", help="Concepts, separated by commas.")
@click.option(
    "--preset",
    type=click.Choice(["default", "paper"]),
    default="default",
    show_default=True,
    help="Our own tuning, or exactly the paper's.",
)
@click.option("--beta", type=float, help="0: only coherence, 1: only how unexpected.")
@click.option("--temperature", type=float, help="Higher: the candidates are drawn more evenly.")
@click.option("--candidates", type=int, help="Number of concepts to compare.")
@seed_option("Of the random numbers; equal seeds give equal picks.")
@click.option("--model", metavar="DIR", help="A trained pair.  [default: the shipped one]")
@json_option
def sample(
    *,
    pool: str,
    preset: str,
    beta: float | None,
    temperature: float | None,
    candidates: int | None,
    seed: int,
    model: str | None,
    as_json: bool,
) -> None:
    """Pick a concept for a pool with the Cultural Alien Sampler."""
    concepts = [concept.strip().lower() for concept in pool.split(",") if concept.strip()]
    if not concepts:
        raise UserError("--pool has no concept; write for example --pool sea,sky")
    from cas import PRESETS, CulturalAlienSampler
    from worker.cpu_threads import torch_threads

    sampler = CulturalAlienSampler.from_pretrained(*([model] if model else []))
    with torch_threads(1):
        pick = sampler.sample(
            concepts,
            tuning=PRESETS[preset],
            cooldown=() if preset == "paper" else sampler.abstract,
            beta=beta,
            temperature=temperature,
            candidates=candidates,
            seed=seed,
        )
    if as_json:
        rows = [candidate._asdict() for candidate in pick.candidates]
        print_json({"concept": pick.concept, "pool": pick.pool, "seed": seed, "candidates": rows})
        return
    console = Console(highlight=False)
    console.print(f"[bold]{escape(pick.concept)}[/bold]\n{escape(pick.explain())}\n")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("concept", "S", "coherence rank", "context rank"):
        table.add_column(column, justify="left" if column == "concept" else "right")
    for candidate in pick.candidates[:SHOWN]:
        table.add_row(
            escape(candidate.concept),
            f"{candidate.score:.2f}",
            f"{candidate.coherence_rank:g}",
            f"{candidate.context_rank:g}",
        )
    console.print(table)
