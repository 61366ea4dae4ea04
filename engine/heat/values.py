"""The heat of a version, as callers see it: per step and per flow, counts and office time. No case is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ..calendar.worktime import Duration
from ..standards.tallies import Lengths, Progress


@dataclass(frozen=True)
class HeatStep:
    """One step over the period: it opened ``opened`` times in ``cases`` cases.

    ``repeats``: openings beyond the first of a case (of a step with several holders: beyond the first of each).
    ``late`` of the ``timed`` ones, which had a deadline, stood beyond it. ``waiting`` runs from the opening until
    somebody took the step, else until it closed; ``handling`` from there to the closing, of those that somebody took.
    What is ``open`` counts until now.
    """

    path: str
    no: str
    name: str
    lane: str
    standard: Duration | None
    cases: int
    opened: int
    repeats: int
    open: int
    withdrawn: int
    timed: int
    late: int
    waiting: Lengths
    handling: Lengths

    @property
    def late_share(self) -> float | None:
        """Return the part of those with a deadline that was late, from 0 to 1; None if none had one."""
        return self.late / self.timed if self.timed else None

    @property
    def slow(self) -> timedelta | None:
        """Return the median of handling, None if nobody ever took the step."""
        return self.handling.at(50)


@dataclass(frozen=True)
class HeatFlow:
    """One sequence flow and how often it was taken; ``source`` and ``target`` are what its ends are called."""

    path: str
    name: str
    source: str
    target: str
    taken: int


@dataclass(frozen=True)
class Heat:
    """One version over the cases that began from ``start`` to ``end``; ``progress`` says how far they were looked at.

    A case that was moved counts for each step on the version on which that step was done.
    """

    key: str
    name: str
    version: int
    start: date
    end: date
    steps: tuple[HeatStep, ...]
    flows: tuple[HeatFlow, ...]
    cases: int
    progress: Progress
