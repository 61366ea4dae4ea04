"""Interventions: where a person bent the course of a case, and where the diagram could not go on.

Taking a step, completing it and what the diagram makes of that are not interventions. Dates that a
move changes belong to the move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .. import history as h
from ..model import WorkItem
from ..projection import CaseState, Recorded
from ..record.values import CaseRecord
from ..stepping import Moment
from .values import DueDateMoved, Intervention, InterventionKind

Told = Callable[["_Walk", Recorded], Intervention | None]


def interventions(record: CaseRecord) -> tuple[Intervention, ...]:
    """Return the interventions in a case, in order; none can be told if its history is damaged."""
    return tuple(_Walk(record).told())


@dataclass
class _Walk:
    """One pass over a history: the state before each event, and the last move to another version."""

    record: CaseRecord
    state: CaseState = field(default_factory=CaseState)
    move: Recorded | None = None

    def __post_init__(self) -> None:
        self.steps: Mapping[int, WorkItem] = dict(zip(self.record.opened, self.record.steps, strict=True))
        self.moments: Mapping[int, Moment] = {each.seq: each for each in self.record.moments}

    def told(self) -> Iterator[Intervention]:
        for each in self.record.history:
            if isinstance(each.event, h.InstanceMigrated):
                self.move = each
            teller = _TELLERS.get(type(each.event))
            found = teller(self, each) if teller else None
            self.state.apply(each)
            if found is not None:
                yield found

    def is_of_the_move(self, each: Recorded) -> bool:
        """Return whether an event was recorded with the last move to another version."""
        return self.move is not None and (self.move.at, self.move.actor) == (each.at, each.actor)


def _given_on(walk: _Walk, each: Recorded) -> Intervention | None:
    moment = walk.moments.get(each.seq)
    if moment is None or (moment.kind == "released" and moment.holder in (None, each.actor)):
        return None  # who took a step may give it back
    return Intervention(
        "released" if moment.kind == "released" else "reassigned",
        each.seq,
        each.at,
        each.actor,
        moment.reason,
        step=walk.steps.get(moment.opened_seq),
        holder=moment.holder,
        to=moment.to,
    )


def _cancelled(_walk: _Walk, each: Recorded) -> Intervention | None:
    assert isinstance(each.event, h.InstanceCancelled)
    return Intervention("cancelled", each.seq, each.at, each.actor, each.event.reason)


def _moved(_walk: _Walk, each: Recorded) -> Intervention | None:
    event = each.event
    assert isinstance(event, h.InstanceMigrated)
    made = Intervention("moved", each.seq, each.at, each.actor, event.reason)
    return replace(made, from_version=event.from_version, to_version=event.to_version)


def _stopped(_walk: _Walk, each: Recorded) -> Intervention | None:
    assert isinstance(each.event, h.IncidentRaised)
    return Intervention("incident", each.seq, each.at, each.actor, each.event.reason)


def _resolved(_walk: _Walk, each: Recorded) -> Intervention | None:
    return Intervention("incident_resolved", each.seq, each.at, each.actor)


def _dated(walk: _Walk, each: Recorded) -> Intervention | None:
    event = each.event
    assert isinstance(event, h.DueDateSet)
    changed = []
    for key, text in event.due.items():
        timer, due_at = walk.state.timers.get(key), h.parse_instant(text)
        if timer is not None and timer.due_at is not None and timer.due_at != due_at:
            watched = walk.state.watched_by(timer)
            step = walk.steps.get(watched[0].opened_seq) if watched else None
            changed.append(DueDateMoved(step, timer.due_at, due_at))
    if walk.is_of_the_move(each) or not changed:
        return None
    kind: InterventionKind = "due_date_changed" if event.change is None else "calendar_changed"
    return Intervention(
        kind, each.seq, each.at, each.actor, event.reason, step=changed[0].step, due_dates=tuple(changed)
    )


_TELLERS: Mapping[type[h.Event], Told] = {
    h.WorkItemReassigned: _given_on,
    h.WorkItemReleased: _given_on,
    h.InstanceCancelled: _cancelled,
    h.InstanceMigrated: _moved,
    h.IncidentRaised: _stopped,
    h.IncidentResolved: _resolved,
    h.DueDateSet: _dated,
}
