"""What merely repeats what was repaired: each node's list of its flows, and lines to what is gone."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from .bench import Workbench
from .chart import Chart
from .tags import Tag

_DATA: Final = frozenset({"bpmn:dataInputAssociation", "bpmn:dataOutputAssociation"})


def tidy(bench: Workbench, charts: list[Chart]) -> None:
    """Let the repetitions say what the flows say. Only for a drawing that changed anyway."""
    if not bench.repairs:
        return
    known = {tag.id for tag in bench.root.walk() if tag.id}
    lines = [
        tag
        for tag in bench.root.walk()
        if (tag.label == "bpmn:association" and not {tag.get("sourceRef"), tag.get("targetRef")} <= known)
        or (tag.label in _DATA and not {each.text.strip() for each in tag.children} <= known)
    ]
    if lines:
        bench.tell(
            "leftover", None, f"{len(lines)} garis keterangan menuju elemen yang tidak ada dihilangkan.", ":garis"
        )
    _take_out(lines)
    known = {tag.id for tag in bench.root.walk() if tag.id and tag.label.startswith("bpmn:")}
    shapes = ("bpmndi:BPMNShape", "bpmndi:BPMNEdge")
    _take_out([tag for tag in bench.root.walk() if tag.label in shapes and tag.get("bpmnElement") not in known])
    for chart in charts:
        for node in chart.nodes.values():
            _list_flows(chart, node)


def _take_out(tags: list[Tag]) -> None:
    by_parent: dict[int, list[Tag]] = defaultdict(list)
    for tag in tags:
        by_parent[id(tag.parent)].append(tag)
    for group in by_parent.values():
        if group[0].parent is not None:
            group[0].parent.clear(group)


def _list_flows(chart: Chart, node: Tag) -> None:
    node.children = [child for child in node.children if child.label not in ("bpmn:incoming", "bpmn:outgoing")]
    lists: list[Tag] = []
    for label, flows in (("bpmn:incoming", chart.entries(node)), ("bpmn:outgoing", chart.exits(node))):
        lists += [Tag(label, {}, flow.id, parent=node) for flow in flows]
    place = sum(child.kind in ("documentation", "extensionElements") for child in node.children)
    node.children[place:place] = lists
