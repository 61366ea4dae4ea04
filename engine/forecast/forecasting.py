"""The use case of whoever asks what a standard means on a given day: a reading, of no case.

Everybody who works here may ask it of a version; of a draft only its owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from ..calendar.almanac import YEARS
from ..calendar.worktime import WorkingCalendar
from ..catalog import DEFINITION
from ..diagram import ExecutableProcess
from ..diagram.properties import legal_limit
from ..drafting.drafting import DiagramDrafts
from ..errors import InvalidRequest, NotFound
from ..model import Actor, is_storable
from .reckoning import Dated, Reckoning
from .values import ClosedDays, Forecast, ForecastStep, ForecastTimer

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_LARGEST: Final = 2**31
_LONGEST: Final = timedelta(days=1_100)
"""Closed days are named so far ahead; who waits longer counts in years."""


class Forecasts(DiagramDrafts):
    """The question about a case to come."""

    def forecast(self, key: str, version: int | Literal["draft"] | None = None, *, at: datetime, by: Actor) -> Forecast:
        """Return when each step would be due if a case came in at ``at``; None asks of the version in force.

        Raises ``NotFound``, ``InvalidRequest`` for an instant far off; for a draft also ``NotAllowed``, and
        ``DeploymentRefused`` if it could not be deployed as it stands.
        """
        if at.tzinfo is None or at.astimezone(self.calendar().zone).year not in YEARS:
            raise InvalidRequest(f"Saat masuk harus antara tahun {YEARS[0]} dan {YEARS[-1]}; periksa tanggalnya.")
        with self.database.read() as connection:
            if version == "draft":
                process = self.drafted(connection, self.own_draft(connection, key, by=by))
            elif version is None:
                process = self.catalog.in_force(connection, key if is_storable(key) else "", self.now())
            elif is_storable(key) and 0 < version < _LARGEST:
                process = self.catalog.process(connection, key, version)
            else:
                raise NotFound(DEFINITION, f"{key} versi {version}")
        names = {day.on: day.name for day in self._almanac.days if not day.works}
        try:
            return _forecast(process, None if version == "draft" else process.version, at, self.calendar(), names)
        except OverflowError:
            message = "Batas waktu SOP ini bersama-sama melampaui penanggalan; tidak dapat diperkirakan."
            raise InvalidRequest(message) from None


def _forecast(
    process: ExecutableProcess, version: int | None, at: datetime, calendar: WorkingCalendar, names: Mapping[date, str]
) -> Forecast:
    reckoning = Reckoning(calendar)
    ends = reckoning.walk(process, at)
    begins = calendar.next_opening(at)
    limit = legal_limit(process.diagram.properties)
    limit_due = calendar.due(at, limit) if limit else None
    steps = tuple(_step(dated, calendar, names) for dated in reckoning.steps)
    untimed = tuple(step.no or step.name for step in steps if step.due_latest is None and not step.handed_in)
    last = max([ends, *(step.due_latest for step in steps if step.due_latest)])
    return Forecast(
        key=process.key,
        name=process.diagram.name,
        version=version,
        at=at,
        counted_from=begins,
        steps=steps,
        ends_latest=ends,
        office_time=calendar.between(at, ends),
        limit=limit,
        limit_due=limit_due,
        over=calendar.between(limit_due, ends) if limit_due else timedelta(0),
        untimed=untimed,
        choices=reckoning.choices,
        loops=reckoning.loops,
        closed=closed_days(calendar, names, at, max(last, limit_due or last)),
        known_until=calendar.known_until,
        beyond_known=not calendar.is_known(last),
        office_day=calendar.ordinary_day(at.astimezone(calendar.zone).date()),
    )


def _step(dated: Dated, calendar: WorkingCalendar, names: Mapping[date, str]) -> ForecastStep:
    timers = tuple(ForecastTimer(timer.role, timer.duration, due.earliest, due.latest) for timer, due in dated.timers)
    # The step with which a case comes in is done when the case begins: nobody waits for it.
    longest = timers[-1] if timers and not dated.handed_in else None
    task = dated.task
    return ForecastStep(
        path=dated.path,
        no=task.properties.get("no", ""),
        name=task.name,
        lane=task.lane,
        opens_earliest=dated.opens.earliest,
        opens_latest=dated.opens.latest,
        timers=() if dated.handed_in else timers,
        due_earliest=longest.earliest if longest else None,
        due_latest=longest.latest if longest else None,
        handed_in=dated.handed_in,
        only_if_late=dated.opens.late,
        closed=closed_days(calendar, names, dated.opens.latest, longest.latest) if longest else (),
    )


def closed_days(
    calendar: WorkingCalendar, names: Mapping[date, str], start: datetime, end: datetime
) -> tuple[ClosedDays, ...]:
    """Return the days between two instants on which the office is closed, those in a row together."""
    found: list[ClosedDays] = []
    for day in _days(
        start.astimezone(calendar.zone).date(), min(end, start + _LONGEST).astimezone(calendar.zone).date()
    ):
        if calendar.is_office_day(day):
            continue
        reason = names.get(day, _DAYS[day.weekday()])
        if found and found[-1].last == day - timedelta(days=1):
            before = found.pop()
            found.append(ClosedDays(before.first, day, (*before.reasons, reason)))
        else:
            found.append(ClosedDays(day, day, (reason,)))
    return tuple(found)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
