"""`artist rebuild`: rebuild the catalogue and the memory from the archive."""

from __future__ import annotations

import stat
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from cas.text_files import read_lines
from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.deployment import Deployment
from cli.runtime.toml_edit import with_value
from storage import atomic_files
from storage.rebuild import Rebuilt, unknown_artists
from storage.rebuild import rebuild as rebuild_catalogue
from worker.config.settings import load_settings


@click.command()
@data_option
@click.option(
    "--archive",
    metavar="DIR|URL",
    help="The archive, if it is not in the data folder. It is only read and added to.",
)
@click.pass_context
def rebuild(context: click.Context, /, *, archive: str | None) -> None:
    """Fill an empty data folder from an archive.

    Artists that the catalogue lacks are entered, each whole or not at all. What is damaged is left
    out and listed; exit code 1 if any of it was not known. The memory fills itself from the
    catalogue when the artist next works.
    """
    deployment = deployment_of(context)
    deployment.create()
    if archive is not None:
        where = archive if "://" in archive else str(Path(archive).expanduser().absolute())
        _write_archive(deployment.settings_path, where)
    elif not (deployment.settings.storage.archive or (deployment.folder / "archive").is_dir()):
        raise UserError(
            f"There is no archive in {deployment.folder}. Put it there, or name it with --archive."
        )
    with deployment.owned():
        found = rebuild_with_progress(deployment)
    if found.lost:
        context.exit(1)


def rebuild_with_progress(deployment: Deployment) -> Rebuilt:
    """Enter what the catalogue lacks, and say on the terminal what was found and what is lost.

    Raises:
        NotEmpty: it lacks no artist.
        StorageUnavailable: a store is unavailable.
    """
    columns = SpinnerColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading the archive")
        found = rebuild_catalogue(
            deployment.archive,
            deployment.catalogue,
            progress=lambda works: bar.update(task, description=f"{works:,} works"),
        )
    for loss in found.lost:
        click.echo(f"✗ {loss.key}: {loss.says}")
    click.echo(
        f"Rebuilt {found.artists} artists with {found.works:,} works,"
        f" {found.failures} failed and {found.open_cycles} open cycles, and"
        f" {found.spending} entries of spending."
    )
    if found.lost or found.known:
        click.echo(
            f"{len(found.lost)} objects of the archive are lost or damaged, as listed, and"
            f" {found.known} more that `artist verify --repair` wrote down before. Restore them"
            " from a backup and rebuild into an empty data folder, or run `artist verify --repair`."
        )
    return found


def rebuild_if_empty(deployment: Deployment) -> None:
    """Rebuild an empty catalogue from the archive, so that no artist begins again from its start.

    Damaged objects are listed and do not stop the artist.

    Raises:
        UserError: the catalogue has some of the archive's artists and lacks others.
        StorageUnavailable: a store is unavailable.
    """
    unknown = unknown_artists(deployment.archive, deployment.catalogue)
    if not unknown:
        return
    if deployment.catalogue.artists.all():
        raise UserError(
            f"The archive tells of {', '.join(unknown)}, and the catalogue"
            f" {deployment.catalogue.database} does not. Nothing is begun anew: `artist rebuild`"
            " enters what is missing; or bring the right catalogue back, or name another archive."
        )
    click.echo("The catalogue is empty and the archive is not: it is rebuilt.", err=True)
    rebuild_with_progress(deployment)


def _write_archive(file: Path, where: str) -> None:
    """Let the settings file name the archive, so that the artist goes on with it.

    Raises:
        UserError: the settings name another one, or the file can only be changed by hand.
        SettingsError: it can't be read, or the address is none.
    """
    load_settings(file, {"storage.archive": where})  # it refuses what is no address
    there = load_settings(file).storage.archive
    if there not in ("", where):
        raise UserError(
            f"The settings name storage.archive already: {there}. Change it in {file}, or in the"
            " environment, instead of using --archive."
        )
    if there == where:
        return
    try:
        text = "".join(read_lines(file, error=UserError))
        changed = with_value(text, "storage.archive", where)
        atomic_files.replace(file, changed.encode(), mode=stat.S_IMODE(file.stat().st_mode))
    except (ValueError, OSError) as error:
        raise UserError(
            f'{file} can\'t be changed ({error}): set storage.archive = "{where}" there.'
        ) from error
