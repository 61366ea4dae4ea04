"""What became of each timer of one case: armed, dated, fired or dropped, by its history alone.

Nothing here reads a clock, a diagram or a database. An event that cannot be read is passed over: that is
for ``verify`` to tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from .. import history as h
from ..model import TimerRole
from ..projection import rename

PROMISED = timedelta(seconds=2)
"""How late a timer may fire while a worker runs."""
NONE = timedelta(0)

Outcome = Literal["armed", "fired", "dropped"]
Cause = Literal["away", "held", "backdated"]
"""Why a timer fired late: nobody was there to fire it; its case was an incident; it was armed behind its instant."""

DATING = (h.DueDateSet, h.InstanceMigrated, h.IncidentRaised, h.IncidentResolved)
"""The events that say when a timer can fire."""
TELLING = (h.InstanceStarted, h.TimerScheduled, h.TimerFired, h.TimerDropped, *DATING)
"""The events that a timer's story is told by."""


@dataclass(frozen=True)
class Ready:
    """When a timer is due, when that was last set and how often, and when it can fire: ``at``.

    That is at its due instant, unless it was set, or its case held as an incident (``held``), until later.
    """

    due_at: datetime
    dated_at: datetime
    dates: int
    at: datetime
    held: bool = False

    def cause(self, fired_at: datetime) -> Cause | None:
        """Return why the timer fired later than is promised; None if it did not."""
        if fired_at - self.due_at <= PROMISED:
            return None
        if fired_at - self.at > PROMISED:
            return "away"
        return "held" if self.held else "backdated"


class Readiness:
    """When each armed timer of one case can fire; give it the case's events in order."""

    def __init__(self) -> None:
        self.timers: dict[str, Ready] = {}
        self.held_since: datetime | None = None

    def add(self, at: datetime, event: h.Event) -> None:
        """Add one event; of most kinds it says nothing."""
        match event:
            case h.DueDateSet():
                for key, text in event.due.items():
                    before, due_at = self.timers.get(key), datetime.fromisoformat(text)
                    self.timers[key] = Ready(due_at, at, (before.dates if before else 0) + 1, max(due_at, at))
            case h.InstanceMigrated():
                self._release(at)
                renamed = dict(event.renamed)
                self.timers = {rename(key, renamed): ready for key, ready in self.timers.items()}
            case h.IncidentRaised():
                self.held_since = at
            case h.IncidentResolved():
                self._release(at)

    def _release(self, at: datetime) -> None:
        """Let go of what an incident held: what fell due meanwhile could fire only now."""
        if self.held_since is not None:
            for key, ready in self.timers.items():
                if ready.at < at:
                    self.timers[key] = replace(ready, at=at, held=True)
            self.held_since = None


@dataclass(frozen=True)
class TimerStory:
    """One timer: which, on which version, and what became of it. ``held``: its case is an incident now."""

    key: str
    definition: str
    version: int
    duration: str
    role: TimerRole
    armed_at: datetime
    ready: Ready | None = None
    outcome: Outcome = "armed"
    ended_at: datetime | None = None
    ended_seq: int | None = None
    held: bool = False

    @property
    def late(self) -> timedelta:
        """Return how long after its due instant it fired."""
        if self.outcome != "fired" or self.ready is None or self.ended_at is None:
            return NONE
        return max(self.ended_at - self.ready.due_at, NONE)

    @property
    def cause(self) -> Cause | None:
        """Return why it fired later than is promised; None if it did not."""
        if self.outcome != "fired" or self.ready is None or self.ended_at is None:
            return None
        return self.ready.cause(self.ended_at)


class TimerBook:
    """The timers of one case; give it the case's events in order."""

    def __init__(self) -> None:
        self._stories: list[TimerStory] = []
        self._armed: dict[str, int] = {}
        self._definition, self._version = "", 0
        self._readiness = Readiness()

    @classmethod
    def of(cls, rows: Iterable[Any]) -> TimerBook:
        """Return the book of these rows of ``history_event``."""
        book = cls()
        for row, event in readable(rows):
            book.add(row.seq, row.recorded_at, event)
        return book

    def __iter__(self) -> Iterator[TimerStory]:
        """Yield every timer, in the order in which they were armed."""
        keys = {place: key for key, place in self._armed.items()}
        held = self._readiness.held_since is not None
        for place, story in enumerate(self._stories):
            key = keys.get(place)
            yield story if key is None else replace(story, ready=self._readiness.timers.get(key), held=held)

    def add(self, seq: int, at: datetime, event: h.Event) -> None:
        """Add one event."""
        self._readiness.add(at, event)
        match event:
            case h.InstanceStarted():
                self._definition, self._version = event.definition, event.version
            case h.TimerScheduled():
                # One that is armed anew under its key, by a move, is another timer.
                self._end(event.key, seq, at, "dropped")
                self._armed[event.key] = len(self._stories)
                role = cast(TimerRole, event.role)
                self._stories.append(TimerStory(event.key, self._definition, self._version, event.duration, role, at))
            case h.TimerFired():
                self._end(event.key, seq, at, "fired")
            case h.TimerDropped():
                self._end(event.key, seq, at, "dropped")
            case h.InstanceMigrated():
                self._move(event)

    def _end(self, key: str, seq: int, at: datetime, outcome: Outcome) -> None:
        place, ready = self._armed.pop(key, None), self._readiness.timers.pop(key, None)
        if place is not None:
            story = self._stories[place]
            self._stories[place] = replace(story, ready=ready, outcome=outcome, ended_at=at, ended_seq=seq)

    def _move(self, event: h.InstanceMigrated) -> None:
        self._definition, self._version = event.definition, event.to_version
        renamed = dict(event.renamed)
        self._armed = {rename(key, renamed): place for key, place in self._armed.items()}
        for key, place in self._armed.items():
            story = self._stories[place]
            self._stories[place] = replace(story, key=key, definition=event.definition, version=event.to_version)


def readable(rows: Iterable[Any]) -> Iterator[tuple[Any, h.Event]]:
    """Yield each row of ``history_event`` with its event, but those that cannot be read."""
    for row in rows:
        try:
            event = _due_date_set(row.payload) if row.type == DUE_DATE_SET else h.parse_event(row.type, row.payload)
        except (ValueError, TypeError, AttributeError):
            continue
        yield row, event


def _due_date_set(payload: str) -> h.DueDateSet:
    """Return the commonest of these events, checked no further than is needed here: there are very many."""
    event = h.DueDateSet(**json.loads(payload))
    # What names no zone compares with nothing here.
    if any(datetime.fromisoformat(text).tzinfo is None for text in event.due.values()):
        raise ValueError("need timezone-aware instants")
    return event


DUE_DATE_SET = h.DueDateSet.__name__
