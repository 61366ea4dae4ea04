"""Open deadlines after a change of the calendar: which ones become others, and dating them anew, visibly.

What a preview shows and what is then recorded come from the same reckoning. Dating goes case by case, each
in its own transaction under its lock, and is idempotent: whoever goes on after a break finds what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

from sqlalchemy import Connection, func, select, update

from .. import history as h
from ..diagram import ExecutableProcess
from ..errors import CaseBecameIncident, DatabaseUnusable, EngineError
from ..model import TimerRole
from ..office import Office
from ..paths import element_of, holder_of
from ..replay import recorded
from . import almanac
from .reckoning import OpenCase, Reckoned, affected, from_history, open_cases
from .tables import RedatingRow
from .worktime import WorkingCalendar

CALENDAR_CHANGED = "kalender kantor berubah"
"""How the reason of a due date begins that a change of the calendar moved."""
BATCH, AT_A_GLANCE = 10, 200
"""Cases that are looked at together: to date them one by one, or only to tell."""
AT_ONCE = 0.3
"""Seconds of dating between two sweeps: no timer waits longer for it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Redated:
    """One open timer that is due at another instant under another calendar. ``case`` is None if it is *rahasia*.

    ``overdue`` says that the new instant has passed already: it is then due as soon as the change is recorded.
    """

    case: str | None
    key: str
    name: str
    role: TimerRole
    old_due_at: datetime
    new_due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class Redating:
    """How far the open deadlines follow the newest change that moved any. ``left``: cases still to look at."""

    change: int
    redated: int
    failed: int
    left: int
    finished_at: datetime | None


@dataclass(frozen=True)
class _Pending:
    change: int
    from_day: date
    position: int


class Redatings(Office):
    """The use cases about open deadlines and a changed calendar."""

    def redate(self, seconds: float = AT_ONCE) -> bool:
        """Date open deadlines anew, for about so long; return whether some are left. Any worker may call it.

        A case on which it fails is logged, counted, and left as it is. Raises ``DatabaseUnusable``.
        """
        until = monotonic() + seconds
        while True:
            with self.database.read() as connection:
                pending = _pending(connection)
                if pending is None:
                    return False
                self.follow_calendar_to(pending.change, connection)
                cases = open_cases(connection, pending.from_day, pending.position, BATCH)
                differing = {case.id for case in cases if self._reckoned(connection, case, self.calendar())}
            if not cases:
                self._finish(pending.change)
                continue
            self._take(pending.change, cases, differing, until)
            if monotonic() >= until:
                return True

    def redate_again(self) -> None:
        """Let every open deadline be looked at once more: after a failure, or when somebody doubts."""
        with self.database.write() as connection:
            newest = select(func.max(RedatingRow.change)).scalar_subquery()
            values = {"position": 0, "failed": 0, "from_day": date.min, "finished_at": None}
            connection.execute(update(RedatingRow).where(RedatingRow.change == newest).values(values))

    def redating(self) -> Redating | None:
        """Return how far the open deadlines follow the calendar; None if no change ever touched any."""
        with self.database.read() as connection:
            row = connection.execute(select(RedatingRow).order_by(RedatingRow.change.desc()).limit(1)).first()
            if row is None:
                return None
            pending = _pending(connection)
            left = 0
            if pending is not None:
                waiting = affected(pending.from_day, pending.position).subquery()
                left = connection.execute(select(func.count()).select_from(waiting)).scalar_one()
            return Redating(row.change, row.redated, row.failed, left, row.finished_at if pending is None else None)

    def redated(
        self, connection: Connection, calendar: WorkingCalendar, from_day: date
    ) -> Iterator[tuple[Redated, ...]]:
        """Yield, case by case, the open timers that would be due at another instant under ``calendar``."""
        position = 0
        while cases := open_cases(connection, from_day, position, AT_A_GLANCE):
            position = cases[-1].id
            for case in cases:
                reckoned = self._reckoned(connection, case, calendar)
                if reckoned:
                    process = self.catalog.process(connection, case.definition, case.version)
                    yield tuple(_told(case, each, process) for each in reckoned)

    def _reckoned(self, connection: Connection, case: OpenCase, calendar: WorkingCalendar) -> tuple[Reckoned, ...]:
        try:
            told = case.from_tables(calendar, self.now())
            if told is not None:
                return told
            history = map(recorded, self.events(connection, case.id))
            return from_history(history, calendar, self.now())
        except (EngineError, KeyError, ValueError, TypeError) as error:
            # A damaged history is for 'alur verify' to tell; here it must not stop the others.
            log.error("case %s: its deadlines could not be reckoned: %s", case.number, error)
            return ()

    def _take(self, change: int, cases: Iterable[OpenCase], differing: set[int], until: float) -> None:
        """Date the cases that differ until the time is over, and keep how far that got."""
        position = failed = 0
        for case in cases:
            failed += case.id in differing and not self._dated(change, case)
            position = case.id
            if monotonic() >= until:
                break
        with self.database.write() as connection:
            row = RedatingRow
            query = update(row).where(row.change == change, row.position < position)
            connection.execute(query.values(position=position, failed=row.failed + failed))

    def _dated(self, change: int, case: OpenCase) -> bool:
        """Date one case anew, under its lock; return whether that went well."""
        try:
            try:
                self._date(change, case)
            except CaseBecameIncident:
                self._date(change, case)  # what was due could not be carried out; the other dates hold all the same
        except DatabaseUnusable:
            raise
        except Exception:
            log.exception("case %s: its deadlines could not be dated anew; going on with the others", case.number)
            return False
        return True

    def _date(self, change: int, case: OpenCase) -> None:
        with self.advance(case.number) as flow:
            connection, now = flow.file.connection, self.now()
            flow.file.write_events()  # what fell due just now is part of the history that is reckoned from
            history = map(recorded, self.events(connection, flow.file.id))
            due = from_history(history, self.calendar(), now)
            if not due:
                return
            pending = _pending(connection)
            told = almanac.change(connection, pending.change if pending else change)
            dates = {each.timer.key: h.instant(each.due_at) for each in due}
            reason = f"{CALENDAR_CHANGED}: {told.reason}"
            flow.note(h.DueDateSet(dates, self.calendar().version, reason, told.number), at=now, actor=told.actor)
            row = RedatingRow
            connection.execute(update(row).where(row.change == told.number).values(redated=row.redated + len(due)))

    def _finish(self, change: int) -> None:
        with self.database.write() as connection:
            row = RedatingRow
            query = update(row).where(row.change <= change, row.finished_at.is_(None))
            connection.execute(query.values(finished_at=self.now()))


def _pending(connection: Connection) -> _Pending | None:
    """Return what is left to do: from the earliest day of all unfinished changes, as far as the newest got."""
    rows = connection.execute(select(RedatingRow).where(RedatingRow.finished_at.is_(None))).all()
    if not rows:
        return None
    newest = max(rows, key=lambda row: row.change)
    return _Pending(newest.change, min(row.from_day for row in rows), newest.position)


def _told(case: OpenCase, each: Reckoned, process: ExecutableProcess) -> Redated:
    assert each.timer.due_at is not None  # only a timer that was dated is reckoned again
    number = None if case.confidential else case.number
    name = _name(process, each.watched)
    return Redated(number, each.watched, name, each.timer.role, each.timer.due_at, each.due_at, each.overdue)


def _name(process: ExecutableProcess, key: str) -> str:
    """Return the name of the step that a key points at, or of the activity that a timer stands on."""
    holder = holder_of(process, key)
    element = holder.diagram.elements.get(element_of(key)) if holder else None
    if holder and element and element.attached_to:
        element = holder.diagram.elements.get(element.attached_to, element)
    return (element.name if element else "") or key
