"""`artist tune`: change an artist's tuning while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import UserError
from cli.options import data_option, deployment_of, name_argument, person
from scheduler.tuning_updates import BY_FILE, changed, differences, update_tuning
from storage.archive.events import TuningChanged
from storage.archive.manifest import Tuning
from storage.catalogue import TuningRow
from worker.config.settings import tuning_from_settings
from worker.config.types import parse_duration

Command = TypeVar("Command", bound=Callable[..., Any])


class _Seconds(click.ParamType[float]):
    """A duration such as 10s, 15m or 1.5h, in seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            return float(parse_duration(value))
        except ValueError as error:
            self.fail(f"{value!r} {error}", param, ctx)


def _tuning_options(command: Command) -> Command:
    """Add an option for every field of the tuning, with the field's description."""
    for name, field in reversed(Tuning.model_fields.items()):
        option = click.option(
            f"--{name.replace('_', '-')}",
            name,
            type=_Seconds() if name == "every" else _kind(field.annotation),
            help=field.description,
        )
        command = option(command)
    return command


def _kind(annotation: Any) -> Any:
    """Return the option's type: a choice for a `Literal`, else the field's type."""
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation))
    return annotation


@click.command()
@data_option
@name_argument
@_tuning_options
@click.option("--reset", is_flag=True, help="Use the values of the settings file again.")
@click.option("--undo", is_flag=True, help="Restore the tuning before the current one.")
@click.option("--history", is_flag=True, help="Show all changes, by whom and when.")
@click.pass_context
def tune(
    context: click.Context,
    /,
    *,
    name: str | None,
    reset: bool,
    undo: bool,
    history: bool,
    **values: Any,
) -> None:
    """Change how an artist works, from its next cycle on.

    Values set here override the settings file until `--reset`. Without options it shows the
    current tuning.
    """
    deployment = deployment_of(context).must_exist()
    artist = deployment.artist(name).name
    rows = deployment.catalogue.artists.tunings(artist)
    wanted = {key: value for key, value in values.items() if value is not None}
    if sum([reset, undo, history, bool(wanted)]) > 1:
        raise UserError("Give either values, or one of --reset, --undo and --history.")
    if history:
        _print_history(rows)
        return
    current = rows[0].tuning if rows else tuning_from_settings(deployment.settings)
    if not (wanted or reset or undo):
        _print_tuning(artist, current)
        return
    if undo and len(rows) < 2:
        raise UserError(f"{artist} has no earlier tuning: there is nothing to undo.")
    tuning = changed(current, wanted)
    if reset:
        tuning = tuning_from_settings(deployment.settings)
    elif undo:
        tuning = rows[1].tuning
    stored = update_tuning(
        deployment.catalogue,
        deployment.archive,
        artist,
        tuning=tuning,
        who=BY_FILE if reset else person(),
        reset_by=person() if reset else "",
    )
    click.echo(_summary(stored, before=current))


def _summary(stored: TuningChanged, *, before: Tuning) -> str:
    changes = differences(before, stored.tuning)
    what = ", ".join(changes) if changes else "no change"
    budgets = {"daily_budget": before.daily_budget, "monthly_budget": before.monthly_budget}
    only_budgets = changes and stored.tuning.model_copy(update=budgets) == before
    since = "It holds at once." if only_budgets else "The next cycle uses it."
    return f"{stored.artist}, tuning {stored.version}: {what}. {since}"


def _print_tuning(artist: str, tuning: Tuning) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, title=artist)
    for name, field in Tuning.model_fields.items():
        value = getattr(tuning, name)
        table.add_row(f"[dim]{name}[/dim]", escape(str(value)), f"[dim]{field.description}[/dim]")
    Console(highlight=False).print(table)


def _print_history(rows: Sequence[TuningRow]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("version", "when (UTC)", "who", "what"):
        table.add_column(column)
    for row, earlier in zip_longest(rows, rows[1:]):
        changes = ["the first one"] if earlier is None else differences(earlier.tuning, row.tuning)
        who = f"{row.who}, reset by {row.reset_by}" if row.reset_by else row.who
        table.add_row(
            str(row.version),
            f"{row.at:%Y-%m-%d %H:%M}",
            escape(who),
            escape(", ".join(changes) or "no change"),
        )
    Console(highlight=False).print(table)
