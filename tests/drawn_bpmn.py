"""Drawing a small diagram, so that a browser can show it: boxes on a grid, and lines between them.

``drawn`` takes a BPMN file without a drawing, and where each node lies as (column, row). Boundary events
hang on their task, what follows them alone stands below.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SIZES = {"userTask": (120, 80), "callActivity": (120, 80), "subProcess": (320, 160)}
EVENT, GATEWAY = (36, 36), (50, 50)
COLUMN, ROW = 180, 190
NAMESPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)

Box = tuple[float, float, float, float]


def drawn(file: bytes, places: Mapping[str, tuple[float, float]]) -> bytes:
    """Return the file with a drawing. Every node but boundary events, and ends behind them, needs a place."""
    root = etree.fromstring(file)
    process = next(root.iter(f"{BPMN}process"))
    nodes = {each.get("id"): each for each in process if _is_node(each)}
    flows = list(process.iter(f"{BPMN}sequenceFlow"))
    boxes = {name: _box(nodes[name], *place) for name, place in places.items()}
    _hang(nodes, flows, boxes)
    shapes = "".join(_shape(name, box) for name, box in boxes.items())
    edges = "".join(_edge(flow, boxes[flow.get("sourceRef")], boxes[flow.get("targetRef")]) for flow in flows)
    plane = (
        f'<bpmndi:BPMNPlane id="bidang" bpmnElement={quoteattr(process.get("id"))}>{shapes}{edges}</bpmndi:BPMNPlane>'
    )
    drawing = f'<bpmndi:BPMNDiagram {NAMESPACES} id="gambar">{plane}</bpmndi:BPMNDiagram>'
    root.append(etree.fromstring(drawing))
    return bytes(etree.tostring(root))


def _is_node(element: etree._Element) -> bool:
    kind = etree.QName(element).localname
    return kind.endswith(("Event", "Gateway", "Task", "callActivity", "subProcess"))


def _box(node: etree._Element, column: float, row: float) -> Box:
    kind = etree.QName(node).localname
    width, height = SIZES.get(kind, GATEWAY if kind.endswith("Gateway") else EVENT)
    return (column * COLUMN - width / 2, row * ROW - height / 2, width, height)


def _hang(nodes: Mapping[str, etree._Element], flows: list[etree._Element], boxes: dict[str, Box]) -> None:
    """Give boundary events a place on the lower edge of their task, and the ends behind them one below."""
    for name, node in nodes.items():
        if etree.QName(node).localname != "boundaryEvent":
            continue
        x, y, _, height = boxes[node.get("attachedToRef")]
        before = sum(
            1 for other in boxes if other in nodes and nodes[other].get("attachedToRef") == node.get("attachedToRef")
        )
        boxes[name] = (x + 8 + 56 * before, y + height - 18, 36, 36)
        for flow in flows:
            if flow.get("sourceRef") == name and flow.get("targetRef") not in boxes:
                boxes[flow.get("targetRef")] = (x + 8 + 56 * before, y + height + 40, 36, 36)


def _shape(name: str, box: Box) -> str:
    x, y, width, height = box
    bounds = f'<dc:Bounds x="{x:g}" y="{y:g}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape id="gambar_{name}" bpmnElement="{name}">{bounds}</bpmndi:BPMNShape>'


def _edge(flow: etree._Element, source: Box, target: Box) -> str:
    (sx, sy), (tx, ty) = _middle(source), _middle(target)
    if abs(sx - tx) < 30:
        down = 1 if ty > sy else -1
        points = [(sx, sy + down * source[3] / 2), (sx, ty - down * target[3] / 2)]
    elif tx > sx:
        half = (source[0] + source[2] + target[0]) / 2
        points = [(source[0] + source[2], sy), (half, sy), (half, ty), (target[0], ty)]
    else:
        above = min(source[1], target[1]) - 40
        points = [(sx, source[1]), (sx, above), (tx, above), (tx, target[1])]
    ways = "".join(f'<di:waypoint x="{x:g}" y="{y:g}"/>' for x, y in points)
    name = flow.get("id")
    return f'<bpmndi:BPMNEdge id="gambar_{name}" bpmnElement="{name}">{ways}</bpmndi:BPMNEdge>'


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2
