"""The time of the last change of what is shown, found by comparing content."""

from __future__ import annotations

import hashlib

from sqlalchemy import case, select

from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import changes
from storage.errors import StorageUnavailable


class Changes:
    """Remembers of each thing that is shown what it showed last, and since when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, name: str, content: str) -> float:
        """Since when the thing of that name has shown this: seconds since 1970.

        With other content than before it is now, and a second later than before at least: HTTP
        tells times in whole seconds, and two changes must not look like one. Where nothing can be
        written, it is now each time.
        """
        key, shown = (hashlib.sha256(part.encode()).hexdigest() for part in (name, content))
        with self._database.read() as connection:
            row = connection.execute(select(changes).where(changes.c.name == key)).first()
            if row is not None and row.content == shown:
                return float(row.since)
            moment = float(connection.scalar(select(now())) or 0.0)
        try:
            with self._database.write() as connection:
                entry = upsert(connection, changes).values(name=key, content=shown, since=moment)
                new, earliest = entry.excluded, changes.c.since + 1
                since = case((new.since < earliest, earliest), else_=new.since)
                changed = entry.on_conflict_do_update(
                    index_elements=["name"], set_={"content": new.content, "since": since}
                )
                return float(connection.execute(changed.returning(changes.c.since)).scalar_one())
        except StorageUnavailable:
            return moment
