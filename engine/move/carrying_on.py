"""Carrying out orders to move many cases: case by case, each in one transaction with what became of it.

Whoever calls it goes on where the last one stopped, however that ended: a case is moved and its outcome written at
once, or neither. One bad case never stops the others.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select, text, update

from .. import history as h
from ..bases import follow
from ..errors import CaseBecameIncident, DatabaseUnusable, DoesNotFit, EngineError
from ..office import Flow
from ..replay import recorded
from ..tables import ProcessInstanceRow as Case
from .foreseeing import Order as Asked
from .foreseeing import Previous
from .moving import Agreed, Tested
from .orders import MoveOrders
from .planning import ENDED
from .reading import OPEN
from .tables import WAITING
from .tables import MassMoveRow as Order
from .tables import MovedCaseRow as Moved
from .values import MoveOutcome

AT_ONCE = 0.3
"""Seconds of moving between two sweeps: no timer waits longer for it."""
BATCH = 20
FAILED = "Pemindahan perkara ini gagal karena kesalahan program; catatan kesalahannya ada pada log server."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Outcome:
    """What became of one case; ``event`` is the move in its history."""

    outcome: MoveOutcome
    told: str | None = None
    event: int | None = None


class MassMoves(MoveOrders):
    """The use case of whoever carries out what was ordered."""

    def carry_on_moves(self, seconds: float = AT_ONCE) -> bool:
        """Move cases that are ordered to move, for about so long; return whether some are left.

        Any worker and any page may call it, several at once too. Raises ``DatabaseUnusable``.
        """
        until = monotonic() + seconds
        while True:
            with self.database.read() as connection:
                order = connection.execute(_NEXT_ORDER).first()
                if order is None:
                    return False
                cases = connection.execute(_next_cases(order.number)).all()
            if not cases:
                self._close_order(order.number)
                continue
            for case in cases:
                self._settle(order, case.instance_id, case.number)
                if monotonic() >= until:
                    return True

    def _settle(self, order: Any, case_id: int, number: str) -> None:
        """Move one case, and write what became of it."""
        try:
            try:
                self._move_one(order, case_id, number)
            except CaseBecameIncident:
                self._move_one(order, case_id, number)  # what was due could not be carried out; a move may mend that
        except DatabaseUnusable:
            raise
        except Exception:
            log.exception("case %s: it could not be moved by order %s; going on with the others", number, order.number)
            with self.database.write() as connection:
                _write(connection, order.number, case_id, _Outcome("failed", FAILED), self.now())

    def _move_one(self, order: Any, case_id: int, number: str) -> None:
        with self.advance(number) as flow:
            connection = flow.file.connection
            row = connection.execute(_row_of(order.number, case_id)).one()
            if row.outcome != "waiting":
                return  # somebody else was here first
            outcome = self._moved(flow, order, row)
            _write(connection, order.number, case_id, outcome, self.now())

    def _moved(self, flow: Flow, order: Any, row: Any) -> _Outcome:
        state = flow.file.state
        if state.state not in OPEN:
            return _Outcome("ended", ENDED[state.state])
        if state.version != row.from_version:
            return _Outcome(
                "changed", f"Perkara sudah dipindahkan ke versi {state.version} setelah perintah ini dibuat."
            )
        tested: Tested | None = None
        try:
            tested, previous = self._tested_for(flow, order, row)
            foreseen = self.foreseen(tested, Asked(order.policy, order.reason, order.number), previous)
        except DoesNotFit as error:
            changed = tested is None or _went_on(tested, order.as_of)
            return _Outcome("changed" if changed else "does_not_fit", str(error))
        except EngineError as error:
            return _Outcome("failed", str(error))
        event = flow.file.seq + 1
        self.carry_out(tested, foreseen, order.actor)
        return _Outcome("moved", None, event)

    def _tested_for(self, flow: Flow, order: Any, row: Any) -> tuple[Tested, Previous | None]:
        """Return the case tried out as the order says; of one that is taken back, with what was there before."""
        process = self.catalog.process(flow.file.connection, flow.file.state.definition, row.to_version)
        if row.undoes_event is None:
            renamed = None if order.renamed is None else json.loads(order.renamed)
            return self.tested(flow, process, Agreed(renamed, frozenset(json.loads(order.passed)))), None
        flow.file.write_events()
        events = self.events(flow.file.connection, flow.file.id)
        moves = [event for event in events if event.type == h.InstanceMigrated.__name__]
        if not moves or moves[-1].seq != row.undoes_event:
            raise DoesNotFit("Perkara sudah dipindahkan lagi setelah pemindahan yang dibatalkan ini.")
        move = recorded(moves[-1]).event
        assert isinstance(move, h.InstanceMigrated)  # that is its type
        back = {new: old for old, new in move.renamed.items()}
        before = follow(recorded(event) for event in events if event.seq < row.undoes_event)
        tested = self.tested(flow, process, Agreed(back, frozenset(move.dropped)), undoing=True)
        return tested, Previous.of(before.state, before.found, self.due)

    def _close_order(self, number: int) -> None:
        with self.database.write() as connection:
            query = update(Order).where(Order.number == number, Order.finished_at.is_(None))
            connection.execute(query.values(finished_at=self.now()))


def _went_on(tested: Tested, as_of: datetime) -> bool:
    """Return whether something was done to the case after the preview."""
    return any(event.recorded_at > as_of and h.EVENTS[event.type].kind == "input" for event in reversed(tested.events))


def _write(connection: Connection, number: int, case_id: int, outcome: _Outcome, at: datetime) -> None:
    query = update(Moved).where(Moved.move == number, Moved.instance_id == case_id, text(WAITING))
    connection.execute(query.values(outcome=outcome.outcome, told=outcome.told, event=outcome.event, at=at))


def _next_cases(number: int) -> Any:
    query = select(Moved.instance_id, Case.number).join(Case, Case.id == Moved.instance_id)
    return query.where(Moved.move == number, text(WAITING)).order_by(Moved.instance_id).limit(BATCH)


def _row_of(number: int, case_id: int) -> Any:
    return select(Moved).where(Moved.move == number, Moved.instance_id == case_id)


_NEXT_ORDER = select(Order).where(Order.finished_at.is_(None)).order_by(Order.number).limit(1)
