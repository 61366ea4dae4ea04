"""Walks a diagram once and dates every step: at the earliest and at the latest it can open.

At the earliest: whatever comes before is done at once. At the latest: whatever comes before uses its whole time.
Of ways that exclude each other the quickest and the slowest count; a way back is not gone again. Pure: the calendar
is handed in, no clock is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ..calendar.worktime import WorkingCalendar
from ..diagram import ExecutableProcess, Timer, UserTask
from ..diagram.timers import office_time
from ..errors import InvalidRequest

MOST_STEPS: Final = 2_000
"""Steps of a case with all that it calls; more are no forecast that anybody reads."""


@dataclass(frozen=True)
class Span:
    """An instant at the earliest and at the latest. ``late``: only passed deadlines lead here."""

    earliest: datetime
    latest: datetime
    late: bool = False


@dataclass(frozen=True)
class Dated:
    """One user task with when it opens, and its timers with when they are due."""

    path: tuple[str, ...]
    task: UserTask
    opens: Span
    timers: tuple[tuple[Timer, Span], ...]
    handed_in: bool


@dataclass
class Reckoning:
    """One walk: the steps found so far, and what was met on the way."""

    calendar: WorkingCalendar
    steps: list[Dated] = field(default_factory=list)
    choices: bool = False
    loops: bool = False

    def walk(self, process: ExecutableProcess, at: datetime) -> datetime:
        """Date all steps of a case that comes in at ``at``; return when it is over at the latest."""
        return self._scope(process, None, Span(at, at), ()).latest

    def _scope(self, process: ExecutableProcess, scope: str | None, begins: Span, path: tuple[str, ...]) -> Span:
        """Date what stands in a process or a sub-process; return when it is left."""
        ways = _Ways.of(process, scope)
        self.loops |= ways.loops
        arrived: dict[str, list[Span]] = defaultdict(list)
        arrived[ways.start] = [begins]
        ends: list[Span] = []
        for node in ways.order:
            span = self._arrival(process, node, arrived[node])
            leaves = self._through(process, node, span, path, handed_in=not path and node == ways.first)
            for timer in process.diagram.timers_on(node):
                if timer.id in ways.places:
                    arrived[timer.id].append(self._due(timer, span))
            for target in ways.following[node]:
                arrived[target].append(leaves)
            if not ways.following[node]:
                ends.append(leaves)
        sound = [each for each in ends if not each.late] or ends
        return Span(min(each.earliest for each in sound), max(each.latest for each in ends), begins.late)

    def _arrival(self, process: ExecutableProcess, node: str, spans: list[Span]) -> Span:
        kind = process.diagram.elements[node].kind
        latest, late = max(each.latest for each in spans), all(each.late for each in spans)
        if kind == "parallelGateway":
            return Span(max(each.earliest for each in spans), latest, late)
        self.choices |= len(spans) > 1
        return Span(min(each.earliest for each in spans), latest, late)

    def _through(
        self, process: ExecutableProcess, node: str, span: Span, path: tuple[str, ...], *, handed_in: bool
    ) -> Span:
        """Date what is in a node; return when it is left."""
        diagram, element = process.diagram, process.diagram.elements[node]
        if element.kind in ("exclusiveGateway", "inclusiveGateway"):
            self.choices |= sum(flow.source == node for flow in diagram.flows.values()) > 1
        if element.event == "timer":
            # What arrives at a boundary timer was dated by it already.
            return span if element.attached_to else self._due(diagram.timers[node], span)
        inner = span
        if node in diagram.tasks:
            self._step(diagram.tasks[node], diagram.timers_on(node), span, (*path, node), handed_in=handed_in)
        elif element.kind == "subProcess":
            inner = self._scope(process, node, span, (*path, node))
        elif element.kind == "callActivity":
            inner = self._scope(process.calls[diagram.calls[node]], None, span, (*path, node))
        if handed_in or not (timers := diagram.timers_on(node)):
            return Span(inner.earliest, inner.latest, span.late)
        longest = max(timers, key=lambda timer: office_time(timer.duration))
        return Span(inner.earliest, self.calendar.due(span.latest, longest.duration), span.late)

    def _step(
        self, task: UserTask, timers: tuple[Timer, ...], span: Span, path: tuple[str, ...], *, handed_in: bool
    ) -> None:
        if len(self.steps) >= MOST_STEPS:
            raise InvalidRequest(f"SOP ini bersama yang dipanggilnya melewati {MOST_STEPS} langkah; terlalu banyak.")
        ordered = sorted(timers, key=lambda timer: office_time(timer.duration))
        dated = tuple((timer, self._due(timer, span)) for timer in ordered)
        self.steps.append(Dated(path, task, span, dated, handed_in))

    def _due(self, timer: Timer, opens: Span) -> Span:
        late = timer.attached_to is not None or opens.late
        due = self.calendar.due
        return Span(due(opens.earliest, timer.duration), due(opens.latest, timer.duration), late)


@dataclass(frozen=True)
class _Ways:
    """The nodes of one scope, each behind all that lead to it, and where each leads without going back."""

    start: str
    first: str
    order: tuple[str, ...]
    places: Mapping[str, int]
    following: Mapping[str, tuple[str, ...]]
    loops: bool

    @classmethod
    def of(cls, process: ExecutableProcess, scope: str | None) -> _Ways:
        elements, flows = process.diagram.elements, process.diagram.flows
        targets: dict[str, list[str]] = defaultdict(list)
        for flow in flows.values():
            targets[flow.source].append(flow.target)
        timers: dict[str, list[str]] = defaultdict(list)
        for element in elements.values():
            if element.attached_to is not None:
                timers[element.attached_to].append(element.id)
        start = next(each.id for each in elements.values() if each.parent == scope and each.kind == "startEvent")
        order = tuple(_first_first(start, {node: (*targets[node], *timers[node]) for node in elements}))
        places = {node: place for place, node in enumerate(order)}
        following = {node: tuple(each for each in targets[node] if places[each] > places[node]) for node in order}
        loops = any(len(following[node]) < len(targets[node]) for node in order)
        return cls(start, next(iter(targets[start]), ""), order, places, following, loops)


def _first_first(start: str, following: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the nodes from ``start`` on, each before all that follow it; depth first, without recursion."""
    order: list[str] = []
    seen: set[str] = set()
    waiting = [(start, False)]
    while waiting:
        node, left = waiting.pop()
        if left:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((each, False) for each in reversed(following[node]))
    return reversed(order)
