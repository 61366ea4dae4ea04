"""Reading an SOP's diagram: bytes in, frozen values and every problem with its element out.

A diagram is hostile input. It is parsed without entities, files or network, every element and
attribute must be on a positive list, nothing in it is evaluated, and what is drawn where changes
nothing. This module is what the rest of the engine imports; the parts stand in ``diagram_*``.
"""

from __future__ import annotations

from typing import Final

from .against import check_against
from .allowed import check_allowed
from .executable import write_executable
from .flows import check_exits, read_flows
from .graph import check_cycles, check_reach
from .model import Diagram, Element, ExecutableProcess, Flow, Lane, Loop, Reading, Timer, UserTask
from .nodes import check_ids, nodes_of, read_elements, too_many_nodes
from .properties import check_process_properties, read_properties
from .rules import RULES, Findings
from .steps import read_calls, read_lanes, read_tasks
from .timers import read_timers
from .waktu import check_waktu
from .xml import Xml, XmlRefused, parse_xml

MOST_PROCESSES: Final = 20
"""Processes of one file."""

__all__ = [
    "RULES",
    "Diagram",
    "Element",
    "ExecutableProcess",
    "Flow",
    "Lane",
    "Loop",
    "Reading",
    "Timer",
    "UserTask",
    "check_against",
    "read_diagram",
]


def read_diagram(data: bytes, file: str = "diagram") -> Reading:
    """Return the executable processes of ``data`` and every problem found; never raises for bad input."""
    findings = Findings(file)
    diagrams: list[Diagram] = []
    try:
        root = parse_xml(data)
    except XmlRefused as refused:
        findings.refuse(refused.rule, str(refused))
        return Reading((), findings.problems())
    if root.label != "bpmn:definitions":
        findings.refuse("not-bpmn", f"Akar berkas adalah {root.kind[:60]!r}; seharusnya definitions dari BPMN 2.0.")
        return Reading((), findings.problems())
    check_allowed(root, findings)
    check_ids(root, findings)
    _check_references(root, findings)
    processes = _executable_processes(root, findings)
    everywhere = frozenset(id_ for process in root.all("bpmn:process") for id_ in nodes_of(process))
    for process in processes:
        if not too_many_nodes(process, findings):
            diagrams.append(_read_process(process, root, everywhere, data, findings))
    return Reading(() if findings.refused else tuple(diagrams), findings.problems())


def _executable_processes(root: Xml, findings: Findings) -> list[Xml]:
    """Return the processes to run. An empty one that is not executable is only a drawn pool."""
    processes = root.all("bpmn:process")
    chosen = [process for process in processes if process.attributes.get("isExecutable") == "true"]
    for process in processes:
        if process not in chosen and nodes_of(process):
            message = "Proses ini berisi langkah tetapi tidak ditandai Executable; centang, atau kosongkan pool-nya."
            findings.refuse("process-not-executable", message, process)
    if len(processes) > MOST_PROCESSES:
        message = (
            f"Berkas memuat {len(processes)} proses, paling banyak {MOST_PROCESSES}; pecah menjadi beberapa berkas."
        )
        findings.refuse("too-many-processes", message, root)
        return []
    if not processes or (not chosen and not findings.refused):
        message = "Berkas ini tidak memuat proses yang dapat dijalankan; gambar prosesnya dan centang Executable."
        findings.refuse("no-process", message, root)
    return chosen


def _check_references(root: Xml, findings: Findings) -> None:
    """Note pools and escalations that point at nothing."""
    processes = {process.id for process in root.all("bpmn:process")}
    escalations = {escalation.id for escalation in root.all("bpmn:escalation")}
    for element in root.walk():
        for label, attribute, known in (
            ("bpmn:participant", "processRef", processes),
            ("bpmn:escalationEventDefinition", "escalationRef", escalations),
        ):
            reference = element.attributes.get(attribute)
            if element.label == label and reference is not None and reference not in known:
                message = f"{attribute} menunjuk {reference[:100]!r} yang tidak ada dalam berkas; pilih ulang."
                findings.refuse("reference-dangling", message, element)


def _read_process(process: Xml, root: Xml, everywhere: frozenset[str], data: bytes, findings: Findings) -> Diagram:
    nodes = nodes_of(process)
    elements = read_elements(process, nodes, findings)
    flows = read_flows(process, elements, everywhere, findings)
    lanes, lane_of = read_lanes(process, elements, findings)
    tasks = read_tasks(nodes, elements, lane_of, findings)
    timers = read_timers(nodes, elements, findings)
    calls = read_calls(process, nodes, findings)
    properties = read_properties(process, findings)
    check_process_properties(process, properties, findings)
    if not findings.left_out:
        check_exits(elements, flows, findings)
        check_reach(elements, flows, findings)
        check_cycles(elements, flows, findings)
    check_waktu(process, elements, flows, tasks, timers, properties, findings)
    conditions = (flow.condition.names for flow in flows.values() if flow.condition is not None)
    groups = (frozenset({task.group.field}) for task in tasks.values() if task.group and task.group.field)
    return Diagram(
        key=process.id,
        name=_title(process, root),
        file=findings.file,
        xml=data,
        executable=b"" if findings.refused else write_executable(process.id, elements, flows, tasks, timers, calls),
        lanes=tuple(lanes),
        elements=elements,
        flows=flows,
        tasks=tasks,
        timers=timers,
        calls=calls,
        properties=properties,
        names_read=frozenset().union(*conditions, *groups),
    )


def _title(process: Xml, root: Xml) -> str:
    """Return the process's name, else its pool's, else its id."""
    pools = (pool for each in root.all("bpmn:collaboration") for pool in each.all("bpmn:participant"))
    pool = next((pool.name for pool in pools if pool.attributes.get("processRef") == process.id), "")
    return process.name or pool or process.id
