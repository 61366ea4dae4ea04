"""Frozen values of a diagram that was read: what the engine needs to run it, and nothing drawn.

Mappings keep the order of the file. Names and properties are verbatim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..calendar.worktime import Duration
from ..expressions import Condition, Group
from ..forms import Form
from ..model import Problem

TimerRole = Literal["deadline", "reminder", "interrupt", "wait"]
FormBinding = Literal["latest", "deployment"]
EventKind = Literal["none", "timer", "terminate", "escalation"]


@dataclass(frozen=True)
class Lane:
    """Who may claim: a column of the SOP. ``represented_by`` are the lanes that may act for it."""

    name: str
    represented_by: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Loop:
    """A user task that opens ``cardinality`` times, one after the other or all at once."""

    cardinality: int
    sequential: bool


@dataclass(frozen=True)
class UserTask:
    """One step of the SOP. ``properties`` hold ``no``, ``waktu``, … word for word."""

    id: str
    name: str
    lane: str
    form_id: str | None = None
    form_binding: FormBinding | None = None
    group: Group | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    loop: Loop | None = None


@dataclass(frozen=True)
class Timer:
    """A boundary timer (``attached_to`` an activity) or a pause in the flow (role ``wait``).

    ``deadline`` is the longest that lets the step go on, ``reminder`` an earlier one, ``interrupt``
    withdraws the step.
    """

    id: str
    name: str
    duration: Duration
    role: TimerRole
    attached_to: str | None = None


@dataclass(frozen=True)
class Flow:
    """A sequence flow; no two have the same source and target."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Condition | None = None


@dataclass(frozen=True)
class Element:
    """A flow node. ``parent`` is the sub-process that it stands in, ``default`` the exit taken last.

    ``event`` says what kind of event it is, None for what is no event.
    """

    id: str
    kind: str
    name: str
    parent: str | None = None
    default: str | None = None
    event: EventKind | None = None
    attached_to: str | None = None
    interrupting: bool = False


@dataclass(frozen=True)
class Diagram:
    """One executable process of a file. ``executable`` is what SpiffWorkflow gets, made anew from these values."""

    key: str
    name: str
    file: str
    xml: bytes = field(repr=False)
    executable: bytes = field(repr=False)
    lanes: tuple[Lane, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    tasks: Mapping[str, UserTask]
    timers: Mapping[str, Timer]
    calls: Mapping[str, str]
    properties: Mapping[str, str]
    names_read: frozenset[str]

    def step_of(self, task_id: str) -> tuple[str | None, int]:
        """Return a task's number in the SOP (property ``no``) and how many tasks are numbered."""
        numbers = {task.id: task.properties["no"] for task in self.tasks.values() if task.properties.get("no")}
        return numbers.get(task_id), len(numbers)

    def timers_on(self, activity: str) -> tuple[Timer, ...]:
        """Return the boundary timers of an activity, in the order of the file."""
        return tuple(timer for timer in self.timers.values() if timer.attached_to == activity)

    def lane(self, name: str) -> Lane:
        """Return the lane of that name; raise ``KeyError`` if the diagram has none."""
        return {lane.name: lane for lane in self.lanes}[name]


@dataclass(frozen=True)
class Reading:
    """What became of a file: its diagrams (none if an error forbids it) and everything found."""

    diagrams: tuple[Diagram, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that forbid the diagram."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True)
class ExecutableProcess:
    """A deployed version, ready to run: its diagram, its forms by id, the versions that it calls by key."""

    key: str
    version: int
    digest: str
    diagram: Diagram
    forms: Mapping[str, Form]
    calls: Mapping[str, ExecutableProcess]
