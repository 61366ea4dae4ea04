"""What is held against what in one case: its chain, its re-execution, its rows in the tables.

Each check yields findings and goes on: a row that somebody altered into nonsense is a finding too, whatever
it holds. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from .. import history as h
from ..case_rows import instance_values, item_values, timer_values
from ..errors import HistoryDamaged, NotFound
from ..model import Check, Finding, HistoryEvent
from ..office import event_of
from ..projection import CaseState
from ..replay import ProcessOf, replay
from ..tables import HistoryEventRow, ProcessInstanceRow, TimerJobRow, WorkItemRow

NONSENSE = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    DBAPIError,
)
"""What reading, or working with, a value can raise that is of no kind that belongs there."""

_EVENTS = select(HistoryEventRow).order_by(HistoryEventRow.seq)
_EVENT_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "seq": int,
    "type": str,
    "recorded_at": datetime,
    "actor": str,
    "on_behalf_of": (str, type(None)),
    "payload": str,
    "chain": bytes,
}


def guarded(check: Check, what: str, find: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what ``find`` finds; that it cannot read ``what`` is a finding. An unreachable database is none."""
    try:
        yield from find()
    except NONSENSE as error:
        raise_if_away(error)
        yield Finding(check, None, f"{what} memuat nilai yang tidak dapat dibaca ({_said(error)}).")


def raise_if_away(error: Exception) -> None:
    """Raise ``error`` again if it says that the database is away, and nothing of what is stored."""
    if not isinstance(error, DBAPIError):
        return
    undecodable = "decode" in str(error.orig)  # SQLite says so of a text that is no UTF-8
    if error.connection_invalidated or (isinstance(error, (OperationalError, InterfaceError)) and not undecodable):
        raise error


def stored_events(connection: Connection, case_id: int) -> tuple[list[HistoryEvent], list[Finding]]:
    """Return the events of a case that can be read, and a finding for each that cannot."""
    of_case = _EVENTS.where(HistoryEventRow.instance_id == case_id)
    try:
        return [_readable(row) for row in connection.execute(of_case)], []
    except NONSENSE as error:
        raise_if_away(error)
    events: list[HistoryEvent] = []
    findings: list[Finding] = []
    try:
        numbers = select(HistoryEventRow.seq).where(HistoryEventRow.instance_id == case_id)
        found = connection.execute(numbers.order_by(HistoryEventRow.seq)).scalars().all()
    except NONSENSE as error:
        raise_if_away(error)
        return [], [Finding("chain", None, f"Nomor peristiwa tidak dapat dibaca ({_said(error)}).")]
    for seq in found:
        try:
            events.append(_readable(connection.execute(of_case.where(HistoryEventRow.seq == seq)).one()))
        except NONSENSE as error:
            raise_if_away(error)
            text = f"Peristiwa {seq} memuat nilai yang tidak dapat dibaca ({_said(error)})."
            findings.append(Finding("chain", seq if isinstance(seq, int) else None, text))
    return events, findings


def chain_findings(case: str, events: Sequence[HistoryEvent], unreadable: Iterable[Finding] = ()) -> Iterator[Finding]:
    """Yield each event whose chain or number does not fit; ``unreadable`` ones have been told already."""
    told = {finding.event for finding in unreadable}
    expected, previous = 1, h.GENESIS
    for event in events:
        if event.seq < 1:
            yield Finding("chain", event.seq, f"Ada peristiwa bernomor {event.seq}; yang pertama seharusnya 1.")
            continue
        gap = [number for number in range(expected, min(event.seq, expected + 1000)) if number not in told]
        if gap:
            which = f"Peristiwa {gap[0]}" + (f" sampai {event.seq - 1}" if event.seq - 1 > gap[0] else "")
            yield Finding("chain", gap[0], f"{which} hilang: yang berikutnya bernomor {event.seq}.")
        # Behind a gap there is nothing to hold the first event against.
        if event.seq == expected and not _fits(previous, case, event):
            text = f"Peristiwa {event.seq} ({event.type}) tidak cocok dengan rantainya: isinya telah diubah."
            yield Finding("chain", event.seq, text)
        expected, previous = event.seq + 1, event.chain
    if not events and not told:
        yield Finding("chain", None, "Perkara tidak mempunyai riwayat.")


def replay_findings(events: Sequence[HistoryEvent], process_of: ProcessOf) -> Iterator[Finding]:
    """Yield the first event at which the re-executed case goes another way than the recorded one."""
    try:
        replay(events, process_of)
    except HistoryDamaged as error:
        yield Finding("replay", error.event, str(error))
    except NotFound as error:
        yield Finding("replay", None, str(error))
    except NONSENSE as error:
        raise_if_away(error)
        yield Finding("replay", None, f"Riwayat tidak dapat dijalankan ulang ({_said(error)}).")


def table_findings(connection: Connection, case_id: int, expected: CaseState) -> Iterator[Finding]:
    """Yield each value of the case's rows that is not what its history adds up to."""
    row = connection.execute(select(ProcessInstanceRow).where(ProcessInstanceRow.id == case_id)).one()
    wanted = instance_values(expected) | {"key": expected.definition}
    yield from _differences("Baris perkara", None, row, wanted)
    items = {
        each.opened_seq: each
        for each in connection.execute(select(WorkItemRow).where(WorkItemRow.instance_id == case_id))
    }
    for seq, item in expected.items.items():
        name = f"Daftar tugas: tugas {item.key} dari peristiwa {seq}"
        yield from _differences(name, seq, items.pop(seq, None), item_values(case_id, item))
    for seq, each in items.items():
        event = seq if isinstance(seq, int) else None
        yield Finding("tables", event, f"Daftar tugas memuat tugas {each.key}, yang menurut riwayat tidak dibuka.")
    timers = {
        each.key: each for each in connection.execute(select(TimerJobRow).where(TimerJobRow.instance_id == case_id))
    }
    parked = expected.state == "incident"
    for key, timer in expected.timers.items():
        name = f"Daftar timer: timer {key}"
        yield from _differences(name, None, timers.pop(key, None), timer_values(case_id, timer, parked))
    for key in timers:
        yield Finding("tables", None, f"Daftar timer memuat timer {key}, yang menurut riwayat tidak berjalan.")


def _differences(name: str, event: int | None, row: Any, wanted: Mapping[str, Any]) -> Iterator[Finding]:
    if row is None:
        yield Finding("tables", event, f"{name} tidak ada, padahal menurut riwayat seharusnya ada.")
        return
    for column, value in wanted.items():
        found = getattr(row, column)
        if found != value:
            text = f"{name}: kolom {column} berisi {_shown(found)}, menurut riwayat {_shown(value)}."
            yield Finding("tables", event, text)


def _readable(row: Any) -> HistoryEvent:
    """Return a row as an event. Raises ``TypeError`` if a value is of another kind than was ever written."""
    for column, kind in _EVENT_KINDS.items():
        if not isinstance(getattr(row, column), kind):
            raise TypeError(column)
    return event_of(row)


def _fits(previous: bytes, case: str, event: HistoryEvent) -> bool:
    try:
        link = h.chain(
            previous,
            case,
            event.seq,
            event.type,
            event.recorded_at,
            event.actor,
            event.on_behalf_of,
            event.payload,
        )
    except NONSENSE:  # such as half a surrogate pair
        return False
    return link == event.chain


def _shown(value: Any) -> str:
    return h.instant(value) if isinstance(value, datetime) else "kosong" if value is None else repr(value)


def _said(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
