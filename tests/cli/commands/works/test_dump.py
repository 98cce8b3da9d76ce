"""`artist dump`: every work, in CSV and SQLite."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.catalogue import Catalogue
from tests.cli.conftest import Call


def test_both_forms_have_what_the_catalogue_has(call: Call, lived: Path, tmp_path: Path) -> None:
    table, database = tmp_path / "works.csv", tmp_path / "works.sqlite"
    for file in (table, database, database):  # the second takes the place of the first
        assert call("dump", file, "--data", lived).out == f"Wrote 3 works to {file}.\n"
    works = json.loads(call("works", "--data", lived, "--json").out)
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["id"], row["title"]) for row in rows] == [(w["id"], w["title"]) for w in works]
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        names = ("id", "artist", "number", "title", "novelty", "image_sha256")
        found = opened.execute(f"SELECT {', '.join(names)} FROM works").fetchall()
        assert found == [
            tuple(work[{"image_sha256": "image"}.get(name, name)] for name in names)
            for work in works
        ]
        pairs = opened.execute("SELECT work, concept FROM work_concepts").fetchall()
        assert set(pairs) == {(work["id"], c) for work in works for c in work["concepts"]}


def test_hidden_works_are_left_out_where_it_is_asked(
    call: Call, lived: Path, tmp_path: Path
) -> None:
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    catalogue.works.moderate("alien:2", "hidden", "too dark")
    catalogue.close()
    file = tmp_path / "works.db"
    assert "Wrote 2 works" in call("dump", file, "--public", "--data", lived).out
    assert "Wrote 3 works" in call("dump", file, "--data", lived).out


def test_mistakes_are_named(call: Call, lived: Path, tmp_path: Path) -> None:
    wrong = call("dump", tmp_path / "works.txt", "--data", lived)
    assert wrong.code == 1 and ".sqlite" in wrong.out
    away = call("dump", tmp_path / "no" / "works.csv", "--data", lived)
    assert away.code == 1 and "can't be written" in away.out
