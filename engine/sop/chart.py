"""From a diagram to the few things that an SOP's flow table can draw: steps, decisions, starts, ends, arrows.

A node that is only a joint of lines leaves: its arrows are joined. Timers that merely remind or escalate are
the column *Waktu*, not arrows; one that leads on to work is an arrow of the step that it hangs on. What lies
inside a sub-process follows the sub-process's own box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from ..diagram import Diagram, Element, Flow
from .values import SopArrow

ChartKind = Literal["step", "decision", "fork", "join", "start", "end", "line"]
Gather = Literal["", "all", "taken"]
"""What a node waits for: nothing, every branch, every branch that was taken."""

STEPS: Final = frozenset({"userTask", "callActivity", "subProcess", "intermediateCatchEvent"})
ELSE: Final = "selain itu"
_SIGNS: Final = (
    (r"==|\beq\b", "="),
    (r"!=|\bne\b", "≠"),
    (r"<=|\ble\b", "≤"),
    (r">=|\bge\b", "≥"),
    (r"\blt\b", "<"),
    (r"\bgt\b", ">"),
    (r"&&|\band\b", "dan"),
    (r"\|\||\bor\b", "atau"),
    (r"!(?=[^=])|\bnot\b", "bukan "),
    (r"\bin\b", "salah satu"),
    (r"\btrue\b", "ya"),
    (r"\bfalse\b", "tidak"),
    (r"\bnull\b", "kosong"),
    (r"_", " "),
)


@dataclass
class ChartNode:
    """One thing to draw. ``gateway``: the decision that a step ends with, drawn below it in the same row."""

    id: str
    kind: ChartKind
    begins: bool = False
    ends: bool = False
    forks: bool = False
    waits_for: Gather = ""
    gateway: str | None = None


class Chart:
    """Nodes by id in the order of the file, and the arrows between them."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.nodes: dict[str, ChartNode] = {}
        self.arrows: list[SopArrow] = []

    def into(self, node: str) -> list[SopArrow]:
        """Return the arrows that lead to a node."""
        return [arrow for arrow in self.arrows if arrow.target == node]

    def out_of(self, node: str) -> list[SopArrow]:
        """Return the arrows that leave a node."""
        return [arrow for arrow in self.arrows if arrow.source == node]

    def of_kind(self, *kinds: ChartKind) -> list[ChartNode]:
        """Return the nodes of these kinds, as they are now."""
        return [node for node in self.nodes.values() if node.kind in kinds]

    def take_out(self, node: str) -> None:
        """Remove a node; whatever led to it leads to wherever it led."""
        before, after = self.into(node), self.out_of(node)
        self.arrows = [arrow for arrow in self.arrows if node not in (arrow.source, arrow.target)]
        for first in before:
            for second in after:
                label = ", ".join(dict.fromkeys(filter(None, (first.label, second.label))))
                self.arrows.append(replace(first, target=second.target, label=label))
        del self.nodes[node]

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Remove the nodes that are not wanted, with their arrows."""
        self.nodes = {id_: node for id_, node in self.nodes.items() if wanted(id_)}
        self.arrows = [arrow for arrow in self.arrows if arrow.source in self.nodes and arrow.target in self.nodes]


def chart_of(diagram: Diagram) -> Chart:
    """Return what is to be drawn of a diagram."""
    chart = Chart(diagram)
    for element in diagram.elements.values():
        if element.kind != "boundaryEvent":
            chart.nodes[element.id] = ChartNode(element.id, _kind(element))
    for flow in diagram.flows.values():
        if flow.source in chart.nodes:
            chart.arrows.append(SopArrow(flow.source, flow.target, _label(flow, diagram)))
    _hang_timers(chart)
    _open_sub_processes(chart)
    _drop_unreached(chart)
    _join_lines(chart)
    _merge_start_and_ends(chart)
    _merge_joins(chart)
    _merge_splits(chart)
    _join_equal_arrows(chart)
    return chart


def _kind(element: Element) -> ChartKind:
    if element.kind in STEPS:
        return "step"
    kinds: dict[str, ChartKind] = {"startEvent": "start", "endEvent": "end"}
    return kinds.get(element.kind, "line")


def _label(flow: Flow, diagram: Diagram) -> str:
    if flow.name.strip():
        return " ".join(flow.name.split())
    if flow.condition is not None:
        return condition_words(flow.condition.text)
    return ELSE if diagram.elements[flow.source].default == flow.id else ""


def condition_words(condition: str) -> str:
    """Return a condition as a reader of the SOP reads it: ``${putusan == 'setuju'}`` is ``putusan = setuju``."""
    told = []
    for place, part in enumerate(re.split(r"'([^']*)'|\"([^\"]*)\"", condition.strip().removeprefix("${")[:-1])):
        if place % 3:
            told.append(part or "")
            continue
        for pattern, word in _SIGNS:
            part = re.sub(pattern, word, part or "")
        told.append(part)
    return " ".join("".join(told).split())


def _hang_timers(chart: Chart) -> None:
    """Draw the timers that lead on as arrows of their step. One that withdraws the step always leads on."""
    diagram = chart.diagram
    for event in diagram.elements.values():
        if event.attached_to is None:
            continue
        for flow in [each for each in diagram.flows.values() if each.source == event.id]:
            if not event.interrupting and not _leads_to_work(flow.target, diagram):
                continue
            duration = diagram.timers[event.id].duration.words() if event.id in diagram.timers else ""
            word = "lewat" if event.interrupting else "setelah"
            label = " ".join(filter(None, (word, duration))) if duration else flow.name or event.name
            chart.arrows.append(SopArrow(event.attached_to, flow.target, label, "timer"))


def _leads_to_work(node: str, diagram: Diagram) -> bool:
    waiting, seen = [node], {node}
    while waiting:
        here = waiting.pop()
        if diagram.elements[here].kind in STEPS:
            return True
        after = {flow.target for flow in diagram.flows.values() if flow.source == here} - seen
        seen |= after
        waiting.extend(after)
    return False


def _open_sub_processes(chart: Chart) -> None:
    """Let a sub-process's box lead to what is inside, and let the ends inside lead to what comes behind it."""
    elements = chart.diagram.elements
    for box in [each.id for each in elements.values() if each.kind == "subProcess"]:
        inside = [each for each in elements.values() if each.parent == box]
        after = [arrow for arrow in chart.out_of(box) if arrow.kind == "flow"]
        chart.arrows = [arrow for arrow in chart.arrows if arrow not in after]
        for element in inside:
            if element.kind == "startEvent":
                chart.arrows.append(SopArrow(box, element.id))
                chart.take_out(element.id)
            elif element.kind == "endEvent" and element.id in chart.nodes:
                chart.arrows += [replace(arrow, source=element.id) for arrow in after]
                chart.take_out(element.id)


def _drop_unreached(chart: Chart) -> None:
    """Remove what only a reminder leads to."""
    starts = [node.id for node in chart.of_kind("start")]
    seen, waiting = set(starts), list(starts)
    while waiting:
        here = waiting.pop()
        after = {arrow.target for arrow in chart.out_of(here)} - seen
        seen |= after
        waiting.extend(after)
    chart.keep(seen.__contains__)


def _join_lines(chart: Chart) -> None:
    """Take out gateways that only bring lines together, or do nothing at all."""
    for node in chart.of_kind("line"):
        leaving = chart.out_of(node.id)
        together = chart.diagram.elements[node.id].kind == "exclusiveGateway" or len(chart.into(node.id)) == 1
        if len(leaving) == 1 and together and leaving[0].target != node.id:
            # The only way out is taken anyway, so that its condition says nothing.
            chart.arrows = [replace(each, label="") if each == leaving[0] else each for each in chart.arrows]
            chart.take_out(node.id)


def _merge_start_and_ends(chart: Chart) -> None:
    """Make the first step the start and the last ones the end, as the form wants it, where nothing is lost by it."""
    for start in chart.of_kind("start"):
        (first,) = {arrow.target for arrow in chart.out_of(start.id)}
        if chart.nodes[first].kind == "step":
            chart.nodes[first].begins = True
            chart.keep(lambda id_, gone=start.id: id_ != gone)  # type: ignore[misc]
    ends = chart.of_kind("end")
    for end in ends:
        element = chart.diagram.elements[end.id]
        last = [arrow.source for arrow in chart.into(end.id)]
        plain = element.event == "none" and (len(ends) == 1 or not element.name.strip())
        if plain and all(chart.nodes[each].kind == "step" and len(chart.out_of(each)) == 1 for each in last):
            for each in last:
                chart.nodes[each].ends = True
            chart.keep(lambda id_, gone=end.id: id_ != gone)  # type: ignore[misc]


def _merge_joins(chart: Chart) -> None:
    """Let the step behind a join wait for the branches; a join without a step behind it stays a row."""
    for node in chart.of_kind("line"):
        leaving = chart.out_of(node.id)
        if len(leaving) != 1:
            continue
        behind = chart.nodes[leaving[0].target]
        gather: Gather = "all" if chart.diagram.elements[node.id].kind == "parallelGateway" else "taken"
        if behind.kind in ("step", "end") and len(chart.into(behind.id)) == 1 and behind.id != node.id:
            behind.waits_for = gather
            chart.take_out(node.id)
        else:
            node.kind, node.waits_for = "join", gather


def _merge_splits(chart: Chart) -> None:
    """Let the step before a split fork or decide; a split of its own stays a row."""
    for node in chart.of_kind("line"):
        element, arriving = chart.diagram.elements[node.id], chart.into(node.id)
        before = chart.nodes[arriving[0].source] if len(arriving) == 1 else None
        alone = before is not None and len(chart.out_of(before.id)) == 1 and not arriving[0].label
        if element.kind == "parallelGateway":
            if before is not None and alone and before.kind in ("step", "start"):
                before.forks = True
                chart.take_out(node.id)
            else:
                node.kind, node.waits_for = "fork", "all" if len(arriving) > 1 else ""
        elif before is not None and alone and before.kind == "step" and not element.name.strip():
            before.gateway = node.id
            chart.take_out(node.id)
        else:
            node.kind = "decision"


def _join_equal_arrows(chart: Chart) -> None:
    """Draw two ways to the same row as one arrow with both labels."""
    joined: dict[tuple[str, str, str], list[str]] = {}
    for arrow in chart.arrows:
        joined.setdefault((arrow.source, arrow.target, arrow.kind), []).append(arrow.label)
    chart.arrows = [
        SopArrow(source, target, _either(labels), "timer" if kind == "timer" else "flow")
        for (source, target, kind), labels in joined.items()
    ]


def _either(labels: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(filter(None, labels)))
