"""What every use case shares: the database, the clock, the calendar, and a case under its lock.

``advance`` is the one way in which a case moves: whatever is due fires first, in due order, then
the command's own input, and everything is written in one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select

from . import casefile, crash, triggers
from . import history as h
from .calendar import almanac
from .calendar.almanac import Almanac
from .calendar.worktime import Duration, WorkingCalendar
from .casefile import CaseFile
from .catalog import Catalog
from .database import Database
from .diagram import ExecutableProcess
from .errors import CannotProceed, CaseBecameIncident, EngineError, NotFound
from .model import HistoryEvent
from .projection import Recorded
from .replay import replay
from .reporting import Report, deliver, silent
from .runtime import Run, SnapshotOutdated
from .schema import check, refuse_other_shape
from .tables import HistoryEventRow

SYSTEM = "sistem"
"""The actor of what a clock does."""
CASE = "Perkara"
MOST_FIRED = 500
"""Timers that one command fires at most; the rest follows in the next sweep."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Flow:
    """A locked case with its flow: apply inputs, and every consequence is appended and dated."""

    def __init__(self, office: Office, file: CaseFile) -> None:
        self.file, self._office = file, office
        self.waited: float | None = None
        office.follow_calendar_to(file.calendar, file.connection)
        self._run: Run | None = None
        self.changed = False
        self.refused: h.Event | None = None

    @property
    def process(self) -> ExecutableProcess:
        """Return the version that the case runs on now."""
        state = self.file.state
        return self._office.catalog.process(self.file.connection, state.definition, state.version)

    @property
    def run(self) -> Run:
        """Return the case in memory: from its snapshot, or from its history."""
        if self._run is None:
            self._run = self._restored()
        return self._run

    def begin(
        self,
        event: h.InstanceStarted,
        run: Run,
        facts: Iterable[h.Event],
        *,
        at: datetime,
        actor: str,
        lane: str | None,
    ) -> None:
        """Take a new case's first input and what the diagram made of it."""
        self._run = run
        self._append(event, facts, at=at, actor=actor, on_behalf_of=lane, moment=at)

    def apply(
        self,
        event: h.Event,
        *,
        at: datetime,
        actor: str,
        on_behalf_of: str | None = None,
        moment: datetime | None = None,
    ) -> list[Recorded]:
        """Apply one input. ``moment`` is when it took effect, if that was before it was recorded."""
        try:
            facts = self.run.apply(event)
        except CannotProceed:
            self.refused = event
            raise
        return self._append(event, facts, at=at, actor=actor, on_behalf_of=on_behalf_of, moment=moment or at)

    def replace(
        self, event: h.InstanceMigrated, run: Run, facts: Iterable[h.Event], *, at: datetime, actor: str
    ) -> None:
        """Go on with another run of the case: it moved to another version."""
        self._run, self.changed = run, True
        self.file.append([event, *facts], at=at, actor=actor)

    def note(self, *events: h.Event, at: datetime, actor: str, on_behalf_of: str | None = None) -> list[Recorded]:
        """Append notes: they have no effect on the flow."""
        return self.file.append(events, at=at, actor=actor, on_behalf_of=on_behalf_of)

    def fire_due(self, now: datetime) -> int:
        """Fire everything that is due, in due order, dated with when it was due. Returns how many fired."""
        fired = 0
        while fired < MOST_FIRED and self.file.state.state == "running":
            due = [
                (timer.due_at, timer.key)
                for timer in self.file.state.timers.values()
                if timer.due_at is not None and timer.due_at <= now
            ]
            if not due:
                break
            due_at, key = min(due)
            self.apply(h.TimerFired(key, h.instant(due_at)), at=now, actor=SYSTEM, moment=due_at)
            fired += 1
        return fired

    def save(self) -> None:
        """Write everything; the caller's transaction commits it."""
        self.file.save(crash.point)
        if self.changed:
            self.file.save_flow(self.run.dump())

    def _append(
        self,
        event: h.Event,
        facts: Iterable[h.Event],
        *,
        at: datetime,
        actor: str,
        on_behalf_of: str | None,
        moment: datetime,
    ) -> list[Recorded]:
        facts = list(facts)
        self.changed = True
        appended = self.file.append([event], at=at, actor=actor, on_behalf_of=on_behalf_of)
        appended += self.file.append(facts, at=at, actor=SYSTEM)
        armed = [fact for fact in facts if isinstance(fact, h.TimerScheduled)]
        if armed:
            dates = {timer.key: h.instant(self._office.due(timer.duration, moment)) for timer in armed}
            self.note(h.DueDateSet(dates, self._office.calendar().version), at=at, actor=SYSTEM)
        return appended

    def _restored(self) -> Run:
        if self.file.snapshot is not None:
            try:
                return Run.restore(self.process, self.file.snapshot)
            except SnapshotOutdated:
                pass
        events = self._office.events(self.file.connection, self.file.id)
        return self._office.replayed(self.file.connection, events)


class Office:
    """The base of ``Engine``: what its use cases share."""

    def __init__(self, url: str, clock: Clock = utc_now, *, report: Report = silent, approval: bool = False) -> None:
        """Open the database. Raises ``DatabaseUnusable`` unless it is migrated and its triggers stand.

        ``approval``: a deployed version waits until a head, other than who uploaded it, activates it.
        """
        self.database, self.clock, self.catalog = Database(url), clock, Catalog()
        self._report, self.approval = report, approval
        check(self.database)
        # Read at once: a command that asked for it first would need a second connection while it holds one.
        self._almanac, self._calendar_guard = self._read_almanac(), threading.Lock()
        self._asked_at = monotonic()

    def close(self) -> None:
        """Let go of every connection."""
        self.database.close()

    def now(self) -> datetime:
        """Return the present instant, by the clock that was passed in."""
        return self.clock()

    def calendar(self) -> WorkingCalendar:
        """Return the office's calendar; its version names exactly these hours and holidays."""
        return self._almanac.calendar

    def due(self, duration: str, start: datetime) -> datetime:
        """Return when ``duration`` of office time has passed since ``start``."""
        return self.calendar().due(start, Duration.parse(duration))

    def follow_others(self, at_most_every: float = 1.0) -> None:
        """Follow what other processes did: a changed calendar is read again, an upgraded database is refused.

        Asks the database at most once in so many seconds, and must not be called while a connection is held.
        Commands follow the calendar by themselves; pages show by it what time is left. Raises
        ``DatabaseUnusable`` as long as the database has another shape than this program knows.
        """
        if monotonic() - self._asked_at < at_most_every:
            return
        with self.database.read() as connection:
            refuse_other_shape(connection)
            self.follow_calendar_to(almanac.newest(connection), connection)
        self._asked_at = monotonic()

    def follow_calendar_to(self, number: int, connection: Connection) -> None:
        """Read the calendar again, by a connection that is held, unless change ``number`` is known already."""
        if number > self._almanac.number:
            self._take_almanac(almanac.read(connection))

    def _take_almanac(self, newer: Almanac) -> None:
        with self._calendar_guard:
            if newer.number > self._almanac.number:
                self._almanac = newer

    def _read_almanac(self) -> Almanac:
        with self.database.read() as connection:
            return almanac.read(connection)

    def missing_triggers(self) -> tuple[str, ...]:
        """Return the names of the append-only triggers that are gone."""
        with self.database.read() as connection:
            return triggers.missing(connection)

    @contextmanager
    def advance(self, case: str) -> Iterator[Flow]:
        """Lock a case, fire what is due, yield its flow, and write everything in one transaction.

        If the block refuses after something was fired, the firing is kept and the refusal goes on.
        If the diagram cannot carry an input out, nothing is kept and the case becomes an incident, with
        that input as the refused one. Raises ``NotFound``, ``CaseBecameIncident``.
        """
        refusal: EngineError | None = None
        flow: Flow | None = None
        try:
            asked = monotonic()
            with self.database.write() as connection:
                flow = self._locked(connection, case)
                flow.waited = monotonic() - asked
                fired = flow.fire_due(self.now())
                crash.point("fired")
                try:
                    yield flow
                except CannotProceed:
                    raise
                except EngineError as error:
                    if not fired:
                        raise
                    refusal = error
                crash.point("applied")
                flow.save()
            crash.point("committed")
            self.reported(flow)
        except CannotProceed as error:
            self.raise_incident(case, error, flow.refused if flow else None)
        if refusal is not None:
            raise refusal

    def raise_incident(self, case: str, error: CannotProceed, refused: h.Event | None) -> None:
        """Turn the case into an incident, in a transaction of its own. Raises ``CaseBecameIncident``."""
        told = {} if refused is None else {"type": refused.type, "payload": refused.payload()}
        with self.database.write() as connection:
            flow = self._locked(connection, case)
            if flow.file.state.state == "running":
                note = h.IncidentRaised(error.element, error.reason, error.element_name, told)
                flow.note(note, at=self.now(), actor=SYSTEM)
                flow.save()
        self.reported(flow)
        raise CaseBecameIncident(case, error.element_name or error.element, error.reason) from error

    def reported(self, flow: Flow) -> None:
        """Tell whoever operates the engine what was committed; call it after the transaction, never inside."""
        file = flow.file
        if file.appended:
            deliver(self._report, file.number, file.state.definition, file.appended, flow.waited)

    def events(self, connection: Connection, instance_id: int) -> list[HistoryEvent]:
        """Return the history of one case, in order."""
        query = select(HistoryEventRow).where(HistoryEventRow.instance_id == instance_id).order_by(HistoryEventRow.seq)
        return [event_of(row) for row in connection.execute(query)]

    def replayed(self, connection: Connection, events: Iterable[HistoryEvent]) -> Run:
        """Return a case re-executed from its history."""
        run = replay(events, lambda key, version: self.catalog.process(connection, key, version)).run
        assert run is not None  # a history begins with InstanceStarted, or replay has refused it
        return run

    def _locked(self, connection: Connection, case: str) -> Flow:
        file = casefile.load(connection, case)
        if file is None:
            raise NotFound(CASE, case)
        crash.point("locked")
        return Flow(self, file)


def event_of(row: Any) -> HistoryEvent:
    """Return a row of ``history_event`` as callers see it."""
    return HistoryEvent(row.seq, row.type, row.recorded_at, row.actor, row.on_behalf_of, row.payload, bytes(row.chain))
