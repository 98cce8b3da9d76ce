"""Backup and restore with the commands of docs/operations.md and PostgreSQL's own programs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from tests.cli.conftest import Call, make_work
from tests.served.postgresql import program


def sql(server: str, statement: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def run(name: str, server: str, *arguments: str) -> None:
    address = server.replace("+psycopg", "")
    subprocess.run([str(program(name)), *arguments, f"--dbname={address}"], check=True)


def test_an_older_dump_and_a_newer_copy_of_the_archive_are_enough(
    call: Call,
    lived: Path,
    tmp_path: Path,
    postgresql_server: str,
    make_manifest: Callable[[int], Manifest],
) -> None:
    name, dump, copy = f"test_{uuid4().hex}", tmp_path / "catalogue.dump", tmp_path / "copy"
    url = f"{postgresql_server}/{name}"
    works = call("works", "--data", lived, "--json").out
    sql(postgresql_server, f"CREATE DATABASE {name}")
    settings = lived / "artist.toml"
    settings.write_text(f'{settings.read_text()}\n[storage]\ncatalogue = "{url}"\n')
    assert call("rebuild", "--data", lived).code == 0
    assert call("works", "--data", lived, "--json").out == works

    run("pg_dump", url, "-Fc", f"--file={dump}")
    catalogue = Catalogue(url)
    make_work(Archive(FolderStore(lived / "archive")), catalogue, make_manifest(4))
    catalogue.close()
    shutil.copytree(lived / "archive", copy)
    works = call("works", "--data", lived, "--json").out
    assert '"alien:4"' in works

    sql(postgresql_server, f"DROP DATABASE {name}")
    shutil.rmtree(lived / "archive")
    sql(postgresql_server, f"CREATE DATABASE {name}")
    shutil.copytree(copy, lived / "archive")
    run("pg_restore", url, "--clean", "--if-exists", str(dump))
    assert '"alien:4"' not in call("works", "--data", lived, "--json").out
    repaired = call("verify", "--data", lived, "--repair")

    assert "alien:4" in repaired.out
    assert call("works", "--data", lived, "--json").out == works
