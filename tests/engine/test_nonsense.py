"""Nonsense in any column of any table is found, and no value whatever stops a verification.

SQLite keeps any kind of value in any column, so that somebody with full rights can put there what no code of
ours ever wrote.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine import Engine, SealKey, Upload
from tests.engine.small_office import CLERK, LETTER, open_office

KEY = SealKey(bytes(range(32)))
NONSENSE = (
    "x'ff00'",
    "'teks'",
    "x''",
    "-1",
    "1e300",
    "9000000000000000000",
    "CAST(x'ff' AS TEXT)",
    "'" + "[" * 5000 + "'",
    """'{"a":{"b":[1]}}'""",
)
READ_AS_BEFORE = {("parked", "x''"), ("anonymous", "x''"), ("confidential", "x''")}
"""An empty blob is a false: nobody who reads it sees a difference."""
COLUMNS = {
    "history_event": "seq type recorded_at actor on_behalf_of payload chain",
    "answers": "seq kind salt body",
    "attachment": "seq field personal filename media_type size sha256 content",
    "work_item": "opened_seq key version lane group state audience assignee opened_at due_at due_order closed_at",
    "timer_job": "key item duration role due_at parked",
    "process_instance": "number ordinal key version state started_at ended_at anonymous confidential remark",
    "process_definition": "key version digest name xml forms calls",
    "seal": "number size statement signature peaks",
    "sealed_head": "position instance_id number seq chain",
    "counter": "value",
}


@pytest.mark.parametrize("table", COLUMNS)
def test_nonsense_is_found_and_never_stops_a_verification(sqlite_url: str, table: str) -> None:
    engine = Engine(sqlite_url)
    open_office(engine)
    proof = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
    engine.start("surat", {**LETTER, "nama": "Siti", "bukti": [proof]}, by=CLERK)
    engine.seal(KEY)
    with unguarded(engine) as raw:
        assert checks(engine) == set()
        missed = [
            (column, value)
            for column in COLUMNS[table].split()
            for value in NONSENSE
            if (column, value) not in READ_AS_BEFORE
            and altered(raw, table, column, value)
            and not mended(engine, raw, table)
        ]
    engine.close()

    assert missed == []


@contextmanager
def unguarded(engine: Engine) -> Iterator[Any]:
    """Yield a raw connection: no guard, no foreign key."""
    raw = engine.database._writer.raw_connection()
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("PRAGMA foreign_keys = OFF")
    for table in COLUMNS:
        raw.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")
    yield raw
    raw.close()


def altered(raw: Any, table: str, column: str, value: str) -> bool:
    """Put ``value`` into one row, and return whether the database keeps it as something else than before."""
    key = raw.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk").fetchall()
    keys = ", ".join(f'"{name}"' for (name,) in key)
    last = f"({keys}) = (SELECT {keys} FROM {table} ORDER BY {keys} LIMIT 1)"
    try:
        raw.execute(f'UPDATE {table} SET "{column}" = {value} WHERE {last}')
    except sqlite3.IntegrityError:  # the table's own rules refuse such a value
        return False
    difference = f"SELECT count(*) FROM (SELECT * FROM {table} EXCEPT SELECT * FROM kept_{table})"
    return bool(raw.execute(difference).fetchone()[0])


def mended(engine: Engine, raw: Any, table: str) -> set[str]:
    """Return what finds the alteration, and undo it."""
    found = checks(engine)
    raw.execute(f"DELETE FROM {table}")
    raw.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
    return found


def checks(engine: Engine) -> set[str]:
    """Return which checks find something, apart from the guards that this test took away."""
    found = {finding.check for verification in engine.verify_all() for finding in verification.findings}
    found |= {finding.check for finding in engine.verify_office(trusted=[KEY.public])}
    return found - {"triggers"}
