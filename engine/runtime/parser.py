"""From a deployed diagram to the specs that SpiffWorkflow runs, once for each digest.

SpiffWorkflow's parser gets a bare copy of the tree: the shapes of nodes and flows, by a positive
list. Names, lanes, forms, data, conditions and durations never reach it; what they mean was
compiled when the diagram was read and is looked up there.
"""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.exceptions import SpiffWorkflowException

from ..diagram import Diagram, ExecutableProcess
from ..errors import CannotProceed
from . import specs

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MOST_KEPT: Final = 100
"""Deployed versions whose specs stay in memory."""

# What SpiffWorkflow's parser gets to see: element → attributes. Anything else is left out.
_SEEN: Final = {
    "process": ("id",),
    "subProcess": ("id",),
    "callActivity": ("id", "calledElement"),
    "userTask": ("id",),
    "startEvent": ("id",),
    "endEvent": ("id",),
    "intermediateCatchEvent": ("id",),
    "boundaryEvent": ("id", "attachedToRef", "cancelActivity"),
    "exclusiveGateway": ("id",),
    "parallelGateway": ("id",),
    "inclusiveGateway": ("id",),
    "sequenceFlow": ("id", "sourceRef", "targetRef"),
    "timerEventDefinition": (),
    "terminateEventDefinition": (),
    "escalationEventDefinition": (),
    "multiInstanceLoopCharacteristics": ("isSequential",),
    "loopCardinality": (),
}


@dataclass(frozen=True, eq=False)
class Blueprint:
    """The specs of one deployed process: its own and those of its embedded sub-processes, by their ids."""

    process: ExecutableProcess
    specs: dict[str, specs.ProcessSpec]

    @property
    def diagram(self) -> Diagram:
        """Return the diagram that the specs were made from."""
        return self.process.diagram

    def called_by(self, element: str) -> Blueprint | None:
        """Return the process that a call activity calls; None if it is not part of what was deployed."""
        called = self.process.calls.get(self.diagram.calls.get(element, ""))
        return None if called is None else blueprint(called)


_kept: OrderedDict[tuple[str, bytes], Blueprint] = OrderedDict()
_lock = threading.Lock()


def blueprint(process: ExecutableProcess) -> Blueprint:
    """Return the specs of ``process``, which cases of all threads share; they never change once made.

    Raises ``CannotProceed`` if SpiffWorkflow makes something else of the diagram than it says.
    """
    name = (process.digest, process.diagram.executable)
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    made = Blueprint(process, _parse(process.diagram))
    with _lock:
        _kept[name] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _parse(diagram: Diagram) -> dict[str, specs.ProcessSpec]:
    try:
        parser = _Parser(diagram)
        found: dict[str, specs.ProcessSpec] = {}
        todo = [diagram.key]
        while todo:
            scope = todo.pop()
            found[scope] = parser.get_spec(scope)
            nodes = list(found[scope].task_specs.values())
            todo += [node.bpmn_id for node in nodes if type(node) is specs.SubProcess]
    except (SpiffWorkflowException, RecursionError, etree.XMLSyntaxError) as error:
        # Its own words are English and often beside the point; they stay in the chain of exceptions.
        raise _unreadable(diagram, "mesin alur tidak dapat membacanya", getattr(error, "id", "")) from error
    _compare(diagram, [node for spec in found.values() for node in spec.task_specs.values()])
    return found


def _compare(diagram: Diagram, nodes: list[specs.Node]) -> None:
    """Refuse what SpiffWorkflow lost or mistook: it drops orphans and confuses some ids without a word."""
    made = sorted((each.flow, node.bpmn_id, each.target.bpmn_id) for node in nodes for each in node.exits)
    drawn = sorted((flow.id, flow.source, flow.target) for flow in diagram.flows.values())
    if made != drawn:
        odd = sorted({flow for flow, _, _ in {*made} ^ {*drawn}} or {flow for flow, _, _ in made})
        raise _unreadable(diagram, f"alur {', '.join(odd[:5])} tidak terhubung sebagaimana digambar")


def _unreadable(diagram: Diagram, why: str, element: str = "") -> CannotProceed:
    name = diagram.elements[element].name if element in diagram.elements else diagram.name
    reason = f"diagram tidak dapat disiapkan untuk dijalankan: {why}. Periksa id dan alurnya."
    return CannotProceed(element or diagram.key, name, reason)


def _bare(node: Any) -> Any:
    """Return a copy of ``node`` with nothing in it but what ``_SEEN`` names."""
    tag = node.tag.removeprefix(BPMN)
    bare = etree.Element(node.tag, {name: node.get(name) for name in _SEEN[tag] if node.get(name) is not None})
    if tag == "loopCardinality":
        bare.text = "1"  # wanted by the parser; how many there are stands in the diagram's compiled form
    for child in node:
        if isinstance(child.tag, str) and child.tag.startswith(BPMN) and child.tag.removeprefix(BPMN) in _SEEN:
            bare.append(_bare(child))
    return bare


class _Mended(TaskParser):
    """Mixed into each of SpiffWorkflow's node parsers: our specs, flows by id, no conditions."""

    PARALLEL_MI_CLASS = specs.Together
    SEQUENTIAL_MI_CLASS = specs.InTurn

    def handles_multiple_outgoing(self) -> bool:
        return True

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        diagram: Diagram = self.process_parser.parser.diagram
        flow, source = sequence_flow_node.get("id"), self.node.get("id")
        default = diagram.elements[source].default == flow
        self.task.connect(outgoing_task)
        self.task.exits.append(specs.Exit(flow, outgoing_task, diagram.flows[flow].condition, default))
        outgoing_task.incoming.append(flow)

    def parse_timer_event(self, event: Any) -> specs.OfficeTimer:
        return specs.OfficeTimer(self.node.get("id"), None)

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        super()._add_multiinstance_task(loop_characteristics)
        loop = self.process_parser.parser.diagram.tasks[self.bpmn_id].loop
        self.task.count = loop.cardinality

    def _add_boundary_event(self, children: Any) -> specs.Frame:
        frame = specs.Frame(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=None)
        frame.bpmn_id = self.bpmn_id
        frame.connect(self.task)
        frame.beside.append(self.task)
        for node in children:
            event = self.process_parser.parse_node(node)
            frame.connect(event)
            self.task.beside.append(event)
        return frame


class _Task(_Mended, TaskParser):
    pass


class _Gateway(_Mended, task_parsers.GatewayParser):
    pass


class _SubProcess(_Mended, task_parsers.SubWorkflowParser):
    pass


class _Call(_Mended, task_parsers.CallActivityParser):
    pass


class _Start(_Mended, event_parsers.StartEventParser):
    pass


class _End(_Mended, event_parsers.EndEventParser):
    def create_task(self) -> Any:
        wanted = [event_parsers.ESCALATION_EVENT_XPATH, event_parsers.TERMINATION_EVENT_XPATH]
        return self._create_task(self.get_event_definition(wanted))


class _Catch(_Mended, event_parsers.IntermediateCatchEventParser):
    pass


class _Boundary(_Mended, event_parsers.BoundaryEventParser):
    pass


class _Process(ProcessParser):
    def create_spec(self) -> specs.ProcessSpec:
        return specs.ProcessSpec(name=self.bpmn_id)


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _Process
    PARSER_CLASSES: Final = {
        f"{BPMN}startEvent": (_Start, specs.StartEvent),
        f"{BPMN}endEvent": (_End, specs.EndEvent),
        f"{BPMN}userTask": (_Task, specs.UserTask),
        f"{BPMN}subProcess": (_SubProcess, specs.SubProcess),
        f"{BPMN}callActivity": (_Call, specs.CallActivity),
        f"{BPMN}exclusiveGateway": (_Gateway, specs.ExclusiveGateway),
        f"{BPMN}parallelGateway": (_Gateway, specs.ParallelGateway),
        f"{BPMN}inclusiveGateway": (_Gateway, specs.InclusiveGateway),
        f"{BPMN}intermediateCatchEvent": (_Catch, specs.IntermediateCatchEvent),
        f"{BPMN}boundaryEvent": (_Boundary, specs.BoundaryEvent),
    }

    def __init__(self, diagram: Diagram) -> None:
        super().__init__()
        self.diagram = diagram
        hardened = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.Element(f"{BPMN}definitions")
        for process in etree.fromstring(diagram.executable, hardened).iter(f"{BPMN}process"):
            if process.get("id") == diagram.key:
                root.append(_bare(process))
        self.add_bpmn_xml(root)
