"""What the timer ledger reads: firings by their index, and the events of the cases whose timers are told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select, text, tuple_

from .. import history as h
from ..tables import TIMER_FIRED, TIMER_RUNS, Instant, TimerJobRow
from ..tables import HistoryEventRow as Event
from ..tables import ProcessInstanceRow as Case
from .timer_book import DATING, NONE, TELLING, Readiness, Ready, TimerBook, TimerStory, readable

BATCH = 500
"""Firings that are read at once."""
Place = tuple[datetime, int, int]
"""Where a firing stands: when it was recorded, its case, its number there."""


def firings(
    connection: Connection,
    start: datetime,
    end: datetime,
    *,
    before: Place | None = None,
    newest_first: bool = False,
) -> Iterator[Sequence[Any]]:
    """Yield what fired in the period, in batches, in the order of the index or against it."""
    columns = (Event.recorded_at, Event.instance_id, Event.seq)
    order = [each.desc() for each in columns] if newest_first else list(columns)
    query = (
        select(*columns, Event.payload)
        .where(text(TIMER_FIRED), Event.recorded_at >= start, Event.recorded_at < end)
        .order_by(*order)
        .limit(BATCH)
    )
    place = before
    while True:
        if place is None:
            rows = connection.execute(query).all()
        else:
            at, case, seq = place
            there = tuple_(literal(at, Instant()), literal(case), literal(seq))
            here = tuple_(*columns)
            rows = connection.execute(query.where(here < there if newest_first else here > there)).all()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        place = (rows[-1].recorded_at, rows[-1].instance_id, rows[-1].seq)


def ready_of(connection: Connection, rows: Sequence[Any]) -> dict[tuple[int, int], Ready]:
    """Return, for each of these firings, when its timer could have fired; read from what dates timers alone."""
    firings: dict[int, list[Any]] = {}
    for row in rows:
        firings.setdefault(row.instance_id, []).append(row)
    found: dict[tuple[int, int], Ready] = {}
    for case, dating in _events(connection, sorted(firings), DATING).items():
        readiness, waiting = Readiness(), sorted(firings[case], key=lambda row: int(row.seq))
        for row, event in readable(dating):
            while waiting and waiting[0].seq < row.seq:
                _take(found, readiness, waiting.pop(0))
            readiness.add(row.recorded_at, event)
        for firing in waiting:
            _take(found, readiness, firing)
    return found


def _take(found: dict[tuple[int, int], Ready], readiness: Readiness, firing: Any) -> None:
    ready = readiness.timers.pop(json.loads(firing.payload)["key"], None)
    if ready is not None:
        found[firing.instance_id, firing.seq] = ready


def stories_of(connection: Connection, rows: Sequence[Any]) -> dict[tuple[int, int], TimerStory]:
    """Return the story of each firing, by case and number of the event."""
    books = books_of(connection, sorted({row.instance_id for row in rows}))
    return {
        (case, story.ended_seq): story for case, book in books.items() for story in book if story.ended_seq is not None
    }


def books_of(connection: Connection, cases: Sequence[int]) -> dict[int, TimerBook]:
    """Return the timers of these cases, by their ids."""
    return {case: TimerBook.of(rows) for case, rows in _events(connection, cases, TELLING).items()}


def _events(connection: Connection, cases: Sequence[int], kinds: Iterable[type[h.Event]]) -> dict[int, list[Any]]:
    query = (
        select(Event.instance_id, Event.seq, Event.type, Event.recorded_at, Event.payload)
        .where(Event.instance_id.in_(cases), Event.type.in_([kind.__name__ for kind in kinds]))
        .order_by(Event.instance_id, Event.seq)
    )
    found: dict[int, list[Any]] = {case: [] for case in cases}
    for row in connection.execute(query) if cases else ():
        found[row.instance_id].append(row)
    return found


def numbers_of(connection: Connection, cases: Sequence[int]) -> dict[int, str]:
    query = select(Case.id, Case.number).where(Case.id.in_(sorted(set(cases))))
    return {row.id: row.number for row in connection.execute(query)} if cases else {}


def late_by(row: Any) -> timedelta:
    """Return how long after its due instant a firing was recorded; none if its payload cannot be read."""
    try:
        recorded_at: datetime = row.recorded_at
        return max(recorded_at - datetime.fromisoformat(json.loads(row.payload)["due_at"]), NONE)
    except (ValueError, TypeError, KeyError):
        return NONE


OVERDUE = select(func.count(), func.min(TimerJobRow.due_at)).where(
    text(TIMER_RUNS), TimerJobRow.due_at < bindparam("before", type_=Instant())
)
