"""`artist reembed`: change the encoders of an artist that has works."""

from __future__ import annotations

from contextlib import ExitStack, closing

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.options import data_option, deployment_of, name_argument, person
from cli.runtime.silence_logs import silence_logs


@click.command()
@data_option
@name_argument
@click.pass_context
def reembed(context: click.Context, /, *, name: str | None) -> None:
    """Encode all works again with the encoders of the current settings.

    The artist, and all who share its memory, must be paused. Killed, it goes on when run again.
    """
    silence_logs()
    from worker.components import chosen_image_encoder, open_memory
    from worker.encoders.minilm import MiniLMEncoder
    from worker.reembed import artists_of_scope, check_at_rest
    from worker.reembed import reembed as reembed_works

    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    artists = artists_of_scope(deployment.catalogue, artist)
    check_at_rest(deployment.catalogue, artists)
    text, image = MiniLMEncoder(), chosen_image_encoder(deployment.settings)
    parts = artist.created.parts.model_copy(
        update={"text_encoder": text.name, "image_encoder": image.name}
    )
    total = sum(deployment.catalogue.works.count(artist=row.name) for row in artists)
    columns = TextColumn("embedding"), BarColumn(), MofNCompleteColumn()
    with ExitStack() as stack:
        if not deployment.settings.storage.memory:
            stack.enter_context(deployment.owned())
        memory = stack.enter_context(
            closing(open_memory(deployment.settings, parts, folder=deployment.memory_folder))
        )
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        task = bar.add_task("embedding", total=total)
        works = reembed_works(
            deployment.catalogue,
            deployment.archive,
            memory,
            artists=artists,
            encoders=(text, image),
            who=person(),
            progress=lambda done: bar.update(task, completed=done),
        )
    names = ", ".join(row.name for row in artists)
    click.echo(f"{works:,} works of {names} have vectors of {text.name} and {image.name} now.")
    click.echo(f"Let them go on with `artist resume {artist.name}`.")
