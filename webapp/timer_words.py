"""The timer ledger in words: what a timer is, what became of it, and how late, in clock time.

Lateness is what passed on the clock, nights included: it is a worker's promise, not a clerk's. Nothing
here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import WIB, Duration, LedgerTimer, Outage

from .words import DAYS, MONTHS, Tone

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHORT = MINUTE
"""Below it a worker was rather busy than away."""
UNITS = (("hari", DAY), ("jam", HOUR), ("menit", MINUTE), ("detik", SECOND))


@dataclass(frozen=True)
class Outcome:
    """What became of a timer: a badge, and a sentence where there is more to say."""

    text: str
    tone: Tone
    sign: str
    why: str = ""


def timer_named(timer: LedgerTimer) -> str:
    """Return what a timer is: ``Batas waktu langkah 3 (3 hari kerja)``."""
    kind = {"reminder": "Pengingat", "interrupt": "Batas akhir", "wait": "Jeda"}.get(timer.role, "Batas waktu")
    on = f" langkah {timer.on.step}" if timer.on.step else f" “{timer.on.name or timer.on.id}”"
    return f"{kind}{on} ({_length(timer.duration)})"


def outcome(timer: LedgerTimer) -> Outcome:
    """Return what became of a timer."""
    if timer.outcome == "dropped":
        return Outcome("dihentikan", "none", "withdrawn")
    if timer.outcome == "armed":
        if timer.held:
            return Outcome("tertahan", "soon", "lock", "perkaranya insiden")
        return Outcome("terpasang", "none", "soon")
    if timer.cause is None:
        return Outcome("tepat waktu", "ok", "ok", elapsed(timer.late) if timer.late else "")
    why = {
        "away": "pekerja timer tidak berjalan",
        "held": "perkaranya insiden saat jatuh tempo",
        "backdated": "dipasang setelah saat jatuh temponya",
    }[timer.cause]
    tone: Tone = "late" if timer.cause == "away" else "soon"
    return Outcome(f"terlambat {elapsed(timer.late)}", tone, tone, why)


def outage_told(outage: Outage) -> str:
    """Return an outage as a sentence, without its end stop."""
    away = "tidak berjalan" if outage.longest >= SHORT else "tersendat"
    many = f"{outage.timers} timer terlambat" + (", paling lama " if outage.timers > 1 else " ")
    return (
        f"Pekerja timer {away} dari {exact(outage.began_at)} sampai {exact(outage.ended_at)}: "
        f"{many}{elapsed(outage.longest)}"
    )


def elapsed(length: timedelta) -> str:
    """Return what passed on the clock: ``0,4 detik``, ``12 detik``, ``3 menit 5 detik``, ``2 hari 4 jam``."""
    if length < timedelta(milliseconds=50):
        return "0 detik"
    if length < 10 * SECOND:
        # Up, so that 2,04 seconds are not called 2.
        tenths = -(-length // timedelta(milliseconds=100))
        return f"{tenths // 10},{tenths % 10} detik" if tenths % 10 else f"{tenths // 10} detik"
    first = next(place for place, (_, size) in enumerate(UNITS) if length >= size)
    parts = []
    for name, size in UNITS[first : first + 2]:
        amount, length = divmod(length, size)
        if amount:
            parts.append(f"{amount} {name}")
    return " ".join(parts)


def exact(at: datetime) -> str:
    """Return an instant to the second: ``Sel 24 Nov 2026 09.00.07``, in WIB."""
    local = at.astimezone(WIB)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local:%Y %H.%M.%S}"


def _length(duration: str) -> str:
    try:
        return f"{Duration.parse(duration).words()} kerja"
    except ValueError:
        return duration
