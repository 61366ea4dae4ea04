"""Which open timers would be due at another instant under another calendar.

The tables tell most of it: a timer that watches an open step counts from when the step opened. Where they
do not (a move, a pause in the flow, a task that opens several times) the history does, and it has the last
word: what is recorded is always reckoned from it. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, select

from ..bases import bases
from ..case_rows import timer_of
from ..projection import Recorded, TimerState
from ..tables import HistoryEventRow, ProcessInstanceRow, TimerJobRow, WorkItemRow
from .worktime import WIB, Duration, WorkingCalendar


@dataclass(frozen=True)
class Reckoned:
    """An armed timer and when it would be due. ``watched`` is the step that it watches, else its own key.

    ``overdue``: that instant had passed already, and became now; nobody is late before a change is recorded.
    """

    timer: TimerState
    watched: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class OpenCase:
    """A case with timers, as the tables have it: each timer with the opening of the step that it watches."""

    id: int
    number: str
    definition: str
    version: int
    confidential: bool
    timers: tuple[tuple[TimerState, datetime | None], ...]
    moved: bool

    def from_tables(self, calendar: WorkingCalendar, now: datetime) -> tuple[Reckoned, ...] | None:
        """Return the timers that would be due at another instant; None where only the history tells."""
        if self.moved or any(opened_at is None for _timer, opened_at in self.timers):
            return None
        found = (
            _reckoned(timer, timer.item or timer.key, opened_at, timer.duration, calendar, now)
            for timer, opened_at in self.timers
            if opened_at is not None
        )
        return tuple(each for each in found if each is not None)


def from_history(history: Iterable[Recorded], calendar: WorkingCalendar, now: datetime) -> tuple[Reckoned, ...]:
    """Return the timers of one case that would be due at another instant under ``calendar``."""
    state, found = bases(history)
    reckoned = []
    for timer in state.timers.values():
        basis = found.get(timer.key)
        watched = next((item.key for item in state.watched_by(timer)), timer.key)
        each = _reckoned(timer, watched, basis.since, basis.duration, calendar, now) if basis else None
        if each is not None:
            reckoned.append(each)
    return tuple(reckoned)


def affected(from_day: date, position: int) -> Select[int]:
    """Select the cases behind ``position`` with a timer that a calendar changed from that day on may move."""
    row = TimerJobRow
    return select(row.instance_id).where(row.instance_id > position, row.due_at >= first_instant(from_day)).distinct()


def open_cases(connection: Connection, from_day: date, position: int, limit: int) -> list[OpenCase]:
    """Return the next cases that a calendar changed from that day on may concern, in order of their ids."""
    query = affected(from_day, position).order_by(TimerJobRow.instance_id).limit(limit)
    ids = list(connection.execute(query).scalars())
    moved = set(connection.execute(_MOVED, {"ids": ids}).scalars()) if ids else set[int]()
    timers: dict[int, list[tuple[TimerState, datetime | None]]] = {}
    for row in connection.execute(_TIMERS, {"ids": ids}) if ids else ():
        timers.setdefault(row.instance_id, []).append((timer_of(row), row.opened_at))
    return [
        OpenCase(row.id, row.number, row.key, row.version, row.confidential, tuple(timers[row.id]), row.id in moved)
        for row in (connection.execute(_CASES, {"ids": ids}) if ids else ())
    ]


def first_instant(day: date) -> datetime:
    """Return the beginning of a day of the office."""
    return datetime.combine(max(day, date(1970, 1, 2)), time(), WIB)


def _reckoned(
    timer: TimerState, watched: str, since: datetime, duration: str, calendar: WorkingCalendar, now: datetime
) -> Reckoned | None:
    """Return when a timer would be due; None if that is when it is due anyway, or it is due already."""
    if timer.due_at is None or timer.due_at <= now:
        return None
    due_at = calendar.due(since, Duration.parse(duration))
    return None if due_at == timer.due_at else Reckoned(timer, watched, max(due_at, now), due_at <= now)


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_CASES = (
    select(
        ProcessInstanceRow.id,
        ProcessInstanceRow.number,
        ProcessInstanceRow.key,
        ProcessInstanceRow.version,
        ProcessInstanceRow.confidential,
    )
    .where(ProcessInstanceRow.id.in_(_IDS))
    .order_by(ProcessInstanceRow.id)
)
_TIMERS = (
    select(TimerJobRow, WorkItemRow.opened_at)
    .outerjoin(
        WorkItemRow,
        and_(
            WorkItemRow.instance_id == TimerJobRow.instance_id,
            WorkItemRow.key == TimerJobRow.item,
            WorkItemRow.audience.is_not(None),
        ),
    )
    .where(TimerJobRow.instance_id.in_(_IDS))
    .order_by(TimerJobRow.instance_id, TimerJobRow.key)
)
_MOVED = (
    select(HistoryEventRow.instance_id)
    .where(HistoryEventRow.instance_id.in_(_IDS), HistoryEventRow.type == "InstanceMigrated")
    .distinct()
)
