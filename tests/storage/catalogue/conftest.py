"""A catalogue on SQLite and on PostgreSQL, for the same tests over both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from storage.catalogue import Catalogue
from storage.events import ArtistCreated, TuningChanged


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.sqlite3'}"
    server: str = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


@pytest.fixture
def catalogue(database_url: str) -> Iterator[Catalogue]:
    """An empty catalogue."""
    opened = Catalogue(database_url)
    yield opened
    opened.close()


@pytest.fixture
def alive(catalogue: Catalogue, created: ArtistCreated, tuned: TuningChanged) -> Catalogue:
    """A catalogue with an artist that has not worked yet."""
    catalogue.artists.add(created)
    catalogue.artists.tune(tuned)
    return catalogue
