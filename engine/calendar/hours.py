"""Office hours: when the office is open on a day, in a week, and from which date on.

Nothing here reads a clock, a database or a calendar of holidays. Times are wall-clock times of the
office; a length is office time, an optional break taken out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Self

NONE = timedelta(0)
FRIDAY = 4


@dataclass(frozen=True)
class DayHours:
    """When the office opens and closes on one day, and its break, if there is one."""

    opens: time
    closes: time
    break_from: time | None = None
    break_to: time | None = None

    def __post_init__(self) -> None:
        pause = (self.break_from, self.break_to)
        if None in pause and pause != (None, None):
            raise ValueError("Istirahat memerlukan jam mulai dan jam selesai; isi keduanya atau kosongkan keduanya.")
        times = [self.opens, *(each for each in pause if each is not None), self.closes]
        if any(earlier >= later for earlier, later in pairwise(times)):
            raise ValueError(
                f"Jam harus berurutan: buka, istirahat, selesai istirahat, tutup; yang tertulis {self.text()}. "
                "Perbaiki jamnya."
            )
        if any(each.second or each.microsecond or each.tzinfo for each in times):
            raise ValueError("Jam kantor ditulis dengan jam dan menit saja, misalnya 08.00.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the hours that ``text`` writes: ``08.00-15.00`` or ``08.00-12.00 13.00-15.00``.

        Raises ``ValueError``, in Indonesian.
        """
        clock = r"([01][0-9]|2[0-3])[.:]([0-5][0-9])"
        span = rf"{clock} ?[-–] ?{clock}"
        found = re.fullmatch(rf"{span}(?:(?: |, ?){span})?", text.strip())
        if found is None:
            raise ValueError(
                "Jam kantor harus tertulis seperti 08.00-15.00, atau dengan istirahat 08.00-12.00 13.00-15.00; "
                f"yang tertulis {text[:40]!r}. Tulis ulang dengan salah satu bentuk itu."
            )
        numbers = [int(each) for each in found.groups() if each is not None]
        times = [time(hour, minute) for hour, minute in zip(numbers[::2], numbers[1::2], strict=True)]
        return cls(times[0], times[1]) if len(times) == 2 else cls(times[0], times[3], times[1], times[2])

    def text(self) -> str:
        """Return the hours as ``parse`` reads them."""
        if self.break_from is None or self.break_to is None:
            return f"{self.opens:%H.%M}-{self.closes:%H.%M}"
        return f"{self.opens:%H.%M}-{self.break_from:%H.%M} {self.break_to:%H.%M}-{self.closes:%H.%M}"

    @cached_property
    def length(self) -> timedelta:
        """The office time of the day."""
        return sum((end - start for start, end in self._spans), NONE)

    def passed(self, since_midnight: timedelta) -> timedelta:
        """Return how much of the day's office time has passed at that time of day."""
        return sum((min(max(since_midnight - start, NONE), end - start) for start, end in self._spans), NONE)

    def ends(self, passed: timedelta) -> timedelta:
        """Return the time of day, since midnight, at which ``passed`` office time ends: a break's beginning too."""
        return self._at(passed, opening=False)

    def goes_on(self, passed: timedelta) -> timedelta:
        """Return the time of day, since midnight, at which the office is open after ``passed``: a break is over."""
        return self._at(passed, opening=True)

    def _at(self, passed: timedelta, *, opening: bool) -> timedelta:
        for start, end in self._spans:
            if passed < end - start or (passed == end - start and not opening):
                return start + passed
            passed -= end - start
        raise ValueError("the day has less office time than that")

    @cached_property
    def _spans(self) -> tuple[tuple[timedelta, timedelta], ...]:
        times = (self.opens, self.break_from, self.break_to, self.closes)
        marks = [_since_midnight(each) for each in times if each is not None]
        return tuple(zip(marks[::2], marks[1::2], strict=True))


@dataclass(frozen=True)
class OfficeHours:
    """Hours from a date on: the regular ones until others follow, or a season's with its last day.

    ``friday`` is None where Friday is a day like the others. A season, such as Ramadan, goes before
    the regular hours while it lasts.
    """

    first: date
    name: str
    day: DayHours
    friday: DayHours | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(
                f"Hari terakhir ({self.last:%d-%m-%Y}) tidak boleh sebelum hari pertama ({self.first:%d-%m-%Y})."
            )

    @property
    def seasonal(self) -> bool:
        """Return whether these hours end by themselves."""
        return self.last is not None

    def covers(self, day: date) -> bool:
        """Return whether ``day`` lies within the dates of these hours."""
        return self.first <= day and (self.last is None or day <= self.last)

    def on(self, weekday: int) -> DayHours:
        """Return the hours of a weekday, Monday being 0; a weekend day on which the office works is an ordinary one."""
        return self.friday if weekday == FRIDAY and self.friday is not None else self.day

    def week(self) -> Week:
        """Return the week that these hours make: Monday to Friday."""
        return Week((*(self.on(weekday) for weekday in range(5)), None, None))

    def covered(self) -> str:
        """Return the one text that these hours add to a calendar's version; a name is no part of it."""
        friday = "" if self.friday is None else f" {self.friday.text()}"
        return f"{self.first}/{self.last or ''} {self.day.text()}{friday}"


@dataclass(frozen=True)
class Week:
    """The hours of seven days, Monday first; None where the office is closed. Days are counted from the year 1."""

    days: tuple[DayHours | None, ...]

    @cached_property
    def length(self) -> timedelta:
        """The office time of the whole week."""
        return self._before[-1]

    def before(self, ordinal: int) -> timedelta:
        """Return the office time from the first day of the year 1, a Monday, to the beginning of this day."""
        weeks, weekday = divmod(ordinal - 1, 7)
        return weeks * self.length + self._before[weekday]

    def passed(self, ordinal: int, since_midnight: timedelta) -> timedelta:
        """Return the office time from the year 1 to that time of that day."""
        hours = self.days[(ordinal - 1) % 7]
        return self.before(ordinal) + (hours.passed(since_midnight) if hours else NONE)

    def find(self, passed: timedelta, *, opening: bool) -> tuple[int, timedelta]:
        """Return the day and the time since midnight when ``passed`` office time ends; or when the office goes on."""
        weeks, rest = divmod(passed, self.length)
        if not rest and not opening:
            weeks, rest = weeks - 1, self.length
        weekday = (bisect_right if opening else bisect_left)(self._before, rest) - 1
        hours = self.days[weekday]
        assert hours is not None  # a closed day adds nothing, so that no rest lies within it
        left = rest - self._before[weekday]
        return 7 * weeks + weekday + 1, hours.goes_on(left) if opening else hours.ends(left)

    @cached_property
    def _before(self) -> tuple[timedelta, ...]:
        lengths = [hours.length if hours else NONE for hours in self.days]
        return tuple(accumulate(lengths, initial=NONE))


CLOSED = Week((None,) * 7)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)
