"""`artist create`: add an artist to a deployment."""

from __future__ import annotations

import click
from pydantic import ValidationError

from cli.errors import UserError, invalid
from cli.options import data_option, deployment_of, person
from cli.runtime.deployment import Deployment
from cli.runtime.silence_logs import silence_logs
from scheduler.control import note_creation
from scheduler.tuning_updates import changed, update_tuning
from storage.archive.events import Parts
from storage.archive.manifest import Manifest
from worker.config.sections import ArtistSection
from worker.config.settings import tuning_from_settings


@click.command()
@data_option
@click.argument("name")
@click.option("--seeds", metavar="A,B", help="Its first concepts; they never leave the pool.")
@click.option(
    "--fork",
    metavar="ARTIST:NUMBER",
    help="Begin with the seeds and the pool of another artist after this work.",
)
@click.option("--beta", type=click.FloatRange(0, 1), help="Its β, instead of the settings'.")
@click.option("--title", help="The name that visitors see.  [default: the name]")
@click.option("--statement", default="", help="Its aim, in one sentence.")
@click.option("--style", default="", help='Technique and mood: "woodblock, quiet".')
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Of all its random numbers; equal seeds and concepts give equal picks."
    "  [default: from the name]",
)
@click.option(
    "--memory",
    type=click.Choice(["own", "all"]),
    default="own",
    show_default=True,
    help="Novelty against its own works, or against those of all artists with `all`.",
)
@click.pass_context
def create(
    context: click.Context,
    /,
    *,
    name: str,
    seeds: str | None,
    fork: str | None,
    beta: float | None,
    title: str | None,
    statement: str,
    style: str,
    seed: int | None,
    memory: str,
) -> None:
    """Create an artist. A running schedule starts its first cycle immediately."""
    silence_logs()
    from worker.components import choose_components
    from worker.create_artist import create_artist, default_seed
    from worker.painters.offline import OfflineStudio, style_fault

    deployment = deployment_of(context)
    deployment.create()
    parent = None if fork is None else _parent(deployment, fork)
    if seeds is None and parent is None:
        raise UserError("Give its first concepts: --seeds sea,sky, or --fork ARTIST:NUMBER.")
    if seeds is None and parent is not None:
        seeds = ",".join(parent.judgement.pool_after.seeds)
    assert seeds is not None
    try:
        wanted = ArtistSection.model_validate(
            {
                "name": name,
                "title": title or name,
                "statement": statement,
                "style": style,
                "seeds": [part for part in seeds.split(",") if part.strip()],
                "seed": default_seed(name) if seed is None else seed,
                "memory": memory,
            }
        )
    except ValidationError as error:
        raise invalid(error) from error
    if deployment.catalogue.artists.get(name) is not None:
        raise UserError(f"The artist {name} exists already. Choose another name.")

    def choose() -> Parts:
        chosen = choose_components(deployment.settings)
        for choice in chosen.choices:
            click.echo(f"  {choice}")
            if choice.warning:
                click.secho(f"  {choice.warning}", fg="yellow", err=True)
        return chosen.parts

    tuning = None
    if beta is not None:
        tuning = changed(tuning_from_settings(deployment.settings), {"beta": beta})
    artist = create_artist(
        deployment.catalogue,
        deployment.archive,
        wanted,
        parts=choose,
        vocabulary=deployment.vocabulary(),
        fork=parent,
    )
    note_creation(deployment.archive, artist, who=person())
    if tuning is not None:
        update_tuning(
            deployment.catalogue, deployment.archive, artist.name, tuning=tuning, who=person()
        )
    painter = artist.created.parts.painter
    unknown = style_fault(wanted.style) if painter == OfflineStudio.name else ""
    if unknown:
        click.secho(f"  {unknown}", fg="yellow", err=True)
    click.echo(f"Created {artist.name} with {', '.join(artist.created.seeds)}.")


def _parent(deployment: Deployment, work: str) -> Manifest:
    row = deployment.catalogue.works.get(work)
    if row is None:
        listed = deployment.command("works")
        raise UserError(f"There is no work {work!r}: write alien:17. `{listed}` lists them.")
    return deployment.archive.read_manifest(row.artist, row.number)
