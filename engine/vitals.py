"""How the office's database is: whether this program fits it, and the few figures that an operator watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from .office import Office
from .schema import check
from .tables import TIMER_RUNS, ProcessInstanceRow, TimerJobRow


@dataclass(frozen=True)
class VitalSigns:
    """What the database says at one moment. ``oldest_due_at``: when the longest overdue timer was due."""

    running: int
    incidents: int
    due_timers: int
    oldest_due_at: datetime | None
    bytes: int


class Vitals(Office):
    """The questions of an operator."""

    def check_database(self) -> None:
        """Raise ``DatabaseUnusable`` unless the database answers, has this program's shape, and all its guards."""
        check(self.database)

    def vital_signs(self) -> VitalSigns:
        """Return the figures. Each is answered from an index. Raises ``DatabaseUnusable``."""
        with self.database.read() as connection:
            due = select(func.count(), func.min(TimerJobRow.due_at)).where(
                text(TIMER_RUNS), TimerJobRow.due_at <= self.now()
            )
            overdue, oldest = connection.execute(due).one()
            return VitalSigns(
                running=_cases(connection, "running"),
                incidents=_cases(connection, "incident"),
                due_timers=overdue,
                oldest_due_at=oldest,
                bytes=connection.execute(text(_SIZE[connection.dialect.name])).scalar_one(),
            )


_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


def _cases(connection: Connection, state: str) -> int:
    query = select(func.count()).select_from(ProcessInstanceRow).where(ProcessInstanceRow.state == state)
    return connection.execute(query).scalar_one()
