"""The attacker's hand: full rights on the database, and everything that somebody who knows the code can recompute."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from engine import SealKey
from engine import history as h
from engine.answers import digest
from engine.seal import files as seal_files
from engine.seal.merkle import Log
from engine.seal.statements import head_leaf, link, parse, statement
from engine.seal.tables import SealedHeadRow, SealRow
from engine.tables import EPOCH, MICROSECOND, HistoryEventRow, ProcessInstanceRow
from tests.full_rights import full_rights
from tests.tampering.scene import Scene

EMPTY_IN_ORDER = ("work_item", "timer_job", "snapshot", "answers", "attachment", "history_event")
"""The tables that belong to cases, in the order in which they can be emptied."""


class Hand:
    """What an attacker does, one act after the other. Triggers stand again after each."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.engine = scene.opened()

    def sql(self, *statements: str, **values: Any) -> None:
        """Run statements with full rights; ``{CASE}`` in one is the id of the case whose number is ``case``."""
        with full_rights(self.engine) as connection:
            for each in statements:
                connection.execute(text(each.replace("{CASE}", _CASE)), values)

    def event(self, case: str, kind: str, *, last: bool = False) -> Any:
        """Return the row of the first (or last) event of that type."""
        with self.engine.database.read() as connection:
            return _event(connection, case, kind, last=last)

    def stored(self, moment: datetime) -> Any:
        """Return an instant as this kind of database keeps it."""
        return (moment - EPOCH) // MICROSECOND if self.engine.database.is_sqlite else moment

    def payload(self, case: str, kind: str, change: Mapping[str, Any], *, last: bool = False) -> None:
        """Change fields in the payload of the first (or last) event of that type."""
        with full_rights(self.engine) as connection:
            row = _event(connection, case, kind, last=last)
            payload = h.canonical({**json.loads(row.payload), **change})
            connection.execute(_at(row.instance_id, row.seq).values(payload=payload))

    def delete_case(self, case: str, *, row: bool = True, history: bool = True) -> None:
        """Delete a case, with or without its row, with or without what belongs to it."""
        tables = EMPTY_IN_ORDER if history else EMPTY_IN_ORDER[:3]
        statements = [f"DELETE FROM {table} WHERE instance_id = {{CASE}}" for table in tables]
        self.sql(*statements, *(["DELETE FROM process_instance WHERE number = :case"] if row else []), case=case)

    def append(self, case: str, event: h.Event, *, actor: str) -> None:
        """Add an event to the end of a history, rightly chained."""
        with full_rights(self.engine) as connection:
            case_id = connection.execute(text(f"SELECT {_CASE}"), {"case": case}).scalar_one()
            last = connection.execute(
                select(HistoryEventRow)
                .where(HistoryEventRow.instance_id == case_id)
                .order_by(HistoryEventRow.seq.desc())
            ).first()
            assert last is not None
            row = {
                "instance_id": case_id,
                "seq": last.seq + 1,
                "type": event.type,
                "recorded_at": last.recorded_at,
                "actor": actor,
                "on_behalf_of": None,
                "payload": event.payload(),
                "chain": b"",
            }
            connection.execute(insert(HistoryEventRow), row)
        self.rechain(case)

    def new_answer(self, case: str, kind: str, change: Mapping[str, Any]) -> None:
        """Change an answer and the digest that its event holds, salt and all."""
        with full_rights(self.engine) as connection:
            row: Any = connection.execute(
                text(f"SELECT * FROM answers WHERE instance_id = {_CASE} AND kind = :kind ORDER BY seq"),
                {"case": case, "kind": kind},
            ).first()
            body = h.canonical({**json.loads(row.body), **change})
            event: Any = connection.execute(
                select(HistoryEventRow).where(
                    HistoryEventRow.instance_id == row.instance_id, HistoryEventRow.seq == row.seq
                )
            ).one()
            payload = h.canonical({**json.loads(event.payload), kind: digest(bytes(row.salt), body)})
            connection.execute(_at(row.instance_id, row.seq).values(payload=payload))
            connection.execute(
                text("UPDATE answers SET body = :body WHERE instance_id = :id AND seq = :seq AND kind = :kind"),
                {"body": body, "id": row.instance_id, "seq": row.seq, "kind": kind},
            )

    def rechain(self, case: str) -> None:
        """Compute a case's chain anew from what stands in its rows now."""
        with full_rights(self.engine) as connection:
            case_id = connection.execute(text(f"SELECT {_CASE}"), {"case": case}).scalar_one()
            chain = h.GENESIS
            rows = connection.execute(
                select(HistoryEventRow).where(HistoryEventRow.instance_id == case_id).order_by(HistoryEventRow.seq)
            ).all()
            for row in rows:
                chain = h.chain(
                    chain, case, row.seq, row.type, row.recorded_at, row.actor, row.on_behalf_of, row.payload
                )
                connection.execute(_at(case_id, row.seq).values(chain=chain))

    def rebuild(self) -> None:
        """Let the program itself recompute the tables from the histories."""
        fresh = self.scene.opened()
        fresh.rebuild()
        fresh.close()

    def rewrite(self, case: str) -> None:
        """Recompute chain and tables: nothing in the database contradicts itself any more but the seals."""
        self.rechain(case)
        self.rebuild()

    def reseal(self, key: SealKey, *, folder: bool = True) -> None:
        """Make every seal anew over what the histories say now, and write the office's folder anew."""
        with full_rights(self.engine) as connection:
            heads = connection.execute(select(SealedHeadRow).order_by(SealedHeadRow.position)).all()
            for head in heads:
                chain = connection.execute(
                    select(HistoryEventRow.chain)
                    .join(ProcessInstanceRow, ProcessInstanceRow.id == HistoryEventRow.instance_id)
                    .where(ProcessInstanceRow.number == head.number, HistoryEventRow.seq == head.seq)
                ).scalar_one()
                where = SealedHeadRow.position == head.position
                connection.execute(update(SealedHeadRow).where(where).values(chain=chain))
            written = self._signed_anew(connection, key)
        if folder:
            for seal, of_seal in written:
                (self.scene.folder / seal_files.file_name(seal.number)).unlink()
                seal_files.write(self.scene.folder, seal, of_seal)

    def _signed_anew(self, connection: Connection, key: SealKey) -> list[tuple[Any, list[tuple[str, int, bytes]]]]:
        log, previous, written = Log(), None, []
        for row in connection.execute(select(SealRow).order_by(SealRow.number)).all():
            old = parse(row.statement, row.signature)
            positions = (SealedHeadRow.position >= log.size, SealedHeadRow.position < old.size)
            heads = [
                (head.number, head.seq, bytes(head.chain))
                for head in connection.execute(select(SealedHeadRow).where(*positions).order_by(SealedHeadRow.position))
            ]
            for head in heads:
                log.append(head_leaf(*head))
            said = statement(old.number, old.sealed_at, log.size, log.root(), link(previous), key.public)
            seal = parse(said, key.sign(said.encode()))
            values = {"statement": said, "signature": seal.signature, "peaks": b"".join(log.peaks)}
            connection.execute(update(SealRow).where(SealRow.number == seal.number).values(values))
            written.append((seal, heads))
            previous = seal
        return written


_CASE = "(SELECT id FROM process_instance WHERE number = :case)"


def _event(connection: Connection, case: str, kind: str, *, last: bool) -> Any:
    query = (
        select(HistoryEventRow)
        .join(ProcessInstanceRow, ProcessInstanceRow.id == HistoryEventRow.instance_id)
        .where(ProcessInstanceRow.number == case, HistoryEventRow.type == kind)
        .order_by(HistoryEventRow.seq.desc() if last else HistoryEventRow.seq)
    )
    return connection.execute(query.limit(1)).one()


def _at(case_id: int, seq: int) -> Any:
    return update(HistoryEventRow).where(HistoryEventRow.instance_id == case_id, HistoryEventRow.seq == seq)
