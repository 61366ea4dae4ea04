"""The use case of whoever asks where an SOP is slow: per step of a version, over the cases of a period.

Everybody who works here may ask. Reads only, batch by batch; cases *rahasia* count like all others; no case is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from time import monotonic
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ..calendar.worktime import WorkingCalendar
from ..catalog import DEFINITION
from ..errors import NotAllowed, NotFound
from ..model import Actor, is_storable
from ..office import Office
from ..standards.passages import Period, batches, begin, was_late
from ..standards.steps import DrawnStep, flows_of, path_of, steps_of
from ..standards.tallies import Progress, Tally
from ..tables import HistoryEventRow as Event
from .values import Heat, HeatFlow, HeatStep

LARGEST = 2**31
WHOLE_OFFICE = ""
"""In the tallies: what is counted of cases, whichever their steps."""


class HeatMaps(Office):
    """The question where cases of a version wait."""

    def heat(
        self,
        key: str,
        version: int,
        *,
        start: date,
        end: date,
        by: Actor,
        so_far: Progress | None = None,
        seconds: float | None = None,
    ) -> Heat:
        """Return the heat of a version over the cases that began from ``start`` to ``end``, both included.

        After ``seconds`` it stops; with its progress as ``so_far`` it goes on from there. Raises ``NotAllowed``,
        ``NotFound``, ``InvalidRequest``.
        """
        if not by.active:
            raise NotAllowed("Peta panas dibuka bagi siapa saja yang bekerja di kantor ini.")
        if not is_storable(key) or not 0 < version < LARGEST:
            raise NotFound(DEFINITION, f"{key} versi {version}")
        period = Period.of(start, end, self.calendar())
        until = None if seconds is None else monotonic() + seconds
        with self.database.read() as connection:
            process = self.catalog.process(connection, key, version)
            steps, flows = steps_of(process), flows_of(process)
            progress = so_far or begin(connection, key, period, self.now())
            for rows in batches(connection, key, period, progress, version):
                _count_steps(rows, steps, progress, self.calendar())
                _count_flows(connection, sorted({row.id for row in rows}), version, progress)
                if until is not None and monotonic() >= until:
                    break
        told = tuple(_told(step, progress.steps.get(step.path, Tally())) for step in steps.values())
        ways = tuple(HeatFlow(path, *names, progress.flows[path]) for path, names in flows.items())
        cases = progress.step(WHOLE_OFFICE).counts["cases"]
        return Heat(key, process.diagram.name, version, start, end, told, ways, cases, progress)


def _count_steps(
    rows: Sequence[Any], steps: Mapping[str, DrawnStep], progress: Progress, calendar: WorkingCalendar
) -> None:
    """Count the openings of some cases, each case's together."""
    for _, of_case in groupby(rows, key=lambda row: int(row.id)):
        openings: dict[str, int] = {}
        for row in of_case:
            if row.key is not None:
                path = path_of(row.key)
                openings[path] = openings.get(path, 0) + 1
                _count(progress.step(path), row, calendar, progress.asked_at)
        for path, times in openings.items():
            counts = progress.step(path).counts
            counts["cases"] += 1
            counts["repeats"] += max(times - (steps[path].openings if path in steps else 1), 0)
        progress.step(WHOLE_OFFICE).counts["cases"] += bool(openings)


def _count(tally: Tally, row: Any, calendar: WorkingCalendar, now: datetime) -> None:
    until: datetime = row.closed_at or now
    counts = tally.counts
    counts["opened"] += 1
    counts[row.state] += 1
    if row.due_at is not None:
        counts["timed"] += 1
        counts["late"] += was_late(row.state, until, row.due_at)
    tally.add_length("waiting", calendar.between(row.opened_at, row.claimed_at or until))
    if row.claimed_at is not None:
        tally.add_length("handling", calendar.between(row.claimed_at, until))


def _count_flows(connection: Connection, cases: Sequence[int], version: int, progress: Progress) -> None:
    """Count the flows that these cases took while they ran on the version."""
    for _, events in groupby(connection.execute(_EVENTS, {"cases": cases}), key=lambda row: int(row.instance_id)):
        progress.flows.update(_taken(events, version))


def _taken(events: Iterator[Any], version: int) -> Iterator[str]:
    running = 0
    for row in events:
        payload = json.loads(row.payload)
        if row.type == "InstanceStarted":
            running = payload["version"]
        elif row.type == "InstanceMigrated":
            running = payload["to_version"]
        elif running == version:
            yield from map(path_of, payload["flows"])


_EVENTS = (
    select(Event.instance_id, Event.type, Event.payload)
    .where(Event.instance_id.in_(bindparam("cases", expanding=True)))
    .where(Event.type.in_(("InstanceStarted", "InstanceMigrated", "PathTaken")))
    .order_by(Event.instance_id, Event.seq)
)


def _told(step: DrawnStep, tally: Tally) -> HeatStep:
    counts = tally.counts
    return HeatStep(
        path=step.path,
        no=step.no,
        name=step.name,
        lane=step.lane,
        standard=step.standard,
        cases=counts["cases"],
        opened=counts["opened"],
        repeats=counts["repeats"],
        open=counts["open"],
        withdrawn=counts["withdrawn"],
        timed=counts["timed"],
        late=counts["late"],
        waiting=tally.lengths_of("waiting"),
        handling=tally.lengths_of("handling"),
    )
