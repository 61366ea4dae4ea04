"""The flow nodes of a process, their ids, and the kinds of their events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .model import Element, EventKind
from .rules import Findings
from .xml import Xml

MOST_NODES: Final = 250
"""Flow nodes of one process: a straight chain of more cannot be built by SpiffWorkflow."""

GATEWAYS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})
ACTIVITIES: Final = frozenset({"userTask", "subProcess", "callActivity"})
EVENTS: Final = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent"})
NODES: Final = frozenset(f"bpmn:{kind}" for kind in GATEWAYS | ACTIVITIES | EVENTS)
_NEED_IDS: Final = NODES | {"bpmn:process", "bpmn:sequenceFlow"}

ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
RESERVED: Final = re.compile(r"Start|End|Root|StartEventSplit|StartEventJoin|.*\.(EndJoin|BoundaryEvent(Split|Join))")
"""Names that SpiffWorkflow gives to its own nodes; an equal id would replace them without a word."""


def check_ids(root: Xml, findings: Findings) -> None:
    """Note ids that are missing, unusable in a key, taken by the machine, or used twice."""
    seen: set[str] = set()
    for element in root.walk():
        if not element.label.startswith("bpmn:"):
            continue
        if element.label in _NEED_IDS:
            _check_id(element, findings)
        if element.id and element.id in seen:
            findings.refuse(
                "id-duplicate", f"Id {element.id[:100]!r} dipakai lebih dari sekali; beri id lain.", element
            )
        seen.add(element.id)


def _check_id(element: Xml, findings: Findings) -> None:
    if not element.id:
        findings.refuse("id-missing", f"{element.kind} tidak punya id; simpan ulang dari modeler.", element)
    elif not ID.fullmatch(element.id):
        findings.refuse(
            "id-characters",
            f"Id {element.id[:100]!r} harus diawali huruf dan hanya berisi huruf, angka, titik, garis bawah atau tanda "
            "hubung, paling panjang 100; ganti id-nya.",
            element,
        )
    elif element.label != "bpmn:sequenceFlow" and RESERVED.fullmatch(element.id):
        findings.refuse(
            "id-reserved", f"Id {element.id!r} dipakai oleh mesin; ganti, misalnya dengan mulai_1.", element
        )


def scopes_of(process: Xml) -> Iterator[Xml]:
    """Yield the process and every sub-process in it."""
    waiting = [process]
    while waiting:
        scope = waiting.pop()
        yield scope
        waiting.extend(reversed(scope.all("bpmn:subProcess")))


def nodes_of(process: Xml) -> dict[str, Xml]:
    """Return the flow nodes of the process and its sub-processes by id; the first of equal ids counts."""
    found: dict[str, Xml] = {}
    for node in process.walk():
        if node.label in NODES and node.id:
            found.setdefault(node.id, node)
    return found


def too_many_nodes(process: Xml, findings: Findings) -> bool:
    """Return whether the process is too large to be read at all, and note it."""
    count = len(nodes_of(process))
    if count > MOST_NODES:
        message = f"Proses memuat {count} simpul, paling banyak {MOST_NODES}; pecah dengan call activity."
        findings.refuse("too-many-nodes", message, process)
    return count > MOST_NODES


def read_elements(process: Xml, nodes: dict[str, Xml], findings: Findings) -> dict[str, Element]:
    """Return the nodes as values, and note what is wrong with their events."""
    for scope in scopes_of(process):
        starts = scope.all("bpmn:startEvent")
        if len(starts) != 1:
            message = f"Harus ada tepat satu start event di sini, ditemukan {len(starts)}; sisakan satu."
            findings.refuse("start-event", message, scope)
    return {node.id: _element(node, process, findings) for node in nodes.values()}


def _element(node: Xml, process: Xml, findings: Findings) -> Element:
    scope = node.parent
    assert scope is not None
    boundary = node.kind == "boundaryEvent"
    return Element(
        id=node.id,
        kind=node.kind,
        name=node.name,
        parent=None if scope is process else scope.id,
        default=node.attributes.get("default"),
        event=_event(node, findings) if node.kind in EVENTS else None,
        attached_to=node.attributes.get("attachedToRef") if boundary else None,
        interrupting=boundary and node.attributes.get("cancelActivity", "true") == "true",
    )


def _event(node: Xml, findings: Findings) -> EventKind:
    definitions = [child.kind for child in node.children if child.kind.endswith("EventDefinition")]
    if len(definitions) > 1:
        findings.refuse("event-kind", f"Satu peristiwa hanya boleh satu jenis, ditemukan {len(definitions)}.", node)
    waiting = node.kind in ("boundaryEvent", "intermediateCatchEvent")
    if waiting and not definitions and node.id not in findings.damaged:
        findings.refuse("event-kind", "Peristiwa ini tidak menunggu apa-apa; jadikan peristiwa timer.", node)
    kinds: dict[str, EventKind] = {
        "timerEventDefinition": "timer",
        "terminateEventDefinition": "terminate",
        "escalationEventDefinition": "escalation",
    }
    return kinds.get(definitions[0], "none") if definitions else "none"
