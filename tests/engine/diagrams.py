"""Small BPMN files for tests, written as Camunda Modeler would: parts are plain XML texts.

    process(start(), task("a"), timer("a", "P3D"), end(), *chain("mulai", "a", "selesai"))

makes the bytes of a file with one executable process. Any other text of XML may stand among the
parts, so that a test can say the odd thing that it is about. Every node stands in the lane
"Petugas" unless ``lanes`` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Platform">'
)
_NODE = re.compile(r"<bpmn:(?:\w+Event|\w*[tT]ask|\w*[sS]ubProcess|callActivity|\w+Gateway) id=\"([^\"]+)\"")


def definitions(*parts: str, head: str = HEAD) -> bytes:
    """Return a file with these texts in its root element."""
    return f"{head}{''.join(parts)}</bpmn:definitions>".encode()


def process(*parts: str, **settings: object) -> bytes:
    """Return a file with one executable process; see ``one_process`` for the settings."""
    return definitions(one_process(*parts, **settings))  # type: ignore[arg-type]


def one_process(
    *parts: str,
    key: str = "proses",
    name: str = "Proses uji",
    lanes: Mapping[str, Iterable[str]] | None = None,
    properties: Mapping[str, str] | None = None,
    attributes: str = "",
) -> str:
    """Return one executable process. ``lanes``: name → ids of the nodes in it."""
    body = "".join(parts)
    if lanes is None:
        lanes = {"Petugas": dict.fromkeys(_NODE.findall(body))}
    rows = "".join(lane(name, nodes, id_=f"{key}_lajur_{n}") for n, (name, nodes) in enumerate(lanes.items(), 1))
    columns = f'<bpmn:laneSet id="{key}_lajur">{rows}</bpmn:laneSet>' if rows else ""
    head = f'<bpmn:process id="{key}" name={quoteattr(name)} isExecutable="true"{_spaced(attributes)}>'
    return f"{head}{_extended(properties)}{columns}{body}</bpmn:process>"


def lane(name: str, nodes: Iterable[str], *, id_: str, inside: str = "") -> str:
    """Return a lane that holds these nodes."""
    refs = "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
    return f'<bpmn:lane id="{id_}" name={quoteattr(name)}>{inside}{refs}</bpmn:lane>'


# --- nodes ----------------------------------------------------------------------------------


def start(id_: str = "mulai") -> str:
    """Return a none start event."""
    return f'<bpmn:startEvent id="{id_}" />'


def end(id_: str = "selesai", kind: str = "") -> str:
    """Return an end event; ``kind``: nothing, ``terminate`` or ``escalation``."""
    return f'<bpmn:endEvent id="{id_}">{f"<bpmn:{kind}EventDefinition />" if kind else ""}</bpmn:endEvent>'


def task(
    id_: str,
    name: str | None = None,
    *,
    form: str | None = None,
    groups: str | None = None,
    properties: Mapping[str, str] | None = None,
    times: int | str | None = None,
    sequential: bool = False,
    attributes: str = "",
    inside: str = "",
) -> str:
    """Return a user task, by default one that needs no timer; ``times`` makes it multi-instance."""
    linked = f" camunda:formRef={quoteattr(form)}" if form is not None else ""
    grouped = f" camunda:candidateGroups={quoteattr(groups)}" if groups is not None else ""
    head = (
        f'<bpmn:userTask id="{id_}" name={quoteattr(name or f"Langkah {id_}")}{linked}{grouped}{_spaced(attributes)}>'
    )
    loop = ""
    if times is not None:
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            f'<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">{escape(str(times))}</bpmn:loopCardinality>'
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
    written = {"waktu": "-"} if properties is None else properties
    return f"{head}{_extended(written)}{inside}{loop}</bpmn:userTask>"


def timer(on: str, duration: str, *, id_: str = "", interrupting: bool = False, to: str | None = None) -> str:
    """Return a boundary timer (``batas_<on>``); without ``to`` it leads to an escalation end event of its own."""
    id_ = id_ or f"batas_{on}"
    head = f'<bpmn:boundaryEvent id="{id_}" attachedToRef="{on}" cancelActivity="{str(interrupting).lower()}">'
    drawn = f"{head}{timer_definition(duration)}</bpmn:boundaryEvent>"
    return drawn + (flow(id_, to) if to else end(f"lewat_{id_}", "escalation") + flow(id_, f"lewat_{id_}"))


def wait(id_: str, duration: str) -> str:
    """Return an intermediate timer event."""
    return f'<bpmn:intermediateCatchEvent id="{id_}">{timer_definition(duration)}</bpmn:intermediateCatchEvent>'


def timer_definition(duration: str, kind: str = "timeDuration") -> str:
    """Return the inside of a timer event."""
    text = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(duration)}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{text}</bpmn:timerEventDefinition>"


def gateway(kind: str, id_: str, *, default: str = "") -> str:
    """Return an ``exclusive``, ``parallel`` or ``inclusive`` gateway; ``default`` is the id of a flow."""
    return f'<bpmn:{kind}Gateway id="{id_}"{f" default={quoteattr(default)}" if default else ""} />'


def sub_process(id_: str, *parts: str, attributes: str = "") -> str:
    """Return an embedded sub-process around these parts."""
    return f'<bpmn:subProcess id="{id_}"{_spaced(attributes)}>{"".join(parts)}</bpmn:subProcess>'


def call(id_: str, key: str) -> str:
    """Return a call activity that calls the process ``key``."""
    return f'<bpmn:callActivity id="{id_}" calledElement={quoteattr(key)} />'


# --- flows ----------------------------------------------------------------------------------


def flow(source: str, target: str, condition: str | None = None, *, id_: str = "") -> str:
    """Return a sequence flow, ``<source>__<target>`` unless it is given another id."""
    inside = ""
    if condition is not None:
        text = escape(condition)
        inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
    ends = f'id="{id_ or f"{source}__{target}"}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{inside}</bpmn:sequenceFlow>"


def chain(*nodes: str) -> list[str]:
    """Return the flows that connect the nodes one after the other."""
    return [flow(source, target) for source, target in pairwise(nodes)]


# --- whole processes ------------------------------------------------------------------------


def sequence(*tasks: str, **settings: object) -> bytes:
    """Return a process of these user tasks, one after the other."""
    nodes = ["mulai", *tasks, "selesai"]
    return process(start(), *(task(each) for each in tasks), end(), *chain(*nodes), **settings)


def blocks_in_a_row(count: int = 40, branches: int = 2, *, merged_by: str = "parallel") -> bytes:
    """Return ``count`` parallel splits in a row, each merged again before the next.

    Merged by ``parallel`` gateways it is an ordinary process; merged by ``exclusive`` ones the
    tokens multiply by ``branches`` at every block, and nothing in the drawing says so.
    """
    parts, before = [start()], "mulai"
    for block in range(1, count + 1):
        split, merge = f"pisah_{block}", f"temu_{block}"
        parts += [gateway("parallel", split), gateway(merged_by, merge), flow(before, split)]
        for branch in range(1, branches + 1):
            through = f"antara_{block}_{branch}"
            parts += [gateway("exclusive", through), *chain(split, through, merge)]
        before = merge
    parts += [task("akhir"), end(), *chain(before, "akhir", "selesai")]
    return process(*parts)


def _extended(properties: Mapping[str, str] | None) -> str:
    if not properties:
        return ""
    rows = "".join(
        f"<camunda:property name={quoteattr(name)} value={quoteattr(value)} />" for name, value in properties.items()
    )
    return f"<bpmn:extensionElements><camunda:properties>{rows}</camunda:properties></bpmn:extensionElements>"


def _spaced(attributes: str) -> str:
    return f" {attributes}" if attributes else ""
