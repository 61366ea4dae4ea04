"""What a replay shows of a case: each event with what it changed. Frozen values; nothing here is looked up.

A moment says only what its event changed, so that a case of a thousand events stays small;
``Timeline.at`` adds the changes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from ..forms import Form
from ..model import HistoryEvent, InstanceState, ProcessInstance, StepAnswers, TimerRole, WorkItem

EventKind = Literal["input", "consequence", "note"]


@dataclass(frozen=True)
class Spot:
    """Something that is drawn: an element or a flow, by its id, on one version of one diagram."""

    key: str
    version: int
    element: str


@dataclass(frozen=True)
class Node:
    """An element as somebody reads it on the diagram. ``step`` is its number in the SOP, if it has one."""

    id: str
    kind: str
    name: str
    step: str | None = None


@dataclass(frozen=True)
class Passage:
    """A sequence flow that was taken, from where to where. ``name`` is what is written beside it."""

    spot: Spot
    name: str
    source: Node
    target: Node


@dataclass(frozen=True)
class StepNow:
    """One step as it stood right after an event. ``opened_seq`` tells it from every other step of the case.

    ``spots``: where it is drawn, the innermost first, on the version that the case was on then; empty if that
    version has no such step. ``opening``: the how manieth time that this element opened. ``waited`` and
    ``worked`` are office time: until somebody took the step, and from then until it was closed.
    """

    opened_seq: int
    item: WorkItem
    spots: tuple[Spot, ...]
    opening: int
    waited: timedelta | None = None
    worked: timedelta | None = None


@dataclass(frozen=True)
class TimerNow:
    """One armed timer. ``on`` is the activity that it watches, or the pause in the flow that it is itself."""

    key: str
    role: TimerRole
    duration: str
    due_at: datetime | None
    on: Node
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class DueSet:
    """A timer that got its due instant; ``before`` is the one that it had, None for a timer just armed."""

    timer: TimerNow
    before: datetime | None


@dataclass(frozen=True)
class Answered:
    """What a completion answered, as the actor may see it, with the form that was answered."""

    step: StepAnswers
    form: Form | None


@dataclass(frozen=True)
class Moment:
    """One event of a case, what it is about, and what it changed.

    ``facts`` are the fields of its payload. ``took_effect_at`` is before ``recorded_at`` where a timer was
    noticed late. ``stretch`` is the place in ``Timeline.stretches`` of the version that the case was on right
    after; ``state`` and ``calendar`` (its version) are those of that moment. ``chained`` says whether the hash
    chain holds here. ``step``, ``timer`` and ``about`` (several steps) are what the event is about, ``nodes``
    the elements that its payload names, by key, ``labels`` the names of the fields that it names. ``remark`` is
    what somebody noted, None where it was erased or is not for the actor.

    ``steps`` and ``timers`` are the changes; a timer that is gone is None.
    """

    event: HistoryEvent
    kind: EventKind
    facts: Mapping[str, Any]
    stretch: int
    took_effect_at: datetime
    state: InstanceState
    calendar: str | None
    chained: bool
    step: StepNow | None = None
    timer: TimerNow | None = None
    about: tuple[StepNow, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    flows: tuple[Passage, ...] = ()
    due: tuple[DueSet, ...] = ()
    answered: Answered | None = None
    remark: str | None = None
    steps: tuple[StepNow, ...] = ()
    timers: Mapping[str, TimerNow | None] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        """Return the event's number."""
        return self.event.seq

    @property
    def type(self) -> str:
        """Return the event's name in the history."""
        return self.event.type


@dataclass(frozen=True)
class ShownDiagram:
    """One version of one diagram that a case ran on, or that such a version calls."""

    key: str
    version: int
    name: str


@dataclass(frozen=True)
class Stretch:
    """The part of a case that ran on one version: from event ``from_seq`` on; the case's own diagram stands first."""

    from_seq: int
    diagrams: tuple[ShownDiagram, ...]

    @property
    def key(self) -> str:
        """Return the key of the diagram that the case ran on."""
        return self.diagrams[0].key

    @property
    def version(self) -> int:
        """Return the version that the case ran on."""
        return self.diagrams[0].version


@dataclass(frozen=True)
class Picture:
    """The case as it stood right after one event: every step so far, and the timers that were armed."""

    moment: Moment
    stretch: Stretch
    steps: tuple[StepNow, ...]
    timers: tuple[TimerNow, ...]
    answered: tuple[Moment, ...]

    @property
    def open_steps(self) -> tuple[StepNow, ...]:
        """Return the steps that waited for somebody."""
        return tuple(step for step in self.steps if step.item.state == "open")


@dataclass(frozen=True)
class Timeline:
    """A case from its first event to its last, as one actor may see it."""

    case: ProcessInstance
    stretches: tuple[Stretch, ...]
    moments: tuple[Moment, ...]

    def at(self, seq: int) -> Picture:
        """Return the case right after event ``seq``; before the first is the first, after the last is the last."""
        last = min(max(seq, 1), len(self.moments))
        steps: dict[int, StepNow] = {}
        timers: dict[str, TimerNow] = {}
        for moment in self.moments[:last]:
            steps |= {step.opened_seq: step for step in moment.steps}
            for key, timer in moment.timers.items():
                if timer is None:
                    timers.pop(key, None)
                else:
                    timers[key] = timer
        now = self.moments[last - 1]
        answered = tuple(moment for moment in self.moments[:last] if moment.answered is not None)
        return Picture(now, self.stretches[now.stretch], tuple(steps.values()), tuple(timers.values()), answered)
