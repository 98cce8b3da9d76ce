"""`artist edit` and `artist retire`: change an artist that exists."""

from __future__ import annotations

from typing import Any, cast

import click
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.commands.archive.reembed import ImageEncoderWish, encoder_steps
from cli.errors import UserError, invalid
from cli.options import data_option, deployment_of, name_argument, person
from cli.runtime.deployment import Deployment
from cli.runtime.silence_logs import silence_logs
from scheduler import control
from storage.archive.events import ArtistEdited
from storage.catalogue import ArtistRow
from worker.config.sections import ArtistSection, PartsSection
from worker.edit_artist import Changes, differences, edit_artist, editable, in_words


def _choices(part: str) -> click.Choice[str]:
    return click.Choice(PartsSection.choices(part))


@click.command()
@data_option
@name_argument
@click.option("--title", help="The name that visitors see.")
@click.option("--statement", help="Its aim, in one sentence.")
@click.option("--style", help='Technique and mood: "linocut, quiet"; "" for none.')
@click.option("--seeds", metavar="A,B", help="The concepts that never leave the pool.")
@click.option(
    "--show-seeds",
    type=click.Choice(["free", "always"]),
    help="Whether each work shows all seeds.",
)
@click.option("--composer", type=_choices("composer"), help="What writes titles and prompts.")
@click.option("--painter", type=_choices("painter"), help="What paints.")
@click.option(
    "--image-encoder",
    type=_choices("image_encoder"),
    help="Tell the steps that lead to other vectors of its pictures.",
)
@click.pass_context
def edit(
    context: click.Context,
    /,
    *,
    name: str | None,
    image_encoder: ImageEncoderWish | None,
    **values: Any,
) -> None:
    """Change an artist: its words, seeds, composer or painter.

    Visitors see a new title and statement at once; the rest holds from the next cycle on. Earlier
    works stay as they are. Without options it shows the current values. For another encoder of
    pictures, which novelty is measured with, all works are encoded again by `artist reembed`:
    `--image-encoder` tells how. For β, patience and cadence, see `artist tune`.
    """
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    if image_encoder is not None:
        _lead_to_encoder(deployment, artist, image_encoder)
    given = {key: value for key, value in values.items() if value is not None}
    if not given:
        if image_encoder is None:
            _print(artist)
        return
    _store(deployment, artist, _checked(deployment, given))


def _lead_to_encoder(deployment: Deployment, artist: ArtistRow, wish: ImageEncoderWish) -> None:
    """Refuse another image encoder, and say step by step how to change it."""
    silence_logs()
    steps = encoder_steps(deployment, artist, wish)
    if steps:
        numbered = "\n".join(f"  {number}. {step}" for number, step in enumerate(steps, 1))
        raise UserError(
            f"The pictures of {artist.name} have vectors of {artist.created.parts.image_encoder},"
            " and those of another encoder can't be compared with them: all works must be encoded"
            f" again. Nothing was changed. Step by step:\n{numbered}"
        )
    click.echo(f"{artist.name} has that image encoder.")


@click.command()
@data_option
@name_argument
@click.option("--undo", is_flag=True, help="Let it work again.")
@click.pass_context
def retire(context: click.Context, /, *, name: str | None, undo: bool) -> None:
    """Let an artist make no more works; its works, feeds and pages stay.

    The current cycle is finished first.
    """
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name)
    stored = control.retire(
        deployment.catalogue, deployment.archive, artist, who=person(), undo=undo
    )
    _tell(artist, stored)


def _checked(deployment: Deployment, given: dict[str, Any]) -> Changes:
    from worker.components import check_usable

    if "seeds" in given:
        given["seeds"] = [seed for seed in given["seeds"].split(",") if seed.strip()]
    try:
        checked = ArtistSection.model_validate(
            {key: value for key, value in given.items() if key in ArtistSection.model_fields}
        )
    except ValidationError as error:
        raise invalid(error) from error
    for part in ("composer", "painter"):
        if part in given:
            warning = check_usable(deployment.settings, part, given[part])
            if warning:
                click.secho(warning, fg="yellow", err=True)
    return cast("Changes", {key: getattr(checked, key, value) for key, value in given.items()})


def _store(deployment: Deployment, artist: ArtistRow, changes: Changes) -> None:
    stored = edit_artist(
        deployment.catalogue,
        deployment.archive,
        artist,
        changes=changes,
        vocabulary=deployment.vocabulary() if "seeds" in changes else None,
        who=person(),
    )
    _tell(artist, stored)
    asked = {"style", "painter"} & changes.keys()
    if stored is not None and asked and stored.painter == "offline":
        from worker.painters.offline import style_fault

        if fault := style_fault(stored.style):
            click.secho(fault, fg="yellow", err=True)


def _tell(before: ArtistRow, stored: ArtistEdited | None) -> None:
    changes = [] if stored is None else differences(editable(before), stored)
    click.echo(f"{before.name}: {'; '.join(changes) or 'nothing changed'}.")


def _print(artist: ArtistRow) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, title=artist.name)
    for name, value in editable(artist).items():
        table.add_row(f"[dim]{name}[/dim]", escape(in_words(value)))
    table.add_row("[dim]text_encoder[/dim]", escape(artist.created.parts.text_encoder))
    table.add_row("[dim]image_encoder[/dim]", escape(artist.created.parts.image_encoder))
    Console(highlight=False).print(table)
