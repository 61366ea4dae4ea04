"""What becomes of due dates in a move, by its policy: they stay, count from the step's own start, or begin anew.

*Keep* changes no due date that there is, and what fired does not fire again; only a step that had no deadline may
get one. Nothing here reads a clock or a database, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..bases import Basis, Followed
from ..model import MovePolicy
from ..projection import CaseState, ItemState, TimerState, rename, watches
from ..runtime import ArmedTimer

Due = Callable[[str, datetime], datetime]
"""When so long has passed in office time, under the calendar in force."""
GIVING = ("deadline", "interrupt")
"""The roles that give a step its due date."""


@dataclass(frozen=True)
class Dated:
    """When an armed timer is due after a move. ``basis`` where the move's own event would not tell."""

    due_at: datetime
    basis: Basis | None = None


@dataclass(frozen=True)
class Standing:
    """How a case stands before a move, in the terms of the version that it moves to."""

    items: tuple[ItemState, ...]
    timers: Mapping[str, TimerState]
    followed: Callable[[], Followed]
    names: Mapping[str, str]

    @classmethod
    def of(cls, state: CaseState, names: Mapping[str, str], followed: Callable[[], Followed]) -> Standing:
        """Return where a case stands. ``followed`` reads its whole history, and is asked only where that is needed."""
        renamed = dict(names)
        items = tuple(item for item in state.items.values() if item.state == "open")
        timers = {rename(key, renamed): timer for key, timer in state.timers.items()}
        return cls(items, timers, followed, renamed)

    def watched(self, item: str | None) -> list[ItemState]:
        """Return the open steps that a timer of the new version watches."""
        return [each for each in self.items if watches(item, rename(each.key, dict(self.names)))]

    def giver(self, timer: ArmedTimer) -> tuple[str, TimerState] | None:
        """Return the armed timer that gives the step of ``timer`` its due date now, with its key."""
        steps = {item.key for item in self.watched(timer.item)}
        givers = [
            (key, old)
            for key, old in self.timers.items()
            if old.role in GIVING and any(watches(old.item, step) for step in steps)
        ]
        return next((each for each in givers if each[1].role == timer.role), givers[0] if givers else None)


def due_dates(
    standing: Standing, armed: Mapping[str, ArmedTimer], policy: MovePolicy, now: datetime, due: Due
) -> dict[str, Dated]:
    """Return when each timer that the new version has armed is due."""
    if policy == "restart":
        return {key: Dated(due(timer.duration, now)) for key, timer in armed.items()}
    if policy == "recompute":
        return {key: _recomputed(standing, key, timer, now, due) for key, timer in armed.items()}
    return {key: _kept(standing, armed, key, now, due) for key in armed}


def _recomputed(standing: Standing, key: str, timer: ArmedTimer, now: datetime, due: Due) -> Dated:
    opened = [item.opened_at for item in standing.watched(timer.item)]
    if opened:
        return Dated(due(timer.duration, min(opened)))
    # A pause in the flow, or a timer on a sub-process: it counts since it was armed.
    basis = _basis(standing, key) if key in standing.timers else None
    since = basis.since if basis else now
    return Dated(due(timer.duration, since), Basis(since, timer.duration))


def _kept(standing: Standing, armed: Mapping[str, ArmedTimer], key: str, now: datetime, due: Due) -> Dated:
    timer, before = armed[key], standing.timers.get(key)
    if before is not None and before.due_at is not None and is_alike(before.role, timer.role):
        return Dated(before.due_at)
    giver = standing.giver(timer) if timer.role in GIVING else None
    if giver is not None and giver[1].due_at is not None and not _has_giver(standing, armed, timer):
        return Dated(giver[1].due_at, _basis(standing, giver[0]))
    if before is None and key in standing.followed().aside:
        basis = _basis(standing, key)
        if basis is not None:
            return Dated(due(basis.duration, basis.since), basis)
    opened = min((item.opened_at for item in standing.watched(timer.item)), default=now)
    due_at = due(timer.duration, opened)
    # A deadline that nobody had before is not missed on the day on which it comes.
    since = opened if due_at > now else now
    return Dated(due(timer.duration, since), Basis(since, timer.duration))


def is_alike(role: str | None, other: str | None) -> bool:
    """Return whether both give a due date, or both remind, or neither."""
    return (role in GIVING, role == "reminder") == (other in GIVING, other == "reminder")


def _has_giver(standing: Standing, armed: Mapping[str, ArmedTimer], timer: ArmedTimer) -> bool:
    """Return whether another timer on the same step goes on giving its due date."""
    return any(
        each is not timer and each.item == timer.item and each.role in GIVING and _goes_on(standing, key)
        for key, each in armed.items()
    )


def _goes_on(standing: Standing, key: str) -> bool:
    before = standing.timers.get(key)
    return before is not None and before.role in GIVING


def _basis(standing: Standing, key: str) -> Basis | None:
    """Return what a timer counts from, by the key that it has on the new version."""
    renamed = dict(standing.names)
    return {rename(old, renamed): basis for old, basis in standing.followed().found.items()}.get(key)
