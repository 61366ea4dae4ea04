"""How long a step took, as bars: bins of a sensible width, and where the standards lie among them.

Positions are reckoned here, so that the drawing needs no script and no inline style.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine import Duration, TrialStep, WorkingCalendar

from ..words import MINUTE
from .asked import minutes_words

MOST_BARS = 14
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120)
"""Minutes of a bin; beyond, whole office days."""
MOST_TIMES = 4
"""So many times the longest standard is drawn in full."""
DAYS = (1, 2, 5, 10, 20, 50, 100, 250, 500)
LEFT, RIGHT, TOP, BOTTOM = 8.0, 392.0, 62.0, 196.0
"""The plot within a drawing of 400 by 224."""
UPPER, LOWER = 20.0, 44.0
"""The lines of words above the plot."""
NEAR, FAR = 0.4, 0.6
"""From which part of the width on words run to the left."""


@dataclass(frozen=True)
class Bar:
    """One bin: how many took that long, in words and as a rectangle. ``late``: all of it lies beyond the standard."""

    words: str
    count: int
    late: bool
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A standard within the drawing; ``anchor`` says to which side its words run."""

    words: str
    kind: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Distribution:
    """The bars, the marks, and what the axis says at its ends."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    begins: str
    ends: str


def distribution(step: TrialStep, calendar: WorkingCalendar) -> Distribution:
    """Return how long a step took, with the standard in force and the one that is tried."""
    day = calendar.office_day
    standards = [calendar.length(each) for each in (step.standard, step.proposed) if each]
    longest = (step.lengths.at(97) or timedelta(0)) + MINUTE
    if standards:
        # What took many times as long is one bar: else nothing could be told apart around the standards.
        longest = max(min(longest, MOST_TIMES * max(standards)), max(standards) * 6 / 5)
    width = _width(longest, day)
    count = min(max(-(-longest // width), 4), MOST_BARS)
    limit = calendar.length(step.proposed) if step.proposed else None
    bars = tuple(_bars(step, width, count, day, limit))
    whole = (count + 1) * width
    return Distribution(bars, tuple(_marks(step, calendar, whole)), "0", minutes_words(count * (width // MINUTE), day))


def _width(longest: timedelta, day: timedelta) -> timedelta:
    widths = [*(each * MINUTE for each in WIDTHS), *(each * day for each in DAYS)]
    return next((each for each in widths if longest <= MOST_BARS * each), widths[-1])


def _bars(step: TrialStep, width: timedelta, count: int, day: timedelta, limit: timedelta | None) -> Iterator[Bar]:
    """Yield so many bins and one more, of what took longer than all of them."""
    counted = [step.lengths.within(at * width, (at + 1) * width if at < count else None) for at in range(count + 1)]
    room, highest = (RIGHT - LEFT) / (count + 1), max([*counted, 1])
    minutes = width // MINUTE
    for at, found in enumerate(counted):
        height = (BOTTOM - TOP) * found / highest
        first, last = (minutes_words(each * minutes, day) for each in (at, at + 1))
        yield Bar(
            words=f"{first} sampai kurang dari {last}" if at < count else f"{first} atau lebih",
            count=found,
            late=limit is not None and at * width >= limit,
            x=round(LEFT + at * room + 1, 1),
            y=round(BOTTOM - height, 1),
            width=round(room - 2, 1),
            height=round(height, 1),
        )


def _marks(step: TrialStep, calendar: WorkingCalendar, whole: timedelta) -> Iterator[Mark]:
    """Yield the standards from left to right, their words so that no line runs through them."""
    named: list[tuple[str, str, Duration | None]] = [("sekarang", "old", step.standard)]
    if step.changed:
        named.append(("baru", "new", step.proposed))
    placed = [
        (min(calendar.length(each) / whole, 1.0), kind, f"{word} {each.words()}") for word, kind, each in named if each
    ]
    placed.sort()
    near = placed[-1][0] < FAR if placed else True
    for at, (part, kind, words) in enumerate(placed):
        upper = near == (at == 0) or len(placed) == 1
        anchor = "start" if near or part < NEAR else "end"
        yield Mark(words, kind, round(LEFT + part * (RIGHT - LEFT), 1), UPPER if upper else LOWER, anchor)
