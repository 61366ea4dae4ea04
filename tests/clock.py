"""A clock that stands until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TUESDAY_9AM = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""24 November 2026, 09.00 WIB: an ordinary office day."""


class Clock:
    """What the engine is given for the time of day. Calling it reads it."""

    def __init__(self, now: datetime = TUESDAY_9AM) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Let ``by`` pass, and return the new instant."""
        self.now += by
        return self.now

    def set(self, now: datetime) -> datetime:
        """Stand at ``now`` from here on, and return it."""
        self.now = now
        return now
