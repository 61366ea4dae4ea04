"""Proof: re-executing histories, comparing them with the tables, and rebuilding what is not truth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from . import history as h
from .answers import PERSONAL, PLAIN, REMARK, digest
from .casefile import instance_values, item_of, item_values, state_of, timer_of, timer_values
from .commands import Commands
from .errors import HistoryDamaged, NotFound
from .model import Actor, Frame, HistoryEvent, Verification
from .office import CASE
from .projection import CaseState, fold
from .replay import Replay, broken_chain, recorded, replay
from .tables import AnswersRow, AttachmentRow, ProcessInstanceRow, SnapshotRow, TimerJobRow, WorkItemRow

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

    def verify(self, case: str) -> Verification:
        """Hold one case's chain, flow, tables, answers and files against each other. Raises ``NotFound``."""
        with self.database.read() as connection:
            row = connection.execute(select(ProcessInstanceRow).where(ProcessInstanceRow.number == case)).first()
            if row is None:
                raise NotFound(CASE, case)
            return self._verified(connection, row)

    def verify_all(self) -> Iterator[Verification]:
        """Verify every case, in the order in which they began; one at a time, whatever their number."""
        after = 0
        while True:
            with self.database.read() as connection:
                query = select(ProcessInstanceRow).where(ProcessInstanceRow.id > after)
                rows = connection.execute(query.order_by(ProcessInstanceRow.id).limit(BATCH)).all()
                found = [self._verified(connection, row) for row in rows]
            if not rows:
                return
            after = rows[-1].id
            yield from found

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

    def _verified(self, connection: Connection, row: Any) -> Verification:
        events = self.events(connection, row.id)
        failures = broken_chain(row.number, events)
        try:
            replay(events, lambda key, version: self.catalog.process(connection, key, version))
            expected = fold(map(recorded, events))
            failures += self._table_differences(connection, row, expected)
        except (HistoryDamaged, NotFound) as error:
            failures.append(str(error))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            # A payload that was altered into nonsense must be reported, not stop the verification of the rest.
            failures.append(f"Riwayat tidak dapat dijalankan ulang ({type(error).__name__}: {error}).")
        failures += _answer_differences(connection, row.id, events)
        return Verification(row.number, len(events), tuple(failures))

    def _table_differences(self, connection: Connection, row: Any, expected: CaseState) -> Iterator[str]:
        if instance_values(state_of(row)) != instance_values(expected) or row.key != expected.definition:
            yield "Baris perkara tidak sesuai dengan riwayatnya; jalankan 'alur rebuild'."
        items = {
            each.opened_seq: item_values(row.id, item_of(each))
            for each in connection.execute(select(WorkItemRow).where(WorkItemRow.instance_id == row.id))
        }
        if items != {seq: item_values(row.id, item) for seq, item in expected.items.items()}:
            yield "Daftar tugas tidak sesuai dengan riwayat; jalankan 'alur rebuild'."
        timers = {
            each.key: timer_of(each)
            for each in connection.execute(select(TimerJobRow).where(TimerJobRow.instance_id == row.id))
        }
        if timers != expected.timers:
            yield "Daftar timer tidak sesuai dengan riwayat; jalankan 'alur rebuild'."

    def _rebuild(self, number: str) -> bool:
        with self.database.write() as connection:
            query = select(ProcessInstanceRow).where(ProcessInstanceRow.number == number).with_for_update()
            row = connection.execute(query).one()
            events = self.events(connection, row.id)
            expected = fold(map(recorded, events))
            differs = any(self._table_differences(connection, row, expected))
            if differs:
                _write(connection, row.id, expected)
            connection.execute(delete(SnapshotRow).where(SnapshotRow.instance_id == row.id))
            if expected.state in ("running", "incident"):
                state = self.replayed(connection, events).dump()
                connection.execute(insert(SnapshotRow), {"instance_id": row.id, "seq": events[-1].seq, "state": state})
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


def _answer_differences(connection: Connection, case_id: int, events: list[HistoryEvent]) -> list[str]:
    """Hold every row of answers against its event's digest, and every file against its answer."""
    rows = {
        (row.seq, row.kind): row
        for row in connection.execute(select(AnswersRow).where(AnswersRow.instance_id == case_id))
    }
    failures: list[str] = []
    erased: set[int] = set()
    digests: dict[tuple[int, str], str] = {}
    for event in events:
        try:
            parsed = h.parse_event(event.type, event.payload)
        except ValueError:
            continue  # the chain or the replay has told it
        if isinstance(parsed, h.WorkItemCompleted):
            digests |= {(event.seq, PLAIN): parsed.plain, (event.seq, PERSONAL): parsed.personal}
        elif isinstance(parsed, h.Commented):
            digests[event.seq, REMARK] = parsed.text
        elif isinstance(parsed, h.PersonalDataErased):
            erased.update(parsed.answers_of)
    for (seq, kind), wanted in digests.items():
        row = rows.pop((seq, kind), None)
        if row is None:
            if wanted and not (kind != PLAIN and seq in erased):
                failures.append(f"Jawaban ({kind}) dari peristiwa {seq} hilang.")
        elif digest(bytes(row.salt), row.body) != wanted:
            failures.append(f"Jawaban ({kind}) dari peristiwa {seq} telah diubah.")
    failures += [f"Ada jawaban ({kind}) pada peristiwa {seq} yang tidak pernah dicatat." for seq, kind in rows]
    return failures + _file_differences(connection, case_id)


def _file_differences(connection: Connection, case_id: int) -> list[str]:
    named: dict[tuple[int, str, str], int] = {}
    answers_only = (AnswersRow.instance_id == case_id, AnswersRow.kind != REMARK)
    for row in connection.execute(select(AnswersRow).where(*answers_only)):
        try:
            answers = json.loads(row.body)
        except ValueError:
            continue  # its digest has told it
        for name, value in answers.items():
            for each in value if isinstance(value, list) else ():
                if isinstance(each, dict) and "sha256" in each:
                    place = (row.seq, name, str(each["sha256"]))
                    named[place] = named.get(place, 0) + 1
    failures = []
    for file in connection.execute(select(AttachmentRow).where(AttachmentRow.instance_id == case_id)):
        place = (file.seq, file.field, hashlib.sha256(bytes(file.content)).hexdigest())
        if named.get(place, 0) < 1:
            failures.append(f"Berkas {file.filename!r} dari peristiwa {file.seq} bukan yang dicatat.")
        else:
            named[place] -= 1
    failures += [
        f"Berkas isian {name} dari peristiwa {seq} hilang." for (seq, name, _), count in named.items() if count > 0
    ]
    return failures
