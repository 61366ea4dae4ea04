"""A case as one actor may see it: looked up once, refused as "not found" if it is not theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from . import casefile, people
from .case_rows import state_of
from .diagram import ExecutableProcess
from .errors import NotFound
from .model import Actor
from .office import CASE, Office
from .prepared import Prepared
from .projection import CaseState, ItemState
from .rights import Access, Place, access, groups_of, may_do, represented_in
from .tables import ProcessInstanceRow


@dataclass(frozen=True)
class Seen:
    """A case, everything about it that rights are decided by, and how much of it the actor may see."""

    id: int
    number: str
    state: CaseState
    process: ExecutableProcess
    items: tuple[ItemState, ...]
    unstaffed: frozenset[tuple[str, str | None]]
    represented: Mapping[str, tuple[str, ...]]
    access: Access

    def place(self, item: ItemState) -> Place:
        """Return where a step waits."""
        return Place(item.lane, item.group, (item.lane, item.group) in self.unstaffed)

    def may_do(self, item: ItemState, by: Actor) -> bool:
        """Return whether the actor may claim and complete a step of the case."""
        return may_do(by, self.place(item), self.represented)

    def latest(self, key: str) -> ItemState | None:
        """Return the step that had this key last."""
        return next((item for item in reversed(self.items) if item.key == key), None)


class Viewing(Office):
    """How every question about one case begins."""

    def seen(self, connection: Connection, case: str, by: Actor) -> Seen:
        """Return the case as the actor may see it. Raises ``NotFound`` if that is not at all."""
        row = _CASE.first(connection, {"number": case})
        if row is None:
            raise NotFound(CASE, case)
        found = self.look(connection, row.id, row.number, state_of(row), by)
        if found.access == "none":
            raise NotFound(CASE, case)
        return found

    def place(self, connection: Connection, item: ItemState) -> Place:
        """Return where a step waits, and whether the group that it is narrowed to has nobody."""
        return Place(item.lane, item.group, _is_unstaffed(connection, item.lane, item.group))

    def look(self, connection: Connection, case_id: int, number: str, state: CaseState, by: Actor) -> Seen:
        """Return the case with how much of it the actor may see, which may be nothing.

        What ``state`` has in memory counts before what is stored: a command may have moved the case already.
        """
        stored = {item.opened_seq: item for item in casefile.items(connection, case_id)}
        items = tuple((stored | state.items).values())
        process = self.catalog.process(connection, state.definition, state.version)
        represented = represented_in(process.diagram)
        narrowed = {(item.lane, item.group) for item in items if item.group is not None}
        unstaffed = frozenset(each for each in narrowed if _is_unstaffed(connection, *each))
        places = [Place(item.lane, item.group, (item.lane, item.group) in unstaffed) for item in items]
        level = access(by, places, represented, confidential=state.confidential, incident=state.state == "incident")
        return Seen(case_id, number, state, process, items, unstaffed, represented, level)


def _is_unstaffed(connection: Connection, lane: str, group: str | None) -> bool:
    return group is not None and people.staffed_groups(connection, lane).isdisjoint(groups_of(group))


_CASE = Prepared(select(ProcessInstanceRow).where(ProcessInstanceRow.number == bindparam("number")))
