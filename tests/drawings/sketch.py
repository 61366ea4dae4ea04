"""Drawings of our own, written from a few lines, in the handwriting of several tools.

One line an element: ``lane Petugas = a b``, ``user a "Terima berkas"``, ``a > b "Ya" [${x == 'y'}]``.
A kind may have a type (``catch:message``, ``boundary:timer=P3D@a``), then attributes (``key=value``), a parent
(``in=sub``) and XML of its own between braces. Nothing here knows how a drawing is repaired.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DRAWN = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
KINDS = {
    "start": "startEvent", "end": "endEvent", "task": "task", "user": "userTask", "manual": "manualTask",
    "send": "sendTask", "receive": "receiveTask", "service": "serviceTask", "script": "scriptTask",
    "rule": "businessRuleTask", "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway",
    "await": "eventBasedGateway", "complex": "complexGateway", "sub": "subProcess", "adhoc": "adHocSubProcess",
    "transaction": "transaction", "call": "callActivity", "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent", "boundary": "boundaryEvent", "note": "textAnnotation",
    "data": "dataObjectReference", "store": "dataStoreReference", "choreo": "choreographyTask",
}  # fmt: skip
SIZES = {"Event": (36, 36), "Gateway": (50, 50), "Task": (110, 70), "Reference": (40, 50)}


@dataclass(frozen=True)
class Tool:
    """How one tool writes: its prefix, what it adds to the root, to a process and to each node."""

    name: str
    prefix: str = "bpmn:"
    root: str = ""
    process: str = ""
    attributes: str = 'isExecutable="false"'
    node: str = ""
    node_attributes: str = ""
    drawn: bool = True
    model: str = MODEL
    listed: bool = True
    """Whether each node lists its flows."""


@dataclass
class Node:
    """One element of a sketch."""

    id: str
    kind: str
    name: str = ""
    type: str = ""
    host: str = ""
    parent: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    inner: str = ""
    pool: str = ""


@dataclass
class Flow:
    """One arrow of a sketch."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    parent: str = ""
    pool: str = ""


class Sketch:
    """A drawing read from its lines."""

    def __init__(self, text: str, tool: Tool) -> None:
        self.tool = tool
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.pools: dict[str, str] = {}
        self.lanes: list[tuple[str, str, list[str]]] = []
        self.messages: list[tuple[str, str, str]] = []
        self.raw: list[str] = []
        self._pool = ""
        for line in text.strip().splitlines():
            if line.strip():
                self._read(line.strip())

    def _read(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "pool":
            key, _, name = rest.partition(" ")
            self._pool = key
            self.pools[key] = name
        elif word == "lane":
            name, _, members = rest.partition("=")
            self.lanes.append((self._pool, name.strip(), members.split()))
        elif word == "raw":
            self.raw.append(rest)
        elif word == "message":
            found = re.fullmatch(r'(\S+) > (\S+)(?: "(.*)")?', rest)
            assert found is not None, line
            self.messages.append((found[1], found[2], found[3] or ""))
        elif " > " in line and word not in KINDS and ":" not in word:
            self._read_flow(line)
        else:
            self._read_node(line)

    def _read_flow(self, line: str) -> None:
        condition = re.search(r"\[(.*)\]\s*$", line)
        line = line[: condition.start()].strip() if condition else line
        name = re.search(r'"(.*)"\s*$', line)
        line = line[: name.start()].strip() if name else line
        chain = [part.strip() for part in line.split(" > ")]
        for source, target in pairwise(chain):
            own = f"f_{source}_{target}"
            number = sum(flow.id == own or flow.id.startswith(f"{own}.") for flow in self.flows)
            id_ = f"{own}.{number}" if number else own
            parent = self.nodes[source].parent if source in self.nodes else ""
            flow = Flow(id_, source, target, parent=parent, pool=self._pool)
            flow.name, flow.condition = name[1] if name else "", condition[1] if condition else ""
            self.flows.append(flow)

    def _read_node(self, line: str) -> None:
        inner = re.search(r"\s\{ (.*)\}\s*$", line)
        line = line[: inner.start()].strip() if inner else line
        kind, id_, *more = shlex.split(line)
        kind, _, host = kind.partition("@")
        kind, _, type_ = kind.partition(":")
        name = more[0] if more and "=" not in more[0] else ""
        attributes = dict(each.split("=", 1) for each in more[bool(name) :])
        node = Node(
            id_, kind, name, type_, host, attributes.pop("in", ""), attributes, inner[1] if inner else "", self._pool
        )
        self.nodes[id_] = node

    def xml(self) -> str:
        """Return the file's text, with an XML declaration."""
        tool, p = self.tool, self.tool.prefix
        space = f'xmlns="{tool.model}"' if not p else f'xmlns:{p[:-1]}="{tool.model}"'
        xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        camunda = (
            "" if "camunda.org/schema/1.0/bpmn" in tool.root else 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        )
        pools = self.pools or {"": ""}
        parts = [self._collaboration()] if self.pools else []
        parts += [self._process(pool) for pool in pools]
        drawing = self._drawing() if tool.drawn else ""
        body = "".join(parts) + "".join(self.raw)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{p}definitions {space} {DRAWN} {xsi} {camunda} {tool.root} '
            f'id="defs" targetNamespace="urn:gambar">{body}{drawing}</{p}definitions>\n'
        )

    def _collaboration(self) -> str:
        p = self.tool.prefix
        pools = "".join(
            f'<{p}participant id="pool_{key}" name={quoteattr(name)} processRef="{key}"/>'
            for key, name in self.pools.items()
        )
        flows = "".join(
            f'<{p}messageFlow id="m_{number}" name={quoteattr(name)} sourceRef="{source}" targetRef="{target}"/>'
            for number, (source, target, name) in enumerate(self.messages, 1)
        )
        return f'<{p}collaboration id="kolab">{pools}{flows}</{p}collaboration>'

    def _process(self, pool: str) -> str:
        p = self.tool.prefix
        lanes = "".join(
            self._lane(number, name, members)
            for number, (home, name, members) in enumerate(self.lanes, 1)
            if home == pool
        )
        lane_set = f'<{p}laneSet id="ls_{pool or "p"}">{lanes}</{p}laneSet>' if lanes else ""
        body = "".join(self._node(node) for node in self.nodes.values() if node.pool == pool and not node.parent)
        flows = "".join(self._flow(flow) for flow in self.flows if flow.pool == pool and not flow.parent)
        head = f'<{p}process id="{pool or "proses"}" {self.tool.attributes}>{self.tool.process}'
        return f"{head}{lane_set}{body}{flows}</{p}process>"

    def _lane(self, number: int, name: str, members: list[str]) -> str:
        p = self.tool.prefix
        refs = "".join(f"<{p}flowNodeRef>{escape(member)}</{p}flowNodeRef>" for member in members)
        return f'<{p}lane id="lane_{number}" name={quoteattr("" if name == "-" else name)}>{refs}</{p}lane>'

    def _node(self, node: Node) -> str:
        p, tag = self.tool.prefix, KINDS[node.kind]
        attributes = {"id": node.id}
        if node.name:
            attributes["name"] = node.name
        if node.host:
            attributes["attachedToRef"] = node.host
        attributes |= node.attributes
        written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        own = self.tool.node if node.kind not in ("note", "data", "store") else ""
        more = self.tool.node_attributes if node.kind not in ("note", "data", "store") else ""
        text = f"<{p}text>{escape(node.name)}</{p}text>" if node.kind == "note" else ""
        if node.kind == "note":
            written = f" id={quoteattr(node.id)}"
        listed = "".join(
            f"<{p}{label}>{flow.id}</{p}{label}>"
            for label, side in (("incoming", "target"), ("outgoing", "source"))
            for flow in self.flows
            if getattr(flow, side) == node.id
        )
        children = "".join(self._node(each) for each in self.nodes.values() if each.parent == node.id)
        children += "".join(self._flow(flow) for flow in self.flows if flow.parent == node.id)
        content = (
            own
            + (listed if self.tool.listed else "")
            + self._definition(node)
            + node.inner.replace("bpmn:", p)
            + children
            + text
        )
        return f"<{p}{tag}{written} {more}>{content}</{p}{tag}>"

    def _definition(self, node: Node) -> str:
        if not node.type:
            return ""
        p = self.tool.prefix
        kind, _, value = node.type.partition("=")
        label = {"date": "timeDate", "cycle": "timeCycle"}.get(kind, "timeDuration")
        name = "timer" if kind in ("date", "cycle") else kind
        inner = f"<{p}{label}>{escape(value)}</{p}{label}>" if value and name == "timer" else ""
        link = f" name={quoteattr(value)}" if kind == "link" else ""
        return f"<{p}{name}EventDefinition{link}>{inner}</{p}{name}EventDefinition>"

    def _flow(self, flow: Flow) -> str:
        p = self.tool.prefix
        ends = f'id="{flow.id}" sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}'
        name = f" name={quoteattr(flow.name)}" if flow.name else ""
        if not flow.condition:
            return f"<{p}sequenceFlow {ends}{name}/>"
        text = (
            f'<{p}conditionExpression xsi:type="{p}tFormalExpression">{escape(flow.condition)}</{p}conditionExpression>'
        )
        return f"<{p}sequenceFlow {ends}{name}>{text}</{p}sequenceFlow>"

    def places(self) -> dict[str, tuple[int, int, int, int]]:
        """Return x, y, width and height of every node: in a row for each lane, as the lines come."""
        row = {member: number for number, (_, _, members) in enumerate(self.lanes) for member in members}
        rows = max(len(self.lanes), 1)
        found: dict[str, tuple[int, int, int, int]] = {}
        for place, node in enumerate(self.nodes.values()):
            width, height = next((size for end, size in SIZES.items() if KINDS[node.kind].endswith(end)), (110, 70))
            if node.host in found:
                x, y, _, tall = found[node.host]
                found[node.id] = (x + 20, y + tall - 18, 36, 36)
                continue
            pool = list(self.pools).index(node.pool) if node.pool else 0
            top = 100 + 150 * row.get(node.id, rows + pool if self.lanes else pool)
            found[node.id] = (250 + 150 * place, top + (120 - height) // 2, width, height)
        return found

    def _drawing(self) -> str:
        places = self.places()
        shapes = [_shape(id_, *box) for id_, box in places.items()]
        wide = 150 * len(places) + 150
        shapes += [
            _shape(f"lane_{number}", 200, 100 + 150 * (number - 1), wide, 120)
            for number in range(1, len(self.lanes) + 1)
        ]
        shapes += [_shape(f"pool_{key}", 170, 90, wide + 30, 150 * max(len(self.lanes), 1)) for key in self.pools]
        edges = []
        for flow in self.flows:
            if flow.source in places and flow.target in places:
                (x, y, w, h), (tx, ty, _, th) = places[flow.source], places[flow.target]
                edges.append(_edge(flow.id, (x + w, y + h // 2), (tx, ty + th // 2)))
        plane = "kolab" if self.pools else "proses"
        drawn = "".join(shapes + edges)
        inner = f'<bpmndi:BPMNPlane id="bidang_1" bpmnElement="{plane}">{drawn}</bpmndi:BPMNPlane>'
        return f'<bpmndi:BPMNDiagram id="gambar_1">{inner}</bpmndi:BPMNDiagram>'


def _shape(id_: str, x: int, y: int, width: int, height: int) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f"<bpmndi:BPMNShape id={quoteattr(f'{id_}_di')} bpmnElement={quoteattr(id_)}>{bounds}</bpmndi:BPMNShape>"


def _edge(id_: str, *points: tuple[int, int]) -> str:
    drawn = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f"<bpmndi:BPMNEdge id={quoteattr(f'{id_}_di')} bpmnElement={quoteattr(id_)}>{drawn}</bpmndi:BPMNEdge>"
