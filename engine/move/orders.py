"""Orders to move many cases: given, looked at, taken back. What is ordered here is carried out by ``carrying_on``.

An order says which cases, by which rules and policy, why and by whom, before the first case moves. Nothing here
moves a case.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from .. import history as h
from ..case_rows import state_of
from ..commands import given_reason
from ..errors import InvalidRequest, NotFound
from ..model import Actor, MovePolicy, is_storable
from ..office import CASE
from ..standing.decisions import refuse_never_in_force
from ..tables import ProcessInstanceRow as Case
from .moving import allow_moving, known_policy
from .planning import MovePlans
from .reading import OpenCase, rows_chosen
from .renaming import checked_renames
from .tables import MassMoveRow as Order
from .tables import MovedCaseRow as Moved
from .values import MassMove, MovedCase, MoveOutcome, MoveSelection

ORDER = "Pemindahan"
MOST_PASSED, LONGEST_KEY = 500, 400
LARGEST_PAGE = 1_000


class MoveOrders(MovePlans):
    """The use cases about orders to move many cases."""

    def begin_moves(
        self,
        key: str,
        to: int,
        selection: MoveSelection,
        reason: str,
        *,
        policy: MovePolicy = "keep",
        renamed: Mapping[str, str] | None = None,
        passed: Collection[str] = (),
        as_of: datetime | None = None,
        by: Actor,
    ) -> MassMove:
        """Order the move of the chosen cases; ``carry_on_moves`` carries it out, whoever calls it.

        ``as_of`` is when the preview was made: cases begun later are left out, and one that went on since, so that
        what was agreed to holds no more, is told as ``changed``. Raises ``NotFound``, ``NotAllowed``,
        ``InvalidRequest``.
        """
        allow_moving(by)
        values = {"key": key, "to_version": to, "policy": known_policy(policy), "reason": given_reason(reason)}
        _refuse_unusable(passed)
        now = self.now()
        seen_at = min(as_of or now, now)
        with self.database.write() as connection:
            process = self.catalog.process(connection, key, to)
            refuse_never_in_force(connection, key, to, now)
            rows = [row for row in rows_chosen(connection, key, to, selection, 0, None) if row.started_at <= seen_at]
            if selection.numbers is not None:
                self._refuse_invisible(connection, rows, by)
            if not rows:
                raise InvalidRequest(f"Tidak ada perkara terpilih yang dapat dipindahkan ke versi {to}.")
            for version in {row.version for row in rows} if renamed is not None else ():
                checked_renames(renamed or {}, self.catalog.process(connection, key, version), process)
            values |= {"renamed": None if renamed is None else h.canonical(dict(renamed)), "undoes": None}
            values |= {"passed": h.canonical(sorted(set(passed))), "as_of": seen_at}
            cases = [_waiting(row.id, row.version, to) for row in rows]
            return self._ordered(connection, values, cases, by)

    def undo_moves(self, number: int, reason: str, *, by: Actor) -> MassMove:
        """Order that every case that an order moved goes back to where it was, with its due dates and claims.

        Raises ``NotFound``, ``NotAllowed``, and ``InvalidRequest`` if the order is not finished, or all its cases
        were taken back already.
        """
        allow_moving(by)
        told = given_reason(reason)
        with self.database.write() as connection:
            order = _row(connection, number, lock=True)
            undoing = select(Order.number).where(Order.undoes == number)
            if order.finished_at is None or _unfinished(connection, undoing):
                raise InvalidRequest(f"Pemindahan {number} belum selesai; tunggu sampai selesai, lalu batalkan.")
            back = select(Moved.instance_id).where(Moved.move.in_(undoing), Moved.outcome == "moved")
            query = select(Moved).where(Moved.move == number, Moved.outcome == "moved", Moved.instance_id.not_in(back))
            rows = connection.execute(query.order_by(Moved.instance_id)).all()
            if not rows:
                raise InvalidRequest(f"Tidak ada perkara dari pemindahan {number} yang masih dapat dikembalikan.")
            values = {"key": order.key, "to_version": None, "policy": "keep", "reason": told, "undoes": number}
            values |= {"renamed": None, "passed": "[]", "as_of": self.now()}
            cases = [
                _waiting(row.instance_id, row.to_version, row.from_version) | {"undoes_event": row.event}
                for row in rows
            ]
            return self._ordered(connection, values, cases, by)

    def mass_move(self, number: int, *, by: Actor) -> MassMove:
        """Return one order with how far it is. Raises ``NotFound``, ``NotAllowed``."""
        allow_moving(by)
        with self.database.read() as connection:
            return _told(connection, [_row(connection, number)])[0]

    def mass_moves(self, key: str | None = None, *, by: Actor) -> tuple[MassMove, ...]:
        """Return the orders about one SOP, or all, the newest first. Raises ``NotAllowed``."""
        allow_moving(by)
        query = select(Order).order_by(Order.number.desc())
        if key is not None:
            query = query.where(Order.key == (key if is_storable(key) else ""))
        with self.database.read() as connection:
            return tuple(_told(connection, connection.execute(query).all()))

    def moved_cases(
        self, number: int, *, by: Actor, outcome: MoveOutcome | None = None, after: int = 0, limit: int = 100
    ) -> tuple[MovedCase, ...]:
        """Return what became of the next cases of an order, the oldest first. Raises ``NotFound``, ``NotAllowed``."""
        allow_moving(by)
        query = select(Moved, Case).join(Case, Case.id == Moved.instance_id)
        query = query.where(Moved.move == number, Moved.instance_id > after).order_by(Moved.instance_id)
        if outcome is not None:
            query = query.where(Moved.outcome == outcome)
        with self.database.read() as connection:
            _row(connection, number)
            rows = connection.execute(query.limit(max(1, min(limit, LARGEST_PAGE)))).all()
            return tuple(self._moved_case(connection, row, by) for row in rows)

    def _moved_case(self, connection: Connection, row: Any, by: Actor) -> MovedCase:
        case = OpenCase(row.id, row.number, state_of(row), ())
        return MovedCase(
            position=row.instance_id,
            case=row.number if self.may_name(connection, case, by) else None,
            from_version=row.from_version,
            to_version=row.to_version,
            outcome=row.outcome,
            told=row.told,
            at=row.at,
        )

    def _refuse_invisible(self, connection: Connection, rows: Iterable[Any], by: Actor) -> None:
        for row in rows:
            if not self.may_name(connection, OpenCase(row.id, row.number, state_of(row), ()), by):
                raise NotFound(CASE, row.number)

    def _ordered(
        self, connection: Connection, values: Mapping[str, Any], cases: list[dict[str, Any]], by: Actor
    ) -> MassMove:
        row = {**values, "actor": by.name, "begun_at": self.now(), "total": len(cases), "finished_at": None}
        number = connection.execute(insert(Order).returning(Order.number), row).scalar_one()
        connection.execute(insert(Moved), [case | {"move": number} for case in cases])
        return _told(connection, [_row(connection, number)])[0]


def _waiting(case_id: int, from_version: int, to_version: int) -> dict[str, Any]:
    empty = dict.fromkeys(("told", "at", "event", "undoes_event"))
    return {
        "instance_id": case_id,
        "from_version": from_version,
        "to_version": to_version,
        "outcome": "waiting",
    } | empty


def _row(connection: Connection, number: int, *, lock: bool = False) -> Any:
    query = select(Order).where(Order.number == number)
    row = connection.execute(query.with_for_update() if lock else query).first() if 0 < number < 2**63 else None
    if row is None:
        raise NotFound(ORDER, str(number))
    return row


def _unfinished(connection: Connection, numbers: Select[Any]) -> bool:
    query = select(Order.number).where(Order.number.in_(numbers), Order.finished_at.is_(None))
    return connection.execute(query).first() is not None


def _told(connection: Connection, rows: Iterable[Any]) -> list[MassMove]:
    rows = list(rows)
    numbers = [row.number for row in rows]
    counts: dict[int, dict[MoveOutcome, int]] = {number: {} for number in numbers}
    query = select(Moved.move, Moved.outcome, func.count().label("cases")).where(Moved.move.in_(numbers))
    for row in connection.execute(query.group_by(Moved.move, Moved.outcome)):
        counts[row.move][row.outcome] = row.cases
    undone = select(Order.undoes, func.max(Order.number)).where(Order.undoes.in_(numbers)).group_by(Order.undoes)
    undone_by = {row[0]: row[1] for row in connection.execute(undone)}
    return [
        MassMove(
            number=row.number,
            key=row.key,
            to_version=row.to_version,
            policy=row.policy,
            reason=row.reason,
            renamed=None if row.renamed is None else json.loads(row.renamed),
            passed=tuple(json.loads(row.passed)),
            by=row.actor,
            begun_at=row.begun_at,
            finished_at=row.finished_at,
            total=row.total,
            counts=counts[row.number],
            undoes=row.undoes,
            undone_by=undone_by.get(row.number),
        )
        for row in rows
    ]


def _refuse_unusable(passed: Collection[str]) -> None:
    if len(passed) > MOST_PASSED or not all(len(each) <= LONGEST_KEY and is_storable(each) for each in passed):
        raise InvalidRequest(f"Langkah yang dilewati paling banyak {MOST_PASSED}, masing-masing kunci atau id elemen.")
