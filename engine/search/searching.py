"""The auditor's search: cases by any mixture of criteria, page by page, from one statement on indexes.

Cases are ordered by their id, the order in which they began, and where a period is asked for by the instant at
which they did. Criteria about steps are looked up among the closed steps and among the open ones, each by an
index of its own; of both only as many cases are read as a page shows. Where these indexes would give more than
the cases themselves, it goes from case to case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, or_, select, union

from ..case_rows import AUDIENCE_SEPARATOR, item_of, state_of
from ..catalog import DEFINITION
from ..diagram import Diagram, ExecutableProcess
from ..errors import InvalidRequest, NotAllowed, NotFound
from ..model import Actor
from ..office import Office
from ..projection import ItemState
from ..tables import ProcessDefinitionRow as Definition
from ..tables import ProcessInstanceRow as Case
from ..tables import WorkItemRow as Item
from ..views import instance_of, work_item_of
from ..worklist import audiences_in_use, numbered
from .criteria import CaseSearch, FoundCase, SearchPage, SearchStep
from .hopping import hop

LARGEST_PAGE = 200
MANY = 2000
"""Steps that somebody closed, or that wait, from which on they are not read one and all."""
NOBODY = ""
"""An audience that no step has: a lane has a name."""
OPEN_STATES = ("running", "incident")
UNKNOWN_CURSOR = "Penanda halaman tidak dikenal; buka kembali pencarian dari awal."
DEEPEST = 50
"""Parts of a step's path at most: calls do not go deeper."""


class Searching(Office):
    """The use cases of an auditor who looks for cases. Only duty ``auditor`` has them."""

    def search(self, criteria: CaseSearch, *, by: Actor, cursor: str | None = None, limit: int = 25) -> SearchPage:
        """Return one page of the cases that meet all criteria, the newest first.

        Raises ``NotAllowed``, ``InvalidRequest`` for a cursor that is none, ``NotFound`` for a step or an SOP
        that never was.
        """
        allow_audit(by)
        limit = max(1, min(limit, LARGEST_PAGE))
        with self.database.read() as connection:
            query = self._search_query(connection, criteria, cursor, limit + 1)
            rows = connection.execute(query).all()
            found = tuple(self._found_cases(connection, rows[:limit]))
        return SearchPage(found, str(rows[limit - 1].id) if len(rows) > limit else None)

    def lanes_ever(self, *, by: Actor) -> tuple[str, ...]:
        """Return every lane in which a step waits or waited, by name. Raises ``NotAllowed``."""
        allow_audit(by)
        with self.database.read() as connection:
            closed = {lane for lane in connection.execute(_LANES_OF_CLOSED).scalars() if lane is not None}
            return tuple(sorted(closed | {_lane(text) for text in audiences_in_use(connection)}))

    def searchable_steps(self, key: str, version: int, *, by: Actor) -> tuple[SearchStep, ...]:
        """Return the steps of one version, those of what it calls too. Raises ``NotAllowed``, ``NotFound``."""
        allow_audit(by)
        with self.database.read() as connection:
            return tuple(_steps(self.catalog.process(connection, key, version)))

    def _search_query(
        self, connection: Connection, criteria: CaseSearch, cursor: str | None, limit: int
    ) -> Select[Any]:
        cases = self._about_case(criteria)
        dated = bool(criteria.begun_from or criteria.begun_to)
        if cursor is not None:
            cases += _behind(connection, cursor, dated)
        # Each order is that of an index: that of the instants if only some of them are asked for.
        order = (Case.started_at.desc(), Case.id.desc()) if dated else (Case.id.desc(),)
        query = select(Case).order_by(*order).limit(limit)
        if not (criteria.lane or criteria.person or criteria.step or criteria.overrun):
            return query.where(*cases)
        steps = self._about_step(connection, criteria)
        ended, open_now = _closed(criteria), _open(connection, criteria, self.now())
        if criteria.person and not _are_many(connection, [Item.closed_by == criteria.person]):
            # By their own steps, which are few, and in no order that another index offers.
            both = union(_ids([*cases, *steps, *ended]), _ids([*cases, *steps, *open_now]))
            return query.where(Case.id.in_(both))
        if criteria.person or dated or _few_cases(criteria):
            return query.where(*cases, _has_step(*steps, or_(and_(*ended), and_(*open_now))))
        parts = [_newest([*cases, *steps, *ended], cursor, limit)]
        if _are_many(connection, open_now):
            states = [state for state in OPEN_STATES if criteria.state in (None, state)]
            parts += [_newest_open([*cases, _has_step(*steps, *open_now)], state, limit) for state in states]
        else:
            parts.append(_newest([*cases, *steps, *open_now], cursor, limit))
        return query.where(Case.id.in_(union(*(select(part.subquery()) for part in parts))))

    def _about_case(self, criteria: CaseSearch) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if criteria.number.strip():
            found.append(numbered(criteria.number))
        if criteria.state:
            found.append(Case.state == criteria.state)
        if criteria.key:
            found.append(Case.key == criteria.key)
        if criteria.version:
            found.append(Case.version == criteria.version)
        if criteria.begun_from:
            found.append(Case.started_at >= self._midnight(criteria.begun_from))
        if criteria.begun_to:
            found.append(Case.started_at < self._midnight(criteria.begun_to + timedelta(days=1)))
        return found

    def _about_step(self, connection: Connection, criteria: CaseSearch) -> list[ColumnElement[bool]]:
        lanes = {criteria.lane} if criteria.lane else set[str | None]()
        found: list[ColumnElement[bool]] = []
        if criteria.key and criteria.step:
            # The index is one of lanes: a step is looked for in those that some version puts it in.
            drawn = self._lanes_drawn(connection, criteria.key, criteria.step)
            lanes = lanes & drawn if lanes else drawn
            found.append(_at_path(criteria.step))
        if lanes or criteria.step:
            found.append(Item.lane.in_(sorted(lane for lane in lanes if lane)))
        return found

    def _lanes_drawn(self, connection: Connection, key: str, path: str) -> set[str | None]:
        processes = (self.catalog.process(connection, key, version) for version in _versions(connection, key))
        lanes = {step.lane for process in processes for step in _steps(process) if step.path == path}
        if not lanes:
            raise NotFound("Langkah", f"{key}/{path}")
        return set(lanes)

    def _found_cases(self, connection: Connection, rows: Sequence[Any]) -> Iterator[FoundCase]:
        items = _items(connection, [row.id for row in rows])
        now = self.now()
        for row in rows:
            open_steps, late_steps = [], []
            for item in items.get(row.id, ()):
                shown = work_item_of(row.number, item, self.catalog.process(connection, row.key, item.version))
                if item.state == "open":
                    open_steps.append(shown)
                if is_late(item, now):
                    late_steps.append(shown)
            process = self.catalog.process(connection, row.key, row.version)
            case = instance_of(row.number, state_of(row), process)
            yield FoundCase(case, tuple(open_steps), tuple(late_steps))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self.calendar().zone)


def allow_audit(by: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor is an auditor."""
    if not by.active or "auditor" not in by.duties:
        raise NotAllowed("Hanya auditor yang boleh mencari di semua perkara dan membuka buku timer.")


def is_late(item: ItemState, now: datetime) -> bool:
    """Return whether a step is or was late: behind its deadline, or ended by it."""
    if item.due_at is None:
        return False
    if item.closed_at is None:
        return item.due_at < now
    return item.closed_at > item.due_at or (item.closed_at == item.due_at and item.state == "withdrawn")


def _closed(criteria: CaseSearch) -> list[ColumnElement[bool]]:
    """Return what a closed step must meet, in the words of the partial indexes of closed steps."""
    found: list[ColumnElement[bool]] = [Item.audience.is_(None)]
    if criteria.person:
        found.append(Item.closed_by == criteria.person)
    if criteria.overrun:
        ended_by_it = and_(Item.closed_at == Item.due_at, Item.state == literal_column("'withdrawn'"))
        found.append(or_(Item.closed_at > Item.due_at, ended_by_it))
    return found


def _open(connection: Connection, criteria: CaseSearch, now: datetime) -> list[ColumnElement[bool]]:
    """Return what an open step must meet, in the words of the partial indexes of open steps."""
    if criteria.person:
        found = [Item.audience.is_not(None), Item.assignee == criteria.person]
    else:
        # Named one by one, so that each is a stretch of the work list's index.
        audiences = [text for text in audiences_in_use(connection) if criteria.lane in (None, "", _lane(text))]
        found = [Item.audience.in_(audiences or [NOBODY])]
    if criteria.overrun:
        found.append(Item.due_order < now)
    return found


def _few_cases(criteria: CaseSearch) -> bool:
    """Return whether what is asked of the case itself leaves few, so that the steps of each are looked at."""
    return bool(criteria.number.strip()) or criteria.state in ("cancelled", "incident")


def _are_many(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> bool:
    """Return whether so many steps meet them that going from case to case, from the newest on, finds some sooner."""
    some = select(Item.instance_id).where(*conditions).limit(MANY)
    return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one() >= MANY


def _has_step(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a case has a step that meets ``conditions``."""
    return select(Item.key).where(Item.instance_id == Case.id, *conditions).exists()


def _ids(conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    """Return the query for the cases with a step that meets ``conditions``."""
    return select(Item.instance_id).join(Case, Case.id == Item.instance_id).where(*conditions).distinct()


def _newest(conditions: Iterable[ColumnElement[bool]], cursor: str | None, limit: int) -> Select[Any]:
    """Return the same for the newest of them alone: read in the order of an index, and no further."""
    query = _ids(conditions)
    if cursor is not None:
        query = query.where(Item.instance_id < _position(cursor))
    return query.order_by(Item.instance_id.desc()).limit(limit)


def _newest_open(conditions: Iterable[ColumnElement[bool]], state: str, limit: int) -> Select[Any]:
    """Return the query for the newest cases in an open state that meet ``conditions``, from case to case."""
    return select(Case.id).where(Case.state == state, *conditions).order_by(Case.id.desc()).limit(limit)


def _behind(connection: Connection, cursor: str, dated: bool) -> list[ColumnElement[bool]]:
    """Return what the cases behind a page's last one meet."""
    last = _position(cursor)
    if not dated:
        return [Case.id < last]
    begun = connection.execute(select(Case.started_at).where(Case.id == last)).scalar()
    if begun is None:
        raise InvalidRequest(UNKNOWN_CURSOR)
    return [Case.started_at <= begun, or_(Case.started_at < begun, Case.id < last)]


def _at_path(path: str) -> ColumnElement[bool]:
    """Return the condition that a step's key is ``path`` with a count behind each of its parts."""
    parts = [part.replace("!", "!!").replace("%", "!%").replace("_", "!_") for part in path.split("/")]
    like = Item.key.like("/".join(f"{part}:%" for part in parts), escape="!")
    return and_(like, Item.key.not_like("%/" * len(parts) + "%"))


def _items(connection: Connection, ids: Sequence[int]) -> dict[int, list[ItemState]]:
    query = select(Item).where(Item.instance_id.in_(ids)).order_by(Item.instance_id, Item.opened_seq)
    found: dict[int, list[ItemState]] = {}
    for row in connection.execute(query) if ids else ():
        found.setdefault(row.instance_id, []).append(item_of(row))
    return found


def _versions(connection: Connection, key: str) -> tuple[int, ...]:
    query = select(Definition.version).where(Definition.key == key).order_by(Definition.version.desc())
    found = tuple(connection.execute(query).scalars())
    if not found:
        raise NotFound(DEFINITION, key)
    return found


def _steps(process: ExecutableProcess, before: tuple[str, ...] = ()) -> Iterator[SearchStep]:
    diagram = process.diagram
    if len(before) > DEEPEST:
        return
    for task in diagram.tasks.values():
        path = "/".join((*before, *_within(diagram, task.id)))
        yield SearchStep(path, task.name, task.lane, diagram.step_of(task.id)[0])
    for element, called in diagram.calls.items():
        yield from _steps(process.calls[called], (*before, *_within(diagram, element)))


def _within(diagram: Diagram, element: str) -> tuple[str, ...]:
    """Return the ids of the sub-processes around an element, the outermost first, and its own."""
    parent = diagram.elements[element].parent
    return (*(_within(diagram, parent) if parent else ()), element)


def _lane(audience: str) -> str:
    return audience.partition(AUDIENCE_SEPARATOR)[0]


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidRequest(UNKNOWN_CURSOR)
    return int(cursor)


_LANES_OF_CLOSED = hop(Item.lane, Item.audience.is_(None))
