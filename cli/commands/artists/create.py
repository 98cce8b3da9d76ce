"""`artist create`: add an artist to a deployment."""

from __future__ import annotations

import click
from pydantic import ValidationError

from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.silence_logs import silence_logs
from worker.config.sections import ArtistSection


@click.command()
@data_option
@click.argument("name")
@click.option(
    "--seeds", required=True, metavar="A,B", help="Its first concepts; they never leave the pool."
)
@click.option("--title", help="The name that visitors see.  [default: the name]")
@click.option("--statement", default="", help="Its aim, in one sentence.")
@click.option("--style", default="", help='Technique and temper: "woodblock, quiet".')
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--memory",
    type=click.Choice(["own", "all"]),
    default="own",
    show_default=True,
    help="Novelty against its own works, or against those of all who chose `all`.",
)
@click.pass_context
def create(
    context: click.Context,
    /,
    *,
    name: str,
    seeds: str,
    title: str | None,
    statement: str,
    style: str,
    seed: int,
    memory: str,
) -> None:
    """Create an artist. A running schedule starts its first cycle immediately."""
    silence_logs()
    from cli.runtime.wiring import load_sampler
    from worker.components import choose_components
    from worker.create_artist import create_artist

    deployment = deployment_of(context)
    deployment.create()
    try:
        wanted = ArtistSection.model_validate(
            {
                "name": name,
                "title": title or name,
                "statement": statement,
                "style": style,
                "seeds": [part for part in seeds.split(",") if part.strip()],
                "seed": seed,
                "memory": memory,
            }
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise UserError(f"{fault['loc'][0]} = {fault['input']!r}: {fault['msg']}") from error
    if deployment.catalogue.artists.get(name) is not None:
        raise UserError(f"There is an artist {name} already. Choose another name.")
    chosen = choose_components(deployment.settings)
    artist = create_artist(
        deployment.catalogue,
        deployment.archive,
        wanted,
        parts=chosen.parts,
        vocabulary=load_sampler(deployment.settings.models.sampler).vocabulary,
    )
    for choice in chosen.choices:
        click.echo(f"  {choice}")
    click.echo(f"{artist.name} is there, with {', '.join(artist.created.seeds)}.")
