"""Answers, and who sees them: personal ones only in the lanes they are meant for, or by a reveal.

A reveal is a command: it stands in the history before anybody has seen anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from . import casefile
from . import history as h
from .answers import PERSONAL, PLAIN, REMARK
from .commands import TASK, Commands, form_of, given_reason
from .errors import NotAllowed, NotFound
from .forms import Field, Form
from .model import Actor, AnsweredField, Attachment, StepAnswers
from .office import CASE
from .projection import ItemState
from .rights import may_reveal, sees_personal
from .tables import AnswersRow, AttachmentRow, HistoryEventRow
from .viewing import Seen
from .views import work_item_of

FILE = "Berkas"
_FILE_COLUMNS = (
    AttachmentRow.id,
    AttachmentRow.seq,
    AttachmentRow.field,
    AttachmentRow.filename,
    AttachmentRow.media_type,
    AttachmentRow.size,
    AttachmentRow.sha256,
)


@dataclass(frozen=True)
class Completion:
    """One completed step with everything that is stored of it."""

    seq: int
    item: ItemState
    form: Form | None
    plain: Mapping[str, Any]
    personal: Mapping[str, Any]
    erased: bool
    files: tuple[Attachment, ...]


class Disclosure(Commands):
    """The use cases that show and reveal answers."""

    def answers(self, case: str, *, by: Actor) -> tuple[StepAnswers, ...]:
        """Return what each completed step answered, as the actor may see it. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            return tuple(self._shown(connection, seen, each, by, ()) for each in self._completions(connection, seen))

    def reveal(self, case: str, key: str, reason: str, *, by: Actor) -> StepAnswers:
        """Return a step's answers with what is hidden from the actor, and record that they looked and why.

        Raises ``NotFound``, ``NotAllowed`` if the actor may reveal nothing of it, ``InvalidRequest``.
        """
        told = given_reason(reason)
        with self.advance(case) as flow:
            connection = flow.file.connection
            seen = self._visible(connection, flow.file, by)
            completion = self._completion(connection, seen, key)
            hidden = [field.key for field in self._shown(connection, seen, completion, by, ()).fields if field.hidden]
            revealed = tuple(name for name in hidden if is_revealable(seen, completion, name, by))
            if not revealed:
                raise NotAllowed("Tidak ada data tersembunyi pada langkah ini yang boleh Anda ungkap.")
            flow.note(h.IdentityRevealed(completion.seq, revealed, told), at=self.now(), actor=by.name)
            return self._shown(connection, seen, completion, by, revealed)

    def attachment(self, case: str, attachment_id: int, *, by: Actor) -> Attachment:
        """Return a file with its content. Raises ``NotFound``, ``NotAllowed`` if it takes a reveal."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            found, hidden, _completion = self._file(connection, seen, attachment_id, by)
        if hidden:
            raise NotAllowed("Berkas ini berisi data pribadi; ungkap dengan menyebutkan alasannya.")
        return found

    def reveal_attachment(self, case: str, attachment_id: int, reason: str, *, by: Actor) -> Attachment:
        """Return a file that is hidden from the actor, and record that they looked and why. Raises as ``reveal``."""
        told = given_reason(reason)
        with self.advance(case) as flow:
            connection = flow.file.connection
            seen = self._visible(connection, flow.file, by)
            found, hidden, completion = self._file(connection, seen, attachment_id, by)
            if hidden and not is_revealable(seen, completion, found.field, by):
                raise NotAllowed("Berkas ini tidak boleh Anda ungkap.")
            if hidden:
                note = h.IdentityRevealed(completion.seq, (found.field,), told)
                flow.note(note, at=self.now(), actor=by.name)
            return found

    def _visible(self, connection: Connection, file: casefile.CaseFile, by: Actor) -> Seen:
        seen = self.look(connection, file.id, file.number, file.state, by)
        if seen.access == "none":
            raise NotFound(CASE, file.number)
        return seen

    def _completions(self, connection: Connection, seen: Seen) -> Iterator[Completion]:
        answers_only = (AnswersRow.instance_id == seen.id, AnswersRow.kind != REMARK)
        bodies = {
            (row.seq, row.kind): json.loads(row.body)
            for row in connection.execute(select(AnswersRow).where(*answers_only))
        }
        files: dict[int, list[Attachment]] = {}
        for row in connection.execute(select(*_FILE_COLUMNS).where(AttachmentRow.instance_id == seen.id)):
            files.setdefault(row.seq, []).append(_attachment(seen.number, row))
        for seq, event in self._completed(connection, seen.id):
            item = _completed_item(seen.items, event.key, seq)
            process = self.catalog.process(connection, seen.state.definition, item.version)
            yield Completion(
                seq=seq,
                item=item,
                form=form_of(process, event.key),
                plain=bodies.get((seq, PLAIN), {}),
                personal=bodies.get((seq, PERSONAL), {}),
                erased=bool(event.personal) and (seq, PERSONAL) not in bodies,
                files=tuple(files.get(seq, ())),
            )

    def _completed(self, connection: Connection, case_id: int) -> list[tuple[int, h.WorkItemCompleted]]:
        query = select(HistoryEventRow.seq, HistoryEventRow.type, HistoryEventRow.payload).where(
            HistoryEventRow.instance_id == case_id, HistoryEventRow.type == h.WorkItemCompleted.__name__
        )
        parsed = [
            (row.seq, h.parse_event(row.type, row.payload))
            for row in connection.execute(query.order_by(HistoryEventRow.seq))
        ]
        return [(seq, event) for seq, event in parsed if isinstance(event, h.WorkItemCompleted)]

    def _completion(self, connection: Connection, seen: Seen, key: str) -> Completion:
        found = [each for each in self._completions(connection, seen) if each.item.key == key]
        if not found:
            raise NotFound(TASK, f"{seen.number}/{key}")
        return found[-1]

    def _file(
        self, connection: Connection, seen: Seen, attachment_id: int, by: Actor
    ) -> tuple[Attachment, bool, Completion]:
        """Return a file with its content, whether it is hidden from the actor, and the step it belongs to."""
        mine = (AttachmentRow.instance_id == seen.id, AttachmentRow.id == attachment_id)
        row = connection.execute(select(*_FILE_COLUMNS, AttachmentRow.content).where(*mine)).first()
        completion = next(
            (each for each in self._completions(connection, seen) if row is not None and each.seq == row.seq), None
        )
        if row is None or completion is None:
            raise NotFound(FILE, str(attachment_id))
        return _attachment(seen.number, row, bytes(row.content)), is_hidden(seen, completion, row.field, by), completion

    def _shown(
        self, connection: Connection, seen: Seen, completion: Completion, by: Actor, revealed: tuple[str, ...]
    ) -> StepAnswers:
        process = self.catalog.process(connection, seen.state.definition, completion.item.version)
        item = work_item_of(seen.number, completion.item, process)
        fields = completion.form.fields.values() if completion.form else ()
        shown = [_field(seen, completion, field, by, revealed) for field in fields]
        return StepAnswers(item, completion.seq, tuple(field for field in shown if field is not None))


def _field(
    seen: Seen, completion: Completion, field: Field, by: Actor, revealed: tuple[str, ...]
) -> AnsweredField | None:
    """Return one answer as the actor may see it; None if the field was left empty."""
    personal = field.personal is not None
    if personal and completion.erased:
        return AnsweredField(field.key, field.label, None, personal=True, erased=True)
    answers = completion.personal if personal else completion.plain
    if field.key not in answers:
        return None
    if field.key not in revealed and is_hidden(seen, completion, field.key, by):
        return AnsweredField(field.key, field.label, None, personal=personal, hidden=True)
    files = tuple(file for file in completion.files if file.field == field.key)
    return AnsweredField(field.key, field.label, answers[field.key], personal=personal, attachments=files)


def is_hidden(seen: Seen, completion: Completion, name: str, by: Actor) -> bool:
    """Return whether it takes a reveal to show the actor this field of a completed step."""
    field = completion.form.fields.get(name) if completion.form else None
    if field is None or seen.access != "answers":
        return True
    if field.personal is None:
        return False
    return not sees_personal(
        by,
        field.personal,
        completion.item.lane,
        seen.represented,
        identity=field.role == "identitas",
        anonymous=seen.state.anonymous,
    )


def is_revealable(seen: Seen, completion: Completion, name: str, by: Actor) -> bool:
    """Return whether the actor may reveal this field with a reason."""
    field = completion.form.fields.get(name) if completion.form else None
    lanes = field.personal if field and field.personal is not None else ()
    return may_reveal(by, lanes, completion.item.lane, seen.represented)


def _completed_item(items: tuple[ItemState, ...], key: str, seq: int) -> ItemState:
    return max((item for item in items if item.key == key and item.opened_seq < seq), key=lambda item: item.opened_seq)


def _attachment(case: str, row: Any, content: bytes = b"") -> Attachment:
    return Attachment(row.id, case, row.field, row.filename, row.media_type, row.size, row.sha256, content)
