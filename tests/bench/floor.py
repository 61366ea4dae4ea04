"""The floor: SpiffWorkflow and SQLite with nothing around them, in a process of its own.

Nine user tasks in a row, the last eight with a non-interrupting boundary timer. Each step is
made durable: read the case, restore it (specification shared), complete the task, dump it,
and commit with ``synchronous=FULL`` together with one history row. Everything that we build is
quoted as a multiple of ``step`` measured in the same run.

It never imports the engine, which changes SpiffWorkflow for its whole process. ``measure``
starts the process; ``python -m tests.bench.floor [CASES]`` prints one JSON object, milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
STEPS = [None, "PT2M", "PT2M", "P1D", "P3D", "P1D", "PT5M", "PT5M", "PT5M"]
ANSWER = "isi pengaduan " * 20
HISTORY_ROW = "x" * 400


def measure(cases: int) -> float:
    """Return the milliseconds of one step of the floor: the median of ``cases`` times nine."""
    command = [sys.executable, "-m", "tests.bench.floor", str(cases)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(printed)["step"]["median"])


def diagram() -> bytes:
    """Return the nine steps as BPMN, timers as SpiffWorkflow wants them."""
    parts, flows, previous = ['<startEvent id="mulai"/>'], [], "mulai"
    for number, duration in enumerate(STEPS, 1):
        parts.append(f'<userTask id="langkah_{number}" name="Langkah {number}"/>')
        flows.append((previous, f"langkah_{number}"))
        previous = f"langkah_{number}"
        if duration:
            parts.append(
                f'<boundaryEvent id="batas_{number}" cancelActivity="false" attachedToRef="langkah_{number}">'
                f'<timerEventDefinition><timeDuration>"{duration}"</timeDuration></timerEventDefinition></boundaryEvent>'
                f'<endEvent id="lewat_{number}"/>'
            )
            flows.append((f"batas_{number}", f"lewat_{number}"))
    flows.append((previous, "selesai"))
    parts.append('<endEvent id="selesai"/>')
    parts += [f'<sequenceFlow id="{a}__{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows]
    process = f'<process id="sop" isExecutable="true">{"".join(parts)}</process>'
    return f'<definitions xmlns="{MODEL}" id="d">{process}</definitions>'.encode()


def _parse() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_str(diagram())
    return parser.get_spec("sop")


class _StateOnly(BpmnWorkflowConverter):
    """Leave the specification out of the dump: it never changes."""

    spec: Any = None

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        state: dict[str, Any] = WorkflowConverter.to_dict(self, workflow)
        state["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        state["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return state

    def from_dict(self, state: dict[str, Any]) -> Any:
        workflow = self.target_class(self.spec, {}, deserializing=True)
        workflow.tasks = self.mapping_from_dict(state["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(state["root"]))
        self.set_default_attributes(workflow, state)
        self.subprocesses_from_dict(state["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(state.pop("bpmn_events", []))
        return workflow


class _Laps:
    """Milliseconds by name."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}

    def lap(self, name: str, since: float) -> float:
        now = perf_counter()
        self.took.setdefault(name, []).append((now - since) * 1e3)
        return now


def _open(folder: str) -> sqlite3.Connection:
    db = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    db.execute("create table cases (id integer primary key, revision int, state text)")
    db.execute("create table history (id integer primary key, case_id int, event text)")
    return db


def _one_case(db: sqlite3.Connection, case: int, spec: Any, serializer: Any, laps: _Laps) -> None:
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    db.execute("insert into cases values (?, 0, ?)", (case, json.dumps(serializer.to_dict(workflow))))
    for revision in range(len(STEPS)):
        begun = now = perf_counter()
        (state,) = db.execute("select state from cases where id = ?", (case,)).fetchone()
        workflow = serializer.from_dict(json.loads(state))
        now = laps.lap("restore", now)
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data[f"answer_{revision}"] = ANSWER
        task.run()
        workflow.do_engine_steps()
        now = laps.lap("run", now)
        state = json.dumps(serializer.to_dict(workflow))
        now = laps.lap("dump", now)
        db.execute("begin immediate")
        db.execute(
            "update cases set state = ?, revision = revision + 1 where id = ? and revision = ?", (state, case, revision)
        )
        db.execute("insert into history (case_id, event) values (?, ?)", (case, HISTORY_ROW))
        db.execute("commit")
        laps.lap("commit", now)
        laps.lap("step", begun)
    if not workflow.is_completed():
        raise RuntimeError("the floor's case did not complete")


def main(cases: int) -> None:
    """Print the medians of ``cases`` cases as JSON."""
    _StateOnly.spec = _parse()
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: _StateOnly}))
    laps = _Laps()
    with tempfile.TemporaryDirectory() as folder:
        db = _open(folder)
        for case in range(cases):
            _one_case(db, case, _StateOnly.spec, serializer, laps)
        db.close()
    medians = {name: {"median": round(statistics.median(v), 3), "n": len(v)} for name, v in laps.took.items()}
    sys.stdout.write(json.dumps(medians) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
