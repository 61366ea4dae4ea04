"""The preview of a move of many cases, row by row: step, old due date, new due date, late or not; or why not.

Reads only. What a row promises is reckoned exactly as the move reckons it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from ..diagram import ExecutableProcess
from ..errors import DoesNotFit, NotFound
from ..model import Actor, MovePolicy
from ..office import CASE
from .effects import becomes_late, is_late, own_words
from .moving import Agreed, allow_moving, known_policy
from .reading import OpenCase, cases_chosen, count_chosen, open_by_version
from .renaming import checked_renames, propose_renames
from .surveying import Surveyed, Surveying
from .values import MovePreview, MoveRow, MoveSelection

LARGEST_PAGE = 500
ENDED = {"completed": "Perkara sudah selesai.", "cancelled": "Perkara sudah dibatalkan."}


class MovePlans(Surveying):
    """The questions before many cases are moved."""

    def plan_moves(
        self,
        key: str,
        to: int,
        selection: MoveSelection,
        *,
        policy: MovePolicy = "keep",
        renamed: Mapping[str, str] | None = None,
        passed: Collection[str] | None = None,
        by: Actor,
        after: int = 0,
        limit: int = 50,
    ) -> MovePreview:
        """Return one part of what moving the chosen cases would do. ``passed``: keys or elements; None: any.

        Raises ``NotFound``, also for a number that is no case of this SOP, ``NotAllowed``, ``InvalidRequest``.
        """
        allow_moving(by)
        known_policy(policy)
        limit, as_of = max(1, min(limit, LARGEST_PAGE)), self.now()
        with self.database.read() as connection:
            process = self.catalog.process(connection, key, to)
            total = count_chosen(connection, key, to, selection)
            cases = cases_chosen(connection, key, to, selection, after, limit)
            if selection.numbers is not None:
                self._refuse_hidden(connection, cases, by)
            surveyed = {
                each.case.id: each for each in self.surveyed(connection, cases, process, Agreed(renamed, passed))
            }
            rows = tuple(self._row(connection, surveyed[case.id], policy, as_of, by) for case in cases)
            names = self._names_by_version(connection, key, process, renamed)
        return MovePreview(
            key=key,
            to_version=to,
            policy=policy,
            rows=rows,
            after=cases[-1].id if len(cases) == limit else None,
            total=total,
            as_of=as_of,
            renamed=names,
            passed=tuple(dict.fromkeys(step for row in rows for step in row.passed)),
        )

    def _refuse_hidden(self, connection: Connection, cases: Iterable[OpenCase], by: Actor) -> None:
        """Raise ``NotFound`` for a case that was named by somebody who may not know of it."""
        for hidden in (case for case in cases if not self.may_name(connection, case, by)):
            raise NotFound(CASE, hidden.number)

    def _row(self, connection: Connection, each: Surveyed, policy: MovePolicy, now: datetime, by: Actor) -> MoveRow:
        case = each.case
        number = case.number if self.may_name(connection, case, by) else None
        why_not = each.broken or ENDED.get(case.state.state, "")
        row = MoveRow(case.id, number, case.state.version, False, why_not, ())
        if why_not:
            return row
        try:
            seen = self.foreseen_of(connection, each, policy)
        except DoesNotFit as error:
            return MoveRow(case.id, number, case.state.version, False, own_words(each, error), ())
        carried = seen.tried.carried
        return MoveRow(
            position=case.id,
            case=number,
            from_version=case.state.version,
            fits=True,
            why_not=None,
            changes=seen.changes,
            dropped=carried.dropped,
            passed=carried.passed,
            late=is_late(seen, now),
            newly_late=becomes_late(seen, now),
        )

    def _names_by_version(
        self, connection: Connection, key: str, process: ExecutableProcess, renamed: Mapping[str, str] | None
    ) -> dict[int, Mapping[str, str]]:
        found: dict[int, Mapping[str, str]] = {}
        for version in open_by_version(connection, key):
            if version != process.version:
                old = self.catalog.process(connection, key, version)
                found[version] = (
                    propose_renames(old, process) if renamed is None else checked_renames(renamed, old, process)
                )
        return found
