"""Boxes and lines for a drawing that has none, or whose boxes no longer fit what it says."""

from __future__ import annotations

from .bench import Workbench
from .chart import Chart
from .drawn import Box, boxes
from .layering import HEAD, lay_out
from .nudging import nudge
from .routing import Point, route
from .tags import ARTIFACTS, SCOPES, Tag


def mend_layout(bench: Workbench, charts: list[Chart]) -> None:
    """Draw what is not drawn; a drawing that is whole keeps its place."""
    placed = boxes(bench.root)
    undrawn = [
        node
        for chart in charts
        for node in chart.nodes.values()
        if node.id not in placed and node.id not in bench.beside
    ]
    lanes = [lane for chart in charts for lane in _lanes(chart) if lane.id not in placed]
    if not (undrawn or lanes or bench.redraw):
        if bench.repairs:
            nudge(bench, charts)
        return
    if not placed:
        bench.tell("layout", None, "Gambar tidak memuat tata letak; kotak, lane, dan garisnya ditata.")
    elif undrawn or (lanes and not bench.redraw):
        bench.tell(
            "layout",
            None,
            f"{len(undrawn) + len(lanes)} elemen tidak punya tempat dalam gambar; seluruhnya ditata ulang.",
        )
    else:
        bench.tell("layout", None, "Tempat-tempat dalam gambar tidak sesuai lagi; seluruhnya ditata ulang.")
    _draw(bench, charts)


def _lanes(chart: Chart) -> list[Tag]:
    return [lane for each in chart.process.all("bpmn:laneSet") for lane in each.all("bpmn:lane")]


def _draw(bench: Workbench, charts: list[Chart]) -> None:
    for old in bench.root.all("bpmndi:BPMNDiagram"):
        old.leave()
    collaboration = _collaboration(bench, charts)
    diagram = bench.root.add("bpmndi:BPMNDiagram", id=bench.fresh("gambar"))
    plane = diagram.add("bpmndi:BPMNPlane", id=bench.fresh("bidang"), bpmnElement=collaboration.id)
    top = 80.0
    pools = collaboration.all("bpmn:participant")
    for chart in charts:
        pool = next((each for each in pools if each.get("processRef") == chart.process.id), None)
        if pool is not None:
            top = _draw_pool(chart, pool, plane, top)
    for pool in pools:
        if not any(pool.get("processRef") == chart.process.id for chart in charts):
            _shape(bench, plane, pool.id, Box(160, top, 600, 60), isHorizontal="true")
            top += 90


def _collaboration(bench: Workbench, charts: list[Chart]) -> Tag:
    """Return the collaboration in which every process has its pool: lanes are only drawn in one."""
    found = bench.root.first("bpmn:collaboration")
    if found is None:
        found = Tag("bpmn:collaboration", {"id": bench.fresh("kolaborasi")})
        bench.root.take(found, bench.root.children.index(charts[0].process))
    for chart in charts:
        if not any(
            pool.get("processRef") == chart.process.id
            for each in bench.root.all("bpmn:collaboration")
            for pool in each.all("bpmn:participant")
        ):
            name = {"name": chart.process.name} if chart.process.name else {}
            found.add(
                "bpmn:participant", id=bench.fresh(f"pool_{chart.process.id}"), **name, processRef=chart.process.id
            )
    return found


def _draw_pool(chart: Chart, pool: Tag, plane: Tag, top: float) -> float:
    bench = chart.bench
    lanes = _lanes(chart)
    rows = {ref.text.strip(): number for number, lane in enumerate(lanes) for ref in lane.all("bpmn:flowNodeRef")}
    made = lay_out(chart, chart.process, rows, len(lanes))
    left, head = 160.0, HEAD * (2 if lanes else 1)
    _shape(bench, plane, pool.id, Box(left, top, made.width + head, made.height), isHorizontal="true")
    for lane, (y, height) in zip(lanes, made.bands, strict=False):
        _shape(bench, plane, lane.id, Box(left + HEAD, top + y, made.width + head - HEAD, height), isHorizontal="true")
    placed = {id_: Box(left + head + box.x, top + box.y, box.width, box.height) for id_, box in made.boxes.items()}
    for node in chart.nodes.values():
        if node.id in placed:
            more = {"isExpanded": "true"} if node.label in SCOPES else {}
            _shape(bench, plane, node.id, placed[node.id], **more)
    for flow in chart.flows.values():
        if flow.get("sourceRef") in placed and flow.get("targetRef") in placed:
            _edge(bench, plane, flow.id, _line(chart, flow, placed))
    return _draw_artifacts(chart, plane, placed, top + made.height + 40) + 60


def _line(chart: Chart, flow: Tag, placed: dict[str, Box]) -> list[Point]:
    source, target = (placed[flow.get(side)] for side in ("sourceRef", "targetRef"))
    return route(source, target, from_edge=chart.nodes[flow.get("sourceRef")].label == "bpmn:boundaryEvent")


def _draw_artifacts(chart: Chart, plane: Tag, placed: dict[str, Box], top: float) -> float:
    left, bench = 160.0, chart.bench
    drawn = [tag for tag in chart.process.walk() if tag.label in ARTIFACTS and tag.id]
    for tag in drawn:
        width = 160.0 if tag.label == "bpmn:textAnnotation" else 50.0
        placed[tag.id] = Box(left, top, width, 60)
        _shape(bench, plane, tag.id, placed[tag.id])
        left += width + 40
    for tag in chart.process.walk():
        if tag.label == "bpmn:association" and tag.get("sourceRef") in placed and tag.get("targetRef") in placed:
            _edge(bench, plane, tag.id, [placed[tag.get(side)].middle for side in ("sourceRef", "targetRef")])
    return top + (60 if drawn else 0)


def _shape(bench: Workbench, plane: Tag, element: str, box: Box, **more: str) -> None:
    shape = plane.add("bpmndi:BPMNShape", id=bench.fresh(f"{element}_di"), bpmnElement=element, **more)
    shape.add("dc:Bounds", x=f"{box.x:.0f}", y=f"{box.y:.0f}", width=f"{box.width:.0f}", height=f"{box.height:.0f}")


def _edge(bench: Workbench, plane: Tag, element: str, points: list[Point]) -> None:
    edge = plane.add("bpmndi:BPMNEdge", id=bench.fresh(f"{element}_di"), bpmnElement=element)
    for x, y in points:
        edge.add("di:waypoint", x=f"{x:.0f}", y=f"{y:.0f}")
