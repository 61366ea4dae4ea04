"""Statements that are compiled once and then run on the driver's own cursor: the ones that every completion sends.

SQLAlchemy writes each statement and converts each value, as everywhere else; what is left out is what it does
around a statement each time it is sent, which costs many times what the database needs for it. Whoever listens
to SQLAlchemy's statements hears these too, and errors are SQLAlchemy's.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Values = Mapping[str, Any]
Processor = Callable[[Any], Any] | None


def send(connection: Connection, text: str, values: Any = (), *, many: bool = False) -> Any:
    """Send one statement in the driver's own words; return what it finds, or how many rows it touched.

    Raises SQLAlchemy's ``DBAPIError``.
    """
    cursor = connection.connection.cursor()
    for told in connection.dispatch.before_cursor_execute:
        told(connection, cursor, text, values, None, many)
    try:
        if many:
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
        for told in connection.dispatch.after_cursor_execute:
            told(connection, cursor, text, values, None, many)
        return cursor.rowcount if cursor.description is None else cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, text, error) from error
    finally:
        cursor.close()


def _as_sqlalchemy(connection: Connection, text: str, error: Exception) -> BaseException:
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # the driver's own error
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, True, connection_invalidated=lost, dialect=dialect
    )


class Prepared:
    """A statement whose parameters are all named."""

    def __init__(self, statement: Statement) -> None:
        """Nothing is compiled before it is first sent, for only then is the database known."""
        self._statement = statement.inline() if isinstance(statement, Insert) else statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, connection: Connection, *rows: Values) -> int:
        """Send it for each of ``rows``, all of which name the same values; return how many rows were touched."""
        compiled = self._for(connection, rows[0])
        if len(rows) == 1:
            touched: int = send(connection, compiled.text, compiled.bound(rows[0]))
        else:
            touched = send(connection, compiled.text, [compiled.bound(row) for row in rows], many=True)
        return touched

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Return the rows that it finds, their columns as attributes."""
        compiled = self._for(connection, values)
        return [compiled.read(row) for row in send(connection, compiled.text, compiled.bound(values))]

    def first(self, connection: Connection, values: Values) -> Any:
        """Return the first row that it finds, or None."""
        return next(iter(self.all(connection, values)), None)

    def _for(self, connection: Connection, values: Values) -> _Compiled:
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does before its own statements
        key = (connection.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _Compiled.of(self._statement, connection.dialect, list(values))
        return compiled


@dataclass(frozen=True)
class _Compiled:
    """A statement in one database's words, and how its values go there and come back."""

    text: str
    constants: Values
    binders: Sequence[tuple[str, Processor]]
    positional: bool
    row: Callable[..., Any]
    readers: Sequence[Processor]

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect, names: list[str]) -> _Compiled:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        kinds = {name: bind.type for bind, name in compiled.bind_names.items()}
        processors = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in kinds.items()}
        binders = [(name, processors[name]) for name in compiled.positiontup or kinds]
        constants = {name: value for name, value in compiled.params.items() if name not in names}
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        row: Any = namedtuple("row", [str(column.key) for column in columns])  # type: ignore[misc]  # known here, not before
        return cls(str(compiled), constants, binders, compiled.positional, row._make, readers)

    def bound(self, values: Values) -> Any:
        """Return the driver's values, in its order or by its names."""
        known = {**self.constants, **values} if self.constants else values
        if self.positional:
            return tuple(known[name] if to is None else to(known[name]) for name, to in self.binders)
        return {name: known[name] if to is None else to(known[name]) for name, to in self.binders}

    def read(self, found: Sequence[Any]) -> Any:
        """Return a row of the driver as one of ours."""
        return self.row(value if to is None else to(value) for value, to in zip(found, self.readers, strict=True))
