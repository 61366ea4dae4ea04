"""Conformance: did a case follow its diagram, who stepped in, were duties kept apart, what was late?

A verdict over one record. It does not say whether anything was altered: that is ``proof``'s part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .. import people
from ..calendar.worktime import WorkingCalendar
from ..catalog import DEFINITION
from ..diagram import ExecutableProcess
from ..errors import HistoryDamaged, NotFound
from ..model import Actor, WorkItem
from ..record.records import Records
from ..record.values import CaseRecord
from ..replay import Replay
from .interventions import interventions
from .values import Conformance, LateStep, SeparationBreach
from .words import sentences


class Conformances(Records):
    """The use cases that judge how a case went."""

    def conformance(self, case: str, *, by: Actor) -> Conformance:
        """Return the verdict on a case. Raises ``NotFound``."""
        return self.conformance_of(self.record(case, by=by))

    def conformance_of(self, record: CaseRecord, names: Mapping[str, str] | None = None) -> Conformance:
        """Return the verdict on a case that was taken out already; ``names``: full names by login name, if known."""
        known = self.full_names() if names is None else names
        calendar, deviation = self.calendar(), record.damage or self._deviation(record)
        stepped_in = interventions(record)
        verdict = Conformance(
            case=record.case.number,
            followed=deviation is None and not any(each.bends for each in stepped_in),
            deviation=deviation,
            interventions=stepped_in,
            separation=separation(record.steps),
            late_steps=tuple(late_steps(record.steps, calendar, record.taken_at)),
        )
        words = sentences(verdict, record.case, calendar, lambda name: known.get(name) or name)
        return replace(verdict, words=tuple(words))

    def full_names(self) -> dict[str, str]:
        """Return everybody's full name by login name."""
        with self.database.read() as connection:
            return {person.name: person.full_name for person in people.everybody(connection)}

    def _deviation(self, record: CaseRecord) -> str | None:
        """Return where re-executing the case gives something else, None if it gives the same."""
        with self.database.read() as connection:

            def process_of(key: Any, version: Any) -> ExecutableProcess:
                # Only an altered history names something else than a text and a number.
                if not isinstance(key, str) or not isinstance(version, int):
                    raise NotFound(DEFINITION, f"{key} versi {version}")
                return self.catalog.process(connection, key, version)

            rerun = Replay(process_of)
            try:
                for each in record.history:
                    rerun.feed(each)
                rerun.finish()
            except (HistoryDamaged, NotFound) as error:
                return str(error)
            except (LookupError, ValueError, TypeError, AttributeError) as error:
                # A payload that was altered into nonsense is a finding, never a reason to say nothing.
                return f"Riwayat tidak dapat dijalankan ulang ({type(error).__name__}: {error})."
        return None


def separation(steps: tuple[WorkItem, ...]) -> tuple[SeparationBreach, ...]:
    """Return who completed steps in several lanes; what was done on behalf of a lane does not count."""
    done: dict[str, list[WorkItem]] = {}
    for step in steps:
        if step.state == "completed" and step.closed_by and step.on_behalf_of is None:
            done.setdefault(step.closed_by, []).append(step)
    breaches = (SeparationBreach(person, tuple(own)) for person, own in done.items())
    return tuple(breach for breach in breaches if len(breach.lanes) > 1)


def is_late(step: WorkItem, until: datetime) -> bool:
    """Return whether a step that stood open until then stood beyond its deadline.

    One that its own deadline withdrew ends exactly there, and is late all the same.
    """
    if step.due_at is None:
        return False
    return until > step.due_at or (until == step.due_at and step.state == "withdrawn")


def late_steps(steps: tuple[WorkItem, ...], calendar: WorkingCalendar, now: datetime) -> Iterator[LateStep]:
    """Yield the steps that stood open beyond their deadline, withdrawn ones and those still open too."""
    for step in steps:
        until = step.closed_at or now
        if step.due_at is None or not is_late(step, until):
            continue
        taken_at = step.claimed_at or until
        yield LateStep(
            step,
            over=calendar.between(step.due_at, until),
            waiting=calendar.between(step.opened_at, taken_at),
            handling=calendar.between(taken_at, until),
        )
