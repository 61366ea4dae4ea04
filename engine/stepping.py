"""What happened to each step of a case, in order: opened, taken, given on, completed, withdrawn.

Folded from the history alone. Every moment says who acted, when it took effect, and where the step
waited at that time; a step that a move renamed stays one step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from . import history as h
from .projection import CaseState, ItemState, Recorded

MomentKind = Literal["opened", "claimed", "released", "reassigned", "relocated", "completed", "withdrawn"]


@dataclass(frozen=True)
class Moment:
    """One event about the step that event ``opened_seq`` opened. ``at`` is when it took effect.

    ``holder`` is who held the step before, ``to`` who holds it after; ``relocated``: a move gave the
    open step to another lane.
    """

    seq: int
    opened_seq: int
    kind: MomentKind
    at: datetime
    actor: str
    lane: str
    group: str | None
    on_behalf_of: str | None = None
    holder: str | None = None
    to: str | None = None
    reason: str = ""


def moments(history: Iterable[Recorded]) -> tuple[Moment, ...]:
    """Return what happened to the steps of a case."""
    state, found = CaseState(), []
    for each in history:
        key = getattr(each.event, "key", None)
        before = state.open_item(key) if isinstance(key, str) and type(each.event) in _KINDS else None
        state.apply(each)
        moment = _moment(each, state, before)
        if moment is not None:
            found.append(moment)
    return tuple(found)


def _moment(each: Recorded, state: CaseState, before: ItemState | None) -> Moment | None:
    kind = _KINDS.get(type(each.event))
    opens = kind == "opened"
    item = state.items.get(before.opened_seq if before else each.seq)
    if kind is None or item is None:
        return None
    return Moment(
        seq=each.seq,
        opened_seq=item.opened_seq,
        kind="relocated" if opens and before else kind,
        at=(state.moment or each.at) if opens or kind == "withdrawn" else each.at,
        actor=each.actor,
        lane=item.lane,
        group=item.group,
        on_behalf_of=each.on_behalf_of,
        holder=before.assignee if before else None,
        to=item.assignee,
        reason=each.event.reason if isinstance(each.event, h.WorkItemReassigned) else "",
    )


_KINDS: dict[type[h.Event], MomentKind] = {
    h.WorkItemOpened: "opened",
    h.WorkItemClaimed: "claimed",
    h.WorkItemReleased: "released",
    h.WorkItemReassigned: "reassigned",
    h.WorkItemCompleted: "completed",
    h.WorkItemWithdrawn: "withdrawn",
}
