"""`artist status`: show the state of the artists."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option
from cli.output import print_json
from cli.runtime.deployment import Deployment
from scheduler.status import ArtistStatus, artist_status
from worker.config.settings import SettingsError, SettingsFile
from worker.model_reload import pair_fault


@click.command()
@data_option
@json_option
@click.pass_context
def status(context: click.Context, /, *, as_json: bool) -> None:
    """Show each artist's state, tuning and spending, and how long the disk will last."""
    deployment = deployment_of(context).must_exist()
    fault = _tolerate_broken_settings(deployment)
    rows = deployment.catalogue.artists.all()
    if not rows:
        start = deployment.command("run")
        raise UserError(f"The artist has not started yet. Start it with `{start}`.")
    running = deployment.is_running
    alarms = [row.alarm for row in deployment.catalogue.alarms.active()]
    reports = [artist_status(deployment.catalogue, deployment.archive, row) for row in rows]
    if as_json:
        print_json(
            {
                "running": running,
                "settings_fault": fault or None,
                "alarms": [asdict(alarm) for alarm in alarms],
                "artists": [report.model_dump(mode="json") for report in reports],
            }
        )
        return
    console = Console(highlight=False)
    start = deployment.command("run")
    console.print(
        "running" if running else f"not running: start it with `{escape(start)}`", soft_wrap=True
    )
    if fault:
        console.print(f"[yellow]{escape(fault)}\nThe last valid values stay in use.[/yellow]")
    for alarm in alarms:
        console.print(f"[red]alarm, {alarm.artist or 'all artists'}: {escape(alarm.message)}[/red]")
    for report in reports:
        console.print(_table(report))


def _tolerate_broken_settings(deployment: Deployment) -> str:
    """Return the fault of the settings file or of the pair that it names, or an empty string.

    If the file is invalid, the deployment uses the default settings.
    """
    try:
        named = deployment.settings.models.sampler
    except SettingsError as error:
        deployment.settings_file = SettingsFile(deployment.folder / "no such file")
        return str(error)
    return pair_fault(named)


def _table(report: ArtistStatus) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    tuning = report.tuning
    state = report.state
    if report.cycle is not None:
        state += f", cycle {report.cycle} at {report.step}"
    rows = {
        "artist": f"[bold]{escape(report.artist)}[/bold]",
        "state": escape(state) + (f": {escape(report.reason)}" if report.reason else ""),
        "works": f"{report.works}" + _failures(report.failed_cycles),
        "last work": _last_work(report),
        "next cycle": _when(report.next_cycle_at, state),
        "pool": escape(", ".join(report.pool)),
        "tuning": (
            f"β {tuning.beta:g}{_feedback(report)}, patience {tuning.patience},"
            f" every {tuning.every:g} s (version {report.tuning_version})"
            + (", set by an admin: it overrides artist.toml" if report.overrides_settings else "")
        ),
        "spent": (
            f"${report.spent_today:.2f} of ${tuning.daily_budget:.2f} today,"
            f" ${report.spent_this_month:.2f} of ${tuning.monthly_budget:.2f} this month"
        ),
        "disk": _disk(report),
    }
    if report.calls_with_unknown_outcome:
        rows["unknown outcome"] = f"{report.calls_with_unknown_outcome} calls, charged in full"
    if report.fallback_works:
        rows["fallback"] = _fallback(report)
    for name, value in rows.items():
        table.add_row(f"[dim]{name}[/dim]", value)
    return table


def _feedback(report: ArtistStatus) -> str:
    tuning = report.tuning
    if tuning.feedback == "off":
        return ""
    now = "" if report.last_beta is None else f", {report.last_beta:g} in the last pick"
    answered = "novelty and votes" if tuning.feedback == "both" else tuning.feedback
    return (
        f" at first{now}: feedback from {answered} between {tuning.lowest_beta:g} and"
        f" {tuning.highest_beta:g}"
    )


def _fallback(report: ArtistStatus) -> str:
    works = "1 work" if report.fallback_works == 1 else f"{report.fallback_works:,} works"
    now = ""
    if report.fallback_reason:
        now = f", {report.fallbacks_in_a_row} of the newest; the last: {report.fallback_reason}"
    return escape(f"wrote {works}, since the composer failed{now}")


def _failures(count: int) -> str:
    return f", and {count} failed {'cycle' if count == 1 else 'cycles'}" if count else ""


def _last_work(report: ArtistStatus) -> str:
    if report.last_work is None or report.last_work_at is None:
        return "none yet"
    return f"{escape(report.last_work)}, {report.last_work_at:%Y-%m-%d %H:%M} UTC"


def _when(moment: datetime | None, state: str) -> str:
    if state == "retired":
        return "none: `artist retire --undo` lets it work again"
    if moment is None or moment <= datetime.now(UTC):
        return "as soon as possible"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _disk(report: ArtistStatus) -> str:
    if report.free_gib is None:
        return "unknown"
    days = report.days_left_on_disk
    left = "" if days is None else f", enough for {days:,.0f} days at this pace"
    return f"{report.free_gib:,.1f} GiB free{left}"
