"""The triggers that make the truth append-only, on SQLite and on PostgreSQL.

They are made anew after every migration (rebuilding a table silently drops them); start-up
and verification ask ``missing`` and refuse when one is gone. They stop a mistake and a
careless hand; somebody with full rights can drop them, which the chain is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

FROZEN = ("process_definition", "history_event", "seal", "sealed_head", "calendar_change", "version_decision")
"""Nothing of these rows may ever change or go."""
KEPT = {"answers": "OLD.kind = 'plain'", "attachment": "NOT OLD.personal"}
"""Rows of these tables never change, and while the condition holds they stay: personal data may be erased."""
REFUSAL = "riwayat Alur hanya boleh ditambah"

_KEYS = {
    "process_definition": "id = NEW.id OR (key = NEW.key AND version = NEW.version)",
    "history_event": "instance_id = NEW.instance_id AND seq = NEW.seq",
    "seal": "number = NEW.number",
    "sealed_head": "position = NEW.position",
    "calendar_change": "number = NEW.number",
    "version_decision": "number = NEW.number",
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
    """Return the names of triggers that should be there and are not, are switched off, or were weakened."""
    if connection.dialect.name == "postgresql":
        # As in SQLite: one that stands elsewhere, asks for something else first or no longer refuses counts as missing.
        standing = {(row.of_table, row.name): row for row in connection.execute(text(_POSTGRESQL_STANDING))}
        wanted = [(table, name) for table, name, _ in _postgresql()]
        return tuple(sorted(name for table, name in wanted if not _guards(standing.get((table, name)), table)))
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


_POSTGRESQL_BODY = f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END"
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION alur_append_only() RETURNS trigger LANGUAGE plpgsql AS $${_POSTGRESQL_BODY}$$
"""
_POSTGRESQL_STANDING = """
SELECT t.tgname AS name, c.relname AS of_table, t.tgtype AS moments, p.prosrc AS body,
       t.tgenabled IN ('O', 'A') AND t.tgattr::text = '' AS whole,
       coalesce(substring(pg_get_triggerdef(t.oid) FROM ' WHEN (.*) EXECUTE '), '') AS condition
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)
"""
_MOMENTS = {"update": 19, "delete": 11, "truncate": 34}
"""The bits by which PostgreSQL says when a trigger acts: before it, per row or (truncate) per statement."""


def _guards(standing: Any, table: str) -> bool:
    """Return whether a trigger that stands in PostgreSQL's catalogue does what ours of that name does."""
    if standing is None:
        return False
    moment = standing.name.rpartition("_")[2]
    wanted = KEPT.get(table, "") if moment == "delete" else ""
    if (standing.moments, standing.body) != (_MOMENTS[moment], _POSTGRESQL_BODY):
        return False
    return bool(standing.whole) and _bare(standing.condition) == _bare(wanted)


def _bare(condition: str) -> str:
    """Return a condition without what PostgreSQL adds when it prints one."""
    return re.sub(r"::text|[()\s]", "", condition).lower()


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
