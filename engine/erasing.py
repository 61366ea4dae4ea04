"""Erasing personal data (UU 27/2022): first what would go, then the deed, then what was erased, when and by whom.

Answers, files and remarks go for good; their digests stay in the events, so that the case still verifies. The
erasure itself is an event. Nothing here decides that something must be erased: that is the head of office's.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from . import history as h
from .answers import PLAIN, REMARK
from .commands import given_reason
from .database import Database
from .disclosure import Completion, Disclosure
from .errors import InvalidRequest, NotAllowed
from .model import Actor, ProcessInstance, WorkItem
from .tables import AnswersRow, AttachmentRow, DraftFileRow, DraftRow, HistoryEventRow, SnapshotRow
from .viewing import Seen
from .views import instance_of, work_item_of

log = logging.getLogger(__name__)
CHECKPOINT_MILLISECONDS = 2000

ERASURE_GROUNDS: Mapping[str, str] = {
    "permintaan": "Permintaan subjek data (UU 27/2022 Pasal 8 dan Pasal 43 ayat (1) huruf c)",
    "tidak-diperlukan": "Tidak lagi diperlukan untuk tujuan pemrosesannya (UU 27/2022 Pasal 43 ayat (1) huruf a)",
    "persetujuan-ditarik": "Persetujuan subjek data ditarik kembali (UU 27/2022 Pasal 43 ayat (1) huruf b)",
    "melawan-hukum": "Diperoleh atau diproses dengan melawan hukum (UU 27/2022 Pasal 43 ayat (1) huruf d)",
    "retensi": "Masa retensinya habis menurut jadwal retensi arsip (UU 27/2022 Pasal 44 ayat (1) huruf a)",
}
"""The grounds that the law knows, by the word that names them on a page and at a terminal."""


@dataclass(frozen=True)
class ErasableStep:
    """What would go of one completed step: the labels of its personal fields, and how many files."""

    event: int
    item: WorkItem
    labels: tuple[str, ...]
    files: int


@dataclass(frozen=True)
class ErasurePlan:
    """Everything personal that a case still holds. ``events``: those whose answers or remarks would go."""

    case: ProcessInstance
    steps: tuple[ErasableStep, ...]
    remarks: int
    drafts: int
    draft_files: int
    events: tuple[int, ...]

    @property
    def empty(self) -> bool:
        """Return whether there is nothing left to erase."""
        return not (self.events or self.drafts or self.draft_files)

    @property
    def ended(self) -> bool:
        """Return whether nobody needs the data to go on with the case."""
        return self.case.state in ("completed", "cancelled")


@dataclass(frozen=True)
class Erasure:
    """One erasure that was carried out, as its event tells it. ``answers_of``: the events whose data went."""

    event: int
    erased_at: datetime
    erased_by: str
    ground: str
    answers_of: tuple[int, ...]


def erasure_ground(name: str, note: str) -> str:
    """Return a ground of the law together with the office's own words. Raises ``InvalidRequest``."""
    if name not in ERASURE_GROUNDS:
        raise InvalidRequest(f"Pilih dasar penghapusan: {', '.join(ERASURE_GROUNDS)}; yang diterima {name!r}.")
    if not note.strip():
        raise InvalidRequest("Keterangan wajib diisi: surat, tanggal, atau keputusan yang menjadi dasarnya.")
    return given_reason(f"{ERASURE_GROUNDS[name]}: {note.strip()}")


class Erasing(Disclosure):
    """The use cases about erasing; only the head of office erases."""

    def plan_erasure(self, case: str, *, by: Actor) -> ErasurePlan:
        """Return what an erasure would take away now, and change nothing. Raises ``NotFound``, ``NotAllowed``."""
        with self.database.moment() as connection:
            seen = self.seen(connection, case, by)
            _only_the_head(by)
            return self._erasure_plan(connection, seen)

    def erase_personal(
        self, case: str, ground: str, *, by: Actor, planned: tuple[int, ...] | None = None
    ) -> tuple[int, ...]:
        """Delete a case's personal answers, files, remarks and drafts for good; return the events concerned.

        ``planned``: the events of the plan that the head agreed to; refused if it would be others by now.
        Raises ``NotFound``, ``NotAllowed``, ``InvalidRequest``, also if there is nothing to erase.
        """
        told = given_reason(ground)
        with self.advance(case) as flow:
            connection = flow.file.connection
            seen = self._visible(connection, flow.file, by)
            _only_the_head(by)
            plan = self._erasure_plan(connection, seen)
            if plan.empty:
                raise InvalidRequest("Perkara ini tidak, atau tidak lagi, menyimpan data pribadi.")
            if planned is not None and planned != plan.events:
                raise InvalidRequest("Sejak rincian ini dibuka, data pribadi perkara berubah; periksa lagi rinciannya.")
            _delete(connection, seen)
            flow.file.snapshot = None
            flow.note(h.PersonalDataErased(plan.events, told), at=self.now(), actor=by.name)
        _leave_no_copy(self.database)
        return plan.events

    def erasures(self, case: str, *, by: Actor) -> tuple[Erasure, ...]:
        """Return what was erased of a case, in order: when, by whom, on which ground. Raises ``NotFound``."""
        with self.database.read() as connection:
            seen = self.seen(connection, case, by)
            of_case = select(HistoryEventRow).where(HistoryEventRow.instance_id == seen.id)
            query = of_case.where(HistoryEventRow.type == h.PersonalDataErased.__name__).order_by(HistoryEventRow.seq)
            rows = connection.execute(query).all()
        told = [(row, h.parse_event(row.type, row.payload)) for row in rows]
        return tuple(
            Erasure(row.seq, row.recorded_at, row.actor, event.ground, event.answers_of)
            for row, event in told
            if isinstance(event, h.PersonalDataErased)
        )

    def _erasure_plan(self, connection: Connection, seen: Seen) -> ErasurePlan:
        query = select(AnswersRow.seq, AnswersRow.kind).where(AnswersRow.instance_id == seen.id)
        held = connection.execute(query.where(AnswersRow.kind != PLAIN).order_by(AnswersRow.seq)).all()
        steps = (self._erasable(connection, seen, each) for each in self._completions(connection, seen))
        return ErasurePlan(
            case=instance_of(seen.number, seen.state, seen.process),
            steps=tuple(step for step in steps if step.labels or step.files),
            remarks=sum(row.kind == REMARK for row in held),
            drafts=_count_of(connection, DraftRow, seen.number),
            draft_files=_count_of(connection, DraftFileRow, seen.number),
            events=tuple(dict.fromkeys(row.seq for row in held)),
        )

    def _erasable(self, connection: Connection, seen: Seen, completion: Completion) -> ErasableStep:
        process = self.catalog.process(connection, seen.state.definition, completion.item.version)
        fields = completion.form.fields if completion.form else {}
        labels = tuple(field.label for key, field in fields.items() if key in completion.personal)
        mine = (AttachmentRow.instance_id == seen.id, AttachmentRow.seq == completion.seq, AttachmentRow.personal)
        files = connection.execute(select(func.count()).select_from(AttachmentRow).where(*mine)).scalar_one()
        item = work_item_of(seen.number, completion.item, process)
        return ErasableStep(completion.seq, item, labels, files)


def _only_the_head(by: Actor) -> None:
    if "head" not in by.duties:
        raise NotAllowed("Hanya kepala kantor yang boleh menghapus data pribadi.")


def _delete(connection: Connection, seen: Seen) -> None:
    connection.execute(delete(AnswersRow).where(AnswersRow.instance_id == seen.id, AnswersRow.kind != PLAIN))
    connection.execute(delete(AttachmentRow).where(AttachmentRow.instance_id == seen.id, AttachmentRow.personal))
    for table in (DraftRow, DraftFileRow):
        connection.execute(delete(table).where(table.scope.startswith(f"{seen.number}/", autoescape=True)))
    connection.execute(delete(SnapshotRow).where(SnapshotRow.instance_id == seen.id))


def _count_of(connection: Connection, table: type[DraftRow] | type[DraftFileRow], case: str) -> int:
    mine = table.scope.startswith(f"{case}/", autoescape=True)
    return connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()


def _leave_no_copy(database: Database) -> None:
    """Empty SQLite's write-ahead log: what was written before it was erased still lies in it."""
    if not database.is_sqlite:
        return
    with database.read() as connection:
        # On the driver's connection, since a checkpoint runs outside any transaction.
        raw = connection.connection.driver_connection
        assert raw is not None  # it has just been taken from the pool
        (before,) = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS}")
        (busy, *_pages) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raw.execute(f"PRAGMA busy_timeout = {before}")
    if busy:
        log.warning("somebody is reading: what was erased stays in the write-ahead log until it is written anew")
