"""The database: its clock, its migrations, and what it says when it can't be used."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from storage.archive.events import ArtistCreated
from storage.archive.manifest import Manifest
from storage.catalogue import Alarm, Catalogue, question_of
from storage.catalogue.db.database import MIGRATIONS, Changes, Database, now, ping
from storage.catalogue.db.tables import metadata, scopes
from storage.errors import StorageUnavailable


def differences(connection: Connection) -> list[object]:
    """Between the tables that are there and the declared ones; the index of words is no table."""
    options = {"include_name": lambda name, kind, _: kind != "table" or "texts" not in name}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_the_tables_as_they_are_declared(catalogue: Catalogue) -> None:
    with catalogue.database.engine.connect() as connection:
        assert differences(connection) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    for _ in range(2):
        opened = Catalogue(database_url)
        ping(opened.database)
        opened.close()


def test_a_catalogue_of_the_first_release_comes_up_with_all_that_is_in_it(
    database_url: str, created: ArtistCreated
) -> None:
    old = Database(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO artists (name, created, next_due) VALUES ('alien', :created, 12.5)"),
            {"created": created.model_dump_json()},
        )
        connection.execute(
            text(
                "INSERT INTO cycles (id, artist, number, state, step, tuning_version, started_at,"
                " progress_at) VALUES ('alien:1', 'alien', 1, 'done', 'publish', 1, 1, 2)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO works (id, artist, number, sequence, created_at, title, prompt,"
                " concept, concepts, image, media_type, width, height, novelty, cost) VALUES"
                " ('alien:1', 'alien', 1, 1, 2, 'Low Tide', 'a sea', 'sea', '[\"sea\"]', 'ab',"
                " 'image/png', 8, 8, 1.0, 40000)"
            )
        )
        connection.execute(text("INSERT INTO work_concepts VALUES ('sea', 'alien:1')"))
    old.close()
    catalogue = Catalogue(database_url)
    artist = catalogue.artists.get("alien")
    assert artist is not None and (artist.created, artist.next_due) == (created, 12.5)
    (work,) = catalogue.works.newest(concept="sea")
    assert (work.title, work.cost, work.created_at) == ("Low Tide", 0.04, 2.0)
    assert work.changed_at == 2.0
    assert [(row.concept, row.works) for row in catalogue.works.concepts()] == [("sea", 1)]
    assert catalogue.search.works(question_of("tides")) == [work]
    with catalogue.database.engine.connect() as connection:
        assert differences(connection) == []
    catalogue.close()


def test_alarms_and_posts_of_an_earlier_release_go_on(
    database_url: str, created: ArtistCreated, make_manifest: Callable[[int], Manifest]
) -> None:
    old = Database(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        connection.execute(
            text("INSERT INTO alarms (artist, kind, message, since) VALUES ('', 'disk', 'full', 1)")
        )
    old.close()
    catalogue = Catalogue(database_url)
    ringing = Alarm("", "channel of-a-name-longer-than-the-column-was", "no token")
    catalogue.alarms.update([Alarm("", "disk", "full"), ringing])
    assert [row.alarm.kind for row in catalogue.alarms.active()] == ["disk", ringing.kind]
    assert not catalogue.alarms.active()[0].told
    catalogue.artists.add(created)
    catalogue.restore_work(make_manifest(1))
    with catalogue.database.write() as connection:
        catalogue.outbox.add_in(connection, "alien:1", ["mastodon"])
    assert [row.channel for row in catalogue.outbox.due(limit=1)] == ["mastodon"]
    catalogue.close()


def test_titles_of_an_earlier_release_lose_what_no_page_can_show(tmp_path: Path) -> None:
    """SQLite kept every letter; PostgreSQL refused those works."""
    url = f"sqlite:///{tmp_path / 'catalogue.sqlite3'}"
    old = Database(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
    old.close()
    columns = "id, artist, number, sequence, created_at, title, prompt, concept, concepts, image"
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as plain, plain:
        plain.executemany(
            f"INSERT INTO works ({columns}, media_type, width, height, novelty, cost)"
            " VALUES (?, 'alien', ?, ?, ?, ?, ?, 'sea', '[]', 'ab', 'image/png', 8, 8, 1, 0)",
            [
                ("alien:1", 1, 1, 1, "Field\0 Notes", "a sea\0"),
                ("alien:2", 2, 2, 2, "Low Tide", "a sea\nat dusk"),
            ],
        )
    catalogue = Catalogue(url)
    newest = {work.number: (work.title, work.prompt) for work in catalogue.works.newest()}
    assert newest == {1: ("Field Notes", "a sea"), 2: ("Low Tide", "a sea\nat dusk")}
    catalogue.close()


def test_a_catalogue_of_a_newer_release_is_left_alone(database_url: str) -> None:
    opened = Catalogue(database_url)
    with opened.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(StorageUnavailable, match="9999, which this release does not know"):
        Catalogue(database_url)


def test_its_clock_is_the_time_in_seconds(catalogue: Catalogue) -> None:
    with catalogue.database.read() as connection:
        moment = connection.scalar(select(now()))
    assert moment == pytest.approx(time.time(), abs=2)


def test_a_write_that_breaks_off_leaves_nothing(catalogue: Catalogue) -> None:
    with pytest.raises(ZeroDivisionError), catalogue.database.write() as connection:
        connection.execute(insert(scopes).values(name="alien", sequence=1))
        raise ZeroDivisionError
    with catalogue.database.read() as connection:
        assert connection.scalar(select(scopes.c.name)) is None


def test_a_database_that_is_away_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://artist:secret@127.0.0.1:1/art")
    with pytest.raises(StorageUnavailable) as caught:
        ping(database)
    assert "127.0.0.1:1/art" in str(caught.value)
    assert "secret" not in str(caught.value)
    database.close()


def test_an_option_of_the_address_that_is_none_is_told(postgresql_server: str) -> None:
    with pytest.raises(StorageUnavailable, match="sslmode"):
        Catalogue(f"{postgresql_server}/postgres?sslmode=never")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(b"this is no database, but a note of some length" * 50)
    with pytest.raises(StorageUnavailable, match=r"catalogue\.sqlite3"):
        Catalogue(f"sqlite:///{path}")


def test_a_forked_process_opens_a_connection_of_its_own(postgresql_server: str) -> None:
    database = Database(f"{postgresql_server}/postgres")
    forked = multiprocessing.get_context("fork")
    receiver, sender = forked.Pipe(duplex=False)
    mine = _session(database)

    children = [
        forked.Process(target=lambda: sender.send(_session(database)), daemon=True)
        for _ in range(2)
    ]
    for child in children:
        child.start()
        child.join(30)

    assert len({mine, receiver.recv(), receiver.recv()}) == 3
    assert _session(database) == mine
    database.close()


def _session(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@pytest.mark.parametrize(
    ("options", "wanted"),
    [("", "30s"), ("?options=-c%20idle_in_transaction_session_timeout%3D1500", "1500ms")],
)
def test_a_frozen_transaction_is_ended_after_a_time_that_the_address_may_name(
    postgresql_server: str, options: str, wanted: str
) -> None:
    database = Database(f"{postgresql_server}/postgres{options}")
    with database.read() as connection:
        shown = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    database.close()
    assert shown == wanted


def test_what_others_write_is_a_change_once(database_url: str, created: ArtistCreated) -> None:
    catalogue, other = Catalogue(database_url), Catalogue(database_url)
    changes = Changes(catalogue.database)
    assert changes.any()
    if catalogue.database.is_sqlite:
        assert not changes.any()
        assert catalogue.artists.all() == []
        assert not changes.any(), "a look is no change"
    for writer in (other, catalogue):
        writer.artists.add(created.model_copy(update={"artist": f"a{id(writer)}"}))
        assert changes.any()
    changes.close()
    other.close()
    catalogue.close()


def test_a_connection_that_breaks_may_mean_a_change_and_is_made_anew(tmp_path: Path) -> None:
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    changes = Changes(catalogue.database)
    assert changes.any() and not changes.any()
    assert changes._connection is not None
    broken = changes._connection.connection.driver_connection
    assert broken is not None
    broken.close()
    assert [changes.any() for _ in range(3)] == [True, True, False]
    changes.close()
    catalogue.close()
