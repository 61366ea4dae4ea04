"""Proof: re-executing histories, comparing them with the tables, and rebuilding what is not truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from . import history as h
from .case_rows import instance_values, item_values, timer_values
from .checks import of_case
from .checks.answers import answer_findings
from .checks.copies import case_copy_findings
from .checks.of_case import NONSENSE, guarded
from .checks.sealed import sealed_findings
from .checks.versions import StoredVersions
from .commands import Commands
from .errors import HistoryDamaged, NotFound
from .model import Actor, Finding, Frame, HistoryEvent, Verification
from .office import CASE
from .projection import CaseState, fold
from .replay import Replay, recorded
from .tables import ProcessInstanceRow, SnapshotRow, TimerJobRow, WorkItemRow

BATCH = 500


class Proof(Commands):
    """The use cases of an auditor and of an operator who wants to be sure."""

    def replay(self, case: str, *, by: Actor) -> tuple[Frame, ...]:
        """Return the case after each of its events, re-executed. Raises ``NotFound``, ``HistoryDamaged``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            events = self.events(connection, seen.id)
            return tuple(self._frames(connection, events))

    def _frames(self, connection: Connection, events: list[HistoryEvent]) -> Iterator[Frame]:
        rerun = Replay(lambda key, version: self.catalog.process(connection, key, version))
        state = CaseState()
        for event in events:
            each = recorded(event)
            rerun.feed(each)
            state.apply(each)
            flows = each.event.flows if isinstance(each.event, h.PathTaken) else ()
            opened = tuple(item.key for item in state.items.values() if item.state == "open")
            variables = rerun.run.variables if rerun.run else {}
            yield Frame(event.seq, event, opened, tuple(state.timers), variables, flows)
        rerun.finish()

    def verify(self, case: str, *, copy: Path | None = None, trusted: Sequence[str] = ()) -> Verification:
        """Hold one case's chain, flow, tables, answers, files and seals against each other.

        ``copy``: a folder of seals that left the office, in which the case is looked for too; ``trusted``: the
        public keys that may have signed there. Raises ``NotFound``, ``SealsUnusable``.
        """
        with self.database.moment() as connection:
            query = select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == case)
            case_id = connection.execute(query).scalar()
            if case_id is None:
                raise NotFound(CASE, case)
            verification = self._verified(connection, case_id, case, StoredVersions())
            if copy is None:
                return verification
            found = case_copy_findings(connection, case, copy, trusted)
            return replace(verification, findings=(*verification.findings, *found))

    def verify_all(self, *, after: str | None = None) -> Iterator[Verification]:
        """Verify every case, in the order in which they began; one at a time, whatever their number.

        ``after``: only those that began after this one. Raises ``NotFound`` if there is none with that number.
        """
        stored, last = StoredVersions(), 0 if after is None else self._id(after)
        query = select(ProcessInstanceRow.id).order_by(ProcessInstanceRow.id).limit(BATCH)
        while True:
            with self.database.read() as connection:
                ids = connection.execute(query.where(ProcessInstanceRow.id > last)).scalars().all()
            for case_id in ids:
                with self.database.moment() as connection:
                    verification = self._numbered(connection, case_id, stored)
                yield verification
            if len(ids) < BATCH:
                return
            last = ids[-1]

    def _numbered(self, connection: Connection, case_id: int, stored: StoredVersions) -> Verification:
        """Verify the case with this id, whatever somebody made of its number."""
        query = select(ProcessInstanceRow.number).where(ProcessInstanceRow.id == case_id)
        try:
            number: Any = connection.execute(query).scalar_one()
        except NONSENSE as error:
            of_case.raise_if_away(error)
            number = None
        if isinstance(number, str):
            return self._verified(connection, case_id, number, stored)
        text = "Nomor perkara ini tidak dapat dibaca, jadi riwayatnya tidak dapat diperiksa."
        return Verification(f"(id {case_id})", 0, (Finding("chain", None, text),))

    def _id(self, case: str) -> int:
        with self.database.read() as connection:
            query = select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == case)
            found = connection.execute(query).scalar()
        if found is None:
            raise NotFound(CASE, case)
        return found

    def rebuild(self) -> int:
        """Recompute everything that is not truth from the histories; return how many cases differed.

        Cases are taken one by one, each under its lock, so the office may go on working. Raises
        ``HistoryDamaged`` at the end, naming the cases that could not be re-executed and were left as they are.
        """
        with self.database.read() as connection:
            query = select(ProcessInstanceRow.number).order_by(ProcessInstanceRow.id)
            numbers = connection.execute(query).scalars().all()
        damaged: list[str] = []
        differed = 0
        for number in numbers:
            try:
                differed += self._rebuild(number)
            except HistoryDamaged as error:
                damaged.append(f"{number}: {error}")
        if damaged:
            raise HistoryDamaged(f"{len(damaged)} perkara tidak dapat dihitung ulang. " + " ".join(damaged))
        return differed

    def _verified(self, connection: Connection, case_id: int, case: str, stored: StoredVersions) -> Verification:
        events, findings = of_case.stored_events(connection, case_id)
        readable = not findings
        findings += of_case.chain_findings(case, events, findings)
        changed = list(stored.findings_of(connection, events))
        findings += changed
        if readable and not changed:  # on another diagram it would only go another way
            findings += of_case.replay_findings(events, lambda *of: stored.catalog.process(connection, *of))
        if readable:
            findings += guarded("tables", "Tabel perkara ini", lambda: _tables(connection, case_id, events))
        findings += guarded("answers", "Jawaban perkara ini", lambda: answer_findings(connection, case_id, events))
        findings += guarded("seal", "Segel perkara ini", lambda: sealed_findings(connection, case_id, case, events))
        return Verification(case, len(events), tuple(findings))

    def _rebuild(self, number: str) -> bool:
        with self.database.write() as connection:
            query = select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == number).with_for_update()
            case_id = connection.execute(query).scalar_one()
            events = _undamaged(connection, case_id, number)
            expected = fold(map(recorded, events))
            differs = any(guarded("tables", number, lambda: of_case.table_findings(connection, case_id, expected)))
            if differs:
                _write(connection, case_id, expected)
            connection.execute(delete(SnapshotRow).where(SnapshotRow.instance_id == case_id))
            if expected.state in ("running", "incident"):
                state = self.replayed(connection, events).dump()
                connection.execute(insert(SnapshotRow), {"instance_id": case_id, "seq": events[-1].seq, "state": state})
            return differs


def _write(connection: Connection, case_id: int, expected: CaseState) -> None:
    parked = expected.state == "incident"
    connection.execute(delete(WorkItemRow).where(WorkItemRow.instance_id == case_id))
    connection.execute(delete(TimerJobRow).where(TimerJobRow.instance_id == case_id))
    values = instance_values(expected) | {"key": expected.definition}
    connection.execute(update(ProcessInstanceRow).where(ProcessInstanceRow.id == case_id).values(values))
    items = [item_values(case_id, item) for item in expected.items.values()]
    timers = [timer_values(case_id, timer, parked) for timer in expected.timers.values()]
    if items:
        connection.execute(insert(WorkItemRow), items)
    if timers:
        connection.execute(insert(TimerJobRow), timers)


def _undamaged(connection: Connection, case_id: int, number: str) -> list[HistoryEvent]:
    """Return a case's events. Raises ``HistoryDamaged`` if the chain is broken: the tables would follow a forgery."""
    events, findings = of_case.stored_events(connection, case_id)
    findings += of_case.chain_findings(number, events, findings)
    if findings:
        raise HistoryDamaged(findings[0].message, findings[0].event)
    return events


def _tables(connection: Connection, case_id: int, events: list[HistoryEvent]) -> Iterator[Finding]:
    expected = CaseState()
    for event in events:
        try:
            expected.apply(recorded(event))
        except HistoryDamaged:
            return  # the re-execution has told it: there is nothing to hold the tables against
        except NONSENSE as error:
            text = f"Peristiwa {event.seq} ({event.type}) tidak dapat dihitung ({type(error).__name__})."
            yield Finding("replay", event.seq, text)
            return
    yield from of_case.table_findings(connection, case_id, expected)
