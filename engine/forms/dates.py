"""Fields for a day, a time of day, and an instant: what fits, how it is stored, how it reads.

People type and read office time (WIB). Stored are ``2026-11-24``, ``09:00``, and an instant in
UTC, ``2026-11-24T02:00:00Z``. Nothing here reads the clock: the present is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from .parts import Field
from .problems import Unfit

WIB = ZoneInfo("Asia/Jakarta")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.0{1,6})?)?"
_SHAPES = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "datetime": re.compile(_DATE + "T" + _TIME + r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"),
}

Subtype = Literal["date", "time", "datetime"]
SUBTYPES: tuple[Subtype, ...] = ("date", "time", "datetime")


@dataclass(frozen=True, kw_only=True)
class DateTimeField(Field):
    """A day, a time of day, or both. ``interval``: minutes between two possible times."""

    subtype: Subtype = "date"
    no_past: bool = False
    interval: int = 1

    def read(self, texts: Sequence[str]) -> Any:
        text = super().read(texts)
        return None if text is None else text.strip()

    def _fit(self, value: Any, now: datetime) -> str:
        if not isinstance(value, str) or not _SHAPES[self.subtype].fullmatch(value):
            raise Unfit(self._expected())
        try:
            if self.subtype == "time":
                return self._fit_time(time.fromisoformat(value)).strftime("%H:%M")
            if self.subtype == "date":
                return self._fit_day(date.fromisoformat(value), now).isoformat()
            return self._fit_instant(datetime.fromisoformat(value), now)
        except Unfit:
            raise
        except ValueError as error:
            raise Unfit(f"{value} tidak ada dalam kalender atau jam. {self._expected()}") from error

    def _expected(self) -> str:
        return {
            "date": "Isi tanggal, misalnya 2026-11-24 untuk 24 November 2026.",
            "time": "Isi jam, misalnya 09:00.",
            "datetime": "Isi tanggal dan jam (WIB), misalnya 2026-11-24T09:00 untuk 24 November 2026 pukul 09.00.",
        }[self.subtype]

    def _fit_day(self, day: date, now: datetime) -> date:
        if not _FIRST <= day <= _LAST:
            raise Unfit(f"Tahun {day.year:04} tampaknya salah ketik; isi tahun antara {_FIRST.year} dan {_LAST.year}.")
        today = now.astimezone(WIB).date()
        if self.no_past and day < today:
            raise Unfit(f"Isi hari ini ({spoken_day(today)}) atau sesudahnya; {spoken_day(day)} sudah lewat.")
        return day

    def _fit_time(self, at: time) -> time:
        minute = at.hour * 60 + at.minute
        offset = minute % self.interval
        if offset or (at.second and self.interval > 1):
            around = [minute - offset, minute - offset + self.interval]
            choices = " atau ".join(f"{each // 60:02}.{each % 60:02}" for each in around if each < 24 * 60)
            raise Unfit(f"Isi jam per {self.interval} menit; yang terdekat {choices}.")
        if at.second and self.subtype == "time":
            raise Unfit("Isi jam sampai menit saja, misalnya 09:00.")
        return at

    def _fit_instant(self, moment: datetime, now: datetime) -> str:
        # The year first: near its ends the calendar has no room for a shift of zone.
        if not _FIRST.year < moment.year < _LAST.year:
            self._fit_day(moment.date(), now)
        local = moment.astimezone(WIB) if moment.tzinfo else moment.replace(tzinfo=WIB)
        self._fit_day(local.date(), now)
        self._fit_time(local.time())
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def display(self, value: Any) -> str:
        if value is None:
            return ""
        if self.subtype == "time":
            return f"{str(value).replace(':', '.')} WIB"
        if self.subtype == "date":
            return spoken_day(date.fromisoformat(value))
        local = datetime.fromisoformat(value).astimezone(WIB)
        return f"{spoken_day(local.date())} {local:%H.%M} WIB"

    def typed(self, value: Any) -> tuple[str, ...]:
        if value is None or self.subtype != "datetime":
            return super().typed(value)
        return (f"{datetime.fromisoformat(value).astimezone(WIB):%Y-%m-%dT%H:%M}",)


def spoken_day(day: date) -> str:
    """Return a day as people here write it: 24 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
