"""Remarks on a case: what people note beside its steps, such as the head of office's guidance.

The event carries a digest; the text lies with the answers and is erased with the personal ones,
since nobody can tell what a remark names.
"""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select

from . import history as h
from .answers import REMARK, digest
from .commands import given_reason
from .errors import CaseNotRunning, NotAllowed, NotFound
from .model import Actor, Remark
from .office import CASE
from .tables import AnswersRow, HistoryEventRow
from .viewing import Viewing


class Remarks(Viewing):
    """The use cases about remarks."""

    def comment(self, case: str, text: str, *, by: Actor) -> None:
        """Note something on a case that has not ended. Who sees its answers may.

        Raises ``NotFound``, ``NotAllowed``, ``InvalidRequest``, ``CaseNotRunning``.
        """
        body = given_reason(text)
        with self.advance(case) as flow:
            file = flow.file
            seen = self.look(file.connection, file.id, file.number, file.state, by)
            if seen.access == "none":
                raise NotFound(CASE, case)
            if seen.access != "answers":
                raise NotAllowed("Hanya yang boleh melihat isi perkara ini yang dapat menulis catatan.")
            if file.state.state not in ("running", "incident"):
                raise CaseNotRunning(case, file.state.state)
            salt = secrets.token_bytes(16)
            (noted,) = flow.note(h.Commented(digest(salt, body)), at=self.now(), actor=by.name)
            row = {"instance_id": file.id, "seq": noted.seq, "kind": REMARK, "salt": salt, "body": body}
            file.connection.execute(insert(AnswersRow), row)

    def remarks(self, case: str, *, by: Actor) -> tuple[Remark, ...]:
        """Return what was noted on a case, in order; nothing for who does not see its answers. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            if seen.access != "answers":
                return ()
            query = (
                select(HistoryEventRow.recorded_at, HistoryEventRow.actor, AnswersRow.body)
                .join(
                    AnswersRow,
                    (AnswersRow.instance_id == HistoryEventRow.instance_id) & (AnswersRow.seq == HistoryEventRow.seq),
                )
                .where(HistoryEventRow.instance_id == seen.id, AnswersRow.kind == REMARK)
                .order_by(HistoryEventRow.seq)
            )
            return tuple(Remark(row.recorded_at, row.actor, row.body) for row in connection.execute(query))
