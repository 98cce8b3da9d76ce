"""The connection to the catalogue's database: transactions, its clock, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float

from storage.errors import StorageUnavailable

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class now(FunctionElement[float]):  # noqa: N801 - reads as the SQL function that it is
    """The database's own clock, in seconds since 1970: leases never trust a worker's clock."""

    type = Float()
    inherit_cache = True


@compiles(now, "sqlite")
def _now_on_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_on_postgresql(*_: Any, **__: Any) -> str:
    return "extract(epoch from clock_timestamp())"


class Database:
    """An engine with two kinds of transaction: `read()` and `write()`.

    On SQLite a write takes the lock at its start (BEGIN IMMEDIATE), so that a read followed by a
    write can't lose a race; on PostgreSQL the statements lock the rows that they need.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(url, sqlite=self.is_sqlite)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with _people_errors(self), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed on leaving, and rolled back on an exception."""
        with _people_errors(self), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def migrate(self) -> None:
        """Bring the tables to the newest version.

        Raises:
            StorageUnavailable: the database was written by a newer release than this one.
        """
        script = ScriptDirectory(str(MIGRATIONS))
        with _people_errors(self), self.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            raise StorageUnavailable(
                f"the catalogue {self} has version {current}, which this release does not know:"
                " it was written by a newer release. Upgrade, or rebuild into an empty folder."
            )
        if current == script.get_current_head():
            return
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __str__(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)


def _engine(url: str, *, sqlite: bool) -> Engine:
    if not sqlite:
        return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=15)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver opens no transaction of its own: `write()` says BEGIN IMMEDIATE itself.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


@contextmanager
def _people_errors(database: Database) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageUnavailable(f"the catalogue {database} can't be used: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageUnavailable(f"the connection to {database} was lost") from error
        if type(error) is DatabaseError:
            raise StorageUnavailable(f"{database} is damaged: {error.orig}") from error
        raise


def ping(database: Database) -> None:
    """Ask the database for a sign of life.

    Raises:
        StorageUnavailable: there is none.
    """
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
