"""From when each armed timer counts: what a due date rests on, read from the history alone.

Under another calendar a due date is reckoned again from the same moment and for the same duration;
that moment is the input that armed the timer, or what a move chose instead. Nothing here reads a clock,
a database or a calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from . import history as h
from .projection import CaseState, Recorded, TimerState, rename


@dataclass(frozen=True)
class Basis:
    """Since when a timer counts, and the duration that its due date was reckoned for."""

    since: datetime
    duration: str


def bases(history: Iterable[Recorded]) -> tuple[CaseState, dict[str, Basis]]:
    """Return what the events add up to, and the basis of every timer that was ever dated, by its key of now."""
    state, found = CaseState(), dict[str, Basis]()
    moved: h.InstanceMigrated | None = None
    kept: dict[str, datetime | None] = {}
    for recorded in history:
        event = recorded.event
        if isinstance(event, h.InstanceMigrated):
            names = dict(event.renamed)
            moved = event
            kept = {rename(key, names): timer.due_at for key, timer in state.timers.items()}
            found = {rename(key, names): basis for key, basis in found.items()}
        elif event.kind == "input":
            moved, kept = None, {}
        elif isinstance(event, h.DueDateSet) and event.change is None:
            # What a move leaves as it was keeps its basis; so does what a changed calendar dated anew.
            dated = {key: text for key, text in event.due.items() if kept.get(key) != h.parse_instant(text)}
            timers = [state.timers[key] for key in dated if key in state.timers]
            found |= {timer.key: Basis(_since(state, timer, moved, recorded), timer.duration) for timer in timers}
        state.apply(recorded)
    return state, found


def _since(state: CaseState, timer: TimerState, moved: h.InstanceMigrated | None, recorded: Recorded) -> datetime:
    """Return the moment from which a timer counts that was just dated: what the input, or the move, says."""
    moment = state.moment or recorded.at
    if moved is None or moved.policy == "restart":
        return moment
    return min((item.opened_at for item in state.watched_by(timer)), default=moment)
