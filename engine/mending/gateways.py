"""Gateways of kinds that wait for events or for a rule: each becomes a step that waits, or an ordinary gateway."""

from __future__ import annotations

from .chart import Chart
from .tags import Tag, listing, named
from .values import REFUSED

CHOOSING = frozenset({"bpmn:exclusiveGateway", "bpmn:inclusiveGateway"})


def mend_gateways(chart: Chart) -> None:
    """Turn every gateway into an exclusive, parallel or inclusive one."""
    for node in list(chart.nodes.values()):
        if node.label == "bpmn:eventBasedGateway":
            _wait(chart, node)
        elif node.label == "bpmn:complexGateway":
            _simplify(chart, node)
        elif node.label == "bpmn:parallelGateway":
            _without_conditions(chart, node)


def _simplify(chart: Chart, node: Tag) -> None:
    any_ = ("inclusiveGateway", "Dijadikan inclusive: beberapa jalan sekaligus")
    one = ("exclusiveGateway", "Dijadikan exclusive: satu jalan")
    every = ("parallelGateway", "Dijadikan parallel: semua jalan")
    options = (one, any_, every) if chart.returns(node) else (any_, one, every)
    found = f"Gateway {named(node)} memakai aturan sendiri (complex)"
    chosen = chart.bench.propose("gateway", node, found, *options)
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
    else:
        node.label = f"bpmn:{chosen}"
        node.children = [child for child in node.children if child.kind != "activationCondition"]


def _wait(chart: Chart, node: Tag) -> None:
    """Make a step of it: a person waits and says what came; a timer behind it becomes the step's own."""
    awaited = [
        target
        for target in chart.after(node)
        if target.label == "bpmn:intermediateCatchEvent" and len(chart.entries(target)) == 1
    ]
    timers = [each for each in awaited if each.first("bpmn:timerEventDefinition") is not None]
    others = [each for each in awaited if each not in timers]
    names = " / ".join(each.name for each in others if each.name.strip())
    found = f"Gateway {named(node)} menunggu peristiwa ({listing(chart.after(node)) or 'tidak ada'})"
    option = (
        "userTask",
        "Dijadikan User Task: orang menunggu dan mencatat apa yang terjadi; waktunya menjadi batas langkah itu",
    )
    if chart.bench.propose("gateway", node, found, option) == REFUSED:
        chart.bench.spared |= {node.id, *(each.id for each in others)}
        return
    node.label = "bpmn:userTask"
    node.attributes["name"] = node.name or (f"Tunggu: {names}" if names else "Tunggu")
    for number, timer in enumerate(timers):
        for flow in chart.entries(timer):
            chart.drop_flow(flow)
        chart.changed()
        timer.label = "bpmn:boundaryEvent"
        timer.attributes |= {"attachedToRef": node.id, "cancelActivity": "true" if number == 0 else "false"}
    for event in others:
        for flow in chart.entries(event):
            flow.attributes["name"] = event.name or flow.name or "Terjadi"
        chart.bypass(event)


def _without_conditions(chart: Chart, node: Tag) -> None:
    default = node.attributes.pop("default", None)
    if default is not None:
        chart.bench.tell(
            "default", node, f"Gateway parallel {named(node)} menempuh semua jalan; aliran default-nya dilepas."
        )
    flows = [flow for flow in chart.exits(node) if flow.first("bpmn:conditionExpression") is not None]
    if not flows:
        return
    every = ("lepas", "Syaratnya dilepas: semua jalan ditempuh")
    some = ("inclusiveGateway", "Gateway dijadikan inclusive: jalan yang syaratnya terpenuhi ditempuh")
    one = ("exclusiveGateway", "Gateway dijadikan exclusive: satu jalan ditempuh")
    texts = ", ".join(
        repr(" ".join(each.text.split())[:100]) for flow in flows for each in flow.all("bpmn:conditionExpression")
    )
    found = f"Gateway parallel {named(node)} punya syarat pada aliran keluarnya ({texts}), yang tidak pernah diperiksa"
    chosen = chart.bench.propose("gateway", node, found, every, some, one)
    if chosen == "lepas":
        for flow in flows:
            flow.children = [child for child in flow.children if child.label != "bpmn:conditionExpression"]
    elif chosen == REFUSED:
        chart.bench.spared.add(node.id)
    else:
        node.label = f"bpmn:{chosen}"
