"""The office's calendar as it is stored: its days, its hours, and the record of every change.

A change is an edit that somebody made on some ground; it is checked, applied and recorded here, in
the caller's transaction. Nothing here knows a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from ..errors import InvalidRequest
from ..history import canonical
from ..model import Holiday, is_storable
from ..tables import HolidayRow
from .hours import DayHours, OfficeHours
from .tables import CalendarChangeRow, OfficeHoursRow
from .worktime import WorkingCalendar

KINDS: Mapping[str, str] = {
    "libur_nasional": "libur nasional",
    "cuti_bersama": "cuti bersama",
    "kantor": "libur kantor",
}
"""The kinds of days, and their Indonesian names."""
YEARS = range(2000, 2201)
LONGEST_NAME, LONGEST_REASON = 200, 500
HoursKey = tuple[date, bool]
"""What names an entry of hours: its first day, and whether it is a season."""


@dataclass(frozen=True)
class CalendarEdit:
    """What somebody wants to change, and on what ground (a decree, a letter of the head of office).

    ``days`` and ``hours`` are put in, or replace what stands there; ``no_days`` and ``no_hours`` are taken out.
    """

    reason: str
    days: tuple[Holiday, ...] = ()
    no_days: tuple[date, ...] = ()
    hours: tuple[OfficeHours, ...] = ()
    no_hours: tuple[HoursKey, ...] = ()


@dataclass(frozen=True)
class CalendarChange:
    """One recorded change: what stood in its place ``before`` and ``after``, and the calendar's version since."""

    number: int
    recorded_at: datetime
    actor: str
    reason: str
    days_before: tuple[Holiday, ...]
    days_after: tuple[Holiday, ...]
    hours_before: tuple[OfficeHours, ...]
    hours_after: tuple[OfficeHours, ...]
    version: str


@dataclass(frozen=True)
class Almanac:
    """The calendar after its change ``number``: days and hours in order of date."""

    number: int
    days: tuple[Holiday, ...]
    hours: tuple[OfficeHours, ...]

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The calendar to reckon with."""
        return WorkingCalendar.of(self.days, self.hours)

    def after(self, edit: CalendarEdit) -> Almanac:
        """Return the calendar as ``edit`` makes it. Raises ``InvalidRequest`` if it cannot be, or changes nothing."""
        if not edit.reason.strip() or len(edit.reason) > LONGEST_REASON or not is_storable(edit.reason):
            raise InvalidRequest(
                f"Dasar perubahan wajib diisi, paling banyak {LONGEST_REASON} huruf: nomor SKB, keputusan, atau surat."
            )
        for day in edit.days:
            _check_day(day)
        days, hours = {day.on: day for day in self.days}, {(each.first, each.seasonal): each for each in self.hours}
        for on in edit.no_days:
            if days.pop(on, None) is None:
                raise InvalidRequest(f"Tanggal {on:%d-%m-%Y} tidak ada dalam daftar; periksa kembali tanggalnya.")
        for key in edit.no_hours:
            if hours.pop(key, None) is None:
                raise InvalidRequest(f"Tidak ada jam kantor yang mulai {key[0]:%d-%m-%Y}; periksa kembali tanggalnya.")
        days.update({day.on: day for day in edit.days})
        hours.update({(each.first, each.seasonal): each for each in edit.hours})
        changed = Almanac(
            self.number + 1,
            tuple(sorted(days.values(), key=lambda day: day.on)),
            tuple(sorted(hours.values(), key=lambda each: (each.first, each.seasonal))),
        )
        if (changed.days, changed.hours) == (self.days, self.hours):
            raise InvalidRequest("Kalender sudah seperti itu; tidak ada yang berubah.")
        _check_hours(changed.hours)
        return changed

    def first_difference(self, other: Almanac) -> date | None:
        """Return the first day on which the office may be open at other times; None if it is not on any."""
        if self.calendar.version == other.calendar.version:
            return None
        days = {day.on for day in {*self.days} ^ {*other.days}}
        return min(days | {each.first for each in {*self.hours} ^ {*other.hours}})


def read(connection: Connection) -> Almanac:
    """Return the calendar as it stands."""
    days = tuple(
        Holiday(row.on, row.name, row.kind, row.decree, row.works)
        for row in connection.execute(select(HolidayRow).order_by(HolidayRow.on))
    )
    hours = tuple(
        OfficeHours(
            row.first, row.name, DayHours.parse(row.day), DayHours.parse(row.friday) if row.friday else None, row.last
        )
        for row in connection.execute(select(OfficeHoursRow).order_by(OfficeHoursRow.first, OfficeHoursRow.seasonal))
    )
    return Almanac(newest(connection), days, hours)


def newest(connection: Connection) -> int:
    """Return the number of the last change, 0 if there is none."""
    return connection.execute(select(func.max(CalendarChangeRow.number))).scalar_one() or 0


def store(connection: Connection, before: Almanac, after: Almanac) -> None:
    """Make the tables hold ``after``, where they hold ``before``."""
    days_before, days_after = _apart(before.days, after.days)
    hours_before, hours_after = _apart(before.hours, after.hours)
    for day in days_before:
        connection.execute(delete(HolidayRow).where(HolidayRow.on == day.on))
    for each in hours_before:
        row = OfficeHoursRow
        connection.execute(delete(row).where(row.first == each.first, row.seasonal == each.seasonal))
    if days_after:
        connection.execute(insert(HolidayRow), [vars(day) for day in days_after])
    if hours_after:
        connection.execute(insert(OfficeHoursRow), [_hours_values(each) for each in hours_after])


def difference(before: Almanac, after: Almanac, *, at: datetime, actor: str, reason: str) -> CalendarChange:
    """Return the change that makes ``after`` of ``before``, as it is, or would be, recorded."""
    days_before, days_after = _apart(before.days, after.days)
    hours_before, hours_after = _apart(before.hours, after.hours)
    return CalendarChange(
        after.number, at, actor, reason, days_before, days_after, hours_before, hours_after, after.calendar.version
    )


def record(connection: Connection, change: CalendarChange) -> None:
    """Add a change to the record."""
    connection.execute(insert(CalendarChangeRow), _change_values(change))


def changes(connection: Connection, before: int | None, limit: int) -> tuple[CalendarChange, ...]:
    """Return the recorded changes below number ``before``, the newest first."""
    query = select(CalendarChangeRow).order_by(CalendarChangeRow.number.desc()).limit(limit)
    if before is not None:
        query = query.where(CalendarChangeRow.number < before)
    return tuple(_change_of(row) for row in connection.execute(query))


def change(connection: Connection, number: int) -> CalendarChange:
    """Return one recorded change, which must be there."""
    return _change_of(connection.execute(select(CalendarChangeRow).where(CalendarChangeRow.number == number)).one())


def added_up(connection: Connection) -> Almanac:
    """Return the calendar that the recorded changes add up to: the tables must hold the same."""
    days: dict[date, Holiday] = {}
    hours: dict[HoursKey, OfficeHours] = {}
    number = 0
    for row in connection.execute(select(CalendarChangeRow).order_by(CalendarChangeRow.number)):
        each = _change_of(row)
        number = each.number
        for day in each.days_before:
            days.pop(day.on, None)
        for entry in each.hours_before:
            hours.pop((entry.first, entry.seasonal), None)
        days.update({day.on: day for day in each.days_after})
        hours.update({(entry.first, entry.seasonal): entry for entry in each.hours_after})
    return Almanac(number, tuple(days[on] for on in sorted(days)), tuple(hours[key] for key in sorted(hours)))


def _apart(before: Iterable[Any], after: Iterable[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return what stands in ``before`` alone, and what in ``after`` alone."""
    old, new = tuple(before), tuple(after)
    kept = {*old} & {*new}
    return tuple(each for each in old if each not in kept), tuple(each for each in new if each not in kept)


def _check_day(day: Holiday) -> None:
    if day.on.year not in YEARS:
        raise InvalidRequest(f"Tanggal {day.on:%d-%m-%Y} di luar tahun {YEARS[0]}–{YEARS[-1]}; periksa tahunnya.")
    if day.kind not in KINDS:
        raise InvalidRequest(f"Jenis hari {day.kind[:40]!r} tidak dikenal; pilih {', '.join(KINDS)}.")
    if not day.name.strip() or len(day.name) > LONGEST_NAME or not is_storable(day.name + day.decree):
        raise InvalidRequest(f"Nama hari wajib diisi, paling banyak {LONGEST_NAME} huruf.")
    if len(day.decree) > LONGEST_REASON:
        raise InvalidRequest(f"Dasar penetapan paling banyak {LONGEST_REASON} huruf.")


def _check_hours(hours: tuple[OfficeHours, ...]) -> None:
    for each in hours:
        if not each.name.strip() or len(each.name) > LONGEST_NAME or not is_storable(each.name):
            raise InvalidRequest(f"Nama jam kantor wajib diisi, paling banyak {LONGEST_NAME} huruf.")
        if each.first.year not in YEARS or (each.last or each.first).year not in YEARS:
            raise InvalidRequest(f"Masa berlaku jam kantor harus dalam tahun {YEARS[0]}–{YEARS[-1]}; periksa tahunnya.")
    seasons = [each for each in hours if each.seasonal]
    for earlier, later in pairwise(seasons):
        if earlier.covers(later.first):
            raise InvalidRequest(
                f"Musim {later.name!r} mulai {later.first:%d-%m-%Y}, padahal musim {earlier.name!r} baru berakhir "
                f"{earlier.last:%d-%m-%Y}. Ubah salah satu tanggalnya supaya tidak bertumpuk."
            )


def _hours_of(row: Mapping[Any, Any]) -> OfficeHours:
    friday = DayHours.parse(row["friday"]) if row["friday"] else None
    return OfficeHours(row["first"], row["name"], DayHours.parse(row["day"]), friday, row["last"])


def _hours_values(each: OfficeHours) -> dict[str, Any]:
    return {
        "first": each.first,
        "seasonal": each.seasonal,
        "last": each.last,
        "name": each.name,
        "day": each.day.text(),
        "friday": each.friday.text() if each.friday else None,
    }


def _change_values(change: CalendarChange) -> dict[str, Any]:
    return {
        "number": change.number,
        "recorded_at": change.recorded_at,
        "actor": change.actor,
        "reason": change.reason,
        "before": _told(change.days_before, change.hours_before),
        "after": _told(change.days_after, change.hours_after),
        "version": change.version,
    }


def _told(days: Iterable[Holiday], hours: Iterable[OfficeHours]) -> str:
    told_days = [vars(day) | {"on": day.on.isoformat()} for day in days]
    told_hours = [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in _hours_values(each).items()}
        for each in hours
    ]
    return canonical({"days": told_days, "hours": told_hours})


def _change_of(row: Any) -> CalendarChange:
    (days_before, hours_before), (days_after, hours_after) = _entries(row.before), _entries(row.after)
    return CalendarChange(
        row.number,
        row.recorded_at,
        row.actor,
        row.reason,
        days_before,
        days_after,
        hours_before,
        hours_after,
        row.version,
    )


def _entries(text: str) -> tuple[tuple[Holiday, ...], tuple[OfficeHours, ...]]:
    told = json.loads(text)
    days = tuple(Holiday(**day | {"on": date.fromisoformat(day["on"])}) for day in told["days"])
    dates = ("first", "last")
    hours = tuple(
        _hours_of(each | {name: each[name] and date.fromisoformat(each[name]) for name in dates})
        for each in told["hours"]
    )
    return days, hours
