"""How punctual the timers of a period were, added up day by day: of a day that is long over, only once.

What fired then stands in the history and changes no more, so that a page about a month reads what is new.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from sqlalchemy import Connection

from .lateness import Outages, Percentiles
from .rows import Firing, firings, ready_of
from .timer_book import PROMISED, Ready

SETTLED = timedelta(days=1)
"""So long after its end a day is kept: no command that began in it is under way, and no clock is so far behind."""
MOST_DAYS = 800
"""Days that are kept. A longer period is read as a whole."""
A_DAY = timedelta(days=1)


class Tally:
    """What fired, one timer after the other in the order in which they fired."""

    def __init__(self) -> None:
        self.fired = self.late = self.held = self.backdated = 0
        self.lengths, self.outages = Percentiles(), Outages()

    def add(self, firing: Firing, ready: Ready | None) -> None:
        """Add one timer, and when it could have fired if that is known."""
        self.fired += 1
        cause = ready.cause(firing.at) if ready else None
        self.held += cause == "held"
        self.backdated += cause == "backdated"
        if cause in ("held", "backdated"):
            return
        self.lengths.add(firing.late)
        if cause == "away" and ready is not None:
            self.late += 1
            self.outages.add(ready.at, firing.at)

    def join(self, later: Tally) -> None:
        """Add what fired after all of this."""
        self.fired += later.fired
        self.late += later.late
        self.held += later.held
        self.backdated += later.backdated
        self.lengths.join(later.lengths)
        self.outages.join(later.outages)


@dataclass(frozen=True)
class _Piece:
    """A part of a period within one day of the office; ``whole``: all of that day."""

    day: date
    start: datetime
    end: datetime
    whole: bool


class Days:
    """The days that were added up already. Several threads may ask at once: at worst two add up the same day."""

    def __init__(self) -> None:
        self._kept: dict[date, Tally] = {}
        self._guard = threading.Lock()

    def tally(self, connection: Connection, start: datetime, end: datetime, *, zone: tzinfo, now: datetime) -> Tally:
        """Return what fired from ``start`` until before ``end``. ``zone`` says when the office's days begin."""
        whole = Tally()
        if end - start > MOST_DAYS * A_DAY:
            for firing, ready in _told(connection, start, end):
                whole.add(firing, ready)
            return whole
        with self._guard:
            known = dict(self._kept)
        for kept, run in groupby(_pieces(start, end, zone), key=lambda piece: piece.whole and piece.day in known):
            part = list(run)
            tallies = known if kept else self._read(connection, part, zone, now)
            for piece in part:
                whole.join(tallies[piece.day])
        return whole

    def _read(self, connection: Connection, pieces: list[_Piece], zone: tzinfo, now: datetime) -> dict[date, Tally]:
        """Add up pieces that follow each other, and keep the days that are long over."""
        tallies = {piece.day: Tally() for piece in pieces}
        for firing, ready in _told(connection, pieces[0].start, pieces[-1].end):
            tallies[firing.at.astimezone(zone).date()].add(firing, ready)
        over = [piece.day for piece in pieces if piece.whole and piece.end + SETTLED <= now]
        with self._guard:
            self._kept.update((day, tallies[day]) for day in over)
            for day in list(self._kept)[:-MOST_DAYS]:
                del self._kept[day]
        return tallies


def _told(connection: Connection, start: datetime, end: datetime) -> Iterator[tuple[Firing, Ready | None]]:
    for rows in firings(connection, start, end):
        told = [Firing.of(row) for row in rows]
        ready = ready_of(connection, [firing for firing in told if firing.late > PROMISED])
        for firing in told:
            yield firing, ready.get(firing.place)


def _pieces(start: datetime, end: datetime, zone: tzinfo) -> Iterator[_Piece]:
    day = start.astimezone(zone).date()
    while start < end:
        begins, ends = (datetime.combine(each, time(0), zone) for each in (day, day + A_DAY))
        yield _Piece(day, start, min(ends, end), start <= begins and ends <= end)
        start, day = ends, day + A_DAY
