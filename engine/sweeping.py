"""Firing what is due, case by case: the earliest first, each in one transaction, under its lock."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import func, select, text

from . import casefile, crash
from .errors import CannotProceed, CaseBecameIncident, DatabaseUnusable
from .office import Flow, Office
from .tables import TIMER_RUNS, TimerJobRow

log = logging.getLogger(__name__)


class Sweeping(Office):
    """The use cases of the timer worker."""

    def fire_next(self, skip: set[int]) -> int | None:
        """Fire everything that is due in the case with the earliest due timer; return how many timers fired.

        None says that nothing is due. A case that cannot be carried on becomes an incident (0 fired); one
        on which our own code fails is put into ``skip`` and logged: a bad case never stops the sweep.
        Raises ``DatabaseUnusable``.
        """
        flow: Flow | None = None
        try:
            with self.database.write() as connection:
                file = casefile.load_first_due(connection, self.now(), sorted(skip))
                if file is None:
                    return None
                crash.point("locked")
                flow = Flow(self, file)
                fired = flow.fire_due(self.now())
                crash.point("fired")
                flow.save()
            crash.point("committed")
            self.reported(flow)
            return fired
        except CannotProceed as error:
            assert flow is not None  # only a flow raises it
            return self._incident(flow, error)
        except DatabaseUnusable:
            raise
        except Exception:
            if flow is None:
                raise
            log.exception("case %s: its timers could not be fired; going on with the others", flow.file.number)
            skip.add(flow.file.id)
            return 0

    def next_due_at(self, skip: set[int] | None = None) -> datetime | None:
        """Return when the next timer is due, if any is armed; those of the cases in ``skip`` do not count."""
        query = _NEXT_DUE.where(TimerJobRow.instance_id.not_in(sorted(skip))) if skip else _NEXT_DUE
        with self.database.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
            return found

    def _incident(self, flow: Flow, error: CannotProceed) -> int:
        try:
            self.raise_incident(flow.file.number, error, flow.refused)
        except CaseBecameIncident as incident:
            log.warning("%s", incident)
        return 0


_NEXT_DUE = select(func.min(TimerJobRow.due_at)).where(text(TIMER_RUNS))
