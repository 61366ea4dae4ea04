"""One round through the whole office: what was checked so far, and the next part of it.

A round is small enough to travel in a link. Each part takes a few seconds, whatever the office's size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

from engine import Actor, Engine, Finding, NotFound, Verification

PART_SECONDS = 3.0
MOST_FINDINGS = 200
"""Findings about the office that one page lists; a damaged table may yield as many as there are cases."""
MOST_REMEMBERED = 40
"""Numbers of damaged cases that a link carries on."""


@dataclass(frozen=True)
class Damaged:
    """A case that does not verify. ``findings`` is empty, and ``checks`` tells, for who may not see the case."""

    case: str
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Part:
    """What one request found: about the office as a whole, or in a stretch of its cases."""

    round: Round
    office: tuple[Finding, ...] = ()
    more: int = 0
    damaged: tuple[Damaged, ...] = ()


@dataclass(frozen=True)
class Round:
    """How far a round has come. ``after``: the last case that was checked, None before the first."""

    begun_at: datetime
    office: int = 0
    checked: int = 0
    failed: int = 0
    failed_cases: tuple[str, ...] = ()
    after: str | None = None
    done: bool = field(default=False, compare=False)

    @property
    def sound(self) -> bool:
        """Return whether nothing was found so far."""
        return not (self.office or self.failed)

    @classmethod
    def begin(cls, engine: Engine, trusted: Sequence[str]) -> Part:
        """Check what no single case shows."""
        found: list[Finding] = []
        count = 0
        for finding in engine.verify_office(trusted=trusted):
            count += 1
            if count <= MOST_FINDINGS:
                found.append(finding)
        return Part(cls(engine.now(), office=count), tuple(found), count - len(found))

    def cases(self, engine: Engine, *, by: Actor, clock: Callable[[], float] = monotonic) -> Part:
        """Check the next cases, for a few seconds. Raises ``NotFound`` if the last one is gone by now."""
        until = clock() + PART_SECONDS
        damaged: list[Damaged] = []
        checked, last = 0, self.after
        verifications = engine.verify_all(after=self.after)
        done = True
        for each in verifications:
            checked, last = checked + 1, each.case
            if not each.sound:
                damaged.append(_told(each, engine, by))
            if clock() >= until:
                done = False
                break
        failed = (*self.failed_cases, *(each.case for each in damaged))
        return Part(
            replace(
                self,
                checked=self.checked + checked,
                failed=self.failed + len(damaged),
                failed_cases=failed[:MOST_REMEMBERED],
                after=last,
                done=done,
            ),
            damaged=tuple(damaged),
        )

    def written(self) -> list[Any]:
        """Return the round as JSON knows it."""
        cases = list(self.failed_cases)
        return [self.begun_at.isoformat(), self.office, self.checked, self.failed, cases, self.after]

    @classmethod
    def read(cls, written: Any) -> Round:
        """Return a round that ``written`` made."""
        begun, office, checked, failed, cases, after = written
        return cls(datetime.fromisoformat(begun), office, checked, failed, tuple(cases), after)


def _told(verification: Verification, engine: Engine, by: Actor) -> Damaged:
    """Return what somebody may know of a damaged case: an auditor everything, others what they may see."""
    checks = tuple(dict.fromkeys(finding.check for finding in verification.findings))
    try:
        if "auditor" not in by.duties:
            engine.case(verification.case, by=by)
    except NotFound:
        return Damaged(verification.case, checks, ())
    return Damaged(verification.case, checks, verification.findings)
