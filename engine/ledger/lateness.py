"""How late timers fired, added up one at a time: percentiles and outages, in memory that does not grow with them.

Nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
EXACT_BELOW = 10_000
"""Milliseconds up to which each counts by itself; above, four digits of a length are kept."""
MOST_OUTAGES = 200


@dataclass(frozen=True)
class Outage:
    """A stretch in which nobody fired what was due: from when the first of ``timers`` was due until the last fired."""

    began_at: datetime
    ended_at: datetime
    timers: int
    longest: timedelta


class Percentiles:
    """Lengths of time, counted so that any percentile can be told: to the millisecond below ten seconds."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.count = 0
        self.longest = timedelta(0)

    def add(self, length: timedelta) -> None:
        """Count one length."""
        self._counts[_rounded(length // MILLISECOND)] += 1
        self.count += 1
        self.longest = max(self.longest, length)

    def join(self, others: Percentiles) -> None:
        """Count all that others counted."""
        self._counts.update(others._counts)
        self.count += others.count
        self.longest = max(self.longest, others.longest)

    def at(self, percent: int) -> timedelta | None:
        """Return the smallest length that ``percent`` of all do not exceed (nearest rank); None if there is none."""
        wanted = -(-self.count * percent // 100)
        for milliseconds in sorted(self._counts):
            wanted -= self._counts[milliseconds]
            if wanted <= 0:
                return milliseconds * MILLISECOND
        return None


class Outages:
    """Stretches in which timers waited to be fired; add each late timer in the order in which they fired.

    Stretches that overlap are one. Of very many the latest are kept; ``forgotten`` counts the others.
    """

    def __init__(self) -> None:
        self._found: list[Outage] = []
        self.forgotten = 0

    def add(self, ready_at: datetime, fired_at: datetime) -> None:
        """Add a timer that could have fired at ``ready_at``."""
        self._take(Outage(ready_at, fired_at, 1, fired_at - ready_at))

    def join(self, later: Outages) -> None:
        """Add the stretches of timers that fired after all of these."""
        for outage in later._found:
            self._take(outage)
        self.forgotten += later.forgotten

    def _take(self, whole: Outage) -> None:
        while self._found and self._found[-1].ended_at >= whole.began_at:
            before = self._found.pop()
            whole = Outage(
                min(before.began_at, whole.began_at),
                max(before.ended_at, whole.ended_at),
                before.timers + whole.timers,
                max(before.longest, whole.longest),
            )
        self._found.append(whole)
        if len(self._found) > MOST_OUTAGES:
            del self._found[0]
            self.forgotten += 1

    def newest_first(self) -> tuple[Outage, ...]:
        """Return the stretches, the latest first."""
        return tuple(reversed(self._found))


def _rounded(milliseconds: int) -> int:
    if milliseconds < EXACT_BELOW:
        return milliseconds
    unit: int = 10 ** (len(str(milliseconds)) - 4)
    return milliseconds // unit * unit
