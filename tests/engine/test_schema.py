"""The tables: made by migrations, guarded by triggers, refused when something is missing."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from engine import Database, DatabaseUnusable, Engine
from engine.tables import Base
from tests.engine.small_office import CLERK, LETTER, open_office


def test_the_migrations_make_exactly_the_tables_that_the_code_has(empty_database_url: str) -> None:
    Engine.upgrade(empty_database_url)

    database = Database(empty_database_url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [each for each in compare_metadata(context, Base.metadata) if "account" not in str(each)]
    database.close()
    assert differences == []


def test_upgrading_twice_and_at_once_changes_nothing(empty_database_url: str) -> None:
    errors: list[Exception] = []

    def upgrade() -> None:
        try:
            Engine.upgrade(empty_database_url)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            errors.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    engine = Engine(empty_database_url)
    assert len(engine.calendar().holidays) > 50
    engine.close()


def test_an_empty_database_is_refused_with_what_to_do(empty_database_url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="alur upgrade"):
        Engine(empty_database_url)


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(DatabaseUnusable, match="lebih baru"):
        Engine.upgrade(database_url)


def test_a_missing_trigger_stops_the_start_until_it_is_made_anew(engine: Engine, database_url: str) -> None:
    open_office(engine)
    postgresql = engine.database.url.get_backend_name() == "postgresql"
    on_table = " ON history_event" if postgresql else ""
    with engine.database.write() as connection:
        connection.execute(text(f"DROP TRIGGER history_event_no_delete{on_table}"))

    assert engine.missing_triggers() == ("history_event_no_delete",)
    with pytest.raises(DatabaseUnusable, match="history_event_no_delete"):
        Engine(database_url)
    Engine.upgrade(database_url)
    assert engine.missing_triggers() == ()


def test_replacing_an_event_is_refused_in_sqlite(sqlite_url: str) -> None:
    engine = Engine(sqlite_url)
    open_office(engine)
    engine.start("surat", LETTER, by=CLERK)

    columns = "instance_id, seq, type, recorded_at, 'lain', NULL, payload, chain"
    replace = text(f"REPLACE INTO history_event SELECT {columns} FROM history_event")

    with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
        connection.execute(replace)
    engine.close()


def test_case_numbers_are_ordered_by_their_bytes_whatever_the_databases_language(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.read() as connection:
        collation = connection.execute(
            text(
                "SELECT collation_name FROM information_schema.columns "
                "WHERE table_name = 'process_instance' AND column_name = 'number'"
            )
        ).scalar_one()
    database.close()

    assert collation == "C"


def test_truncating_the_history_is_refused_in_postgresql(postgresql_url: str) -> None:
    engine = Engine(postgresql_url)

    with pytest.raises(Exception, match="hanya boleh ditambah"), engine.database.write() as connection:
        connection.execute(text("TRUNCATE history_event"))
    engine.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "bukan url", "sqlite:///:memory:"])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"(?i)sqlite"):
        Database(url)


def test_an_unreachable_database_says_so() -> None:
    with pytest.raises(DatabaseUnusable, match="tidak dapat dipakai"):
        Engine("postgresql://alur@127.0.0.1:1/alur")
