"""What the flows of a diagram reach: from the start, to an end, and round in circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from .model import Element, Flow
from .rules import Findings

Edges = Mapping[str, Iterable[str]]
PassesThrough = Callable[[str], bool]
"""Whether a call activity may be passed without anybody or any timer being waited for."""


def check_reach(elements: Mapping[str, Element], flows: Mapping[str, Flow], findings: Findings) -> None:
    """Note the nodes that nothing reaches, and the nodes that reach no end."""
    forward, backward = _edges(elements, flows)
    reached = _reach([each.id for each in elements.values() if each.kind == "startEvent"], forward)
    # A node without an exit is told elsewhere, and what leads to it need not be told as well.
    exits = {flow.source for flow in flows.values()}
    ending = _reach([each.id for each in elements.values() if each.id not in exits], backward)
    for element in elements.values():
        if element.id not in reached:
            message = "Tidak ada jalan dari start event ke sini; sambungkan dengan aliran masuk, atau hapus."
            findings.refuse("unreachable", message, element=element.id, name=element.name)
        elif element.id not in ending:
            message = "Dari sini tidak ada jalan ke end event; sambungkan sampai ke sebuah end event."
            findings.refuse("no-end", message, element=element.id, name=element.name)


def _edges(elements: Mapping[str, Element], flows: Mapping[str, Flow]) -> tuple[Edges, Edges]:
    """Return the ways forward and backward: along flows, and from an activity to its boundary events."""
    pairs = [(flow.source, flow.target) for flow in flows.values()]
    pairs += [(each.attached_to, each.id) for each in elements.values() if each.attached_to]
    forward, backward = defaultdict(list), defaultdict(list)
    for source, target in pairs:
        forward[source].append(target)
        backward[target].append(source)
    return forward, backward


def _reach(starts: Iterable[str], edges: Edges) -> set[str]:
    waiting = list(starts)
    reached = set(waiting)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def check_cycles(
    elements: Mapping[str, Element], flows: Mapping[str, Flow], findings: Findings, passes: PassesThrough | None = None
) -> None:
    """Note cycles in which no user task and no timer is met. Without ``passes`` every call counts as waiting."""
    quick = _passed_at_once(elements, flows, passes or (lambda call: False))
    edges: dict[str, list[str]] = defaultdict(list)
    for flow in flows.values():
        if flow.source in quick and flow.target in quick:
            edges[flow.source].append(flow.target)
    for ring in _rings(quick, edges):
        first = elements[ring[0]]
        listed = ", ".join(ring[:8]) + (", …" if len(ring) > 8 else "")
        message = f"Putaran {listed} berjalan sendiri tanpa henti; sisipkan User Task atau timer di dalamnya."
        findings.refuse("automatic-cycle", message, element=first.id, name=first.name)


def passes_at_once(elements: Mapping[str, Element], flows: Mapping[str, Flow], passes: PassesThrough) -> bool:
    """Return whether a process may run from start to end without waiting for anybody."""
    return _scope_passes(None, elements, _passed_at_once(elements, flows, passes), flows)


def _passed_at_once(
    elements: Mapping[str, Element], flows: Mapping[str, Flow], passes: PassesThrough
) -> dict[str, Element]:
    """Return the nodes that take no time: neither a user task nor a timer, nor a scope that surely meets one."""
    quick: dict[str, Element] = {}
    for element in reversed(list(elements.values())):  # what is inside a sub-process comes before it
        if element.kind == "userTask" or element.event == "timer":
            continue
        if element.kind == "callActivity" and not passes(element.id):
            continue
        if element.kind == "subProcess" and not _scope_passes(element.id, elements, quick, flows):
            continue
        quick[element.id] = element
    return {id_: quick[id_] for id_ in elements if id_ in quick}


def _scope_passes(
    scope: str | None, elements: Mapping[str, Element], quick: Mapping[str, Element], flows: Mapping[str, Flow]
) -> bool:
    edges: dict[str, list[str]] = defaultdict(list)
    for flow in flows.values():
        if flow.source in quick and flow.target in quick:
            edges[flow.source].append(flow.target)
    inside = [each for each in elements.values() if each.parent == scope]
    reached = _reach([each.id for each in inside if each.kind == "startEvent"], edges)
    return any(each.id in reached for each in inside if each.kind == "endEvent")


def _rings(nodes: Iterable[str], edges: Edges) -> list[list[str]]:
    """Return the sets of nodes that reach each other, each in the order of the file."""
    backward: dict[str, list[str]] = defaultdict(list)
    for source, targets in edges.items():
        for target in targets:
            backward[target].append(source)
    rings, done = [], set[str]()
    for node in nodes:
        if node in done:
            continue
        after = _reach(edges.get(node, ()), edges)
        if node in after:
            ring = after & _reach([node], backward)
            rings.append([each for each in nodes if each in ring])
            done |= ring
    return rings
