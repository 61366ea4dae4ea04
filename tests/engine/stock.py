"""SpiffWorkflow as it comes, run in a process of its own, to compare with ours.

    python stock.py < story.json

The story is ``{"xml": …, "key": …, "inputs": [["complete", element, {variables}] | ["fire", element], …]}``.
Prints one JSON list: after the start and after each input the sorted ids of the open user tasks, of the
waiting boundary and intermediate timers, and whether the case is completed; or the name of the exception.
"""

import json
import re
import sys
from datetime import UTC, datetime

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def parsed(xml: str, key: str) -> BpmnWorkflow:
    """Return a new case, after writing durations and conditions as Python, which is what stock wants."""
    root = etree.fromstring(xml.encode())
    for duration in root.iter(f"{BPMN}timeDuration"):
        duration.text = f'"{duration.text}"'
    for condition in root.iter(f"{BPMN}conditionExpression"):
        condition.text = re.sub(r"^\$\{(.*)\}$", r"\1", condition.text)
    parser = BpmnParser()
    parser.add_bpmn_xml(root)
    return BpmnWorkflow(parser.get_spec(key), parser.get_subprocess_specs(key))


def seen(workflow: BpmnWorkflow) -> dict[str, object]:
    """Return what a person could see of the case."""
    open_tasks = workflow.get_tasks(state=TaskState.READY, manual=True)
    timers = [
        task for task in workflow.get_tasks(state=TaskState.WAITING) if hasattr(task.task_spec, "event_definition")
    ]
    return {
        "items": sorted(task.task_spec.bpmn_id for task in open_tasks),
        "timers": sorted(task.task_spec.bpmn_id for task in timers),
        "completed": workflow.is_completed(),
    }


def carry_out(workflow: BpmnWorkflow, kind: str, element: str, variables: dict[str, str]) -> None:
    """Complete the first open task of that element, or let its timer become due."""
    state = TaskState.READY if kind == "complete" else TaskState.WAITING
    task = next(task for task in workflow.get_tasks(state=state) if task.task_spec.bpmn_id == element)
    if kind == "complete":
        task.data.update(variables)
        task.run()
    else:
        task.internal_data["event_value"] = datetime(2000, 1, 1, tzinfo=UTC).isoformat()
    workflow.do_engine_steps()
    workflow.do_engine_steps()


def main() -> None:
    """Play the story on standard input."""
    story = json.load(sys.stdin)
    told: list[object] = []
    try:
        workflow = parsed(story["xml"], story["key"])
        workflow.do_engine_steps()
        told.append(seen(workflow))
        for kind, element, *rest in story["inputs"]:
            carry_out(workflow, kind, element, rest[0] if rest else {})
            told.append(seen(workflow))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in there is the finding
        told.append(type(error).__name__)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
