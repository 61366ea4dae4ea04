"""The timer ledger: every timer, when it was armed, due and fired, how late, and what fired after an outage.

It is read from the history alone; no command writes anything for it. What fired in a period is found by
an index that holds nothing but firings; whatever else, by going through the cases of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice

from sqlalchemy import ColumnElement, Connection, or_, select

from .. import history as h
from ..errors import InvalidRequest, NotFound
from ..model import Actor
from ..search.searching import allow_audit
from ..tables import ProcessInstanceRow as Case
from ..tables import TimerJobRow
from ..timeline.moments import Node
from ..timeline.spots import watched_node
from ..viewing import Viewing
from .days import Days
from .rows import OVERDUE, Firing, Place, books_of, firings, numbers_of, stories_of
from .timer_book import PROMISED, TimerStory
from .values import LedgerFilter, LedgerPage, LedgerSummary, LedgerTimer

FEW = 50
"""Cases whose timers' whole stories are read at once."""
LARGEST_PAGE = 200


class Ledger(Viewing):
    """The use cases of who holds the timers to their promise. Only duty ``auditor`` sees the whole office's."""

    def ledger(
        self,
        start: datetime,
        end: datetime,
        *,
        by: Actor,
        show: LedgerFilter = "all",
        cursor: str | None = None,
        limit: int = 50,
    ) -> LedgerPage:
        """Return one page of the timers from ``start`` until before ``end``.

        ``fired`` and ``late``: what fired then, the latest first. ``dropped``: what was dropped then; ``armed``: what
        still is and was by the end; ``all``: what was armed at any time then; each by case, the newest first.
        Raises ``NotAllowed``, ``InvalidRequest`` for a cursor that is none.
        """
        allow_audit(by)
        limit = max(1, min(limit, LARGEST_PAGE))
        with self.database.read() as connection:
            if show in ("fired", "late"):
                found = self._fired_timers(connection, start, end, _place(cursor), late=show == "late")
            else:
                found = self._timers_by_case(connection, start, end, _place_in_case(cursor), show)
            page = list(islice(found, limit + 1))
        shown = tuple(timer for timer, _ in page[:limit])
        return LedgerPage(shown, page[limit - 1][1] if len(page) > limit else None)

    def ledger_of(self, case: str, *, by: Actor) -> tuple[LedgerTimer, ...]:
        """Return every timer of one case, in the order in which they were armed. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            books = books_of(connection, [seen.id])
            return tuple(self._listed(connection, seen.number, story) for story in books[seen.id])

    def ledger_summary(self, start: datetime, end: datetime, *, by: Actor) -> LedgerSummary:
        """Return how punctually the timers fired from ``start`` until before ``end``. Raises ``NotAllowed``."""
        allow_audit(by)
        now = self.now()
        with self.database.read() as connection:
            told = self._days.tally(connection, start, end, zone=self.calendar().zone, now=now)
            overdue, since = connection.execute(OVERDUE, {"before": now - PROMISED}).one()
        return LedgerSummary(
            fired=told.fired,
            late=told.late,
            held=told.held,
            backdated=told.backdated,
            p50=told.lengths.at(50),
            p99=told.lengths.at(99),
            longest=told.lengths.longest,
            outages=told.outages.newest_first(),
            forgotten=told.outages.forgotten,
            overdue=overdue,
            overdue_since=since,
        )

    @cached_property
    def _days(self) -> Days:
        return Days()

    def _fired_timers(
        self, connection: Connection, start: datetime, end: datetime, before: Place | None, *, late: bool
    ) -> Iterator[tuple[LedgerTimer, str]]:
        for rows in firings(connection, start, end, before=before, newest_first=True):
            wanted = [row for row in rows if not late or Firing.of(row).late > PROMISED]
            for at in range(0, len(wanted), FEW):
                few = wanted[at : at + FEW]
                stories = stories_of(connection, few)
                numbers = numbers_of(connection, [row.instance_id for row in few])
                for row in few:
                    story = stories.get((row.instance_id, row.seq))
                    if story is not None:
                        cursor = f"{h.instant(row.recorded_at)}~{row.instance_id}~{row.seq}"
                        yield self._listed(connection, numbers[row.instance_id], story), cursor

    def _timers_by_case(
        self, connection: Connection, start: datetime, end: datetime, after: tuple[int, int] | None, show: LedgerFilter
    ) -> Iterator[tuple[LedgerTimer, str]]:
        alive: list[ColumnElement[bool]] = [Case.started_at < end]
        if show == "armed":
            alive.append(Case.state.in_(("running", "incident")))
            alive.append(select(TimerJobRow.key).where(TimerJobRow.instance_id == Case.id).exists())
        else:
            alive.append(or_(Case.ended_at.is_(None), Case.ended_at >= start))
        last, done = after or (None, 0)
        while True:
            query = select(Case.id, Case.number).where(*alive).order_by(Case.id.desc()).limit(FEW)
            rows = connection.execute(query if last is None else query.where(Case.id <= last)).all()
            books = books_of(connection, [row.id for row in rows])
            for row in rows:
                begun = done if row.id == last else 0
                for place, story in enumerate(books[row.id], 1):
                    if place > begun and _within(story, start, end, show):
                        yield self._listed(connection, row.number, story), f"{row.id}~{place}"
            if len(rows) < FEW:
                return
            last, done = rows[-1].id - 1, 0

    def _listed(self, connection: Connection, case: str, story: TimerStory) -> LedgerTimer:
        return LedgerTimer(
            case=case,
            key=story.key,
            on=self._timer_on(connection, story),
            role=story.role,
            duration=story.duration,
            version=story.version,
            armed_at=story.armed_at,
            due_at=story.ready.due_at if story.ready else None,
            dates=story.ready.dates if story.ready else 0,
            outcome=story.outcome,
            ended_at=story.ended_at,
            late=story.late,
            cause=story.cause,
            held=story.held or bool(story.ready and story.ready.held),
        )

    def _timer_on(self, connection: Connection, story: TimerStory) -> Node:
        try:
            return watched_node(self.catalog.process(connection, story.definition, story.version), story.key)
        except NotFound:  # the history names a version that is not there: for ``verify`` to tell
            return Node(story.key, "", "")


def _within(story: TimerStory, start: datetime, end: datetime, show: LedgerFilter) -> bool:
    if show == "armed":
        return story.outcome == "armed" and story.armed_at < end
    if show == "dropped":
        return story.outcome == "dropped" and story.ended_at is not None and start <= story.ended_at < end
    return story.armed_at < end and (story.ended_at is None or story.ended_at >= start)


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        at, case, seq = cursor.split("~")
        return h.parse_instant(at), int(case), int(seq)
    except ValueError as error:
        raise InvalidRequest("Penanda halaman tidak dikenal; buka kembali buku timer dari awal.") from error


def _place_in_case(cursor: str | None) -> tuple[int, int] | None:
    if cursor is None:
        return None
    try:
        case, place = cursor.split("~")
        return int(case), int(place)
    except ValueError as error:
        raise InvalidRequest("Penanda halaman tidak dikenal; buka kembali buku timer dari awal.") from error
