"""People: who there is, in which lanes and groups, with which duties."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from .errors import AlreadyExists, InvalidRequest, NotAllowed, NotFound
from .model import DUTIES, Actor
from .office import Office
from .prepared import Prepared
from .tables import GroupMemberRow, LaneMemberRow, PersonRow

PERSON = "Orang"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


class People(Office):
    """The use cases about people. Only duty ``admin`` changes them."""

    def person(self, name: str) -> Actor | None:
        """Return the person with this login name, active or not."""
        with self.database.read() as connection:
            return find(connection, name)

    def people(self) -> tuple[Actor, ...]:
        """Return everybody, by name."""
        with self.database.read() as connection:
            return everybody(connection)

    def add_person(
        self,
        name: str,
        full_name: str,
        *,
        lanes: Iterable[str] = (),
        groups: Iterable[str] = (),
        duties: Iterable[str] = (),
        by: Actor,
    ) -> Actor:
        """Add somebody. Raises ``AlreadyExists``, ``InvalidRequest``, ``NotAllowed``."""
        _allow(by)
        if not _NAME.fullmatch(name):
            raise InvalidRequest(
                f"Nama masuk {name!r} tidak dapat dipakai; gunakan 1–60 huruf kecil, angka, titik, atau garis."
            )
        with self.database.write() as connection:
            if find(connection, name) is not None:
                raise AlreadyExists(f"Nama masuk {name!r} sudah dipakai orang lain.")
            connection.execute(
                insert(PersonRow), {"name": name, "full_name": full_name.strip() or name, "duties": "", "active": True}
            )
            return _assign(connection, name, lanes, groups, duties)

    def assign(
        self,
        name: str,
        *,
        lanes: Iterable[str] | None = None,
        groups: Iterable[str] | None = None,
        duties: Iterable[str] | None = None,
        active: bool | None = None,
        by: Actor,
    ) -> Actor:
        """Replace what is given of a person's lanes, groups, duties and whether they are active.

        Raises ``NotFound``, ``InvalidRequest``, ``NotAllowed``.
        """
        _allow(by)
        with self.database.write() as connection:
            if find(connection, name) is None:
                raise NotFound(PERSON, name)
            if active is not None:
                connection.execute(update(PersonRow).where(PersonRow.name == name).values(active=active))
            return _assign(connection, name, lanes, groups, duties)


def find(connection: Connection, name: str) -> Actor | None:
    """Return a person by name."""
    row = _PERSON.first(connection, {"name": name})
    if row is None:
        return None
    lanes = frozenset(row.lane for row in _LANES.all(connection, {"name": name}))
    groups = frozenset(row.group for row in _GROUPS.all(connection, {"name": name}))
    return Actor(row.name, row.full_name, lanes, groups, frozenset(row.duties.split()), row.active)


def everybody(connection: Connection) -> tuple[Actor, ...]:
    """Return everybody, active or not, by name."""
    names = connection.execute(select(PersonRow.name).order_by(PersonRow.name)).scalars().all()
    return tuple(actor for name in names if (actor := find(connection, name)))


def staffed_groups(connection: Connection, lane: str) -> frozenset[str]:
    """Return the groups that have an active member in this lane."""
    return frozenset(connection.execute(_STAFFED_GROUPS, {"lane": lane}).scalars())


def _allow(by: Actor) -> None:
    if not by.active or "admin" not in by.duties:
        raise NotAllowed("Hanya admin yang boleh mengubah data orang.")


def _assign(
    connection: Connection,
    name: str,
    lanes: Iterable[str] | None,
    groups: Iterable[str] | None,
    duties: Iterable[str] | None,
) -> Actor:
    if duties is not None:
        given = set(duties)
        if not given <= DUTIES:
            raise InvalidRequest(
                f"Tugas khusus {', '.join(sorted(given - DUTIES))} tidak dikenal; pilih {', '.join(sorted(DUTIES))}."
            )
        values = {"duties": " ".join(sorted(given))}
        connection.execute(update(PersonRow).where(PersonRow.name == name).values(values))
    if lanes is not None:
        connection.execute(delete(LaneMemberRow).where(LaneMemberRow.person == name))
        _insert(connection, LaneMemberRow, "lane", name, set(lanes))
    if groups is not None:
        connection.execute(delete(GroupMemberRow).where(GroupMemberRow.person == name))
        _insert(connection, GroupMemberRow, "group", name, set(groups))
    found = find(connection, name)
    assert found is not None  # the caller looked, in this very transaction
    return found


def _insert(
    connection: Connection, table: type[LaneMemberRow | GroupMemberRow], column: str, name: str, values: Collection[str]
) -> None:
    if values:
        connection.execute(insert(table), [{"person": name, column: value} for value in sorted(values)])


_PERSON = Prepared(select(PersonRow).where(PersonRow.name == bindparam("name")))
_LANES = Prepared(select(LaneMemberRow.lane).where(LaneMemberRow.person == bindparam("name")))
_GROUPS = Prepared(select(GroupMemberRow.group).where(GroupMemberRow.person == bindparam("name")))
_STAFFED_GROUPS = (
    select(GroupMemberRow.group)
    .join(PersonRow, PersonRow.name == GroupMemberRow.person)
    .join(LaneMemberRow, LaneMemberRow.person == GroupMemberRow.person)
    .where(LaneMemberRow.lane == bindparam("lane"), PersonRow.active)
    .distinct()
)
