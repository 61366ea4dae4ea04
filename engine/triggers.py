"""The triggers that make the truth append-only, on SQLite and on PostgreSQL.

They are made anew after every migration (rebuilding a table silently drops them); start-up
and verification ask ``missing`` and refuse when one is gone. They stop a mistake and a
careless hand; somebody with full rights can drop them, which the chain is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

FROZEN = ("process_definition", "history_event")
"""Nothing of these rows may ever change or go."""
KEPT = {"answers": "OLD.kind = 'plain'", "attachment": "NOT OLD.personal"}
"""Rows of these tables never change, and while the condition holds they stay: personal data may be erased."""
REFUSAL = "riwayat Alur hanya boleh ditambah"

_KEYS = {
    "process_definition": "id = NEW.id OR (key = NEW.key AND version = NEW.version)",
    "history_event": "instance_id = NEW.instance_id AND seq = NEW.seq",
    "answers": "instance_id = NEW.instance_id AND seq = NEW.seq AND kind = NEW.kind",
    "attachment": "id = NEW.id",
}


def install(connection: Connection) -> None:
    """Make every trigger anew."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(text(_POSTGRESQL_FUNCTION))
    for table, name, sql in _postgresql() if postgresql else _sqlite():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else "")))
        connection.execute(text(sql))


def missing(connection: Connection) -> tuple[str, ...]:
    """Return the names of triggers that should be there and are not, or are switched off."""
    if connection.dialect.name == "postgresql":
        wanted = {name for _table, name, _sql in _postgresql()}
        there = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        return tuple(sorted(wanted - {row[0] for row in connection.execute(there)}))
    # In SQLite the trigger's own text stands in the catalogue: one that was weakened counts as missing.
    there = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {row[0]: row[1] for row in connection.execute(there)}
    return tuple(sorted(name for _table, name, sql in _sqlite() if found.get(name) != sql))


def _sqlite() -> Iterator[tuple[str, str, str]]:
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    for table in (*FROZEN, *KEPT):
        when = f" WHEN {KEPT[table]}" if table in KEPT else ""
        yield (
            table,
            f"{table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        )
        yield (
            table,
            f"{table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{when} BEGIN {refuse}; END",
        )
        # REPLACE: with this the row that is in the way is never reached, whatever the connection's settings.
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {_KEYS[table]})"  # noqa: S608 - all of it stands above
        insert = f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN {refuse}; END"
        yield table, f"{table}_no_replace", insert


_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION alur_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""


def _postgresql() -> Iterator[tuple[str, str, str]]:
    refuse = "EXECUTE FUNCTION alur_append_only()"
    for table in (*FROZEN, *KEPT):
        when = f" WHEN ({KEPT[table]})" if table in KEPT else ""
        yield (
            table,
            f"{table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
        )
        yield (
            table,
            f"{table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW{when} {refuse}",
        )
        yield (
            table,
            f"{table}_no_truncate",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        )
