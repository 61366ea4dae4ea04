"""Indonesian wording of instants and of office time, the same on every page.

Instants are shown in WIB. Lengths are office time and rounded down, so that a page never
promises more time than there is and never claims more delay than there was. Nothing here
reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine import WIB, Duration, WorkingCalendar

DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SOON = HOUR
EXACT_BELOW = 3
"""From three days (or hours) on, the smaller unit is left out."""

Tone = Literal["ok", "soon", "late", "none"]


@dataclass(frozen=True)
class Remaining:
    """How much office time is left, in words, and a tone for the badge; colour is never the only signal."""

    text: str
    tone: Tone


def day(on: date) -> str:
    """Return a date: ``Sel 24 Nov 2026``."""
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def instant(at: datetime) -> str:
    """Return an instant: ``Sel 24 Nov 2026 09.00 WIB``. Raises ``ValueError`` if it is naive."""
    local = _local(at)
    return f"{day(local.date())} {local:%H.%M} WIB"


def short_instant(at: datetime) -> str:
    """Return an instant where the year goes without saying: ``Sel 24 Nov 09.00``."""
    local = _local(at)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local:%H.%M}"


def office_time(calendar: WorkingCalendar, length: timedelta, at: datetime | None = None) -> str:
    """Return a length of office time: ``3 hari kerja``, ``1 hari 2 jam kerja``, ``10 menit kerja``.

    A day is the calendar's ordinary office day, as it was ``at`` that instant where regular hours changed.
    Less than a minute is said so; it is never called 0.
    """
    if length < MINUTE:
        return "kurang dari 1 menit kerja"
    day = calendar.office_day if at is None else calendar.ordinary_day(at.astimezone(calendar.zone).date())
    units = (("hari", day), ("jam", HOUR), ("menit", MINUTE))
    first = next(place for place, (_, size) in enumerate(units) if length >= size)
    parts = []
    for name, size in units[first : first + 2]:
        amount, length = divmod(length, size)
        if amount:
            parts.append(f"{amount} {name}")
        if amount >= EXACT_BELOW:
            break
    return f"{' '.join(parts)} kerja"


def remaining(
    calendar: WorkingCalendar, now: datetime, due_at: datetime | None, remind_at: datetime | None = None
) -> Remaining:
    """Return how much office time is left until ``due_at``, or has passed since.

    The tone is ``soon`` from the reminder on, and in the last office hour; ``late`` from the
    deadline on, even while the office is closed and no office time has passed since.
    """
    if due_at is None:
        return Remaining("tanpa batas waktu", "none")
    if now >= due_at:
        passed = calendar.between(due_at, now)
        return Remaining(
            f"lewat {office_time(calendar, passed, now)}" if passed >= MINUTE else "lewat batas waktu", "late"
        )
    left = calendar.between(now, due_at)
    reminded = remind_at is not None and now >= remind_at
    return Remaining(f"sisa {office_time(calendar, left, now)}", "soon" if reminded or left <= SOON else "ok")


def since(duration: str, started_at: datetime) -> str:
    """Return the reason of a deadline: ``1 hari kerja sejak Sel 24 Nov 09.00``.

    ``duration`` is what the diagram writes (``P1D``). Raises ``ValueError`` if it is none.
    """
    return f"{Duration.parse(duration).words()} kerja sejak {short_instant(started_at)}"


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("need a timezone-aware instant")
    return at.astimezone(WIB)
