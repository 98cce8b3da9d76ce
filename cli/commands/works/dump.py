"""`artist dump`: all works as a table for other programs, in CSV or SQLite."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of
from storage.catalogue import ArtistRow, Catalogue, WorkRow

COLUMNS: dict[str, tuple[str, Callable[[WorkRow], object]]] = {
    "id": ("TEXT PRIMARY KEY", lambda work: work.id),
    "artist": ("TEXT NOT NULL REFERENCES artists(name)", lambda work: work.artist),
    "number": ("INTEGER NOT NULL", lambda work: work.number),
    "made_at": ("TEXT NOT NULL", lambda work: _time(work.created_at)),
    "title": ("TEXT NOT NULL", lambda work: work.title),
    "concept": ("TEXT NOT NULL", lambda work: work.concept),
    "concepts": ("TEXT NOT NULL", lambda work: ", ".join(work.concepts)),
    "prompt": ("TEXT NOT NULL", lambda work: work.prompt),
    "novelty": ("REAL NOT NULL", lambda work: work.novelty),
    "beta": ("REAL", lambda work: work.beta),
    "cost_usd": ("REAL NOT NULL", lambda work: work.cost),
    "visibility": ("TEXT NOT NULL", lambda work: work.visibility),
    "image_sha256": ("TEXT NOT NULL", lambda work: work.image),
    "media_type": ("TEXT NOT NULL", lambda work: work.media_type),
    "width": ("INTEGER NOT NULL", lambda work: work.width),
    "height": ("INTEGER NOT NULL", lambda work: work.height),
}
"""Columns of the table of works: their SQL, and their values."""

ARTISTS = "name TEXT PRIMARY KEY, title TEXT, statement TEXT, style TEXT, seeds TEXT, since TEXT"


@click.command()
@data_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--public", is_flag=True, help="Leave out works that visitors may not see.")
@click.pass_context
def dump(context: click.Context, /, *, file: Path, public: bool) -> None:
    """Write all works to FILE, by its ending: .csv, or .sqlite, .db for SQLite.

    SQLite has the tables `artists`, `works` and `work_concepts`; Datasette opens it as it is. Of an
    artist at work it has the works of one moment.
    """
    catalogue = deployment_of(context).must_exist().catalogue
    works = [work for work in catalogue.works.all() if work.visible or not public]
    suffix = file.suffix.lower()
    if suffix not in (".csv", ".sqlite", ".db"):
        raise UserError(f"{file} must end in .csv, .sqlite or .db.")
    with _new(file) as part:
        if suffix == ".csv":
            _write_csv(part, works)
        else:
            _write_sqlite(part, catalogue, works)
    click.echo(f"Wrote {len(works):,} works to {file}.")


def _write_csv(path: Path, works: list[WorkRow]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(_values(work) for work in works)


def _write_sqlite(path: Path, catalogue: Catalogue, works: list[WorkRow]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    marks = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE artists ({ARTISTS})")
        database.execute(f"CREATE TABLE works ({columns})")
        database.execute(
            "CREATE TABLE work_concepts (work TEXT NOT NULL REFERENCES works(id),"
            " concept TEXT NOT NULL, PRIMARY KEY (work, concept)) WITHOUT ROWID"
        )
        database.executemany(
            "INSERT INTO artists VALUES (?, ?, ?, ?, ?, ?)",
            [_artist(row) for row in catalogue.artists.all()],
        )
        database.executemany(f"INSERT INTO works VALUES ({marks})", map(_values, works))
        database.executemany("INSERT OR IGNORE INTO work_concepts VALUES (?, ?)", _pairs(works))
        database.execute("CREATE INDEX work_concepts_concept ON work_concepts (concept)")


def _values(work: WorkRow) -> list[object]:
    return [value(work) for _, value in COLUMNS.values()]


def _artist(row: ArtistRow) -> tuple[str, ...]:
    known = row.created
    since = known.at.isoformat(timespec="seconds")
    return (row.name, known.title, known.statement, known.style, ", ".join(known.seeds), since)


def _pairs(works: list[WorkRow]) -> Iterator[tuple[str, str]]:
    for work in works:
        for concept in work.concepts:
            yield work.id, concept


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


@contextmanager
def _new(file: Path) -> Iterator[Path]:
    """A file that appears under its name when it is complete, in place of an earlier one.

    Raises:
        UserError: it can't be written.
    """
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(file)
    except (OSError, sqlite3.OperationalError) as error:
        raise UserError(f"{file} can't be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
