"""`artist rebuild`: rebuild the catalogue and the memory from the archive."""

from __future__ import annotations

import stat
from pathlib import Path

import click
from rich.progress import SpinnerColumn, TextColumn

from cas.text_files import read_lines
from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.deployment import Deployment
from cli.runtime.progress import progress_bar
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
    help="The archive, if it is not in the data folder. Objects are only read and added.",
)
@click.pass_context
def rebuild(context: click.Context, /, *, archive: str | None) -> None:
    """Fill an empty data folder from an archive.

    Artists that the catalogue lacks are added, each in one transaction. Damaged objects are left
    out and listed; exit code 1 if any of them was not known. The memory is filled from the
    catalogue when the artist next runs.
    """
    deployment = deployment_of(context)
    deployment.create()
    if archive is not None:
        where = archive if "://" in archive else str(Path(archive).expanduser().absolute())
        _write_archive(deployment.settings_path, where)
    elif not (deployment.settings.storage.archive or (deployment.folder / "archive").is_dir()):
        raise UserError(
            f"There is no archive in {deployment.folder}. Move it there, or give it with --archive."
        )
    with deployment.owned():
        found = rebuild_with_progress(deployment)
    if found.lost:
        context.exit(1)


def rebuild_with_progress(deployment: Deployment) -> Rebuilt:
    """Add to the catalogue what it lacks, and print what was found and what is lost.

    Raises:
        NotEmpty: the catalogue lacks no artist.
        StorageUnavailable: a store is unavailable.
    """
    columns = SpinnerColumn(), TextColumn("{task.description}")
    with progress_bar(*columns) as bar:
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
            f" {found.known} more that `artist verify --repair` has recorded. Restore them from a"
            " backup and rebuild into an empty data folder, or run"
            f" `{deployment.command('verify --repair')}`."
        )
    return found


def rebuild_if_empty(deployment: Deployment) -> None:
    """Rebuild an empty catalogue from the archive, so that no artist starts again at cycle 1.

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
            f"The archive has {', '.join(unknown)}, and the catalogue"
            f" {deployment.catalogue.database} has not. Add the missing artists with"
            f" `{deployment.command('rebuild')}`, or restore the right catalogue, or set another"
            " archive."
        )
    click.echo("The catalogue is empty and the archive is not: rebuilding the catalogue.", err=True)
    rebuild_with_progress(deployment)


def _write_archive(file: Path, where: str) -> None:
    """Write the archive's address to the settings file.

    Raises:
        UserError: the settings name another archive, or the file can't be changed automatically.
        SettingsError: the file is invalid, or the address is.
    """
    load_settings(file, {"storage.archive": where})  # checks the address
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
