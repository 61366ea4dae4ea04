"""Working time: when have *n* office hours passed?

Nothing here reads the clock or the database. Instants are timezone-aware; durations are
office time, so seven hours is one office day, not a third of a calendar day. The office is
open from Monday to Friday, without a lunch break, and closed on its holidays.

The arithmetic never walks from day to day: office days are numbered from the year 1, so a
deadline ten years ahead costs as much as one this afternoon.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, Self
from zoneinfo import ZoneInfo

import holidays as published

from .model import Holiday

WIB = ZoneInfo("Asia/Jakarta")
LONGEST = timedelta(days=3650)
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
class WorkingCalendar:
    """Office hours of one agency. ``version`` is recorded beside every deadline.

    ``known_until`` is the last day for which holidays were decreed; None says that nobody knows.
    """

    zone: ZoneInfo = WIB
    opens: time = time(8)
    closes: time = time(15)
    holidays: frozenset[date] = frozenset()
    version: str = "1"
    known_until: date | None = None

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError(f"office must open before it closes, not {self.opens} to {self.closes}")

    @classmethod
    def of(
        cls, days: Iterable[Holiday], *, zone: ZoneInfo = WIB, opens: time = time(8), closes: time = time(15)
    ) -> Self:
        """Return the calendar that is closed on ``days``; equal days and hours give an equal version.

        It is *known* until the end of the last year that has a cuti bersama: a ministers' decree
        sets these year by year, while the other days of far years are only reckoned.
        """
        listed = sorted({(day.on, day.kind) for day in days})
        closed = frozenset(on for on, _ in listed)
        decreed = max((on.year for on, kind in listed if kind == "cuti_bersama"), default=None)
        covered = " ".join([str(zone), opens.isoformat(), closes.isoformat(), *map(str, sorted(closed))])
        digest = hashlib.sha256(covered.encode()).hexdigest()[:8]
        version = f"{max(closed).year}-{digest}" if closed else f"tanpa-libur-{digest}"
        return cls(zone, opens, closes, closed, version, date(decreed, 12, 31) if decreed else None)

    @cached_property
    def office_day(self) -> timedelta:
        """The length of an ordinary office day: seven hours here."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def length(self, duration: Duration) -> timedelta:
        """Return the office time of ``duration``: *n* days are *n* ordinary office days, never 24 hours each."""
        match duration.unit:
            case "hari":
                return duration.amount * self.office_day
            case "jam":
                return timedelta(hours=duration.amount)
            case "menit":
                return timedelta(minutes=duration.amount)

    def deadline(self, start: datetime, working: timedelta) -> datetime:
        """Return the instant, in UTC, when ``working`` office time has passed since ``start``.

        A deadline that falls exactly at closing time stays there; a start outside office hours,
        or at closing, waits for the next opening.

        Raises ``ValueError`` if ``start`` is naive or ``working`` is negative.
        """
        if working < timedelta(0):
            raise ValueError("need a duration of zero or more")
        if not working:
            return self.next_opening(start)
        days, since_opening = self._place(start)
        whole, rest = divmod(since_opening + working, self.office_day)
        # A full last day ends at its closing, not at the next opening.
        return self._instant(days + whole, rest) if rest else self._instant(days + whole - 1, self.office_day)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the office time from ``start`` to ``end``; zero if ``end`` is the earlier one.

        Raises ``ValueError`` if one of them is naive.
        """
        (first_day, first), (last_day, last) = self._place(start), self._place(end)
        return max((last_day - first_day) * self.office_day + last - first, timedelta(0))

    def is_office_day(self, day: date) -> bool:
        """Return whether the office opens on ``day``."""
        return day.weekday() < 5 and day not in self.holidays

    def next_opening(self, instant: datetime) -> datetime:
        """Return ``instant`` in UTC while the office is open, else the next opening.

        At closing time the office is closed. Raises ``ValueError`` if ``instant`` is naive.
        """
        days, since_opening = self._place(instant)
        return (
            self._instant(days + 1, timedelta(0))
            if since_opening == self.office_day
            else self._instant(days, since_opening)
        )

    def is_known(self, instant: datetime) -> bool:
        """Return whether the holidays up to ``instant`` were decreed: "kalender 2028 belum ditetapkan" if not."""
        return self.known_until is not None and instant.astimezone(self.zone).date() <= self.known_until

    @cached_property
    def _closed_weekdays(self) -> list[int]:
        """Holidays on a weekday, as numbers of weekdays since the year 1."""
        return sorted(_weekdays_before(day) for day in self.holidays if day.weekday() < 5)

    @cached_property
    def _office_days_before_closed(self) -> list[int]:
        return [weekdays - position for position, weekdays in enumerate(self._closed_weekdays)]

    def _place(self, instant: datetime) -> tuple[int, timedelta]:
        """Return how many office days end before ``instant``'s, and the office time of that day by then.

        Outside office hours that is the coming opening, but on an office day after closing its closing:
        both are the same point of office time.
        """
        if instant.tzinfo is None:
            raise ValueError("need a timezone-aware instant")
        local = instant.astimezone(self.zone).replace(tzinfo=None)
        weekdays = _weekdays_before(local.date())
        days = weekdays - bisect_left(self._closed_weekdays, weekdays)
        if not self.is_office_day(local.date()):
            return days, timedelta(0)
        opening = datetime.combine(local.date(), self.opens)
        return days, min(max(local - opening, timedelta(0)), self.office_day)

    def _instant(self, days: int, since_opening: timedelta) -> datetime:
        """Return the instant on the office day before which there are ``days``."""
        weekdays = days + bisect_right(self._office_days_before_closed, days)
        weeks, weekday = divmod(weekdays, 5)
        day = date.fromordinal(FIRST_MONDAY + 7 * weeks + weekday)
        return (datetime.combine(day, self.opens) + since_opening).replace(tzinfo=self.zone).astimezone(UTC)


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


def _weekdays_before(day: date) -> int:
    """Return the number of Mondays to Fridays before ``day``, since the year 1."""
    weeks, weekday = divmod(day.toordinal() - FIRST_MONDAY, 7)
    return 5 * weeks + min(weekday, 5)


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
