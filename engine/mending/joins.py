"""Where ways come together again: all of those that were taken at once, and never more than come."""

from __future__ import annotations

from .chart import Chart
from .tags import Tag, named
from .values import REFUSED

_MEET = frozenset({"bpmn:userTask", "bpmn:subProcess", "bpmn:callActivity", "bpmn:intermediateCatchEvent"})


def mend_joins(chart: Chart) -> None:
    """Let ways that began at once be waited for, and not wait for ways of which one alone is taken."""
    for scope in list(chart.scopes()):
        above = _dominators(chart, scope)
        for node in chart.inside(scope):
            if len(chart.entries(node)) > 1 and node.id in above:
                _mend(chart, node, above)


def _mend(chart: Chart, node: Tag, above: dict[str, str]) -> None:
    forward = [flow for flow in chart.entries(node) if not _over(node.id, flow.get("sourceRef"), above)]
    if len(forward) < 2:
        return
    origin = chart.nodes[above[node.id]]
    if node.label in _MEET and origin.label in ("bpmn:parallelGateway", "bpmn:inclusiveGateway"):
        count = len(forward)
        found = (
            f"Di {named(node)} bertemu {count} jalan yang dimulai bersamaan di {named(origin)}; "
            f"langkahnya akan terbuka {count} kali"
        )
        option = ("gabung", "Ditambah gateway di depannya yang menunggu semuanya")
        if chart.bench.propose("join", node, found, option) != REFUSED:
            _wait(chart, node, forward)
    elif (
        node.label == "bpmn:parallelGateway" and origin.label == "bpmn:exclusiveGateway" and len(chart.exits(node)) == 1
    ):
        found = (
            f"Gateway parallel {named(node)} menunggu semua jalan, padahal {named(origin)} hanya menempuh satu; "
            "perkara macet di situ"
        )
        if chart.bench.propose("join", node, found, ("exclusiveGateway", "Dijadikan exclusive gateway")) != REFUSED:
            node.label = "bpmn:exclusiveGateway"


def _wait(chart: Chart, node: Tag, forward: list[Tag]) -> None:
    scope = node.parent if node.parent is not None else chart.process
    gateway = chart.add(scope, "bpmn:inclusiveGateway", f"bertemu_{node.id}", beside=node)
    for flow in forward:
        chart.lead_to(flow, gateway)
    chart.connect(gateway, node)


def _over(ancestor: str, node: str, above: dict[str, str]) -> bool:
    """Return whether every way to ``node`` leads through ``ancestor``: then a flow between them leads back."""
    here = node
    while here in above and above[here] != here:
        if here == ancestor:
            return True
        here = above[here]
    return here == ancestor


def _dominators(chart: Chart, scope: Tag) -> dict[str, str]:
    """Return for each node that is reached the last node that every way to it leads through."""
    start = next((node for node in chart.inside(scope) if node.label == "bpmn:startEvent"), None)
    if start is None:
        return {}
    order = _in_order(chart, start)
    place = {id_: number for number, id_ in enumerate(order)}
    above = {start.id: start.id}
    changed = True
    while changed:
        changed = False
        for id_ in order[1:]:
            ways = [each for each in _before(chart, chart.nodes[id_]) if each in above]
            if not ways:
                continue
            nearest = ways[0]
            for other in ways[1:]:
                nearest = _meeting(nearest, other, above, place)
            if above.get(id_) != nearest:
                above[id_] = nearest
                changed = True
    return above


def _before(chart: Chart, node: Tag) -> list[str]:
    host = [node.get("attachedToRef")] if node.label == "bpmn:boundaryEvent" else []
    return [each.id for each in chart.before(node)] + host


def _meeting(one: str, other: str, above: dict[str, str], place: dict[str, int]) -> str:
    while one != other:
        while place[one] > place[other]:
            one = above[one]
        while place[other] > place[one]:
            other = above[other]
    return one


def _in_order(chart: Chart, start: Tag) -> list[str]:
    """Return the nodes so that each comes before what follows it, circles aside."""
    seen: set[str] = set()
    done: list[str] = []
    waiting: list[tuple[Tag, bool]] = [(start, False)]
    attached: dict[str, list[Tag]] = {}
    for each in chart.nodes.values():
        if each.label == "bpmn:boundaryEvent":
            attached.setdefault(each.get("attachedToRef"), []).append(each)
    while waiting:
        node, left = waiting.pop()
        if left:
            done.append(node.id)
        elif node.id not in seen:
            seen.add(node.id)
            waiting.append((node, True))
            waiting.extend((each, False) for each in [*chart.after(node), *attached.get(node.id, ())])
    return done[::-1]
