"""Very many valid cases, quickly: copies of cases that the engine itself made.

Each copy has every row of its template under a new id and number, with its chain computed anew,
so that it verifies and goes on like any other case. Only the number differs. Used where starting
a hundred thousand cases through the engine would take longer than the measurement. Values go as the
driver has them, from one table into the same, past everything that would turn them into objects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select, text, update

from engine import Engine
from engine import history as h
from engine.tables import Base, CounterRow, HistoryEventRow, ProcessInstanceRow

BATCH = 2000
Values = tuple[Any, ...]


@dataclass(frozen=True)
class _Template:
    """The rows of one case by table, and the text of each event behind the case's number in what the chain covers."""

    number: str
    rows: dict[str, list[Values]]
    behind_number: tuple[bytes, ...]


@dataclass(frozen=True)
class _Copied:
    """One table of which rows are copied: its columns, and which of them differ from copy to copy."""

    name: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> _Copied:
        """Return what is copied of a table: a row with an id of its own (a file) gets a new one."""
        own = table.name == INSTANCE
        return cls(table.name, tuple(column.name for column in table.columns if own or column.name != "id"))

    @property
    def listed(self) -> str:
        """Return the columns as SQL."""
        return ", ".join(f'"{column}"' for column in self.columns)


INSTANCE, HISTORY = ProcessInstanceRow.__tablename__, HistoryEventRow.__tablename__
OF_A_CASE = (INSTANCE, HISTORY, "answers", "attachment", "snapshot", "timer_job", "work_item")
TABLES = tuple(_Copied.of(Base.metadata.tables[name]) for name in OF_A_CASE)


def copy_cases(engine: Engine, templates: Sequence[str], copies: int) -> None:
    """Add ``copies`` cases to the database, the ``templates`` (numbers of cases) in turn."""
    with engine.database.read() as connection:
        models = [_template(connection, number) for number in templates]
        last_id = connection.execute(select(func.max(ProcessInstanceRow.id))).scalar_one()
        last_ordinal = connection.execute(select(func.max(ProcessInstanceRow.ordinal))).scalar_one()
    for begun in range(1, copies + 1, BATCH):
        numbers = range(begun, min(begun + BATCH, copies + 1))
        with engine.database.write() as connection:
            for table in TABLES:
                rows = (
                    row
                    for each in numbers
                    for row in _rows(table, models[each % len(models)], last_id + each, last_ordinal + each)
                )
                _insert(connection, table, rows)
    with engine.database.write() as connection:
        connection.execute(update(CounterRow).values(value=last_ordinal + copies))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('process_instance_id_seq', (SELECT max(id) FROM process_instance))"))


def _template(connection: Connection, number: str) -> _Template:
    case_id = connection.execute(select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == number)).scalar_one()
    rows: dict[str, list[Values]] = {}
    for table in TABLES:
        by = "id" if table.name == INSTANCE else "instance_id"
        order = ' ORDER BY "seq"' if table.name == HISTORY else ""
        found = connection.exec_driver_sql(f'SELECT {table.listed} FROM {table.name} WHERE "{by}" = {case_id}{order}')
        rows[table.name] = [tuple(row) for row in found]
    query = select(HistoryEventRow).where(HistoryEventRow.instance_id == case_id).order_by(HistoryEventRow.seq)
    return _Template(number, rows, tuple(map(_behind_number, connection.execute(query))))


def _behind_number(event: Any) -> bytes:
    head = h.canonical([event.seq, event.type, h.instant(event.recorded_at), event.actor, event.on_behalf_of])
    return f",{head[1:-1]},{event.payload}]".encode()


def _rows(table: _Copied, model: _Template, case_id: int, ordinal: int) -> Iterator[Values]:
    """Yield the table's rows of ``model`` as those of another case."""
    number = f"{model.number.rpartition('-')[0]}-{ordinal:05}"
    if table.name == HISTORY:
        before, chain = f"[{h.canonical(number)}".encode(), h.GENESIS
        for row, behind in zip(model.rows[HISTORY], model.behind_number, strict=True):
            chain = hashlib.sha256(chain + before + behind).digest()
            yield (case_id, *row[1:-1], chain)
    elif table.name == INSTANCE:
        for row in model.rows[INSTANCE]:
            yield (case_id, number, ordinal, *row[3:])
    else:
        for row in model.rows[table.name]:
            yield (case_id, *row[1:])


def _insert(connection: Connection, table: _Copied, rows: Iterable[Values]) -> None:
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({table.listed}) FROM STDIN") as target:
                for row in rows:
                    target.write_row(row)
        else:
            marks = ", ".join("?" * len(table.columns))
            cursor.executemany(f"INSERT INTO {table.name} ({table.listed}) VALUES ({marks})", rows)
    finally:
        cursor.close()
