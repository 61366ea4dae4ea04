"""The web's own tables: made by migrations, checked at start-up, beside the engine's."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine import DatabaseUnusable, Engine
from webapp import account_tables


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(engine):
    with engine.database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": account_tables.VERSION_TABLE,
                "compare_type": True,
                "include_object": lambda _object, name, kind, reflected, _other: (
                    kind != "table" or not reflected or name in account_tables.metadata.tables
                ),
            },
        )

        assert compare_metadata(context, account_tables.metadata) == []


def test_a_database_without_them_is_refused_with_what_to_do(empty_database_url):
    Engine.upgrade(empty_database_url)
    engine = Engine(empty_database_url)

    with pytest.raises(DatabaseUnusable, match="alur upgrade"):
        account_tables.check(engine)
    account_tables.upgrade(engine)
    account_tables.check(engine)
    engine.close()


def test_an_upgrade_may_be_repeated_and_keeps_what_is_there(engine):
    with engine.database.write() as connection:
        connection.execute(
            account_tables.account.insert().values(
                name="siti", password_hash="x", stamp="y", must_change_password=False
            )
        )

    account_tables.upgrade(engine)

    with engine.database.read() as connection:
        assert connection.exec_driver_sql("select name from account").scalars().all() == ["siti"]


def test_on_postgresql_an_upgrade_waits_for_one_that_is_under_way(postgresql_url):
    engine = Engine(postgresql_url)
    upgrade = Thread(target=account_tables.upgrade, args=(engine,))

    with psycopg.connect(postgresql_url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", [account_tables.ADVISORY_LOCK])
        upgrade.start()
        while upgrade.is_alive() and not _somebody_waits(other):
            pass
        waited = upgrade.is_alive()
    upgrade.join()
    engine.close()

    assert waited


def _somebody_waits(connection: psycopg.Connection) -> bool:
    return connection.execute("select from pg_locks where not granted").fetchone() is not None
