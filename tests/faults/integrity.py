"""What the database itself says of its files, whatever stands in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
from sqlalchemy import make_url

INDEXES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_am a ON a.oid = c.relam JOIN pg_index i ON i.indexrelid = c.oid
WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND i.indisvalid
"""
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def damage(url: str) -> list[str]:
    """Return what is broken: by SQLite's own check, or by PostgreSQL's of every table and index."""
    place = make_url(url)
    return _sqlite(str(place.database)) if place.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(file: str) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        said = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
        return said + [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]


def _postgresql(url: str) -> list[str]:
    found: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        names = [name for (name,) in connection.execute(INDEXES)]
        tables = [name for (name,) in connection.execute(TABLES)]
        assert names
        assert tables
        for name in names:
            try:
                # Also from the table to the index: no row lacks its entry.
                connection.execute("SELECT bt_index_parent_check(%s::regclass, true)", (name,))
            except psycopg.Error as error:
                found.append(f"{name}: {error}")
        for name in tables:
            broken = connection.execute("SELECT blkno, offnum, msg FROM verify_heapam(%s::regclass)", (name,))
            found += [f"{name}: {row}" for row in broken]
    return found
