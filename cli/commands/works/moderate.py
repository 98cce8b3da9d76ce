"""`artist moderate`: show, blur, hold or hide a work, or take it down for good."""

from __future__ import annotations

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, person
from cli.runtime.deployment import Deployment
from storage.catalogue import Visibility, WorkRow
from storage.takedown import TakedownError, take_down

TAKEDOWN = "takedown"
DECISIONS = ("shown", "blurred", "held", "hidden", TAKEDOWN)


@click.command()
@data_option
@click.argument("work", metavar="ARTIST:NUMBER")
@click.argument("decision", type=click.Choice(DECISIONS))
@click.option("--reason", default="", help="The reason shown to visitors.")
@click.option("--yes", is_flag=True, help="Take it down without asking.")
@click.pass_context
def moderate(
    context: click.Context, /, *, work: str, decision: str, reason: str, yes: bool
) -> None:
    """Set the visibility of a work, or take it down.

    A takedown can't be undone: it deletes the picture and all that was made from it. The manifest
    stays, and who did it and why. The other decisions delete nothing.
    """
    from gallery.moderation.decisions import moderate as decide

    deployment = deployment_of(context).must_exist()
    row = deployment.catalogue.works.get(work)
    if row is None:
        raise UserError(f"There is no work {work!r}. `{deployment.command('works')}` lists them.")
    if decision == TAKEDOWN:
        _take_down(deployment, row, reason, yes=yes)
        return
    visibility: Visibility = decision  # type: ignore[assignment]  # click has checked it
    decide(
        deployment.catalogue,
        deployment.archive,
        row.artist,
        row.number,
        visibility,
        reason,
        who=person(),
    )
    click.echo(f"{row.title!r} is {visibility} from now on.")


def _take_down(deployment: Deployment, row: WorkRow, reason: str, *, yes: bool) -> None:
    if not reason.strip():
        raise TakedownError("A takedown needs --reason: visitors and later admins read it.")
    if not yes:
        click.confirm(f"Delete the picture of {row.title!r} ({row.id}) for good?", abort=True)
    works = take_down(deployment.catalogue, deployment.archive, row, reason, who=person())
    named = ", ".join(work.id for work in works)
    click.echo(
        f"Taken down: {named}. Earlier backups, versions in a bucket and posts on other sites may"
        " hold copies: delete them there."
    )
