"""Copying a whole office: a backup while it runs, and the move from one SQLite file to PostgreSQL.

A copy is whole or it is not there. What was copied is proved by verifying it, which is the caller's part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select

from . import schema
from .database import Database
from .errors import AlreadyExists, InvalidRequest
from .office import Office
from .tables import Base

BATCH_ROWS = 1_000
BATCH_BYTES = 8 * 1024 * 1024
"""What is held in memory at once: attachments are large, events are many."""


class Copying(Office):
    """The use cases of an operator who keeps a copy, or outgrows one machine."""

    def backup(self, file: Path) -> None:
        """Write the office as it is at this moment into ``file``, while others go on working.

        Deleted personal data is not in it: only what is still stored is written. Raises ``InvalidRequest`` on a
        database that is not SQLite, ``AlreadyExists`` if the file is there, ``OSError`` if it cannot be written.
        """
        if not self.database.is_sqlite:
            raise InvalidRequest("Cadangan PostgreSQL dibuat dengan pg_dump, misalnya: pg_dump --format=custom")
        if file.exists():
            raise AlreadyExists(f"Berkas {file} sudah ada; pilih nama lain, cadangan lama tidak ditimpa.")
        unfinished = file.with_name(f".{file.name}.belum-selesai")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        try:
            self.database.copy_into(unfinished)
            _make_durable(unfinished)
            unfinished.rename(file)
            _make_durable(file.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    def copy_to(self, url: str, beside: Iterable[tuple[MetaData, Callable[[Connection], None]]] = ()) -> int:
        """Copy this SQLite office into the empty PostgreSQL database at ``url``; return how many rows.

        ``beside`` are the tables of others in the same database, each with what makes them. All of it or nothing:
        one transaction, while nobody can write to this office. Raises ``InvalidRequest``, ``AlreadyExists``,
        ``DatabaseUnusable``.
        """
        target = Database(url)
        try:
            if not self.database.is_sqlite or target.is_sqlite:
                raise InvalidRequest("Pemindahan hanya dari SQLite ke PostgreSQL: alur move-to postgresql://…")
            # A year before the first: the holidays come with the copy.
            schema.upgrade(target, schema.FIRST_YEAR - 1)
            with self.database.write() as source, target.write() as connection:
                tables = [*Base.metadata.sorted_tables]
                for metadata, make in beside:
                    make(connection)
                    tables += metadata.sorted_tables
                _refuse_used(connection, tables)
                return sum(_copy(source, connection, table) for table in tables)
        finally:
            target.close()


def _refuse_used(connection: Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise AlreadyExists(
                f"Basis data tujuan sudah berisi ({table.name}); pemindahan memerlukan basis data kosong. "
                "Buat yang baru dengan createdb, lalu ulangi. Tidak ada yang berubah."
            )


def _copy(source: Connection, target: Connection, table: Table) -> int:
    copied = 0
    rows = source.execution_options(yield_per=BATCH_ROWS).execute(select(table)).mappings()
    for batch in _batches(dict(row) for row in rows):
        target.execute(insert(table), batch)
        copied += len(batch)
    counted = _counter_of(table)
    if counted is not None and copied:
        highest = select(func.max(counted)).scalar_subquery()
        target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, counted.name), highest)))
    return copied


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    batch: list[Mapping[str, Any]] = []
    held = 0
    for row in rows:
        batch.append(row)
        held += sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))
        if len(batch) == BATCH_ROWS or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _counter_of(table: Table) -> Column[Any] | None:
    """Return the column whose values PostgreSQL counts up by itself."""
    (*others, column) = table.primary_key.columns
    counts = not others and isinstance(column.type, Integer) and column is table.autoincrement_column
    return column if counts else None


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
