"""A catalogue on SQLite and on PostgreSQL, for the same tests over both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive.events import ArtistCreated, TuningChanged
from storage.catalogue import Catalogue
from tests.databases import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request, tmp_path, request.param)


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
