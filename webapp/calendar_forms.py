"""What an admin types to change the calendar, taken from the request: an edit, or what is wrong with each field.

The engine decides whether the edit can be; here dates and times are read, and nothing is looked up but
the published days of a year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import TypeVar

from engine import DAY_KINDS, CalendarEdit, DayHours, Holiday, OfficeHours

ORDINARY, FRIDAY = "", "friday_"
CLOCKS = ("opens", "closes", "break_from", "break_to")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "day": ("on", "was_on", "name", "kind", "works", "reason"),
    "no-day": ("was_on", "reason"),
    "hours": (
        *("first", "last", "was_first", "was_seasonal", "name", "reason"),
        *(prefix + name for prefix in (ORDINARY, FRIDAY) for name in CLOCKS),
    ),
    "no-hours": ("was_first", "was_seasonal", "reason"),
    "year": ("year", "reason"),
}
"""What can be asked for, and the fields of each."""
Published = Callable[[int], tuple[Holiday, ...]]
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What was typed: ``edit`` if it can be read, else a problem for each field that cannot."""

    what: str
    values: Mapping[str, str]
    edit: CalendarEdit | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def asked(what: str, posted: Mapping[str, str], published: Published) -> Asked:
    """Return what was typed. ``published`` gives the days of a year that the calendar lacks."""
    values = {name: posted.get(name, "").strip() for name in FIELDS[what]}
    reader = _Reader(values)
    reason = reader.text("reason", "Tulis dasarnya: nomor SKB, keputusan, atau surat.")
    edit = _EDITS[what](reader, reason or "", published)
    return Asked(what, values, None if reader.problems else edit, reader.problems)


def of_day(day: Holiday) -> dict[str, str]:
    """Return what the form of a listed day holds when it is opened."""
    works = "1" if day.works else ""
    return {"on": str(day.on), "was_on": str(day.on), "name": day.name, "kind": day.kind, "works": works, "reason": ""}


def of_hours(hours: OfficeHours) -> dict[str, str]:
    """Return what the form of hours holds when it is opened."""
    values = {
        "first": str(hours.first),
        "last": str(hours.last or ""),
        "was_first": str(hours.first),
        "was_seasonal": "1" if hours.seasonal else "",
        "name": hours.name,
    }
    for prefix, of_weekday in ((ORDINARY, hours.day), (FRIDAY, hours.friday)):
        for name in CLOCKS:
            at = getattr(of_weekday, name) if of_weekday else None
            values[prefix + name] = f"{at:%H:%M}" if at else ""
    return values


class _Reader:
    """Reads one field after the other and keeps what is wrong; what cannot be read is None."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values, self.problems = values, dict[str, str]()

    def text(self, name: str, problem: str) -> str | None:
        return self._read(name, problem, str)

    def day(self, name: str, *, needed: bool = True) -> date | None:
        if not self.values[name] and not needed:
            return None
        return self._read(name, "Tulis tanggal yang ada, misalnya 24-11-2026.", date.fromisoformat)

    def year(self) -> int | None:
        return self._read("year", "Tulis tahunnya dengan empat angka, misalnya 2028.", int)

    def hours(self, prefix: str) -> DayHours | None:
        opens, closes = (self._clock(prefix + name) for name in ("opens", "closes"))
        pause = [self._clock(prefix + name) if self.values[prefix + name] else None for name in CLOCKS[2:]]
        if opens is None or closes is None:
            return None
        try:
            return DayHours(opens, closes, *pause)
        except ValueError as error:
            self.problems.setdefault(f"{prefix}opens", str(error))
            return None

    def _clock(self, name: str) -> time | None:
        return self._read(name, "Tulis jam dan menit, misalnya 08.00.", lambda text: time.fromisoformat(_colon(text)))

    def _read(self, name: str, problem: str, read: Callable[[str], T]) -> T | None:
        try:
            if self.values[name]:
                return read(self.values[name])
        except ValueError:
            pass
        self.problems[name] = problem
        return None


def _day(read: _Reader, reason: str, _published: Published) -> CalendarEdit | None:
    on, was = read.day("on"), read.day("was_on", needed=False)
    name = read.text("name", "Tulis nama harinya, misalnya Cuti Bersama Idulfitri.")
    kind = read.values["kind"]
    if kind not in DAY_KINDS:
        read.problems["kind"] = "Pilih salah satu jenis hari."
    if on is None or name is None:
        return None
    moved = (was,) if was is not None and was != on else ()
    return CalendarEdit(reason, days=(Holiday(on, name, kind, reason, bool(read.values["works"])),), no_days=moved)


def _no_day(read: _Reader, reason: str, _published: Published) -> CalendarEdit | None:
    was = read.day("was_on")
    return CalendarEdit(reason, no_days=(was,)) if was else None


def _hours(read: _Reader, reason: str, _published: Published) -> CalendarEdit | None:
    first, last = read.day("first"), read.day("last", needed=False)
    name = read.text("name", "Tulis namanya, misalnya Ramadan 1448 H.")
    ordinary = read.hours(ORDINARY)
    friday = read.hours(FRIDAY) if any(read.values[FRIDAY + each] for each in CLOCKS) else None
    if first is None or name is None or ordinary is None or read.problems:
        return None
    try:
        hours = OfficeHours(first, name, ordinary, friday, last)
    except ValueError as error:
        read.problems["last"] = str(error)
        return None
    was = read.day("was_first", needed=False)
    moved = ((was, bool(read.values["was_seasonal"])),) if was else ()
    if moved == ((first, hours.seasonal),):
        moved = ()
    return CalendarEdit(reason, hours=(hours,), no_hours=moved)


def _no_hours(read: _Reader, reason: str, _published: Published) -> CalendarEdit | None:
    was = read.day("was_first")
    return CalendarEdit(reason, no_hours=((was, bool(read.values["was_seasonal"])),)) if was else None


def _year(read: _Reader, reason: str, published: Published) -> CalendarEdit | None:
    year = read.year()
    if year is None:
        return None
    return CalendarEdit(reason, days=tuple(replace(each, decree=reason) for each in published(year)))


def _colon(text: str) -> str:
    return text.replace(".", ":")


_EDITS: Mapping[str, Callable[[_Reader, str, Published], CalendarEdit | None]] = {
    "day": _day,
    "no-day": _no_day,
    "hours": _hours,
    "no-hours": _no_hours,
    "year": _year,
}
