"""The record of a case: everything about it that one actor may see, as it stood at one moment.

A damaged case has a record too: what cannot be read is missing from the readable part, and what is
stored is handed out as it is, so that a proof can show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from .. import history as h
from ..answers import PERSONAL, PLAIN
from ..commands import form_of, given_reason
from ..disclosure import Completion, Disclosure, is_hidden, is_revealable
from ..errors import HistoryDamaged, NotAllowed, NotFound
from ..model import Actor, HistoryEvent, WorkItem
from ..projection import ItemState
from ..tables import AttachmentRow, ProcessInstanceRow
from ..viewing import Seen
from ..views import instance_of, work_item_of
from .rows import StoredRows, Versions, completed_item, completion_in, remarks_of, stored_rows, versions_of
from .values import AnsweredStep, CaseRecord, RecordedFile

BATCH = 100
"""Cases of a period that are looked up at once; in memory there is one record at a time."""

Revealed = Mapping[int, tuple[str, ...]]
"""Fields that were hidden and are now shown, by the event that answered them."""


class Records(Disclosure):
    """The use cases that take cases out of the engine."""

    def record(self, case: str, *, by: Actor) -> CaseRecord:
        """Return everything of a case that the actor may see, as of one moment. Raises ``NotFound``."""
        with self.database.moment() as connection:
            return self._record(connection, self.seen(connection, case, by), by, {})

    def reveal_record(self, case: str, reason: str, *, by: Actor) -> CaseRecord:
        """Return the record with all that the actor may reveal, after noting that they looked and why.

        Raises ``NotFound``, ``NotAllowed`` if there is nothing that they may reveal, ``InvalidRequest``.
        """
        told = given_reason(reason)
        with self.advance(case) as flow:
            connection = flow.file.connection
            seen = self._visible(connection, flow.file, by)
            flow.file.write_events()  # what fell due just now is part of the record
            revealed = self._revealable(connection, seen, by)
            if not revealed:
                raise NotAllowed("Tidak ada data tersembunyi pada perkara ini yang boleh Anda ungkap.")
            for seq, names in revealed.items():
                flow.note(h.IdentityRevealed(seq, names, told), at=self.now(), actor=by.name)
            flow.file.write_events()
            return self._record(connection, seen, by, {}, revealed, told)

    def records_between(
        self, start: datetime, end: datetime, *, by: Actor, key: str | None = None
    ) -> Iterator[CaseRecord]:
        """Return the records of the cases that began from ``start`` until before ``end``, in the order of their making.

        One at a time, whatever their number; each is as of its own moment. Only auditors take out a period.
        Raises ``NotAllowed`` at once.
        """
        if not by.active or "auditor" not in by.duties:
            raise NotAllowed("Hanya auditor yang boleh mengekspor perkara dari suatu kurun waktu.")
        return self._between(start, end, by, key)

    def contents(self, record: CaseRecord) -> Iterator[tuple[RecordedFile, bytes]]:
        """Return the files that a record holds with their contents, one at a time; one gone meanwhile is left out."""
        for each in record.files:
            query = (
                select(AttachmentRow.content)
                .join(ProcessInstanceRow, ProcessInstanceRow.id == AttachmentRow.instance_id)
                .where(AttachmentRow.id == each.file.id, ProcessInstanceRow.number == record.case.number)
            )
            with self.database.read() as connection:
                content = connection.execute(query).scalar()
            if content is not None:
                yield each, bytes(content)

    def _between(self, start: datetime, end: datetime, by: Actor, key: str | None) -> Iterator[CaseRecord]:
        versions: Versions = {}
        for number in self._begun(start, end, key):
            with self.database.moment() as connection:
                try:
                    seen = self.seen(connection, number, by)
                except NotFound:
                    continue
                record = self._record(connection, seen, by, versions)
            yield record

    def _begun(self, start: datetime, end: datetime, key: str | None) -> Iterator[str]:
        """Yield the numbers of the cases that began in the period, in order of their ids."""
        row = ProcessInstanceRow
        with self.database.read() as connection:
            bounds = select(func.coalesce(func.min(row.id), 0), func.coalesce(func.max(row.id), -1))
            first, last = connection.execute(bounds.where(row.started_at >= start, row.started_at < end)).one()
        # Ids follow the order in which cases begin. Asked for the period again in each batch, a database
        # would sort all of it each time.
        query = select(row.id, row.number, row.key, row.started_at).where(row.id <= last).order_by(row.id).limit(BATCH)
        after = first - 1
        while after < last:
            with self.database.read() as connection:
                found = connection.execute(query.where(row.id > after)).all()
            after = found[-1].id if found else last
            for each in found:
                if start <= each.started_at < end and (key is None or each.key == key):
                    yield each.number

    def _revealable(self, connection: Connection, seen: Seen, by: Actor) -> dict[int, tuple[str, ...]]:
        """Return the fields that are hidden from the actor and that they may reveal, by event."""
        found = {}
        rows = stored_rows(connection, seen)
        for completion in self._readable(connection, seen, self.events(connection, seen.id), rows):
            hidden = [each.key for each in self._shown(connection, seen, completion, by, ()).fields if each.hidden]
            found[completion.seq] = tuple(name for name in hidden if is_revealable(seen, completion, name, by))
        return {seq: names for seq, names in found.items() if names}

    def _record(
        self,
        connection: Connection,
        seen: Seen,
        by: Actor,
        versions: Versions,
        revealed: Revealed | None = None,
        reason: str | None = None,
    ) -> CaseRecord:
        events, rows = self.events(connection, seen.id), stored_rows(connection, seen)
        answers: list[AnsweredStep] = []
        for completion in self._readable(connection, seen, events, rows):
            names = (revealed or {}).get(completion.seq, ())
            shown = self._shown(connection, seen, completion, by, names)
            answers.append(AnsweredStep(completion.seq, shown.item, shown.fields))
            _open_rows(rows, seen, completion, by, names)
        bodies, withheld = rows.parted(events, {each.seq for each in answers}, closed=seen.access != "answers")
        return CaseRecord(
            case=instance_of(seen.number, seen.state, seen.process),
            seen_by=by.name,
            taken_at=self.now(),
            versions=versions_of(connection, seen, events, versions),
            events=tuple(events),
            steps=tuple(self._step(connection, seen, item) for item in seen.items),
            answers=tuple(answers),
            remarks=remarks_of(events, bodies),
            bodies=bodies,
            withheld=withheld,
            files=tuple(each for each in rows.files if each.file.id in rows.open_files),
            opened=tuple(item.opened_seq for item in seen.items),
            revealed_for=reason,
        )

    def _step(self, connection: Connection, seen: Seen, item: ItemState) -> WorkItem:
        try:
            process = self.catalog.process(connection, seen.state.definition, item.version)
        except (NotFound, HistoryDamaged):
            process = seen.process
        return work_item_of(seen.number, item, process, unstaffed=seen.place(item).group_unstaffed)

    def _readable(
        self, connection: Connection, seen: Seen, events: list[HistoryEvent], rows: StoredRows
    ) -> Iterator[Completion]:
        """Yield every completion that can still be read; of the others there is only what is stored."""
        for event in events:
            completed = completion_in(event)
            item = completed_item(seen.items, completed.key, event.seq) if completed else None
            if completed is None or item is None:
                continue
            try:
                process = self.catalog.process(connection, seen.state.definition, item.version)
            except (NotFound, HistoryDamaged):
                continue
            yield Completion(
                seq=event.seq,
                item=item,
                form=form_of(process, completed.key),
                plain=rows.texts.get((event.seq, PLAIN), {}),
                personal=rows.texts.get((event.seq, PERSONAL), {}),
                erased=bool(completed.personal) and (event.seq, PERSONAL) not in rows.stored,
                files=tuple(each.file for each in rows.files if each.seq == event.seq),
            )


def _open_rows(rows: StoredRows, seen: Seen, completion: Completion, by: Actor, revealed: tuple[str, ...]) -> None:
    """Mark the rows and files of a completion in which nothing is hidden from the actor."""

    def is_open(name: str) -> bool:
        return name in revealed or not is_hidden(seen, completion, name, by)

    fields = completion.form.fields if completion.form else {}
    for kind in (PLAIN, PERSONAL):
        # What cannot be read may hold anything that the form asks for; what no form asks for was never asked in secret.
        own = [name for name, field in fields.items() if (field.personal is not None) == (kind == PERSONAL)]
        names = rows.texts.get((completion.seq, kind), own)
        known = [name for name in names if name in fields] if kind == PLAIN else list(names)
        if all(map(is_open, known)) and (known or seen.access == "answers"):
            rows.open.add((completion.seq, kind))
    rows.open_files.update(each.id for each in completion.files if is_open(each.field))
