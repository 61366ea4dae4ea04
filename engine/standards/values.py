"""A new standard tried on history, as callers see it: per step, counts and lengths of office time. No case is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ..calendar.worktime import Duration
from .tallies import Lengths, Progress


@dataclass(frozen=True)
class StandardStep:
    """One step of the version in force: the deadline that it sets, and the one that the actor's draft would set.

    ``in_draft``: the draft has the step; without a draft both are what is in force.
    """

    path: str
    no: str
    name: str
    lane: str
    standard: Duration | None
    drafted: Duration | None
    in_draft: bool


@dataclass(frozen=True)
class Standards:
    """What an SOP demands of its steps. ``draft``: the actor has a draft that could be read; else ``unreadable`` says
    what is in the way, or is empty where there is none.
    """

    key: str
    name: str
    version: int
    steps: tuple[StandardStep, ...]
    draft: bool
    unreadable: str

    @property
    def changes(self) -> dict[str, Duration | None]:
        """Return the deadlines that the draft changes, by step."""
        return {step.path: step.drafted for step in self.steps if step.in_draft and step.drafted != step.standard}


@dataclass(frozen=True)
class TrialStep:
    """One step over the period's cases. It opened ``passed`` times, ``timed`` of them with a deadline.

    ``late``: by the deadline that it had; ``would_be_late``: under ``proposed`` (the same as ``late`` where nothing is
    ``changed``). ``undecided``: still open, or withdrawn, within the new standard: nobody knows how long it would have
    taken. ``lengths`` run from the opening to the closing, or until now. ``had``: the deadlines that it had, as the
    diagram writes them. ``gone``: the version in force has no such step.
    """

    path: str
    no: str
    name: str
    lane: str
    standard: Duration | None
    proposed: Duration | None
    changed: bool
    gone: bool
    passed: int
    timed: int
    late: int
    would_be_late: int
    undecided: int
    open: int
    withdrawn: int
    lengths: Lengths
    had: Mapping[str, int]

    @property
    def median(self) -> timedelta | None:
        """Return the office time that half of them do not exceed."""
        return self.lengths.at(50)

    @property
    def p90(self) -> timedelta | None:
        """Return the office time that nine of ten do not exceed."""
        return self.lengths.at(90)

    @property
    def late_share(self) -> float:
        """Return the part that was late, from 0 to 1."""
        return self.late / self.passed if self.passed else 0.0

    @property
    def would_be_late_share(self) -> float:
        """Return the part that would have been late, from 0 to 1."""
        return self.would_be_late / self.passed if self.passed else 0.0


@dataclass(frozen=True)
class Trial:
    """New standards on the cases that began from ``start`` to ``end``, both included; ``progress`` says how far."""

    key: str
    name: str
    version: int
    start: date
    end: date
    steps: tuple[TrialStep, ...]
    progress: Progress

    @property
    def changed(self) -> tuple[TrialStep, ...]:
        """Return the steps to which another standard was put."""
        return tuple(step for step in self.steps if step.changed)
