"""Counting what happened to steps in office time, so that the count can be put down and taken up again.

Lengths are counted by whole minutes, which any share, percentile and distribution can be told from without
keeping a single case. Nothing here reads a clock or a database, and nothing names a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

MINUTE = timedelta(minutes=1)
EXACT_BELOW = 10_000
"""Minutes up to which each counts by itself (24 office days); above, four digits of a length are kept."""


@dataclass(frozen=True)
class Lengths:
    """Lengths of office time: how many there are of each number of whole minutes."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many lengths there are."""
        return sum(self.counts.values())

    def at(self, percent: int) -> timedelta | None:
        """Return the smallest length that ``percent`` of all do not exceed (nearest rank); None if there is none."""
        wanted = -(-self.count * percent // 100)
        for minutes in sorted(self.counts):
            wanted -= self.counts[minutes]
            if wanted <= 0:
                return minutes * MINUTE
        return None

    def within(self, start: timedelta, end: timedelta | None) -> int:
        """Return how many are at least ``start`` and shorter than ``end``; None: however long."""
        return sum(
            count
            for minutes, count in self.counts.items()
            if start <= minutes * MINUTE and (end is None or minutes * MINUTE < end)
        )


@dataclass
class Tally:
    """What was counted of one step: ``counts`` by what was counted, ``lengths`` by which stretch of time."""

    counts: Counter[str] = field(default_factory=Counter)
    lengths: dict[str, Counter[int]] = field(default_factory=dict)

    def add_length(self, stretch: str, length: timedelta) -> None:
        """Count one length of office time."""
        self.lengths.setdefault(stretch, Counter())[_rounded(length // MINUTE)] += 1

    def lengths_of(self, stretch: str) -> Lengths:
        """Return the lengths of one stretch."""
        return Lengths(dict(self.lengths.get(stretch, {})))


@dataclass
class Progress:
    """How far the cases of a period were gone through, and what was counted on the way.

    ``after`` is the last case that was looked at, ``last`` the last of the period, both as the tables number them;
    ``total`` counts the cases of the period as they were at ``asked_at``.
    """

    asked_at: datetime
    after: int
    last: int
    total: int
    cases: int = 0
    steps: dict[str, Tally] = field(default_factory=dict)
    flows: Counter[str] = field(default_factory=Counter)

    @property
    def finished(self) -> bool:
        """Return whether no case is left."""
        return self.after >= self.last

    def step(self, path: str) -> Tally:
        """Return what was counted of a step, to count on."""
        return self.steps.setdefault(path, Tally())

    def written(self) -> list[Any]:
        """Return it as JSON knows it."""
        steps = {path: [tally.counts, _pairs_by_name(tally.lengths)] for path, tally in self.steps.items()}
        return [self.asked_at.isoformat(), self.after, self.last, self.total, self.cases, steps, self.flows]

    @classmethod
    def read(cls, written: Any) -> Self:
        """Return what ``written`` wrote."""
        asked_at, after, last, total, cases, steps, flows = written
        tallies = {
            path: Tally(Counter(counts), {name: Counter(dict(pairs)) for name, pairs in lengths.items()})
            for path, (counts, lengths) in steps.items()
        }
        return cls(datetime.fromisoformat(asked_at), after, last, total, cases, tallies, Counter(flows))


def _pairs_by_name(lengths: Mapping[str, Counter[int]]) -> dict[str, list[tuple[int, int]]]:
    return {name: sorted(counts.items()) for name, counts in lengths.items()}


def _rounded(minutes: int) -> int:
    if minutes < EXACT_BELOW:
        return minutes
    unit: int = 10 ** (len(str(minutes)) - 4)
    return minutes // unit * unit
