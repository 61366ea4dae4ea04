"""Decisions on versions, and what they add up to at an instant. Pure: no clock, no database.

In force is the activated version with the latest instant that has come; of two that are equal, the one that was
decided later. So a date that lies ahead comes true by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["submitted", "activated", "rejected", "cancelled"]
VersionState = Literal["submitted", "in_force", "scheduled", "replaced", "rejected"]


@dataclass(frozen=True)
class VersionDecision:
    """One decision. ``effective_from``: of an activation alone; ``cancelled`` takes back one that lay ahead."""

    number: int
    key: str
    version: int
    verdict: Verdict
    effective_from: datetime | None
    decided_at: datetime
    decided_by: str
    note: str


@dataclass(frozen=True)
class Standing:
    """Where a version stands, and the decision that put it there; none while it waits for one."""

    state: VersionState
    decision: VersionDecision | None


def activations(decisions: Iterable[VersionDecision]) -> list[VersionDecision]:
    """Return the activations of one SOP that were not cancelled, in the order in which they take effect."""
    standing: list[VersionDecision] = []
    for each in decisions:
        if each.verdict == "activated":
            standing.append(each)
        elif each.verdict == "cancelled":
            # Only what lay ahead can be taken back: what was in force stays in the record.
            standing = [other for other in standing if not _taken_back(other, each)]
    return sorted(standing, key=lambda each: (effective(each), each.number))


def in_force(decisions: Iterable[VersionDecision], at: datetime) -> VersionDecision | None:
    """Return the activation of one SOP that holds at ``at``, None before the first."""
    return next((each for each in reversed(activations(decisions)) if effective(each) <= at), None)


def standing_of(version: int, decisions: Sequence[VersionDecision], at: datetime) -> Standing:
    """Return where one version of an SOP stands at ``at``; ``decisions`` are all of that SOP, in order."""
    holds = in_force(decisions, at)
    if holds is not None and holds.version == version:
        return Standing("in_force", holds)
    own = [each for each in activations(decisions) if each.version == version]
    ahead = [each for each in own if effective(each) > at]
    if ahead:
        return Standing("scheduled", ahead[0])
    if own:
        return Standing("replaced", own[-1])
    rejected = [each for each in decisions if each.version == version and each.verdict == "rejected"]
    return Standing("rejected", rejected[-1]) if rejected else Standing("submitted", None)


def effective(activation: VersionDecision) -> datetime:
    """Return the instant from which an activation holds."""
    assert activation.effective_from is not None  # no activation is recorded without it
    return activation.effective_from


def _taken_back(activation: VersionDecision, cancelled: VersionDecision) -> bool:
    return activation.version == cancelled.version and effective(activation) > cancelled.decided_at
