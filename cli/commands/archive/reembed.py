"""`artist reembed`: change the encoders of an artist that has works."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import Literal

import click
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from cli.options import data_option, deployment_of, name_argument, person
from cli.runtime.deployment import Deployment
from cli.runtime.progress import progress_bar
from cli.runtime.silence_logs import silence_logs
from storage.catalogue import ArtistRow

ImageEncoderWish = Literal["clip", "packaged"]


@click.command()
@data_option
@name_argument
@click.pass_context
def reembed(context: click.Context, /, *, name: str | None) -> None:
    """Encode all works again with the encoders of the current settings.

    The artist, and all that share its memory, must be paused or retired, and `artist run` stopped.
    If killed, run it again to continue. Another encoder is named in the settings first:
    parts.image_encoder; `artist edit --image-encoder` tells all steps.
    """
    silence_logs()
    from worker.components import chosen_image_encoder, open_memory
    from worker.encoders.minilm import MiniLMEncoder
    from worker.reembed import artists_of_scope, check_at_rest
    from worker.reembed import reembed as reembed_works

    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    artists = artists_of_scope(deployment.catalogue, artist)
    text, image = MiniLMEncoder(), chosen_image_encoder(deployment.settings)
    parts = artist.created.parts.model_copy(
        update={"text_encoder": text.name, "image_encoder": image.name}
    )
    total = sum(deployment.catalogue.works.count(artist=row.name) for row in artists)
    columns = TextColumn("embedding"), BarColumn(), MofNCompleteColumn()
    with ExitStack() as stack:
        alone = not deployment.settings.storage.memory
        if alone:
            stack.enter_context(deployment.owned())
        check_at_rest(deployment.catalogue, artists, alone=alone)
        memory = stack.enter_context(
            closing(open_memory(deployment.settings, parts, folder=deployment.memory_folder))
        )
        bar = stack.enter_context(progress_bar(*columns))
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
    click.echo(f"{works:,} works of {names} now have vectors of {text.name} and {image.name}.")
    for row in artists:
        if row.paused and not row.retired:
            click.echo(f"Resume with `{deployment.command(f'resume {row.name}')}`.")


def encoder_steps(deployment: Deployment, artist: ArtistRow, wish: ImageEncoderWish) -> list[str]:
    """Return the steps that lead to another image encoder; none if the artist has it."""
    from worker.components import image_encoder_name
    from worker.reembed import artists_of_scope

    settings = deployment.settings
    if artist.created.parts.image_encoder == image_encoder_name(settings, wish):
        return []
    sharing = artists_of_scope(deployment.catalogue, artist)
    running = [row.name for row in sharing if not (row.paused or row.retired)]
    steps = [f"`{deployment.command(f'pause {name}')}`" for name in running]
    if any(deployment.catalogue.cycles.current(row.name) for row in sharing):
        steps.append(f"wait until `{deployment.command('status')}` shows no open cycle")
    if settings.parts.image_encoder != wish:
        steps.append(f'image_encoder = "{wish}" under [parts] in {deployment.settings_path}')
    if not settings.storage.memory and deployment.is_running:
        steps.append("stop `artist run`")
    steps.append(f"`{deployment.command(f'reembed {artist.name}')}`")
    resumed = [row.name for row in sharing if not row.retired]
    return [*steps, *(f"`{deployment.command(f'resume {name}')}`" for name in resumed)]
