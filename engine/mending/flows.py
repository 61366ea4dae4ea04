"""Flows that end nowhere, cross a border, run against their direction, or are there twice."""

from __future__ import annotations

from typing import Final

from .chart import Chart
from .drawn import Box, boxes, ends_of_lines
from .tags import SCOPES, Tag, named

_NEAR: Final = 15
"""How far from a box the end of a line may be drawn and still mean it."""


def mend_flows(chart: Chart) -> None:
    """Let every flow lead from one node to another within one scope, once, in a direction that exists."""
    _attach_ends(chart)
    _keep_in_scope(chart)
    _turn(chart)
    _single(chart)


def _attach_ends(chart: Chart) -> None:
    missing = [flow for flow in chart.flows.values() if chart.source(flow) is None or chart.target(flow) is None]
    if not missing:
        return
    placed, lines = boxes(chart.bench.root), ends_of_lines(chart.bench.root)
    claims = {(each.label, each.text.strip()): node for node in chart.nodes.values() for each in node.children}
    for flow in missing:
        ends = [
            chart.nodes.get(flow.get(side))
            or claims.get((label, flow.id))
            or (_at(lines[flow.id][end], placed, chart) if flow.id in lines else None)
            for side, label, end in (("sourceRef", "bpmn:outgoing", 0), ("targetRef", "bpmn:incoming", 1))
        ]
        _connect(chart, flow, *ends)


def _connect(chart: Chart, flow: Tag, source: Tag | None, target: Tag | None) -> None:
    """Draw a flow to where it must have meant to lead, or take it out."""
    if source is None and target is not None:
        source = _only(chart, target, [node for node in chart.nodes.values() if not chart.exits(node)], "bpmn:endEvent")
    elif target is None and source is not None:
        target = _only(
            chart, source, [node for node in chart.nodes.values() if not chart.entries(node)], "bpmn:startEvent"
        )
    if source is None or target is None or source is target:
        known = next((node for node in (source, target) if node is not None), None)
        where = f" (ujung lainnya: {named(known)})" if known is not None else ""
        message = f"Aliran {named(flow)} tidak tersambung ke simpul di kedua ujungnya{where}; dihilangkan."
        chart.bench.tell("flow", flow, message)
        chart.drop_flow(flow)
        return
    message = f"Ujung aliran {named(flow)} tidak tersambung; disambung dari {named(source)} ke {named(target)}."
    chart.bench.tell("flow", flow, message)
    chart.lead_from(flow, source)
    chart.lead_to(flow, target)


def _only(chart: Chart, other: Tag, loose: list[Tag], never: str) -> Tag | None:
    """Return the one node that can be meant: it had no id, or nothing else is connected at that side."""
    nameless = [node for node in chart.nodes.values() if node.id in chart.bench.nameless]
    here = [
        node
        for node in (nameless or loose)
        if node is not other and node.parent is other.parent and node.label not in (never, "bpmn:boundaryEvent")
    ]
    return here[0] if len(here) == 1 else None


def _at(point: tuple[float, float], placed: dict[str, Box], chart: Chart) -> Tag | None:
    near = [
        (box.width * box.height, id_) for id_, box in placed.items() if id_ in chart.nodes and box.holds(point, _NEAR)
    ]
    return chart.nodes[min(near)[1]] if near else None


def _keep_in_scope(chart: Chart) -> None:
    for flow in list(chart.flows.values()):
        source, target = chart.source(flow), chart.target(flow)
        if source is None or target is None:
            continue
        if source.parent is target.parent:
            if flow.parent is not source.parent and source.parent is not None:
                chart.bench.tell(
                    "flow-scope", flow, f"Aliran {named(flow)} tercatat di luar sub-prosesnya; dipindahkan ke dalam."
                )
                source.parent.take(flow)
            continue
        outer_source, outer_target = _common(source, target)
        if outer_source is outer_target:
            chart.bench.tell(
                "flow-scope",
                flow,
                f"Aliran dari {named(source)} ke {named(target)} berujung pada isinya sendiri; dihilangkan.",
            )
            chart.drop_flow(flow)
            continue
        message = (
            f"Aliran dari {named(source)} ke {named(target)} menembus batas sub-proses; "
            f"sekarang dari {named(outer_source)} ke {named(outer_target)}."
        )
        chart.bench.tell("flow-scope", flow, message)
        chart.lead_from(flow, outer_source)
        chart.lead_to(flow, outer_target)


def _scopes_around(node: Tag) -> list[Tag]:
    """Return the node and the sub-processes around it, the innermost first."""
    around = [node]
    while node.parent is not None and node.parent.label in SCOPES:
        node = node.parent
        around.append(node)
    return around


def _common(source: Tag, target: Tag) -> tuple[Tag, Tag]:
    """Return the outermost differing ancestors of two nodes: they stand in one scope."""
    ours, theirs = _scopes_around(source), _scopes_around(target)
    while len(ours) > 1 and len(theirs) > 1 and ours[-1] is theirs[-1]:
        ours.pop()
        theirs.pop()
    return ours[-1], theirs[-1]


def _turn(chart: Chart) -> None:
    for node in list(chart.nodes.values()):
        if node.label == "bpmn:endEvent" and chart.exits(node):
            _continue(chart, node)
        elif node.label == "bpmn:startEvent" and chart.entries(node):
            _begin_before(chart, node)
        elif node.label == "bpmn:boundaryEvent" and chart.entries(node):
            host = chart.nodes.get(node.get("attachedToRef"))
            for flow in chart.entries(node):
                chart.bench.tell(
                    "flow-direction",
                    flow,
                    f"Aliran masuk ke peristiwa {named(node)} pada tepi langkah; dialihkan ke langkahnya.",
                )
                if host is None or host.parent is not node.parent:
                    chart.drop_flow(flow)
                else:
                    chart.lead_to(flow, host)


def _continue(chart: Chart, node: Tag) -> None:
    chart.bench.tell(
        "flow-direction", node, f"Dari akhir {named(node)} masih ada aliran keluar; dijadikan peristiwa di tengah alur."
    )
    node.label = "bpmn:intermediateThrowEvent"
    for definition in [*node.all("bpmn:terminateEventDefinition"), *node.all("bpmn:errorEventDefinition")]:
        definition.leave()


def _begin_before(chart: Chart, node: Tag) -> None:
    scope = node.parent if node.parent is not None else chart.process
    others = [each for each in chart.inside(scope) if each.label == "bpmn:startEvent" and each is not node]
    free = [each for each in others if not chart.entries(each)]
    following = chart.after(node)
    if free or not following:
        chart.bench.tell(
            "flow-direction", node, f"Ke awal {named(node)} masuk aliran; dijadikan peristiwa di tengah alur."
        )
        node.label = "bpmn:intermediateCatchEvent"
        return
    for flow in chart.entries(node):
        chart.bench.tell(
            "flow-direction",
            flow,
            f"Aliran kembali ke awal {named(node)}; dialihkan ke {named(following[0])} sesudahnya.",
        )
        chart.lead_to(flow, following[0])


def _single(chart: Chart) -> None:
    seen: dict[tuple[str, str], Tag] = {}
    for flow in list(chart.flows.values()):
        pair = (flow.get("sourceRef"), flow.get("targetRef"))
        first = seen.setdefault(pair, flow)
        if first is flow:
            continue
        _unite(first, flow)
        chart.bench.tell(
            "flow-duplicate",
            first,
            f"Aliran {named(flow)} menghubungkan simpul yang sama dengan {named(first)}; keduanya disatukan.",
        )
        source = chart.source(flow)
        if source is not None and source.get("default") == flow.id:
            source.attributes["default"] = first.id
        chart.drop_flow(flow)


def _unite(first: Tag, second: Tag) -> None:
    """Let one flow stand for two: under either condition, under none if one has none."""
    conditions = [flow.first("bpmn:conditionExpression") for flow in (first, second)]
    ours, theirs = conditions
    if ours is not None and theirs is not None:
        texts = [each.text.strip() for each in (ours, theirs)]
        if all(text.startswith("${") and text.endswith("}") for text in texts):
            ours.text = f"${{({texts[0][2:-1]}) || ({texts[1][2:-1]})}}"
    elif ours is not None:
        ours.leave()
    if second.name and second.name != first.name:
        first.attributes["name"] = f"{first.name} / {second.name}" if first.name else second.name
