"""Reading and recording decisions on versions, within a transaction of the caller.

Whether somebody may decide is asked elsewhere. Replay never looks here: a case names its version itself.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ..errors import InvalidRequest, NotFound
from ..tables import ProcessDefinitionRow as Definition
from .tables import VersionDecisionRow as Row
from .values import Verdict, VersionDecision, in_force, standing_of


def of_key(connection: Connection, key: str) -> tuple[VersionDecision, ...]:
    """Return the decisions on one SOP, in the order in which they were taken."""
    return tuple(_decision(row) for row in connection.execute(_ALL.where(Row.key == key)))


def by_key(connection: Connection) -> dict[str, tuple[VersionDecision, ...]]:
    """Return every decision, by SOP, in order."""
    found: defaultdict[str, list[VersionDecision]] = defaultdict(list)
    for row in connection.execute(_ALL):
        found[row.key].append(_decision(row))
    return {key: tuple(decisions) for key, decisions in found.items()}


def version_in_force(connection: Connection, key: str, at: datetime) -> int:
    """Return the number of the version that is in force at ``at``, 0 if none is."""
    holds = in_force(of_key(connection, key), at)
    return holds.version if holds else 0


def versions_in_force(connection: Connection, at: datetime) -> dict[str, int]:
    """Return the number of the version that is in force at ``at``, by SOP; an SOP without one is left out."""
    held = {key: in_force(decisions, at) for key, decisions in by_key(connection).items()}
    return {key: holds.version for key, holds in sorted(held.items()) if holds}


def highest_version(connection: Connection, key: str) -> int:
    """Return the highest number that a version of this SOP has, whatever was decided on it; 0 if there is none."""
    return connection.execute(select(func.max(Definition.version)).where(Definition.key == key)).scalar_one() or 0


def newest_not_rejected(connection: Connection, key: str) -> int:
    """Return the newest version that nobody rejected: what an upload is compared with; 0 if there is none."""
    versions = select(Definition.version).where(Definition.key == key, Definition.id.not_in(rejected_ids()))
    return max(connection.execute(versions).scalars(), default=0)


def rejected_ids() -> Any:
    """Return a query of the rows of ``process_definition`` that were rejected."""
    # A version that was ever activated cannot be rejected any more, nor the other way round.
    joined = (Row.key == Definition.key) & (Row.version == Definition.version)
    return select(Definition.id).join(Row, joined).where(Row.verdict == "rejected")


def refuse_never_in_force(connection: Connection, key: str, version: int, at: datetime) -> None:
    """Raise ``InvalidRequest`` if no case may run on this version: it was never in force up to ``at``.

    Raises ``NotFound`` for a version that was never deployed.
    """
    decisions = of_key(connection, key)
    if all(each.version != version for each in decisions):
        raise NotFound("SOP", f"{key} versi {version}")
    state = standing_of(version, decisions, at).state
    if state not in ("in_force", "replaced"):
        raise InvalidRequest(
            f"{key} versi {version} {_NOT_YET[state]}; perkara hanya dapat berjalan pada versi yang berlaku "
            "atau pernah berlaku."
        )


def record(
    connection: Connection,
    key: str,
    version: int,
    verdict: Verdict,
    *,
    by: str,
    at: datetime,
    effective_from: datetime | None = None,
    note: str = "",
) -> VersionDecision:
    """Append a decision; the caller holds the lock of deployments. An activation without an instant holds at once.

    Decisions never go back in time, even where the clocks of two machines differ: what was decided later holds.
    """
    last = connection.execute(select(func.max(Row.number), func.max(Row.decided_at))).one()
    decided_at = at if last[1] is None else max(at, last[1])
    if verdict == "activated":
        effective_from = decided_at if effective_from is None else max(effective_from, decided_at)
    made = VersionDecision((last[0] or 0) + 1, key, version, verdict, effective_from, decided_at, by, note)
    connection.execute(insert(Row), vars(made))
    return made


_NOT_YET = {
    "submitted": "masih diajukan",
    "scheduled": "belum berlaku",
    "rejected": "ditolak",
}
_ALL = select(Row).order_by(Row.number)


def _decision(row: Any) -> VersionDecision:
    return VersionDecision(
        row.number, row.key, row.version, row.verdict, row.effective_from, row.decided_at, row.decided_by, row.note
    )
