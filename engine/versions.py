"""Deployed versions as a process owner looks at them: who put what in force, and which cases run on it.

Nothing here changes anything, and nothing is kept from anybody: how an SOP runs is no secret of a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from .calendar.worktime import Duration
from .catalog import DEFINITION
from .diagram import ExecutableProcess
from .errors import NotFound
from .model import is_storable
from .office import Office
from .standing.decisions import by_key, of_key
from .standing.values import VersionDecision, VersionState, standing_of
from .tables import ProcessDefinitionRow as Definition
from .tables import ProcessInstanceRow as Case

LARGEST = 2**31
OPEN = ("running", "incident")
ORDER_OF_TIMERS = ("deadline", "interrupt", "reminder", "wait")


@dataclass(frozen=True)
class DeployedVersion:
    """One version of an SOP as it was deployed; ``in_force`` if new cases start on it.

    ``decided_by`` and what follows tell the decision behind ``state``: who activated or rejected it, when and why.
    They are empty while it waits for one. ``effective_from``: from when it is, or will be, in force.
    """

    key: str
    version: int
    digest: str
    name: str
    deployed_at: datetime
    deployed_by: str
    note: str
    in_force: bool
    state: VersionState
    decided_by: str | None = None
    decided_at: datetime | None = None
    effective_from: datetime | None = None
    decision_note: str = ""


@dataclass(frozen=True)
class VersionTimer:
    """A deadline, reminder or interruption of a step, in office time."""

    role: str
    duration: Duration


@dataclass(frozen=True)
class VersionStep:
    """One user task of a version. ``no`` is its number in the SOP, empty where the diagram gives none."""

    id: str
    no: str
    name: str
    lane: str
    form_id: str | None
    timers: tuple[VersionTimer, ...]


@dataclass(frozen=True)
class VersionForm:
    """One form as frozen with a version: its title, and the very text that was uploaded."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class VersionPage:
    """One version with what it froze. ``cases``: all that run or ran on it last; ``open_cases``: by version of the SOP.

    ``calls``: key of a called process to the version that it is bound to.
    """

    version: DeployedVersion
    lanes: tuple[str, ...]
    steps: tuple[VersionStep, ...]
    forms: tuple[VersionForm, ...]
    calls: Mapping[str, int]
    cases: int
    open_cases: Mapping[int, int]


class Versions(Office):
    """The questions about deployed versions."""

    def versions(self, key: str | None = None) -> tuple[DeployedVersion, ...]:
        """Return every version of one SOP, or of all, by key, the newest first. Raises ``NotFound`` for an unknown key.

        Nothing is parsed: a list of versions costs as much as its rows.
        """
        query = select(*_SUMMARY).order_by(Definition.key, Definition.version.desc())
        if key is not None:
            query = query.where(Definition.key == (key if is_storable(key) else ""))
        with self.database.read() as connection:
            rows = connection.execute(query).all()
            if key is not None and not rows:
                raise NotFound(DEFINITION, key)
            decisions = by_key(connection) if key is None else {key: of_key(connection, key)}
        now = self.now()
        return tuple(_standing(row, decisions.get(row.key, ()), now) for row in rows)

    def version(self, key: str, version: int) -> DeployedVersion:
        """Return one version. Raises ``NotFound``."""
        with self.database.read() as connection:
            return _deployed(connection, key, version, self.now())

    def version_page(self, key: str, version: int) -> VersionPage:
        """Return one version with its steps, forms and calls, and how many cases run on it. Raises ``NotFound``."""
        with self.database.read() as connection:
            deployed = _deployed(connection, key, version, self.now())
            process = self.catalog.process(connection, key, version)
            return VersionPage(
                version=deployed,
                lanes=tuple(lane.name for lane in process.diagram.lanes),
                steps=tuple(sorted(_steps(process), key=_place)),
                forms=tuple(_forms(connection, process)),
                calls={called.key: called.version for called in process.calls.values()},
                cases=_cases_on(connection, key, version),
                open_cases=_open_cases(connection, key),
            )


_SUMMARY = (
    Definition.key,
    Definition.version,
    Definition.digest,
    Definition.name,
    Definition.deployed_at,
    Definition.deployed_by,
    Definition.note,
)


def _can_be(key: str, version: int) -> bool:
    """Return whether a database can be asked for these at all; they come from addresses that anybody types."""
    return is_storable(key) and 0 < version < LARGEST


def _deployed(connection: Connection, key: str, version: int, at: datetime) -> DeployedVersion:
    query = select(*_SUMMARY).where(Definition.key == key, Definition.version == version)
    row = connection.execute(query).first() if _can_be(key, version) else None
    if row is None:
        raise NotFound(DEFINITION, f"{key} versi {version}")
    return _standing(row, of_key(connection, key), at)


def _standing(row: Any, decisions: Sequence[VersionDecision], at: datetime) -> DeployedVersion:
    told = standing_of(row.version, decisions, at)
    deployed = DeployedVersion(**row._mapping, in_force=told.state == "in_force", state=told.state)
    if told.decision is None:
        return deployed
    decided = told.decision
    return replace(
        deployed,
        decided_by=decided.decided_by,
        decided_at=decided.decided_at,
        effective_from=decided.effective_from,
        decision_note=decided.note,
    )


def _forms(connection: Connection, process: ExecutableProcess) -> Iterator[VersionForm]:
    query = select(Definition.forms).where(Definition.key == process.key, Definition.version == process.version)
    for form_id, text in json.loads(connection.execute(query).scalar_one()).items():
        yield VersionForm(form_id, process.forms[form_id].title, text)


def _steps(process: ExecutableProcess) -> Iterator[VersionStep]:
    diagram = process.diagram
    for task in diagram.tasks.values():
        timers = sorted(diagram.timers_on(task.id), key=lambda timer: ORDER_OF_TIMERS.index(timer.role))
        yield VersionStep(
            id=task.id,
            no=task.properties.get("no", ""),
            name=task.name or task.id,
            lane=task.lane,
            form_id=task.form_id,
            timers=tuple(VersionTimer(timer.role, timer.duration) for timer in timers),
        )


def _place(step: VersionStep) -> int:
    """Return where the SOP counts a step; what it does not number stays behind, as the file has it."""
    return int(step.no) if step.no.isdecimal() and len(step.no) < 10 else LARGEST


def _cases_on(connection: Connection, key: str, version: int) -> int:
    # Answered from the index by key alone, without a look at any case.
    return connection.execute(
        select(func.count()).select_from(Case).where(Case.key == key, Case.version == version)
    ).scalar_one()


def _open_cases(connection: Connection, key: str) -> dict[int, int]:
    query = select(Case.version, func.count().label("cases")).where(Case.key == key, Case.state.in_(OPEN))
    return {row.version: row.cases for row in connection.execute(query.group_by(Case.version).order_by(Case.version))}
