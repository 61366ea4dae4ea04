"""The calendar in Indonesian: its kinds of days, its hours, what a change did, and a year laid out in months.

Nothing here reads a clock or asks the engine.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from engine import DAY_KINDS, CalendarChange, DayHours, Holiday, OfficeHours, Redated, WorkingCalendar

from .words import day

LONG_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
ROLES = {"deadline": "batas waktu", "reminder": "pengingat", "interrupt": "batas penarikan", "wait": "jeda"}
Square = Literal["open", "weekend", "closed", "worked", "season"]


@dataclass(frozen=True)
class DayInMonth:
    """One square of a month: the day, what it is, and its name if it has one."""

    number: int
    square: Square
    title: str
    today: bool = False


@dataclass(frozen=True)
class Month:
    """One month as weeks of seven squares, Monday first; None where the week belongs to another month."""

    name: str
    weeks: tuple[tuple[DayInMonth | None, ...], ...]
    office_days: int


@dataclass(frozen=True)
class Told:
    """One thing that a change did: what stood there, and what stands there since; empty where nothing did."""

    what: str
    before: str
    after: str


def clock(at: time) -> str:
    """Return a time of day as the office writes it: ``08.00``."""
    return f"{at:%H.%M}"


def day_hours(hours: DayHours) -> str:
    """Return the hours of one day: ``08.00–15.00, istirahat 12.00–12.30``."""
    span = f"{clock(hours.opens)}–{clock(hours.closes)}"
    if hours.break_from is None or hours.break_to is None:
        return span
    return f"{span}, istirahat {clock(hours.break_from)}–{clock(hours.break_to)}"


def weekly_hours(hours: OfficeHours) -> str:
    """Return the hours of a week: ``Senin–Kamis 08.00–15.00; Jumat …``."""
    if hours.friday is None or hours.friday == hours.day:
        return f"Senin–Jumat {day_hours(hours.day)}"
    return f"Senin–Kamis {day_hours(hours.day)}; Jumat {day_hours(hours.friday)}"


def validity(hours: OfficeHours) -> str:
    """Return from when to when hours hold."""
    if hours.last is None:
        return f"mulai {day(hours.first)}"
    return f"{day(hours.first)} sampai {day(hours.last)}"


def length(amount: timedelta) -> str:
    """Return a length of one office day: ``7 jam``, ``7 jam 30 menit``."""
    hours, rest = divmod(amount, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    return " ".join(part for part in (f"{hours} jam" if hours else "", f"{minutes} menit" if minutes else "") if part)


def state_of(holiday: Holiday) -> str:
    """Return whether the office works on a listed day."""
    return "kantor buka" if holiday.works else "kantor tutup"


def told(change: CalendarChange) -> tuple[Told, ...]:
    """Return what a change did, one entry for each day and each entry of hours, in order of date."""
    days = {each.on: each for each in change.days_before}, {each.on: each for each in change.days_after}
    hours = _by_key(change.hours_before), _by_key(change.hours_after)
    told_days = [Told(day(on), _day(days[0].get(on)), _day(days[1].get(on))) for on in sorted({*days[0], *days[1]})]
    told_hours = [
        Told(_named(hours[1].get(key) or hours[0][key]), _hours(hours[0].get(key)), _hours(hours[1].get(key)))
        for key in sorted({*hours[0], *hours[1]})
    ]
    return (*told_days, *told_hours)


def redated_as(each: Redated) -> str:
    """Return what kind of instant moves: the step's deadline, its reminder, a pause in the flow."""
    return ROLES[each.role]


def months(office: WorkingCalendar, listed: Iterable[Holiday], year: int, today: date) -> tuple[Month, ...]:
    """Return a year in months."""
    names = {each.on: each for each in listed}
    return tuple(
        Month(
            name,
            tuple(tuple(_squares(office, names, year, number, week, today)) for week in _weeks(year, number)),
            sum(office.is_office_day(date(year, number, each)) for each in range(1, _last(year, number) + 1)),
        )
        for number, name in enumerate(LONG_MONTHS, 1)
    )


def _squares(
    office: WorkingCalendar, names: dict[date, Holiday], year: int, month: int, week: list[int], today: date
) -> Iterator[DayInMonth | None]:
    for number in week:
        if number == 0:
            yield None
            continue
        on = date(year, month, number)
        listed = names.get(on)
        title = f"{listed.name} ({state_of(listed)})" if listed else ""
        yield DayInMonth(number, _square(office, on, listed), title, on == today)


def _square(office: WorkingCalendar, on: date, listed: Holiday | None) -> Square:
    if listed is not None:
        return "worked" if listed.works else "closed"
    if not office.is_office_day(on):
        return "weekend"
    return "season" if office.hours_on(on).seasonal else "open"


def _weeks(year: int, month: int) -> list[list[int]]:
    """Return six weeks, so that all months are equally high."""
    weeks = calendar.monthcalendar(year, month)
    return weeks + [[0] * 7] * (6 - len(weeks))


def _last(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _by_key(hours: Iterable[OfficeHours]) -> dict[tuple[date, bool], OfficeHours]:
    return {(each.first, each.seasonal): each for each in hours}


def _named(hours: OfficeHours) -> str:
    return f"Jam kantor, {validity(hours)}"


def _day(holiday: Holiday | None) -> str:
    if holiday is None:
        return ""
    decree = f", dasar {holiday.decree}" if holiday.decree else ""
    return f"{holiday.name} ({DAY_KINDS[holiday.kind]}, {state_of(holiday)}{decree})"


def _hours(hours: OfficeHours | None) -> str:
    return f"{hours.name}: {weekly_hours(hours)}" if hours else ""
