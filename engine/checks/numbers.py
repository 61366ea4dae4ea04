"""Holding case numbers against the counters that gave them out, and rows against the cases they belong to.

Cases are read once, in the order of their numbers; memory stays the same whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from ..model import Finding
from ..tables import AnswersRow, AttachmentRow, CounterRow, HistoryEventRow, ProcessInstanceRow

BATCH = 500
_PLACE = "{urut"
"""What the name of a counter of case numbers has in it, and no other counter's."""
_OWNED = (
    (HistoryEventRow.instance_id, "peristiwa"),
    (AnswersRow.instance_id, "jawaban"),
    (AttachmentRow.instance_id, "berkas"),
)


def number_findings(connection: Connection) -> Iterator[Finding]:
    """Yield each case number that was given out and is not there, and each case that never got its number."""
    names = connection.execute(select(CounterRow.name, CounterRow.value)).all()
    counters = {row.name: row.value for row in names if _PLACE in row.name}
    following = dict.fromkeys(sorted(counters), 1)
    for number, ordinal in _cases_by_ordinal(connection):
        name = next((each for each in counters if _given_out(each, ordinal) == number), None)
        if name is None or ordinal > counters[name]:
            yield Finding("numbering", None, f"Perkara {number} memakai nomor (urutan {ordinal}) yang tidak dibagikan.")
        if name is not None:
            yield from _missing(name, following[name], ordinal - 1)
            following[name] = ordinal + 1
    for name, value in counters.items():
        yield from _missing(name, following[name], value)


def orphan_findings(connection: Connection) -> Iterator[Finding]:
    """Yield each place where events, answers or files belong to a case that is not there."""
    for first, last in _gaps(connection):
        for owner, name in _OWNED:
            query = select(owner).distinct()
            if first is not None:
                query = query.where(owner > first)
            if last is not None:
                query = query.where(owner < last)
            for case_id in connection.execute(query).scalars():
                text = f"Ada {name} dari perkara yang barisnya tidak ada lagi (id {case_id})."
                yield Finding("numbering", None, text)


def _missing(name: str, first: int, last: int) -> Iterator[Finding]:
    if first <= last:
        until = f" sampai {_given_out(name, last)}" if last > first else ""
        text = f"Perkara {_given_out(name, first)}{until} pernah ada, dan tidak ada lagi di tempatnya."
        yield Finding("numbering", None, text)


def _given_out(name: str, ordinal: int) -> str:
    return name.format(urut=ordinal)


def _cases_by_ordinal(connection: Connection) -> Iterator[tuple[str, int]]:
    row = ProcessInstanceRow
    query = select(row.id, row.number, row.ordinal).order_by(row.ordinal, row.id).limit(BATCH)
    part = query
    while rows := connection.execute(part).all():
        yield from ((number, ordinal) for _, number, ordinal in rows)
        part = query.where(tuple_(row.ordinal, row.id) > (rows[-1].ordinal, rows[-1].id))


def _gaps(connection: Connection) -> Iterable[tuple[int | None, int | None]]:
    """Return between which ids there is no case: the only places where a row without a case can be."""
    following = func.lead(ProcessInstanceRow.id).over(order_by=ProcessInstanceRow.id).label("following")
    each = select(ProcessInstanceRow.id, following).subquery()
    inside: Any = connection.execute(select(each.c.id, each.c.following).where(each.c.following > each.c.id + 1)).all()
    first, last = connection.execute(select(func.min(ProcessInstanceRow.id), func.max(ProcessInstanceRow.id))).one()
    return (
        [(None, first), *((row.id, row.following) for row in inside), (last, None)]
        if first is not None
        else [(None, None)]
    )
