"""The rows of the flow table: whose column, which symbols, which words; and what the engine has to add to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ..diagram import Diagram, ExecutableProcess
from ..diagram.properties import read_properties
from ..diagram.rules import Findings
from ..diagram.waktu import stated_waktu
from ..diagram.xml import Xml, parse_xml
from .chart import Chart, ChartNode, chart_of
from .order import rows_in_order
from .values import SopArrow, SopRow, SopSymbol

_OURS: Final = {
    "start": "Mulai",
    "end": "Selesai",
    "decision": "Keputusan",
    "fork": "Cabang-cabang berikut dikerjakan serentak",
    "join": "Semua cabang selesai",
    "step": "",
}
"""What a row without a text of the diagram says, marked as the engine's words."""


@dataclass(frozen=True)
class Drawn:
    """What only the file says of the nodes: in which lane each stands, and the properties of those that are no task."""

    lanes: Mapping[str, str]
    properties: Mapping[str, Mapping[str, str]]


def rows_of(process: ExecutableProcess) -> tuple[tuple[SopRow, ...], tuple[SopArrow, ...]]:
    """Return the rows from the first to the last, and the arrows between them in the order of the rows."""
    chart, drawn = chart_of(process.diagram), _drawn(process.diagram)
    numbers = {id_: _number(drawn, id_) for id_ in chart.nodes}
    counted = {id_: int(no) for id_, no in numbers.items() if no.isdecimal() and len(no) < 10}
    order = rows_in_order(chart.nodes, chart.arrows, counted, _first(chart))
    if not any(numbers.values()):
        steps = [id_ for id_ in order if chart.nodes[id_].kind == "step"]
        numbers |= {id_: str(place) for place, id_ in enumerate(steps, 1)}
    rows: dict[str, SopRow] = {}
    for id_ in order:
        before = next((rows[arrow.source].lane for arrow in chart.into(id_) if arrow.source in rows), "")
        rows[id_] = _row(chart.nodes[id_], process, drawn, numbers, before, chart)
    place = {id_: at for at, id_ in enumerate(order)}
    arrows = sorted(chart.arrows, key=lambda arrow: (place[arrow.source], place[arrow.target]))
    return tuple(rows.values()), tuple(arrows)


def _first(chart: Chart) -> str:
    return next(node.id for node in chart.nodes.values() if node.kind == "start" or node.begins)


def _number(drawn: Drawn, node: str) -> str:
    return drawn.properties.get(node, {}).get("no", "").strip().removesuffix(".")


def _row(
    node: ChartNode, process: ExecutableProcess, drawn: Drawn, numbers: Mapping[str, str], before: str, chart: Chart
) -> SopRow:
    diagram = process.diagram
    element, written = diagram.elements[node.id], drawn.properties.get(node.id, {})
    name = diagram.tasks[node.id].name if node.id in diagram.tasks else element.name
    called = process.calls.get(diagram.calls.get(node.id, ""))
    text = name if name.strip() else called.diagram.name if called else _OURS[node.kind]
    waiting = element.kind == "intermediateCatchEvent"
    if not text and node.id in diagram.timers:
        text = f"Menunggu {diagram.timers[node.id].duration.words()}"
    return SopRow(
        id=node.id,
        no=f"{numbers[node.id]}." if numbers[node.id] else "",
        activity=text,
        lane=_lane(node.id, diagram, drawn) or before or (diagram.lanes[0].name if diagram.lanes else ""),
        symbols=_symbols(node),
        requirement=written.get("persyaratan", ""),
        duration=_duration(node, diagram, written),
        output=written.get("output", ""),
        remark=written.get("keterangan", ""),
        notes=tuple(_notes(node, process, written, numbers, chart)),
        ours=not name.strip() and (called is None or waiting),
        depth=_depth(node.id, diagram),
    )


def _lane(node: str, diagram: Diagram, drawn: Drawn) -> str:
    here: str | None = node
    while here is not None:
        if here in drawn.lanes:
            return drawn.lanes[here]
        here = diagram.elements[here].parent
    inside = [task.lane for task in diagram.tasks.values() if diagram.elements[task.id].parent == node]
    return inside[0] if inside else ""


def _depth(node: str, diagram: Diagram) -> int:
    depth, here = 0, diagram.elements[node].parent
    while here is not None:
        depth, here = depth + 1, diagram.elements[here].parent
    return depth


def _symbols(node: ChartNode) -> tuple[SopSymbol, ...]:
    if node.kind in ("start", "end") or node.begins or node.ends:
        own: SopSymbol = "capsule"
    elif node.kind in ("decision", "fork", "join"):
        own = "diamond"
    else:
        own = "box"
    return (own, "diamond") if node.gateway else (own,)


def _duration(node: ChartNode, diagram: Diagram, written: Mapping[str, str]) -> str:
    timers = diagram.timers_on(node.id)
    if node.id in diagram.tasks:
        return stated_waktu(diagram.tasks[node.id], timers, covered=_covered(node.id, diagram))
    if node.id in diagram.timers:
        return diagram.timers[node.id].duration.words()
    if timers:
        return max(timers, key=lambda timer: timer.role != "reminder").duration.words()
    return written.get("waktu", "")


def _covered(node: str, diagram: Diagram) -> bool:
    around = diagram.elements[node].parent
    while around is not None:
        if diagram.timers_on(around):
            return True
        around = diagram.elements[around].parent
    return False


def _notes(
    node: ChartNode, process: ExecutableProcess, written: Mapping[str, str], numbers: Mapping[str, str], chart: Chart
) -> Iterable[str]:
    """Yield what the five symbols cannot say."""
    diagram = process.diagram
    element = diagram.elements[node.id]
    if node.waits_for:
        before = _told([arrow.source for arrow in chart.into(node.id)], numbers, diagram)
        yield (
            f"Setelah {before} selesai." if node.waits_for == "all" else f"Setelah yang ditempuh dari {before} selesai."
        )
    gateway = node.gateway or node.id
    if diagram.elements[gateway].kind == "inclusiveGateway" and len(chart.out_of(node.id)) > 1:
        yield "Dapat lebih dari satu cabang."
    if node.forks:
        after = [arrow.target for arrow in chart.out_of(node.id) if arrow.kind == "flow"]
        yield f"Lalu serentak: {_told(after, numbers, diagram)}."
    loop = diagram.tasks[node.id].loop if node.id in diagram.tasks else None
    if loop is not None:
        yield f"{loop.cardinality} kali, {'berurutan' if loop.sequential else 'serentak'}."
    if node.id in diagram.calls:
        called = process.calls.get(diagram.calls[node.id])
        yield f"Menjalankan {called.diagram.name} versi {called.version}." if called else "Menjalankan SOP lain."
    if element.kind == "subProcess":
        yield "Terdiri atas langkah-langkah berikut."
    if element.event == "terminate":
        yield "Mengakhiri semua cabang."
    if element.event == "escalation":
        yield "Dicatat sebagai eskalasi."
    stated = _duration(node, diagram, written)
    if written.get("waktu", "").strip() not in ("", stated.strip()):
        yield f"Waktu menurut timer; tertulis «{written['waktu'].strip()}»."


def _told(nodes: Iterable[str], numbers: Mapping[str, str], diagram: Diagram) -> str:
    words = []
    for id_ in sorted(nodes, key=lambda each: (len(numbers[each]), numbers[each])):
        words.append(f"langkah {numbers[id_]}" if numbers.get(id_) else f"«{diagram.elements[id_].name or id_}»")
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} dan {last}" if first else last


def _drawn(diagram: Diagram) -> Drawn:
    """Read again what the engine does not keep, since it runs without it."""
    root = parse_xml(diagram.xml)
    process = next(each for each in root.all("bpmn:process") if each.id == diagram.key)
    lanes = {
        reference.text.strip(): lane.name
        for group in process.all("bpmn:laneSet")
        for lane in group.all("bpmn:lane")
        for reference in lane.all("bpmn:flowNodeRef")
    }
    return Drawn(lanes, {each.id: _properties(each) for each in process.walk() if each.id in diagram.elements})


def _properties(element: Xml) -> dict[str, str]:
    # What is wrong with them was told when the diagram was deployed.
    return read_properties(element, Findings(""))
