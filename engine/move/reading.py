"""Open cases read many at a time, with what was done to them: what a preview over thousands rests on.

Only inputs are read, never the whole of a history, and nothing is locked or written. A case whose history cannot
be read is told as damaged; it never stops the others.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, or_, select, true

from .. import history as h
from ..answers import PLAIN
from ..case_rows import item_of, state_of, timer_of
from ..errors import HistoryDamaged, NotFound
from ..office import CASE, event_of
from ..projection import CaseState, Recorded
from ..replay import recorded
from ..tables import AnswersRow, HistoryEventRow, TimerJobRow, WorkItemRow
from ..tables import ProcessInstanceRow as Case
from .values import MoveSelection

OPEN = ("running", "incident")
AT_ONCE = 500
"""Cases, or numbers, that one statement names."""


@dataclass(frozen=True)
class OpenCase:
    """A case with its open steps, its armed timers, and every input in order. ``damage``: why it cannot be read."""

    id: int
    number: str
    state: CaseState
    inputs: tuple[Recorded, ...]
    damage: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether the case goes on."""
        return self.state.state in OPEN

    def fingerprint(self) -> str:
        """Return one text for all cases to which the same was done, with the same values, on the same versions."""
        return h.canonical([list(_mark(each.event)) for each in self.inputs])


def _mark(event: h.Event) -> Iterator[Any]:
    match event:
        case h.InstanceStarted():
            yield from (event.definition, event.version, event.digest, event.rules)
        case h.WorkItemCompleted():
            yield from (event.key, dict(event.variables))
        case h.TimerFired():
            yield event.key
        case _:
            said = vars(event).items()
            yield {name: value for name, value in said if name not in ("reason", "policy", "move")}


def cases_chosen(
    connection: Connection, key: str, to_version: int | None, chosen: MoveSelection, after: int, limit: int
) -> list[OpenCase]:
    """Return the next open cases that are chosen and do not run on ``to_version``, in the order in which they began.

    Of cases that are named by number, those that have ended are among them. Raises ``NotFound``.
    """
    return _read(connection, rows_chosen(connection, key, to_version, chosen, after, limit))


def rows_chosen(
    connection: Connection, key: str, to_version: int | None, chosen: MoveSelection, after: int, limit: int | None
) -> list[Any]:
    """Return the rows of the same cases."""
    if chosen.numbers is not None:
        named = _named(connection, key, chosen)
        found = sorted((row for row in named if _is_chosen(row, to_version, chosen)), key=lambda row: row.id)
        return [row for row in found if row.id > after][:limit]
    # One stretch of an index for each state, in the order of the ids.
    query = select(Case).where(Case.id > after, *_conditions(key, to_version, chosen)).order_by(Case.id)
    if limit is not None:
        query = query.limit(limit)
    stretches = [connection.execute(query.where(Case.state == state)).all() for state in OPEN]
    return list(heapq.merge(*stretches, key=lambda row: row.id))[:limit]


def count_chosen(connection: Connection, key: str, to_version: int | None, chosen: MoveSelection) -> int:
    """Return how many cases are chosen."""
    if chosen.numbers is not None:
        return len(rows_chosen(connection, key, to_version, chosen, 0, None))
    query = select(func.count()).select_from(Case).where(*_conditions(key, to_version, chosen))
    return int(connection.execute(query.where(Case.state.in_(OPEN))).scalar_one())


def open_by_version(connection: Connection, key: str) -> dict[int, int]:
    """Return how many open cases run on each version."""
    query = select(Case.version, func.count().label("cases")).where(Case.key == key, Case.state.in_(OPEN))
    rows = connection.execute(query.group_by(Case.version).order_by(Case.version))
    return {row.version: row.cases for row in rows}


def plain_answers(connection: Connection, ids: Collection[int]) -> dict[int, dict[int, dict[str, object]]]:
    """Return the plain answers of these cases: by case, by the event that holds them."""
    found: dict[int, dict[int, dict[str, object]]] = {}
    for row in connection.execute(_ANSWERS, {"ids": list(ids)}) if ids else ():
        found.setdefault(row.instance_id, {})[row.seq] = json.loads(row.body)
    return found


def _conditions(key: str, to_version: int | None, chosen: MoveSelection) -> list[ColumnElement[bool]]:
    found = [Case.key == key]
    if to_version is not None:
        found.append(Case.version != to_version)
    if chosen.versions:
        found.append(Case.version.in_(chosen.versions))
    if chosen.step:
        found.append(_stands_at(chosen.step))
    if chosen.without:
        found.append(Case.number.not_in(chosen.without))
    return found


def _stands_at(step: str) -> ColumnElement[bool]:
    """Return the condition that a step of the case is open at this element, at whatever depth."""
    element = step.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    at = or_(WorkItemRow.key.like(f"{element}:%", escape="!"), WorkItemRow.key.like(f"%/{element}:%", escape="!"))
    last = WorkItemRow.key.not_like(f"%{element}:%/%", escape="!")
    open_step = select(WorkItemRow.key).where(WorkItemRow.instance_id == Case.id, WorkItemRow.audience.is_not(None))
    return open_step.where(at, last).exists()


def _is_chosen(row: Any, to_version: int | None, chosen: MoveSelection) -> bool:
    right_version = row.version != to_version and (not chosen.versions or row.version in chosen.versions)
    return right_version and row.stands_there and row.number not in chosen.without


def _named(connection: Connection, key: str, chosen: MoveSelection) -> list[Any]:
    wanted = list(dict.fromkeys(chosen.numbers or ()))
    stands_there = (_stands_at(chosen.step) if chosen.step else true()).label("stands_there")
    found: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        named = Case.number.in_(wanted[start : start + AT_ONCE])
        query = select(Case, stands_there).where(named, Case.key == key)
        found += connection.execute(query).all()
    unknown = set(wanted) - {row.number for row in found}
    if unknown:
        raise NotFound(CASE, ", ".join(sorted(unknown)[:5]))
    return found


def _read(connection: Connection, rows: Sequence[Any]) -> list[OpenCase]:
    found: list[OpenCase] = []
    for start in range(0, len(rows), AT_ONCE):
        found += _read_some(connection, rows[start : start + AT_ONCE])
    return found


def _read_some(connection: Connection, rows: Sequence[Any]) -> Iterator[OpenCase]:
    given = {"ids": [row.id for row in rows]}
    states = {row.id: state_of(row) for row in rows}
    for item in connection.execute(_ITEMS, given):
        states[item.instance_id].items[item.opened_seq] = item_of(item)
    for armed in connection.execute(_TIMERS, given):
        states[armed.instance_id].timers[armed.key] = timer_of(armed)
    events: dict[int, list[Any]] = {row.id: [] for row in rows}
    for event in connection.execute(_INPUTS, given):
        events[event.instance_id].append(event)
    for row in rows:
        inputs, damage = _parsed(events[row.id])
        yield OpenCase(row.id, row.number, states[row.id], inputs, damage)


def _parsed(rows: Iterable[Any]) -> tuple[tuple[Recorded, ...], str]:
    try:
        found = tuple(recorded(event_of(row)) for row in rows)
    except HistoryDamaged as error:
        return (), str(error)
    return (found, "") if found else ((), "Perkara ini tidak mempunyai riwayat.")


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_INPUT_TYPES = [name for name, event in h.EVENTS.items() if event.kind == "input"]
_ITEMS = select(WorkItemRow).where(WorkItemRow.instance_id.in_(_IDS), WorkItemRow.audience.is_not(None))
_TIMERS: Select[Any] = select(TimerJobRow).where(TimerJobRow.instance_id.in_(_IDS))
_INPUTS = (
    select(HistoryEventRow)
    .where(HistoryEventRow.instance_id.in_(_IDS), HistoryEventRow.type.in_(_INPUT_TYPES))
    .order_by(HistoryEventRow.instance_id, HistoryEventRow.seq)
)
_ANSWERS = select(AnswersRow.instance_id, AnswersRow.seq, AnswersRow.body).where(
    AnswersRow.instance_id.in_(_IDS), AnswersRow.kind == PLAIN
)
_HISTORY = select(HistoryEventRow).order_by(HistoryEventRow.seq)


def history_of(connection: Connection, case_id: int) -> list[Recorded]:
    """Return the whole history of one case. Raises ``HistoryDamaged``."""
    rows = connection.execute(_HISTORY.where(HistoryEventRow.instance_id == case_id))
    return [recorded(event_of(row)) for row in rows]


def inputs_by_seq(first: OpenCase, other: OpenCase) -> Mapping[int, int]:
    """Return which event of ``other`` is which of ``first``, to which the same was done."""
    return {a.seq: b.seq for a, b in zip(first.inputs, other.inputs, strict=True)}
