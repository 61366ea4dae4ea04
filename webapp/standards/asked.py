"""What an address asks of past cases: a period, and standards; and the words for shares and lengths.

Nothing here asks the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import WIB, Duration, Standards, WorkingCalendar, read_duration

from ..words import HOUR, MINUTE, office_time

PART_SECONDS = 1.0
"""How long one request goes through cases; the next goes on from there."""
RESERVED = frozenset({"from", "to", "by", "so_far", "csrf_token"})
"""Names of fields that no step may take: a step with such an id gets a prefix."""


@dataclass(frozen=True)
class AskedPeriod:
    """The days as they were typed, and what they mean; ``problem`` says what is wrong with them."""

    start: date
    end: date
    problem: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], now: datetime) -> AskedPeriod:
        """Return the period of an address; what is left out means the last twelve months."""
        today = now.astimezone(WIB).date()
        year_ago = today - timedelta(days=364)
        try:
            end = date.fromisoformat(args["to"]) if args.get("to") else today
            start = date.fromisoformat(args["from"]) if args.get("from") else min(year_ago, end)
        except ValueError:
            typed = f"“{args.get('from', '')[:20]}” dan “{args.get('to', '')[:20]}”"
            return cls(year_ago, today, f"Tanggal harus seperti 2026-03-17; diterima {typed}.")
        if not 1970 < start.year <= 9000 or not 1970 < end.year < 9000:
            return cls(year_ago, today, "Tahun harus antara 1971 dan 8999; periksa tanggalnya.")
        if start > end:
            return cls(start, end, "Tanggal awal sesudah tanggal akhir; tukar keduanya.")
        return cls(start, end)


@dataclass(frozen=True)
class AskedStandards:
    """The standards that were typed, by step: the text, what it means if it is another, and what is wrong."""

    texts: Mapping[str, str]
    durations: Mapping[str, Duration | None]
    problems: Mapping[str, str]
    from_draft: bool


def field_name(path: str) -> str:
    """Return the name of a step's field in the form and in the address."""
    return f"step:{path}" if path in RESERVED else path


def standards_of(args: Mapping[str, str], known: Standards) -> AskedStandards:
    """Return the standards of an address; where it names none at all, those of the reader's draft."""
    named = any(field_name(step.path) in args for step in known.steps)
    texts: dict[str, str] = {}
    durations: dict[str, Duration | None] = {}
    problems: dict[str, str] = {}
    for step in known.steps:
        drafted = step.drafted if step.in_draft and not named else step.standard
        text = args.get(field_name(step.path), _typed(drafted)).strip()
        texts[step.path] = text
        try:
            wanted = read_duration(text) if text else None
        except ValueError as error:
            problems[step.path] = str(error)
            continue
        if wanted != step.standard:
            durations[step.path] = wanted
    return AskedStandards(texts, durations, problems, from_draft=known.draft and not named and bool(durations))


def share(part: int, whole: int) -> str:
    """Return a part of a whole in percent: ``31 %``, ``4,5 %``; never 0 or 100 where it is not."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < part < whole:
        percent = min(max(percent, 0.1), 99.9)
    rounded = f"{percent:.0f}" if 10 <= percent < 99.5 or percent in (0, 100) else f"{percent:.1f}"
    return f"{rounded.removesuffix('.0').replace('.', ',')} %"


def length_words(calendar: WorkingCalendar, length: timedelta | None) -> str:
    """Return a length of office time in words, ``–`` where there is none."""
    return "–" if length is None else office_time(calendar, length)


def short_words(calendar: WorkingCalendar, length: timedelta | None) -> str:
    """Return the same where it goes without saying that it is office time: ``1 hari 2 jam``."""
    return length_words(calendar, length).removesuffix(" kerja")


def standard_words(duration: Duration | None) -> str:
    """Return a standard: ``2 hari``."""
    return duration.words() if duration else "tanpa batas"


def minutes_words(minutes: int, office_day: timedelta) -> str:
    """Return a round length of office time in its largest unit: ``3 hari``, ``90 menit``."""
    for name, size in (("hari", office_day // MINUTE), ("jam", HOUR // MINUTE)):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {name}"
    return f"{minutes} menit"


def _typed(duration: Duration | None) -> str:
    return duration.words() if duration else ""
