"""The use case of whoever thinks of another standard: over past cases, who would have been late under it?

Reads only, batch by batch. Cases *rahasia* count like all others; no case is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from ..calendar.worktime import Duration, WorkingCalendar
from ..catalog import DEFINITION
from ..diagram import ExecutableProcess
from ..drafting.drafting import DiagramDrafts
from ..errors import DeploymentRefused, InvalidRequest, NotAllowed, NotFound
from ..model import Actor, is_storable
from ..move.renaming import propose_renames
from ..office import Office
from ..standing.decisions import version_in_force
from ..tables import ProcessDefinitionRow as Definition
from .passages import Period, batches, begin, was_late
from .steps import DrawnStep, path_of, renamed_path, steps_of
from .tallies import Progress, Tally
from .values import Standards, StandardStep, Trial, TrialStep

WHOLE = "whole"
"""In a tally: from the opening to the closing."""
HAD = "had "
"""In a tally: so many had the deadline that stands behind."""
MAY_TRY = frozenset({"process_owner", "head", "auditor"})

Durations = Mapping[str, Duration | None]


class Trials(DiagramDrafts):
    """The questions about standards and past cases."""

    def standards(self, key: str, *, by: Actor) -> Standards:
        """Return the deadlines of the version in force, else the newest, and of the actor's draft.

        Raises ``NotAllowed``, ``NotFound``.
        """
        allow_trying(by)
        draft = self.diagram_draft(key, by=by) if is_storable(key) else None
        with self.database.read() as connection:
            process, unreadable, drafted = self._measured(connection, key), "", None
            if draft is not None:
                try:
                    drafted = self.drafted(connection, draft)
                except DeploymentRefused as refused:
                    unreadable = str(refused)
        steps = tuple(_standard_steps(process, drafted))
        return Standards(key, process.diagram.name, process.version, steps, drafted is not None, unreadable)

    def try_standards(
        self,
        key: str,
        *,
        durations: Durations | Literal["draft"],
        start: date,
        end: date,
        by: Actor,
        so_far: Progress | None = None,
        seconds: float | None = None,
    ) -> Trial:
        """Return what other deadlines would have meant for the cases that began from ``start`` to ``end``.

        ``durations``: by step of the version in force, None takes the deadline away; ``"draft"``: those that the
        actor's draft changes. After ``seconds`` it stops; with its progress as ``so_far`` it goes on from there.
        Raises ``NotAllowed``, ``NotFound``, ``InvalidRequest``; for a draft ``DeploymentRefused`` too.
        """
        allow_trying(by)
        period = Period.of(start, end, self.calendar())
        until = None if seconds is None else monotonic() + seconds
        with self.database.read() as connection:
            process = self._measured(connection, key)
            wanted = self._drafted_durations(connection, process, by) if durations == "draft" else durations
            steps = steps_of(process)
            _refuse_unknown(wanted, steps, process.version)
            progress = so_far or begin(connection, key, period, self.now())
            judge = Judge(self.calendar(), wanted, progress.asked_at)
            renaming = Renaming(self, connection, process)
            for rows in batches(connection, key, period, progress):
                for row in rows:
                    if row.key is not None:
                        path = renaming.path(row.version, row.key)
                        judge.add(progress.step(path), path, row)
                if until is not None and monotonic() >= until:
                    break
            gone = self._gone(connection, key, set(progress.steps) - set(steps))
        told = [_told(step, progress, wanted) for step in steps.values()]
        told += [replace(_told(step, progress, {}), gone=True, standard=None, proposed=None) for step in gone]
        return Trial(key, process.diagram.name, process.version, start, end, tuple(told), progress)

    def _measured(self, connection: Connection, key: str) -> ExecutableProcess:
        """Return the version whose steps are told: the one in force, else the newest. Raises ``NotFound``."""
        known = key if is_storable(key) else ""
        version = version_in_force(connection, known, self.now())
        version = (
            version
            or connection.execute(select(func.max(Definition.version)).where(Definition.key == known)).scalar()
            or 0
        )
        if not version:
            raise NotFound(DEFINITION, key)
        return self.catalog.process(connection, known, version)

    def _drafted_durations(self, connection: Connection, process: ExecutableProcess, by: Actor) -> Durations:
        drafted = self.drafted(connection, self.own_draft(connection, process.key, by=by))
        steps = _standard_steps(process, drafted)
        return {step.path: step.drafted for step in steps if step.in_draft and step.drafted != step.standard}

    def _gone(self, connection: Connection, key: str, paths: set[str]) -> list[DrawnStep]:
        """Return what the newest version that had them says of steps that the version in force lacks."""
        if not paths:
            return []
        found: dict[str, DrawnStep] = {}
        query = select(Definition.version).where(Definition.key == key).order_by(Definition.version)
        for version in connection.execute(query).scalars().all():
            drawn = steps_of(self.catalog.process(connection, key, version))
            found |= {path: step for path, step in drawn.items() if path in paths}
        return list(found.values())


class Renaming:
    """What a step of another version is called in this one: past cases tell about steps whose ids were changed too."""

    def __init__(self, office: Office, connection: Connection, process: ExecutableProcess) -> None:
        self._office, self._connection, self._process = office, connection, process
        self._names: dict[int, Mapping[str, str]] = {process.version: {}}
        self._paths: dict[tuple[int, str], str] = {}

    def path(self, version: int, key: str) -> str:
        """Return the path of what a key names."""
        path = path_of(key)
        found = self._paths.get((version, path))
        if found is None:
            found = renamed_path(path, self._names_of(version))
            self._paths[version, path] = found
        return found

    def _names_of(self, version: int) -> Mapping[str, str]:
        if version not in self._names:
            old = self._office.catalog.process(self._connection, self._process.key, version)
            self._names[version] = propose_renames(old, self._process)
        return self._names[version]


class Judge:
    """Counts what opened: how long it took, and whether it was, and would have been, late."""

    def __init__(self, calendar: WorkingCalendar, durations: Durations, now: datetime) -> None:
        self._calendar, self._durations, self._now = calendar, durations, now

    def add(self, tally: Tally, path: str, row: Any) -> None:
        """Count one row of ``work_item``."""
        until = row.closed_at or self._now
        length = self._calendar.between(row.opened_at, until)
        late = was_late(row.state, until, row.due_at)
        tally.add_length(WHOLE, length)
        counts = tally.counts
        counts["passed"] += 1
        counts["late"] += late
        counts[row.state] += 1
        if row.due_at is not None:
            counts["timed"] += 1
        if row.due_duration is not None:
            counts[f"{HAD}{row.due_duration}"] += 1
        if path not in self._durations:
            counts["would"] += late
            return
        new = self._durations[path]
        would = new is not None and self._exceeds(row, until, length, new)
        counts["would"] += would
        counts["undecided"] += new is not None and not would and row.state != "completed"

    def _exceeds(self, row: Any, until: datetime, length: timedelta, duration: Duration) -> bool:
        opened_at: datetime = row.opened_at
        allowed = self._calendar.length(duration, opened_at.astimezone(self._calendar.zone).date())
        if length != allowed:
            return length > allowed
        # As much office time as is allowed: the instant tells, as it does for a deadline that really is.
        return was_late(row.state, until, self._calendar.due(opened_at, duration))


def allow_trying(by: Actor) -> None:
    """Raise ``NotAllowed`` for who neither sets standards nor audits them."""
    if not by.active or not MAY_TRY & by.duties:
        raise NotAllowed("Mencoba standar baru pada riwayat dibuka bagi pemilik proses, kepala kantor, dan auditor.")


def _refuse_unknown(durations: Durations, steps: Mapping[str, DrawnStep], version: int) -> None:
    for path in durations:
        if path not in steps:
            raise InvalidRequest(
                f"Langkah {path[:100]!r} tidak ada pada versi {version}; pilih salah satu dari {', '.join(steps)}."
            )


def _standard_steps(process: ExecutableProcess, draft: ExecutableProcess | None) -> list[StandardStep]:
    drafted = steps_of(draft) if draft else {}
    names = propose_renames(process, draft) if draft else {}
    found = []
    for step in steps_of(process).values():
        there = drafted.get(renamed_path(step.path, names))
        standard = there.standard if there else step.standard
        found.append(StandardStep(step.path, step.no, step.name, step.lane, step.standard, standard, there is not None))
    return found


def _told(step: DrawnStep, progress: Progress, durations: Durations) -> TrialStep:
    tally = progress.steps.get(step.path, Tally())
    counts = tally.counts
    return TrialStep(
        path=step.path,
        no=step.no,
        name=step.name,
        lane=step.lane,
        standard=step.standard,
        proposed=durations.get(step.path, step.standard),
        changed=step.path in durations,
        gone=False,
        passed=counts["passed"],
        timed=counts["timed"],
        late=counts["late"],
        would_be_late=counts["would"],
        undecided=counts["undecided"],
        open=counts["open"],
        withdrawn=counts["withdrawn"],
        lengths=tally.lengths_of(WHOLE),
        had={name.removeprefix(HAD): count for name, count in counts.items() if name.startswith(HAD)},
    )
