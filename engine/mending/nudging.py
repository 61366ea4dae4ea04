"""Room for what a repair added: the owner's drawing moves apart by as much as is needed, and stays as it is."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from .bench import Workbench
from .chart import Chart
from .drawn import Box, boxes, ends_of_lines, number
from .routing import route
from .tags import ACTIVITIES, EVENTS, GATEWAYS, Tag

_ROOM: Final = 50
_STEP: Final = (120, 80)
_EDGE: Final = 25
"""How far from the edge of its step an event may stand and still sit on it."""
_TOUCHES: Final = 12
"""How far from its box a line may end and still be that box's line."""


def nudge(bench: Workbench, charts: list[Chart]) -> None:
    """Draw new nodes beside what they belong to, lines where flows changed, and take away what is gone."""
    plane = next((tag for tag in bench.root.walk() if tag.label == "bpmndi:BPMNPlane"), None)
    if plane is None:
        return
    for chart in charts:
        _fit_boxes(bench, chart)
        _add_nodes(bench, chart, plane)
        _mend_lines(bench, chart, plane)


def _fit_boxes(bench: Workbench, chart: Chart) -> None:
    """Give what became a step the size of one, and put what became an event on an edge onto its step."""
    shapes = {tag.get("bpmnElement"): tag for tag in bench.root.walk() if tag.label == "bpmndi:BPMNShape"}
    count: dict[str, int] = defaultdict(int)
    for node in chart.nodes.values():
        bounds = shapes[node.id].first("dc:Bounds") if node.id in shapes else None
        box = boxes(shapes[node.id]).get(node.id) if bounds is not None else None
        if bounds is None or box is None:
            continue
        if node.label in ACTIVITIES and box.width < _STEP[0] / 2:
            _open(bench, box.right, _STEP[0] - box.width)
            bounds.attributes |= {"width": f"{_STEP[0]}", "height": f"{_STEP[1]}"}
            bounds.attributes["y"] = f"{box.middle[1] - _STEP[1] / 2:.0f}"
        beside = shapes.get(node.get("attachedToRef")) if node.label == "bpmn:boundaryEvent" else None
        host = next(iter(boxes(beside).values()), None) if beside is not None else None
        if host is not None and not host.borders(box.middle, _EDGE):
            place = host.x + 10 + 40 * count[node.get("attachedToRef")]
            count[node.get("attachedToRef")] += 1
            bounds.attributes |= {"x": f"{place:.0f}", "y": f"{host.bottom - box.height / 2:.0f}"}


def _add_nodes(bench: Workbench, chart: Chart, plane: Tag) -> None:
    placed = boxes(bench.root)
    waiting = [node for node in chart.nodes.values() if node.id not in placed]
    while waiting:
        ready = [node for node in waiting if bench.beside.get(node.id) in placed]
        if not ready:
            return
        for node in ready:
            _add(bench, chart, plane, node)
        placed = boxes(bench.root)
        waiting = [node for node in waiting if node.id not in placed]


def _add(bench: Workbench, chart: Chart, plane: Tag, node: Tag) -> None:
    placed = boxes(bench.root)
    near = placed[bench.beside[node.id]]
    width, height = (36.0, 36.0) if node.label in EVENTS else (50.0, 50.0) if node.label in GATEWAYS else (120.0, 80.0)
    host = chart.nodes.get(bench.beside[node.id])
    leads_in = host is not None and node in chart.before(host)
    if host is not None and host.label == "bpmn:boundaryEvent":
        box = _free(Box(near.x, near.bottom + 40, width, height), placed, chart)
    else:
        cut = near.x if leads_in else near.right
        _open(bench, cut, width + _ROOM)
        middle = near.y + near.height / 2
        box = Box((cut if leads_in else cut + _ROOM / 2 + 5), middle - height / 2, width, height)
    shape = plane.add("bpmndi:BPMNShape", id=bench.fresh(f"{node.id}_di"), bpmnElement=node.id)
    shape.add("dc:Bounds", x=f"{box.x:.0f}", y=f"{box.y:.0f}", width=f"{box.width:.0f}", height=f"{box.height:.0f}")


def _free(box: Box, placed: dict[str, Box], chart: Chart) -> Box:
    others = [each for id_, each in placed.items() if id_ in chart.nodes]
    for _ in range(50):
        hit = next(
            (
                each
                for each in others
                if box.x < each.right and each.x < box.right and box.y < each.bottom and each.y < box.bottom
            ),
            None,
        )
        if hit is None:
            break
        box = Box(hit.right + 20, box.y, box.width, box.height)
    return box


def _open(bench: Workbench, cut: float, room: float) -> None:
    """Move everything right of ``cut`` by ``room``, and widen what reaches over it."""
    for tag in bench.root.walk():
        if tag.label in ("dc:Bounds", "di:waypoint"):
            x = number(tag.get("x"))
            if x >= cut - 1:
                tag.attributes["x"] = f"{x + room:.0f}"
            elif tag.label == "dc:Bounds" and x + number(tag.get("width")) > cut + 1:
                tag.attributes["width"] = f"{number(tag.get('width')) + room:.0f}"


def _mend_lines(bench: Workbench, chart: Chart, plane: Tag) -> None:
    placed, lines = boxes(bench.root), ends_of_lines(bench.root)
    edges = {tag.get("bpmnElement"): tag for tag in bench.root.walk() if tag.label == "bpmndi:BPMNEdge"}
    for flow in chart.flows.values():
        source, target = placed.get(flow.get("sourceRef")), placed.get(flow.get("targetRef"))
        if source is None or target is None:
            continue
        line = lines.get(flow.id)
        if line is not None and source.holds(line[0], _TOUCHES) and target.holds(line[1], _TOUCHES):
            continue
        edge = edges.get(flow.id) or plane.add("bpmndi:BPMNEdge", id=bench.fresh(f"{flow.id}_di"), bpmnElement=flow.id)
        edge.children = []
        for x, y in route(source, target, from_edge=chart.nodes[flow.get("sourceRef")].label == "bpmn:boundaryEvent"):
            edge.add("di:waypoint", x=f"{x:.0f}", y=f"{y:.0f}")
