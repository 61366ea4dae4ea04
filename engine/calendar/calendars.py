"""The office's calendar as people see and change it: days, hours, a preview, and the record of every change.

Only duty ``admin`` changes it, each time on some ground; everybody may read it. A change never touches a
deadline by itself: ``redating`` follows, visibly, case by case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select, text

from ..errors import InvalidRequest, NotAllowed
from ..model import Actor, Holiday
from ..tables import TIMER_RUNS, TimerJobRow
from . import almanac
from .almanac import Almanac, CalendarChange, CalendarEdit
from .reckoning import affected, first_instant
from .redating import Redated, Redatings
from .tables import RedatingRow
from .worktime import seed_holidays

CHANGES_PER_PAGE = 50


@dataclass(frozen=True)
class CalendarPlan:
    """What an edit would do: the calendar after it, and the open timers that would be due at another instant.

    ``seen`` is the change that it was made upon; ``redated`` may hold only the first of ``timers``.
    """

    seen: int
    change: CalendarChange
    before: Almanac
    after: Almanac
    timers: int
    cases: int
    overdue: int
    redated: tuple[Redated, ...]


@dataclass(frozen=True)
class Outlook:
    """How far the holidays are decreed, and how many open timers are due after that."""

    known_until: date | None
    beyond: int
    latest: datetime | None


class Calendars(Redatings):
    """The use cases about the calendar."""

    def almanac(self) -> Almanac:
        """Return the days and hours as they stand."""
        with self.database.read() as connection:
            return almanac.read(connection)

    def calendar_changes(self, before: int | None = None, limit: int = CHANGES_PER_PAGE) -> tuple[CalendarChange, ...]:
        """Return the recorded changes below number ``before``, the newest first."""
        with self.database.read() as connection:
            return almanac.changes(connection, before, limit)

    def calendar_is_recorded(self) -> bool:
        """Return whether days and hours are what the recorded changes add up to."""
        with self.database.read() as connection:
            return almanac.read(connection) == almanac.added_up(connection)

    def calendar_outlook(self) -> Outlook:
        """Return whether open deadlines reach a year for which no decree is known."""
        known_until = self.almanac().calendar.known_until
        query = select(func.count(), func.max(TimerJobRow.due_at)).where(text(TIMER_RUNS))
        if known_until is not None:
            query = query.where(TimerJobRow.due_at >= first_instant(known_until + timedelta(days=1)))
        with self.database.read() as connection:
            beyond, latest = connection.execute(query).one()
            return Outlook(known_until, beyond, latest)

    def published_days(self, year: int) -> tuple[Holiday, ...]:
        """Return the published days of a year that the calendar lacks: a proposal, to be held against the decree."""
        if year not in almanac.YEARS:
            raise InvalidRequest(f"Tahun {year} di luar {almanac.YEARS[0]}–{almanac.YEARS[-1]}; periksa tahunnya.")
        listed = {day.on for day in self.almanac().days}
        return tuple(day for day in seed_holidays(year, year) if day.on not in listed)

    def may_change_calendar(self, *, by: Actor) -> bool:
        """Return whether the actor may change the calendar."""
        return by.active and "admin" in by.duties

    def plan_calendar(self, edit: CalendarEdit, *, by: Actor, shown: int | None = None) -> CalendarPlan:
        """Return what ``edit`` would do; ``shown`` limits how many timers are named. Nothing is changed.

        Raises ``NotAllowed``, ``InvalidRequest``.
        """
        self._allow(by)
        with self.database.read() as connection:
            before = almanac.read(connection)
            after = before.after(edit)
            first = before.first_difference(after)
            redated: list[Redated] = []
            timers = cases = overdue = 0
            for of_case in self.redated(connection, after.calendar, first) if first else ():
                cases, timers = cases + 1, timers + len(of_case)
                overdue += sum(each.overdue for each in of_case)
                redated += of_case if shown is None else of_case[: max(shown - len(redated), 0)]
            change = almanac.difference(before, after, at=self.now(), actor=by.name, reason=edit.reason.strip())
            return CalendarPlan(before.number, change, before, after, timers, cases, overdue, tuple(redated))

    def change_calendar(self, edit: CalendarEdit, *, by: Actor, seen: int | None = None) -> CalendarChange:
        """Change the calendar and record who did, when and on what ground; open deadlines follow by ``redate``.

        ``seen`` is the number of the change that the preview was made upon. Raises ``NotAllowed``,
        ``InvalidRequest``.
        """
        self._allow(by)
        with self.database.write() as connection:
            if not self.database.is_sqlite:
                # Whatever dates by the old calendar ends before the new one is there: every command locks a row
                # of this table first, so that none can date by the old one behind the back of the redating.
                connection.execute(text("LOCK TABLE process_instance IN EXCLUSIVE MODE"))
            before = almanac.read(connection)
            if seen not in (None, before.number):
                raise InvalidRequest("Kalender berubah sejak pratinjau ini dibuat. Lihat pratinjaunya sekali lagi.")
            after, now = before.after(edit), self.now()
            almanac.store(connection, before, after)
            change = almanac.difference(before, after, at=now, actor=by.name, reason=edit.reason.strip())
            almanac.record(connection, change)
            first = before.first_difference(after)
            if first is not None:
                finished_at = None if connection.execute(affected(first, 0).limit(1)).first() else now
                values = {"change": change.number, "from_day": first, "position": 0, "redated": 0, "failed": 0}
                connection.execute(insert(RedatingRow), values | {"finished_at": finished_at})
        self._take_almanac(after)
        return change

    def _allow(self, by: Actor) -> None:
        if not self.may_change_calendar(by=by):
            raise NotAllowed("Hanya admin yang boleh mengubah kalender kantor.")
