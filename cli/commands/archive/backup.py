"""`artist backup` and `artist restore`."""

from __future__ import annotations

import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from cli.commands.archive.rebuild import rebuild_if_empty
from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.deployment import ADMINS, SECRET, TOKENS, Deployment
from cli.runtime.progress import progress_bar
from cli.runtime.toml_edit import with_value
from storage import atomic_files
from storage.account_log import NAME as ACCOUNT_LOG
from storage.archive.archive import open_store
from storage.backup import (
    ARCHIVE,
    CATALOGUE,
    SUMMARY,
    Entry,
    StoreTarget,
    TarTarget,
    back_up,
    entries_of_store,
    entries_of_tar,
    media_type_of,
)
from worker.config.settings import FILE_NAME

TAR = ".tar"
STORES = {"archive", "catalogue", "memory"}


@click.command()
@data_option
@click.argument("target", metavar="TARGET")
@click.pass_context
def backup(context: click.Context, /, *, target: str) -> None:
    """Copy an artist to TARGET: a folder, s3://bucket/prefix, or one file that ends in .tar.

    The artist may run meanwhile. Where the folder or bucket has an earlier backup, only new objects
    are copied. The copy holds the settings, the admins' accounts and the key of the gallery's
    cookies: keep it where no one else reads. A catalogue on PostgreSQL is not in it: `restore`
    rebuilds it from the archive, or copy it with pg_dump.
    """
    deployment = deployment_of(context).must_exist()
    files = _files(deployment)
    catalogue = deployment.settings.catalogue_url(deployment.folder)
    with _bar() as bar:
        task = bar.add_task("copying")

        def progress(count: int) -> None:
            bar.update(task, description=f"{count:,} objects")

        store = deployment.archive.store
        if target.endswith(TAR):
            path = Path(target).expanduser()
            with _new_file(path) as part, tarfile.open(part, "w") as file:
                written = back_up(
                    store, TarTarget(file), catalogue=catalogue, files=files, progress=progress
                )
        else:
            there = StoreTarget(open_store(target, create=True))
            written = back_up(store, there, catalogue=catalogue, files=files, progress=progress)
    click.echo(f"Copied {written:,} objects of the archive to {target}.")


@click.command()
@data_option
@click.argument("source", metavar="SOURCE")
@click.option(
    "--stores",
    is_flag=True,
    help="Restore into the stores that the settings name, not into the folder.",
)
@click.pass_context
def restore(context: click.Context, /, *, source: str, stores: bool) -> None:
    """Bring an artist back from a backup, into a data folder that has none.

    Everything goes into the folder, also where the settings name stores elsewhere, which the artist
    of the backup may still use. Stop that artist before this one runs: two with one account would
    both post.
    """
    deployment = deployment_of(context)
    if deployment.exists:
        raise UserError(
            f"{deployment.folder} has an artist. Restore into a new folder: --data DIR."
        )
    path = Path(source).expanduser()
    entries = entries_of_tar(path) if path.is_file() else entries_of_store(open_store(source))
    objects = 0
    for entry in entries:
        if entry.key.startswith(ARCHIVE):
            _put(deployment, entry)
            objects += 1
        else:
            _write(deployment, entry, stores=stores)
    with deployment.owned():
        rebuild_if_empty(deployment)
        works = deployment.catalogue.works.count()
    click.echo(
        f"Restored {works:,} works and {objects:,} objects into {deployment.folder}. Compare them"
        f" with `{deployment.command('verify')}`; start with `{deployment.command('run')}`."
    )


def _put(deployment: Deployment, entry: Entry) -> None:
    key = entry.key.removeprefix(ARCHIVE)
    try:
        deployment.archive.store.put(key, entry.read(), media_type=media_type_of(key))
    except ValueError as error:
        raise UserError(f"The backup has an object that no archive has: {error}") from error


def _write(deployment: Deployment, entry: Entry, *, stores: bool) -> None:
    """Write a file; the settings come first, since they say where the stores are."""
    if entry.key == SUMMARY:
        return
    data = entry.read()
    if entry.key == FILE_NAME and not stores:
        text = data.decode()
        for name in tomllib.loads(text).get("storage", {}).keys() & STORES:
            text = with_value(text, f"storage.{name}", "")
        data = text.encode()
    deployment.folder.mkdir(parents=True, exist_ok=True)
    path = _files(deployment).get(entry.key)
    if entry.key == CATALOGUE:
        address = deployment.settings.catalogue_url(deployment.folder)
        path = Path(address.database or "") if address.get_backend_name() == "sqlite" else None
    if path is not None:
        atomic_files.create(path, data, mode=0o600)


def _files(deployment: Deployment) -> dict[str, Path]:
    """The files beside the stores, the settings first."""
    names = (FILE_NAME, ADMINS, TOKENS, ACCOUNT_LOG, SECRET)
    return {name: deployment.folder / name for name in names}


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file that appears under its name when it is complete.

    Raises:
        UserError: there is one of that name, or it can't be written.
    """
    if path.exists():
        raise UserError(f"{path} exists already. Give another name.")
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.rename(path)
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _bar() -> Progress:
    columns = SpinnerColumn(), TextColumn("{task.description}")
    return progress_bar(*columns)
