"""Working time: when have *n* office hours passed?

Nothing here reads the clock or the database. Instants are timezone-aware; durations are
office time, so seven hours is one office day, not a third of a calendar day. The office is
open from Monday to Friday, at the hours of that date, and closed on its holidays.

The arithmetic never walks from day to day: the calendar is cut into stretches of equal weeks, and
office time is counted from the year 1, so a deadline ten years ahead costs as much as one this
afternoon.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, Self
from zoneinfo import ZoneInfo

import holidays as published

from ..model import Holiday
from .hours import CLOSED, DayHours, OfficeHours, Week

WIB = ZoneInfo("Asia/Jakarta")
LONGEST = timedelta(days=3650)
NONE = timedelta(0)
SATURDAY = 5
FIRST_MONDAY = date(1, 1, 1).toordinal()

DurationUnit = Literal["hari", "jam", "menit"]


@dataclass(frozen=True)
class Duration:
    """A length of office time as the diagram writes it: ``P3D``, ``PT5H`` or ``PT2M``."""

    text: str
    amount: int
    unit: DurationUnit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the duration that ``text`` writes.

        Raises ``ValueError``, in Indonesian, unless it has one unit and lies between
        one minute and 3,650 days.
        """
        found = re.fullmatch(r"P([0-9]{1,9})D|PT([0-9]{1,9})H|PT([0-9]{1,9})M", text.strip())
        if found is None:
            raise ValueError(
                "Durasi harus memakai satu satuan saja: P3D (hari kerja), PT5H (jam kerja) atau PT2M (menit kerja), "
                f"tanpa tanda kutip; yang tertulis {_excerpt(text)}. Tulis ulang dengan salah satu bentuk itu."
            )
        days, hours, minutes = (int(digits) if digits else 0 for digits in found.groups())
        if not timedelta(0) < timedelta(days, hours=hours, minutes=minutes) <= LONGEST:
            raise ValueError(
                f"Durasi harus antara 1 menit dan 3.650 hari; yang tertulis {_excerpt(text)}. Perbaiki angkanya."
            )
        unit: DurationUnit = "hari" if days else "jam" if hours else "menit"
        return cls(found.group(), days or hours or minutes, unit)

    def words(self) -> str:
        """Return the duration as a clerk says it: ``3 hari``."""
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True)
class _Stretch:
    """Days from an ordinal on whose weeks are equal. ``before`` is the office time up to its first day."""

    first: int
    week: Week
    before: timedelta
    # What the week's own count from the year 1 lacks of the calendar's.
    offset: timedelta


@dataclass(frozen=True)
class WorkingCalendar:
    """Office hours of one agency. ``version`` is recorded beside every deadline.

    ``opens`` and ``closes`` hold until the first of ``hours``. ``workdays`` are weekend days on which the
    office works. ``known_until`` is the last day for which holidays were decreed; None says that nobody knows.
    """

    zone: ZoneInfo = WIB
    opens: time = time(8)
    closes: time = time(15)
    holidays: frozenset[date] = frozenset()
    version: str = "1"
    known_until: date | None = None
    workdays: frozenset[date] = frozenset()
    hours: tuple[OfficeHours, ...] = ()

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError(f"office must open before it closes, not {self.opens} to {self.closes}")

    @classmethod
    def of(
        cls,
        days: Iterable[Holiday],
        hours: Iterable[OfficeHours] = (),
        *,
        zone: ZoneInfo = WIB,
        opens: time = time(8),
        closes: time = time(15),
    ) -> Self:
        """Return the calendar of these days and hours; equal days and hours give an equal version.

        It is *known* to the end of the last year in a row that a decree has set: one with a cuti bersama, or
        with a national holiday that names its decree. The days of other years are only reckoned.
        """
        listed, ordered = tuple(days), tuple(sorted(hours, key=lambda each: (each.first, each.seasonal)))
        closed = frozenset(day.on for day in listed if not day.works)
        workdays = frozenset(day.on for day in listed if day.works and day.on.weekday() >= SATURDAY)
        covered = [str(zone), opens.isoformat(), closes.isoformat(), *map(str, sorted(closed))]
        # What most calendars lack adds nothing: their versions stay what they were before there was such a thing.
        covered += [*(f"+{day}" for day in sorted(workdays)), *(each.covered() for each in ordered)]
        digest = hashlib.sha256(" ".join(covered).encode()).hexdigest()[:8]
        version = f"{max(closed).year}-{digest}" if closed else f"tanpa-libur-{digest}"
        return cls(zone, opens, closes, closed, version, _known_until(listed), workdays, ordered)

    @cached_property
    def office_day(self) -> timedelta:
        """The length of an ordinary office day, by the newest regular hours: seven hours here."""
        return self._regular(date.max).day.length

    def ordinary_day(self, on: date) -> timedelta:
        """Return the length of an ordinary office day by the regular hours of that date, whatever the season."""
        return self._regular(on).day.length

    def hours_on(self, day: date) -> OfficeHours:
        """Return the hours in force on a day: its season's, else the regular ones."""
        season = next((each for each in self.hours if each.seasonal and each.covers(day)), None)
        return season or self._regular(day)

    def length(self, duration: Duration, on: date | None = None) -> timedelta:
        """Return the office time of ``duration``: *n* days are *n* ordinary office days, never 24 hours each.

        ``on`` is the day from which it counts, where regular hours changed.
        """
        match duration.unit:
            case "hari":
                return duration.amount * (self.office_day if on is None else self.ordinary_day(on))
            case "jam":
                return timedelta(hours=duration.amount)
            case "menit":
                return timedelta(minutes=duration.amount)

    def due(self, start: datetime, duration: Duration) -> datetime:
        """Return the instant, in UTC, when ``duration`` has passed since ``start``. Raises ``ValueError`` if naive."""
        return self.deadline(start, self.length(duration, start.astimezone(self.zone).date()))

    def deadline(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant, in UTC, when ``working`` office time has passed since ``start``.

        A deadline that falls exactly at closing time, or at the beginning of a break, stays there; a start
        outside office hours, or at closing, waits for the next opening.

        Raises ``ValueError`` if ``start`` is naive or ``working`` is negative.
        """
        if working < NONE:
            raise ValueError("need a duration of zero or more")
        return self._instant(self._passed(start) + working, opening=not working)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the office time from ``start`` to ``end``; zero if ``end`` is the earlier one.

        Raises ``ValueError`` if one of them is naive.
        """
        return max(self._passed(end) - self._passed(start), NONE)

    def is_office_day(self, day: date) -> bool:
        """Return whether the office opens on ``day``."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def next_opening(self, instant: datetime) -> datetime:
        """Return ``instant`` in UTC while the office is open, else when it opens next, or when its break is over.

        At closing time the office is closed. Raises ``ValueError`` if ``instant`` is naive.
        """
        return self._instant(self._passed(instant), opening=True)

    def is_known(self, instant: datetime) -> bool:
        """Return whether the holidays up to ``instant`` were decreed: "kalender 2028 belum ditetapkan" if not."""
        return self.known_until is not None and instant.astimezone(self.zone).date() <= self.known_until

    def _regular(self, day: date) -> OfficeHours:
        begun = [each for each in self.hours if not each.seasonal and each.first <= day]
        return begun[-1] if begun else self._first_hours

    @cached_property
    def _first_hours(self) -> OfficeHours:
        return OfficeHours(date.min, "", DayHours(self.opens, self.closes))

    def _week(self, day: date) -> Week:
        """Return the week of which ``day``, with all that follow up to the next mark, is a part."""
        if day in self.holidays:
            return CLOSED
        hours = self.hours_on(day)
        return Week((hours.day,) * 7) if day in self.workdays else hours.week()

    @cached_property
    def _stretches(self) -> tuple[_Stretch, ...]:
        single = [day.toordinal() for day in self.holidays | self.workdays]
        marks = {FIRST_MONDAY, *single, *(ordinal + 1 for ordinal in single)}
        for each in self.hours:
            marks.add(each.first.toordinal())
            if each.last is not None:
                marks.add(each.last.toordinal() + 1)
        return tuple(self._cut(sorted(marks)))

    def _cut(self, marks: list[int]) -> Iterator[_Stretch]:
        before, last = NONE, None
        for first in marks:
            week = self._week(date.fromordinal(first))
            if last is not None:
                if week == last.week:
                    continue
                before = last.offset + last.week.before(first)
            last = _Stretch(first, week, before, before - week.before(first))
            yield last

    @cached_property
    def _firsts(self) -> list[int]:
        return [stretch.first for stretch in self._stretches]

    @cached_property
    def _befores(self) -> list[timedelta]:
        return [stretch.before for stretch in self._stretches]

    def _passed(self, instant: datetime) -> timedelta:
        """Return the office time from the year 1 to ``instant``."""
        if instant.tzinfo is None:
            raise ValueError("need a timezone-aware instant")
        local = instant.astimezone(self.zone)
        ordinal = local.toordinal()
        stretch = self._stretches[bisect_right(self._firsts, ordinal) - 1]
        since_midnight = timedelta(0, 60 * (60 * local.hour + local.minute) + local.second, local.microsecond)
        return stretch.offset + stretch.week.passed(ordinal, since_midnight)

    def _instant(self, passed: timedelta, *, opening: bool) -> datetime:
        """Return when ``passed`` office time since the year 1 ends; or, ``opening``, when the office goes on then."""
        position = (bisect_right if opening else bisect_left)(self._befores, passed) - 1
        stretch = self._stretches[position]
        ordinal, since_midnight = stretch.week.find(passed - stretch.offset, opening=opening)
        local = datetime.combine(date.fromordinal(ordinal), time()) + since_midnight
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def seed_holidays(first_year: int, last_year: int) -> tuple[Holiday, ...]:
    """Return the public holidays and cuti bersama of these years, as published, in order of date.

    They are a proposal for the table that an admin edits: dates of the moon calendar that no
    decree has set yet are estimates and say so, and a year without a decree has no cuti bersama.
    """
    years = range(first_year, last_year + 1)
    kinds = {"libur_nasional": "public", "cuti_bersama": "government"}
    listed = [
        Holiday(on, name, kind)
        for kind, category in kinds.items()
        for on, name in published.country_holidays("ID", years=years, categories=(category,), language="id").items()
    ]
    return tuple(sorted(listed, key=lambda holiday: (holiday.on, holiday.kind)))


def _known_until(days: tuple[Holiday, ...]) -> date | None:
    decreed = {
        day.on.year for day in days if day.kind == "cuti_bersama" or (day.kind == "libur_nasional" and day.decree)
    }
    if not decreed:
        return None
    year = min(decreed)
    while year + 1 in decreed:
        year += 1
    return date(year, 12, 31)


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
