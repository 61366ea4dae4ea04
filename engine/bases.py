"""From when each armed timer counts: what a due date rests on, read from the history alone.

Under another calendar a due date is reckoned again from the same moment and for the same duration;
that moment is the input that armed the timer, or what a move chose instead. Nothing here reads a clock,
a database or a calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from . import history as h
from .projection import CaseState, Recorded, TimerState, rename


@dataclass(frozen=True)
class Basis:
    """Since when a timer counts, and the duration that its due date was reckoned for."""

    since: datetime
    duration: str

    def told(self) -> dict[str, str]:
        """Return it as an event keeps it."""
        return {"since": h.instant(self.since), "duration": self.duration}


@dataclass(frozen=True)
class Holder:
    """Who held a step, since when, in which lane and group, when a move gave it to another lane."""

    person: str
    claimed_at: datetime
    lane: str
    group: str | None


@dataclass
class Followed:
    """What events add up to. ``found``: the basis of every timer that was ever dated, by its key of now.

    ``aside`` are the timers that a move dropped, ``holders`` those who lost an open step to a move, by its
    ``opened_seq``, while nobody else has held it.
    """

    state: CaseState = field(default_factory=CaseState)
    found: dict[str, Basis] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    holders: dict[int, Holder] = field(default_factory=dict)
    _moved: h.InstanceMigrated | None = None
    _kept: dict[str, datetime | None] = field(default_factory=dict)

    def add(self, recorded: Recorded) -> None:
        """Add one event, in order."""
        event = recorded.event
        if isinstance(event, h.InstanceMigrated):
            self._move(event)
        elif event.kind == "input":
            self._moved, self._kept = None, {}
        match event:
            case h.DueDateSet(change=None):
                self._date(event, recorded)
            case h.TimerDropped() if self._moved is not None:
                self.aside.add(event.key)
            case h.TimerFired() | h.TimerScheduled():
                self.aside.discard(event.key)
            case h.WorkItemOpened():
                self._relocate(event)
            case h.WorkItemClaimed() | h.WorkItemReleased() | h.WorkItemReassigned():
                item = self.state.open_item(event.key)
                self.holders.pop(item.opened_seq if item else 0, None)
        self.state.apply(recorded)

    def _move(self, event: h.InstanceMigrated) -> None:
        names = dict(event.renamed)
        self._moved = event
        self._kept = {rename(key, names): timer.due_at for key, timer in self.state.timers.items()}
        self.found = {rename(key, names): basis for key, basis in self.found.items()}
        self.aside = {rename(key, names) for key in self.aside}

    def _date(self, event: h.DueDateSet, recorded: Recorded) -> None:
        # What a move leaves as it was keeps its basis; so does what a changed calendar dated anew.
        dated = {key for key, text in event.due.items() if self._kept.get(key) != h.parse_instant(text)}
        for key in dated & self.state.timers.keys():
            timer = self.state.timers[key]
            self.found[key] = Basis(_since(self.state, timer, self._moved, recorded), timer.duration)
        self.found |= {
            key: Basis(h.parse_instant(told["since"]), told["duration"]) for key, told in event.basis.items()
        }

    def _relocate(self, event: h.WorkItemOpened) -> None:
        item = self.state.open_item(event.key)
        if item is not None and item.assignee is not None and item.claimed_at is not None:
            self.holders[item.opened_seq] = Holder(item.assignee, item.claimed_at, item.lane, item.group)


def follow(history: Iterable[Recorded]) -> Followed:
    """Return what the events of a case add up to, with what due dates and claims rest on."""
    followed = Followed()
    for recorded in history:
        followed.add(recorded)
    return followed


def bases(history: Iterable[Recorded]) -> tuple[CaseState, dict[str, Basis]]:
    """Return what the events add up to, and the basis of every timer that was ever dated, by its key of now."""
    followed = follow(history)
    return followed.state, followed.found


def _since(state: CaseState, timer: TimerState, moved: h.InstanceMigrated | None, recorded: Recorded) -> datetime:
    """Return the moment from which a timer counts that was just dated: what the input, or the move, says."""
    moment = state.moment or recorded.at
    if moved is None or moved.policy == "restart":
        return moment
    return min((item.opened_at for item in state.watched_by(timer)), default=moment)
