"""Several ways out without a gateway, and several ways in of which the first would go on alone."""

from __future__ import annotations

from .chart import Chart
from .tags import GATEWAYS, Tag, listing, named
from .values import REFUSED


def mend_splits(chart: Chart) -> None:
    """Put a gateway behind every node with several exits."""
    for node in list(chart.nodes.values()):
        exits = chart.exits(node)
        if node.label in GATEWAYS or node.label == "bpmn:endEvent":
            continue
        if len(exits) > 1:
            _split(chart, node, exits)
        else:
            _single(chart, node, exits)


def _single(chart: Chart, node: Tag, exits: list[Tag]) -> None:
    """Take off a condition that nothing would look at."""
    if "default" in node.attributes and node.id not in chart.bench.spared:
        chart.bench.tell("default", node, f"{named(node)} hanya punya satu jalan keluar; tanda default-nya dilepas.")
        del node.attributes["default"]
    for flow in exits:
        for condition in flow.all("bpmn:conditionExpression"):
            text = " ".join(condition.text.split())[:200]
            chart.bench.tell(
                "condition", flow, f"Aliran satu-satunya dari {named(node)} punya syarat {text!r}; syaratnya dilepas."
            )
            condition.leave()


def _split(chart: Chart, node: Tag, exits: list[Tag]) -> None:
    one = ("exclusiveGateway", "Ditambah exclusive gateway: satu jalan ditempuh")
    every = ("parallelGateway", "Ditambah parallel gateway: semua jalan ditempuh bersamaan")
    some = ("inclusiveGateway", "Ditambah inclusive gateway: satu atau beberapa jalan ditempuh")
    told = any(flow.name.strip() or flow.first("bpmn:conditionExpression") is not None for flow in exits)
    choosing = told or "default" in node.attributes or chart.returns(node)
    options = (one, every, some) if choosing else (every, one, some)
    found = f"Dari {named(node)} keluar {len(exits)} aliran tanpa gateway (ke {listing(chart.after(node))})"
    chosen = chart.bench.propose("split", node, found, *options)
    if chosen == REFUSED:
        return
    gateway = chart.after_node(node, f"bpmn:{chosen}", f"gerbang_{node.id}")
    if chosen == "parallelGateway":
        for flow in chart.exits(gateway):
            for condition in flow.all("bpmn:conditionExpression"):
                text = " ".join(condition.text.split())[:200]
                chart.bench.tell(
                    "condition", flow, f"Semua jalan ditempuh, maka syarat {text!r} pada aliran {named(flow)} dilepas."
                )
                condition.leave()
