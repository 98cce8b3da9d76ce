"""Find secrets in stored data, and remove them on request.

Events and manifests are never changed otherwise. An object that held a secret is written again with
`[redacted]` in its place, all else as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, String, Table, Text, select, update
from sqlalchemy.types import TypeDecorator

from storage.archive.archive import Archive
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import metadata, works
from storage.catalogue.queries.search import index_in
from storage.redaction import Redaction


@dataclass(frozen=True)
class Found:
    """An object of the archive, or a row of the catalogue, and where in it a secret stands."""

    where: str
    fields: tuple[str, ...]


def search_archive(archive: Archive, secrets: Redaction, *, apply: bool = False) -> Iterator[Found]:
    """Events and manifests that hold a secret; with `apply` they do no longer.

    Raises:
        StorageUnavailable: the store is unavailable, or can't be written.
    """
    for key, data in archive.documents():
        clean, fields = _without(data.decode("utf-8", "surrogateescape"), secrets)
        if fields:
            if apply:
                archive.rewrite(key, clean.encode("utf-8", "surrogateescape"))
            yield Found(key, fields)


def search_catalogue(
    catalogue: Catalogue, secrets: Redaction, *, apply: bool = False
) -> Iterator[Found]:
    """Rows that hold a secret; with `apply` neither they nor the database's files do any longer.

    Raises:
        StorageUnavailable: the database is unavailable, or can't be written.
    """
    changed = False
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if _is_told(column)]
        if not columns:
            continue
        keys = list(table.primary_key)
        with catalogue.database.read() as connection:
            rows = connection.execute(select(*keys, *columns)).all()
        for row in rows:
            values, fields = _clean_row(row, columns, secrets)
            if fields:
                if apply:
                    with catalogue.database.write() as connection:
                        _write(connection, table, row, values)
                    changed = True
                place = ":".join(str(row._mapping[key]) for key in keys)
                yield Found(f"{table.name} {place}", fields)
    if changed:
        catalogue.database.compact()


def _without(text: str, secrets: Redaction) -> tuple[str, tuple[str, ...]]:
    """A text, or a JSON text, without secrets, and the fields that held one."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict | list):
        clean = secrets(text)
        return clean, ("the whole",) if clean != text else ()
    fields: list[str] = []
    clean = _walked(content, secrets, "", fields)
    if not fields:
        return text, ()
    written = json.dumps(clean, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return written + "\n" * text.endswith("\n"), tuple(fields)


def _walked(value: Any, secrets: Redaction, place: str, fields: list[str]) -> Any:
    match value:
        case str():
            clean = secrets(value)
            if clean != value:
                fields.append(place.lstrip("."))
            return clean
        case dict():
            return {k: _walked(v, secrets, f"{place}.{k}", fields) for k, v in value.items()}
        case list():
            return [_walked(v, secrets, f"{place}.{i}", fields) for i, v in enumerate(value)]
    return value


def _is_told(column: Column[Any]) -> bool:
    """Whether a column holds text that may have come from an error, a person or a server."""
    return isinstance(column.type, String | Text | TypeDecorator) and not column.primary_key


def _clean_row(
    row: Row[Any], columns: list[Column[Any]], secrets: Redaction
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    values: dict[str, str] = {}
    fields: list[str] = []
    for column in columns:
        text = row._mapping[column]
        if text:
            clean, found = _without(text, secrets)
            if found:
                values[column.name] = clean
                fields += [f"{column.name}.{one}".removesuffix(".the whole") for one in found]
    return values, tuple(fields)


def _write(connection: Connection, table: Table, row: Row[Any], values: Mapping[str, str]) -> None:
    here = [key == row._mapping[key] for key in table.primary_key]
    connection.execute(update(table).where(*here).values(values))
    if table is works:
        changed = connection.execute(select(works).where(*here)).one()
        index_in(connection, changed._mapping)
