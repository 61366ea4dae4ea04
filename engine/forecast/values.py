"""The deadlines of a case to come, as callers see them. Frozen values; nothing here reckons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..calendar.worktime import Duration


@dataclass(frozen=True)
class ForecastTimer:
    """One timer of a step: at the earliest and at the latest it is due then. Instants are UTC."""

    role: str
    duration: Duration
    earliest: datetime
    latest: datetime


@dataclass(frozen=True)
class ClosedDays:
    """Days in a row on which the office is closed, and why: ``Sabtu``, ``Minggu``, or what the decree calls them."""

    first: date
    last: date
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ForecastStep:
    """One user task. ``opens_earliest``: everything before it is done at once; ``opens_latest``: everything uses
    its whole time. ``timers`` in the order in which they are due; ``due_…`` is the longest's, None if there is none.

    ``path`` are the ids from the outermost: calls and sub-processes, then the step. ``handed_in``: the step with
    which the case comes in. ``only_if_late``: nothing but a passed deadline leads here. ``closed`` lies between
    ``opens_latest`` and ``due_latest``.
    """

    path: tuple[str, ...]
    no: str
    name: str
    lane: str
    opens_earliest: datetime
    opens_latest: datetime
    timers: tuple[ForecastTimer, ...]
    due_earliest: datetime | None
    due_latest: datetime | None
    handed_in: bool
    only_if_late: bool
    closed: tuple[ClosedDays, ...]


@dataclass(frozen=True)
class Forecast:
    """The deadlines of a case that comes in at ``at``.

    ``counted_from``: the first instant of office time. ``ends_latest``: when it is over if every step uses its whole
    time; ``office_time`` is how much office time that is. ``limit_due``: when ``limit`` (batas_hukum) has passed,
    and ``over`` by how much office time the case would pass it. ``untimed``: numbers or names of steps without a
    deadline, counted as done at once. ``choices`` and ``loops``: the diagram has ways that exclude each other, and
    ways back, of which each is gone at most once. ``known_until``: the last day whose holidays are decreed.
    """

    key: str
    name: str
    version: int | None
    at: datetime
    counted_from: datetime
    steps: tuple[ForecastStep, ...]
    ends_latest: datetime
    office_time: timedelta
    limit: Duration | None
    limit_due: datetime | None
    over: timedelta
    untimed: tuple[str, ...]
    choices: bool
    loops: bool
    closed: tuple[ClosedDays, ...]
    known_until: date | None
    beyond_known: bool
    office_day: timedelta
