"""What the timer ledger reads: firings by their index, and the events of the cases whose timers are told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, select, text, tuple_

from .. import history as h
from ..tables import TIMER_FIRED, TIMER_RUNS, Instant, TimerJobRow
from ..tables import HistoryEventRow as Event
from ..tables import ProcessInstanceRow as Case
from .timer_book import DATING, DUE_DATE_SET, NONE, TELLING, Readiness, Ready, TimerBook, TimerStory, readable

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
    query = select(*columns, Event.payload).where(text(TIMER_FIRED)).order_by(*order).limit(BATCH)
    from_start, until_end = Event.recorded_at >= start, Event.recorded_at < end
    place = before if before is not None and before[0] < end else None
    while True:
        # Each side has one bound: of two, SQLite might search by the wider one, and read on from there each time.
        near = (until_end if newest_first else from_start) if place is None else _behind(place, newest_first)
        rows = connection.execute(query.where(near, from_start if newest_first else until_end)).all()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        place = (rows[-1].recorded_at, rows[-1].instance_id, rows[-1].seq)


def _behind(place: Place, newest_first: bool) -> ColumnElement[bool]:
    """Return the condition that a firing comes after ``place`` in that order."""
    at, case, seq = place
    there = tuple_(literal(at, Instant()), literal(case), literal(seq))
    here = tuple_(Event.recorded_at, Event.instance_id, Event.seq)
    return here < there if newest_first else here > there


@dataclass(frozen=True)
class Firing:
    """One firing as its own event tells it. ``late``: none if it cannot be read."""

    case: int
    seq: int
    at: datetime
    key: str = ""
    due: str = ""
    late: timedelta = NONE

    @classmethod
    def of(cls, row: Any) -> Firing:
        """Return a row of ``firings``."""
        try:
            told = json.loads(row.payload)
            key, due = told["key"], told["due_at"]
            late = max(row.recorded_at - datetime.fromisoformat(due), NONE)
        except (ValueError, TypeError, KeyError):
            return cls(row.instance_id, row.seq, row.recorded_at)
        return cls(row.instance_id, row.seq, row.recorded_at, key, due, late)

    @property
    def place(self) -> tuple[int, int]:
        """Return the case and the event's number in it."""
        return self.case, self.seq


def ready_of(connection: Connection, firings: Iterable[Firing]) -> dict[tuple[int, int], Ready]:
    """Return, for each of these firings, when its timer could have fired; read from what dates timers alone."""
    by_case: dict[int, list[Firing]] = {}
    for firing in firings:
        by_case.setdefault(firing.case, []).append(firing)
    found: dict[tuple[int, int], Ready] = {}
    for case, dating in _events(connection, sorted(by_case), DATING).items():
        plain = _dated_plainly(by_case[case], dating)
        found.update(_followed(by_case[case], dating) if plain is None else plain)
    return found


def _dated_plainly(firings: Iterable[Firing], dating: Sequence[Any]) -> dict[tuple[int, int], Ready] | None:
    """Return the same where nothing but due dates says it: of very many timers the most. None: it takes more.

    What set a timer's last due date says it in just these words, so that it is found without reading the others.
    """
    if any(row.type != DUE_DATE_SET for row in dating):
        return None
    found: dict[tuple[int, int], Ready] = {}
    for firing in firings:
        words = f"{h.canonical(firing.key)}:{h.canonical(firing.due)}"
        set_at = [row.recorded_at for row in dating if row.seq < firing.seq and words in row.payload]
        if not set_at:
            return None
        due_at = datetime.fromisoformat(firing.due)
        found[firing.place] = Ready(due_at, set_at[-1], len(set_at), max(due_at, set_at[-1]))
    return found


def _followed(firings: Iterable[Firing], dating: Iterable[Any]) -> dict[tuple[int, int], Ready]:
    """Return the same by following each timer of a case through everything that dates, moves or holds it."""
    found: dict[tuple[int, int], Ready] = {}
    readiness, waiting = Readiness(), sorted(firings, key=lambda firing: firing.seq)
    for row, event in readable(dating):
        while waiting and waiting[0].seq < row.seq:
            _take(found, readiness, waiting.pop(0))
        readiness.add(row.recorded_at, event)
    for firing in waiting:
        _take(found, readiness, firing)
    return found


def _take(found: dict[tuple[int, int], Ready], readiness: Readiness, firing: Firing) -> None:
    ready = readiness.timers.pop(firing.key, None)
    if ready is not None:
        found[firing.place] = ready


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
    for row in connection.execute(query).all() if cases else ():
        found[row.instance_id].append(row)
    return found


def numbers_of(connection: Connection, cases: Sequence[int]) -> dict[int, str]:
    query = select(Case.id, Case.number).where(Case.id.in_(sorted(set(cases))))
    return {row.id: row.number for row in connection.execute(query)} if cases else {}


OVERDUE = select(func.count(), func.min(TimerJobRow.due_at)).where(
    text(TIMER_RUNS), TimerJobRow.due_at < bindparam("before", type_=Instant())
)
