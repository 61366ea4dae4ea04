"""Very many valid cases, quickly: copies of cases that the engine itself made.

Each copy has every row of its template under a new id and number, with its chain computed anew,
so that it verifies and goes on like any other case. Only the number differs. Used where starting
a hundred thousand cases through the engine would take longer than the measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from engine import Engine
from engine import history as h
from engine.tables import Base, CounterRow, HistoryEventRow, ProcessInstanceRow

BATCH = 2000
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


def copy_cases(engine: Engine, templates: Sequence[str], copies: int) -> None:
    """Add ``copies`` cases to the database, the ``templates`` (numbers of cases) in turn."""
    with engine.database.write() as connection:
        models = [_rows_of(connection, number) for number in templates]
        last_id = connection.execute(select(func.max(ProcessInstanceRow.id))).scalar_one()
        last_ordinal = connection.execute(select(func.max(ProcessInstanceRow.ordinal))).scalar_one()
        made = (_copy(models[each % len(models)], last_id + each, last_ordinal + each) for each in range(1, copies + 1))
        while batch := list(islice(made, BATCH)):
            _insert(connection, batch)
        connection.execute(update(CounterRow).values(value=last_ordinal + copies))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('process_instance_id_seq', (SELECT max(id) FROM process_instance))"))


def _rows_of(connection: Connection, number: str) -> Rows:
    instance = Base.metadata.tables[ProcessInstanceRow.__tablename__]
    own = [dict(row) for row in connection.execute(select(instance).where(instance.c.number == number)).mappings()]
    rows: dict[Table, Sequence[Mapping[str, Any]]] = {instance: own}
    for table in Base.metadata.sorted_tables:
        if "instance_id" in table.c:
            found = connection.execute(select(table).where(table.c.instance_id == own[0]["id"])).mappings()
            rows[table] = [dict(row) for row in found]
    history = Base.metadata.tables[HistoryEventRow.__tablename__]
    rows[history] = sorted(rows[history], key=lambda row: int(row["seq"]))
    return rows


def _copy(model: Rows, case_id: int, ordinal: int) -> Rows:
    """Return the rows of ``model`` as those of another case."""
    (original,) = model[Base.metadata.tables[ProcessInstanceRow.__tablename__]]
    number = original["number"].rpartition("-")[0] + f"-{ordinal:05}"
    copied: dict[Table, Sequence[Mapping[str, Any]]] = {}
    for table, rows in model.items():
        if table.name == ProcessInstanceRow.__tablename__:
            copied[table] = [{**original, "id": case_id, "number": number, "ordinal": ordinal}]
        elif table.name == HistoryEventRow.__tablename__:
            copied[table] = list(_chained(rows, case_id, number))
        else:
            # A row with an id of its own (a file) gets a new one.
            copied[table] = [{k: v for k, v in row.items() if k != "id"} | {"instance_id": case_id} for row in rows]
    return copied


def _chained(events: Sequence[Mapping[str, Any]], case_id: int, number: str) -> Iterator[Mapping[str, Any]]:
    chain = h.GENESIS
    for event in events:
        chain = h.chain(
            chain,
            number,
            event["seq"],
            event["type"],
            event["recorded_at"],
            event["actor"],
            event["on_behalf_of"],
            event["payload"],
        )
        yield {**event, "instance_id": case_id, "chain": chain}


def _insert(connection: Connection, cases: Sequence[Rows]) -> None:
    for table in cases[0]:
        rows = [row for case in cases for row in case.get(table, ())]
        if rows:
            connection.execute(insert(table), rows)
