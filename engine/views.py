"""What is stored, as callers see it: frozen values with the names that the diagram gives."""

from __future__ import annotations

import json

from . import history as h
from .diagram import ExecutableProcess
from .model import Incident, ProcessInstance, WorkItem
from .paths import element_of, holder_of, task_of
from .projection import CaseState, ItemState


def instance_of(number: str, state: CaseState, process: ExecutableProcess) -> ProcessInstance:
    """Return a case as callers see it."""
    assert state.started_at is not None  # every history begins with InstanceStarted
    remark = json.loads(state.remark) if state.remark else {}
    incident = None
    if state.state == "incident":
        incident = Incident(remark["element"], remark["name"], remark["reason"], h.parse_instant(remark["at"]))
    return ProcessInstance(
        number=number,
        key=state.definition,
        version=state.version,
        state=state.state,
        name=process.diagram.name,
        started_at=state.started_at,
        ended_at=state.ended_at,
        anonymous=state.anonymous,
        confidential=state.confidential,
        incident=incident,
        cancel_reason=remark.get("reason") if state.state == "cancelled" else None,
    )


def work_item_of(number: str, item: ItemState, process: ExecutableProcess, *, unstaffed: bool = False) -> WorkItem:
    """Return a step as callers see it, with what the version it ran on says of it."""
    task, holder = task_of(process, item.key), holder_of(process, item.key)
    step, steps = holder.diagram.step_of(element_of(item.key)) if holder else (None, 0)
    return WorkItem(
        case=number,
        key=item.key,
        process_key=process.key,
        version=item.version,
        element_id=element_of(item.key),
        name=task.name if task else item.key,
        lane=item.lane,
        form_id=task.form_id if task else None,
        state=item.state,
        opened_at=item.opened_at,
        group=item.group,
        group_unstaffed=unstaffed,
        step=step,
        steps=steps,
        assignee=item.assignee,
        claimed_at=item.claimed_at,
        due_at=item.due_at,
        due_duration=item.due_duration,
        remind_at=item.remind_at,
        closed_at=item.closed_at,
        closed_by=item.closed_by,
        on_behalf_of=item.on_behalf_of,
    )
