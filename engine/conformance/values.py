"""What a verdict on a case says: frozen values with their facts, and the sentences for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ..model import WorkItem

InterventionKind = Literal[
    "cancelled",
    "reassigned",
    "released",
    "moved",
    "due_date_changed",
    "calendar_changed",
    "incident",
    "incident_resolved",
]


@dataclass(frozen=True)
class DueDateMoved:
    """A step whose deadline or reminder was changed, and from when to when."""

    step: WorkItem | None
    old_due_at: datetime
    new_due_at: datetime


@dataclass(frozen=True)
class Intervention:
    """Somebody bent the case's course, or the diagram could not go on. ``by`` is a login name, or the system's.

    ``holder`` and ``to``: who held a step that was given on or taken away, and who holds it now;
    ``from_version`` and ``to_version``: of a move. ``calendar_changed``: the calendar of the whole office was
    changed, and with it the dates of this case; that is told, but bends no single case.
    """

    kind: InterventionKind
    seq: int
    at: datetime
    by: str
    reason: str = ""
    step: WorkItem | None = None
    holder: str | None = None
    to: str | None = None
    from_version: int | None = None
    to_version: int | None = None
    due_dates: tuple[DueDateMoved, ...] = ()

    @property
    def bends(self) -> bool:
        """Return whether this was done to the case itself."""
        return self.kind != "calendar_changed"


@dataclass(frozen=True)
class SeparationBreach:
    """One person completed steps in several lanes of one case, each in their own name."""

    person: str
    steps: tuple[WorkItem, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """Return the lanes, in the order in which the person first completed a step there."""
        return tuple(dict.fromkeys(step.lane for step in self.steps))


@dataclass(frozen=True)
class LateStep:
    """A step that stood open beyond its deadline; all lengths are office time.

    ``over``: since the deadline. ``waiting``: until somebody took it, ``handling``: since then. A step
    that nobody ever took only waited. One that is open still is measured until the record was taken.
    """

    step: WorkItem
    over: timedelta
    waiting: timedelta
    handling: timedelta


@dataclass(frozen=True)
class Conformance:
    """The verdict on one case. ``followed``: re-executing it gives the same, and nobody bent its course.

    ``deviation`` says where the history departs from the diagram, None where it does not.
    ``words`` is the verdict in sentences.
    """

    case: str
    followed: bool
    deviation: str | None
    interventions: tuple[Intervention, ...]
    separation: tuple[SeparationBreach, ...]
    late_steps: tuple[LateStep, ...]
    words: tuple[str, ...] = ()
