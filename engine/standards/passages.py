"""The cases that began in a period, batch by batch, with everything that opened in them.

One statement a batch, by the index of the SOP's cases; memory does not grow with them. Nothing here writes, and no
answer is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from ..calendar.worktime import WorkingCalendar
from ..errors import InvalidRequest
from ..tables import ProcessInstanceRow as Case
from ..tables import WorkItemRow as Item
from .tallies import Progress

BATCH = 500
YEARS = (1970, 9000)


@dataclass(frozen=True)
class Period:
    """The days on which cases began, both included, and the instants that they mean."""

    first: date
    last: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, first: date, last: date, calendar: WorkingCalendar) -> Period:
        """Return the period of these days of the office. Raises ``InvalidRequest``."""
        if first > last:
            raise InvalidRequest(
                f"Tanggal awal {first.isoformat()} sesudah tanggal akhir {last.isoformat()}; tukar keduanya."
            )
        if not YEARS[0] < first.year <= last.year < YEARS[1]:
            raise InvalidRequest(f"Tanggal harus antara tahun {YEARS[0] + 1} dan {YEARS[1] - 1}; periksa tahunnya.")
        start, end = (datetime.combine(day, time(), calendar.zone) for day in (first, last + timedelta(days=1)))
        return cls(first, last, start, end)


def begin(connection: Connection, key: str, period: Period, now: datetime) -> Progress:
    """Return where going through the period begins: how many cases there are, and between which of them they lie."""
    counted = func.coalesce(func.sum(case((Case.key == key, 1), else_=0)), 0)
    query = select(counted, func.min(Case.id), func.max(Case.id))
    count, first, last = connection.execute(
        query.where(Case.started_at >= period.start, Case.started_at < period.end)
    ).one()
    return Progress(now, (first or 1) - 1, (last or 0) if count else 0, count)


def batches(
    connection: Connection, key: str, period: Period, progress: Progress, version: int | None = None
) -> Iterator[Sequence[Any]]:
    """Yield the openings of the next cases, in the order of the cases, ``progress`` moved on behind each batch.

    With ``version``: only what was done on it, or is. A case in which nothing opened is one row without a key.
    """
    while not progress.finished:
        cases = (
            select(Case.id)
            .where(Case.key == key, Case.id > progress.after, Case.id <= progress.last)
            .where(Case.started_at >= period.start, Case.started_at < period.end)
            .order_by(Case.id)
            .limit(BATCH)
            .subquery()
        )
        done_there = [Item.version == version] if version is not None else []
        rows = connection.execute(
            select(cases.c.id, *_OPENING)
            .select_from(cases.outerjoin(Item, and_(Item.instance_id == cases.c.id, *done_there)))
            .order_by(cases.c.id, Item.opened_seq)
        ).all()
        count = len({row.id for row in rows})
        progress.cases += count
        progress.after = rows[-1].id if count == BATCH else progress.last
        yield rows


def was_late(state: str, until: datetime, due_at: datetime | None) -> bool:
    """Return whether what stood open until then stood beyond its deadline; what that withdrew ends exactly there."""
    return due_at is not None and (until > due_at or (until == due_at and state == "withdrawn"))


_OPENING = (
    Item.key,
    Item.version,
    Item.state,
    Item.opened_at,
    Item.claimed_at,
    Item.closed_at,
    Item.due_at,
    Item.due_duration,
)
