"""The fold: what a case's events add up to. The same function writes the tables and rebuilds them.

``CaseState.apply`` takes one event at a time, in order. It reads no clock, no diagram and no
database; everything that the work list shows follows from the history alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from . import history as h
from .model import InstanceState, TimerRole, WorkItemState


@dataclass(frozen=True)
class ItemState:
    """One step of one case, as the history has it so far."""

    opened_seq: int
    key: str
    version: int
    lane: str
    group: str | None
    opened_at: datetime
    state: WorkItemState = "open"
    assignee: str | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    due_duration: str | None = None
    remind_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class TimerState:
    """One armed timer; ``due_at`` is set by the ``DueDateSet`` that follows its ``TimerScheduled``."""

    key: str
    item: str | None
    duration: str
    role: TimerRole
    due_at: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """An event as it stands in the history: who recorded it, when, and for which lane."""

    seq: int
    event: h.Event
    at: datetime
    actor: str
    on_behalf_of: str | None = None


@dataclass
class CaseState:
    """What the events so far add up to. ``items`` by ``opened_seq``, ``timers`` by key."""

    definition: str = ""
    version: int = 0
    state: InstanceState = "running"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    anonymous: bool = False
    confidential: bool = False
    remark: str | None = None
    items: dict[int, ItemState] = field(default_factory=dict)
    timers: dict[str, TimerState] = field(default_factory=dict)
    # When the input that is being carried out took effect: a late timer counts from when it was due.
    moment: datetime | None = None

    def open_item(self, key: str) -> ItemState | None:
        """Return the open step with this key."""
        return next((item for item in self.items.values() if item.state == "open" and item.key == key), None)

    def watched_by(self, timer: TimerState) -> list[ItemState]:
        """Return the open steps that a timer watches: one, or every one of a multi-instance task."""
        return [item for item in self.items.values() if item.state == "open" and watches(timer.item, item.key)]

    def apply(self, recorded: Recorded) -> None:
        """Add one event."""
        event = recorded.event
        if event.kind == "input":
            self.moment = h.parse_instant(event.due_at) if isinstance(event, h.TimerFired) else recorded.at
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event, recorded)

    def _change(self, item: ItemState | None, **values: Any) -> None:
        if item is not None:
            self.items[item.opened_seq] = replace(item, **values)


def fold(events: Iterable[Recorded]) -> CaseState:
    """Return what all ``events`` of one case add up to."""
    case = CaseState()
    for recorded in events:
        case.apply(recorded)
    return case


def watches(item: str | None, key: str) -> bool:
    """Return whether a timer's ``item`` means the step with this key."""
    return item is not None and item in (key, key.rpartition(":")[0])


def rename(key: str, renamed: dict[str, str]) -> str:
    """Return ``key`` with each element of its path that has a new id carrying it."""
    return "/".join(_renamed(part, renamed) for part in key.split("/"))


def _renamed(part: str, renamed: dict[str, str]) -> str:
    element, colon, count = part.partition(":")
    return f"{renamed.get(element, element)}{colon}{count}"


def _started(case: CaseState, event: h.InstanceStarted, recorded: Recorded) -> None:
    case.definition, case.version, case.started_at = event.definition, event.version, recorded.at


def _opened(case: CaseState, event: h.WorkItemOpened, recorded: Recorded) -> None:
    standing = case.open_item(event.key)
    if standing is not None:
        # A move gave an open step to another lane: it is the same step, but nobody of that lane holds it yet.
        case._change(standing, lane=event.lane, group=event.group, assignee=None, claimed_at=None)
        return
    case.items[recorded.seq] = ItemState(
        opened_seq=recorded.seq,
        key=event.key,
        version=case.version,
        lane=event.lane,
        group=event.group,
        opened_at=case.moment or recorded.at,
    )
    for timer in case.timers.values():
        _date_items(case, timer)


def _completed(case: CaseState, event: h.WorkItemCompleted, recorded: Recorded) -> None:
    case._change(
        case.open_item(event.key),
        state="completed",
        closed_at=recorded.at,
        closed_by=recorded.actor,
        on_behalf_of=recorded.on_behalf_of,
    )
    case.anonymous = event.switches.get("anonim", case.anonymous)
    case.confidential = event.switches.get("rahasia", case.confidential)


def _withdrawn(case: CaseState, event: h.WorkItemWithdrawn, recorded: Recorded) -> None:
    case._change(case.open_item(event.key), state="withdrawn", closed_at=case.moment, closed_by=recorded.actor)


def _scheduled(case: CaseState, event: h.TimerScheduled, _recorded: Recorded) -> None:
    case.timers[event.key] = TimerState(event.key, event.item, event.duration, cast(TimerRole, event.role))


def _fired(case: CaseState, event: h.TimerFired, _recorded: Recorded) -> None:
    case.timers.pop(event.key, None)


def _dropped(case: CaseState, event: h.TimerDropped, _recorded: Recorded) -> None:
    timer = case.timers.pop(event.key, None)
    if timer is None:
        return
    # A step that is still open lost its timer in a move: the deadline that it gave goes with it.
    for item in case.watched_by(timer):
        if timer.role != "reminder":
            case._change(item, due_at=None, due_duration=None)
            continue
        others = [each.due_at for each in case.timers.values() if each.item == timer.item and each.role == "reminder"]
        case._change(item, remind_at=min((due_at for due_at in others if due_at), default=None))


def _due(case: CaseState, event: h.DueDateSet, _recorded: Recorded) -> None:
    for key, text in event.due.items():
        timer = case.timers.get(key)
        if timer is not None:
            case.timers[key] = replace(timer, due_at=h.parse_instant(text))
            _date_items(case, case.timers[key])
            _remind_later(case, timer)
    for key, told in event.kept.items():
        shown = {name: h.parse_instant(text) for name, text in told.items() if name in ("due_at", "remind_at")}
        if "due_duration" in told:
            case._change(case.open_item(key), due_duration=told["due_duration"])
        case._change(case.open_item(key), **shown)


def _date_items(case: CaseState, timer: TimerState) -> None:
    for item in case.watched_by(timer):
        if timer.role != "reminder":
            case._change(item, due_at=timer.due_at, due_duration=timer.duration)
        elif timer.due_at and (item.remind_at is None or timer.due_at < item.remind_at):
            case._change(item, remind_at=timer.due_at)


def _remind_later(case: CaseState, before: TimerState) -> None:
    """A reminder that was the earliest was put off: the earliest is now another, or the same one later."""
    if before.role != "reminder" or before.due_at is None:
        return
    armed = [each.due_at for each in case.timers.values() if each.item == before.item and each.role == "reminder"]
    for item in case.watched_by(before):
        if item.remind_at == before.due_at:
            case._change(item, remind_at=min(due_at for due_at in armed if due_at))


def _claimed(case: CaseState, event: h.WorkItemClaimed, recorded: Recorded) -> None:
    case._change(case.open_item(event.key), assignee=recorded.actor, claimed_at=recorded.at)


def _released(case: CaseState, event: h.WorkItemReleased, _recorded: Recorded) -> None:
    case._change(case.open_item(event.key), assignee=None, claimed_at=None)


def _reassigned(case: CaseState, event: h.WorkItemReassigned, recorded: Recorded) -> None:
    since = h.parse_instant(event.since) if event.since else recorded.at
    case._change(case.open_item(event.key), assignee=event.to, claimed_at=since)


def _instance_completed(case: CaseState, _event: h.Event, _recorded: Recorded) -> None:
    case.state, case.ended_at = "completed", case.moment


def _cancelled(case: CaseState, event: h.InstanceCancelled, recorded: Recorded) -> None:
    case.state, case.ended_at, case.remark = "cancelled", recorded.at, h.canonical({"reason": event.reason})


def _incident(case: CaseState, event: h.IncidentRaised, recorded: Recorded) -> None:
    told = {"element": event.element, "name": event.name, "reason": event.reason, "at": h.instant(recorded.at)}
    case.state, case.remark = "incident", h.canonical(told | {"refused": dict(event.refused)})


def _resolved(case: CaseState, _event: h.Event, _recorded: Recorded) -> None:
    if case.state == "incident":
        case.state, case.remark = "running", None


def _migrated(case: CaseState, event: h.InstanceMigrated, _recorded: Recorded) -> None:
    case.definition, case.version = event.definition, event.to_version
    renamed = dict(event.renamed)
    for item in [item for item in case.items.values() if item.state == "open"]:
        case._change(item, key=rename(item.key, renamed), version=event.to_version)
    timers = [
        replace(timer, key=rename(timer.key, renamed), item=timer.item and rename(timer.item, renamed))
        for timer in case.timers.values()
    ]
    case.timers = {timer.key: timer for timer in timers}
    if case.state == "incident":
        case.state, case.remark = "running", None


_HANDLERS: dict[type[h.Event], Any] = {
    h.InstanceStarted: _started,
    h.WorkItemOpened: _opened,
    h.WorkItemCompleted: _completed,
    h.WorkItemWithdrawn: _withdrawn,
    h.TimerScheduled: _scheduled,
    h.TimerFired: _fired,
    h.TimerDropped: _dropped,
    h.DueDateSet: _due,
    h.WorkItemClaimed: _claimed,
    h.WorkItemReleased: _released,
    h.WorkItemReassigned: _reassigned,
    h.InstanceCompleted: _instance_completed,
    h.InstanceCancelled: _cancelled,
    h.IncidentRaised: _incident,
    h.IncidentResolved: _resolved,
    h.InstanceMigrated: _migrated,
}
