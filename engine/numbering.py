"""Case numbers: the process property ``nomor_perkara``, such as ``PB-{tahun}-{urut:05}``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from .calendar.worktime import WIB
from .diagram import Diagram
from .tables import CounterRow

DEFAULT = "{kunci}-{tahun}-{urut:05}"


def next_number(connection: Connection, diagram: Diagram, at: datetime) -> tuple[str, int]:
    """Return the next case's number and its ordinal; the year is the year in WIB.

    The counter's row is locked until the transaction ends, so numbers have no gap and no double.
    """
    pattern = diagram.properties.get("nomor_perkara") or DEFAULT.replace("{kunci}", diagram.key)
    pattern = pattern.replace("{tahun}", str(at.astimezone(WIB).year))
    ordinal = next_value(connection, pattern)
    return pattern.format(urut=ordinal), ordinal


def next_value(connection: Connection, name: str) -> int:
    """Count one up under ``name`` and return the value, from 1; others wait until this transaction ends."""
    counted = connection.execute(_COUNT, {"counter": name}).scalar()
    if counted is not None:
        return counted
    try:
        with connection.begin_nested():
            connection.execute(insert(CounterRow), {"name": name, "value": 1})
    except IntegrityError:
        # Somebody else counted for the first time meanwhile, and is done.
        return connection.execute(_COUNT, {"counter": name}).scalar_one()
    return 1


_COUNT = (
    update(CounterRow)
    .where(CounterRow.name == bindparam("counter"))
    .values(value=CounterRow.value + 1)
    .returning(CounterRow.value)
)
