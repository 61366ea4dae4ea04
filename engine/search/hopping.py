"""Which different values an index holds: found by hopping from one to the next, never by reading it through."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute


def hop(column: InstrumentedAttribute[Any], condition: ColumnElement[bool]) -> Select[Any]:
    """Return the query for the values of ``column`` where ``condition`` holds (a "loose index scan").

    An index must begin with the column and hold every such row. The last value is null: the end.
    """
    lowest = select(func.min(column).label("value")).where(condition)
    first = lowest.cte("hop", recursive=True)
    following = select(func.min(column)).where(condition, column > first.c.value).correlate(first).scalar_subquery()
    return select(first.union_all(select(following).where(first.c.value.is_not(None))).c.value)
