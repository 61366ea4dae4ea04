"""Holding stored answers against the digests that the events carry, and files against the answers that name them.

What was erased by right is told apart from what is missing. A file's bytes are in memory one file at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NullType

from .. import history as h
from ..answers import PERSONAL, PLAIN, REMARK, digest
from ..model import Finding, HistoryEvent
from ..tables import AnswersRow, AttachmentRow

_FILE = select(
    AttachmentRow.seq,
    # As it is stored: whatever is true to Python need not be to the guard that keeps files.
    type_coerce(AttachmentRow.personal, NullType()).label("personal"),
    AttachmentRow.field,
    AttachmentRow.filename,
    AttachmentRow.media_type,
    AttachmentRow.size,
    AttachmentRow.sha256,
    AttachmentRow.content,
)
KIND_NAMES = {PLAIN: "Jawaban", PERSONAL: "Jawaban pribadi", REMARK: "Catatan"}

File = tuple[int, bool, str, str, str, int, str]
"""What names a file: event, personal or not, field, name, media type, size, SHA-256."""


def answer_findings(connection: Connection, case_id: int, events: Sequence[HistoryEvent]) -> Iterator[Finding]:
    """Yield each stored answer, remark or file that is not what an event holds by digest."""
    rows = list(connection.execute(select(AnswersRow).where(AnswersRow.instance_id == case_id)))
    wanted, erased = _recorded(events)
    yield from _body_findings({(row.seq, row.kind): row for row in rows}, wanted, erased)
    yield from _file_findings(connection, case_id, Counter(file for row in rows for file in _named(row)))


def _recorded(events: Sequence[HistoryEvent]) -> tuple[dict[tuple[int, str], str], dict[int, int]]:
    """Return the digests that the events hold, and for each erased one the event that erased it."""
    digests: dict[tuple[int, str], str] = {}
    erased: dict[int, int] = {}
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
            erased |= dict.fromkeys(parsed.answers_of, event.seq)
    return digests, erased


def _body_findings(
    rows: dict[tuple[int, str], Any], wanted: dict[tuple[int, str], str], erased: dict[int, int]
) -> Iterator[Finding]:
    for (seq, kind), held in wanted.items():
        row = rows.pop((seq, kind), None)
        name = f"{KIND_NAMES[kind]} dari peristiwa {seq}"
        by_right = kind != PLAIN and seq in erased
        if row is None:
            if held and not by_right:
                yield Finding("answers", seq, f"{name} hilang, dan tidak ada catatan bahwa itu dihapus.")
        elif by_right:
            yield Finding("answers", seq, f"{name} masih ada, padahal peristiwa {erased[seq]} mencatat penghapusannya.")
        elif _digest(row) != held:
            yield Finding("answers", seq, f"{name} telah diubah: isinya lain dari yang dicatat peristiwanya.")
    for seq, kind in rows:
        name, event = KIND_NAMES.get(kind, f"Jawaban {kind!r}"), seq if isinstance(seq, int) else None
        yield Finding("answers", event, f"{name} pada peristiwa {seq} tidak pernah dicatat.")


def _digest(row: Any) -> str | None:
    whole = isinstance(row.salt, bytes) and isinstance(row.body, str)
    return digest(row.salt, row.body) if whole else None


def _named(row: Any) -> Iterator[File]:
    """Yield the files that a row of answers names."""
    if row.kind not in (PLAIN, PERSONAL):
        return
    try:
        answers = json.loads(row.body)
    except (ValueError, TypeError, RecursionError):
        return  # its digest has told it
    for name, value in answers.items() if isinstance(answers, dict) else ():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict) and each.keys() == {"name", "type", "size", "sha256"}:
                personal = row.kind == PERSONAL
                yield row.seq, personal, name, str(each["name"]), str(each["type"]), each["size"], str(each["sha256"])


def _file_findings(connection: Connection, case_id: int, named: Counter[File]) -> Iterator[Finding]:
    ids = select(AttachmentRow.id).where(AttachmentRow.instance_id == case_id).order_by(AttachmentRow.id)
    for attachment_id in connection.execute(ids).scalars().all():
        row = connection.execute(_FILE.where(AttachmentRow.id == attachment_id)).one()
        content = hashlib.sha256(row.content).hexdigest() if isinstance(row.content, bytes) else "-"
        file = (row.seq, row.personal, row.field, row.filename, row.media_type, row.size, content)
        if named[file] < 1:
            name = _named_so(row.filename, personal=bool(row.personal))
            text = f"Berkas{name} pada isian {row.field} dari peristiwa {row.seq} bukan yang dicatat."
            yield Finding("files", row.seq, text)
            continue
        named[file] -= 1
        if row.sha256 != content:
            name = _named_so(row.filename, personal=bool(row.personal))
            text = f"Berkas{name} pada isian {row.field} dari peristiwa {row.seq}: sidik SHA-256-nya telah diubah."
            yield Finding("files", row.seq, text)
    for (seq, personal, field, filename, *_rest), count in named.items():
        if count > 0:
            name = _named_so(filename, personal=personal)
            yield Finding("files", seq, f"Berkas isian {field} dari peristiwa {seq} hilang{name}.")


def _named_so(filename: object, *, personal: bool) -> str:
    """Return a file's name for a finding; that of a personal file may name a person, and is left out."""
    return "" if personal else f" {filename!r}"
