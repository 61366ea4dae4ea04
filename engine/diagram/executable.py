"""The XML that SpiffWorkflow gets: written anew from the values that were read.

So it holds what we understood and nothing else: no drawing, no extension, no lane, no element that
some other program could take for code. Ids and the order of flows are those of the file; a
duration stands plain (``P3D``) and a condition as its author wrote it (``${…}``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from .model import Element, Flow, Timer, UserTask

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_EVENTS = {
    "terminate": "<terminateEventDefinition/>",
    "escalation": "<escalationEventDefinition/>",
}


def write_executable(
    key: str,
    elements: Mapping[str, Element],
    flows: Mapping[str, Flow],
    tasks: Mapping[str, UserTask],
    timers: Mapping[str, Timer],
    calls: Mapping[str, str],
) -> bytes:
    """Return one ``definitions`` element with one executable process."""
    inner: dict[str | None, list[str]] = {}
    connected: dict[str | None, list[str]] = defaultdict(list)
    for flow in flows.values():
        connected[elements[flow.source].parent].append(_flow(flow))
    # Inner nodes come after their sub-process in the file, so the last come first here.
    for element in reversed(list(elements.values())):
        content = _content(element, tasks, timers)
        content += "".join([*reversed(inner.pop(element.id, [])), *connected[element.id]])
        inner.setdefault(element.parent, []).append(
            f"<{element.kind}{_attributes(element, calls)}>{content}</{element.kind}>"
        )
    body = "".join([*reversed(inner.pop(None, [])), *connected[None]])
    head = f'<definitions xmlns="{_MODEL}" id="definitions" targetNamespace="{_MODEL}">'
    process = f'<process id={quoteattr(key)} isExecutable="true">{body}</process>'
    return f"{head}{process}</definitions>".encode()


def _attributes(element: Element, calls: Mapping[str, str]) -> str:
    pairs = {"id": element.id, "name": element.name or None, "default": element.default}
    if element.attached_to is not None:
        pairs |= {"attachedToRef": element.attached_to, "cancelActivity": str(element.interrupting).lower()}
    pairs["calledElement"] = calls.get(element.id)
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs.items() if value is not None)


def _content(element: Element, tasks: Mapping[str, UserTask], timers: Mapping[str, Timer]) -> str:
    if element.id in timers:
        text = timers[element.id].duration.text
        return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"
    loop = tasks[element.id].loop if element.id in tasks else None
    if loop is not None:
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{str(loop.sequential).lower()}">'
            f"<loopCardinality>{loop.cardinality}</loopCardinality></multiInstanceLoopCharacteristics>"
        )
    return _EVENTS.get(element.event or "", "")


def _flow(flow: Flow) -> str:
    condition = ""
    if flow.condition is not None:
        condition = f"<conditionExpression>{escape(flow.condition.text)}</conditionExpression>"
    ends = f"id={quoteattr(flow.id)} sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
    return f"<sequenceFlow {ends}>{condition}</sequenceFlow>"
