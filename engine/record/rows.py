"""What is stored of a case's answers and versions, as a record takes it: nothing here trusts what it reads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from .. import history as h
from ..answers import PERSONAL, PLAIN, REMARK
from ..model import Attachment, HistoryEvent, Remark
from ..projection import ItemState
from ..tables import AnswersRow, AttachmentRow
from ..tables import ProcessDefinitionRow as Definition
from ..viewing import Seen
from .values import RecordedFile, StoredBody, VersionRecord, Withheld

Place = tuple[int, str]
"""The event that a row of answers belongs to, and the row's kind."""
Versions = dict[tuple[str, int], VersionRecord | None]
"""The versions that were read already: they never change."""


@dataclass
class StoredRows:
    """A case's answers and files as stored. ``texts``: the bodies that can be read; ``open``: may be handed out."""

    stored: Mapping[Place, StoredBody]
    texts: Mapping[Place, Mapping[str, Any]]
    files: tuple[RecordedFile, ...]
    open: set[Place] = field(default_factory=set)
    open_files: set[int] = field(default_factory=set)

    def parted(
        self, events: Sequence[HistoryEvent], readable: Collection[int], *, closed: bool
    ) -> tuple[tuple[StoredBody, ...], tuple[Withheld, ...]]:
        """Return the bodies that may be handed out, and what is withheld or erased, both in order.

        ``readable`` are the completions that were read and decided upon. Of the others nobody can say
        which fields are personal: their plain answers, like remarks, are for whoever sees the case's answers.
        """
        handed, withheld = [], []
        for place, body in sorted(self.stored.items()):
            for_readers = body.kind == REMARK or (body.kind == PLAIN and body.seq not in readable)
            if place in self.open or (for_readers and not closed):
                handed.append(body)
            else:
                withheld.append(Withheld(*place, "confidential" if closed else "personal"))
        withheld += [Withheld(*place, "erased") for place in _erased(events) if place not in self.stored]
        return tuple(handed), tuple(sorted(withheld, key=lambda each: (each.seq, each.kind)))


def stored_rows(connection: Connection, seen: Seen) -> StoredRows:
    """Return what is stored of a case's answers; nobody may see any of it yet."""
    query = select(AnswersRow).where(AnswersRow.instance_id == seen.id)
    stored = {
        (row.seq, row.kind): StoredBody(row.seq, row.kind, bytes(row.salt or b""), row.body or "")
        for row in connection.execute(query)
    }
    texts = {place: read for place, body in stored.items() if (read := _object(body.body)) is not None}
    columns = [column for column in AttachmentRow.__table__.columns if column.name != "content"]
    found = connection.execute(
        select(*columns).where(AttachmentRow.instance_id == seen.id).order_by(AttachmentRow.seq, AttachmentRow.id)
    )
    files = tuple(
        RecordedFile(
            row.seq,
            row.personal,
            Attachment(row.id, seen.number, row.field, row.filename, row.media_type, row.size, row.sha256),
        )
        for row in found
    )
    return StoredRows(stored, texts, files)


def versions_of(
    connection: Connection, seen: Seen, events: Iterable[HistoryEvent], known: Versions
) -> tuple[VersionRecord, ...]:
    """Return every version that the case ran on, each followed by those that it calls; one that is gone is left out."""
    wanted = [place for event in events if (place := _ran_on(event))]
    wanted = list(dict.fromkeys([*wanted, (seen.state.definition, seen.state.version)]))
    found: dict[tuple[str, int], VersionRecord] = {}
    while wanted:
        place = wanted.pop(0)
        if place in found:
            continue
        if place not in known:
            known[place] = _version(connection, *place)
        record = known[place]
        if record is not None:
            found[place] = record
            called = _object(record.calls) or {}
            wanted = [(key, number) for key, number in called.items() if isinstance(number, int)] + wanted
    return tuple(found.values())


def completion_in(event: HistoryEvent) -> h.WorkItemCompleted | None:
    """Return the completion that an event tells of; None if it tells of something else or cannot be read."""
    if event.type != h.WorkItemCompleted.__name__:
        return None
    completed = _parsed(event)
    return completed if isinstance(completed, h.WorkItemCompleted) and isinstance(completed.key, str) else None


def completed_item(items: Iterable[ItemState], key: str, seq: int) -> ItemState | None:
    """Return the step that event ``seq`` completed: the last one with that key that was open by then."""
    mine = (item for item in items if item.key == key and item.opened_seq < seq)
    return max(mine, key=lambda item: item.opened_seq, default=None)


def remarks_of(events: Iterable[HistoryEvent], bodies: Iterable[StoredBody]) -> tuple[Remark, ...]:
    """Return the remarks among the bodies that are handed out, with who noted them and when."""
    texts = {each.seq: each.body for each in bodies if each.kind == REMARK}
    return tuple(Remark(each.recorded_at, each.actor, texts[each.seq]) for each in events if each.seq in texts)


def _erased(events: Iterable[HistoryEvent]) -> list[Place]:
    """Return the rows that an erasure says are gone."""
    kinds = {each.seq: REMARK if each.type == h.Commented.__name__ else PERSONAL for each in events}
    told = [_parsed(each) for each in events if each.type == h.PersonalDataErased.__name__]
    lists: list[Any] = [each.answers_of for each in told if isinstance(each, h.PersonalDataErased)]
    seqs = {seq for each in lists if isinstance(each, tuple) for seq in each if isinstance(seq, int)}
    return [(seq, kinds.get(seq, PERSONAL)) for seq in sorted(seqs)]


def _ran_on(event: HistoryEvent) -> tuple[str, int] | None:
    if event.type not in (h.InstanceStarted.__name__, h.InstanceMigrated.__name__):
        return None
    parsed = _parsed(event)
    key: Any = getattr(parsed, "definition", None)
    version: Any = getattr(parsed, "to_version", getattr(parsed, "version", None))
    return (key, version) if isinstance(key, str) and isinstance(version, int) else None


def _version(connection: Connection, key: str, version: int) -> VersionRecord | None:
    row = connection.execute(select(Definition).where(Definition.key == key, Definition.version == version)).first()
    if row is None:
        return None
    return VersionRecord(
        row.key,
        row.version,
        row.digest,
        row.name,
        row.deployed_at,
        row.deployed_by,
        row.note,
        bytes(row.xml),
        row.forms,
        row.calls,
    )


def _parsed(event: HistoryEvent) -> h.Event | None:
    try:
        return h.parse_event(event.type, event.payload)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _object(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
