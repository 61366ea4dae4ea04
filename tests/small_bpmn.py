"""Small diagrams and forms as files for a deployment, written from the few words that a test is about.

``diagram`` knows nothing of the engine: it writes what a modeler would write. Ids say what a
node is: ``mulai…`` a start event, ``selesai…`` an end event, the rest as given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
)


@dataclass(frozen=True)
class Timer:
    """A boundary timer: ``P3D``, and whether it takes the task away."""

    duration: str
    interrupts: bool = False


@dataclass(frozen=True)
class Task:
    """A user task. ``timers`` by id; what follows a timer stands among the flows, else it just ends."""

    lane: str = "Petugas"
    form: str | None = None
    name: str | None = None
    timers: Mapping[str, Timer] = field(default_factory=dict)
    loop: str = ""
    group: str = ""


def diagram(
    key: str,
    flows: str,
    tasks: Mapping[str, Task],
    *,
    gateways: Mapping[str, str] | None = None,
    conditions: Mapping[str, str] | None = None,
    default: Mapping[str, str] | None = None,
    waits: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    drawing: int | None = None,
) -> bytes:
    """Return the BPMN file of one process.

    ``flows``: ``a > b > c | b > d``. ``gateways``: id to exclusive, parallel or inclusive.
    ``conditions``: ``"a > b"`` to a condition; ``default``: gateway to the target of its default
    flow. ``waits``: intermediate timers by id. ``drawing``: where the boxes lie, if they are drawn.
    """
    pairs = _pairs(flows)
    nodes = dict.fromkeys(node for pair in pairs for node in pair)
    attached = {timer: task for task, each in tasks.items() for timer in each.timers}
    parts = [
        _properties({"nomor_perkara": f"{key.upper()}-{{tahun}}-{{urut:05}}", **(properties or {})}),
        _lanes(tasks),
    ]
    for node in nodes:
        if node in attached:
            continue
        if node in tasks:
            parts.append(_task(node, tasks[node], {source for source, _ in pairs}))
        elif node in (gateways or {}):
            chosen = f" default={quoteattr(_flow_id(node, default[node]))}" if default and node in default else ""
            parts.append(f"<{(gateways or {})[node]}Gateway id={quoteattr(node)}{chosen}/>")
        elif node in (waits or {}):
            timer = _timer_definition((waits or {})[node])
            parts.append(f"<intermediateCatchEvent id={quoteattr(node)}>{timer}</intermediateCatchEvent>")
        else:
            parts.append(f"<{'start' if node.startswith('mulai') else 'end'}Event id={quoteattr(node)}/>")
    parts += [_flow(source, target, (conditions or {}).get(f"{source} > {target}")) for source, target in pairs]
    process = f'<process id={quoteattr(key)} name={quoteattr(key)} isExecutable="true">{"".join(parts)}</process>'
    drawn = _drawing(key, nodes, drawing) if drawing is not None else ""
    return f'<definitions {NAMESPACES} id="d" targetNamespace="urn:uji">{process}{drawn}</definitions>'.encode()


def form(key: str, *components: Mapping[str, object]) -> bytes:
    """Return the ``.form`` file of one form."""
    listed = [{"id": f"Field_{number}", **component} for number, component in enumerate(components)]
    schema = {"type": "default", "id": key, "schemaVersion": 18, "components": listed}
    return json.dumps(schema).encode()


def text_field(key: str, *, required: bool = False, personal: str | None = None) -> Mapping[str, object]:
    """Return a one-line text field."""
    component: dict[str, object] = {"type": "textfield", "key": key, "label": key.replace("_", " ").title()}
    if required:
        component["validate"] = {"required": True}
    if personal is not None:
        component["properties"] = {"pribadi": personal}
    return component


def choice(key: str, options: Sequence[str]) -> Mapping[str, object]:
    """Return a select field of these options."""
    values = [{"label": option.title(), "value": option} for option in options]
    return {"type": "select", "key": key, "label": key.replace("_", " ").title(), "values": values}


def _pairs(flows: str) -> list[tuple[str, str]]:
    pairs: dict[tuple[str, str], None] = {}
    for line in flows.split("|"):
        nodes = [node.strip() for node in line.split(">")]
        pairs.update(dict.fromkeys(pairwise(nodes)))
    return list(pairs)


def _flow_id(source: str, target: str) -> str:
    return f"{source}__{target}"


def _flow(source: str, target: str, condition: str | None) -> str:
    ends = f"id={quoteattr(_flow_id(source, target))} sourceRef={quoteattr(source)} targetRef={quoteattr(target)}"
    if condition is None:
        return f"<sequenceFlow {ends}/>"
    text = f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
    return f"<sequenceFlow {ends}>{text}</sequenceFlow>"


def _task(key: str, task: Task, sources: set[str]) -> str:
    attributes = {"id": key, "name": task.name or key.replace("_", " ").title()}
    if task.form:
        attributes["camunda:formRef"] = task.form
    if task.group:
        attributes["camunda:candidateGroups"] = task.group
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    loop = (
        f"<multiInstanceLoopCharacteristics><loopCardinality>{task.loop}</loopCardinality></multiInstanceLoopCharacteristics>"
        if task.loop
        else ""
    )
    parts = [f"<userTask {written}>{loop}</userTask>"]
    for name, timer in task.timers.items():
        parts.append(
            f"<boundaryEvent id={quoteattr(name)} attachedToRef={quoteattr(key)} "
            f'cancelActivity="{str(timer.interrupts).lower()}">{_timer_definition(timer.duration)}</boundaryEvent>'
        )
        if name not in sources:
            parts.append(f'<endEvent id="lewat_{name}"><escalationEventDefinition id="eskalasi_{name}"/></endEvent>')
            parts.append(_flow(name, f"lewat_{name}", None))
    return "".join(parts)


def _timer_definition(duration: str) -> str:
    return (
        "<timerEventDefinition>"
        f'<timeDuration xsi:type="tFormalExpression">{escape(duration)}</timeDuration>'
        "</timerEventDefinition>"
    )


def _lanes(tasks: Mapping[str, Task]) -> str:
    lanes = dict.fromkeys(task.lane for task in tasks.values())
    written = "".join(
        f'<lane id="lajur_{number}" name={quoteattr(lane)}>'
        + "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key, task in tasks.items() if task.lane == lane)
        + "</lane>"
        for number, lane in enumerate(lanes)
    )
    return f'<laneSet id="lajur">{written}</laneSet>'


def _properties(properties: Mapping[str, str]) -> str:
    written = "".join(
        f"<camunda:property name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in properties.items()
    )
    return f"<extensionElements><camunda:properties>{written}</camunda:properties></extensionElements>"


def _drawing(key: str, nodes: Mapping[str, None], offset: int) -> str:
    shapes = "".join(
        f'<bpmndi:BPMNShape id="gambar_{node}" bpmnElement="{node}">'
        f'<dc:Bounds x="{offset + 150 * place}" y="{(offset * (place + 1)) % 397}" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for place, node in enumerate(nodes)
    )
    plane = f'<bpmndi:BPMNPlane id="bidang" bpmnElement="{key}">{shapes}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="gambar">{plane}</bpmndi:BPMNDiagram>'
