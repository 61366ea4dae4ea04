"""One case, locked, inside one transaction: load it, append events, and write everything at once.

What is appended is folded into ``state`` at once and written by ``save``: history, work items,
timers and the case's own row. Nothing here decides anything; that is ``service``'s part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from . import history as h
from .calendar.tables import CalendarChangeRow
from .case_rows import ITEM_FIELDS, instance_values, item_of, item_values, state_of, timer_of, timer_values
from .prepared import Prepared
from .projection import CaseState, ItemState, Recorded, TimerState
from .tables import (
    TIMER_RUNS,
    HistoryEventRow,
    ProcessInstanceRow,
    SnapshotRow,
    TimerJobRow,
    WorkItemRow,
)


@dataclass
class CaseFile:
    """A case whose row is locked until the transaction ends."""

    connection: Connection
    id: int
    number: str
    state: CaseState
    seq: int
    chain: bytes
    snapshot: bytes | None = None
    # The number of the calendar's last change: read with the case, under its lock, so that it dates by that one.
    calendar: int = 0
    # Everything that this transaction appended so far.
    appended: list[Recorded] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _items_before: dict[int, ItemState] = field(default_factory=dict)
    _timers_before: dict[str, TimerState] = field(default_factory=dict)
    _parked_before: bool = False
    _values_before: dict[str, Any] = field(default_factory=dict)

    def append(
        self, events: Iterable[h.Event], *, at: datetime, actor: str, on_behalf_of: str | None = None
    ) -> list[Recorded]:
        """Chain ``events`` onto the history and fold them into the state; ``save`` writes them."""
        appended = []
        for event in events:
            payload = event.payload()
            self.seq += 1
            self.chain = h.chain(self.chain, self.number, self.seq, event.type, at, actor, on_behalf_of, payload)
            self._events.append(
                {
                    "instance_id": self.id,
                    "seq": self.seq,
                    "type": event.type,
                    "recorded_at": at,
                    "actor": actor,
                    "on_behalf_of": on_behalf_of,
                    "payload": payload,
                    "chain": self.chain,
                }
            )
            recorded = Recorded(self.seq, event, at, actor, on_behalf_of)
            self.state.apply(recorded)
            appended.append(recorded)
        self.appended += appended
        return appended

    def write_events(self) -> None:
        """Insert the events that were appended so far, for somebody who reads the history in between."""
        if self._events:
            _INSERT_EVENT.run(self.connection, *self._events)
            self._events = []

    def save(self, point: Callable[[str], None]) -> None:
        """Write what was appended and what follows from it. ``point`` is told each stage by name."""
        self.write_events()
        point("appended")
        _write_items(self.connection, self.id, self._items_before, self.state.items)
        self._write_timers()
        values = instance_values(self.state)
        if values != self._values_before:
            _UPDATE_INSTANCE.run(self.connection, {"case_id": self.id} | values)
        point("projected")

    def save_flow(self, state: bytes) -> None:
        """Keep the flow's snapshot as of now, or drop it if the case has ended."""
        if self.state.state in ("completed", "cancelled"):
            _DELETE_SNAPSHOT.run(self.connection, {"case_id": self.id})
        elif self.snapshot is None:
            row = {"instance_id": self.id, "seq": self.seq, "state": state}
            _DELETE_SNAPSHOT.run(self.connection, {"case_id": self.id})
            _INSERT_SNAPSHOT.run(self.connection, row)
        else:
            _UPDATE_SNAPSHOT.run(self.connection, {"case_id": self.id, "new_seq": self.seq, "new_state": state})
        self.snapshot = state

    def _write_timers(self) -> None:
        parked = self.state.state == "incident"
        before, after = self._timers_before, self.state.timers
        changed = [timer for key, timer in after.items() if before.get(key) != timer or parked != self._parked_before]
        gone = [key for key in before if key not in after or after[key] in changed]
        if gone:
            _DELETE_TIMER.run(self.connection, *({"case_id": self.id, "timer_key": key} for key in gone))
        if changed:
            _INSERT_TIMER.run(self.connection, *(timer_values(self.id, timer, parked) for timer in changed))


def load(connection: Connection, number: str) -> CaseFile | None:
    """Lock the case and return it, with its open items and armed timers; None if there is no such case."""
    found = _SELECT_CASE_LOCKED.first(connection, {"number": number})
    return None if found is None else _opened(connection, found)


def load_first_due(connection: Connection, now: datetime, skip: Sequence[int]) -> CaseFile | None:
    """Lock the case with the earliest due timer that nobody else has locked; None if nothing is due."""
    if skip:
        found = connection.execute(_FIRST_DUE.where(ProcessInstanceRow.id.not_in(skip)), {"now": now}).first()
    else:
        found = _SELECT_FIRST_DUE.first(connection, {"now": now})
    return None if found is None else _opened(connection, found)


def create(connection: Connection, number: str, ordinal: int, key: str, version: int, at: datetime) -> CaseFile:
    """Insert the row of a new case. It has no events yet."""
    values = {
        "number": number,
        "ordinal": ordinal,
        "key": key,
        "version": version,
        "state": "running",
        "started_at": at,
        "anonymous": False,
        "confidential": False,
    }
    made = connection.execute(insert(ProcessInstanceRow).returning(ProcessInstanceRow.id, _CALENDAR), values).one()
    return CaseFile(connection, made.id, number, CaseState(), 0, h.GENESIS, calendar=made.calendar or 0)


def _opened(connection: Connection, found: Any) -> CaseFile:
    """Read what a command needs, after the lock is held: else another writer's work would be missed."""
    head = _SELECT_HEAD.first(connection, {"case_id": found.id})
    state = state_of(found)
    for row in _SELECT_OPEN_ITEMS.all(connection, {"case_id": found.id}):
        state.items[row.opened_seq] = item_of(row)
    for armed in _SELECT_TIMERS.all(connection, {"case_id": found.id}):
        state.timers[armed.key] = timer_of(armed)
    return CaseFile(
        connection,
        found.id,
        found.number,
        state,
        seq=head.seq if head else 0,
        chain=head.chain if head else h.GENESIS,
        snapshot=head.state if head else None,
        calendar=found.calendar or 0,
        _items_before=dict(state.items),
        _timers_before=dict(state.timers),
        _parked_before=found.state == "incident",
        _values_before=instance_values(state),
    )


def items(connection: Connection, instance_id: int) -> list[ItemState]:
    """Return every step of a case, closed ones too, in the order in which they opened."""
    return [item_of(row) for row in _SELECT_ITEMS.all(connection, {"case_id": instance_id})]


def _write_items(
    connection: Connection, case_id: int, before: dict[int, ItemState], after: dict[int, ItemState]
) -> None:
    new = [item_values(case_id, item) for seq, item in after.items() if seq not in before]
    changed = [
        {f"new_{name}": value for name, value in item_values(case_id, item).items()}
        for seq, item in after.items()
        if seq in before and before[seq] != item
    ]
    if changed:
        _UPDATE_ITEM.run(connection, *changed)
    if new:
        _INSERT_ITEM.run(connection, *new)


_CALENDAR = select(func.max(CalendarChangeRow.number)).scalar_subquery().label("calendar")
_SELECT_CASE = select(
    ProcessInstanceRow.id,
    ProcessInstanceRow.number,
    ProcessInstanceRow.key,
    ProcessInstanceRow.version,
    ProcessInstanceRow.state,
    ProcessInstanceRow.started_at,
    ProcessInstanceRow.ended_at,
    ProcessInstanceRow.anonymous,
    ProcessInstanceRow.confidential,
    ProcessInstanceRow.remark,
    _CALENDAR,
)
_SELECT_CASE_LOCKED = Prepared(_SELECT_CASE.where(ProcessInstanceRow.number == bindparam("number")).with_for_update())
_FIRST_DUE = (
    _SELECT_CASE.join(TimerJobRow, TimerJobRow.instance_id == ProcessInstanceRow.id)
    .where(text(TIMER_RUNS), TimerJobRow.due_at <= bindparam("now"))
    .order_by(TimerJobRow.due_at)
    .limit(1)
    .with_for_update(of=ProcessInstanceRow, skip_locked=True)
)
_SELECT_FIRST_DUE = Prepared(_FIRST_DUE)
_SELECT_HEAD = Prepared(
    select(
        HistoryEventRow.seq,
        HistoryEventRow.chain,
        SnapshotRow.state,
    )
    .outerjoin(SnapshotRow, SnapshotRow.instance_id == HistoryEventRow.instance_id)
    .where(HistoryEventRow.instance_id == bindparam("case_id"))
    .order_by(HistoryEventRow.seq.desc())
    .limit(1)
)
_SELECT_ITEMS = Prepared(
    select(WorkItemRow).where(WorkItemRow.instance_id == bindparam("case_id")).order_by(WorkItemRow.opened_seq)
)
_SELECT_OPEN_ITEMS = Prepared(
    select(WorkItemRow).where(WorkItemRow.instance_id == bindparam("case_id"), WorkItemRow.audience.is_not(None))
)
_SELECT_TIMERS = Prepared(select(TimerJobRow).where(TimerJobRow.instance_id == bindparam("case_id")))
_INSERT_EVENT = Prepared(insert(HistoryEventRow))
_INSERT_ITEM = Prepared(insert(WorkItemRow))
_INSERT_TIMER = Prepared(insert(TimerJobRow))
_INSERT_SNAPSHOT = Prepared(insert(SnapshotRow))
_UPDATE_INSTANCE = Prepared(update(ProcessInstanceRow).where(ProcessInstanceRow.id == bindparam("case_id")))
_UPDATE_ITEM = Prepared(
    update(WorkItemRow)
    .where(
        WorkItemRow.instance_id == bindparam("new_instance_id"),
        WorkItemRow.opened_seq == bindparam("new_opened_seq"),
    )
    .values(
        {name: bindparam(f"new_{name}") for name in (*ITEM_FIELDS, "audience", "due_order") if name != "opened_seq"}
    )
)
_DELETE_TIMER = Prepared(
    delete(TimerJobRow).where(
        TimerJobRow.instance_id == bindparam("case_id"), TimerJobRow.key == bindparam("timer_key")
    )
)
_DELETE_SNAPSHOT = Prepared(delete(SnapshotRow).where(SnapshotRow.instance_id == bindparam("case_id")))
_UPDATE_SNAPSHOT = Prepared(
    update(SnapshotRow)
    .where(SnapshotRow.instance_id == bindparam("case_id"))
    .values(seq=bindparam("new_seq"), state=bindparam("new_state"))
)
