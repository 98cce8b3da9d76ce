"""The connection to the catalogue's database: transactions, its clock, and its migrations."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    DisconnectionError,
    OperationalError,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float

from storage.errors import StorageUnavailable, ValueRefused
from storage.text import fit

MIGRATIONS = Path(__file__).parents[2] / "migrations"

PING_AFTER = 5.0
"""Seconds that a connection may lie unused before it is asked whether it still lives."""

LONGEST_IDLE_TRANSACTION = "30s"
"""After which PostgreSQL ends a transaction whose worker froze: others wait for its locks."""


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


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that may say what it does ON CONFLICT, as both databases know it."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class Database:
    """An engine with two kinds of transaction: `read()` and `write()`.

    On SQLite a write takes the lock at its start (BEGIN IMMEDIATE), so that a read followed by a
    write can't lose a race; on PostgreSQL the statements lock the rows that they need. Every
    statement of a read sees what is committed by then, on PostgreSQL without the way there and back
    that BEGIN and ROLLBACK would cost.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._reading = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        event.listen(self.engine, "before_cursor_execute", _with_fit_text, retval=True)
        _forget_connections_after_fork(self.engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Statements that change nothing."""
        with _people_errors(self), self._reading.connect() as connection:
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

    def compact(self) -> None:
        """Let the database's files hold nothing of what was replaced or deleted."""
        with self.read() as connection:
            connection.exec_driver_sql("VACUUM")
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __str__(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)


class Changes:
    """Reports cheaply whether any process has written since the last call.

    PostgreSQL has nothing as cheap: there it always may have been.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._seen: int | None = None

    def any(self) -> bool:
        """Whether there may be any; True on the first call, or if unknown."""
        if not self._database.is_sqlite:
            return True
        try:
            # The version that a connection sees changes with what all others write: it is kept.
            self._connection = self._connection or self._database.engine.connect()
            version = self._connection.exec_driver_sql("PRAGMA data_version").scalar()
        except DBAPIError:
            self.close()
            return True
        changed, self._seen = version != self._seen, version
        return changed

    def close(self) -> None:
        """Close its connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        # The driver opens no transaction of its own: `write()` executes BEGIN IMMEDIATE.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, pool_size=5, max_overflow=15)
    has_own = "idle_in_transaction_session_timeout" in str(engine.url.query.get("options", ""))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()
        if not has_own:
            connection.execute(
                f"SET idle_in_transaction_session_timeout = '{LONGEST_IDLE_TRANSACTION}'"
            )
            connection.commit()

    # `pool_pre_ping` would ask at every use, which is most of a short step's time.
    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _: Any) -> None:
        if time.monotonic() - record.info["used_at"] > PING_AFTER:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # the pool opens another one

    @event.listens_for(engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    return engine


def _with_fit_text(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> tuple[str, Any]:
    """Let no text reach a database that one kind takes and another refuses."""
    return statement, _fit(parameters)


def _fit(parameters: Any) -> Any:
    match parameters:
        case str():
            return fit(parameters)
        case dict():
            return {name: _fit(value) for name, value in parameters.items()}
        case list() | tuple():
            return type(parameters)(map(_fit, parameters))
    return parameters


def _forget_connections_after_fork(engine: Engine) -> None:
    """A forked process must not talk over its parent's connections: two would share one session."""
    reference = weakref.ref(engine)  # what is registered stays so permanently

    def forget() -> None:
        inherited = reference()
        if inherited is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


@contextmanager
def _people_errors(database: Database) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageUnavailable(f"the catalogue {database} can't be used: {error.orig}") from error
    except (DataError, OverflowError) as error:
        what = error.orig if isinstance(error, DataError) else error
        raise ValueRefused(f"the catalogue {database} can't hold a value: {what}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StorageUnavailable(f"the connection to {database} was lost") from error
        if error.statement is None:  # it was never asked anything: the address holds what is wrong
            raise StorageUnavailable(f"{database} can't be used: {error.orig}") from error
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
