"""The work list: what an actor may do now, the most urgent first, at a cost that does not grow with it.

One audience (a lane, or a lane and a group) is one stretch of one index, already in order; a
person has a handful of them. Which audiences exist is found by hopping along the index, not by
reading it.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Tuple,
    and_,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from . import history as h
from . import people
from .case_rows import AUDIENCE_SEPARATOR, item_of
from .errors import InvalidRequest
from .model import Actor, WorkItem, WorkListFilter, WorkListPage
from .office import Office
from .rights import Place, groups_of, may_do, may_steer, represented_in
from .search.hopping import hop
from .standing.decisions import versions_in_force
from .tables import Instant
from .tables import ProcessInstanceRow as Case
from .tables import WorkItemRow as Item
from .views import work_item_of

LARGEST_PAGE = 200
MOST_FOUND = 50

_COLUMNS = (*Item.__table__.columns, Case.number, Case.key.label("process_key"))


class WorkList(Office):
    """The lists that staff work from."""

    def work_list(
        self,
        *,
        by: Actor,
        show: WorkListFilter = "all",
        search: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> WorkListPage:
        """Return one page of what the actor may do now: nearest deadline first, those without one last.

        ``search`` is a case number, its beginning, or its running number alone. Raises ``InvalidRequest``
        for a cursor that is none.
        """
        limit = max(1, min(limit, LARGEST_PAGE))
        with self.database.read() as connection:
            places = self._audiences(connection, by)
            conditions = _shown(show, by, self.now())
            if search.strip():
                conditions.append(Item.instance_id.in_(_found(connection, search)))
            if cursor:
                place = tuple_(Item.due_order, Item.instance_id, Item.opened_seq)
                conditions.append(place > _position(cursor))
            pages = _first_mine if show == "mine" else _first_of_each
            rows = pages(connection, list(places), conditions, limit + 1)
            items = [self._item(connection, row, places[row.audience].group_unstaffed) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return WorkListPage(tuple(items), _cursor(last.due_order, last) if last else None)

    def done_by(self, *, by: Actor, search: str = "", cursor: str | None = None, limit: int = 50) -> WorkListPage:
        """Return one page of what the actor has completed, the latest first."""
        limit = max(1, min(limit, LARGEST_PAGE))
        with self.database.read() as connection:
            query = select(*_COLUMNS).join(Case, Case.id == Item.instance_id).where(Item.closed_by == by.name)
            if search.strip():
                query = query.where(Item.instance_id.in_(_found(connection, search)))
            if cursor:
                place = tuple_(Item.closed_at, Item.instance_id, Item.opened_seq)
                query = query.where(place < _position(cursor))
            order = (Item.closed_at.desc(), Item.instance_id.desc(), Item.opened_seq.desc())
            rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
            items = [self._item(connection, row, False) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return WorkListPage(tuple(items), _cursor(last.closed_at, last) if last else None)

    def unstaffed(self, *, by: Actor) -> tuple[tuple[str, str], ...]:
        """Return each (lane, group) for which open steps wait and to which nobody belongs, for who may steer."""
        if not may_steer(by):
            return ()
        with self.database.read() as connection:
            places = [_place(connection, text) for text in audiences_in_use(connection)]
        return tuple((place.lane, place.group) for place in places if place.group and place.group_unstaffed)

    def _audiences(self, connection: Connection, by: Actor) -> dict[str, Place]:
        """Return the audiences in use that the actor belongs to, by their text in the index."""
        represented: dict[str, set[str]] = {}
        for key, version in versions_in_force(connection, self.now()).items():
            diagram = self.catalog.process(connection, key, version).diagram
            for lane, by_lanes in represented_in(diagram).items():
                represented.setdefault(lane, set()).update(by_lanes)
        found: dict[str, Place] = {}
        for text in audiences_in_use(connection):
            place = _place(connection, text)
            if may_do(by, place, represented):
                found[text] = place
        return found

    def _item(self, connection: Connection, row: Row[Any], unstaffed: bool) -> WorkItem:
        process = self.catalog.process(connection, row.process_key, row.version)
        return work_item_of(row.number, item_of(row), process, unstaffed=unstaffed)


def found_cases(connection: Connection, search: str, limit: int = MOST_FOUND) -> list[int]:
    """Return the ids of cases whose number is, or begins with, ``search``, or whose running number it is."""
    query = select(Case.id).where(numbered(search)).order_by(Case.id.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def numbered(search: str) -> ColumnElement[bool]:
    """Return the condition that a case's number is, or begins with, ``search``, or that its running number is it."""
    text = search.strip().upper()
    # A range instead of LIKE: every database finds it in the index of the numbers, whatever its collation.
    begins = and_(Case.number >= text, Case.number < text + "\U0010ffff")
    matches: ColumnElement[bool] = or_(Case.number == search.strip(), begins)
    if text.isdigit() and len(text) <= 9:
        matches = or_(matches, Case.ordinal == int(text))
    return matches


def audiences_in_use(connection: Connection) -> list[str]:
    """Return every audience for which open steps wait."""
    return [text for text in connection.execute(_AUDIENCES_IN_USE).scalars() if text is not None]


def _place(connection: Connection, audience: str) -> Place:
    lane, _, group = audience.partition(AUDIENCE_SEPARATOR)
    unstaffed = bool(group) and people.staffed_groups(connection, lane).isdisjoint(groups_of(group))
    return Place(lane, group or None, unstaffed)


def _found(connection: Connection, search: str) -> Sequence[int]:
    return found_cases(connection, search) or [-1]


def _shown(show: WorkListFilter, by: Actor, now: datetime) -> list[ColumnElement[bool]]:
    if show == "mine":
        return [Item.assignee == by.name]
    if show == "free":
        return [Item.assignee.is_(None)]
    if show == "overdue":
        return [Item.due_order < now]
    return []


def _first_of_each(
    connection: Connection, audiences: Sequence[str], conditions: Iterable[ColumnElement[bool]], limit: int
) -> list[Row[Any]]:
    """Return the first rows over all audiences: the first of each stretch of the index, merged."""
    if not audiences:
        return []
    order = (Item.due_order, Item.instance_id, Item.opened_seq)
    parts: list[Select[Any]] = [
        select(*_COLUMNS)
        .join(Case, Case.id == Item.instance_id)
        .where(Item.audience == audience, *conditions)
        .order_by(*order)
        .limit(limit)
        for audience in audiences
    ]
    if len(parts) == 1:
        return list(connection.execute(parts[0]))
    found = connection.execute(union_all(*(select(part.subquery()) for part in parts)))
    return heapq.nsmallest(limit, found, key=lambda row: (row.due_order, row.instance_id, row.opened_seq))


def _first_mine(
    connection: Connection, audiences: Sequence[str], conditions: Iterable[ColumnElement[bool]], limit: int
) -> list[Row[Any]]:
    """Return the first rows of what one person holds, by the index of holders: few, however long the lists are."""
    # Joined to nothing, the audience is compared but not searched by: its index would be read from end to end.
    audience = Item.audience.concat("")
    query = (
        select(*_COLUMNS)
        .join(Case, Case.id == Item.instance_id)
        .where(Item.audience.is_not(None), Item.assignee.is_not(None), audience.in_(audiences), *conditions)
        .order_by(Item.due_order, Item.instance_id, Item.opened_seq)
        .limit(limit)
    )
    return list(connection.execute(query))


def _cursor(moment: datetime, row: Any) -> str:
    position = [h.instant(moment), row.instance_id, row.opened_seq]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(cursor: str) -> Tuple:
    """Return the place in an order by (instant, case, opening) that a cursor names."""
    try:
        moment, instance_id, opened_seq = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        # Typed, since a bare value in a tuple is not bound the way its column is.
        at = literal(h.parse_instant(moment), Instant())
        return tuple_(at, literal(int(instance_id)), literal(int(opened_seq)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidRequest("Penanda halaman tidak dikenal; buka kembali daftar dari awal.") from error


_AUDIENCES_IN_USE = hop(Item.audience, Item.audience.is_not(None))
