"""A hand with full rights on the database: the triggers are gone while it writes, and stand again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from engine import Engine
from engine import triggers as guards


@contextmanager
def full_rights(engine: Engine, *, put_back: bool = True) -> Iterator[Connection]:
    """Yield a connection that nothing stands in the way of, foreign keys neither; nothing else is changed."""
    sqlite = engine.database.is_sqlite
    if sqlite:
        with engine.database._writer.connect() as opened:  # a pragma counts only outside a transaction
            assert opened.connection.driver_connection is not None
            opened.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            with opened.begin():
                _drop(opened)
                yield opened
                if put_back:
                    guards.install(opened)
            opened.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
        return
    with engine.database.write() as connection:
        _drop(connection)
        yield connection
        if put_back:
            guards.install(connection)


def _drop(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    kinds = ("no_update", "no_delete", "no_replace" if sqlite else "no_truncate")
    for table in (*guards.FROZEN, *guards.KEPT):
        for kind in kinds:
            connection.execute(text(f"DROP TRIGGER {table}_{kind}" + ("" if sqlite else f" ON {table}")))
    if not sqlite:
        # Foreign keys are triggers too: a superuser switches them off like this.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
