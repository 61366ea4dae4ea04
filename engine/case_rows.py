"""The rows of a case, its steps and its timers: what of its state each holds, and the state from them again."""

from __future__ import annotations

from typing import Any

from .projection import CaseState, ItemState, TimerState
from .tables import NEVER

AUDIENCE_SEPARATOR = "\n"
ITEM_FIELDS = tuple(ItemState.__dataclass_fields__)
_TIMER_FIELDS = tuple(TimerState.__dataclass_fields__)


def audience(lane: str, group: str | None) -> str:
    """Return the one text under which the work list finds an open item: its lane, or lane and group."""
    return f"{lane}{AUDIENCE_SEPARATOR}{group}" if group else lane


def state_of(row: Any) -> CaseState:
    """Return the state that a row of ``process_instance`` holds, without steps and timers."""
    return CaseState(
        definition=row.key,
        version=row.version,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        anonymous=row.anonymous,
        confidential=row.confidential,
        remark=row.remark,
    )


def item_of(row: Any) -> ItemState:
    """Return the step that a row of ``work_item`` holds."""
    return ItemState(**{name: getattr(row, name) for name in ITEM_FIELDS})


def timer_of(row: Any) -> TimerState:
    """Return the timer that a row of ``timer_job`` holds."""
    return TimerState(**{name: getattr(row, name) for name in _TIMER_FIELDS})


def item_values(case_id: int, item: ItemState) -> dict[str, Any]:
    """Return the row of ``work_item`` for a step."""
    return vars(item) | {
        "instance_id": case_id,
        "audience": audience(item.lane, item.group) if item.state == "open" else None,
        "due_order": item.due_at or NEVER,
    }


def timer_values(case_id: int, timer: TimerState, parked: bool) -> dict[str, Any]:
    """Return the row of ``timer_job`` for an armed timer."""
    return vars(timer) | {"instance_id": case_id, "parked": parked}


def instance_values(state: CaseState) -> dict[str, Any]:
    """Return the columns of ``process_instance`` that follow from the history."""
    return {
        "version": state.version,
        "state": state.state,
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "anonymous": state.anonymous,
        "confidential": state.confidential,
        "remark": state.remark,
    }
