"""Databases for tests that run over SQLite and over PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text


def new_database(request: pytest.FixtureRequest, folder: Path, kind: str) -> str:
    """The address of a new database: `sqlite` in the folder, or one of the tests' `postgresql`."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'catalogue.sqlite3'}"
    server: str = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    _sql(server, f"CREATE DATABASE {name}")
    # Hundreds of databases would be removed at the end of the run, file by file.
    request.addfinalizer(lambda: _sql(server, f"DROP DATABASE {name} WITH (FORCE)"))
    return f"{server}/{name}"


def _sql(server: str, statement: str) -> None:
    """Carry out a statement that may not stand in a transaction."""
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
