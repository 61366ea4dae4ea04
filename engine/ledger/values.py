"""What the timer ledger shows: frozen values. Nothing here is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ..model import TimerRole
from ..timeline.moments import Node
from .lateness import Outage
from .timer_book import Cause, Outcome

LedgerFilter = Literal["all", "fired", "late", "armed", "dropped"]


@dataclass(frozen=True)
class LedgerTimer:
    """One timer of one case: when it was armed, due, and fired or dropped.

    ``on`` is the step (or pause) that it watches. ``late`` is how long after its due instant it fired, ``cause``
    why if that is more than is promised. ``dates`` counts how often its due instant was set. ``held``: while its
    case was an incident.
    """

    case: str
    key: str
    on: Node
    role: TimerRole
    duration: str
    version: int
    armed_at: datetime
    due_at: datetime | None
    dates: int
    outcome: Outcome
    ended_at: datetime | None
    late: timedelta
    cause: Cause | None
    held: bool


@dataclass(frozen=True)
class LedgerPage:
    """One page of the ledger. Pass ``next_cursor`` on to get the following page."""

    timers: tuple[LedgerTimer, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class LedgerSummary:
    """How punctual the timers of a period fired.

    ``late``, ``p50``, ``p99`` and ``longest`` leave out the ``held`` and the ``backdated`` ones, which nobody could
    have fired in time. ``outages`` are what the late ones tell, the latest first; of very many ``forgotten`` are
    left out. ``overdue`` timers are due now and have not fired, the first since ``overdue_since``.
    """

    fired: int
    late: int
    held: int
    backdated: int
    p50: timedelta | None
    p99: timedelta | None
    longest: timedelta
    outages: tuple[Outage, ...]
    forgotten: int
    overdue: int
    overdue_since: datetime | None
